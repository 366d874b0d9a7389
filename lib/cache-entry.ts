// What a cache is given of a reading, and what is made of an entry that it held.
import { orderOfFill, rankOf } from './cache/order';
import type { IsKnown, Reading } from './exif';
import { isLasting, ProblemError } from './problem';
import type { CacheEntry, ExifCache, ObjectOrder, ObjectRef, ObjectStat } from './types';

/** `verify`: the bucket is asked whether the version that is held is still the one. `trust`: what is held is answered. */
export type Freshness = 'verify' | 'trust';

/** The cache of a deployment, and how it is used. */
export type Caching = Readonly<{
  store: ExifCache;
  freshness: Freshness;
  /** The parser and the settings behind what this deployment puts: entries of another maker are stale. */
  maker: string;
  /** Whether events about an object are followed; never for the cache's own. */
  isWatched(ref: ObjectRef): boolean;
}>;

/** What the cache had: `hit` what was answered, `stale` something else; `off` = there is no cache. */
export type CacheUse = 'hit' | 'miss' | 'stale' | 'off';

/** What an entry is made from besides the reading: what was held, when the reading began, the event that it follows. */
export type Filing = Readonly<{
  ref: ObjectRef;
  maker: string;
  held: CacheEntry | null;
  now: Date;
  sequencer: string | null;
}>;

/** Said of an object that the store refused for its content and told nothing of: nothing that can be checked later. */
const untold: ObjectStat = { size: 0, etag: null, lastModified: null };

/** The entry for a record or a lasting fault; null for a reading that found neither. */
export function entryOf(reading: Reading, filing: Filing): CacheEntry | null {
  if (reading.kind === 'unchanged' || reading.kind === 'known') return null;
  const { ref, maker } = filing;
  if (reading.kind === 'record') {
    const { record } = reading;
    return { ref, maker, order: orderOf(record.stat, filing), content: { kind: 'record', record } };
  }
  const { problem, stat } = reading;
  const order = stat === null ? seenAt(filing) : orderOf(stat, filing);
  return { ref, maker, order, content: { kind: 'fault', code: problem.code, stat: stat ?? untold } };
}

/** The entry for an object that was not there. */
export function goneEntry(filing: Filing): CacheEntry {
  const { ref, maker } = filing;
  return { ref, maker, order: seenAt(filing), content: { kind: 'gone' } };
}

/** The entry for a version that could not be read: of no maker, so that nobody answers it or the version before it. */
export function unreadEntry(filing: Filing): CacheEntry {
  return { ...goneEntry(filing), maker: 'unread' };
}

/** A version that is held already may stand under a later event than the one that is followed. */
function orderOf(stat: ObjectStat, { held, sequencer }: Filing): ObjectOrder {
  const fill = orderOfFill(held, stat);
  return notBefore(held, isLater(sequencer, fill.sequencer) ? { ...fill, sequencer } : fill);
}

/**
 * What is read after `held` was looked up is no older than it, whatever the store's clock says: a multipart upload is dated
 * by its beginning, a file may be copied with its old date.
 */
function notBefore(held: CacheEntry | null, order: ObjectOrder): ObjectOrder {
  const before = held?.order.lastModified?.getTime() ?? Number.NEGATIVE_INFINITY;
  return order.lastModified === null || order.lastModified.getTime() >= before
    ? order
    : { ...order, lastModified: new Date(before) };
}

/**
 * Where the store dates nothing: the time of the reading, as fine as stores date what is written. An object that appears
 * right after it must not look older.
 */
function seenAt({ held, now, sequencer }: Filing): ObjectOrder {
  return notBefore(held, { lastModified: new Date(Math.floor(now.getTime() / 1000) * 1000), sequencer });
}

/** Whether the sequencer `a` is of a later event than `b`; anything is later than none. */
export function isLater(a: string | null, b: string | null): boolean {
  const [rankA, rankB] = [a, b].map((sequencer) => rankOf({ lastModified: null, sequencer }).sequencer);
  return rankA != null && (rankB == null || rankA > rankB);
}

/** The entry that is held. What a cache holds may be of any origin: an unsound one is none. */
export async function getEntry(ref: ObjectRef, store: ExifCache, signal: AbortSignal): Promise<CacheEntry | null> {
  const held = await store.get(ref, signal);
  return held !== null && isSound(held, ref) ? held : null;
}

/** Whether an entry is about this object, and says what this version knows. */
function isSound({ ref, content }: CacheEntry, asked: ObjectRef): boolean {
  const same = ref.bucketId === asked.bucketId && ref.bucket === asked.bucket && ref.key === asked.key;
  return same && (content.kind !== 'fault' || isLasting(content.code));
}

/** The ETag under which what is held may be answered; null when it may not, whatever the bucket says. */
export function heldTag(held: CacheEntry | null, maker: string): string | null {
  if (held === null || held.maker !== maker || held.content.kind === 'gone') return null;
  const { etag } = held.content.kind === 'record' ? held.content.record.stat : held.content.stat;
  // A weak or empty one stands for more than one version.
  return etag === null || /^(W\/|"?"?$)/.test(etag) ? null : etag;
}

/** What is held, as a reading of the object. Throws ProblemError NoSuchKey for one that is gone. */
export function toReading({ content }: CacheEntry, isKnown: IsKnown): Reading {
  if (content.kind === 'gone') throw new ProblemError('NoSuchKey', 'Cannot read the object: the cache has it as gone');
  const stat = content.kind === 'record' ? content.record.stat : content.stat;
  if (content.kind === 'record') {
    return isKnown(stat) === true ? { kind: 'known', stat } : { kind: 'record', record: content.record };
  }
  const code = isLasting(content.code) ? content.code : 'InternalError';
  return { kind: 'fault', stat, problem: new ProblemError(code, `Cannot read the object: ${code} by the cache`) };
}
