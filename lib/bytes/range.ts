// Converts between our end-exclusive ranges and the inclusive ranges of HTTP headers [RFC 9110 14]. No other file does.

import { ProblemError } from '../problem';
import type { ByteRange, LastBytes } from '../types';

/** The part of an object in a 206 reply: bytes `start` up to, not including, `end`, and the size of the whole object. */
export type ContentRange = Readonly<{ start: number; end: number; size: number }>;

/** Throws ProblemError InternalError unless `range` has at least one byte and can be written as a header. */
export function checkRange(range: ByteRange): void {
  const { start, end } = range;
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && end > start) return;
  throw new ProblemError('InternalError', `Cannot ask for bytes ${start} to ${end}: not a range`);
}

/** The value of a Range header: `bytes=0-9` for 0..10 [RFC 9110 14.2]. Throws InternalError as `checkRange` does. */
export function formatRange(range: ByteRange): string {
  checkRange(range);
  return `bytes=${range.start}-${range.end - 1}`;
}

/** The value of a Range header for the last bytes: `bytes=-10` [RFC 9110 14.1.2]. */
export function formatLastBytes({ last }: LastBytes): string {
  checkRange({ start: 0, end: last });
  return `bytes=-${last}`;
}

/** The part of an object of `size` bytes that a range names. It is empty when the range starts after the end. */
export function partOf(range: ByteRange | LastBytes, size: number): ByteRange {
  if ('last' in range) return { start: Math.max(0, size - range.last), end: size };
  return { start: Math.min(range.start, size), end: Math.min(range.end, size) };
}

/** Reads the Content-Range of a 206 [RFC 9110 14.4]; null when it is malformed, contradicts itself or does not state the size. */
export function parseContentRange(text: string): ContentRange | null {
  const match = /^bytes (\d{1,16})-(\d{1,16})\/(\d{1,16})$/i.exec(text);
  const [start = Number.NaN, last = Number.NaN, size = Number.NaN] = (match ?? []).slice(1).map(Number);
  return start <= last && last < size && Number.isSafeInteger(size) ? { start, end: last + 1, size } : null;
}

/** The size of the object, from the Content-Range of a 416, which has an asterisk instead of the range; null for any other text. */
export function parseUnsatisfiedRange(text: string): number | null {
  const match = /^bytes \*\/(\d{1,16})$/i.exec(text);
  const size = Number(match?.[1]);
  return Number.isSafeInteger(size) ? size : null;
}
