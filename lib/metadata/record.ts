// Everything that was read of an object for a view of its metadata.
import type { BlockName } from '../block/block';
import type { Blocks } from '../block/parse';
import type { ExifRecord } from '../types';

/**
 * The record of an object with its metadata blocks. Blocks that are not in `wanted` were not read.
 */
export type MetadataRecord = Readonly<{
  exif: ExifRecord;
  wanted: ReadonlySet<BlockName>;
  blocks: Blocks;
}>;
