// Whether the second IFD of a chain is about the thumbnail, as EXIF has it, or about a page, as TIFF may have it.

import type { ExifDocument, TagEntry } from '../types';
import { Tag } from './ids';

/** Bit 0 of NewSubfileType: a reduced image [TIFF 6.0 section 8]. */
const reduced = 1;
/** Tags of an IFD that has pixels of its image. */
const pixelTags: readonly number[] = [Tag.StripOffsets, Tag.TileOffsets];

/**
 * Whether IFD1 describes a smaller form of the image [EXIF 3.0 4.6.8]. Without NewSubfileType, which would say so, it is a page
 * only if IFD0 has pixels too and IFD1 is not an embedded JPEG, as the previews of raw files are.
 */
export function describesThumbnail({ entries }: ExifDocument): boolean {
  const of = (ifd: 'IFD0' | 'IFD1', ...tags: readonly number[]): TagEntry | undefined =>
    entries.find((entry) => entry.ifd === ifd && tags.includes(entry.tag));
  const kind = of('IFD1', Tag.NewSubfileType)?.value?.[0];
  if (typeof kind === 'number') return (kind & reduced) !== 0;
  const isPage = [of('IFD0', ...pixelTags), of('IFD1', ...pixelTags)].every((entry) => entry !== undefined);
  return !isPage || of('IFD1', Tag.JPEGInterchangeFormat) !== undefined;
}
