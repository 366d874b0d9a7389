// Decides which of two entries about an object is the later one.

import { sequencerDigits } from '../limits';
import type { CacheEntry, ObjectOrder } from '../types';

/**
 * An order in a form that can be compared: `sequencer` in lower case and of a fixed length, or null; `second` since 1970, or
 * null.
 */
export type Rank = Readonly<{ sequencer: string | null; second: number | null }>;

/**
 * The rank of an order. A sequencer that is not hex or too long counts as null. Times count in whole seconds: not all stores
 * give more.
 */
export function rankOf({ lastModified, sequencer }: ObjectOrder): Rank {
  const { most } = sequencerDigits;
  const isHex = sequencer !== null && sequencer.length <= most && /^[0-9a-f]+$/i.test(sequencer);
  const ms = lastModified?.getTime() ?? Number.NaN;
  return {
    sequencer: isHex ? sequencer.toLowerCase().padEnd(most, '0') : null,
    second: Number.isNaN(ms) ? null : Math.floor(ms / 1000),
  };
}

/**
 * Whether the stored entry `held` is later than a candidate that was made from an event without reading the object (a removal).
 * The greater sequencer wins. If that does not decide, the later time wins, then the one with a sequencer, then the candidate.
 *
 * Entries that are made by reading need no such comparison: the object is read after the look-up of the entry that it replaces,
 * so the new one is later, whatever the clocks say.
 */
export function supersedes(held: EntryOrder, candidate: EntryOrder): boolean {
  const [a, b] = [rankOf(held.order), rankOf(candidate.order)];
  if (a.sequencer !== null && b.sequencer !== null && a.sequencer !== b.sequencer) return a.sequencer > b.sequencer;
  const oneEvent = (a.sequencer === null) !== (b.sequencer === null);
  if (oneEvent && (a.second === null || b.second === null)) return a.sequencer !== null;
  if (a.second !== b.second) return (a.second ?? Number.NEGATIVE_INFINITY) > (b.second ?? Number.NEGATIVE_INFINITY);
  return oneEvent && a.sequencer !== null;
}

type EntryOrder = Pick<CacheEntry, 'order'>;

/** Whether the time of `held` is later than that of `candidate`, in whole seconds; false when one of them is not known. */
export function isDatedLater(held: EntryOrder, candidate: EntryOrder): boolean {
  const [a, b] = [rankOf(held.order).second, rankOf(candidate.order).second];
  return a !== null && b !== null && a > b;
}

/** Whether two orders name the same event. */
export function isSameEvent(a: ObjectOrder, b: ObjectOrder): boolean {
  const { sequencer } = rankOf(a);
  return sequencer !== null && sequencer === rankOf(b).sequencer;
}

/** The order of a read that began after both `a` and `b`: the later sequencer and the later time of the two. */
export function laterOf(a: ObjectOrder, b: ObjectOrder): ObjectOrder {
  const [rankA, rankB] = [rankOf(a), rankOf(b)];
  const timeB = (rankB.second ?? Number.NEGATIVE_INFINITY) > (rankA.second ?? Number.NEGATIVE_INFINITY);
  const eventB = rankB.sequencer !== null && (rankA.sequencer === null || rankB.sequencer > rankA.sequencer);
  const from = eventB ? b : a;
  return {
    lastModified: timeB ? b.lastModified : a.lastModified,
    sequencer: rankOf(from).sequencer === null ? null : from.sequencer,
  };
}
