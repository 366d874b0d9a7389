// Makes the entry of a cache from a read, and the result of a read from an entry that a cache had.
import { versionTag } from '../bytes/etag';
import { laterOf } from '../cache/order';
import { isLasting, ProblemError } from '../problem';
import type { CacheEntry, ExifCache, IsKnown, Lookup, ObjectOrder, ObjectRef, ObjectStat } from '../types';
import type { KeptAnswers } from './kept-answers';
import type { ReadResult } from './record';

/** `verify`: ask the bucket whether the object still is the version that the cache has. `trust`: answer from the cache. */
export type Freshness = 'verify' | 'trust';

/** The cache of a deployment, and how it is used. */
export type CacheSetup = Readonly<{
  store: ExifCache;
  freshness: Freshness;
  /** The parser and the settings of this deployment: entries of another revision are stale. */
  revision: string;
  /** Whether events of an object are followed; never for objects that are the cache's entries. */
  isWatched(ref: ObjectRef): boolean;
  /** Milliseconds since 1970. */
  now(): number;
  /** The answers that this process keeps as they are sent; absent = none. */
  answers?: KeptAnswers;
}>;

/**
 * What an entry needs apart from the read: the entry before it (`held`), the sequencer of the event that it follows, and its
 * generation.
 */
export type EntryContext = Readonly<{
  ref: ObjectRef;
  revision: string;
  held: CacheEntry | null;
  sequencer: string | null;
  generation: number;
}>;

/**
 * The generation of an entry that replaces `held`. A cache puts it only over `held`, so it is greater than every earlier one. It
 * starts from the clock, so that this is true also when the entry before has expired.
 */
export function generationAfter(held: CacheEntry | null, now: number): number {
  return Math.max((held?.generation ?? 0) + 1, now);
}

/** For an object that the store refused because of its content without saying anything that a later read could check. */
const unknownStat: ObjectStat = { size: 0, etag: null, lastModified: null };

/** The entry for a record or a lasting fault; null for a read that found neither. */
export function entryOf(result: ReadResult, context: EntryContext): CacheEntry | null {
  if (result.kind === 'unchanged' || result.kind === 'known') return null;
  const { ref, revision, generation } = context;
  if (result.kind === 'record') {
    const { record } = result;
    return { ref, revision, order: orderOf(record.stat, context), generation, content: { kind: 'record', record } };
  }
  const { problem, stat } = result;
  const content = { kind: 'fault', code: problem.code, stat: stat ?? unknownStat } as const;
  return { ref, revision, order: orderOf(stat, context), generation, content };
}

/** The entry for an object that does not exist. */
export function goneEntry(context: EntryContext): CacheEntry {
  const { ref, revision, generation } = context;
  return { ref, revision, order: orderOf(null, context), generation, content: { kind: 'gone' } };
}

/**
 * The entry for a version that could not be read. Its revision is that of no deployment, so neither it nor the version before
 * it is ever answered.
 */
export function unreadEntry(context: EntryContext): CacheEntry {
  return { ...goneEntry(context), revision: 'unread' };
}

/**
 * The read began after `held` was looked up and after the event, so it is later than both. A store may date a version before
 * the one that it replaces (a multipart upload has the date of its start), so the later date counts.
 */
function orderOf(stat: ObjectStat | null, { held, sequencer }: EntryContext): ObjectOrder {
  const order = { lastModified: stat?.lastModified ?? null, sequencer };
  return held === null ? order : laterOf(held.order, order);
}

/** Looks an entry up. Anybody may have written to the store, so an entry that cannot be right counts as none. */
export async function lookUp(ref: ObjectRef, store: ExifCache, signal: AbortSignal): Promise<Lookup> {
  const { entry, version } = await store.get(ref, signal);
  return { entry: entry !== null && isSound(entry, ref) ? entry : null, version };
}

/** The greatest time of a clock, and so of a generation, except for a few more. Far above it numbers are not exact any more. */
const maxGeneration = 8.64e15;

/** Whether an entry is about this object, and its code and generation are such as a cache may have. */
function isSound({ ref, generation, content }: CacheEntry, asked: ObjectRef): boolean {
  const isSame = ref.bucketId === asked.bucketId && ref.bucket === asked.bucket && ref.key === asked.key;
  return isSame && generation <= maxGeneration && (content.kind !== 'fault' || isLasting(content.code));
}

/** The ETag of the version that an entry is about; null when the entry must not be answered, whatever the bucket says. */
export function entryTag(entry: CacheEntry | null, revision: string): string | null {
  if (entry === null || entry.revision !== revision || entry.content.kind === 'gone') return null;
  return versionTag((entry.content.kind === 'record' ? entry.content.record.stat : entry.content.stat).etag);
}

/** An entry as the result of a read. Throws ProblemError NoSuchKey for an object that is gone. */
export function resultOf({ content }: CacheEntry, isKnown: IsKnown): ReadResult {
  if (content.kind === 'gone')
    throw new ProblemError('NoSuchKey', 'Cannot read the object: the cache has recorded that it is gone');
  if (content.kind === 'record') {
    const { record } = content;
    return isKnown(record.stat) === true ? { kind: 'known', stat: record.stat } : { kind: 'record', record };
  }
  const { stat } = content;
  const code = isLasting(content.code) ? content.code : 'InternalError';
  return { kind: 'fault', stat, problem: new ProblemError(code, `Cannot read the object: ${code} in the cache`) };
}
