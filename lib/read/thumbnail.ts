// Reads the thumbnail inside an image: the JPEG that IFD1 points at [EXIF 3.0 4.6.8], as stored.
//
//   IFD1   JPEGInterchangeFormat 0x0201 offset from the TIFF header   JPEGInterchangeFormatLength 0x0202   Orientation 0x0112

import { readRange } from '../bytes/reader';
import { type JpegFacts, jpegFacts, withoutMetadata } from '../container/whole-jpeg';
import { maxThumbnailBytes, maxThumbnailPixels, maxThumbnailScans } from '../limits';
import { ProblemError } from '../problem';
import { dropEntries, type TagGroup } from '../tag/groups';
import { Tag } from '../tag/ids';
import { orientationOf } from '../tag/orientation';
import { describesThumbnail } from '../tag/thumbnail-ifd';
import type { StreamDocument } from '../tiff/document';
import type { ExifDocument, ImageShape, ObjectStat } from '../types';
import { type ReadRequest, readObject } from './object';
import { type ReadImage, readImage } from './record';

/** A thumbnail as stored, and its orientation: 1 (upright) to 8 [EXIF 3.0 4.6.5.1.5]. */
export type Thumbnail = Readonly<{ bytes: Uint8Array; orientation: number }>;

/** The thumbnail of one version of an object, and the container of its image; or the caller has this version. */
export type ThumbnailResult =
  | Readonly<{ kind: 'known'; stat: ObjectStat }>
  | (Thumbnail & Readonly<{ kind: 'thumbnail'; stat: ObjectStat; container: string }>);

/** Where a thumbnail is in the stream whose IFD1 points at it. */
type ThumbnailPlace = Readonly<{ part: StreamDocument; offset: number; length: number }>;

/**
 * Reads the thumbnail of an object, as `readObject` reads. When tag groups are dropped, the thumbnail has no metadata; when
 * `thumbnail` is one of them, there is no thumbnail. Throws ProblemError: `ThumbnailMissing`, `ThumbnailDamaged`,
 * `ThumbnailTooLarge`, and what reading an image throws.
 */
export async function readThumbnail(request: ReadRequest): Promise<ThumbnailResult> {
  const { deps } = request;
  const result = await readObject({ ...request, purpose: 'thumbnail' }, async (object) => {
    const image = await readImage(object, deps.limits);
    const thumbnail = await thumbnailOf(image, deps.dropGroups);
    return { kind: 'thumbnail' as const, stat: object.stat, container: image.container, ...thumbnail };
  });
  if (result.kind === 'fault') throw result.problem;
  if (result.kind === 'unchanged') throw new ProblemError('InternalError', 'A cache never has a thumbnail');
  return result;
}

/**
 * The thumbnail of the first stream with one, without what belongs to `groups`. Throws ProblemError
 * `ThumbnailMissing`, `ThumbnailDamaged`, `ThumbnailTooLarge`, and what the stream's reader throws.
 */
export async function thumbnailOf(image: ReadImage, groups: readonly TagGroup[]): Promise<Thumbnail> {
  const place = (image.exif?.parts ?? []).map((part) => placeIn(part, groups)).find((found) => found !== null);
  if (place == null) throw new ProblemError('ThumbnailMissing', 'Cannot find a thumbnail: no IFD1 points at one');
  const { part, offset, length } = place;
  const { reader } = part.stream;
  if (length > maxThumbnailBytes) {
    throw new ProblemError('ThumbnailTooLarge', `Cannot answer a thumbnail of ${length} bytes`);
  }
  if (offset + length > reader.size) {
    const where = `${length} bytes at ${offset} of a stream of ${reader.size}`;
    throw new ProblemError('ThumbnailDamaged', `Cannot read the thumbnail: ${where}`);
  }
  const bytes = await readRange(reader, offset, offset + length);
  const facts = checkedFacts(bytes);
  // The thumbnail may have EXIF too, which may repeat the tags that are dropped.
  const cleaned = groups.length === 0 ? bytes : withoutMetadata(bytes);
  return { bytes: cleaned, orientation: thumbnailOrientation(part.document, facts, image.shape) };
}

function placeIn(part: StreamDocument, groups: readonly TagGroup[]): ThumbnailPlace | null {
  if (!describesThumbnail(part.document)) return null;
  const document = dropEntries(part.document, groups);
  const offset = numberIn(document, 'IFD1', Tag.JPEGInterchangeFormat);
  const length = numberIn(document, 'IFD1', Tag.JPEGInterchangeFormatLength);
  // Programs that remove the thumbnail leave a length of 0.
  return offset === null || length === null || length === 0 ? null : { part, offset, length };
}

/**
 * The orientation of the thumbnail: that of IFD1, or else of IFD0. Some programs turn an image and do not change IFD1. So IFD0
 * counts when the thumbnail would be upright and the image across, or the other way round.
 */
function thumbnailOrientation(document: ExifDocument, thumbnail: JpegFacts, shape: ImageShape): number {
  return orientationFor(statedOrientation(document, 'IFD1'), statedOrientation(document, 'IFD0'), thumbnail, shape);
}

/** The orientation by that of its own IFD and that of IFD0, each null when it is not stated. */
export function orientationFor(
  own: number | null,
  image: number | null,
  thumbnail: JpegFacts,
  shape: ImageShape,
): number {
  if (own === null || image === null) return own ?? image ?? 1;
  return widthOver(thumbnail, own) * widthOver(shape, image) < 0 ? image : own;
}

function statedOrientation({ entries }: ExifDocument, ifd: 'IFD0' | 'IFD1'): number | null {
  return orientationOf(entries.find((entry) => entry.ifd === ifd && entry.tag === Tag.Orientation));
}

/** Width minus height in pixels, after turning upright; 0 when the size is not known. */
function widthOver({ width, height }: Pick<ImageShape, 'width' | 'height'>, orientation: number): number {
  if (width === null || height === null) return 0;
  return orientation >= 5 ? height - width : width - height;
}

/** The first number of the first entry of a tag; null when it is not a whole number of 0 or more. */
function numberIn({ entries }: ExifDocument, ifd: 'IFD0' | 'IFD1', tag: number): number | null {
  const value = entries.find((entry) => entry.ifd === ifd && entry.tag === tag)?.value;
  const first = value instanceof Uint8Array ? undefined : value?.[0];
  return typeof first === 'number' && Number.isInteger(first) && first >= 0 ? first : null;
}

/** The facts of a thumbnail, checked against the limits: a program that shows or turns it has to decode it. */
function checkedFacts(bytes: Uint8Array): JpegFacts {
  const facts = factsOf(bytes);
  const { width, height, scans } = facts;
  if (width * height > maxThumbnailPixels || scans > maxThumbnailScans) {
    const what = `${width} x ${height} pixels in ${scans} scans`;
    throw new ProblemError('ThumbnailTooLarge', `Cannot answer a thumbnail of ${what}`);
  }
  return facts;
}

/** The facts that the headers of a JPEG state. Throws ProblemError `ThumbnailDamaged` or `PreviewDamaged` when it is not one. */
export function factsOf(bytes: Uint8Array, name: 'Thumbnail' | 'Preview' = 'Thumbnail'): JpegFacts {
  try {
    return jpegFacts(bytes);
  } catch (error) {
    if (!(error instanceof ProblemError && error.code === 'DamagedImage')) throw error;
    throw new ProblemError(`${name}Damaged`, `Cannot answer the image: ${error.message}`, { cause: error });
  }
}
