// Reads the blocks that a finder has located, all of them together, so that few requests are needed.
import type { HeldBytes } from '../../bytes/held';
import { isDamage, unlessDamaged } from '../../container/tolerant-walk';
import { isBudgetEnd } from '../../tiff/partial-read';
import type { ByteRange } from '../../types';
import type { FoundBlock } from '../block';
import { maxFoundBlocks, maxFoundBytes, totalFoundBytes } from '../limits';

/** A part of a file that makes blocks, or other results: the ranges that have to be read, and what their bytes make. */
export type Piece<T = FoundBlock> = Readonly<{
  ranges: readonly ByteRange[];
  make(parts: readonly Uint8Array[]): readonly T[];
}>;

/** A piece of one range that makes one result, or none; none when the range is empty. */
export function pieceOf<T>(range: ByteRange, make: (bytes: Uint8Array) => T | null): Piece<T> {
  return {
    ranges: [range],
    make: ([bytes]) => {
      const result = bytes === undefined || bytes.length === 0 ? null : make(bytes);
      return result === null ? [] : [result];
    },
  };
}

/** A block that needs no more bytes. */
export function pieceInMemory(block: FoundBlock): Piece {
  return { ranges: [], make: () => [block] };
}

/** Runs a search. Damage, or the end of the read budget, ends it; what it has found before is kept. */
export function searchWithin(search: () => void): void {
  try {
    search();
  } catch (error) {
    if (!isBudgetEnd(error) && !isDamage(error)) throw error;
  }
}

/**
 * The results of the pieces, in the same order, within the limits for one object. A piece that is damaged, too long, or beyond
 * the budget of reads has no result.
 */
export function readPieces<T>(file: HeldBytes, pieces: readonly Piece<T>[]): readonly T[] {
  const kept = withinLimits(pieces);
  const together = readAll(file, kept);
  return kept.flatMap((piece, i) => {
    const parts = together === null ? (readAll(file, [piece])?.[0] ?? null) : (together[i] ?? null);
    return parts === null ? [] : (unlessDamaged(() => piece.make(parts)) ?? []);
  });
}

/** The pieces that are read: not those that are too long. */
export function withinLimits<T>(pieces: readonly Piece<T>[]): readonly Piece<T>[] {
  let total = 0;
  return pieces.slice(0, maxFoundBlocks).filter(({ ranges }) => {
    const length = lengthOf(ranges);
    if (length > maxFoundBytes || total + length > totalFoundBytes) return false;
    total += length;
    return true;
  });
}

function lengthOf(ranges: readonly ByteRange[]): number {
  return ranges.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** The bytes of each piece; null when the budget of reads is not enough for all. */
function readAll(file: HeldBytes, pieces: readonly Piece<unknown>[]): readonly (readonly Uint8Array[])[] | null {
  try {
    const parts = file.ranges(pieces.flatMap(({ ranges }) => ranges));
    let end = 0;
    return pieces.map(({ ranges }) => {
      end += ranges.length;
      return parts.slice(end - ranges.length, end);
    });
  } catch (error) {
    if (!isBudgetEnd(error) && !isDamage(error)) throw error;
    return null;
  }
}
