// Follows what a platform's event tells of an object: reads it as it is now into the cache, or marks it gone there.
import {
  type CacheUse,
  type Caching,
  entryOf,
  type Filing,
  getEntry,
  goneEntry,
  heldTag,
  isLater,
  unreadEntry,
} from './cache-entry';
import { type ReadDeps, type Reading, readExif } from './exif';
import { ProblemError } from './problem';
import type { Route } from './request';
import type { Bucket, CacheEntry, ExifRecord, ObjectEvent, ObjectRef, ReadCost } from './types';

export type WarmDeps = Omit<ReadDeps, 'bucket'> &
  Readonly<{
    buckets: ReadonlyMap<string, Bucket>;
    /** The bucket that a name in an event means. */
    named: ReadonlyMap<string, Route>;
    cache: Caching | null;
    now: () => Date;
  }>;

/** What is noted of an event, for the log. `code` is that of what the cache has been told, or `Ignored`. */
export type EventNotes = {
  ref: ObjectRef | null;
  cost: ReadCost;
  cache: CacheUse | null;
  record: ExifRecord | null;
  code: string;
};

/**
 * Brings the cache up to an event. Throws ProblemError: BucketUnknown; ConfigInvalid without a cache; CacheFault; and all
 * that reading throws but NoSuchKey and lasting faults, which the cache is told. Nothing held is answered afterwards that
 * the event has put out of date, however the reading ended.
 */
export async function followEvent(
  { act, object }: Readonly<{ act: 'warm' | 'forget'; object: ObjectEvent }>,
  deps: WarmDeps,
  notes: EventNotes,
  signal: AbortSignal,
): Promise<void> {
  const { ref, bucket } = namedObject(object, deps);
  notes.ref = ref;
  const { cache } = deps;
  if (cache === null) throw new ProblemError('ConfigInvalid', 'Cannot follow an event: EXIF_CACHE is not set');
  const { maker, store } = cache;
  if (!cache.isWatched(ref)) {
    notes.code = 'Ignored';
  } else if (act === 'forget') {
    await store.put({ ref, maker, order: object.order, content: { kind: 'gone' } }, signal);
  } else {
    const held = await getEntry(ref, store, signal);
    const filing = { ref, maker, held, now: deps.now(), sequencer: object.order.sequencer };
    await warm(filing, { ...deps, bucket, cache }, notes, signal);
  }
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
  return { ref: { bucketId: route.bucketId, bucket: route.bucket, key }, bucket };
}

async function warm(
  filing: Filing,
  deps: ReadDeps & Readonly<{ cache: Caching }>,
  notes: EventNotes,
  signal: AbortSignal,
): Promise<void> {
  const { ref, held, maker } = filing;
  const { store } = deps.cache;
  const tag = heldTag(held, maker);
  notes.cache = tag !== null ? null : held === null ? 'miss' : 'stale';
  let reading: Reading;
  try {
    reading = await readExif(ref, deps, notes.cost, { held: tag, isKnown: () => false }, signal);
  } catch (error) {
    const entry = failureEntry(error, filing);
    if (entry !== null) await store.put(entry, signal);
    if (entry?.content.kind !== 'gone' || entry.maker !== maker) throw error;
    notes.code = 'NoSuchKey';
    notes.cache ??= 'stale';
    return;
  }
  notes.cache ??= reading.kind === 'unchanged' ? 'hit' : 'stale';
  if (reading.kind === 'fault') notes.code = reading.problem.code;
  if (reading.kind === 'record') notes.record = reading.record;
  const entry = reading.kind === 'unchanged' ? refreshed(filing) : entryOf(reading, filing);
  if (entry !== null) await store.put(entry, signal);
}

/** The entry that is held, under the event, where that is a later one. */
function refreshed({ held, sequencer }: Filing): CacheEntry | null {
  if (held === null || !isLater(sequencer, held.order.sequencer)) return null;
  return { ...held, order: { ...held.order, sequencer } };
}

/** What the cache must be told of a failed reading: that the object is gone, or that what is held is not this version. */
function failureEntry(error: unknown, filing: Filing): CacheEntry | null {
  if (!(error instanceof ProblemError)) return null;
  if (error.code === 'NoSuchKey') return goneEntry(filing);
  return filing.held === null ? null : unreadEntry(filing);
}
