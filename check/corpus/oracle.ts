// The fewest ranged reads that are possible: those of a reader that knows in advance which bytes it needs.
import type { ByteRange, ReadCost } from '../../lib/types';

/** Bytes: gaps below it are read along, as the reader under test does. */
const mergeGap = 16 * 1024;

/** The cost of reading `[0, first)` at once and then each of `needed` that is left, near ones together. */
export function oracleCost(needed: readonly ByteRange[], size: number, first: number): ReadCost {
  const cost: ReadCost = { requests: 1, bytes: Math.min(first, size) };
  let end = -Infinity;
  const sorted = [...needed].sort((a, b) => a.start - b.start);
  for (const range of sorted) {
    const start = Math.max(range.start, first);
    if (range.end <= start) continue;
    if (start - end >= mergeGap) {
      cost.requests++;
      cost.bytes += range.end - start;
    } else if (range.end > end) {
      cost.bytes += range.end - end;
    }
    end = Math.max(end, range.end);
  }
  return cost;
}
