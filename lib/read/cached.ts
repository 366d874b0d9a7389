// Reads the EXIF of one object for an answer, through the cache if there is one. A cache saves work; its failure never fails
// an answer: it is traced, and the object is read.
import { versionTag } from '../bytes/etag';
import { withinTime } from '../io/deadline';
import { cacheMs } from '../limits';
import { ProblemError, problemCode } from '../problem';
import type { CacheEntry, ExifRecord, IsKnown, ObjectRef, ObjectStat } from '../types';
import {
  type CacheSetup,
  type EntryContext,
  entryOf,
  entryTag,
  generationAfter,
  goneEntry,
  lookUp,
  resultOf,
} from './entry';
import type { Confirmation, KeptObject } from './kept-answers';
import type { ReadDeps } from './object';
import { type ReadResult, readRecord } from './record';
import type { Trace } from './trace';

export type CachedDeps = ReadDeps & Readonly<{ cache: CacheSetup | null }>;

/**
 * Which object to read through the cache. The read writes to `trace`; `isKnown` says that the caller has a version. `isEnough`:
 * whether the answers that are kept of an object are all that the caller needs, when their version is right.
 */
export type CachedRequest = Readonly<{
  ref: ObjectRef;
  deps: CachedDeps;
  trace: Trace;
  isKnown: IsKnown;
  isEnough?: (kept: KeptObject) => boolean;
  signal: AbortSignal;
}>;

/**
 * A version of an object, its record, and the answers that are kept of this version (null = none can be). `record` is null when
 * the caller has this version, or when `kept` is enough.
 */
export type CachedRecord = Readonly<{ stat: ObjectStat; record: ExifRecord | null; kept: KeptObject | null }>;

/** Reads an object. Throws ProblemError as reading without a cache does: the cache answers a lasting fault, too. */
export async function readCached(request: CachedRequest): Promise<CachedRecord> {
  const { ref, deps, trace, isKnown, signal } = request;
  const { cache } = deps;
  if (cache === null) {
    trace.cache = 'off';
    return toRecord(await readRecord({ ref, deps, cost: trace.cost, known: { held: null, isKnown }, signal }), null);
  }
  return (await readKept(request, cache)) ?? readThroughCache(request, cache);
}

/**
 * The answers that are kept, if they are enough and the bucket confirms their version. The cache is not looked up for that. So
 * when the object has changed, its entry cannot be put, and nothing of the new version is kept: the next request puts it. Null
 * when nothing kept is enough.
 */
async function readKept(request: CachedRequest, cache: CacheSetup): Promise<CachedRecord | null> {
  const { ref, deps, trace, isKnown, isEnough, signal } = request;
  const { answers } = cache;
  if (answers === undefined || isTrusted(ref, cache)) return null;
  const kept = answers.find(ref);
  if (kept === null || isEnough?.(kept) !== true) return null;
  if (!answers.isFresh(kept)) {
    const held = versionTag(kept.stat.etag);
    if (held === null) return null;
    const dropStale = (): void => {
      trace.cache = 'stale';
      answers.drop(ref);
    };
    const at = answers.now();
    const known = { held, isKnown };
    const result = await readRecord({ ref, deps, cost: trace.cost, known, signal }).catch((error: unknown) => {
      if (problemCode(error) === 'NoSuchKey') dropStale();
      throw error;
    });
    if (result.kind !== 'unchanged') {
      dropStale();
      return toRecord(result, null);
    }
    answers.confirm(ref, { stat: kept.stat, version: null, at });
  }
  trace.cache = 'hit';
  return { stat: kept.stat, record: null, kept };
}

async function readThroughCache(request: CachedRequest, cache: CacheSetup): Promise<CachedRecord> {
  const { ref, trace, isKnown, signal } = request;
  const { answers } = cache;
  const lookedUpAt = answers?.now() ?? 0;
  const found = await tryCache(trace, signal, (soon) => lookUp(ref, cache.store, soon));
  const held = found?.entry ?? null;
  if (held !== null && isTrusted(ref, cache) && held.revision === cache.revision) {
    trace.cache = 'hit';
    return keep(request, resultOf(held, isKnown), { version: found?.version ?? null, at: lookedUpAt });
  }
  const put = async (entry: CacheEntry): Promise<void> => {
    // Only over the entry that was looked up before the read: one that was put meanwhile may be of a later version.
    if (found !== null) await tryCache(trace, signal, (soon) => cache.store.put(entry, found.version, soon));
  };
  const tag = entryTag(held, cache.revision);
  const kept = answers?.find(ref) ?? null;
  if (held !== null && tag !== null && kept?.stat.etag === tag && answers?.isFresh(kept) === true) {
    trace.cache = 'hit';
    return keep(request, resultOf(held, isKnown), { version: null, at: kept.confirmedAt });
  }
  const at = answers?.now() ?? 0;
  return keep(request, await readAndPut(request, cache, held, put), { version: null, at });
}

/** Whether an answer may come from the cache without a request to the bucket. */
function isTrusted(ref: ObjectRef, { freshness, isWatched }: CacheSetup): boolean {
  // Without events, this service does not learn that an object has changed.
  return freshness === 'trust' && isWatched(ref);
}

/** A result, whose version is kept with the answers that may follow. */
function keep({ ref, deps }: CachedRequest, result: ReadResult, source: Omit<Confirmation, 'stat'>): CachedRecord {
  const stat = statOf(result);
  return toRecord(result, stat === null ? null : (deps.cache?.answers?.confirm(ref, { stat, ...source }) ?? null));
}

function statOf(result: ReadResult): ObjectStat | null {
  if (result.kind === 'unchanged') return null;
  return result.kind === 'record' ? result.record.stat : result.stat;
}

/** Throws the problem of a lasting fault. */
function toRecord(result: ReadResult, kept: KeptObject | null): CachedRecord {
  if (result.kind === 'record') return { stat: result.record.stat, record: result.record, kept };
  if (result.kind === 'known') return { stat: result.stat, record: null, kept };
  if (result.kind === 'fault') throw result.problem;
  throw new ProblemError('InternalError', 'A bucket answered that an object is unchanged, but the cache has no entry');
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
  const generation = generationAfter(held, cache.now());
  const context: EntryContext = { ref, revision, held, sequencer: null, generation };
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
