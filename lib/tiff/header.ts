// The TIFF header [TIFF 6.0 section 2; BigTIFF; EXIF 3.0 4.5.2].
//
//   classic   II|MM  42     u32 offset of IFD0
//   BigTIFF   II|MM  43  u16 8  u16 0  u64 offset of IFD0
import { hasAt, need, u16, u32, u64 } from '../bytes/cursor';
import { ProblemError } from '../problem';

/** The layout of numbers and IFDs in one TIFF stream. Lengths and sizes are in bytes. */
export type TiffHeader = Readonly<{
  littleEndian: boolean;
  big: boolean;
  ifd0: number;
}>;

/** Bytes of the shorter header. No IFD can have a smaller offset. */
export const tiffHeaderMinimum = 8;
/** Bytes of the longer header. */
export const tiffHeaderLength = 16;

/** II*, MM*, II+ and MM+, each with a NUL. */
const magics = [0x49492a00, 0x4d4d002a, 0x49492b00, 0x4d4d002b];

/** True when `bytes` start with the byte order and magic number of TIFF or BigTIFF. */
export function isTiff(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && magics.includes(u32(bytes, 0, false));
}

/** True when `bytes` start with a whole TIFF header whose IFD0 lies in a stream of `size` bytes: tags can be read. */
export function leadsToIfd0(bytes: Uint8Array, size: number = bytes.length): boolean {
  const header = isTiff(bytes) ? decodeHeader(bytes) : null;
  return header !== null && header.ifd0 >= tiffHeaderMinimum && header.ifd0 + 2 <= size;
}

/** The byte order and magic number of a Panasonic raw file. */
export const rw2Magic = 'IIU\0';
/** Formats that differ from TIFF only in the magic number of the header: Olympus, JPEG XR [ITU-T T.832 Annex A], Panasonic. */
const relatives = ['IIRO', 'IIRS', 'MMOR', 'II\xbc\x01', rw2Magic];

/** True when `bytes` start as TIFF or as a format built on it. */
export function isTiffLike(bytes: Uint8Array): boolean {
  return isTiff(bytes) || relatives.some((magic) => hasAt(bytes, 0, magic));
}

/** Reads the header at the start of `bytes`; throws ProblemError `DamagedImage` when there is none. */
export function readTiffHeader(bytes: Uint8Array): TiffHeader {
  if (!isTiffLike(bytes))
    throw new ProblemError('DamagedImage', 'Cannot read a TIFF header: it does not begin with II*0 or MM0*');
  need(bytes, 0, u16(bytes, 2, hasAt(bytes, 0, 'II')) === bigMagic ? tiffHeaderLength : tiffHeaderMinimum);
  const header = decodeHeader(bytes);
  if (header === null || (header.big && u16(bytes, 4, header.littleEndian) !== 8))
    throw new ProblemError('DamagedImage', 'Cannot read a BigTIFF header: its offsets do not have 8 bytes');
  return header;
}

const bigMagic = 43;

/** The header of bytes with a magic number; null when they end before it does, or when its offset is above 2^53. */
function decodeHeader(bytes: Uint8Array): TiffHeader | null {
  const littleEndian = hasAt(bytes, 0, 'II');
  const big = u16(bytes, 2, littleEndian) === bigMagic;
  if (bytes.length < (big ? tiffHeaderLength : tiffHeaderMinimum)) return null;
  const ifd0 = big ? u64(bytes, 8, littleEndian) : u32(bytes, 4, littleEndian);
  return ifd0 === null ? null : { littleEndian, big, ifd0 };
}
