// Which of two entries of one object stays in a cache, in whatever order they arrive.

import type { CacheEntry, ObjectOrder, ObjectStat } from '../types';

/** An order in the form that is compared: `sequencer` of one length, lower case, or null; `second` since 1970, or null. */
export type Rank = Readonly<{ sequencer: string | null; second: number | null }>;

/** Hex digits of the longest sequencer; S3 sends 16 to 18. */
const sequencerDigits = 64;

/** The rank of an order. What is no hex number is no sequencer; a time counts in whole seconds, the finest that all stores tell. */
export function rankOf({ lastModified, sequencer }: ObjectOrder): Rank {
  const isHex = sequencer !== null && sequencer.length <= sequencerDigits && /^[0-9a-f]+$/i.test(sequencer);
  const ms = lastModified?.getTime() ?? Number.NaN;
  return {
    sequencer: isHex ? sequencer.toLowerCase().padEnd(sequencerDigits, '0') : null,
    second: Number.isNaN(ms) ? null : Math.floor(ms / 1000),
  };
}

/**
 * Whether the held entry stays. In this order: the greater sequencer wins; the later time wins; one with a sequencer wins
 * against one without; else the candidate, so that a read with other settings replaces the one before.
 *
 * Why this is right. A warm job reads after its event, so what stands under the greatest sequencer is at least as new as
 * that version, and all events in any order, twice or late, end with it: create, delete (a tombstone is an entry like
 * any), create again. An HTTP fill has no event. Against an entry with one, its Last-Modified decides: a fill of a later
 * version wins until that version's own event comes, and loses to it then, by the sequencer, at an equal time; a fill
 * that read before an overwrite or a delete but arrives after it is older, and loses. Where either time is unknown (a
 * tombstone of a platform that tells none) the one with the event stays or comes: a wrongly kept tombstone costs reads
 * until the next event, a wrongly kept record would show a deleted image for good. Two without events go by time, the
 * known before the unknown.
 */
export function supersedes(held: Ordered, candidate: Ordered): boolean {
  const [a, b] = [rankOf(held.order), rankOf(candidate.order)];
  if (a.sequencer !== null && b.sequencer !== null && a.sequencer !== b.sequencer) return a.sequencer > b.sequencer;
  const oneEvent = (a.sequencer === null) !== (b.sequencer === null);
  if (oneEvent && (a.second === null || b.second === null)) return a.sequencer !== null;
  if (a.second !== b.second) return (a.second ?? Number.NEGATIVE_INFINITY) > (b.second ?? Number.NEGATIVE_INFINITY);
  return oneEvent && a.sequencer !== null;
}

type Ordered = Pick<CacheEntry, 'order'>;

/**
 * The order of an entry that was read without an event. When it is of the version that is held, it takes that one's
 * sequencer over: without, the held entry would stay even where its maker is out of date.
 */
export function orderOfFill(held: CacheEntry | null, stat: ObjectStat): ObjectOrder {
  const before = held === null ? null : statOf(held);
  const same =
    before !== null &&
    before.etag !== null &&
    before.etag === stat.etag &&
    before.size === stat.size &&
    before.lastModified?.getTime() === stat.lastModified?.getTime();
  return { lastModified: stat.lastModified, sequencer: same && held !== null ? held.order.sequencer : null };
}

function statOf({ content }: CacheEntry): ObjectStat | null {
  if (content.kind === 'gone') return null;
  return content.kind === 'fault' ? content.stat : content.record.stat;
}
