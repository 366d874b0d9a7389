// Changes whole blocks of a file - boxes, chunks, segments - and the fields that say how long they are.
import { concat } from '../../testing/build/bytes';
import { type EditContext, numberAt, overwritten } from './byte-edits';
import { numberBytes } from './dictionary';

/** A block from `start` to `end`, and its length field of `width` bytes at `lengthAt`. */
type Block = Readonly<{ start: number; end: number; lengthAt: number; width: 2 | 4; littleEndian: boolean }>;

/** One block removed, doubled, moved, taken from another input, or with another length or type. */
export function changeBlock(input: Uint8Array, around: EditContext): Uint8Array {
  const { random, other, dictionary } = around;
  const blocks = blocksOf(input);
  if (blocks.length === 0) return input;
  const block = random.pick(blocks);
  const own = input.subarray(block.start, block.end);
  const target = random.pick(blocks).start;
  switch (random.below(7)) {
    case 0:
      return concat(input.subarray(0, block.start), input.subarray(block.end));
    case 1:
      return concat(input.subarray(0, target), own, input.subarray(target));
    case 2: {
      const theirs = blocksOf(other);
      const { start, end } = theirs.length === 0 ? block : random.pick(theirs);
      return concat(
        input.subarray(0, target),
        (theirs.length === 0 ? input : other).subarray(start, end),
        input.subarray(target),
      );
    }
    case 3:
      return overwritten(input, typeAt(block), random.pick(dictionary.bytes));
    case 4:
      return resized(input, block, around);
    default: {
      const length = random.pick([0, 1, 2, 8, block.end - block.start - 1, block.end - block.start + 1, input.length]);
      const value = random.chance(0.1) ? 2 ** (8 * block.width) - 1 - random.below(16) : length;
      const field = numberBytes(value % 2 ** (8 * block.width), block.width, block.littleEndian);
      return overwritten(input, block.lengthAt, field);
    }
  }
}

function typeAt({ start, lengthAt, width }: Block): number {
  return lengthAt === start ? start + width : start;
}

/** Bytes put into a block or taken out of it, with its length field kept right. */
function resized(input: Uint8Array, block: Block, { random, dictionary }: EditContext): Uint8Array {
  const { start, end, lengthAt, width, littleEndian } = block;
  const at = Math.min(end, start + 8 + random.below(Math.max(1, end - start - 8)));
  const added = random.chance(0.5) ? random.pick(dictionary.bytes) : new Uint8Array(random.below(20));
  const removed = random.chance(0.3) ? Math.min(end - at, random.below(16)) : 0;
  const length = numberAt(input, lengthAt, width, littleEndian) + added.length - removed;
  const field = numberBytes(Math.max(0, length) % 2 ** (8 * width), width, littleEndian);
  const longer = concat(input.subarray(0, at), added, input.subarray(at + removed));
  return overwritten(longer, lengthAt, field);
}

/** Inputs are never changed in place, and those that are kept are changed again and again. */
const knownBlocks = new WeakMap<Uint8Array, readonly Block[]>();

function blocksOf(input: Uint8Array): readonly Block[] {
  const blocks = knownBlocks.get(input) ?? findBlocks(input);
  knownBlocks.set(input, blocks);
  return blocks;
}

/** Blocks of all kinds that could be in these bytes, at most some hundreds. */
function findBlocks(input: Uint8Array): readonly Block[] {
  const found: Block[] = [];
  for (let at = 0; at + 8 <= input.length && found.length < 200; at++) {
    if (input[at] === 0xff && (input[at + 1] ?? 0) >= 0xc0 && input[at + 1] !== 0xff) {
      const end = at + 2 + numberAt(input, at + 2, 2, false);
      if (end <= input.length && end > at + 4) {
        found.push({ start: at, end, lengthAt: at + 2, width: 2, littleEndian: false });
      }
    }
    if (!isType(input, at)) continue;
    found.push(...boxesAt(input, at));
  }
  return found;
}

/** The block that a four-character code at `at` may name: a box or PNG chunk (length before it), or a RIFF chunk (after it). */
function boxesAt(input: Uint8Array, at: number): readonly Block[] {
  const found: Block[] = [];
  if (at >= 4) {
    const length = numberAt(input, at - 4, 4, false);
    const base = { start: at - 4, lengthAt: at - 4, width: 4, littleEndian: false } as const;
    if (length >= 8 && at - 4 + length <= input.length) found.push({ ...base, end: at - 4 + length });
    if (at + 8 + length <= input.length) found.push({ ...base, end: at + 8 + length });
  }
  const after = numberAt(input, at + 4, 4, true);
  const end = at + 8 + after + (after % 2);
  if (end <= input.length) found.push({ start: at, end, lengthAt: at + 4, width: 4, littleEndian: true });
  return found;
}

function isType(input: Uint8Array, at: number): boolean {
  for (let i = at; i < at + 4; i++) {
    const byte = input[i] ?? 0;
    const isLetter = (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a);
    if (!isLetter && byte !== 0x20 && !(byte >= 0x30 && byte <= 0x39)) return false;
  }
  return true;
}
