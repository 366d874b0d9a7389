// The names of the files of a dataset. docs/tables.md ("Datasets") describes them.

import { createHash } from 'node:crypto';
import { percentEncode } from '../../lib/bytes/percent';
import type { Row } from '../../lib/table/columns';

/** How rows are divided: not at all, by the first segment of the key, or by the month of `taken_at_local`. */
export type Partitioning = 'none' | 'prefix' | 'month';

export const partitionings: readonly Partitioning[] = ['none', 'prefix', 'month'];

export const paths = {
  data: 'data/',
  changes: 'changes/',
  state: '_state/',
  /** What the dataset is of. */
  dataset: '_state/dataset.json',
  /** The last complete run. */
  head: '_state/head.json',
  /** The position of a run that is not complete. */
  journal: '_state/run.json',
  lock: '_state/lock',
  index: '_state/index-',
} as const;

/** The folder of a partition in `data/`, with a slash at its end; '' without partitions. */
export function partitionOf(row: Row, by: Partitioning): string {
  if (by === 'none') return '';
  return by === 'month' ? `month=${monthOf(row['taken_at_local'])}/` : `prefix=${prefixOf(String(row['key']))}/`;
}

function monthOf(time: unknown): string {
  return typeof time === 'number' ? new Date(time).toISOString().slice(0, -17) : 'none';
}

/** Characters of a partition's name. A file name has at most 255 bytes. */
const maxName = 200;

/** The first segment of a key, percent-encoded. A key without a slash has `%2F`, which no segment is. A long one ends with its hash. */
function prefixOf(key: string): string {
  const end = key.indexOf('/');
  const name = end < 0 ? '%2F' : percentEncode(key.slice(0, end).toWellFormed());
  if (name.length <= maxName) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 16);
  return `${name.slice(0, maxName - 20).replace(/%.?$/, '')}~${hash}`;
}

const digits = (n: number): string => String(n).padStart(8, '0');

/** The path of part number `n` in the folder of a partition, made by the run `run`. */
export function partPath(partition: string, n: number, run: string): string {
  return `${paths.data}${partition}part-${digits(n)}-${run}.parquet`;
}

/** The folder of a partition in the path of a part. */
export function partitionIn(path: string): string {
  return path.slice(paths.data.length, path.lastIndexOf('/') + 1);
}

/** Number and run in the path of a part; null for a file that is not a part. */
export function partIn(path: string): Readonly<{ n: number; run: string }> | null {
  const [, n, run] = /^data\/(?:[^/]+\/)?part-(\d{8,15})-([0-9a-f]{12})\.parquet$/.exec(path) ?? [];
  return n === undefined || run === undefined ? null : { n: Number(n), run };
}

/** The folder of the files that a run keeps beside its parts. */
export function runFolder(run: string): string {
  return `${paths.index}${run}/`;
}

/** Stage `a`: as the run found the objects. Stage `b`: after parts were rewritten. */
export type IndexStage = 'a' | 'b';

/** File `n` of an index, from 0. */
export function indexPath(run: string, stage: IndexStage, n: number): string {
  return `${runFolder(run)}${stage}-${digits(n)}.ndjson.gz`;
}

/** The rows that were read, and are not yet in a part. */
export function pendingPath(run: string, n: number): string {
  return `${runFolder(run)}pending-${digits(n)}.parquet`;
}

/** The number in the path of such rows; -1 for null. */
export function pendingNumber(path: string | null): number {
  return path === null ? -1 : Number(path.slice(-'00000000.parquet'.length, -'.parquet'.length));
}

/** The files below `changes/` that a run has merged. */
export function mergedPath(run: string): string {
  return `${runFolder(run)}merged.json.gz`;
}
