// Reads the EXIF of one object for an answer, through the cache if there is one. A cache saves work; its failure never fails
// an answer: it is traced, and the object is read.
import { withinTime } from '../io/deadline';
import { cacheMs } from '../limits';
import { ProblemError } from '../problem';
import type { CacheEntry, ExifRecord, IsKnown, ObjectRef, ObjectStat } from '../types';
import { type CacheSetup, type EntryContext, entryOf, entryTag, goneEntry, lookUp, resultOf } from './entry';
import type { ReadDeps } from './object';
import { type ReadResult, readRecord } from './record';
import type { Trace } from './trace';

export type CachedDeps = ReadDeps & Readonly<{ cache: CacheSetup | null }>;

/** Which object to read through the cache. The read writes to `trace`; `isKnown` says that the caller has a version. */
export type CachedRequest = Readonly<{
  ref: ObjectRef;
  deps: CachedDeps;
  trace: Trace;
  isKnown: IsKnown;
  signal: AbortSignal;
}>;

/** A version of an object, and its record; `record` is null when the caller has this version. */
export type CachedRecord = Readonly<{ stat: ObjectStat; record: ExifRecord | null }>;

/** Reads an object. Throws ProblemError as reading without a cache does: the cache answers a lasting fault, too. */
export async function readCached(request: CachedRequest): Promise<CachedRecord> {
  const result = await readThroughCache(request);
  if (result.kind === 'record') return { stat: result.record.stat, record: result.record };
  if (result.kind === 'known') return { stat: result.stat, record: null };
  if (result.kind === 'fault') throw result.problem;
  throw new ProblemError('InternalError', 'A bucket answered that an object is unchanged, but the cache has no entry');
}

async function readThroughCache({ ref, deps, trace, isKnown, signal }: CachedRequest): Promise<ReadResult> {
  const { cache } = deps;
  if (cache === null) {
    trace.cache = 'off';
    return readRecord({ ref, deps, cost: trace.cost, known: { held: null, isKnown }, signal });
  }
  const found = await tryCache(trace, signal, (soon) => lookUp(ref, cache.store, soon));
  const held = found?.entry ?? null;
  // Without events, this service does not learn that an object has changed.
  if (held !== null && cache.freshness === 'trust' && held.revision === cache.revision && cache.isWatched(ref)) {
    trace.cache = 'hit';
    return resultOf(held, isKnown);
  }
  const put = async (entry: CacheEntry): Promise<void> => {
    // Only over the entry that was looked up before the read: one that was put meanwhile may be of a later version.
    if (found !== null) await tryCache(trace, signal, (soon) => cache.store.put(entry, found.version, soon));
  };
  return readAndPut({ ref, deps, trace, isKnown, signal }, cache, held, put);
}

/**
 * Asks the bucket, with the ETag of `held` when that entry may still be answered, and puts what is new into the cache. It
 * puts before the answer, not after it: the platform may freeze the function as soon as it has the answer.
 */
async function readAndPut(
  { ref, deps, trace, isKnown, signal }: CachedRequest,
  cache: CacheSetup,
  held: CacheEntry | null,
  put: (entry: CacheEntry) => Promise<void>,
): Promise<ReadResult> {
  const { revision, freshness } = cache;
  const tag = entryTag(held, revision);
  // With a tag, only the bucket's answer shows whether the entry was a hit.
  trace.cache = tag !== null ? null : held === null ? 'miss' : 'stale';
  const context: EntryContext = { ref, revision, held, sequencer: null };
  let result: ReadResult;
  try {
    result = await readRecord({ ref, deps, cost: trace.cost, known: { held: tag, isKnown }, signal });
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'NoSuchKey') {
      trace.cache ??= 'stale';
      if (isPutAsGone(held, revision)) await put(goneEntry(context));
    }
    throw error;
  }
  if (result.kind === 'unchanged' && held !== null) {
    trace.cache = 'hit';
    return resultOf(held, isKnown);
  }
  trace.cache ??= 'stale';
  const entry = entryOf(result, context);
  // An entry without an ETag could never be verified.
  if (entry !== null && (freshness === 'trust' || entryTag(entry, revision) !== null)) await put(entry);
  return result;
}

/** Only over an existing entry: requests for random keys must not fill the cache. */
function isPutAsGone(held: CacheEntry | null, revision: string): boolean {
  return held !== null && !(held.content.kind === 'gone' && held.revision === revision);
}

/**
 * The result of a call of the cache, or null when it fails, which is traced. Its time limit is short, so that enough time is
 * left to read the object when the cache hangs.
 */
async function tryCache<T>(
  trace: Trace,
  signal: AbortSignal,
  call: (soon: AbortSignal) => Promise<T>,
): Promise<T | null> {
  try {
    return await withinTime(signal, cacheMs, call);
  } catch (error) {
    trace.cacheProblem = error;
    return null;
  }
}
