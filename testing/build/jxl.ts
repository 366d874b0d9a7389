// Builds JPEG XL: codestream headers bit by bit [ISO/IEC 18181-1 D.2, D.3], and boxes around them [ISO/IEC 18181-2].
import { brotliCompressSync } from 'node:zlib';
import { box, ftyp } from './bmff';
import { concat, latin1, noise, u32 } from './bytes';

/** A number and its number of bits. */
type Bits = readonly [value: number, count: number];

/**
 * How a side is coded: as a number of eights if possible, otherwise with one of four selectors. `ratio`: the width is computed
 * from the height.
 */
export type SizeCode = Readonly<{ small?: boolean; selector?: 0 | 1 | 2 | 3; ratio?: number }>;

const sizeBits = [9, 13, 18, 30] as const;

export function sizeHeader(
  width: number,
  height: number,
  { small = false, selector = 0, ratio = 0 }: SizeCode = {},
): Bits[] {
  const side = (value: number): Bits[] =>
    small
      ? [[value / 8 - 1, 5]]
      : [
          [selector, 2],
          [value - 1, sizeBits[selector]],
        ];
  return [[small ? 1 : 0, 1], ...side(height), [ratio, 3], ...(ratio === 0 ? side(width) : [])];
}

/** `all_default`, or the extra fields: orientation, intrinsic size, preview, animation. `depth`: the bits after them. */
export type Metadata = Readonly<{
  animated?: boolean;
  orientation?: number;
  intrinsic?: Bits[];
  preview?: Bits[];
  depth?: Bits[];
}>;

export function metadata(extra: Metadata | 'default' | 'none' = 'default'): Bits[] {
  if (extra === 'default') return [[1, 1]];
  if (extra === 'none') return [[0, 2]];
  const { animated = false, orientation = 1, intrinsic, preview, depth = [] } = extra;
  const start: Bits[] = [
    [0, 1],
    [1, 1],
    [orientation - 1, 3],
  ];
  const optional = (bits?: Bits[]): Bits[] => (bits === undefined ? [[0, 1]] : [[1, 1], ...bits]);
  return [...start, ...optional(intrinsic), ...optional(preview), [animated ? 1 : 0, 1], ...depth];
}

/** FF 0A, the bits (the first one is the lowest of its byte), and image data. */
export function codestream(bits: readonly Bits[], length = 4): Uint8Array {
  const all = bits.flatMap(([value, count]) => Array.from({ length: count }, (_, i) => Math.floor(value / 2 ** i) % 2));
  const bytes = new Uint8Array(Math.ceil(all.length / 8));
  all.forEach((bit, i) => {
    bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (bit << (i & 7));
  });
  return concat(Uint8Array.of(0xff, 0x0a), bytes, noise(length));
}

/** The signature box, `ftyp`, and the boxes. */
export function buildJxl(...boxes: readonly Uint8Array[]): Uint8Array {
  return concat(box('JXL ', latin1('\r\n\x87\n')), ftyp('jxl ', ['jxl ']), ...boxes);
}

export function jxlc(stream: Uint8Array): Uint8Array {
  return box('jxlc', stream);
}

/** Part `index` of the codestream; the last one has its highest bit set. */
export function jxlp(index: number, stream: Uint8Array, last = false): Uint8Array {
  return box('jxlp', concat(u32(index + (last ? 2 ** 31 : 0)), stream));
}

export function brob(type: string, payload: Uint8Array): Uint8Array {
  return box('brob', concat(latin1(type), Uint8Array.from(brotliCompressSync(payload))));
}
