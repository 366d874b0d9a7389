// Compares the listing of a bucket with the index of the dataset, and reads what is new or changed.

import { compareUtf8 } from '../../lib/bytes/utf8';
import { ProblemError, problemCode } from '../../lib/problem';
import { compareNames, type Entry, isRemoved, type Name, openIndex } from './index-file';
import {
  type ExportSource,
  isDue,
  type Join,
  type Listed,
  type ReadResult,
  saveJoin,
  startJoin,
  type Waiting,
} from './join-state';
import type { Partitioning } from './layout';
import { isYoung, markOf } from './marks';
import { type JoinedRun, type LockedDataset, saveJoined } from './run';
import { type Counts, type Journal, unusable } from './state';

/** Objects in a row that fail because of the store, after which the run ends. */
const giveUpAfter = 100;
const storeFaults: ReadonlySet<string> = new Set([
  'BucketFault',
  'BucketMisconfigured',
  'NoSuchBucket',
  'SlowDown',
  'Timeout',
]);
/** Objects that wait for an earlier one that is still being read. */
const maxWaiting = 10_000;
/** Reads that are done or under way, for each read under way: so one slow read does not stop the others. */
const readsAhead = 4;

/** How a join ended; `run` null: it was stopped, and its position is saved. */
export type Joined = Readonly<{ run: JoinedRun | null; counts: Counts }>;

/**
 * Joins from the position of `journal` on. Throws
 * ProblemError when the bucket cannot be listed, or 100 objects in a row could not be read because of the store.
 */
export async function joinListing(
  dataset: LockedDataset,
  source: ExportSource,
  by: Partitioning,
  journal: Journal,
): Promise<Joined> {
  const join = await startJoin(dataset, source, by, journal);
  const { cursor } = journal;
  const after = cursor?.bucket === source.bucket ? cursor.key : null;
  let before = after;
  let askedAt = Date.now();
  const isListed = cursor !== null && cursor.bucket !== source.bucket && compareUtf8(cursor.bucket, source.bucket) > 0;
  const pages = isListed ? [] : source.pages(after);
  for await (const page of pages) {
    ({ askedAt } = page);
    for (const object of page.objects) {
      if (object.problem != null) {
        join.counts.failed++;
        source.onFailure(object.key, object.problem);
        continue;
      }
      if (before !== null && compareUtf8(before, object.key) >= 0) throw outOfOrder(object.key);
      before = object.key;
      if (!source.isSelected(object.key)) continue;
      const name = { bucket: source.bucket, key: object.key };
      await passUntil(join, name, askedAt);
      const wait = visit(join, name, object);
      if (wait !== null) await wait;
      if (dataset.stop.aborted) return stop(join);
    }
    dataset.onProgress(join.counts);
  }
  if (cursor === null && before === null) await refuseToEmpty(join);
  await passUntil(join, null, askedAt);
  await settle(join, true);
  refuseManyRemovals(join);
  return end(join);
}

/** Before anything is taken, so that the next run begins with the first object. */
async function refuseToEmpty({ source, dataset: { storage, head } }: Join): Promise<void> {
  if (source.allowRemovals) return;
  const reader = await openIndex(storage, head.index);
  for (let entry = reader.current(); entry !== null; entry = reader.current()) {
    if (isDropped(source, entry)) throw unusable(storage, sourceIsEmpty);
    await reader.advance();
  }
}

const sourceIsEmpty =
  'the source has no object at all, so all rows would be dropped. Check it; if it is right, add --allow-removals';

/** Whether the row of an object that is not in the listing is dropped. */
function isDropped(source: ExportSource, entry: Entry): boolean {
  return !isRemoved(entry) && entry.bucket === source.bucket && source.isSelected(entry.key);
}

/** Rows that may be dropped in a run, even when fewer objects are listed. */
const fewRemovals = 1000;

function refuseManyRemovals({ source, counts, dataset }: Join): void {
  const { created, changed, unchanged, failed, removed } = counts;
  const listed = created + changed + unchanged + failed;
  if (source.allowRemovals || removed <= listed || (removed <= fewRemovals && listed > 0)) return;
  const found = `only ${listed} selected objects were listed, so ${removed} rows would be dropped`;
  const advice = 'If these objects exist, correct the source and add --restart; otherwise add --allow-removals';
  throw unusable(dataset.storage, `${found}. ${advice}`);
}

/** Handles the entries before `name` (null: all that are left), whose objects are not in the listing. */
async function passUntil(join: Join, name: Name | null, askedAt: number): Promise<void> {
  const { reader, source } = join;
  for (let entry = reader.current(); entry !== null; entry = reader.current()) {
    if (name !== null && compareNames(entry, name) >= 0) return;
    const about = { name: entry, file: reader.file(), entry } as const;
    const wait = push(
      join,
      isDropped(source, entry)
        ? { ...about, kind: 'removed', order: Math.max(entry.order + 1, askedAt) }
        : { ...about, kind: 'keep', unchanged: false },
    );
    if (wait !== null) await wait;
    const next = reader.advance();
    if (next !== null) await next;
  }
}

function visit(join: Join, name: Name, object: Listed): Promise<void> | null {
  const { reader, source } = join;
  const entry = reader.current();
  const file = reader.file();
  const held = entry !== null && compareNames(entry, name) === 0 ? entry : null;
  const next = held === null ? null : reader.advance();
  const wait =
    held !== null && !source.again && isSame(held, object)
      ? push(join, { kind: 'keep', name, file, entry: held, unchanged: true })
      : push(join, read(join, name, file, object, held));
  if (next === null) return wait;
  return Promise.all([next, wait]).then(() => {});
}

function read(join: Join, name: Name, file: number, object: Listed, held: Entry | null): Waiting {
  // Greater than the number of every earlier state, and otherwise the time before the read: as a cache numbers the states.
  const order = Math.max((held?.order ?? 0) + 1, Date.now());
  const result = join.source.read(object, order);
  join.reads++;
  join.active++;
  const ended = (): void => {
    join.active--;
    join.wake();
  };
  result.then(ended, ended);
  return { kind: 'read', name, file, held, order, result };
}

function isSame(held: Entry, { etag }: Listed): boolean {
  return !isRemoved(held) && held.etag !== null && etag !== null && bare(held.etag) === bare(etag);
}

/** Some stores write the tag of an object with quotes in one reply and without them in another. */
function bare(etag: string): string {
  return etag.replaceAll('"', '');
}

/** Adds an object. Returns a promise when the next one has to wait. */
function push(join: Join, next: Waiting): Promise<void> | null {
  join.waiting.push(next);
  takeReady(join);
  return isDue(join) || isCrowded(join) ? settle(join, false) : null;
}

function isCrowded({ waiting, active, reads, source: { concurrency } }: Join): boolean {
  return active >= concurrency || reads >= readsAhead * concurrency || waiting.length >= maxWaiting;
}

/** Takes the first objects, up to one that is read or until the position has to be saved. */
function takeReady(join: Join): void {
  for (let next = join.waiting[0]; next !== undefined && next.kind !== 'read'; next = join.waiting[0]) {
    join.waiting.shift();
    if (next.kind === 'keep') keep(join, next.entry, next.unchanged);
    else remove(join, next.entry, next.order);
    join.cursor = next.name;
    if (isDue(join)) return;
  }
}

/** Takes objects until another one may be started, or all. */
async function settle(join: Join, all: boolean): Promise<void> {
  for (;;) {
    takeReady(join);
    if (isDue(join)) await saveJoin(join);
    const [next] = join.waiting;
    if (next === undefined) return;
    if (next.kind !== 'read') continue;
    if (!all && !isCrowded(join)) return;
    if (!all && join.active >= join.source.concurrency && join.reads < readsAhead * join.source.concurrency) {
      await new Promise<void>((resolve) => {
        join.wake = resolve;
      });
      continue;
    }
    const result = await next.result;
    join.waiting.shift();
    join.reads--;
    take(join, next, result);
    join.cursor = next.name;
  }
}

function keep(join: Join, entry: Entry, unchanged: boolean): void {
  if (unchanged) join.counts.unchanged++;
  if (isRemoved(entry) && !isYoung(entry)) return;
  if (!isRemoved(entry)) join.live.mark(entry.part, entry.row);
  join.writer.add(entry);
}

function remove(join: Join, entry: Entry, order: number): void {
  join.counts.removed++;
  join.writer.add(markOf(entry, order));
}

function take(join: Join, { name, held, order }: Extract<Waiting, { kind: 'read' }>, read: ReadResult): void {
  const { source, counts } = join;
  const wasThere = held !== null && !isRemoved(held);
  if (read.kind === 'failed') {
    join.faults = storeFaults.has(problemCode(read.error)) ? join.faults + 1 : 0;
    counts.failed++;
    source.onFailure(name.key, read.error);
    if (held !== null) keep(join, held, false);
    if (join.faults >= giveUpAfter) throw givenUp(read.error);
    return;
  }
  join.faults = 0;
  if (read.kind === 'gone') {
    if (wasThere) remove(join, held, order);
    else if (held !== null) keep(join, held, false);
    return;
  }
  const { row } = read;
  const place = join.rows.add(row);
  join.added++;
  join.live.mark(place.part, place.row);
  join.writer.add({ ...name, etag: typeof row['etag'] === 'string' ? row['etag'] : null, order, ...place });
  if (wasThere) counts.changed++;
  else counts.created++;
  if (typeof row['error'] === 'string') counts.errors++;
}

async function stop(join: Join): Promise<Joined> {
  await settle(join, true);
  await saveJoin(join);
  return { run: null, counts: join.counts };
}

async function end({ dataset, journal, rows, writer, live, counts }: Join): Promise<Joined> {
  await rows.flush();
  await writer.cut();
  const { run, kind } = journal;
  return { run: await saveJoined(dataset, { kind, run, files: writer.files(), live, rows, counts }), counts };
}

function givenUp(error: unknown): ProblemError {
  const message = error instanceof Error ? error.message : 'a value that is not an Error was thrown';
  const inARow = `Stopped after ${giveUpAfter} failures in a row. The last one: ${message}`;
  return new ProblemError('BucketFault', `${inARow}. To continue, run the same command again`);
}

function outOfOrder(key: string): ProblemError {
  const order = `the store does not list keys in the order of their bytes (at ${JSON.stringify(key)})`;
  return new ProblemError('BucketFault', `Cannot compare the bucket with the dataset: ${order}`);
}
