// Reads the command line of `bucket-exif`. It is checked completely before anything is read.

import { type StyleName, styleNames } from '../../lib';
import type { MetadataAnswer } from '../../lib/metadata/content';
import { parseNames } from '../../lib/style/only';
import { parseCommandLine, wrongUse } from '../terminal/command-line';
import { allColumns, type Column, isField, readColumns } from './columns';
import { exifToolAdvice } from './exiftool-options';
import { metadataColumns, readMetadataAnswer } from './metadata';
import { onlyHint } from './only-hint';

/** The forms of output. `lines`: JSON that always names its source. */
export type Form = 'table' | 'json' | 'lines' | 'ndjson' | 'csv' | 'tsv';

/**
 * `columns` null: the output is a style, with the tags `only` (null = all). Otherwise it has just these columns. `metadata`: the
 * answer about all metadata; null = only EXIF is read.
 */
export type CommandOptions = Readonly<{
  sources: readonly string[];
  form: Form;
  style: StyleName;
  only: readonly string[] | null;
  columns: readonly Column[] | null;
  metadata: MetadataAnswer | null;
  rawText: boolean;
  all: boolean;
  quiet: boolean;
}>;

/** The command: read sources, or print a text about the program. */
export type Command = Readonly<{ kind: 'read'; options: CommandOptions }> | Readonly<{ kind: 'help' | 'version' }>;

const table = {
  table: { type: 'boolean' },
  json: { type: 'boolean' },
  lines: { type: 'boolean' },
  ndjson: { type: 'boolean' },
  csv: { type: 'boolean' },
  tsv: { type: 'boolean' },
  style: { type: 'string' },
  only: { type: 'string' },
  metadata: { type: 'boolean' },
  'raw-text': { type: 'boolean' },
  all: { type: 'boolean' },
  quiet: { type: 'boolean' },
  version: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Reads the arguments. Throws ProblemError `ConfigInvalid` for wrong ones. */
export function readCommand(args: readonly string[], isTerminal: boolean): Command {
  const advice = exifToolAdvice(args);
  if (advice !== null) throw wrongUse(advice);
  const { values, positionals } = parseCommandLine(args, table, { allowPositionals: true, help: null });
  if (values.help === true) return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };
  const form = readForm(values) ?? (isTerminal ? 'table' : 'json');
  const isRow = form === 'csv' || form === 'tsv';
  const isMetadata = values.metadata === true;
  const style = readStyle(values.style) ?? (form === 'table' && !isMetadata ? 'readable' : 'flat');
  if (isRow && style !== 'flat') throw wrongUse(`--${form} has the fields of the style flat: leave out --style`);
  if (!isRow && values['raw-text'] === true) throw wrongUse('--raw-text is an option of --csv and --tsv');
  checkSources(positionals);
  const names = values.only?.split(',') ?? null;
  const shown = isMetadata ? metadataOptions(style, names, isRow) : exifOptions(style, names, form);
  return {
    kind: 'read',
    options: {
      sources: positionals,
      form,
      style,
      ...shown,
      rawText: values['raw-text'] === true,
      all: values.all === true,
      quiet: values.quiet === true,
    },
  };
}

type Shown = Pick<CommandOptions, 'only' | 'columns' | 'metadata'>;

function exifOptions(style: StyleName, names: readonly string[] | null, form: Form): Shown {
  const isRow = form === 'csv' || form === 'tsv';
  const hasColumns = isRow || (style === 'flat' && names !== null && (form === 'ndjson' || names.some(isField)));
  return {
    only: names === null || hasColumns ? null : readOnly(names),
    columns: hasColumns ? (names === null ? allColumns : readColumns(names)) : null,
    metadata: null,
  };
}

function metadataOptions(style: StyleName, names: readonly string[] | null, isRow: boolean): Shown {
  const metadata = readMetadataAnswer(style, names);
  return { only: null, columns: isRow ? metadataColumns(names) : null, metadata };
}

/** The form that the options choose; null = the default. `--json --lines` is `--lines`, as it always was. */
function readForm(values: Readonly<Partial<Record<Form, boolean | undefined>>>): Form | null {
  const forms = (['table', 'json', 'lines', 'ndjson', 'csv', 'tsv'] as const).filter((form) => values[form] === true);
  const [first = null, second, ...more] = forms;
  if (first === 'json' && second === 'lines' && more.length === 0) return second;
  if (second !== undefined) throw wrongUse(`--${first} and --${second} cannot be combined: use only one of them`);
  return first;
}

function checkSources(sources: readonly string[]): void {
  const kinds = 'name a file, a folder, s3://bucket/key, https://host/path or - for standard input';
  if (sources.length === 0) throw wrongUse(`no source is given: ${kinds}`);
  if (sources.includes('')) throw wrongUse(`a source is an empty text: ${kinds}`);
  if (sources.filter((source) => source === '-').length > 1)
    throw wrongUse('standard input (-) can be given only once');
}

function readStyle(name: string | undefined): StyleName | null {
  if (name === undefined) return null;
  const style = styleNames.find((known) => known === name);
  if (style === undefined) throw wrongUse(`--style must be one of ${styleNames.join(', ')}`);
  return style;
}

function readOnly(names: readonly string[]): readonly string[] {
  const parsed = parseNames(names);
  if ('names' in parsed) return parsed.names;
  throw wrongUse(
    `--only: ${JSON.stringify(parsed.name)} is not the name of a tag${onlyHint(parsed.name, parsed.meant)}`,
  );
}
