// Decides whether the second IFD of a chain is about the thumbnail (EXIF) or about a page (TIFF).

import type { ExifDocument, TagEntry } from '../types';
import { Tag } from './ids';

/** Bit 0 of NewSubfileType: a reduced image [TIFF 6.0 section 8]. */
const reduced = 1;
/** Tags that an IFD has only if it has the pixels of its image. */
const pixelTags: readonly number[] = [Tag.StripOffsets, Tag.TileOffsets];

/**
 * Whether IFD1 describes a smaller form of the image [EXIF 3.0 4.6.8]. NewSubfileType says so. Without it, IFD1 is a page only
 * if IFD0 has pixels too and IFD1 is not an embedded JPEG. (Previews of raw files are embedded JPEGs.)
 */
export function describesThumbnail({ entries }: ExifDocument): boolean {
  const of = (ifd: 'IFD0' | 'IFD1', ...tags: readonly number[]): TagEntry | undefined =>
    entries.find((entry) => entry.ifd === ifd && tags.includes(entry.tag));
  const kind = of('IFD1', Tag.NewSubfileType)?.value?.[0];
  if (typeof kind === 'number') return (kind & reduced) !== 0;
  const isPage = [of('IFD0', ...pixelTags), of('IFD1', ...pixelTags)].every((entry) => entry !== undefined);
  return !isPage || of('IFD1', Tag.JPEGInterchangeFormat) !== undefined;
}
