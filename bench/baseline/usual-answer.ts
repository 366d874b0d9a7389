// The answer of the usual handler about an image: sharp reads its size, exifr the tags.
import exifr from 'exifr';
import sharp from 'sharp';

/**
 * The JSON of an image held in memory. For files that sharp cannot open (raw files, HEIC in its npm builds), it has only the
 * tags of exifr.
 */
export async function tell(bytes: Buffer): Promise<string> {
  const { width, height, format } = await sharp(bytes)
    .metadata()
    .catch(() => ({ width: null, height: null, format: null }));
  const exif: unknown = await exifr.parse(bytes, true);
  return JSON.stringify({ width, height, format, exif });
}
