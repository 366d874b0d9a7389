// The small JSON files in `_state/`: what the dataset is of, its last complete run, and the position of a run that is not complete.

import { ProblemError } from '../../lib/problem';
import { tableVersion } from '../../lib/table/columns';
import type { IndexFiles, Name } from './index-file';
import { type Partitioning, paths } from './layout';
import type { Storage } from './storage';

/**
 * What the dataset is of. `source`: the location of its bucket; null until the first export. `names`: the names of that bucket in
 * messages, the one that rows have first. `keys`: which keys are selected, in addition to `prefix`. `leftOut`: the settings that
 * leave values out of rows, as text; null while all rows are being replaced because these settings have changed.
 */
export type DatasetPurpose = Readonly<{
  source: string | null;
  names: readonly string[];
  prefix: string;
  keys: string;
  leftOut: string | null;
  by: Partitioning;
}>;

/** A part. `weight`: an estimate of the memory that its rows take, in bytes. */
export type Part = Readonly<{ n: number; path: string; rows: number; weight: number }>;

/** The dataset after its last complete run; `run` null: there was none. */
export type Head = Readonly<{
  run: string | null;
  index: IndexFiles | null;
  parts: readonly Part[];
  nextPart: number;
}>;

/**
 * What a run has counted. `failed`: objects that could not be read this time. `marked`: removed objects of which the dataset had no
 * row.
 */
export type Counts = Readonly<{
  created: number;
  changed: number;
  unchanged: number;
  removed: number;
  marked: number;
  errors: number;
  failed: number;
  written: number;
  rewritten: number;
}>;

export const noCounts: Counts = {
  created: 0,
  changed: 0,
  unchanged: 0,
  removed: 0,
  marked: 0,
  errors: 0,
  failed: 0,
  written: 0,
  rewritten: 0,
};

/** A part that is not written yet: its rows are in the file of pending rows, those of the first open part first. */
export type OpenPart = Readonly<{ n: number; partition: string; rows: number }>;

/**
 * The position of a run. `base`: the run of the head that it continues. In the stage `join` all objects up to `cursor` are in the
 * first `files` files of its index, whose parts are `parts` and `open`; `from` is the file of the old index to go on with. In the
 * stage `compact` the index is complete.
 */
export type Journal = Readonly<{
  kind: 'export' | 'merge';
  run: string;
  base: string | null;
  stage: 'join' | 'compact';
  cursor: Name | null;
  files: number;
  from: number;
  parts: readonly Part[];
  open: readonly OpenPart[];
  pending: string | null;
  nextPart: number;
  counts: Counts;
  /** In the stage `compact`, the limits of a part: with others, the run would divide the rows in another way when it goes on. */
  limits: PartLimits | null;
}>;

/** Rows of a part, and their weight in bytes, at most. */
export type PartLimits = Readonly<{ rows: number; weight: number }>;

const formats = { dataset: 'bucket-exif dataset', head: 'bucket-exif head', journal: 'bucket-exif run' } as const;
/** The version of the layout. A program refuses a dataset with a later one. */
const version = 1;

export const firstHead: Head = { run: null, index: null, parts: [], nextPart: 0 };

/** The purpose of the dataset; null when there is none. Throws ConfigInvalid for one that a later version made. */
export async function loadPurpose(storage: Storage): Promise<DatasetPurpose | null> {
  const held = await load<{ table: number; purpose: DatasetPurpose }>(storage, 'dataset');
  if (held === null) return null;
  if (held.table !== tableVersion) {
    const versions = `has version ${held.table} of the table, this program writes version ${tableVersion}`;
    throw unusable(storage, `it ${versions}: export into an empty place, or use that version of bucket-exif`);
  }
  return held.purpose;
}

export function savePurpose(storage: Storage, purpose: DatasetPurpose): Promise<void> {
  return save(storage, 'dataset', { table: tableVersion, purpose });
}

export async function loadHead(storage: Storage): Promise<Head> {
  return (await load<{ head: Head }>(storage, 'head'))?.head ?? firstHead;
}

export function saveHead(storage: Storage, head: Head): Promise<void> {
  return save(storage, 'head', { head });
}

export async function loadJournal(storage: Storage): Promise<Journal | null> {
  return (await load<{ journal: Journal }>(storage, 'journal'))?.journal ?? null;
}

export function saveJournal(storage: Storage, journal: Journal): Promise<void> {
  return save(storage, 'journal', { journal });
}

async function load<T>(storage: Storage, name: keyof typeof formats): Promise<T | null> {
  const bytes = await storage.get(paths[name]);
  if (bytes === null) return null;
  let held: unknown;
  try {
    held = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    held = null;
  }
  const isOurs = typeof held === 'object' && held !== null && 'format' in held && held.format === formats[name];
  if (!isOurs) throw unusable(storage, `${paths[name]} is not a file of bucket-exif`);
  if ((held as { version?: unknown }).version !== version)
    throw unusable(storage, `${paths[name]} was written by a later version of bucket-exif: use that version`);
  return held as T;
}

function save(storage: Storage, name: keyof typeof formats, members: object): Promise<void> {
  const text = JSON.stringify({ format: formats[name], version, ...members });
  return storage.put(paths[name], new TextEncoder().encode(`${text}\n`));
}

/** The error for a dataset that cannot be used. */
export function unusable(storage: Pick<Storage, 'name'>, reason: string): ProblemError {
  return new ProblemError('ConfigInvalid', `Cannot use the dataset ${storage.name}: ${reason}`);
}
