// Facts about the image itself, for the styles that show them: its size after decoding, its frames, its density.
import { Tag } from '../../tag/ids';
import { indexEntries } from '../../tag/lookup';
import type { ExifRecord, ImageShape, TagValue } from '../../types';

const inchesPerUnit: ReadonlyMap<unknown, number> = new Map([
  [2, 1],
  [3, 1 / 2.54],
]);

/**
 * Width and height after the orientation that the container states, as a decoder of HEIF, AVIF or JPEG XL returns the image.
 * The EXIF orientation is not applied.
 */
export function shownSize({ width, height, orientation = 1 }: ImageShape): Pick<ImageShape, 'width' | 'height'> {
  return orientation < 5 ? { width, height } : { width: height, height: width };
}

/** The number of frames that are shown one after the other. Pages, and the thumbnails and masks of HEIF and AVIF, do not count. */
export function framesOf({ frames, animated }: ImageShape): number {
  return animated ? frames : 1;
}

/** Pixels per inch, across and down: from the container, otherwise from the tags of IFD0; null when neither states them. */
export function densityOf({ shape, document }: ExifRecord): readonly [number, number] | null {
  if (shape.dpi !== undefined || document === null) return shape.dpi ?? null;
  const entries = indexEntries(document);
  const read = (tag: number): TagValue => entries.at('IFD0', tag)?.value ?? null;
  // Without the tag the unit is the inch [EXIF 3.0 4.6.5.1.5 ResolutionUnit].
  const inches = inchesPerUnit.get(read(Tag.ResolutionUnit)?.[0] ?? 2);
  const [x, y] = [firstQuotient(read(Tag.XResolution)), firstQuotient(read(Tag.YResolution))];
  return inches === undefined || x === null || y === null ? null : [x / inches, y / inches];
}

/** The first rational of a value as a number above 0; null for anything else. */
function firstQuotient(value: TagValue): number | null {
  const first = value?.[0];
  if (first === undefined || typeof first === 'number') return null;
  const number = first[0] / first[1];
  return Number.isFinite(number) && number > 0 ? number : null;
}
