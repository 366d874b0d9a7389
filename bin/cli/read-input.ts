// Reads one input and makes its text, or the problem with it.

import { type ExifRecord, ProblemError, type ReadCost, readExif, render } from '../../lib';
import { type Paint, printableJson } from '../terminal/terminal';
import type { Input } from './argument';
import { type Column, cellsOf } from './columns';
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
export type View = Pick<CommandOptions, 'form' | 'style' | 'only' | 'columns' | 'rawText'> &
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
    const record = await readExif(source, { signal: stop, cost });
    const ms = performance.now() - started;
    const out = await show(name, record, view, { cost, ms });
    return { name, container: record.container, hasExif: record.document !== null, out };
  } catch (error) {
    return { name, error, advice };
  }
}

/** The lines before the first result. */
export function headerOf({ form, columns }: View): string {
  if ((form !== 'csv' && form !== 'tsv') || columns === null) return '';
  return toRow(['source', ...columns.map(({ name }) => name)], { form, raw: true });
}

async function show(
  name: string,
  record: ExifRecord,
  view: View,
  spent: Readonly<{ cost: ReadCost; ms: number }>,
): Promise<string> {
  const { form, columns, rawText } = view;
  if (columns !== null && (form === 'csv' || form === 'tsv'))
    return toRow([name, ...cellsOf(record, columns)], { form, raw: rawText });
  const json = columns === null ? await inStyle(record, view) : objectOf(record, columns);
  if (form === 'table') return toTable({ name, record, json, ...spent }, view.columnsOfTerminal(), view.paint);
  if (form === 'json') return `${printableJson(json)}\n`;
  const line = json.includes('\n') ? JSON.stringify(JSON.parse(json)) : json;
  return `${printableJson(form === 'lines' ? wrapped(name, line) : merged(name, line))}\n`;
}

function wrapped(name: string, json: string): string {
  return `{"source":${JSON.stringify(name)},"exif":${json}}`;
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
