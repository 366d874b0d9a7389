// Opens an object for reading: its first bytes, a reader of the rest that stays with one version, the limits on requests and
// bytes. Starts over once when the object changes meanwhile.
import { sameVersion } from '../bytes/etag';
import { budgetedReader, windowedReader } from '../bytes/reader';
import { type Limits, readAhead } from '../limits';
import { isLasting, ProblemError } from '../problem';
import type { TagGroup } from '../tag/groups';
import type { Bucket, ByteRange, Container, IsKnown, ObjectRef, ObjectStat, RangeReader, ReadCost } from '../types';
import type { Ahead, OpenAhead } from './ahead';
import type { Purpose } from './forecast';
import { checkSize } from './image-limits';

export type ReadDeps = Readonly<{
  bucket: Bucket;
  limits: Limits;
  dropGroups: readonly TagGroup[];
  /** The formats that are read; absent = all. */
  formats?: readonly Container[] | undefined;
  /** Reads ahead, for the fewest round trips; absent = the fewest requests. */
  openAhead?: OpenAhead | undefined;
  /** Bytes of the longest preview; absent = the default limit. */
  previewBytes?: number | undefined;
}>;

/** What is known before an object is read: the ETag of what a cache has of it (null = nothing), and the caller's version. */
export type KnownVersions = Readonly<{ held: string | null; isKnown: IsKnown }>;

/** For an object of which neither the cache nor the caller has anything. */
export const nothingKnown: KnownVersions = { held: null, isKnown: () => false };

/**
 * Which object to read, and with what. The read adds to `cost`. `purpose` is `record` when it is absent. `anySize`: an object
 * beyond the limit on images is opened too, because it may be a video.
 */
export type ReadRequest = Readonly<{
  ref: ObjectRef;
  purpose?: Purpose;
  anySize?: true;
  deps: ReadDeps;
  cost: ReadCost;
  known: KnownVersions;
  signal: AbortSignal;
}>;

/**
 * The first reply about an object, cut at the usual length, and a reader of all of it within the limits. `openReader` makes
 * another one with the whole budget, for a second parser: it sends no GET for bytes that are `held`.
 */
export type OpenObject = Readonly<{
  stat: ObjectStat;
  head: Uint8Array;
  reader: RangeReader;
  openReader(held?: RangeReader['held']): RangeReader;
}>;

/**
 * Why an object was not read completely: it still has the ETag that the cache has (`unchanged`); the caller has this version
 * (`known`); an error that lasts as long as this version. `stat` is null when the store said nothing about the object.
 */
export type NoReadReason =
  | Readonly<{ kind: 'unchanged' }>
  | Readonly<{ kind: 'known'; stat: ObjectStat }>
  | Readonly<{ kind: 'fault'; problem: ProblemError; stat: ObjectStat | null }>;

type Use<T> = (object: OpenObject) => Promise<T>;

/**
 * The result of `use` for an object, or why it was not needed. When the object changes meanwhile, it starts over once, with the
 * whole budget: the second reading must not find less than the first. Throws ProblemError, but not for a lasting fault.
 */
export async function readObject<T>(request: ReadRequest, use: Use<T>): Promise<T | NoReadReason> {
  const { ref, deps, known, signal, purpose = 'record' } = request;
  const { bucket, limits, openAhead } = deps;
  const isHeld = known.held !== null;
  const ahead = openAhead?.({ ref, bucket, limits, purpose, isHeld, signal }) ?? nothingAhead(limits);
  try {
    return await readOnce(request, use, ahead);
  } catch (error) {
    if (!(error instanceof ProblemError && error.code === 'ObjectChanged')) throw error;
  } finally {
    ahead.end();
  }
  return readOnce(request, use, nothingAhead(limits));
}

/** Reads nothing ahead, and learns nothing. */
function nothingAhead({ firstRead }: Limits): Ahead {
  const nothing = (): void => {};
  return { firstRead, send: nothing, open: nothing, take: () => null, learn: nothing, end: nothing };
}

async function readOnce<T>(request: ReadRequest, use: Use<T>, ahead: Ahead): Promise<T | NoReadReason> {
  const { deps, cost, known, anySize } = request;
  const ranges: ByteRange[] = [];
  const spent: ReadCost = { requests: 0, bytes: 0, ranges };
  let stat: ObjectStat | null = null;
  try {
    const object = await openObject({ ...request, cost: spent }, ahead);
    if (object === null) return { kind: 'unchanged' };
    stat = object.stat;
    checkSize(stat, anySize === true ? { objectBytes: Infinity } : deps.limits);
    const isKnown = known.isKnown(stat);
    if (isKnown === true) return { kind: 'known', stat };
    if (isKnown !== false) return await useFirstReply(object, use);
    const result = await use(object);
    ahead.learn();
    return result;
  } catch (problem) {
    if (!(problem instanceof ProblemError && isLasting(problem.code))) throw problem;
    ahead.learn();
    return { kind: 'fault', problem, stat };
  } finally {
    cost.requests += spent.requests;
    cost.bytes += spent.bytes;
    cost.ranges?.push(...ranges);
  }
}

/** The result of `use`, or `known` when it needs more than the first reply. */
async function useFirstReply<T>({ stat, head }: OpenObject, use: Use<T>): Promise<T | NoReadReason> {
  let isEnough = true;
  const refusing: RangeReader = {
    size: stat.size,
    read: async () => {
      isEnough = false; // nobody sees the error
      throw new ProblemError('BudgetExceeded', 'Cannot read on');
    },
  };
  const openReader = (): RangeReader => windowedReader(refusing, head, readAhead);
  try {
    const result = await use({ stat, head, reader: openReader(), openReader });
    if (isEnough) return result; // a parser may go on without the bytes that were refused
  } catch (error) {
    if (isEnough) throw error;
  }
  return { kind: 'known', stat };
}

/**
 * Opens an object by one GET of its first bytes: size and ETag come from its reply, and all later reads are for that ETag.
 * Null when the object still has the ETag that the cache has. The limits count the reads that are needed, whether or not they
 * were read ahead, so that the result is the same; `cost` counts the GETs.
 */
async function openObject(request: ReadRequest, ahead: Ahead): Promise<OpenObject | null> {
  const { ref, deps, cost, known, signal } = request;
  const { bucket, limits } = deps;
  cost.requests++;
  const unless = known.held === null ? null : { ifNoneMatch: known.held };
  const reply = bucket.fetch(ref, { start: 0, end: ahead.firstRead }, unless, signal);
  ahead.send(cost);
  const first = await reply;
  if (first === null) return null;
  const { bytes, stat } = first;
  cost.ranges?.push({ start: 0, end: bytes.length });
  const received = first.received ?? bytes.length;
  cost.bytes += received;
  ahead.open(first, cost);
  const condition = stat.etag === null ? null : { ifMatch: stat.etag };
  const readLater = async (range: ByteRange, counted: ReadCost): Promise<Uint8Array> => {
    const held = ahead.take(range);
    const early = held === null ? null : await held;
    if (early !== null) return early;
    cost.requests++;
    cost.bytes += range.end - range.start;
    cost.ranges?.push(range);
    const later = await bucket.fetch(ref, range, condition, signal).catch(asChange);
    // A store that sends no ETag cannot be asked for a version: size and date have to be enough.
    if (later === null || !sameVersion(stat, later.stat))
      throw new ProblemError('ObjectChanged', 'Cannot read on: the object has changed');
    // A store that ignores ranges sends everything before the range, too.
    const unwanted = (later.received ?? later.bytes.length) - later.bytes.length;
    cost.bytes += unwanted;
    counted.bytes += unwanted;
    return later.bytes;
  };
  const head = bytes.subarray(0, limits.firstRead);
  const openReader: OpenObject['openReader'] = (held) => {
    const counted: ReadCost = { requests: 1, bytes: Math.min(received, limits.firstRead) };
    const read: RangeReader['read'] = (ranges) =>
      Promise.all(ranges.map(async (range) => held?.(range.start, range.end) ?? readLater(range, counted)));
    const budgeted = budgetedReader({ size: stat.size, read }, counted, limits.requests, limits.readBytes);
    return windowedReader(budgeted, head, readAhead);
  };
  return { stat, head, reader: openReader(), openReader };
}

/** The first reply was about an object with bytes, so a later reply that denies this is about another version. */
function asChange(error: unknown): never {
  const isDenied = error instanceof ProblemError && (isLasting(error.code) || error.code === 'RangeNotSatisfiable');
  if (!isDenied) throw error;
  throw new ProblemError('ObjectChanged', error.message, { cause: error });
}
