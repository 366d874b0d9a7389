// Follows an event of an object: reads the object as it is now and puts the result into the cache, or marks the object there as
// gone. Then it tells the sinks what the cache has now.
import { isDatedLater, isSameEvent, laterOf, supersedes } from '../cache/order';
import type { HostBucket } from '../http/request';
import { maxFollows } from '../limits';
import { isOfObject, ProblemError, problemCode } from '../problem';
import type { ObjectState, Sinks } from '../sink/sink';
import type { Bucket, CacheEntry, Job, Lookup, ObjectEvent, ObjectRef } from '../types';
import {
  type CacheSetup,
  type EntryContext,
  entryOf,
  entryTag,
  generationAfter,
  goneEntry,
  lookUp,
  unreadEntry,
} from './entry';
import type { ReadDeps } from './object';
import { type ReadResult, readRecord } from './record';
import type { SinkMetadata } from './sink-metadata';
import { type Trace, traceRecord } from './trace';

export type WarmDeps = Omit<ReadDeps, 'bucket'> &
  Readonly<{
    buckets: ReadonlyMap<string, Bucket>;
    /** The bucket for each name that events use. */
    named: ReadonlyMap<string, HostBucket>;
    cache: CacheSetup | null;
    /** Where changes of objects are sent; absent or null = nowhere. */
    sinks?: Sinks | null;
  }>;

/** An event, and what is to be done about it. */
export type EventWork = Pick<Extract<Job, { act: 'warm' | 'forget' }>, 'act' | 'object'>;

/**
 * Brings the cache up to date with an event. Afterwards the cache answers with nothing that is older than the event, even if
 * the read failed, and no read that began before the event can put its entry. Each sink is sent the entry that the cache has
 * after the event, also when the event changed nothing: an earlier try may have ended before it was sent. Throws ProblemError:
 * BucketUnknown; ConfigInvalid without a cache; CacheFault, also when other writers replaced the entry each time; SinkFault; and
 * what reading throws except NoSuchKey and lasting faults, which are put into the cache.
 */
export async function followEvent(
  { act, object }: EventWork,
  deps: WarmDeps,
  trace: Trace,
  signal: AbortSignal,
): Promise<void> {
  const { ref, bucket } = namedObject(object, deps);
  trace.ref = ref;
  const { cache } = deps;
  if (cache === null) throw new ProblemError('ConfigInvalid', 'Cannot follow an event: EXIF_CACHE is not set');
  if (!cache.isWatched(ref)) {
    trace.code = 'Ignored';
    return;
  }
  cache.answers?.drop(ref);
  const { sinks = null } = deps;
  const request: FollowRequest = { act, object, ref, deps: { ...deps, bucket }, cache, sinks, trace, signal };
  if (object.listed?.isNew === true && (await followNew(request))) return;
  for (let round = 0; round < maxFollows; round++) {
    if (await followOnce(request)) return;
  }
  const name = JSON.stringify(`${ref.bucket}/${ref.key}`);
  const reason = `other writers replaced its entry during each of ${maxFollows} readings; the event can be tried again`;
  throw new ProblemError('CacheFault', `Cannot cache ${name}: ${reason}`);
}

/** The object of an event, and its bucket. Throws ProblemError `BucketUnknown`. */
export function namedObject(
  { bucket: name, key }: Pick<ObjectEvent, 'bucket' | 'key'>,
  { named, buckets }: WarmDeps,
): { ref: ObjectRef; bucket: Bucket } {
  const route = named.get(name);
  const bucket = route === undefined ? undefined : buckets.get(route.bucketId);
  if (route === undefined || bucket === undefined) {
    throw new ProblemError('BucketUnknown', `Cannot follow an event of the bucket ${JSON.stringify(name)}`);
  }
  return { ref: { ...route, key }, bucket };
}

type FollowRequest = EventWork &
  Readonly<{
    ref: ObjectRef;
    deps: ReadDeps;
    cache: CacheSetup;
    sinks: Sinks | null;
    trace: Trace;
    signal: AbortSignal;
  }>;

const nothing: Lookup = { entry: null, version: null };

/**
 * Follows without a look-up, on the guess that the cache has nothing of the object: the put succeeds only if that is so. False
 * when the cache has an entry, or the object could not be read.
 */
async function followNew(request: FollowRequest): Promise<boolean> {
  const change = await cacheChange(request, nothing.entry);
  if (change.failure !== null && change.entry === null) return false;
  return apply(request, change, nothing);
}

/** False when another writer replaced the entry between the look-up and the put. */
async function followOnce(request: FollowRequest): Promise<boolean> {
  const { cache, ref, signal } = request;
  const found = await lookUp(ref, cache.store, signal);
  return apply(request, await cacheChange(request, found.entry), found);
}

/** Puts a change over what was looked up, and tells the sinks; false when another writer was faster. Throws its failure. */
async function apply(request: FollowRequest, change: Change, found: Lookup): Promise<boolean> {
  const { cache, sinks, signal } = request;
  const { entry, failure } = change;
  if (entry !== null && (await cache.store.put(entry, found.version, signal)) === 'conflict') return false;
  const state = sinks === null ? null : stateAfter(change, found);
  if (state !== null) await sinks?.deliver(state, signal);
  if (failure !== null) throw failure;
  return true;
}

/**
 * What sinks are told after a change; null after a failure that may pass. Also null after a failure that left the entry as it
 * is: another message about the same entry may have been sent before.
 */
function stateAfter({ entry, failure, metadata = null }: Change, found: Lookup): ObjectState | null {
  if (failure !== null) {
    return entry !== null && isOfObject(problemCode(failure))
      ? { entry, failure: problemCode(failure), metadata: null }
      : null;
  }
  const current = entry ?? found.entry;
  return current === null
    ? null
    : { entry: current, failure: metadata?.code ?? null, metadata: metadata?.text ?? null };
}

/**
 * The entry that the cache needs; null when it needs no change. `failure` is what the event ends with. `metadata` is set if sinks
 * want it and the object was opened.
 */
type Change = Readonly<{ entry: CacheEntry | null; failure: unknown; metadata?: SinkMetadata | null }>;

async function cacheChange(request: FollowRequest, held: CacheEntry | null): Promise<Change> {
  const { act, object, ref, cache } = request;
  const { revision } = cache;
  const { order } = object;
  const generation = generationAfter(held, cache.now());
  const isRepeated = act === 'forget' && held?.revision === revision && isSameEvent(held.order, order);
  if (isRepeated && (held.content.kind === 'gone' || !wantsMetadata(request))) return { entry: null, failure: null };
  if (act === 'forget' && isLatest(order, held) && !mayHaveSentLater(request, held)) {
    return { entry: { ref, revision, order, generation, content: { kind: 'gone' } }, failure: null };
  }
  return readNow(request, { ref, revision, held, sequencer: order.sequencer, generation });
}

/**
 * Whether a removal is later than the entry. When the entry may be the later one, the object is read, so that no entry stays
 * for good because of its sequencer or date.
 */
function isLatest(order: ObjectEvent['order'], held: CacheEntry | null): boolean {
  return held === null || !(supersedes(held, { order }) || isDatedLater(held, { order }));
}

/** Whether sinks want what no entry has. Then each object is read, also when its entry is up to date. */
function wantsMetadata({ sinks }: FollowRequest): boolean {
  return sinks?.style === 'metadata';
}

/**
 * Whether sinks may have been told a state that is later than this removal: an event before it may have found what was written
 * after it, and a cache may have lost the entry since then. Then the object is read, so that no message with a greater order is
 * about an older state.
 */
function mayHaveSentLater({ sinks, cache }: FollowRequest, held: CacheEntry | null): boolean {
  const isGone = held?.content.kind === 'gone' && held.revision === cache.revision;
  return sinks !== null && !isGone;
}

async function readNow(request: FollowRequest, context: EntryContext): Promise<Change> {
  const { object, ref, deps, trace, signal } = request;
  const { held, revision } = context;
  const listed = object.listed !== undefined;
  const tag = entryTag(held, revision);
  trace.code = 'OK';
  traceRecord(trace, null);
  // The list was made before the look-up: what changed since then has an event to follow.
  const isListed = tag !== null && object.listed?.etag === tag;
  if (isListed && !wantsMetadata(request)) {
    trace.cache = 'hit';
    traceResult(trace, { kind: 'unchanged' }, held);
    return { entry: null, failure: null };
  }
  // With a tag, only the bucket's answer shows whether the entry was a hit.
  trace.cache = tag !== null ? null : held === null ? 'miss' : 'stale';
  let result: ReadResult;
  let metadata: SinkMetadata | null = null;
  try {
    const known = { held: tag, isKnown: () => false };
    const asked = { ref, deps, cost: trace.cost, known, signal };
    if (wantsMetadata(request)) ({ result, metadata } = await loadSinkMetadata().readWithMetadata(asked));
    else result = await readRecord(asked);
  } catch (error) {
    if (problemCode(error) !== 'NoSuchKey')
      return isListed ? { entry: null, failure: error } : afterFailure(error, context);
    trace.code = 'NoSuchKey';
    trace.cache ??= 'stale';
    const isRight = held?.content.kind === 'gone' && held.revision === revision;
    return { entry: isRight ? renewed(context, listed) : goneEntry(context), failure: null };
  }
  trace.cache ??= result.kind === 'unchanged' ? 'hit' : 'stale';
  traceResult(trace, result, held);
  const entry = result.kind === 'unchanged' ? renewed(context, listed) : entryOf(result, context);
  return { entry, failure: null, metadata };
}

/** Loads the code for metadata only when a sink wants it. */
function loadSinkMetadata(): typeof import('./sink-metadata') {
  return require('./sink-metadata') as typeof import('./sink-metadata');
}

/** Traces what was read; of an unchanged object, what was read when its entry was made. */
function traceResult(trace: Trace, result: ReadResult, held: CacheEntry | null): void {
  if (result.kind === 'record') traceRecord(trace, result.record);
  if (result.kind === 'fault') trace.code = result.problem.code;
  if (result.kind !== 'unchanged') return;
  if (held?.content.kind === 'record') traceRecord(trace, held.content.record);
  if (held?.content.kind === 'fault') trace.code = held.content.code;
}

/**
 * The entry `held`, to be put again. It is right, but a read that began before the event could still replace it; after this put
 * it cannot. Null when no put is needed: for an event that was followed before, and for a listed object, of which no change is
 * known.
 */
function renewed({ held, sequencer, generation }: EntryContext, listed: boolean): CacheEntry | null {
  const order = { lastModified: null, sequencer };
  if (held === null || listed || isSameEvent(held.order, order)) return null;
  return { ...held, generation, order: laterOf(held.order, order) };
}

/** After a failure the entry is replaced, so that it is not used any more: the object may have changed. */
function afterFailure(error: unknown, context: EntryContext): Change {
  if (!(error instanceof ProblemError)) return { entry: null, failure: error };
  // Without an entry, a read that began before an event that is not tried again could still put its own.
  return { entry: context.held !== null || isOfObject(error.code) ? unreadEntry(context) : null, failure: error };
}
