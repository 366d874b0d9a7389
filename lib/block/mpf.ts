// Reads the index of the images in a JPEG with several [CIPA DC-007-2021, 5.2]: an IFD in a TIFF stream.
//
//   entry   attributes u32  size u32  offset u32 from the TIFF header, 0 for the first image  dependent images 2 x u16
import { hasAt, u16, u32 } from '../bytes/cursor';
import type { BlockWarning } from './block';
import { maxMpfEntries, maxMpfImages } from './limits';

/**
 * `type` is a word, or the hexadecimal code of an unknown type. `offset` is in the file. `dependent`: the image is a part of the
 * presentation of another one.
 */
export type MultiPictureImage = Readonly<{
  type: string;
  offset: number;
  size: number;
  dependent: boolean;
}>;

/** The images in stored order; the first one is the image that all readers show. */
export type MultiPicture = Readonly<{
  images: readonly MultiPictureImage[];
  warnings: readonly BlockWarning[];
}>;

const types: ReadonlyMap<number, string> = new Map([
  [0x000000, 'undefined'],
  [0x010001, 'thumbnail-vga'],
  [0x010002, 'thumbnail-full-hd'],
  [0x010003, 'thumbnail-4k'],
  [0x010004, 'thumbnail-8k'],
  [0x010005, 'thumbnail-16k'],
  [0x020001, 'panorama'],
  [0x020002, 'disparity'],
  [0x020003, 'multi-angle'],
  [0x030000, 'primary'],
  [0x040000, 'original-preservation'],
  [0x050000, 'gain-map'],
]);

const entriesTag = 0xb002;
const entryLength = 16;
const headerLength = 8;
const ifdEntryLength = 12;
/** The flag of a dependent child image, and the bits of the type, in the attributes. */
const [childFlag, typeBits] = [0x40000000, 0xffffff];

/** Reads the index in `bytes`, which start with its TIFF header; that is at `offset` in the file. */
export function parseMpf(bytes: Uint8Array, offset: number): MultiPicture {
  const littleEndian = hasAt(bytes, 0, 'II*\0');
  if (!littleEndian && !hasAt(bytes, 0, 'MM\0*')) return without('no TIFF header');
  const list = bytes.length < headerLength ? null : findEntries(bytes, littleEndian);
  if (list === null) return without('no list of images');
  const count = Math.min(Math.floor(list.length / entryLength), maxMpfImages);
  const images: MultiPictureImage[] = [];
  for (let i = 0, at = list.offset; i < count && at + entryLength <= bytes.length; i++, at += entryLength) {
    const attributes = u32(bytes, at, littleEndian);
    const stored = u32(bytes, at + 8, littleEndian);
    images.push({
      type: typeName(attributes & typeBits),
      offset: stored === 0 ? 0 : offset + stored,
      size: u32(bytes, at + 4, littleEndian),
      dependent: (attributes & childFlag) !== 0,
    });
  }
  const isWhole = images.length * entryLength === list.length;
  return isWhole ? { images, warnings: [] } : { ...without(`only ${images.length} images are read`), images };
}

function without(detail: string): MultiPicture {
  return { images: [], warnings: [{ block: 'mpf', detail }] };
}

/** The place of the list of images in `bytes`, and its length as stated. */
function findEntries(bytes: Uint8Array, littleEndian: boolean): Readonly<{ offset: number; length: number }> | null {
  const ifd = u32(bytes, 4, littleEndian);
  if (ifd + 2 > bytes.length) return null;
  const count = Math.min(u16(bytes, ifd, littleEndian), maxMpfEntries);
  for (let i = 0, at = ifd + 2; i < count && at + ifdEntryLength <= bytes.length; i++, at += ifdEntryLength) {
    if (u16(bytes, at, littleEndian) !== entriesTag) continue;
    return { length: u32(bytes, at + 4, littleEndian), offset: u32(bytes, at + 8, littleEndian) };
  }
  return null;
}

/** The word of a type; the hexadecimal code of one that is not known. */
function typeName(type: number): string {
  return types.get(type) ?? `0x${type.toString(16).padStart(6, '0')}`;
}
