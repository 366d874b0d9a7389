// What all changes of bytes are made of.
import type { Random } from '../../testing/random/seeded';
import type { Dictionary } from './dictionary';

/** What a change may use in addition to the input. `other` is another input of the same target. */
export type EditContext = Readonly<{ random: Random; dictionary: Dictionary; other: Uint8Array; maxLength: number }>;

export type FileChange = (input: Uint8Array, around: EditContext) => Uint8Array;

/** The number of `length` bytes at `at`; 0 where the input ends before. */
export function numberAt(input: Uint8Array, at: number, length: number, littleEndian: boolean): number {
  let value = 0;
  for (let i = 0; i < length; i++) value = value * 256 + (input[littleEndian ? at + length - 1 - i : at + i] ?? 0);
  return value;
}

/** A copy with `bytes` written over what is at `at`, cut at its end. */
export function overwritten(input: Uint8Array, at: number, bytes: Uint8Array): Uint8Array {
  const copy = input.slice();
  copy.set(bytes.subarray(0, Math.max(0, copy.length - at)), Math.min(at, copy.length));
  return copy;
}
