// What a container finds in bytes, in the shape that tests compare.
import { readRange } from '../../lib/bytes/reader';
import type { ByteRange, Container, ImageShape } from '../../lib/types';
import { countingReader } from './counting-reader';

export type LocatedBytes = Readonly<{
  shape: ImageShape;
  /** The whole EXIF block. */
  exif: Uint8Array | null;
  /** What was read to find it, the block's own bytes not included. */
  ranges: readonly ByteRange[];
}>;

export async function locateIn(container: Container, bytes: Uint8Array): Promise<LocatedBytes> {
  const { reader, rounds } = countingReader(bytes);
  const { shape, exif } = await container.locate(reader);
  const ranges = rounds.flat();
  return { shape, exif: exif === null ? null : await readRange(exif.reader, 0, exif.reader.size), ranges };
}

/** A picture that is no animation. */
export function still(width: number | null, height: number | null): ImageShape {
  return { width, height, frames: 1, animated: false };
}
