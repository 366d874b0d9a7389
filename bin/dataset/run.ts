// A run that changes a dataset: what it works with, how it starts, and how it ends.
//
// A run writes new parts and a new index, and nothing counts until it replaces `_state/head.json`. Files that the new head does not
// name are deleted after that. So a run that ends at any moment leaves the old dataset or the new one, and perhaps files that the
// next run deletes.

import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Buffers, Codec, RowLimits } from './buffers';
import { each } from './each';
import { type IndexFiles, isRemoved, openIndex } from './index-file';
import { indexPath, mergedPath, partIn, paths, runFolder } from './layout';
import { type Lease, type LeaseOptions, takeLease } from './lease';
import { type LiveRows, liveRows } from './live-rows';
import {
  type Counts,
  type Head,
  type Journal,
  loadHead,
  loadJournal,
  noCounts,
  type PartLimits,
  saveHead,
  saveJournal,
} from './state';
import type { Storage } from './storage';
import { temporaryName } from './storage-folder';

export type DatasetLimits = RowLimits &
  Readonly<{
    entriesOfFile: number;
    /** Milliseconds after which the position of a run is saved, when it has read anything. */
    saveMs: number;
    /** Objects with messages that are merged in one pass over the index. */
    messages: number;
  }>;

/**
 * Rows in memory take 32 MB; while a part is encoded or rewritten, several times as much. A partition costs at least one part,
 * and a line in `_state/head.json`.
 */
export const datasetLimits: DatasetLimits = {
  rows: 250_000,
  weight: 32 * 1024 * 1024,
  partitions: 10_000,
  entriesOfFile: 100_000,
  saveMs: 60_000,
  messages: 250_000,
};

/** What every work on a dataset needs. */
export type Dataset = Readonly<{
  storage: Storage;
  codec: Codec;
  limits: DatasetLimits;
  lease: Omit<LeaseOptions, 'stop'>;
  stop: AbortSignal;
  /** Called with the counts from time to time. */
  onProgress(counts: Counts): void;
}>;

/** A dataset that this process has locked. */
export type LockedDataset = Dataset & Readonly<{ held: Lease; head: Head }>;

/** A run that has its complete index of stage `a`. */
export type JoinedRun = Readonly<{
  kind: Journal['kind'];
  run: string;
  files: number;
  live: LiveRows;
  parts: Journal['parts'];
  nextPart: number;
  counts: Counts;
  limits: PartLimits;
}>;

/** Locks the dataset while `work` lasts, and first ends what a committed run has left. */
export async function withLock<T>(
  dataset: Dataset,
  work: (locked: LockedDataset, journal: Journal | null) => Promise<T>,
): Promise<T> {
  const { storage, lease, stop } = dataset;
  const held = await takeLease(storage, { ...lease, stop });
  try {
    const head = await loadHead(storage);
    let journal = await loadJournal(storage);
    if (journal !== null && (journal.run === head.run || journal.base !== head.run)) {
      await endRun(storage, head, journal.run, journal.run === head.run);
      journal = null;
    } else await sweep(storage, head, journal);
    return await work({ ...dataset, held, head }, journal);
  } finally {
    await held.release().catch(() => {});
  }
}

/** Makes `head` the dataset, and deletes everything that it does not name. */
export async function commit({ storage, held }: LockedDataset, head: Head, run: string): Promise<void> {
  await held.check();
  if (head.run === run) await saveHead(storage, head);
  await endRun(storage, head, run, true);
}

/**
 * Deletes what a run has left. The messages that a complete run has merged are first, because the run has their names; then the
 * journal, so that nobody goes on with a run whose files are gone.
 */
async function endRun(storage: Storage, head: Head, run: string, isComplete: boolean): Promise<void> {
  if (isComplete) await deleteMerged(storage, run);
  await storage.delete(paths.journal);
  await sweep(storage, head, null);
}

/** Gives up a run that is not complete. */
export async function discard({ storage, head }: LockedDataset, { run }: Journal): Promise<void> {
  await endRun(storage, head, run, false);
}

async function deleteMerged(storage: Storage, run: string): Promise<void> {
  const packed = await storage.get(mergedPath(run));
  if (packed === null) return;
  const names = JSON.parse(new TextDecoder().decode(await promisify(gunzip)(packed))) as readonly string[];
  await each(
    names.filter((name) => name.startsWith(paths.changes)),
    (name) => storage.delete(name),
  );
}

/** Deletes the parts and the files of an index that neither the head nor the journal names, and temporary files. */
export async function sweep(storage: Storage, head: Head, journal: Journal | null): Promise<void> {
  const parts = new Set([...head.parts, ...(journal?.parts ?? [])].map(({ path }) => path));
  const isPart = (path: string): boolean => {
    const named = partIn(path);
    if (named === null || parts.has(path)) return false;
    const isRewritten = journal?.stage === 'compact' && named.run === journal.run && named.n >= journal.nextPart;
    return !isRewritten;
  };
  const index = new Set(indexPaths(head.index));
  const isState = (path: string): boolean =>
    !index.has(path) && !(journal !== null && path.startsWith(runFolder(journal.run)));
  for (const [prefix, isUnused] of [
    [paths.data, isPart],
    [paths.index, isState],
  ] as const) {
    for await (const page of storage.list(prefix)) {
      const unused = page.filter(({ path }) => temporaryName.test(path) || isUnused(path));
      await each(unused, ({ path }) => storage.delete(path));
    }
  }
}

function indexPaths(index: IndexFiles | null): readonly string[] {
  if (index === null) return [];
  return Array.from({ length: index.files }, (_, n) => indexPath(index.run, index.stage, n));
}

/** The rows to which the entries of an index lead. */
export async function liveRowsOf(storage: Storage, index: IndexFiles): Promise<LiveRows> {
  const live = liveRows();
  const reader = await openIndex(storage, index);
  for (let entry = reader.current(); entry !== null; entry = reader.current()) {
    if (!isRemoved(entry)) live.mark(entry.part, entry.row);
    const wait = reader.advance();
    if (wait !== null) await wait;
  }
  return live;
}

/** Saves that the index of stage `a` is complete: from now on the run can be ended without the bucket. */
export async function saveJoined(
  { storage, head, held, limits: { rows: partRows, weight } }: LockedDataset,
  { rows, ...joined }: Omit<JoinedRun, 'parts' | 'nextPart' | 'limits'> & Readonly<{ rows: Buffers }>,
): Promise<JoinedRun> {
  const [parts, nextPart] = [rows.parts(), rows.nextPart()];
  const counts = { ...joined.counts, written: parts.length };
  const { kind, run, files } = joined;
  const limits = { rows: partRows, weight };
  await held.check();
  await saveJournal(storage, {
    ...firstJournal(kind, head, run),
    stage: 'compact',
    files,
    parts,
    nextPart,
    counts,
    limits,
  });
  return { ...joined, counts, parts, nextPart, limits };
}

/** The joined run that a journal of the stage `compact` describes. */
export async function joinedRun(
  dataset: Pick<LockedDataset, 'storage' | 'limits'>,
  { kind, run, files, parts, nextPart, counts, limits }: Journal,
): Promise<JoinedRun> {
  const { storage } = dataset;
  const joined = { kind, run, files, parts, nextPart, counts, limits: limits ?? dataset.limits };
  return { ...joined, live: await liveRowsOf(storage, { run, stage: 'a', files }) };
}

/** The journal of a run that has done nothing. */
export function firstJournal(kind: Journal['kind'], head: Head, run = randomBytes(6).toString('hex')): Journal {
  return {
    kind,
    run,
    base: head.run,
    stage: 'join',
    cursor: null,
    files: 0,
    from: 0,
    parts: [],
    open: [],
    pending: null,
    nextPart: head.nextPart,
    counts: noCounts,
    limits: null,
  };
}
