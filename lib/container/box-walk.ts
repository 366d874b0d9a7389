// Finds size and EXIF in a file that is a sequence of boxes: shared by JPEG XL and JPEG 2000.
import type { HeldBytes, ParserInput } from '../bytes/held';
import { maxProfiles, moreExifBytes } from '../limits';
import { ProblemError } from '../problem';
import type { ImageShape, LocateResult } from '../types';
import { type Box, boxesOf, boxHead } from './bmff';
import { exifBlock, isReadable } from './exif-block';
import { noShape } from './image-shape';
import { unlessDamaged, walkWithin } from './tolerant-walk';

/** The boxes of a format: which of them contain EXIF, and the size that a box states (null when it states none). */
export type BoxFormat = Readonly<{
  name: string;
  isExif(file: HeldBytes, box: Box): boolean;
  readExifBox(file: ParserInput, box: Box): Uint8Array;
  readShape(file: HeldBytes, box: Box): ImageShape | null;
}>;

/**
 * Goes from box to box until the size and EXIF are found. More EXIF is looked for only near the start. Throws ProblemError
 * `DamagedImage` when it finds neither.
 */
export function locateInBoxes(file: ParserInput, format: BoxFormat): LocateResult {
  let shape: ImageShape | null = null;
  const found: Uint8Array[] = [];
  const isEnough = (): boolean => shape !== null && found.some(isReadable);
  walkWithin(() => {
    for (const box of boxesOf(file)) {
      if (isEnough() && box.end > moreExifBytes) return;
      if (found.length < maxProfiles && format.isExif(file, box)) found.push(format.readExifBox(file, box));
      shape ??= unlessDamaged(() => format.readShape(file, box));
      // The next box is read only if its header is near.
      if (isEnough() && box.end + boxHead > moreExifBytes) return;
    }
  }, isEnough);
  if (shape === null && !found.some(isReadable)) {
    throw new ProblemError('DamagedImage', `Cannot find the size or EXIF in the boxes of a ${format.name} file`);
  }
  return { shape: shape ?? noShape, exif: exifBlock(found) };
}
