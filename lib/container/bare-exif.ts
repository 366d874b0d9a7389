// A bare EXIF block, without an image around it: the content of an APP1 segment, as programs hand it on. Not in the list of
// containers: only the library reads it, when its caller says that the bytes are one.
import { hasAt } from '../bytes/cursor';
import { readUpTo } from '../bytes/reader';
import { maxBlockBytes } from '../limits';
import { Tag } from '../tag/ids';
import type { Container, ExifRecord } from '../types';
import { exifBlock, hasIdentifier } from './exif-block';
import { noShape } from './image-shape';

export const bareExif: Container = {
  name: 'exif',
  matches: () => true,
  locate: async (reader) => {
    const block = exifBlock([await readUpTo(reader, 0, maxBlockBytes)]);
    return { shape: noShape, exif: block === null ? null : { ...block, isFile: true } };
  },
};

/** True when bytes start with the identifier code of an EXIF block, with or without the APP1 marker before it. */
export function beginsExif(bytes: Uint8Array): boolean {
  return hasIdentifier(bytes) || (hasAt(bytes, 0, '\xff\xe1') && hasIdentifier(bytes.subarray(4)));
}

/** Tags that say where the pixels of a TIFF file are; the last is that of JPEG XR. */
const pixelTags: readonly number[] = [Tag.StripOffsets, Tag.TileOffsets, Tag.JPEGInterchangeFormat, 0xbcc0];

/**
 * A record of bytes that were read as a TIFF file, as that of an EXIF block when no IFD except that of the thumbnail has
 * pixels.
 */
export function withoutPixels(record: ExifRecord): ExifRecord {
  const { container, document } = record;
  const isFile = document?.entries.some(({ ifd, tag }) => ifd !== 'IFD1' && pixelTags.includes(tag)) !== false;
  return container !== 'tiff' || isFile ? record : { ...record, container: bareExif.name, shape: noShape };
}
