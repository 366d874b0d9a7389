// Reads the command line of an export. It is checked completely before any work starts.

import { resolve } from 'node:path';
import type { Env } from '../../lib/types';
import { parseCommandLine, refuseOptions, userFolder, wrongUse } from '../terminal/command-line';

/** The kinds of files, by the end of their name. */
export const forms = {
  '.parquet': { form: 'parquet', gzip: false },
  '.csv': { form: 'csv', gzip: false },
  '.csv.gz': { form: 'csv', gzip: true },
  '.ndjson': { form: 'ndjson', gzip: false },
  '.ndjson.gz': { form: 'ndjson', gzip: true },
} as const;

/** How the file is written. */
export type FileForm = (typeof forms)[keyof typeof forms];

/** An export. `to` is an absolute path. `include` null: the suffixes of images, videos and sidecars. */
export type ExportOptions = Readonly<{
  source: string;
  to: string;
  file: FileForm;
  include: readonly string[] | null;
  all: boolean;
  concurrency: number;
  /** Threads that read; 1 = the main thread. */
  workers: number;
  /** Whether each object is read for what it gives away. */
  privacy: boolean;
  /** Whether to count all objects first, so that the progress shows the total. */
  count: boolean;
  overwrite: boolean;
  /** Whether texts of CSV stay as they are, also when a spreadsheet may take them for formulas. */
  rawText: boolean;
  quiet: boolean;
}>;

const table = {
  to: { type: 'string' },
  include: { type: 'string' },
  all: { type: 'boolean' },
  concurrency: { type: 'string' },
  workers: { type: 'string' },
  'no-privacy': { type: 'boolean' },
  'no-count': { type: 'boolean' },
  overwrite: { type: 'boolean' },
  'raw-text': { type: 'boolean' },
  quiet: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** The options that only datasets have. */
const ofDatasets = ['by', 'again', 'allow-removals', 'restart', 'part-rows'];

/** Reads the arguments; null for --help. Throws ProblemError `ConfigInvalid` for wrong ones. */
export function readExportOptions(args: readonly string[], env: Env): ExportOptions | null {
  const help = 'bucket-exif export --help';
  refuseOptions(args, ofDatasets, 'is for a dataset: end --to with a slash, such as --to dataset/, or leave it out');
  const { values, positionals } = parseCommandLine(args, table, { allowPositionals: true, help });
  if (values.help === true) return null;
  const empty = Object.entries(values).find(([, value]) => value === '');
  if (empty !== undefined) throw wrongUse(`--${empty[0]} is empty: give it a value, or leave it out`);
  const [source = '', second] = positionals;
  if (source === '') throw wrongUse(`no source is given: name a folder or s3://bucket/prefix/; see ${help}`);
  if (second !== undefined)
    throw wrongUse(`one source is exported at a time, but ${positionals.length} are given: ${positionals.join(' ')}`);
  if (values.to === undefined)
    throw wrongUse('--to is missing: name the file to write, for example --to photos.parquet');
  if (values.include !== undefined && values.all === true)
    throw wrongUse('--include and --all cannot be combined: use only one of them');
  const file = readForm(values.to);
  if (values['raw-text'] === true && file.form !== 'csv') throw wrongUse('--raw-text is an option of CSV files');
  const workers = readCount('workers', values.workers ?? '1', 64);
  return {
    source,
    to: resolve(userFolder(env), values.to),
    file,
    include: values.include === undefined ? null : readPatterns(values.include),
    all: values.all === true,
    concurrency: readCount('concurrency', values.concurrency ?? String(Math.min(1000, 32 * workers)), 1000),
    workers,
    privacy: values['no-privacy'] !== true,
    count: values['no-count'] !== true && values.quiet !== true,
    overwrite: values.overwrite === true,
    rawText: values['raw-text'] === true,
    quiet: values.quiet === true,
  };
}

function readForm(to: string): FileForm {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(to))
    throw wrongUse(`--to ${to}: name a file, or for a dataset a folder with a slash at its end, s3:// or cos://`);
  const name = to.toLowerCase();
  const end = (Object.keys(forms) as (keyof typeof forms)[]).find((known) => name.endsWith(known));
  if (end === undefined) {
    const known = Object.keys(forms).join(', ');
    const ends = `the end of the name says how the file is written; use one of ${known}`;
    throw wrongUse(`--to ${to}: ${ends}; for a dataset of many files, end it with a slash`);
  }
  return forms[end];
}

function readPatterns(text: string): readonly string[] {
  const patterns = text.split(',').map((pattern) => pattern.trim());
  if (patterns.includes('')) throw wrongUse('--include must be patterns separated by commas, such as *.jpg,*.heic');
  return patterns;
}

function readCount(name: string, text: string, most: number): number {
  const value = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > most) throw wrongUse(`--${name} must be a whole number from 1 to ${most}`);
  return value;
}
