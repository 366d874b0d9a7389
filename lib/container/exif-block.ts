// What every container does with the bytes it found.
import { hasAt, u32 } from '../bytes/cursor';
import { memoryReader } from '../bytes/reader';
import { isTiff } from '../tiff/header';
import type { ExifBlock } from '../types';

/** An EXIF block over held bytes, its optional `Exif` identifier code taken off; null when no TIFF header follows. */
export function exifBlock(bytes: Uint8Array): ExifBlock | null {
  // The sixth byte is 0 in the standard [EXIF 3.0 4.7.2.1]; some writers pad with another value.
  const tiff = hasAt(bytes, 0, 'Exif\0') ? bytes.subarray(6) : bytes;
  return isTiff(tiff) ? { streams: [{ reader: memoryReader(tiff), root: 'IFD0' }] } : null;
}

/**
 * The block of an Exif item or box: `exif_tiff_header_offset` u32, that many bytes, then the TIFF stream
 * [ISO/IEC 23008-12 A.2.1, ISO/IEC 18181-2 4.5]. Where the offset leads to none, it is looked for right behind.
 */
export function exifItem(bytes: Uint8Array): ExifBlock | null {
  if (bytes.length < 8) return null;
  return exifBlock(bytes.subarray(4 + u32(bytes, 0, false))) ?? exifBlock(bytes.subarray(4));
}
