// The facts that a maker note gives, and the tag groups that they belong to.
import type { BlockWarning } from '../block/block';
import type { TagGroup } from '../tag/groups';

/** Metres. `farthest` is null for infinity. */
export type FocusDistance = Readonly<{ nearest: number; farthest: number | null }>;

/** What a note says about the camera, its lens and the capture. An absent member: the note does not say it in clear. */
export type NoteFacts = Readonly<{
  /** The name of the lens as the camera writes it. */
  lens?: string;
  /** The maker's number of the lens as text. Other makers use the same numbers: only `lensRange` makes it clear. */
  lensId?: string;
  /** Focal lengths, and the largest apertures when the note has them: `18-55mm f/3.5-5.6`. */
  lensRange?: string;
  /** The serial number on the body, with leading zeros where the body shows them. */
  serialNumber?: string;
  lensSerialNumber?: string;
  /** A number of the body that is not engraved on it. */
  internalSerialNumber?: string;
  /** Releases of the shutter until this image. */
  shutterCount?: number;
  /** Apple: the same identifier is in the video of a Live Photo. */
  livePhotoId?: string;
  /** Apple: the same identifier is in all images of a burst. */
  burstId?: string;
  focusDistance?: FocusDistance;
  firmware?: string;
  owner?: string;
}>;

/** `maker` names the format of the note: a note of Pentax may come from a camera of Ricoh. */
export type MakerNoteAnswers = NoteFacts & Readonly<{ maker: string; warnings: readonly BlockWarning[] }>;

type MakerNoteGroup = Exclude<TagGroup, 'gps' | 'thumbnail'>;

/**
 * The tag group of each answer apart from `makernote`, which has all of them. Numbers that identify one body or one capture are
 * `serial`, as ImageUniqueID of EXIF is. So is the shutter count: together with the model it tells bodies apart, and it orders
 * the images of one body.
 */
export const answerGroups: Readonly<Record<keyof NoteFacts, MakerNoteGroup>> = {
  lens: 'makernote',
  lensId: 'makernote',
  lensRange: 'makernote',
  serialNumber: 'serial',
  lensSerialNumber: 'serial',
  internalSerialNumber: 'serial',
  shutterCount: 'serial',
  livePhotoId: 'serial',
  burstId: 'serial',
  focusDistance: 'makernote',
  firmware: 'makernote',
  owner: 'owner',
};

/**
 * The answers without those of `groups`; null when nothing may be shown. A note may repeat the position in a tag that is not
 * known, so `gps` drops all of it, as it drops the tag MakerNote.
 */
export function dropAnswers(answers: MakerNoteAnswers, groups: readonly TagGroup[]): MakerNoteAnswers | null {
  if (groups.includes('makernote') || groups.includes('gps')) return null;
  const kept = Object.entries(answers).filter(([name]) => {
    const group = (answerGroups as Readonly<Record<string, TagGroup | undefined>>)[name];
    return group === undefined || !groups.includes(group);
  });
  return Object.fromEntries(kept) as MakerNoteAnswers;
}
