// Follows what a platform's event says of an object: reads it as it is now into the cache, or marks it gone there.
import { isDatedLater, isSameEvent, laterOf, supersedes } from '../cache/order';
import type { Route } from '../http/request';
import { maxFollows } from '../limits';
import { ProblemError } from '../problem';
import type { Bucket, CacheEntry, ExifRecord, ObjectEvent, ObjectRef, ReadCost } from '../types';
import { type CacheUse, type Caching, entryOf, type Filing, goneEntry, heldTag, lookUp, unreadEntry } from './entry';
import { type ReadDeps, type Reading, readExif } from './record';

export type WarmDeps = Omit<ReadDeps, 'bucket'> &
  Readonly<{
    buckets: ReadonlyMap<string, Bucket>;
    /** The bucket that a name in an event means. */
    named: ReadonlyMap<string, Route>;
    cache: Caching | null;
  }>;

/** What is noted of an event, for the log. `code` is that of what the cache has been told, or `Ignored`. */
export type EventNotes = {
  ref: ObjectRef | null;
  cost: ReadCost;
  cache: CacheUse | null;
  record: ExifRecord | null;
  code: string;
};

export type Following = Readonly<{ act: 'warm' | 'forget'; object: ObjectEvent }>;

/**
 * Brings the cache up to an event. Throws ProblemError: BucketUnknown; ConfigInvalid without a cache; CacheFault, also when
 * other writers replaced the entry each time; and all that reading throws but NoSuchKey and lasting faults, which the cache
 * is told. Nothing held is answered afterwards that the event has put out of date, however the reading ended; and no reading
 * that began before the event can be put afterwards.
 */
export async function followEvent(
  following: Following,
  deps: WarmDeps,
  notes: EventNotes,
  signal: AbortSignal,
): Promise<void> {
  const { ref, bucket } = namedObject(following.object, deps);
  notes.ref = ref;
  const { cache } = deps;
  if (cache === null) throw new ProblemError('ConfigInvalid', 'Cannot follow an event: EXIF_CACHE is not set');
  if (!cache.isWatched(ref)) {
    notes.code = 'Ignored';
    return;
  }
  for (let round = 0; round < maxFollows; round++) {
    if (await followOnce(following, { ...deps, bucket, cache }, notes, signal)) return;
  }
  const name = JSON.stringify(`${ref.bucket}/${ref.key}`);
  const reason = `other writers replaced its entry during each of ${maxFollows} readings; the event can be tried again`;
  throw new ProblemError('CacheFault', `Cannot cache ${name}: ${reason}`);
}

function namedObject(
  { bucket: name, key }: ObjectEvent,
  { named, buckets }: WarmDeps,
): { ref: ObjectRef; bucket: Bucket } {
  const route = named.get(name);
  const bucket = route === undefined ? undefined : buckets.get(route.bucketId);
  if (route === undefined || bucket === undefined) {
    throw new ProblemError('BucketUnknown', `Cannot follow an event of the bucket ${JSON.stringify(name)}`);
  }
  return { ref: { ...route, key }, bucket };
}

type FollowDeps = ReadDeps & Readonly<{ cache: Caching }>;

/** False when another writer replaced the entry between the look-up and the put. */
async function followOnce(
  { act, object }: Following,
  deps: FollowDeps,
  notes: EventNotes,
  signal: AbortSignal,
): Promise<boolean> {
  const { revision, store } = deps.cache;
  const ref = notes.ref ?? unnamed();
  const { entry: held, version } = await lookUp(ref, store, signal);
  let entry: CacheEntry | null;
  let failure: unknown = null;
  if (act === 'forget' && held !== null && isSameEvent(held.order, object.order)) {
    entry = null;
  } else if (act === 'forget' && isLatest(object, held)) {
    entry = { ref, revision, order: object.order, content: { kind: 'gone' } };
  } else {
    const filing = { ref, revision, held, sequencer: object.order.sequencer };
    ({ entry, failure } = await readNow(filing, object.listed === true, deps, notes, signal));
  }
  if (entry !== null && (await store.put(entry, version, signal)) === 'conflict') return false;
  if (failure !== null) throw failure;
  return true;
}

/**
 * Whether a removal is later than what is held. Where the held entry may be the later one, the object is read, so that no
 * sequencer and no date can keep an entry for good.
 */
function isLatest({ order }: ObjectEvent, held: CacheEntry | null): boolean {
  return held === null || !(supersedes(held, { order }) || isDatedLater(held, { order }));
}

/** What the cache has to be told of the object as it is now; null for nothing. `failure` is what the event ends with. */
type Outcome = Readonly<{ entry: CacheEntry | null; failure: unknown }>;

async function readNow(
  filing: Filing,
  listed: boolean,
  deps: FollowDeps,
  notes: EventNotes,
  signal: AbortSignal,
): Promise<Outcome> {
  const { ref, held, revision } = filing;
  const tag = heldTag(held, revision);
  notes.cache = tag !== null ? null : held === null ? 'miss' : 'stale';
  notes.code = 'OK';
  notes.record = null;
  let reading: Reading;
  try {
    reading = await readExif(ref, deps, notes.cost, { held: tag, isKnown: () => false }, signal);
  } catch (error) {
    return afterFailure(error, filing, listed, notes);
  }
  notes.cache ??= reading.kind === 'unchanged' ? 'hit' : 'stale';
  if (reading.kind === 'fault') notes.code = reading.problem.code;
  if (reading.kind === 'record') notes.record = reading.record;
  if (reading.kind === 'unchanged') noteHeld(held, notes);
  const entry = reading.kind === 'unchanged' ? renewed(filing, listed) : entryOf(reading, filing);
  return { entry, failure: null };
}

/** Notes of an object that did not change what was noted when it was read: its record, or the code of its fault. */
function noteHeld(held: CacheEntry | null, notes: EventNotes): void {
  if (held?.content.kind === 'record') notes.record = held.content.record;
  if (held?.content.kind === 'fault') notes.code = held.content.code;
}

/**
 * The entry that is held, to be put again. It is right, but a reading that began before the event may be about to replace
 * it, and cannot any more after that put. Null where no put is needed: for an event that was followed before, and for an
 * object of which no change is known.
 */
function renewed({ held, sequencer }: Filing, listed: boolean): CacheEntry | null {
  const event = { lastModified: null, sequencer };
  if (held === null || listed || isSameEvent(held.order, event)) return null;
  return { ...held, order: laterOf(held.order, event) };
}

function afterFailure(error: unknown, filing: Filing, listed: boolean, notes: EventNotes): Outcome {
  const { held, revision } = filing;
  if (!(error instanceof ProblemError)) return { entry: null, failure: error };
  if (error.code !== 'NoSuchKey') {
    // These are not tried again: a reading that began before must not be put over the nothing that is held.
    const isFinal = error.code === 'InvalidObjectState' || error.code === 'BudgetExceeded';
    return { entry: held !== null || isFinal ? unreadEntry(filing) : null, failure: error };
  }
  notes.code = 'NoSuchKey';
  notes.cache ??= 'stale';
  const isRight = held?.content.kind === 'gone' && held.revision === revision;
  const entry = isRight ? renewed(filing, listed) : goneEntry(filing);
  return { entry, failure: null };
}

function unnamed(): never {
  throw new ProblemError('InternalError', 'Cannot follow an event before its object is named');
}
