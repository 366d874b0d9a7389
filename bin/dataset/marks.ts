// Marks of removed objects in the index, which keep messages away that come too late.

import type { Entry, Name } from './index-file';

/**
 * Seconds that a mark is kept. A message is late by less: the queue of a function keeps an event for up to 14 days
 * [Amazon SQS, message retention period].
 */
const markSeconds = 30 * 24 * 3600;

/** The mark of an object that was removed in its state `order`. */
export function markOf({ bucket, key }: Name, order: number): Entry {
  return { bucket, key, etag: null, order, part: -1, row: Math.floor(Date.now() / 1000) };
}

/** Whether a mark is still needed. */
export function isYoung({ row }: Entry): boolean {
  return row > Date.now() / 1000 - markSeconds;
}
