// The first bits of a JPEG XL codestream [ISO/IEC 18181-1 D.2 SizeHeader, D.3 ImageMetadata]: size, orientation, whether
// animated, and bits of a sample. The first bit is the lowest bit of each byte.
import { u8 } from '../bytes/cursor';
import type { ImageShape } from '../types';
import { still } from './image-shape';

/** Width over height for the ratios 1 to 7. */
const ratios: readonly (readonly [number, number])[] = [
  [1, 1],
  [12, 10],
  [4, 3],
  [3, 2],
  [16, 9],
  [5, 4],
  [2, 1],
];

/** Number of bits of a size, by its selector. */
const sizeBits = [9, 13, 18, 30];

type TakeBits = (count: number) => number;

/**
 * The shape of the image, its size as coded. `bytes` start with FF 0A. Throws ProblemError `DamagedImage` when they end too
 * early.
 */
export function readCodestreamShape(bytes: Uint8Array): ImageShape {
  const take = bitReader(bytes, 16);
  const size = readSize(take);
  const { animated, ...stated } = readMetadata(take);
  return { ...still(size.width, size.height), ...(animated ? { animated, moreFrames: true } : {}), ...stated };
}

function readSize(take: TakeBits): { width: number; height: number } {
  const small = take(1) === 1;
  const readSide = (): number => (small ? 8 * (take(5) + 1) : take(sizeBits[take(2)] ?? 9) + 1);
  const height = readSide();
  const [numerator, denominator] = ratios[take(3) - 1] ?? [0, 0];
  return { height, width: denominator === 0 ? readSide() : Math.floor((height * numerator) / denominator) };
}

type Metadata = { orientation: number; animated: boolean; bitDepth: number };

/**
 * Orientation, intrinsic size, preview and animation are present only when the bit for extra fields is set. The bit depth
 * follows them.
 */
function readMetadata(take: TakeBits): Metadata {
  if (take(1) === 1) return { orientation: 1, animated: false, bitDepth: 8 };
  if (take(1) === 0) return { orientation: 1, animated: false, bitDepth: readDepth(take) };
  const orientation = 1 + take(3);
  if (take(1) === 1) readSize(take); // intrinsic size
  if (take(1) === 1) readPreview(take);
  const animated = take(1) === 1;
  if (animated) skipAnimation(take);
  return { orientation, animated, bitDepth: readDepth(take) };
}

/** Bits of an integer sample, or of one in floating point. */
function readDepth(take: TakeBits): number {
  const usual = take(1) === 1 ? [32, 16, 24] : [8, 10, 12];
  return usual[take(2)] ?? 1 + take(6);
}

/**
 * Skips the ticks per second (two numbers), the number of loops, and the flag for time codes. A selector gives the length of
 * each number.
 */
function skipAnimation(take: TakeBits): void {
  for (const widths of [
    [0, 0, 10, 30],
    [0, 0, 8, 10],
    [0, 3, 16, 32],
  ]) {
    take(widths[take(2)] ?? 0);
  }
  take(1);
}

function readPreview(take: TakeBits): void {
  const divided = take(1) === 1;
  const readSide = (): void => {
    const widths = divided ? [0, 0, 5, 9] : [6, 8, 10, 12];
    take(widths[take(2)] ?? 0);
  };
  readSide();
  if (take(3) === 0) readSide();
}

/** A function that takes the next bits of `bytes` as an unsigned number, beginning at bit `start`. */
function bitReader(bytes: Uint8Array, start: number): TakeBits {
  let at = start;
  return (count) => {
    let value = 0;
    for (let i = 0; i < count; i++, at++) value += ((u8(bytes, at >> 3) >> (at & 7)) & 1) * 2 ** i;
    return value;
  };
}
