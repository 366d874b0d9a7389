// What a record says of the image itself: its size as a decoder gives it, its frames, its density.
import type { ExifRecord, ImageShape, TagValue } from '../../types';

const xResolution = 0x011a;
const yResolution = 0x011b;
const resolutionUnit = 0x0128;
const inchesPerUnit: ReadonlyMap<unknown, number> = new Map([
  [2, 1],
  [3, 1 / 2.54],
]);

/** Width and height behind the container's own turns: a decoder of HEIF, AVIF or JPEG XL gives no other. EXIF turns nothing. */
export function shownSize({ width, height, orientation = 1 }: ImageShape): Pick<ImageShape, 'width' | 'height'> {
  return orientation < 5 ? { width, height } : { width: height, height: width };
}

/** Frames that are shown one after the other. Pages, and the thumbnails and masks of HEIF and AVIF, are none. */
export function framesOf({ frames, animated }: ImageShape): number {
  return animated ? frames : 1;
}

/** Pixels per inch, across and down, as the container states them, else the tags of IFD0; null where neither does. */
export function densityOf({ shape, document }: ExifRecord): readonly [number, number] | null {
  if (shape.dpi !== undefined) return shape.dpi;
  const numbersOf = (tag: number): TagValue =>
    document?.entries.find((entry) => entry.ifd === 'IFD0' && entry.tag === tag)?.value ?? null;
  // Without the tag the unit is the inch [EXIF 3.0 4.6.5.1.5 ResolutionUnit].
  const inches = inchesPerUnit.get(numbersOf(resolutionUnit)?.[0] ?? 2);
  const [x, y] = [quotient(numbersOf(xResolution)), quotient(numbersOf(yResolution))];
  return inches === undefined || x === null || y === null ? null : [x / inches, y / inches];
}

/** The first rational of a value as a number above 0, else null. */
function quotient(value: TagValue): number | null {
  const first = value?.[0];
  if (first === undefined || typeof first === 'number') return null;
  const number = first[0] / first[1];
  return Number.isFinite(number) && number > 0 ? number : null;
}
