// Reads the largest JPEG inside an image, as stored: the preview of a raw file, or the thumbnail of any other image.
import { readRange } from '../bytes/reader';
import { type JpegFacts, jpegFacts, withoutMetadata } from '../container/whole-jpeg';
import { ProblemError } from '../problem';
import type { TagGroup } from '../tag/groups';
import { Tag } from '../tag/ids';
import { orientationOf } from '../tag/orientation';
import type { RangeReader } from '../types';
import { type ReadRequest, readObject } from './object';
import { maxPreviewBytes, maxPreviewTries, turnedPreview } from './previews/limits';
import { type PreviewPlace, previewPlaces } from './previews/places';
import { type ReadImage, readImage } from './record';
import { orientationFor, type Thumbnail, type ThumbnailResult } from './thumbnail';

/** A JPEG that decoders of browsers show: baseline, extended or progressive, with 8 bits. */
const shownFrames: readonly number[] = [0xc0, 0xc1, 0xc2];

/**
 * Reads the preview of an object, as `readObject` reads; its bytes are read in addition to `readBytes`. `upright`: it will be
 * turned, so it may not have too many pixels for that. Throws ProblemError: `PreviewMissing`, `PreviewDamaged`,
 * `PreviewTooLarge`, and what reading an image throws.
 */
export async function readPreview(request: ReadRequest, upright = false): Promise<ThumbnailResult> {
  const { deps } = request;
  const { limits, dropGroups, previewBytes = maxPreviewBytes } = deps;
  const room = { ...limits, readBytes: limits.readBytes + previewBytes };
  // The place of the largest preview says nothing about the place of the next one.
  const own = { ...request, deps: { ...deps, limits: room, openAhead: undefined } };
  const result = await readObject(own, async (object) => {
    const image = await readImage(object, limits);
    const preview = await previewOf(image, object.reader, { maxBytes: previewBytes, groups: dropGroups, upright });
    return { kind: 'thumbnail' as const, stat: object.stat, container: image.container, ...preview };
  });
  if (result.kind === 'fault') throw result.problem;
  if (result.kind === 'unchanged') throw new ProblemError('InternalError', 'A cache never has a preview');
  return result;
}

/** `maxBytes`: of the preview. `groups`: tag groups that are dropped. */
type PreviewWanted = Readonly<{ maxBytes: number; groups: readonly TagGroup[]; upright: boolean }>;

/**
 * The longest JPEG of at most `maxBytes` that can be shown, without metadata when `groups` are dropped. Throws ProblemError
 * `PreviewMissing`, `PreviewDamaged`, `PreviewTooLarge`, and what the reader throws.
 */
export async function previewOf(
  image: ReadImage,
  file: RangeReader,
  { maxBytes, groups, upright }: PreviewWanted,
): Promise<Thumbnail> {
  const places = await previewPlaces(image, file, groups);
  const [first] = places;
  if (first === undefined) {
    throw new ProblemError('PreviewMissing', 'Cannot find a preview: nothing in the image points at a JPEG');
  }
  const fitting = places.filter(({ length }) => length <= maxBytes);
  if (fitting.length === 0) {
    throw new ProblemError('PreviewTooLarge', `Cannot answer a preview of ${first.length} bytes of ${maxBytes}`);
  }
  let refused: JpegFacts | null = null;
  for (const place of fitting.slice(0, maxPreviewTries)) {
    const bytes = await readRange(place.reader, place.start, place.start + place.length);
    const facts = shownFacts(bytes);
    if (facts === null) continue;
    const orientation = orientationOfPreview(image, place, facts);
    if (upright && orientation !== 1 && facts.width * facts.height > turnedPreview.pixels) {
      refused ??= facts;
      continue;
    }
    return { bytes: groups.length === 0 ? bytes : withoutMetadata(bytes), orientation };
  }
  if (refused !== null) {
    const what = `${refused.width} x ${refused.height} pixels`;
    throw new ProblemError('PreviewTooLarge', `Cannot turn a preview of ${what}`);
  }
  throw new ProblemError('PreviewDamaged', 'Cannot answer a preview: the bytes that should be one are not a JPEG');
}

/** What the headers of a JPEG state; null when it is damaged, or of a kind that is not shown, such as the data of a sensor. */
function shownFacts(bytes: Uint8Array): JpegFacts | null {
  try {
    const facts = jpegFacts(bytes);
    return shownFrames.includes(facts.frame) ? facts : null;
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'DamagedImage') return null;
    throw error;
  }
}

/** By its own IFD, by what the container states, or else by IFD0. */
function orientationOfPreview({ exif, shape }: ReadImage, { orientation }: PreviewPlace, facts: JpegFacts): number {
  if (shape.orientation !== undefined) return shape.orientation;
  const entries = (exif?.parts ?? []).flatMap(({ document }) => document.entries);
  const image = orientationOf(entries.find(({ ifd, tag }) => ifd === 'IFD0' && tag === Tag.Orientation));
  return orientationFor(orientation, image, facts, shape);
}
