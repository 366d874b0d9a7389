// Builds an image whose EXIF has a thumbnail, with right or wrong values in its IFDs.
import { buildJpeg, exifSegment, frameHeader, jfif } from './jpeg';
import { ascii, buildTiff, type Field, type Ifd, long, lying, pointer, short, type TiffOptions } from './tiff';

/** A JPEG of 160 x 120 that no decoder can read, but that is laid out as one. */
export const plainThumbnail: Uint8Array = buildJpeg([jfif(), frameHeader(160, 120)], 2_000);

export type ThumbnailOptions = Readonly<{
  /** Orientation of IFD0 and of IFD1, null = not stated. */
  image?: number | null;
  own?: number | null;
  /** Wrong values to write instead of the right ones. */
  offset?: number;
  length?: number;
  /** More of IFD1. */
  fields?: readonly Field[];
}>;

/** IFD0 and the IFD1 that leads to `thumbnail`. */
export function thumbnailIfds(thumbnail: Uint8Array, options: ThumbnailOptions = {}): Ifd {
  const { image = null, own = null, offset, length, fields = [] } = options;
  const place = pointer(0x0201, [thumbnail]);
  const oriented = (value: number | null): Field[] => (value === null ? [] : [short(0x0112, value)]);
  const ifd1: Ifd = {
    fields: [
      short(0x0103, 6),
      ...oriented(own),
      offset === undefined ? place : lying(place, { offset }),
      long(0x0202, length ?? thumbnail.length),
      ...fields,
    ],
  };
  return { fields: [ascii(0x010f, 'Example'), ...oriented(image)], next: ifd1 };
}

/** The TIFF stream of these IFDs. */
export function thumbnailTiff(
  thumbnail: Uint8Array,
  options: ThumbnailOptions = {},
  layout: TiffOptions = {},
): Uint8Array {
  return buildTiff(thumbnailIfds(thumbnail, options), layout);
}

/** A JPEG of 640 x 480 with it. */
export function thumbnailJpeg(thumbnail: Uint8Array, options: ThumbnailOptions = {}): Uint8Array {
  return buildJpeg([exifSegment(thumbnailTiff(thumbnail, options)), frameHeader(640, 480)], 4_000);
}
