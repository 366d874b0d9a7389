// Reads the EXIF of one object for an answer, through the cache where there is one. The cache can save work, never cost
// an answer: what fails there is noted, and the object is read.

import { withinTime } from '../io/deadline';
import { cacheMs } from '../limits';
import { ProblemError } from '../problem';
import type { CacheEntry, ExifRecord, IsKnown, Lookup, ObjectRef, ObjectStat, ReadCost } from '../types';
import { type CacheUse, type Caching, entryOf, type Filing, goneEntry, heldTag, lookUp, toReading } from './entry';
import { type ReadDeps, type Reading, readExif } from './record';

export type CachedDeps = ReadDeps & Readonly<{ cache: Caching | null }>;

/** What is noted of a reading, for the log. `cacheProblem` is the last thing that went wrong with the cache. */
export type Noted = { cost: ReadCost; cache: CacheUse | null; cacheProblem: unknown };

/** An object that was read, or is known to the caller (`record` null). */
export type Read = Readonly<{ stat: ObjectStat; record: ExifRecord | null }>;

/**
 * The record of an object; `record` is null when `isKnown` says that the caller has this version. Throws ProblemError, as
 * reading without a cache does: a lasting fault that is held is thrown again.
 */
export async function readCached(
  ref: ObjectRef,
  deps: CachedDeps,
  noted: Noted,
  isKnown: IsKnown,
  signal: AbortSignal,
): Promise<Read> {
  const { cache } = deps;
  if (cache === null) {
    noted.cache = 'off';
    return shown(await readExif(ref, deps, noted.cost, { held: null, isKnown }, signal));
  }
  const found = await find(ref, cache, noted, signal);
  const held = found?.entry ?? null;
  // Without events nothing says when an object changes.
  if (held !== null && cache.freshness === 'trust' && held.revision === cache.revision && cache.isWatched(ref)) {
    noted.cache = 'hit';
    return shown(toReading(held, isKnown));
  }
  return shown(await readAndKeep(ref, { ...deps, cache, found }, noted, isKnown, signal));
}

function shown(reading: Reading): Read {
  if (reading.kind === 'record') return { stat: reading.record.stat, record: reading.record };
  if (reading.kind === 'known') return { stat: reading.stat, record: null };
  if (reading.kind === 'fault') throw reading.problem;
  throw new ProblemError('InternalError', 'A bucket answered that an object is unchanged, and nothing is held');
}

/** `found` is null when the look-up failed. */
type HeldDeps = CachedDeps & Readonly<{ cache: Caching; found: Lookup | null }>;

/** Asks the bucket, with the ETag of what is held where that may still be answered, and keeps what is new. */
async function readAndKeep(
  ref: ObjectRef,
  deps: HeldDeps,
  noted: Noted,
  isKnown: IsKnown,
  signal: AbortSignal,
): Promise<Reading> {
  const { cache, found } = deps;
  const held = found?.entry ?? null;
  const tag = heldTag(held, cache.revision);
  // With a tag only the bucket's answer tells whether it was a hit.
  noted.cache = tag !== null ? null : held === null ? 'miss' : 'stale';
  const filing: Filing = { ref, revision: cache.revision, held, sequencer: null };
  let reading: Reading;
  try {
    reading = await readExif(ref, deps, noted.cost, { held: tag, isKnown }, signal);
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'NoSuchKey') {
      noted.cache ??= 'stale';
      await keepGone(filing, deps, noted, signal);
    }
    throw error;
  }
  if (reading.kind === 'unchanged' && held !== null) {
    noted.cache = 'hit';
    return toReading(held, isKnown);
  }
  noted.cache ??= 'stale';
  const entry = entryOf(reading, filing);
  // Without an ETag it could never be verified.
  if (entry !== null && (cache.freshness === 'trust' || heldTag(entry, cache.revision) !== null)) {
    await keep(entry, deps, noted, signal);
  }
  return reading;
}

/** Only over an entry that says otherwise: requests for random names must not fill the cache. */
async function keepGone(filing: Filing, deps: HeldDeps, noted: Noted, signal: AbortSignal): Promise<void> {
  const { held, revision } = filing;
  if (held === null || (held.content.kind === 'gone' && held.revision === revision)) return;
  await keep(goneEntry(filing), deps, noted, signal);
}

/** With a short time limit, as `keep`: a cache that hangs must leave enough time to read the object. */
async function find(ref: ObjectRef, { store }: Caching, noted: Noted, signal: AbortSignal): Promise<Lookup | null> {
  try {
    return await withinTime(signal, cacheMs, (soon) => lookUp(ref, store, soon));
  } catch (error) {
    noted.cacheProblem = error;
    return null;
  }
}

/**
 * Before the answer, not after it: the platform may freeze the function as soon as that is given. Only over what was looked
 * up before the object was read: an entry that came meanwhile may be of a later version, and stays.
 */
async function keep(
  entry: CacheEntry,
  { cache: { store }, found }: HeldDeps,
  noted: Noted,
  signal: AbortSignal,
): Promise<void> {
  if (found === null) return;
  try {
    await withinTime(signal, cacheMs, (soon) => store.put(entry, found.version, soon));
  } catch (error) {
    noted.cacheProblem = error;
  }
}
