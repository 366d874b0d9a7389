// What the usual handler says of an image: sharp looks at it, exifr reads the tags.
import exifr from 'exifr';
import sharp from 'sharp';

/** The JSON of an image held in memory. Of what sharp cannot open (raw files, HEIC in its npm builds) exifr alone tells. */
export async function tell(bytes: Buffer): Promise<string> {
  const { width, height, format } = await sharp(bytes)
    .metadata()
    .catch(() => ({ width: null, height: null, format: null }));
  const exif: unknown = await exifr.parse(bytes, true);
  return JSON.stringify({ width, height, format, exif });
}
