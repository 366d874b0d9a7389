// Writes a baseline JPEG of three components, 4:2:0, from coefficients that the caller quantised [ITU-T T.81 Annex B, F.1.2].

/** 0 is Y, 1 is Cb, 2 is Cr. */
export type Component = 0 | 1 | 2;

/**
 * Fills `out` with the coefficients of one block in zigzag order, and returns how many it has filled; the rest are 0. `x` and
 * `y` count blocks of the component: those of Cb and Cr cover 16 pixels each way.
 */
export type BlockCoefficients = (component: Component, x: number, y: number, out: Int16Array) => number;

/** Divisors of the coefficients: of the first, and of all others. With 8 the first is the mean of the block, less 128. */
export const quantiser = { dc: 8, ac: 6 } as const;

/** Pixels of one MCU: two by two blocks of Y, one of Cb and one of Cr. */
const mcu = 16;
/** The most bytes of a block: 9 bits of code and 10 of value for each coefficient; each byte may need a stuffed 0. */
const maxBlockBytes = 64 * 6;

/**
 * The JPEG. Width and height are multiples of 16. `segments` come after SOI, such as the APP1 with EXIF. Values are limited to 10
 * bits, as baseline JPEG demands.
 */
export function encodeJpeg(
  size: Readonly<{ width: number; height: number }>,
  segments: readonly Uint8Array[],
  coefficients: BlockCoefficients,
): Uint8Array {
  const scan = entropyCoder(size.width * size.height);
  const block = new Int16Array(64);
  const last = [0, 0, 0];
  const write = (component: Component, x: number, y: number): void => {
    const count = coefficients(component, x, y, block);
    const dc = block[0] ?? 0;
    scan.putBlock(block, count, dc - (last[component] ?? 0));
    last[component] = dc;
  };
  for (let y = 0; y < size.height / mcu; y++) {
    for (let x = 0; x < size.width / mcu; x++) {
      for (let part = 0; part < 4; part++) write(0, 2 * x + (part & 1), 2 * y + (part >> 1));
      write(1, x, y);
      write(2, x, y);
    }
  }
  const head = [Uint8Array.of(0xff, 0xd8), ...segments, ...tables(size), scan.end(), Uint8Array.of(0xff, 0xd9)];
  return Buffer.concat(head);
}

/** A segment: the marker, the length and the payload. */
export function segment(marker: number, payload: Uint8Array | readonly number[]): Uint8Array {
  const length = payload.length + 2;
  return Uint8Array.of(0xff, marker, length >> 8, length & 0xff, ...payload);
}

/** Quantisation, frame, Huffman tables, start of the scan. */
function tables({ width, height }: Readonly<{ width: number; height: number }>): readonly Uint8Array[] {
  const divisors = Array.from({ length: 64 }, (_, i) => (i === 0 ? quantiser.dc : quantiser.ac));
  const sides = [height >> 8, height & 0xff, width >> 8, width & 0xff];
  return [
    segment(0xdb, [0, ...divisors]),
    segment(0xc0, [8, ...sides, 3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0]),
    segment(0xc4, [0x00, ...dcTable.lengths, ...dcTable.symbols]),
    segment(0xc4, [0x10, ...acTable.lengths, ...acTable.symbols]),
    segment(0xda, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0]),
  ];
}

/** `lengths`: how many codes have 1 to 16 bits. `codes` and `bits` are by symbol. */
type HuffmanTable = Readonly<{
  lengths: readonly number[];
  symbols: readonly number[];
  codes: Uint16Array;
  bits: Uint8Array;
}>;

/** The symbols of each length of code, in the order of the codes [T.81 Annex C]. No code has only ones. */
function huffmanTable(byLength: ReadonlyMap<number, readonly number[]>): HuffmanTable {
  const table = { codes: new Uint16Array(256), bits: new Uint8Array(256) };
  const lengths = Array.from({ length: 16 }, (_, i) => byLength.get(i + 1)?.length ?? 0);
  let code = 0;
  for (let length = 1; length <= 16; length++) {
    for (const symbol of byLength.get(length) ?? []) {
      table.codes[symbol] = code++;
      table.bits[symbol] = length;
    }
    code <<= 1;
  }
  return { ...table, lengths, symbols: [...byLength.values()].flat() };
}

const endOfBlock = 0x00;
const sixteenZeros = 0xf0;
/** A coefficient of 1 or -1 after no zero, and after one zero: the usual symbols of grain. */
const usual = [0x01, endOfBlock, 0x11];
const range = (length: number): number[] => Array.from({ length }, (_, i) => i);
const others = range(16)
  .flatMap((run) => range(10).map((size) => run * 16 + size + 1))
  .filter((symbol) => !usual.includes(symbol));

const dcTable = huffmanTable(new Map([[4, range(12)]]));
const acTable = huffmanTable(
  new Map([
    [2, [0x01]],
    [3, [endOfBlock, 0x11]],
    [9, [...others, sixteenZeros]],
  ]),
);

/** The entropy-coded data, which grows by blocks. */
function entropyCoder(expected: number) {
  let out = new Uint8Array(expected);
  let length = 0;
  let held = 0;
  let count = 0;

  function put(value: number, bits: number): void {
    held = (held << bits) | value;
    count += bits;
    while (count >= 8) {
      count -= 8;
      const byte = (held >> count) & 0xff;
      out[length++] = byte;
      if (byte === 0xff) out[length++] = 0;
    }
    held &= (1 << count) - 1;
  }

  function putSymbol({ codes, bits }: HuffmanTable, symbol: number): void {
    put(codes[symbol] ?? 0, bits[symbol] ?? 0);
  }

  /** The code for the run of zeros and the size of `value`, then its bits; negative values are stored less one. */
  function putValue({ codes, bits }: HuffmanTable, zeros: number, value: number): void {
    const size = 32 - Math.clz32(Math.abs(value));
    const symbol = zeros * 16 + size;
    const stored = (value < 0 ? value - 1 : value) & ((1 << size) - 1);
    put(((codes[symbol] ?? 0) << size) | stored, (bits[symbol] ?? 0) + size);
  }

  function makeRoom(): void {
    if (length + maxBlockBytes <= out.length) return;
    const larger = new Uint8Array(2 * out.length + maxBlockBytes);
    larger.set(out);
    out = larger;
  }

  return {
    /** The first coefficient is stored as its difference to that of the block before. */
    putBlock(block: Int16Array, filled: number, difference: number): void {
      makeRoom();
      putValue(dcTable, 0, difference);
      let zeros = 0;
      for (let i = 1; i < filled; i++) {
        const value = block[i] ?? 0;
        if (value === 0) zeros++;
        else {
          for (; zeros > 15; zeros -= 16) putSymbol(acTable, sixteenZeros);
          putValue(acTable, zeros, value);
          zeros = 0;
        }
      }
      if (zeros > 0 || filled < 64) putSymbol(acTable, endOfBlock);
    },
    /** The data, filled up with ones. */
    end(): Uint8Array {
      makeRoom();
      if (count > 0) put((1 << (8 - count)) - 1, 8 - count);
      return out.subarray(0, length);
    },
  };
}
