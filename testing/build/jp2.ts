// Builds JPEG 2000: boxes and codestream headers [ISO/IEC 15444-1 Annex I, A.5.1].
import { type BoxSize, box, ftyp } from './bmff';
import { concat, latin1, noise, u16, u32 } from './bytes';

export const exifUuids = {
  text: latin1('JpgTiffExif->JP2'),
  Photoshop: Uint8Array.of(
    0x05,
    0x37,
    0xcd,
    0xab,
    0x9d,
    0x0c,
    0x44,
    0x31,
    0xa7,
    0x2a,
    0xfa,
    0x56,
    0x1f,
    0x2a,
    0x11,
    0x3e,
  ),
} as const;

/** The signature box, `ftyp`, and the boxes. */
export function buildJp2(...boxes: readonly Uint8Array[]): Uint8Array {
  return concat(box('jP  ', latin1('\r\n\x87\n')), ftyp('jp2 ', ['jp2 ']), ...boxes);
}

export function jp2h(width: number, height: number): Uint8Array {
  const ihdr = box('ihdr', concat(u32(height), u32(width), u16(3), Uint8Array.of(7, 7, 0, 0)));
  return box('jp2h', concat(ihdr, box('colr', Uint8Array.of(1, 0, 0, 0, 0, 0, 16))));
}

export function uuidBox(uuid: Uint8Array, data: Uint8Array, size: BoxSize = {}): Uint8Array {
  return box('uuid', concat(uuid, data), size);
}

/** SOC and SIZ: the reference grid and where the image begins on it. */
export function codestream(width: number, height: number, { left = 0, top = 0, length = 16 } = {}): Uint8Array {
  const siz = concat(u16(41), u16(0), u32(width + left), u32(height + top), u32(left), u32(top), new Uint8Array(20));
  return concat(Uint8Array.of(0xff, 0x4f, 0xff, 0x51), siz, noise(length));
}

export function jp2c(stream: Uint8Array, size: BoxSize = {}): Uint8Array {
  return box('jp2c', stream, size);
}
