// A reader over bytes that records every range it reads.
import { memoryReader } from '../../lib/bytes/reader';
import type { ByteRange, RangeReader } from '../../lib/types';

export type CountingReader = Readonly<{ reader: RangeReader; rounds: readonly (readonly ByteRange[])[] }>;

/** `rounds` holds the ranges of each call. `delay` answers the milliseconds that the n-th call takes. */
export function countingReader(bytes: Uint8Array, delay: (call: number) => number = () => 0): CountingReader {
  const rounds: (readonly ByteRange[])[] = [];
  const memory = memoryReader(bytes);
  const read: RangeReader['read'] = async (ranges) => {
    rounds.push(ranges);
    const ms = delay(rounds.length - 1);
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    return memory.read(ranges);
  };
  return { reader: { size: bytes.length, read }, rounds };
}

/** The bytes that are in more than one of the ranges. */
export function readTwice(ranges: readonly ByteRange[]): number {
  let twice = 0;
  let end = 0;
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    twice += Math.max(0, Math.min(end, range.end) - range.start);
    end = Math.max(end, range.end);
  }
  return twice;
}
