// Reads the EXIF of one object for an answer, through the cache where there is one. The cache can save work, never cost
// an answer: what fails there is noted, and the object is read.
import {
  type CacheUse,
  type Caching,
  entryOf,
  type Filing,
  getEntry,
  goneEntry,
  heldTag,
  toReading,
} from './cache-entry';
import { type IsKnown, type ReadDeps, type Reading, readExif } from './exif';
import { cacheMs } from './limits';
import { ProblemError } from './problem';
import { withinTime } from './store/deadline';
import type { CacheEntry, ExifRecord, ObjectRef, ObjectStat, ReadCost } from './types';

export type CachedDeps = ReadDeps & Readonly<{ cache: Caching | null; now: () => Date }>;

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
  const held = await getHeld(ref, cache, noted, signal);
  // Of what no event is followed nobody tells when it changes.
  if (held !== null && cache.freshness === 'trust' && held.maker === cache.maker && cache.isWatched(ref)) {
    noted.cache = 'hit';
    return shown(toReading(held, isKnown));
  }
  return shown(await readAndKeep(ref, { ...deps, cache, held }, noted, isKnown, signal));
}

function shown(reading: Reading): Read {
  if (reading.kind === 'record') return { stat: reading.record.stat, record: reading.record };
  if (reading.kind === 'known') return { stat: reading.stat, record: null };
  if (reading.kind === 'fault') throw reading.problem;
  throw new ProblemError('InternalError', 'A bucket answered that an object is unchanged, and nothing is held');
}

type HeldDeps = CachedDeps & Readonly<{ cache: Caching; held: CacheEntry | null }>;

/** Asks the bucket, with the ETag of what is held where that may still be answered, and keeps what is new. */
async function readAndKeep(
  ref: ObjectRef,
  deps: HeldDeps,
  noted: Noted,
  isKnown: IsKnown,
  signal: AbortSignal,
): Promise<Reading> {
  const { cache, held } = deps;
  const tag = heldTag(held, cache.maker);
  // With a tag only the bucket's answer tells whether it was a hit.
  noted.cache = tag !== null ? null : held === null ? 'miss' : 'stale';
  const filing: Filing = { ref, maker: cache.maker, held, now: deps.now(), sequencer: null };
  let reading: Reading;
  try {
    reading = await readExif(ref, deps, noted.cost, { held: tag, isKnown }, signal);
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'NoSuchKey') {
      noted.cache ??= 'stale';
      await keepGone(filing, cache, noted, signal);
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
  if (entry !== null && (cache.freshness === 'trust' || heldTag(entry, cache.maker) !== null)) {
    await keep(entry, cache, noted, signal);
  }
  return reading;
}

/** Only what the cache has otherwise: whoever asks for names at random must not fill it. */
async function keepGone(filing: Filing, cache: Caching, noted: Noted, signal: AbortSignal): Promise<void> {
  const { held, maker } = filing;
  if (held === null || (held.content.kind === 'gone' && held.maker === maker)) return;
  await keep(goneEntry(filing), cache, noted, signal);
}

/** With a short time of its own, as `keep`: a cache that hangs must leave enough to read the object. */
async function getHeld(
  ref: ObjectRef,
  { store }: Caching,
  noted: Noted,
  signal: AbortSignal,
): Promise<CacheEntry | null> {
  try {
    return await withinTime(signal, cacheMs, (soon) => getEntry(ref, store, soon));
  } catch (error) {
    noted.cacheProblem = error;
    return null;
  }
}

/** Before the answer, not after it: the platform may freeze the function as soon as that is given. */
async function keep(entry: CacheEntry, { store }: Caching, noted: Noted, signal: AbortSignal): Promise<void> {
  try {
    await withinTime(signal, cacheMs, (soon) => store.put(entry, soon));
  } catch (error) {
    noted.cacheProblem = error;
  }
}
