// Reads the metadata of one object: the record of its EXIF, and its metadata blocks.
import type { BlockName } from '../block/block';
import { finderOf } from '../block/in';
import { parseBlocks } from '../block/parse';
import { parseHeld } from '../bytes/held';
import type { MetadataRecord } from '../metadata/record';
import { mergeDocuments } from '../tiff/document';
import { checkSize } from './image-limits';
import { type NoReadReason, type OpenObject, type ReadDeps, type ReadRequest, readObject } from './object';
import { dropEntries, parserVersion, readImage } from './record';

/** The result of reading the metadata of an object: its record, or the reason why no record was needed. */
export type MetadataResult = NoReadReason | Readonly<{ kind: 'metadata'; record: MetadataRecord }>;

/** Reads the blocks `wanted` of an object, as `readObject` reads. A video may be of any size; only its headers are read. */
export function readMetadata(request: ReadRequest, wanted: ReadonlySet<BlockName>): Promise<MetadataResult> {
  return readObject({ ...request, purpose: 'metadata', anySize: true }, async (object) => ({
    kind: 'metadata' as const,
    record: await metadataOf(object, request.deps, wanted),
  }));
}

async function metadataOf(object: OpenObject, deps: ReadDeps, wanted: ReadonlySet<BlockName>): Promise<MetadataRecord> {
  checkSize(object.stat, deps.limits);
  return imageMetadata(object, deps, wanted);
}

async function imageMetadata(
  object: OpenObject,
  { limits, dropGroups, formats }: ReadDeps,
  wanted: ReadonlySet<BlockName>,
): Promise<MetadataRecord> {
  const { stat, reader } = object;
  const image = await readImage(object, limits, formats);
  const { container, shape, exif } = image;
  const document = exif === null ? null : dropEntries(mergeDocuments(exif), dropGroups);
  const finder = finderOf(container);
  const found = finder === null ? [] : await parseHeld(reader, (file) => finder.find({ file, exif, wanted }));
  return {
    exif: { stat, parser: parserVersion, container, shape, document },
    wanted,
    blocks: parseBlocks(found),
  };
}
