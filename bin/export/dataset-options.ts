// Reads the command line of an export into a dataset, and of what else is done with a dataset.

import type { Env } from '../../lib/types';
import { locationOf } from '../../service/config/setting';
import { type Partitioning, partitionings } from '../dataset/layout';
import { type DatasetLocation, parseDatasetLocation } from '../dataset/storage';
import { parseCommandLine, refuseOptions, toLocationText, userFolder, wrongUse } from '../terminal/command-line';

type Common = Readonly<{
  location: DatasetLocation;
  /** null = as the dataset has it, or none. */
  by: Partitioning | null;
  restart: boolean;
  quiet: boolean;
  /** Rows in memory, and in one part. */
  partRows: number;
}>;

/** An export into a dataset. `include` null: the suffixes of images, videos and sidecars. */
export type DatasetExport = Common &
  Readonly<{
    kind: 'export';
    source: string;
    include: readonly string[] | null;
    all: boolean;
    concurrency: number;
    workers: number;
    privacy: boolean;
    /** Whether unchanged objects are read too. */
    again: boolean;
    /** Whether all or most rows may be dropped. */
    allowRemovals: boolean;
  }>;

/** Merging messages, or only compacting. */
export type DatasetMerge = Common & Readonly<{ kind: 'merge' | 'compact' }>;

export type DatasetOptions = DatasetExport | DatasetMerge;

const table = {
  to: { type: 'string' },
  merge: { type: 'string' },
  compact: { type: 'string' },
  by: { type: 'string' },
  include: { type: 'string' },
  all: { type: 'boolean' },
  again: { type: 'boolean' },
  'allow-removals': { type: 'boolean' },
  restart: { type: 'boolean' },
  concurrency: { type: 'string' },
  workers: { type: 'string' },
  'part-rows': { type: 'string' },
  'no-privacy': { type: 'boolean' },
  quiet: { type: 'boolean' },
} as const;

const ofExport = ['include', 'all', 'again', 'allow-removals', 'concurrency', 'workers', 'no-privacy'] as const;

/** The options that only files have. */
const ofFiles = ['overwrite', 'raw-text', 'no-count'];

/** Whether the arguments are about a dataset: `--to` names a folder or a bucket, or there is a dataset to merge or to compact. */
export function isAboutDataset(args: readonly string[]): boolean {
  const given = (name: string): string | undefined => {
    const at = args.findIndex((arg) => arg === name || arg.startsWith(`${name}=`));
    return at < 0 ? undefined : ((args[at]?.slice(name.length + 1) || args[at + 1]) ?? '');
  };
  if (args.includes('--help') || args.includes('-h')) return false;
  const to = given('--to');
  if (to !== undefined && /^(s3|cos):\/\/|\/$|^\.{1,2}$/.test(to)) return true;
  return given('--merge') !== undefined || given('--compact') !== undefined;
}

/** Reads the arguments. Throws ProblemError `ConfigInvalid` for wrong ones. */
export function readDatasetOptions(args: readonly string[], env: Env): DatasetOptions {
  refuseOptions(args, ofFiles, 'is for a file, such as --to photos.csv: leave it out, a dataset is brought up to date');
  const { values, positionals } = parseCommandLine(args, table, {
    allowPositionals: true,
    help: 'bucket-exif export --help',
  });
  const empty = Object.entries(values).find(([, value]) => value === '');
  if (empty !== undefined) throw wrongUse(`--${empty[0]} is empty: give it a value, or leave it out`);
  const [kind, ...others] = (['to', 'merge', 'compact'] as const).filter((name) => values[name] !== undefined);
  if (kind === undefined || others.length > 0)
    throw wrongUse('--to, --merge and --compact cannot be combined: use one');
  const text = toLocationText(values[kind] ?? '', userFolder(env));
  const common: Common = {
    location: locationOf(`--${kind}`, text, parseDatasetLocation),
    by: readBy(values.by),
    restart: values.restart === true,
    quiet: values.quiet === true,
    partRows: readCount('part-rows', values['part-rows'] ?? '250000', 100, 1_000_000),
  };
  if (kind !== 'to') {
    const wrong = ofExport.find((name) => values[name] !== undefined);
    if (wrong !== undefined) throw wrongUse(`--${wrong} is an option of an export: leave it out with --${kind}`);
    if (positionals.length > 0)
      throw wrongUse(`--${kind} reads no source: leave out ${JSON.stringify(positionals.join(' '))}`);
    return { ...common, kind };
  }
  const [source = '', second] = positionals;
  if (source === '') throw wrongUse('no source is given: name a folder or s3://bucket/prefix/');
  if (second !== undefined) throw wrongUse(`one source is exported at a time: ${positionals.join(' ')} are several`);
  if (values.include !== undefined && values.all === true)
    throw wrongUse('--include and --all cannot be combined: use only one of them');
  const workers = readCount('workers', values.workers ?? '1', 1, 64);
  return {
    ...common,
    kind: 'export',
    source,
    include: values.include === undefined ? null : readPatterns(values.include),
    all: values.all === true,
    concurrency: readCount('concurrency', values.concurrency ?? String(Math.min(1000, 32 * workers)), 1, 1000),
    workers,
    privacy: values['no-privacy'] !== true,
    again: values.again === true,
    allowRemovals: values['allow-removals'] === true,
  };
}

function readBy(text: string | undefined): Partitioning | null {
  if (text === undefined) return null;
  const by = partitionings.find((name) => name === text);
  if (by === undefined) throw wrongUse(`--by must be one of ${partitionings.join(', ')}`);
  return by;
}

function readPatterns(text: string): readonly string[] {
  const patterns = text.split(',').map((pattern) => pattern.trim());
  if (patterns.includes('')) throw wrongUse('--include must be patterns separated by commas, such as *.jpg,*.heic');
  return patterns;
}

function readCount(name: string, text: string, least: number, most: number): number {
  const value = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (value < least || value > most) throw wrongUse(`--${name} must be a whole number from ${least} to ${most}`);
  return value;
}
