// What every container does with the bytes it found.
import { hasAt } from '../bytes/cursor';
import { memoryReader } from '../bytes/reader';
import { isTiff } from '../tiff/header';
import type { ExifBlock } from '../types';

/** An EXIF block over held bytes, its optional `Exif` identifier code taken off; null when no TIFF header follows. */
export function exifBlock(bytes: Uint8Array): ExifBlock | null {
  // The sixth byte is 0 in the standard [EXIF 3.0 4.7.2.1]; some writers pad with another value.
  const tiff = hasAt(bytes, 0, 'Exif\0') ? bytes.subarray(6) : bytes;
  return isTiff(tiff) ? { reader: memoryReader(tiff) } : null;
}
