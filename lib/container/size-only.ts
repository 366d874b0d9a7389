// Formats that cannot have EXIF and state their size in the first bytes: BMP, ICO and CUR, CRW.
import { hasAt, u8, u16, u32 } from '../bytes/cursor';
import { readUpTo } from '../bytes/reader';
import type { Container, ImageShape } from '../types';
import { noShape, perInch } from './image-shape';

/** A format without EXIF, its shape read from its first 64 bytes. */
function sizeOnly(
  name: string,
  matches: Container['matches'],
  readShape: (head: Uint8Array) => Partial<ImageShape>,
): Container {
  return {
    name,
    matches,
    locate: async (reader) => {
      const shape = readShape(await readUpTo(reader, 0, 64));
      return { shape: { ...noShape, ...shape }, exif: null };
    },
  };
}

/**
 * "BM" file size u32 ... header length u32 at 14: 12 (OS/2: sides u16, planes u16, bits of a pixel u16), else sides i32, a
 * negative height is top-down, planes u16, bits of a pixel u16, compression u32, bytes u32, pixels per metre i32 twice.
 */
export const bmp = sizeOnly(
  'bmp',
  (head) =>
    hasAt(head, 0, 'BM') && head.length >= 26 && [12, 16, 40, 52, 56, 64, 108, 124].includes(u32(head, 14, true)),
  (head) =>
    u32(head, 14, true) === 12
      ? { width: u16(head, 18, true), height: u16(head, 20, true), ...sampleDepth(u16(head, 24, true)) }
      : {
          width: Math.abs(u32(head, 18, true) | 0),
          height: Math.abs(u32(head, 22, true) | 0),
          ...(head.length < 46 ? {} : { ...sampleDepth(u16(head, 28, true)), ...bmpDensity(head) }),
        },
);

function bmpDensity(head: Uint8Array): Pick<ImageShape, 'dpi'> {
  const [x, y] = [u32(head, 38, true) | 0, u32(head, 42, true) | 0];
  return x > 0 && y > 0 ? { dpi: [perInch(x), perInch(y)] } : {};
}

/**
 * Bits of a sample, from the bits of a pixel: up to 8 bits are one index, 24 and 32 are channels of 8. 16 bits can be divided
 * in several ways, so they give no answer.
 */
function sampleDepth(pixelBits: number): Pick<ImageShape, 'bitDepth'> {
  if (pixelBits === 24 || pixelBits === 32) return { bitDepth: 8 };
  return pixelBits > 0 && pixelBits <= 8 ? { bitDepth: pixelBits } : {};
}

/**
 * Reserved u16 0, type u16 (1 icon, 2 cursor), count u16; entry of 16 bytes: width u8, height u8 (0 = 256), colours u8, 0,
 * planes u16, bits u16, length u32, offset u32, after the entries. The first one counts.
 */
export const ico = sizeOnly(
  'ico',
  (head) => {
    if (!(hasAt(head, 0, '\0\0\x01\0') || hasAt(head, 0, '\0\0\x02\0')) || head.length < 22) return false;
    const count = u16(head, 4, true);
    const isPlausible = u8(head, 9) === 0 && (u8(head, 2) === 2 || u16(head, 10, true) <= 1);
    return count > 0 && isPlausible && u32(head, 14, true) > 0 && u32(head, 18, true) >= 6 + 16 * count;
  },
  (head) => ({
    width: u8(head, 6) || 256,
    height: u8(head, 7) || 256,
    frames: u16(head, 4, true),
    ...(u8(head, 2) === 1 ? sampleDepth(u16(head, 12, true)) : {}),
  }),
);

/** Canon CIFF has its metadata in a heap structure, which is not EXIF. */
export const crw = sizeOnly(
  'crw',
  (head) => hasAt(head, 6, 'HEAPCCDR'),
  () => ({}),
);
