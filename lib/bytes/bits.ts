// Fields of bits, the highest bit of each byte first.
import { u8 } from './cursor';

/** Reads fields of a bit stream one after the other. Past the end throws ProblemError `DamagedImage`. */
export type Bits = Readonly<{
  /** The next `count` bits, at most 32, as an unsigned number. */
  take(count: number): number;
  flag(): boolean;
  skip(count: number): void;
  /** The offset of the next whole byte. */
  byteOffset(): number;
}>;

/** A bit stream over `bytes`, from their first bit on. */
export function bitsOf(bytes: Uint8Array): Bits {
  let at = 0;
  const take = (count: number): number => {
    let value = 0;
    for (let left = count; left > 0; left--, at++) value = value * 2 + ((u8(bytes, at >> 3) >> (7 - (at & 7))) & 1);
    return value;
  };
  return {
    take,
    flag: () => take(1) === 1,
    skip: (count) => {
      at += count;
    },
    byteOffset: () => (at + 7) >> 3,
  };
}
