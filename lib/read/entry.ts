// What a cache is given of a reading, and what is made of an entry that it held.
import { laterOf } from '../cache/order';
import { isLasting, ProblemError } from '../problem';
import type { CacheEntry, ExifCache, IsKnown, Lookup, ObjectOrder, ObjectRef, ObjectStat } from '../types';
import type { Reading } from './record';

/** `verify`: the bucket is asked whether the version that is held is still the one. `trust`: what is held is answered. */
export type Freshness = 'verify' | 'trust';

/** The cache of a deployment, and how it is used. */
export type Caching = Readonly<{
  store: ExifCache;
  freshness: Freshness;
  /** The parser and the settings of this deployment: entries of another revision are stale. */
  revision: string;
  /** Whether events about an object are followed; never for the cache's own. */
  isWatched(ref: ObjectRef): boolean;
}>;

/** What the cache had: `hit` what was answered, `stale` something else; `off` = there is no cache. */
export type CacheUse = 'hit' | 'miss' | 'stale' | 'off';

/** What an entry is made from, apart from the reading: what was held before it began, and the event that it follows. */
export type Filing = Readonly<{
  ref: ObjectRef;
  revision: string;
  held: CacheEntry | null;
  sequencer: string | null;
}>;

/** Said of an object that the store refused for its content and told nothing of: nothing that can be checked later. */
const untold: ObjectStat = { size: 0, etag: null, lastModified: null };

/** The entry for a record or a lasting fault; null for a reading that found neither. */
export function entryOf(reading: Reading, filing: Filing): CacheEntry | null {
  if (reading.kind === 'unchanged' || reading.kind === 'known') return null;
  const { ref, revision } = filing;
  if (reading.kind === 'record') {
    const { record } = reading;
    return { ref, revision, order: orderOf(record.stat, filing), content: { kind: 'record', record } };
  }
  const { problem, stat } = reading;
  const content = { kind: 'fault', code: problem.code, stat: stat ?? untold } as const;
  return { ref, revision, order: orderOf(stat, filing), content };
}

/** The entry for an object that was not there. */
export function goneEntry(filing: Filing): CacheEntry {
  const { ref, revision } = filing;
  return { ref, revision, order: orderOf(null, filing), content: { kind: 'gone' } };
}

/** The entry for a version that could not be read: with a revision that nobody has, so that nobody answers it or the version before it. */
export function unreadEntry(filing: Filing): CacheEntry {
  return { ...goneEntry(filing), revision: 'unread' };
}

/**
 * The reading began after `held` was looked up and after the event came, so it is later than both. A store may date a
 * version before the one it replaces (multipart uploads have the date of their start), so the later date counts.
 */
function orderOf(stat: ObjectStat | null, { held, sequencer }: Filing): ObjectOrder {
  const read = { lastModified: stat?.lastModified ?? null, sequencer };
  return held === null ? read : laterOf(held.order, read);
}

/** Looks an entry up. A cache may hold entries of any origin: an unsound one counts as none, and can be replaced. */
export async function lookUp(ref: ObjectRef, store: ExifCache, signal: AbortSignal): Promise<Lookup> {
  const { entry, version } = await store.get(ref, signal);
  return { entry: entry !== null && isSound(entry, ref) ? entry : null, version };
}

/** Whether an entry is about this object, and says what this version knows. */
function isSound({ ref, content }: CacheEntry, asked: ObjectRef): boolean {
  const same = ref.bucketId === asked.bucketId && ref.bucket === asked.bucket && ref.key === asked.key;
  return same && (content.kind !== 'fault' || isLasting(content.code));
}

/** The ETag under which what is held may be answered; null when it may not, whatever the bucket says. */
export function heldTag(held: CacheEntry | null, revision: string): string | null {
  if (held === null || held.revision !== revision || held.content.kind === 'gone') return null;
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
