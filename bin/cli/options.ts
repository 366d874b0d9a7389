// Reads the command line of `bucket-exif`. It is checked completely before anything is read.

import { type StyleName, styleNames } from '../../lib';
import { hintOf } from '../../lib/api/arguments';
import { parseNames } from '../../lib/style/only';
import { parseCommandLine, wrongUse } from '../terminal/command-line';

/** `lines`: JSON with the name of its source, also for a single source. `style` null: the default for JSON or for tables. */
export type CommandOptions = Readonly<{
  sources: readonly string[];
  form: 'json' | 'table';
  style: StyleName | null;
  only: readonly string[] | null;
  lines: boolean;
  all: boolean;
}>;

/** The command: read sources, or print a text about the program. */
export type Command = Readonly<{ kind: 'read'; options: CommandOptions }> | Readonly<{ kind: 'help' | 'version' }>;

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

/** Reads the arguments. Throws ProblemError `ConfigInvalid` for wrong ones. */
export function readCommand(args: readonly string[], isTerminal: boolean): Command {
  const { values, positionals } = parseCommandLine(args, table, { allowPositionals: true, help: null });
  if (values.help === true) return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };
  const lines = values.lines === true;
  const json = values.json === true || lines;
  if (json && values.table === true)
    throw wrongUse(`--table and ${lines ? '--lines' : '--json'} cannot be combined: use only one of them`);
  if (positionals.length === 0)
    throw wrongUse('no source is given: name a file, a folder, s3://bucket/key or https://host/path');
  if (positionals.includes(''))
    throw wrongUse('a source is an empty text: name a file, a folder, s3://bucket/key or https://host/path');
  if (positionals.filter((source) => source === '-').length > 1)
    throw wrongUse('standard input (-) can be given only once');
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

function readStyle(name: string | undefined): StyleName | null {
  if (name === undefined) return null;
  const style = styleNames.find((known) => known === name);
  if (style === undefined) throw wrongUse(`--style must be one of ${styleNames.join(', ')}`);
  return style;
}

function readOnly(list: string): readonly string[] {
  const parsed = parseNames(list.split(','));
  if ('names' in parsed) return parsed.names;
  throw wrongUse(`--only: ${JSON.stringify(parsed.name)} is not the name of a tag${hintOf(parsed.meant)}`);
}
