// Whether a thumbnail shows another picture than its image, by their sizes. Programs that crop an image often leave the
// thumbnail of all of it.
import type { ImageShape } from '../types';

/** The part by which the ratio of a small thumbnail may differ, because its sides are whole pixels. */
const tolerance = 0.05;
/** The size that cameras have to use [DCF 2.0, 3.3.5]: images of these other ratios get bars. */
const [dcfWidth, dcfHeight] = [160, 120];
const cameraRatios: readonly number[] = [1, 5 / 4, 4 / 3, 3 / 2, 16 / 9, 2, 65 / 24];

/**
 * True when the ratio of the sides differs clearly. A thumbnail that lies on its side has the same ratio: a program that turns an
 * image may leave it.
 */
export function isOtherPicture(
  thumbnail: Readonly<{ width: number; height: number }>,
  { width, height }: Pick<ImageShape, 'width' | 'height'>,
): boolean {
  if (width === null || height === null || width === 0 || height === 0) return false;
  const [own, image] = [ratioOf(thumbnail.width, thumbnail.height), ratioOf(width, height)];
  const isDcf =
    Math.max(thumbnail.width, thumbnail.height) === dcfWidth &&
    Math.min(thumbnail.width, thumbnail.height) === dcfHeight;
  return ![own, ...(isDcf ? cameraRatios : [])].some((ratio) => Math.abs(image / ratio - 1) <= tolerance);
}

/** The long side by the short one. */
function ratioOf(width: number, height: number): number {
  return Math.max(width, height) / Math.min(width, height);
}
