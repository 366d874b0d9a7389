// Reads one input and makes its text, or the problem with it.

import { type ExifRecord, ProblemError, type ReadCost, readExif, render, type Source } from '../../lib';
import { type Paint, printableJson } from '../terminal/terminal';
import type { Input } from './argument';
import { type Column, cellsOf } from './columns';
import { forTable, metadataCells, readAnswer } from './metadata';
import type { CommandOptions } from './options';
import { toRow } from './rows';
import { toTable } from './table';

/** The result for one input; `out` is the text for standard output. */
export type Result = Readonly<{ name: string }> &
  (
    | Readonly<{ out: string; container: string; hasExif: boolean }>
    | Readonly<{ error: unknown; advice: string | null }>
  );

/** How results are shown. */
export type View = Pick<CommandOptions, 'form' | 'style' | 'only' | 'columns' | 'metadata' | 'rawText'> &
  Readonly<{ columnsOfTerminal(): number; paint: Paint }>;

/** Reads an input and shows it. Never throws. */
export async function readInput(
  { name, source, advice = null }: Input,
  view: View,
  stop: AbortSignal,
): Promise<Result> {
  try {
    if (source instanceof ProblemError) throw source;
    const cost: ReadCost = { requests: 0, bytes: 0 };
    const started = performance.now();
    const content = await contentOf(source, view, { signal: stop, cost });
    const { record } = content;
    const out = await show(name, content, view, { cost, ms: performance.now() - started });
    return { name, container: record.container, hasExif: record.document !== null, out };
  } catch (error) {
    return { name, error, advice };
  }
}

/** What was read of an input; `json` is its metadata, null when only EXIF was read. */
type Content = Readonly<{ record: ExifRecord; json: string | null }>;

async function contentOf(
  source: Source,
  { metadata }: View,
  options: Readonly<{ signal: AbortSignal; cost: ReadCost }>,
): Promise<Content> {
  if (metadata !== null) return readAnswer(source, options, metadata);
  return { record: await readExif(source, options), json: null };
}

/** The lines before the first result. */
export function headerOf({ form, columns }: View): string {
  if ((form !== 'csv' && form !== 'tsv') || columns === null) return '';
  return toRow(['source', ...columns.map(({ name }) => name)], { form, raw: true });
}

async function show(
  name: string,
  { record, json: metadata }: Content,
  view: View,
  spent: Readonly<{ cost: ReadCost; ms: number }>,
): Promise<string> {
  const { form, columns, rawText } = view;
  if (columns !== null && (form === 'csv' || form === 'tsv'))
    return toRow([name, ...(metadata === null ? cellsOf(record, columns) : metadataCells(metadata, columns))], {
      form,
      raw: rawText,
    });
  const json = metadata ?? (columns === null ? await inStyle(record, view) : objectOf(record, columns));
  if (form === 'table') {
    const shown = metadata === null ? json : forTable(metadata);
    return toTable({ name, record, json: shown, ...spent }, view.columnsOfTerminal(), view.paint);
  }
  if (form === 'json') return `${printableJson(json)}\n`;
  const line = json.includes('\n') ? JSON.stringify(JSON.parse(json)) : json;
  return `${printableJson(form === 'lines' ? wrapped(name, line, metadata === null ? 'exif' : 'metadata') : merged(name, line))}\n`;
}

function wrapped(name: string, json: string, member: 'exif' | 'metadata'): string {
  return `{"source":${JSON.stringify(name)},"${member}":${json}}`;
}

/** The members of the object `json` after the name of its source. */
function merged(name: string, json: string): string {
  const members = json.replace(/^\s*\{\s*/, '');
  return `{"source":${JSON.stringify(name)}${members === '}' ? '' : ','}${members}`;
}

function inStyle(record: ExifRecord, { style, only }: View): Promise<string> {
  return render(record, style, only === null ? {} : { only });
}

/** The columns that the image has. */
function objectOf(record: ExifRecord, columns: readonly Column[]): string {
  const cells = cellsOf(record, columns);
  // Not by an object: it would put names that are numbers first.
  const members = columns.map(({ name }, at) => [name, cells[at]] as const).filter(([, cell]) => cell !== null);
  return `{${members.map(([name, cell]) => `${JSON.stringify(name)}:${JSON.stringify(cell)}`).join(',')}}`;
}
