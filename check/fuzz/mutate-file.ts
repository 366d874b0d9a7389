// Changes the bytes of a file: bits, numbers, pieces, and lengths and offsets that lie.

import { concat } from '../../testing/build/bytes';
import type { Random } from '../../testing/random/seeded';
import { type EditContext, type FileChange, numberAt, overwritten } from './byte-edits';
import { numberBytes } from './dictionary';
import { changeBlock } from './mutate-blocks';
import { changeIfd } from './mutate-ifd';

/** A changed copy of the input; most often one change, now and then several. */
export function mutateFile(input: Uint8Array, around: EditContext): Uint8Array {
  const { random, maxLength } = around;
  let bytes = input;
  for (let left = random.pick([1, 1, 1, 2, 2, 3, 5]); left > 0; left--) bytes = random.pick(byWeight)(bytes, around);
  return bytes.length > maxLength ? bytes.subarray(0, maxLength) : bytes;
}

const weighted: readonly (readonly [weight: number, change: FileChange])[] = [
  [3, flipBit],
  [2, setByte],
  [4, changeNumber],
  [4, setNumber],
  [3, setToLength],
  [2, removePiece],
  [2, insertPiece],
  [2, copyPiece],
  [2, splice],
  [1, truncate],
  [3, overwriteToken],
  [2, insertToken],
  [6, changeBlock],
  [6, changeIfd],
];
const byWeight: readonly FileChange[] = weighted.flatMap(([weight, change]) => Array<FileChange>(weight).fill(change));

function flipBit(input: Uint8Array, { random }: EditContext): Uint8Array {
  const bytes = input.slice();
  const at = random.below(bytes.length);
  if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
  return bytes;
}

function setByte(input: Uint8Array, { random }: EditContext): Uint8Array {
  const bytes = input.slice();
  const at = random.below(bytes.length);
  if (at < bytes.length) bytes[at] = random.below(256);
  return bytes;
}

/** A number of 1, 2, 4 or 8 bytes at a random place, by a little more or less. */
function changeNumber(input: Uint8Array, { random }: EditContext): Uint8Array {
  const length = random.pick([1, 2, 2, 4, 4, 8]);
  if (input.length < length) return input;
  const at = random.below(input.length - length + 1);
  const littleEndian = random.chance(0.5);
  const step = random.pick([1, 1, 2, 4, 8, 12, 16, 1 + random.below(35)]);
  const changed = numberAt(input, at, length, littleEndian) + (random.chance(0.5) ? step : -step);
  return overwritten(input, at, numberBytes(mod(changed, 2 ** Math.min(53, 8 * length)), length, littleEndian));
}

function setNumber(input: Uint8Array, { random }: EditContext): Uint8Array {
  const length = random.pick([1, 2, 2, 4, 4, 8]);
  if (input.length < length) return input;
  const most = 2 ** Math.min(53, 8 * length);
  const value = random.pick([0, 1, most - 1, most / 2, most / 2 - 1, most - 1 - random.below(64), random.below(256)]);
  const at = random.below(input.length - length + 1);
  return overwritten(input, at, numberBytes(value, length, random.chance(0.5)));
}

/** A length or an offset: the bytes of the file after it, the length of the file, or a place in it. */
function setToLength(input: Uint8Array, { random }: EditContext): Uint8Array {
  const length = random.pick([2, 4, 4, 8]);
  if (input.length < length) return input;
  const at = random.below(input.length - length + 1);
  const left = input.length - at - length;
  const value = random.pick([left, input.length, at, random.below(input.length), random.below(input.length)]);
  const near = Math.max(0, value + random.below(17) - 8);
  return overwritten(input, at, numberBytes(mod(near, 2 ** (8 * length)), length, random.chance(0.5)));
}

function removePiece(input: Uint8Array, { random }: EditContext): Uint8Array {
  const { start, end } = pieceOf(input, random);
  return concat(input.subarray(0, start), input.subarray(end));
}

function insertPiece(input: Uint8Array, { random }: EditContext): Uint8Array {
  const at = random.below(input.length + 1);
  const length = random.pick([1, 2, 4, 8, 1 + random.below(64), 1 + random.below(600)]);
  const filler = random.pick([0, 0xff, random.below(256)]);
  return concat(input.subarray(0, at), new Uint8Array(length).fill(filler), input.subarray(at));
}

function copyPiece(input: Uint8Array, { random }: EditContext): Uint8Array {
  const { start, end } = pieceOf(input, random);
  const at = random.below(input.length + 1);
  if (random.chance(0.5)) return overwritten(input, at, input.subarray(start, end));
  return concat(input.subarray(0, at), input.subarray(start, end), input.subarray(at));
}

/** A piece of another input instead of a piece of this one, or the front of this one and the end of the other. */
function splice(input: Uint8Array, { random, other }: EditContext): Uint8Array {
  const piece = pieceOf(other, random);
  const at = random.below(input.length + 1);
  const bytes = other.subarray(piece.start, piece.end);
  if (random.chance(0.3)) return concat(input.subarray(0, at), other.subarray(random.below(other.length + 1)));
  return random.chance(0.5) ? overwritten(input, at, bytes) : concat(input.subarray(0, at), bytes, input.subarray(at));
}

function truncate(input: Uint8Array, { random }: EditContext): Uint8Array {
  return input.subarray(0, random.chance(0.5) ? input.length - random.below(16) : random.below(input.length + 1));
}

function overwriteToken(input: Uint8Array, { random, dictionary }: EditContext): Uint8Array {
  return overwritten(input, random.below(input.length + 1), random.pick(dictionary.bytes));
}

function insertToken(input: Uint8Array, { random, dictionary }: EditContext): Uint8Array {
  const at = random.below(input.length + 1);
  return concat(input.subarray(0, at), random.pick(dictionary.bytes), input.subarray(at));
}

type Piece = Readonly<{ start: number; end: number }>;

function pieceOf(input: Uint8Array, random: Random): Piece {
  const start = random.below(input.length + 1);
  const length = random.pick([1, 2, 4, 12, random.below(64), random.below(input.length + 1)]);
  return { start, end: Math.min(input.length, start + length) };
}

function mod(value: number, base: number): number {
  return ((value % base) + base) % base;
}
