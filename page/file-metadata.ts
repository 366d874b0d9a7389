// Reads the blocks next to the EXIF, and the preview, of a file that the user opened. Loaded after the code that reads EXIF.

import { checkOptions } from '../lib/api/arguments';
import { checkMetadata, readMetadataOf } from '../lib/api/metadata';
import { blobBucket } from '../lib/bucket/ranged';
import type { MetadataRecord } from '../lib/metadata/record';
import type { ReadCost } from '../lib/types';

export { readPreview } from '../lib/read/preview';

/** The record of a file with all its blocks. Throws ProblemError. */
export function readMetadata(file: File, signal: AbortSignal, cost: ReadCost): Promise<MetadataRecord> {
  const opened = { bucket: blobBucket(file), key: file.name };
  return readMetadataOf(opened, checkOptions({ signal, cost }), checkMetadata('typed', undefined));
}

/** The answer in a style as JSON text. */
export async function metadataText(record: MetadataRecord, style: string): Promise<string> {
  return checkMetadata(style, undefined).render(record);
}
