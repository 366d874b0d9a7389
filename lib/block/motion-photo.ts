// Whether an image is a motion photo, and where its video is in the file.
import { appendedItems, wholeNumber } from './appended-items';
import type { FoundBlock } from './block';
import { xmpNamespaces } from './xmp-namespaces';
import { propertyOf, textOf, type XmpDocument } from './xmp-value';

/** The place of a video as the container states it. */
export type FoundVideo = Pick<Extract<FoundBlock, { kind: 'motion' }>, 'sign' | 'offset' | 'length'>;

/** What says where the video is: a box of HEIF, Samsung's trailer, or XMP by the current or the former specification of Google. */
export type MotionPhotoKind = 'heif-mpvd' | 'samsung' | 'google-v2' | 'google-v1';

/**
 * `offset` and `length` of the video in the file are null when there is no room for it: programs that remove the video may leave
 * the XMP. `presentationTimestampUs`: where the image is in the video, in microseconds; null = unknown.
 */
export type MotionPhoto = Readonly<{
  kind: MotionPhotoKind;
  offset: number | null;
  length: number | null;
  presentationTimestampUs: number | null;
}>;

/** `found`: the videos that the finder of the container found. */
export type MotionPhotoSources = Readonly<{
  xmp: XmpDocument | null;
  found: readonly FoundVideo[];
  fileSize: number;
}>;

type Place = Pick<MotionPhoto, 'kind' | 'offset' | 'length'>;

/** The motion photo; null when nothing says that the image is one. The container is right where XMP says something else. */
export function motionPhotoOf({ xmp, found, fileSize }: MotionPhotoSources): MotionPhoto | null {
  const stated = (name: string): string | null =>
    xmp === null ? null : textOf(propertyOf(xmp, xmpNamespaces.GCamera, name));
  const place =
    foundPlace(found, 'mpvd-box', 'heif-mpvd') ??
    foundPlace(found, 'samsung-trailer', 'samsung') ??
    directoryPlace(xmp, stated('MotionPhoto'), fileSize) ??
    microVideoPlace(stated('MicroVideo'), stated('MicroVideoOffset'), fileSize);
  if (place === null) return null;
  const time = stated('MotionPhotoPresentationTimestampUs') ?? stated('MicroVideoPresentationTimestampUs');
  const microseconds = wholeNumber(time);
  return {
    ...place,
    presentationTimestampUs: microseconds !== null && microseconds >= 0 ? microseconds : null,
  };
}

function foundPlace(found: readonly FoundVideo[], sign: FoundVideo['sign'], kind: MotionPhotoKind): Place | null {
  const video = found.find((candidate) => candidate.sign === sign);
  return video === undefined ? null : { kind, offset: video.offset, length: video.length };
}

/** The video is followed only by the items after it in the list, so it is found from the end of the file. */
function directoryPlace(xmp: XmpDocument | null, flag: string | null, fileSize: number): Place | null {
  if (wholeNumber(flag) !== 1) return null;
  const items = appendedItems(xmp);
  const video = items.findIndex(({ semantic }) => semantic === 'MotionPhoto');
  const after = items.slice(video + 1).reduce((sum, { length }) => sum + Math.max(0, length ?? 0), 0);
  return { kind: 'google-v2', ...within(fileSize - after, items[video]?.length ?? null) };
}

function microVideoPlace(flag: string | null, fromEnd: string | null, fileSize: number): Place | null {
  return wholeNumber(flag) === 1 ? { kind: 'google-v1', ...within(fileSize, wholeNumber(fromEnd)) } : null;
}

/** The `length` bytes before `end`, which must leave room for an image. */
function within(end: number, length: number | null): Pick<MotionPhoto, 'offset' | 'length'> {
  if (length === null || length <= 0 || length >= end) return { offset: null, length: null };
  return { offset: end - length, length };
}
