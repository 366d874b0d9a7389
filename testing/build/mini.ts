// Builds HEIF files with a `mini` box [ISO/IEC 23008-12 Amd 2, Annex O].
import { box } from './bmff';
import { concat, latin1, noise, u32 } from './bytes';

export type MiniOptions = Readonly<{
  width: number;
  height: number;
  /** The brand of the codec, which is where `ftyp` usually has its version. */
  codec?: 'avif' | 'heic';
  chroma?: 0 | 1 | 2 | 3;
  orientation?: number;
  bitDepth?: number;
  /** Samples of 16, 32, 64 or 128 bits in floating point. */
  float?: boolean;
  /** `empty`: the item has no data, and so no codec configuration. */
  alpha?: boolean | 'empty';
  cicp?: boolean;
  codecTypes?: boolean;
  /** High dynamic range with every property, or those whose bit is set of the six; and a gain map where `gainMap`. */
  hdr?: boolean | number;
  gainMap?: boolean;
  icc?: boolean;
  exif?: Uint8Array;
  /** `true`: bytes that are not XMP. */
  xmp?: boolean | Uint8Array;
  /** Whether Exif and XMP are deflate streams. */
  compressed?: boolean;
  /** Whether sizes have 20, 12 and 28 bits instead of 10, 3 and 15. */
  large?: boolean;
}>;

type Put = (value: number, bits: number) => void;

/** The whole file: `ftyp` and `mini`. */
export function buildMini(options: MiniOptions): Uint8Array {
  const { codec = 'avif' } = options;
  return concat(box('ftyp', latin1(`mif3${codec}`)), box('mini', miniBytes(options)));
}

function miniBytes(options: MiniOptions): Uint8Array {
  const bits: number[] = [];
  const put: Put = (value, count) => {
    for (let bit = count - 1; bit >= 0; bit--) bits.push(Math.floor(value / 2 ** bit) % 2);
  };
  putHeader(put, options);
  const { main, alpha, gainMap, icc } = chunks;
  const { exif = new Uint8Array(0) } = options;
  putSizes(put, options, exif.length);
  const bytes = Uint8Array.from({ length: Math.ceil(bits.length / 8) }, (_, i) =>
    Array.from({ length: 8 }, (_bit, bit) => bits[8 * i + bit] ?? 0).reduce((byte, bit) => byte * 2 + bit, 0),
  );
  const none = new Uint8Array(0);
  return concat(
    bytes,
    main.config,
    options.alpha === true ? alpha.config : none,
    options.gainMap ? gainMap.config : none,
    options.icc ? icc : none,
    options.gainMap ? icc : none,
    options.gainMap ? gainMap.metadata : none,
    options.alpha === true ? alpha.data : none,
    options.gainMap ? gainMap.data : none,
    main.data,
    exif,
    options.xmp ? xmpOf(options) : none,
  );
}

const chunks = {
  main: { config: noise(4), data: noise(30) },
  alpha: { config: noise(5), data: noise(9) },
  gainMap: { config: noise(6), data: noise(11), metadata: noise(7) },
  icc: noise(13),
  xmp: noise(8),
} as const;

function xmpOf({ xmp }: MiniOptions): Uint8Array {
  return xmp instanceof Uint8Array ? xmp : chunks.xmp;
}

function putHeader(put: Put, options: MiniOptions): void {
  const { width, height, chroma = 1, orientation = 1, bitDepth = 8 } = options;
  const { codecTypes, alpha, cicp, hdr, icc, exif, xmp } = options;
  const flag = (value: unknown): void => put(value ? 1 : 0, 1);
  put(0, 2);
  for (const value of [codecTypes, options.float, true, alpha, cicp, hdr, icc, exif, xmp]) flag(value);
  put(chroma, 2);
  put(orientation - 1, 3);
  const side = Math.max(width, height) > 128 ? 15 : 7;
  flag(side === 15);
  put(width - 1, side);
  put(height - 1, side);
  putChromaPlace(put, chroma);
  if (options.float) put(Math.log2(bitDepth) - 4, 2);
  else putDepth(put, bitDepth);
  if (alpha) flag(false);
  if (cicp) put(0x010d06, chroma === 0 ? 16 : 24);
  if (codecTypes) for (const byte of latin1('av01av1C')) put(byte, 8);
  if (hdr) putHdr(put, side, options.gainMap === true, hdr === true ? 0b111111 : hdr);
}

function putChromaPlace(put: Put, chroma: number): void {
  if (chroma === 1 || chroma === 2) put(1, 1);
  if (chroma === 1) put(0, 1);
}

function putDepth(put: Put, bitDepth: number): void {
  put(bitDepth > 8 ? 1 : 0, 1);
  if (bitDepth > 8) put(bitDepth - 9, 3);
}

function putHdr(put: Put, side: number, gainMap: boolean, properties: number): void {
  put(gainMap ? 1 : 0, 1);
  if (gainMap) {
    put(3, side);
    put(2, side);
    put(6, 8); // matrix
    put(1, 1); // full range
    put(2, 2); // 4:2:2
    putChromaPlace(put, 2);
    put(0, 1); // no floats
    putDepth(put, 10);
    put(1, 1); // an ICC profile
    put(1, 1); // and CICP
    put(0x010d06, 24);
    put(1, 1);
  }
  for (let i = 0; i < (gainMap ? 2 : 1); i++) putHdrProperties(put, properties);
}

/** From the highest bit on: clli, mdcv, cclv with primaries and two luminances, amve, reve, ndwt. */
function putHdrProperties(put: Put, properties: number): void {
  put(properties, 6);
  const fill = (bits: number): void => {
    for (let i = 0; i < bits; i++) put(i % 3 === 0 ? 1 : 0, 1);
  };
  const has = (bit: number): boolean => (properties & bit) !== 0;
  if (has(0b100000)) fill(32);
  if (has(0b010000)) fill(192);
  if (has(0b001000)) {
    put(0b00110100, 8);
    fill(192 + 64);
  }
  if (has(0b000100)) fill(64);
  if (has(0b000010)) fill(128);
  if (has(0b000001)) fill(32);
}

function putSizes(put: Put, options: MiniOptions, exifLength: number): void {
  const { alpha, gainMap, icc, exif, xmp, compressed, large = false } = options;
  const flag = (value: unknown): void => put(value ? 1 : 0, 1);
  const [metadata, config, data] = large ? [20, 12, 28] : [10, 3, 15];
  if (icc || exif || xmp || gainMap) flag(large);
  flag(large);
  flag(large);
  if (icc) put(chunks.icc.length - 1, metadata);
  if (gainMap) {
    put(chunks.icc.length - 1, metadata);
    put(chunks.gainMap.metadata.length, metadata);
    put(chunks.gainMap.data.length, data);
    put(chunks.gainMap.config.length, config);
  }
  put(chunks.main.config.length, config);
  put(chunks.main.data.length - 1, data);
  if (alpha) {
    put(alpha === true ? chunks.alpha.data.length : 0, data);
    if (alpha === true) put(chunks.alpha.config.length, config);
  }
  if (exif || xmp) flag(compressed);
  if (exif) put(exifLength - 1, metadata);
  if (xmp) put(xmpOf(options).length - 1, metadata);
}

/** A TIFF stream with the offset field of an Exif item before it. */
export function withOffset(tiff: Uint8Array): Uint8Array {
  return concat(u32(0), tiff);
}
