// Reads the metadata of one object: the record of its EXIF, its metadata blocks, and its maker note; or that of a video.
import type { BlockName } from '../block/block';
import { finderOf, readRest } from '../block/in';
import { neededFor, onlyWanted, parseBlocks } from '../block/parse';
import { isSidecar, sidecarBlock } from '../block/sidecar';
import { parseHeld } from '../bytes/held';
import { containers } from '../container';
import { noShape } from '../container/image-shape';
import { readMakerNote } from '../maker-note';
import type { MetadataAnswer } from '../metadata/content';
import { dropMetadata } from '../metadata/drop';
import type { MetadataRecord } from '../metadata/record';
import { ProblemError } from '../problem';
import { mergeDocuments } from '../tiff/document';
import { videoFormats } from '../video';
import type { VideoFormat } from '../video/record';
import { checkSize } from './image-limits';
import { type NoReadReason, type OpenObject, type ReadDeps, type ReadRequest, readObject } from './object';
import { parserVersion, type ReadImage, readImage } from './record';
import { factsOf, thumbnailOf } from './thumbnail';

/** The result of reading the metadata of an object: its record, or the reason why no record was needed. */
export type MetadataResult = NoReadReason | Readonly<{ kind: 'metadata'; record: MetadataRecord }>;

type JpegSize = NonNullable<MetadataRecord['thumbnail']>;

/** The codes of a thumbnail that says nothing. */
const unreadable: readonly string[] = [
  'ThumbnailMissing',
  'ThumbnailDamaged',
  'ThumbnailTooLarge',
  'DamagedImage',
  'BudgetExceeded',
];

/** What a view needs of an object: blocks, and the size of the thumbnail in its EXIF. */
export type MetadataNeeds = Pick<MetadataAnswer, 'wanted' | 'thumbnail'>;

/** Reads what a view needs of an object, as `readObject` reads. A video may be of any size; only its headers are read. */
export function readMetadata(request: ReadRequest, needs: MetadataNeeds): Promise<MetadataResult> {
  return readObject({ ...request, purpose: 'metadata', anySize: true }, async (object) => ({
    kind: 'metadata' as const,
    record: await metadataOf(object, request.deps, needs),
  }));
}

/** Reads the metadata of an open object, without what EXIF_DROP names. */
export async function metadataOf(object: OpenObject, deps: ReadDeps, needs: MetadataNeeds): Promise<MetadataRecord> {
  return dropMetadata(await allMetadataOf(object, deps, needs), deps.dropGroups);
}

async function allMetadataOf(object: OpenObject, deps: ReadDeps, needs: MetadataNeeds): Promise<MetadataRecord> {
  const { head } = object;
  const image = (deps.formats ?? containers).find((format) => format.matches(head));
  const video = image === undefined ? videoFormats.find((format) => format.matches(head)) : undefined;
  if (video !== undefined) return videoMetadata(object, video, needs.wanted);
  checkSize(object.stat, deps.limits);
  if (image === undefined && isSidecar(head)) return sidecarMetadata(object, needs.wanted);
  return imageMetadata(object, deps, needs, image?.name ?? '');
}

async function sidecarMetadata({ stat, reader }: OpenObject, wanted: ReadonlySet<BlockName>): Promise<MetadataRecord> {
  const found = wanted.has('xmp') ? [await parseHeld(reader, sidecarBlock)] : [];
  return {
    exif: { stat, parser: parserVersion, container: 'xmp', shape: noShape, document: null },
    blocks: parseBlocks(found, stat.size),
    makerNote: null,
    video: null,
  };
}

async function imageMetadata(
  object: OpenObject,
  { limits, dropGroups, formats }: ReadDeps,
  { wanted, thumbnail }: MetadataNeeds,
  format: string,
): Promise<MetadataRecord> {
  const { stat, reader, head } = object;
  const needed = neededFor(wanted);
  await readRest(format, { head, size: stat.size, wanted: needed }, reader);
  const image = await readImage(object, limits, formats);
  const { container, shape, exif } = image;
  const document = exif === null || !wanted.has('exif') ? null : mergeDocuments(exif);
  const finder = finderOf(container);
  const found = finder === null ? [] : await parseHeld(reader, (file) => finder.find({ file, exif, wanted: needed }));
  return {
    exif: { stat, parser: parserVersion, container, shape, document },
    blocks: onlyWanted(parseBlocks(found, stat.size), wanted),
    makerNote: wanted.has('makernote') ? await readMakerNote(image, reader) : null,
    video: null,
    ...(thumbnail === true ? { thumbnail: await thumbnailSize(image, dropGroups) } : {}),
  };
}

/** Pixels of the thumbnail; null when there is none, or one that cannot be read or is dropped. */
async function thumbnailSize(image: ReadImage, groups: ReadDeps['dropGroups']): Promise<JpegSize | null> {
  try {
    const { width, height } = factsOf((await thumbnailOf(image, groups)).bytes);
    return { width, height };
  } catch (error) {
    if (error instanceof ProblemError && unreadable.includes(error.code)) return null;
    throw error;
  }
}

async function videoMetadata(
  { stat, reader }: OpenObject,
  format: VideoFormat,
  wanted: ReadonlySet<BlockName>,
): Promise<MetadataRecord> {
  const video = await format.read(reader);
  const { width, height, tracks } = video;
  const frames = tracks.find(({ kind }) => kind === 'video')?.samples ?? 1;
  const found = [video.xmp, video.c2pa].filter((block) => block !== null && wanted.has(block.kind));
  return {
    exif: {
      stat,
      parser: parserVersion,
      container: video.format,
      shape: { width, height, frames, animated: true },
      document: null,
    },
    blocks: parseBlocks(
      found.filter((block) => block !== null),
      stat.size,
    ),
    makerNote: null,
    video,
  };
}
