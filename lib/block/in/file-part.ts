// A part of a file, seen as a file.
import type { HeldBytes, ParserInput } from '../../bytes/held';
import { checkWithin } from '../../bytes/reader';
import type { ByteRange } from '../../types';

/** Bytes `start` to `end` of a file, with offsets from `start`. */
export function filePart(file: ParserInput, start: number, end: number): ParserInput {
  checkWithin(start, end, file.size);
  const size = end - start;
  const shifted = (range: ByteRange): ByteRange => {
    checkWithin(range.start, range.end, size);
    return { start: start + range.start, end: start + range.end };
  };
  const range: HeldBytes['range'] = (from, to) => {
    const { start: first, end: last } = shifted({ start: from, end: to });
    return file.range(first, last);
  };
  return {
    size,
    range,
    upTo: (offset, length) => range(Math.min(offset, size), Math.min(Math.min(offset, size) + length, size)),
    ranges: (ranges) => file.ranges(ranges.map(shifted)),
    wait: file.wait,
    holds: (offset) => offset < size && file.holds(start + offset),
  };
}
