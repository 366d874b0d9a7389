// The TIFF header [TIFF 6.0 section 2; BigTIFF; EXIF 3.0 4.5.2].
//
//   classic   II|MM  42     u32 offset of IFD0
//   BigTIFF   II|MM  43  u16 8  u16 0  u64 offset of IFD0
import { hasAt, need, u16, u32, u64 } from '../bytes/cursor';
import { ProblemError } from '../problem';

/** How the numbers and IFDs of one TIFF stream are laid out. Lengths and sizes in bytes. */
export type TiffHeader = Readonly<{
  littleEndian: boolean;
  big: boolean;
  ifd0: number;
}>;

/** Bytes of the shorter header, and so the least offset of an IFD. */
export const tiffHeaderMinimum = 8;
/** Bytes of the longer header. */
export const tiffHeaderLength = 16;

/** True when `bytes` start with the byte order and magic number of TIFF or BigTIFF. */
export function isTiff(bytes: Uint8Array): boolean {
  return ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].some((magic) => hasAt(bytes, 0, magic));
}

/** True when `bytes` start with a whole TIFF header whose IFD0 lies in a stream of `size` bytes: tags can be read. */
export function leadsToIfd0(bytes: Uint8Array, size: number = bytes.length): boolean {
  const header = isTiff(bytes) ? decodeHeader(bytes) : null;
  return header !== null && header.ifd0 >= tiffHeaderMinimum && header.ifd0 + 2 <= size;
}

/** The byte order and magic number of a Panasonic raw file. */
export const rw2Magic = 'IIU\0';
/** Formats that differ from TIFF in the header's magic number alone: Olympus, JPEG XR [ITU-T T.832 Annex A], Panasonic. */
const relatives = ['IIRO', 'IIRS', 'MMOR', 'II\xbc\x01', rw2Magic];

/** True when `bytes` start as TIFF or as a format built on it. */
export function isTiffLike(bytes: Uint8Array): boolean {
  return isTiff(bytes) || relatives.some((magic) => hasAt(bytes, 0, magic));
}

/** Reads the header at the start of `bytes`; throws ProblemError `DamagedImage` when there is none. */
export function readHeader(bytes: Uint8Array): TiffHeader {
  if (!isTiffLike(bytes))
    throw new ProblemError('DamagedImage', 'Cannot read a TIFF header: no II*0 or MM0* at its place');
  const header = decodeHeader(bytes);
  if (header !== null) return header;
  need(bytes, 0, isBig(bytes) ? tiffHeaderLength : tiffHeaderMinimum);
  throw new ProblemError('DamagedImage', 'Cannot read a BigTIFF header: its offsets are not of 8 bytes');
}

/** The header of bytes with a magic number; null when they end before it does, or for a BigTIFF whose offsets are not of 8 bytes. */
function decodeHeader(bytes: Uint8Array): TiffHeader | null {
  const littleEndian = hasAt(bytes, 0, 'II');
  const big = isBig(bytes);
  if (bytes.length < (big ? tiffHeaderLength : tiffHeaderMinimum)) return null;
  if (!big) return { littleEndian, big, ifd0: u32(bytes, 4, littleEndian) };
  const ifd0 = u16(bytes, 4, littleEndian) === 8 ? u64(bytes, 8, littleEndian) : null;
  return ifd0 === null ? null : { littleEndian, big, ifd0 };
}

/** True for the magic number of BigTIFF. */
function isBig(bytes: Uint8Array): boolean {
  return u16(bytes, 2, hasAt(bytes, 0, 'II')) === 43;
}
