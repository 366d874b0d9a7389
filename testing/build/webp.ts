// Builds WebP files of chunks in any order [RFC 9649].
import { concat, latin1, noise, u16, u32, unsigned } from './bytes';

/** A chunk. `claims` is the length written, where it shall be wrong. */
export type Chunk = Readonly<{ type: string; data: Uint8Array; claims?: number }>;

/** The RIFF header and the chunks, each padded to even; `claims` is the RIFF size, where it shall be wrong. */
export function buildWebp(chunks: readonly Chunk[], claims?: number): Uint8Array {
  const body = concat(latin1('WEBP'), ...chunks.map(chunkBytes));
  return concat(latin1('RIFF'), u32(claims ?? body.length, true), body);
}

function chunkBytes({ type, data, claims }: Chunk): Uint8Array {
  return concat(latin1(type), u32(claims ?? data.length, true), data, new Uint8Array(data.length % 2));
}

/** A lossy image; the upper bits of each side are a scale. */
export function vp8(width: number, height: number, { scale = 0, length = 0 } = {}): Chunk {
  const sides = concat(u16(width | (scale << 14), true), u16(height | (scale << 14), true));
  return { type: 'VP8 ', data: concat(Uint8Array.of(0x50, 0, 0, 0x9d, 0x01, 0x2a), sides, noise(length)) };
}

/** A lossless image; alpha is bit 28 of its header. */
export function vp8l(width: number, height: number, { alpha = true, length = 7 } = {}): Chunk {
  const bits = (width - 1) | ((height - 1) << 14) | (alpha ? 1 << 28 : 0);
  return { type: 'VP8L', data: concat(Uint8Array.of(0x2f), u32(bits, true), noise(length)) };
}

export function vp8x(
  width: number,
  height: number,
  flags: { exif?: boolean; animated?: boolean; others?: number } = {},
): Chunk {
  const bits = (flags.others ?? 0) | (flags.exif ? 0x08 : 0) | (flags.animated ? 0x02 : 0);
  const side = (value: number) => unsigned(BigInt(value - 1), 3, true);
  return { type: 'VP8X', data: concat(Uint8Array.of(bits, 0, 0, 0), side(width), side(height)) };
}

export function anim(): Chunk {
  return { type: 'ANIM', data: new Uint8Array(6) };
}

/** A frame: 16 bytes of header and image data. */
export function anmf(length = 8): Chunk {
  return { type: 'ANMF', data: concat(new Uint8Array(16), noise(length)) };
}

export function exifChunk(tiff: Uint8Array, prefix = ''): Chunk {
  return { type: 'EXIF', data: concat(latin1(prefix), tiff) };
}

export function xmpChunk(length = 5): Chunk {
  return { type: 'XMP ', data: noise(length) };
}
