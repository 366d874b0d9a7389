// The result of a container's `locate`, in the shape that tests compare.
import { readRange } from '../../lib/bytes/reader';
import { leadsToIfd0 } from '../../lib/tiff/header';
import type { ByteRange, Container, ImageShape } from '../../lib/types';
import { countingReader } from '../fakes/counting-reader';
import { type Size, type StatedMembers, splitShape } from './shape';

export type LocatedBytes = Readonly<{
  shape: Size;
  stated: StatedMembers;
  /** The whole EXIF block; of several TIFF streams the first. Null where none can be read. */
  exif: Uint8Array | null;
  /** The bytes of every TIFF stream, those that cannot be read included. */
  blocks: readonly Uint8Array[];
  /** What was read to find it, the block's own bytes not included. */
  ranges: readonly ByteRange[];
}>;

export async function locateIn(container: Container, bytes: Uint8Array): Promise<LocatedBytes> {
  const { reader, rounds } = countingReader(bytes);
  const { shape, exif } = await container.locate(reader);
  const ranges = rounds.flat();
  const blocks = await Promise.all(
    (exif?.streams ?? []).map((stream) => readRange(stream.reader, 0, stream.reader.size)),
  );
  const [first] = blocks;
  return { ...splitShape(shape), exif: first !== undefined && leadsToIfd0(first) ? first : null, blocks, ranges };
}

/** The shape of an image that is not an animation. */
export function still(width: number | null, height: number | null): ImageShape {
  return { width, height, frames: 1, animated: false };
}
