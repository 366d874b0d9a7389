// Makes an EXIF block of the bytes that a container found.
import { hasAt, latin1, u32 } from '../bytes/cursor';
import { memoryReader } from '../bytes/reader';
import { maxExifBlocks } from '../limits';
import { isTiff, leadsToIfd0 } from '../tiff/header';
import type { ExifBlock } from '../types';

/** Bytes of the identifier code before the TIFF header in JPEG: `Exif`, NUL, a pad byte. */
const identifierLength = 6;
/** Bytes of an APP1 marker and its length. Some programs do not remove them when they copy EXIF from a JPEG. */
const markerLength = 4;

/**
 * True when `bytes` start with the identifier code `Exif` and a NUL [EXIF 3.0 4.7.2.1]. Some programs write it in capitals, or
 * with a sixth byte that is not NUL.
 */
export function hasIdentifier(bytes: Uint8Array): boolean {
  return bytes[4] === 0 && latin1(bytes, 0, 4).toLowerCase() === 'exif';
}

/** The bytes from the TIFF header on: without the APP1 marker and the identifier code, if it has them. */
function tiffPart(bytes: Uint8Array): Uint8Array {
  const block = hasAt(bytes, 0, '\xff\xe1') ? bytes.subarray(markerLength) : bytes;
  return hasIdentifier(block) ? block.subarray(identifierLength) : block;
}

/** True when `bytes`, with or without an identifier code, are an EXIF block whose tags can be read. */
export function isReadable(bytes: Uint8Array): boolean {
  return leadsToIfd0(tiffPart(bytes));
}

/**
 * One block of all the EXIF of an image, in the order of the file; null when there is none. It has at most `maxExifBlocks`
 * streams that can be read, and at most as many others, which become warnings.
 */
export function exifBlock(found: readonly Uint8Array[]): ExifBlock | null {
  const readable: Uint8Array[] = [];
  const broken: Uint8Array[] = [];
  for (const bytes of found) {
    const part = tiffPart(bytes);
    const parts = leadsToIfd0(part) ? readable : broken;
    if (parts.length < maxExifBlocks) parts.push(part);
  }
  const streams = [...readable, ...broken].map((part) => ({ reader: memoryReader(part), root: 'IFD0' as const }));
  return streams.length === 0 ? null : { streams };
}

/**
 * The EXIF of an Exif item or box: `exif_tiff_header_offset` u32, that many bytes, then the TIFF stream [ISO/IEC 23008-12
 * A.2.1, ISO/IEC 18181-2 4.5]. Some programs write a wrong offset, or leave the field out.
 */
export function exifOfItem(bytes: Uint8Array): Uint8Array {
  const stated = bytes.length < 4 ? 0 : u32(bytes, 0, false);
  let start: Uint8Array | null = null;
  for (const offset of [4 + stated, 4, 0]) {
    const part = tiffPart(bytes.subarray(offset));
    if (leadsToIfd0(part)) return part;
    if (start === null && isTiff(part)) start = part;
  }
  return start ?? bytes;
}
