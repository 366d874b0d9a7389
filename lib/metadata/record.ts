// Everything that was read of an object for a view of its metadata.
import type { Blocks } from '../block/parse';
import type { MakerNoteAnswers } from '../maker-note';
import type { ExifRecord } from '../types';
import type { VideoRecord } from '../video/record';
import type { AiSigns } from './ai-signs';

/**
 * The record of an object with the metadata blocks that were asked for; the others are null. `exif` has no document when EXIF
 * was not asked for, or when the object has none, as a video.
 */
export type MetadataRecord = Readonly<{
  exif: ExifRecord;
  blocks: Blocks;
  makerNote: MakerNoteAnswers | null;
  video: VideoRecord | null;
  signs?: AiSigns;
  thumbnail?: Readonly<{ width: number; height: number }> | null;
}>;
