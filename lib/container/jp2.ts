// JPEG 2000 [ISO/IEC 15444-1 Annex I, A.5.1] and its EXIF in a `uuid` box.
//
//   jP signature box, ftyp, jp2h: ihdr (height u32, width u32, components u16, depth u8), ...   uuid: 16 bytes that name it, TIFF stream   jp2c
//   codestream alone: FF4F FF51 length u16 capabilities u16 Xsize u32 Ysize u32 XOsize u32 YOsize u32 tile 16
//                     components u16, depth u8 of the first
//   depth: sign bit, then bits of a sample less 1; 255 where the components differ
import { hasAt, u8, u32 } from '../bytes/cursor';
import { type HeldBytes, type ParserInput, parseHeld } from '../bytes/held';
import { maxBlockBytes } from '../limits';
import type { Container, ImageShape, LocateResult } from '../types';
import { type Box, findBox } from './bmff';
import { locateInBoxes } from './box-walk';
import { still } from './image-shape';

/** The two identifiers of the box that programs write: a text, and the one that Photoshop uses. */
const exifUuids = ['JpgTiffExif->JP2', '\x05\x37\xcd\xab\x9d\x0c\x44\x31\xa7\x2a\xfa\x56\x1f\x2a\x11\x3e'];
const uuidLength = 16;
const codestream = '\xff\x4f\xff\x51';
/** Bytes of the first box in `jp2h`, the image header [15444-1 I.5.3]. */
const ihdrEnd = 64;

export const jp2: Container = {
  name: 'jp2',
  matches: (head) => hasAt(head, 0, '\0\0\0\x0cjP  \r\n\x87\n') || hasAt(head, 0, codestream),
  locate: (reader) => parseHeld(reader, locate),
};

function locate(file: ParserInput): LocateResult {
  const head = file.upTo(0, 4);
  if (hasAt(head, 0, codestream)) return { shape: readCodestreamShape(file, 0), exif: null };
  return locateInBoxes(file, { name: 'JPEG 2000', isExif, readExifBox, readShape });
}

function readShape(file: HeldBytes, box: Box): ImageShape | null {
  if (box.type === 'jp2c') return readCodestreamShape(file, box.offset);
  if (box.type !== 'jp2h') return null;
  const bytes = file.upTo(box.offset, Math.min(box.end - box.offset, ihdrEnd));
  const ihdr = findBox(bytes, 0, bytes.length, 'ihdr');
  if (ihdr === null) return null;
  const size = still(u32(bytes, ihdr.offset + 4, false), u32(bytes, ihdr.offset, false));
  return { ...size, ...readDepth(bytes, ihdr.offset + 10) };
}

function readDepth(bytes: Uint8Array, at: number): Pick<ImageShape, 'bitDepth'> {
  if (at >= bytes.length || u8(bytes, at) === 255) return {};
  return { bitDepth: 1 + (u8(bytes, at) & 0x7f) };
}

/** The SIZ marker segment, first in every codestream [15444-1 A.5.1]. */
function readCodestreamShape(file: HeldBytes, offset: number): ImageShape {
  const siz = file.upTo(offset, 43);
  const side = (at: number): number => Math.max(0, u32(siz, at, false) - u32(siz, at + 8, false));
  return { ...still(side(8), side(12)), ...readDepth(siz, 42) };
}

function isExif(file: HeldBytes, { type, offset }: Box): boolean {
  if (type !== 'uuid') return false;
  const uuid = file.upTo(offset, uuidLength);
  return exifUuids.some((name) => hasAt(uuid, 0, name));
}

function readExifBox(file: HeldBytes, { offset, end }: Box): Uint8Array {
  const start = offset + uuidLength;
  return file.upTo(start, Math.min(Math.max(0, end - start), maxBlockBytes));
}
