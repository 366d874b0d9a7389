// Merges the messages of a sink into the dataset: for each object the message with the greatest order counts.

import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { SinkMessage } from '../../lib/sink/sink';
import { type Buffers, buffers } from './buffers';
import { changeFiles, rowOfMessage } from './changes';
import { type Finished, finish } from './compact';
import { compareNames, type Entry, indexWriter, isRemoved, openIndex } from './index-file';
import { mergedPath, type Partitioning, partitionIn } from './layout';
import { liveRows } from './live-rows';
import { isYoung, markOf } from './marks';
import { firstJournal, type LockedDataset, saveJoined } from './run';
import { type Counts, type DatasetPurpose, noCounts } from './state';

/** Which messages belong to the dataset. */
export type MessageFilter = Readonly<{
  purpose: DatasetPurpose;
  /** Whether a key of the exported bucket is selected. */
  isSelected(key: string): boolean;
  /** Whether to read messages; false = only compact. */
  messages: boolean;
}>;

/** What merging gave. `bad`: the files that were left, with the reason. `left`: messages about keys that are not selected. */
export type Merged = Readonly<{ counts: Counts; files: number; messages: number; left: number; stopped: boolean }> &
  Readonly<{ bad: readonly Readonly<{ path: string; problem: string }>[] }>;

/** Merges all messages, in as many passes over the index as their number needs. */
export async function mergeAll(dataset: LockedDataset, filter: MessageFilter): Promise<Merged> {
  let { head } = dataset;
  let total: Merged = { counts: noCounts, files: 0, messages: 0, left: 0, stopped: false, bad: [] };
  const skipped = new Set<string>();
  for (;;) {
    const journal = firstJournal('merge', head);
    const batch = await gather({ ...dataset, head }, filter, journal.run, skipped);
    for (const { path } of batch.bad) skipped.add(path);
    const { changes, files, messages, left } = batch;
    total = {
      ...total,
      messages: total.messages + messages,
      left: total.left + left,
      bad: [...total.bad, ...batch.bad],
    };
    if (dataset.stop.aborted) return { ...total, stopped: true };
    // Also without messages: the run before may have left small parts.
    if (files.length === 0 && total.files > 0) return total;
    const finished = await apply({ ...dataset, head }, journal.run, batch, changes);
    head = finished.head;
    total = { ...total, files: total.files + files.length, counts: addCounts(total.counts, finished.counts) };
    dataset.onProgress(total.counts);
    if (files.length === 0) return total;
  }
}

function addCounts(one: Counts, other: Counts): Counts {
  const sums = Object.keys(one).map((name) => [name, one[name as keyof Counts] + other[name as keyof Counts]]);
  return Object.fromEntries(sums) as Counts;
}

/** The last state of an object in a batch; its row is in a part already. */
type Change = Entry & Readonly<{ isError: boolean }>;

type Batch = Readonly<{
  changes: readonly Change[];
  files: readonly string[];
  messages: number;
  left: number;
  bad: Merged['bad'];
  rows: Buffers;
}>;

/** Files of a batch: with one message in each, their names take 20 MB. */
const maxFiles = 250_000;

/** Reads messages until there are enough for one pass. Their rows are in parts, which count only when the index has them. */
async function gather(
  dataset: LockedDataset,
  { purpose, isSelected, messages: isReading }: MessageFilter,
  run: string,
  skipped: ReadonlySet<string>,
): Promise<Batch> {
  const { storage, limits, stop } = dataset;
  const rows = openBuffers(dataset, purpose.by, run);
  const changes = new Map<string, Change>();
  const files: string[] = [];
  const bad: Merged['bad'][number][] = [];
  let [messages, left] = [0, 0];
  const [ours = null] = purpose.names;
  for await (const file of isReading ? changeFiles(storage, skipped) : []) {
    if (file.problem !== null) {
      bad.push({ path: file.path, problem: file.problem });
      continue;
    }
    files.push(file.path);
    for (const sent of file.messages) {
      messages++;
      // The bucket of an access point has another name in events than in rows.
      const message = ours !== null && purpose.names.includes(sent.bucket) ? { ...sent, bucket: ours } : sent;
      if (message.bucket === ours && !isSelected(message.key)) left++;
      else await take(message, changes, rows);
    }
    if (changes.size >= limits.messages || files.length >= maxFiles || stop.aborted) break;
  }
  const inOrder = [...changes.values()].sort(compareNames);
  return { changes: inOrder, files, messages, left, bad, rows };
}

function openBuffers({ storage, codec, limits, head }: LockedDataset, by: Partitioning, run: string): Buffers {
  const partitions = head.parts.map(({ path }) => partitionIn(path));
  const start = { parts: [], nextPart: head.nextPart, open: [], rows: [] };
  return buffers({ storage, codec, limits, by, run, partitions, ...start });
}

async function take(message: SinkMessage, changes: Map<string, Change>, rows: Buffers): Promise<void> {
  const { bucket, key, order, type } = message;
  const name = JSON.stringify([bucket, key]);
  const held = changes.get(name);
  if (held !== undefined && held.order >= order) return;
  if (type === 'removed') {
    changes.set(name, { ...markOf({ bucket, key }, order), isError: false });
    return;
  }
  // Without its tags the row is not complete: the next export reads the object.
  const etag = message.cut === undefined ? (message.etag ?? null) : null;
  const place = rows.add(rowOfMessage(message));
  changes.set(name, { bucket, key, etag, order, ...place, isError: type === 'unreadable' });
  if (rows.isFull()) await rows.relieve();
}

/** Replaces the entries of the index that have a lower order, and ends the run. */
async function apply(
  dataset: LockedDataset,
  run: string,
  { files, rows }: Pick<Batch, 'files' | 'rows'>,
  changes: readonly Change[],
): Promise<Finished> {
  const { storage, head, limits, held } = dataset;
  await rows.flush();
  const packed = await promisify(gzip)(new TextEncoder().encode(JSON.stringify(files)));
  await storage.put(mergedPath(run), new Uint8Array(packed));
  const reader = await openIndex(storage, head.index);
  const writer = indexWriter(storage, { run, stage: 'a', files: 0 }, limits.entriesOfFile);
  const live = liveRows();
  const counts = { ...noCounts } as { -readonly [Name in keyof Counts]: Counts[Name] };
  const keep = async (entry: Entry): Promise<void> => {
    if (isRemoved(entry) && !isYoung(entry)) return;
    if (!isRemoved(entry)) live.mark(entry.part, entry.row);
    writer.add(entry);
    if (!writer.isFull()) return;
    await held.check();
    await writer.cut();
  };
  const passUntil = async (change: Change | null): Promise<void> => {
    for (let entry = reader.current(); entry !== null; entry = reader.current()) {
      if (change !== null && compareNames(entry, change) >= 0) return;
      await keep(entry);
      await reader.advance();
    }
  };
  for (const change of changes) {
    await passUntil(change);
    const entry = reader.current();
    const old = entry !== null && compareNames(entry, change) === 0 ? entry : null;
    if (old !== null) await reader.advance();
    if (old !== null && isKept(old, change)) {
      counts.unchanged++;
      await keep(old);
      continue;
    }
    count(counts, old, change);
    const { isError: _, ...next } = change;
    await keep(next);
  }
  await passUntil(null);
  await writer.cut();
  const joined = await saveJoined(dataset, { kind: 'merge', run, files: writer.files(), live, rows, counts });
  return finish(dataset, joined);
}

/** A message of the same order is the same one, sent again, or is about an object that an export read at the same time. */
function isKept(old: Entry, change: Change): boolean {
  return old.order > change.order || (old.order === change.order && old.etag === change.etag);
}

function count(
  counts: { -readonly [Name in keyof Counts]: Counts[Name] },
  old: Entry | null,
  { part, isError }: Change,
): void {
  const wasThere = old !== null && !isRemoved(old);
  if (part < 0 && wasThere) counts.removed++;
  else if (part < 0) counts.marked++;
  else if (part >= 0 && wasThere) counts.changed++;
  else if (part >= 0) counts.created++;
  if (isError) counts.errors++;
}
