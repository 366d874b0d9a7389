// Which rows of the parts of a dataset count: one bit for each row.

/** Bits in a block, for which the number of rows before it is kept. */
const blockBits = 256;
const blockBytes = blockBits / 8;

const bitsOf = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);

/** The rows that count; all others are dead: another row replaced them, or their object is gone. */
export type LiveRows = Readonly<{
  mark(part: number, row: number): void;
  /** The number of rows of a part that count. */
  count(part: number): number;
  isLive(part: number, row: number): boolean;
  /** The number of rows before `row` that count. From its first call for a part on, rows of that part cannot be marked. */
  before(part: number, row: number): number;
}>;

type Bits = { bytes: Uint8Array; count: number; blocks: Uint32Array | null };

export function liveRows(): LiveRows {
  const parts = new Map<number, Bits>();
  const bitsFor = (part: number): Bits => {
    const found = parts.get(part) ?? { bytes: new Uint8Array(128), count: 0, blocks: null };
    parts.set(part, found);
    return found;
  };
  const isLive = (part: number, row: number): boolean =>
    (((parts.get(part)?.bytes[row >> 3] ?? 0) >> (row & 7)) & 1) === 1;
  return {
    mark(part, row) {
      const bits = bitsFor(part);
      const at = row >> 3;
      if (at >= bits.bytes.length) {
        const wider = new Uint8Array(Math.max(at + 1, 2 * bits.bytes.length));
        wider.set(bits.bytes);
        bits.bytes = wider;
      }
      const byte = bits.bytes[at] ?? 0;
      const marked = byte | (1 << (row & 7));
      if (marked === byte) return;
      bits.bytes[at] = marked;
      bits.count++;
    },
    count: (part) => parts.get(part)?.count ?? 0,
    isLive,
    before(part, row) {
      const bits = bitsFor(part);
      bits.blocks ??= blocksOf(bits.bytes);
      const block = Math.floor(row / blockBits);
      let sum = bits.blocks[block] ?? 0;
      for (let at = block * blockBytes; at < row >> 3; at++) sum += bitsOf[bits.bytes[at] ?? 0] ?? 0;
      const rest = (bits.bytes[row >> 3] ?? 0) & ((1 << (row & 7)) - 1);
      return sum + (bitsOf[rest] ?? 0);
    },
  };
}

function blocksOf(bytes: Uint8Array): Uint32Array {
  const blocks = new Uint32Array(Math.ceil(bytes.length / blockBytes));
  let sum = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (at % blockBytes === 0) blocks[at / blockBytes] = sum;
    sum += bitsOf[bytes[at] ?? 0] ?? 0;
  }
  return blocks;
}
