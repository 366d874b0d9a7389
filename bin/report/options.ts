// Reads the command line of `bucket-exif report`.

import { resolve } from 'node:path';
import { parseCommandLine, wrongUse } from '../terminal/command-line';

/** `json` null: only the HTML is written; `html` null: only the JSON. `title` null: one that names the source. */
export type ReportOptions = Readonly<{
  source: string;
  html: string | null;
  json: string | null;
  title: string | null;
  overwrite: boolean;
  quiet: boolean;
}>;

const table = {
  html: { type: 'string' },
  json: { type: 'string' },
  title: { type: 'string' },
  overwrite: { type: 'boolean' },
  quiet: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Characters of a title: it is the heading of the document. */
const maxTitle = 200;

/** Reads the arguments; null for --help. Paths are relative to `folder`. Throws ProblemError `ConfigInvalid` for wrong ones. */
export function readReportOptions(args: readonly string[], folder: string): ReportOptions | null {
  const { values, positionals } = parseCommandLine(args, table, {
    allowPositionals: true,
    help: 'bucket-exif report --help',
  });
  if (values.help === true) return null;
  const [source = '', ...more] = positionals;
  if (source === '')
    throw wrongUse('No source is given: name a bucket (s3://bucket/), a folder, or a table (photos.parquet)');
  if (more.length > 0) throw wrongUse('A report has one source: leave out the others');
  const [html, json] = [values.html, values.json].map((path) => (path === undefined ? null : resolve(folder, path)));
  if (values.html === '' || values.json === '') throw wrongUse('--html and --json need the name of a file');
  if (html == null && json == null) throw wrongUse('Give --html FILE, --json FILE or both');
  if (html === json) throw wrongUse('--html and --json name the same file');
  if (values.title !== undefined && (values.title.trim() === '' || values.title.length > maxTitle))
    throw wrongUse(`--title needs 1 to ${maxTitle} characters`);
  return {
    source,
    html: html ?? null,
    json: json ?? null,
    title: values.title ?? null,
    overwrite: values.overwrite === true,
    quiet: values.quiet === true,
  };
}
