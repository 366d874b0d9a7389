// Everything that was read of an object for a view of its metadata.
import type { BlockName } from '../block/block';
import type { Blocks } from '../block/parse';
import type { MakerNoteAnswers } from '../maker-note';
import type { ExifRecord } from '../types';
import type { VideoRecord } from '../video/record';
import type { AiSigns } from './ai-signs';

/**
 * The record of an object with its metadata blocks. Blocks that are not in `wanted` were not read.
 * `makerNote` and `video` are null when the object has none; `exif` of a video has no document.
 */
export type MetadataRecord = Readonly<{
  exif: ExifRecord;
  wanted: ReadonlySet<BlockName>;
  blocks: Blocks;
  makerNote: MakerNoteAnswers | null;
  video: VideoRecord | null;
  signs?: AiSigns;
  thumbnail?: Readonly<{ width: number; height: number }> | null;
}>;
