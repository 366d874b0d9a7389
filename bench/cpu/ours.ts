// Our reader as a contestant. bin/build.mjs bundles this file, as the published package is bundled.
import { corpusLimits } from '../../check/corpus/read-image';
import { memoryReader } from '../../lib/bytes/reader';
import { defaultLimits } from '../../lib/limits';
import { metadataContent } from '../../lib/metadata/content';
import { readMetadata } from '../../lib/read/metadata';
import { nothingKnown } from '../../lib/read/object';
import { defaultStyle } from '../../lib/style';
import { pointerTags } from '../../lib/tag/pointer';
import { readDocument } from '../../lib/tiff/document';
import type { Bucket } from '../../lib/types';
import { readRecord } from '../../testing/compare/read';

const ref = { bucketId: 'bench', bucket: 'bench', key: 'image' };
const limits = corpusLimits(defaultLimits.firstRead);
const metadata = metadataContent();
const never = new AbortController().signal;

/** The number of entries of an EXIF block. */
export async function readOurDocument(block: Uint8Array): Promise<number> {
  return (await readDocument({ streams: [{ reader: memoryReader(block), root: 'IFD0' }] })).entries.length;
}

/** The number of tags of a file, after its answer was `rendered` or not. */
export async function readOurs(bytes: Uint8Array, rendered: boolean): Promise<number> {
  const cost = { requests: 0, bytes: 0 };
  const record = await readRecord(ref, { bucket: receivedBucket(bytes), limits, dropGroups: [] }, cost, never);
  if (rendered) defaultStyle.render(record);
  // The other readers do not count pointers.
  return record.document?.entries.filter(({ tag }) => !pointerTags.has(tag)).length ?? 0;
}

/** Answers `?metadata`; returns how many of EXIF, XMP, IPTC and ICC were found. */
export async function readOurMetadata(bytes: Uint8Array): Promise<number> {
  const deps = { bucket: receivedBucket(bytes), limits, dropGroups: [] };
  const request = { ref, deps, cost: { requests: 0, bytes: 0 }, known: nothingKnown, signal: never };
  const result = await readMetadata(request, metadata);
  if (result.kind !== 'metadata') throw new Error(`not read: ${result.kind}`);
  await metadata.render(result.record);
  const { exif, blocks } = result.record;
  return [exif.document, blocks.xmp, blocks.iptc, blocks.icc].filter((block) => block !== null).length;
}

/** A bucket that received all bytes already: it answers with views of them. */
function receivedBucket(bytes: Uint8Array): Bucket {
  const stat = { size: bytes.length, etag: '"1"', lastModified: null };
  return { fetch: async (_ref, { start, end }) => ({ bytes: bytes.subarray(start, end), stat }) };
}
