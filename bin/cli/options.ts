// The command line of `bucket-exif`, checked whole before anything is read.

import { parseArgs } from 'node:util';
import { ProblemError, type StyleName, styleNames } from '../../lib';
import { hintOf } from '../../lib/api/arguments';
import { parseNames } from '../../lib/style/only';

/** `lines`: JSON that names its source, also for one. `style` null: the default of the form. */
export type Options = Readonly<{
  sources: readonly string[];
  form: 'json' | 'table';
  style: StyleName | null;
  only: readonly string[] | null;
  lines: boolean;
  all: boolean;
}>;

/** What was asked for: to read, or one of the texts. */
export type Asked = Readonly<{ kind: 'read'; options: Options }> | Readonly<{ kind: 'help' | 'version' }>;

const table = {
  json: { type: 'boolean' },
  table: { type: 'boolean' },
  style: { type: 'string' },
  only: { type: 'string' },
  lines: { type: 'boolean' },
  all: { type: 'boolean' },
  version: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Reads the arguments. Throws ProblemError `ConfigInvalid` for what is wrong with them. */
export function readOptions(args: readonly string[], isTerminal: boolean): Asked {
  const { values, positionals } = parse(args);
  if (values.help === true) return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };
  const lines = values.lines === true;
  const json = values.json === true || lines;
  if (json && values.table === true) throw invalid(`--table and ${lines ? '--lines' : '--json'} exclude each other`);
  if (positionals.length === 0) throw invalid('name a file, a folder, s3://bucket/key or https://host/path');
  if (positionals.includes('')) throw invalid('a source is empty');
  if (positionals.filter((source) => source === '-').length > 1) throw invalid('- can be read once only');
  return {
    kind: 'read',
    options: {
      sources: positionals,
      form: json || (values.table !== true && !isTerminal) ? 'json' : 'table',
      style: readStyle(values.style),
      only: values.only === undefined ? null : readOnly(values.only),
      lines,
      all: values.all === true,
    },
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: table, allowPositionals: true });
  } catch (error) {
    throw invalid(String((error as Error).message.split('. ')[0]));
  }
}

function readStyle(name: string | undefined): StyleName | null {
  if (name === undefined) return null;
  const style = styleNames.find((known) => known === name);
  if (style === undefined) throw invalid(`--style must be one of ${styleNames.join(', ')}`);
  return style;
}

function readOnly(list: string): readonly string[] {
  const parsed = parseNames(list.split(','));
  if ('names' in parsed) return parsed.names;
  throw invalid(`--only: ${JSON.stringify(parsed.name)} is not the name of a tag${hintOf(parsed.meant)}`);
}

/** The error for a command line that cannot be. */
export function invalid(message: string): ProblemError {
  return new ProblemError('ConfigInvalid', message);
}
