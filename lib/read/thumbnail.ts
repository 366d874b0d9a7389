// Reads the thumbnail inside an image: the JPEG that IFD1 points at [EXIF 3.0 4.6.8], as it is stored.
//
//   IFD1   JPEGInterchangeFormat 0x0201 offset from the TIFF header   JPEGInterchangeFormatLength 0x0202   Orientation 0x0112

import { readRange } from '../bytes/reader';
import { type JpegFacts, jpegFacts, withoutMetadata } from '../container/whole-jpeg';
import { maxThumbnailBytes, maxThumbnailPixels, maxThumbnailScans } from '../limits';
import { ProblemError } from '../problem';
import type { TagGroup } from '../tag/groups';
import { Tag } from '../tag/ids';
import { orientationOf } from '../tag/orientation';
import { describesThumbnail } from '../tag/thumbnail-ifd';
import type { StreamDocument } from '../tiff/document';
import type { ExifDocument, ImageShape, ObjectRef, ObjectStat, ReadCost } from '../types';
import { dropEntries, type Known, type ReadDeps, type ReadImage, readImage, readObject } from './record';

/** A thumbnail as stored, and how it lies: 1 (upright) to 8 [EXIF 3.0 4.6.5.1.5]. */
export type Thumbnail = Readonly<{ bytes: Uint8Array; orientation: number }>;

/** The thumbnail of one version of an object, and what holds it; or the caller has this version. */
export type ThumbnailReading =
  | Readonly<{ kind: 'known'; stat: ObjectStat }>
  | (Thumbnail & Readonly<{ kind: 'thumbnail'; stat: ObjectStat; container: string }>);

/** Where a thumbnail lies in the stream that tells of it. */
type Place = Readonly<{ part: StreamDocument; offset: number; length: number }>;

/**
 * Reads the thumbnail of an object within the limits of `readExif`, and starts over once as it does. Where tag groups are
 * dropped, the thumbnail comes without metadata of its own; where `thumbnail` is one of them, there is none. Throws
 * ProblemError: `ThumbnailMissing`, `ThumbnailDamaged`, `ThumbnailTooLarge`, and whatever ends the reading of an image.
 */
export async function readThumbnail(
  ref: ObjectRef,
  deps: ReadDeps,
  cost: ReadCost,
  known: Known,
  signal: AbortSignal,
): Promise<ThumbnailReading> {
  const reading = await readObject({ ref, deps, cost, known, signal }, async (object) => {
    const image = await readImage(object, deps.limits);
    const thumbnail = await thumbnailOf(image, deps.dropGroups);
    return { kind: 'thumbnail' as const, stat: object.stat, container: image.container, ...thumbnail };
  });
  if (reading.kind === 'fault') throw reading.problem;
  if (reading.kind === 'unchanged') throw new ProblemError('InternalError', 'No thumbnail is ever held');
  return reading;
}

/**
 * The thumbnail that the first stream with one tells of, without what belongs to `groups`. Throws ProblemError
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
  // A thumbnail may repeat what is dropped, in EXIF of its own.
  const kept = groups.length === 0 ? bytes : withoutMetadata(bytes);
  return { bytes: kept, orientation: thumbnailOrientation(part.document, facts, image.shape) };
}

function placeIn(part: StreamDocument, groups: readonly TagGroup[]): Place | null {
  if (!describesThumbnail(part.document)) return null;
  const document = dropEntries(part.document, groups);
  const offset = numberIn(document, 'IFD1', Tag.JPEGInterchangeFormat);
  const length = numberIn(document, 'IFD1', Tag.JPEGInterchangeFormatLength);
  // Writers that took the thumbnail out leave a length of 0 behind.
  return offset === null || length === null || length === 0 ? null : { part, offset, length };
}

/**
 * IFD1 tells how the thumbnail lies, or else IFD0. Programs that turn an image forget IFD1: where it would lay the thumbnail
 * across the image as it is shown, IFD0 counts.
 */
function thumbnailOrientation(document: ExifDocument, thumbnail: JpegFacts, shape: ImageShape): number {
  const own = statedOrientation(document, 'IFD1');
  const image = statedOrientation(document, 'IFD0');
  if (own === null || image === null) return own ?? image ?? 1;
  return widthOver(thumbnail, own) * widthOver(shape, image) < 0 ? image : own;
}

function statedOrientation({ entries }: ExifDocument, ifd: 'IFD0' | 'IFD1'): number | null {
  return orientationOf(entries.find((entry) => entry.ifd === ifd && entry.tag === Tag.Orientation));
}

/** By how many pixels it is wider than high when it is turned upright; 0 where no size is known. */
function widthOver({ width, height }: Pick<ImageShape, 'width' | 'height'>, orientation: number): number {
  if (width === null || height === null) return 0;
  return orientation >= 5 ? height - width : width - height;
}

/** The first number of a tag, as the first entry has it. */
function numberIn({ entries }: ExifDocument, ifd: 'IFD0' | 'IFD1', tag: number): number | null {
  const value = entries.find((entry) => entry.ifd === ifd && entry.tag === tag)?.value;
  const first = value instanceof Uint8Array ? undefined : value?.[0];
  return typeof first === 'number' && Number.isInteger(first) && first >= 0 ? first : null;
}

/** What the thumbnail says of itself: whoever shows or turns it unpacks as much. */
function checkedFacts(bytes: Uint8Array): JpegFacts {
  const facts = factsOf(bytes);
  const { width, height, scans } = facts;
  if (width * height > maxThumbnailPixels || scans > maxThumbnailScans) {
    const what = `${width} x ${height} pixels in ${scans} scans`;
    throw new ProblemError('ThumbnailTooLarge', `Cannot answer a thumbnail of ${what}`);
  }
  return facts;
}

/** What a thumbnail says of itself. Throws ProblemError `ThumbnailDamaged` when it is not a JPEG. */
export function factsOf(bytes: Uint8Array): JpegFacts {
  try {
    return jpegFacts(bytes);
  } catch (error) {
    if (!(error instanceof ProblemError && error.code === 'DamagedImage')) throw error;
    throw new ProblemError('ThumbnailDamaged', `Cannot answer the thumbnail: ${error.message}`, { cause: error });
  }
}
