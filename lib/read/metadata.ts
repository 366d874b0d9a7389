// Reads the metadata of one object: the record of its EXIF, its metadata blocks, and its maker note; or that of a video.
import type { BlockName } from '../block/block';
import { finderOf, readRest } from '../block/in';
import { neededFor, onlyWanted, parseBlocks } from '../block/parse';
import { parseHeld } from '../bytes/held';
import { containers } from '../container';
import { dropAnswers, type MakerNoteAnswers, readMakerNote } from '../maker-note';
import type { MetadataRecord } from '../metadata/record';
import { mergeDocuments } from '../tiff/document';
import { videoFormats } from '../video';
import { dropFromVideo } from '../video/drop';
import type { VideoFormat } from '../video/record';
import { checkSize } from './image-limits';
import { type NoReadReason, type OpenObject, type ReadDeps, type ReadRequest, readObject } from './object';
import { dropEntries, parserVersion, type ReadImage, readImage } from './record';

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
  const formats = deps.formats ?? containers;
  const isImage = formats.some((format) => format.matches(object.head));
  const video = isImage ? undefined : videoFormats.find((format) => format.matches(object.head));
  if (video !== undefined) return videoMetadata(object, video, deps.dropGroups, wanted);
  checkSize(object.stat, deps.limits);
  return imageMetadata(object, deps, wanted);
}

async function imageMetadata(
  object: OpenObject,
  { limits, dropGroups, formats }: ReadDeps,
  wanted: ReadonlySet<BlockName>,
): Promise<MetadataRecord> {
  const { stat, reader, head } = object;
  const format = (formats ?? containers).find((candidate) => candidate.matches(head));
  if (format !== undefined) await readRest(format.name, { head, size: stat.size, wanted: neededFor(wanted) }, reader);
  const image = await readImage(object, limits, formats);
  const { container, shape, exif } = image;
  const document = exif === null ? null : dropEntries(mergeDocuments(exif), dropGroups);
  const finder = finderOf(container);
  const found =
    finder === null ? [] : await parseHeld(reader, (file) => finder.find({ file, exif, wanted: neededFor(wanted) }));
  return {
    exif: { stat, parser: parserVersion, container, shape, document },
    wanted,
    blocks: onlyWanted(parseBlocks(found, stat.size), wanted),
    makerNote: wanted.has('makernote') ? await makerNoteOf(image, object, dropGroups) : null,
    video: null,
  };
}

/** What the maker note says, without what belongs to a dropped group. */
async function makerNoteOf(
  image: ReadImage,
  { reader }: OpenObject,
  groups: ReadDeps['dropGroups'],
): Promise<MakerNoteAnswers | null> {
  const answers = await readMakerNote(image, reader);
  return answers === null ? null : dropAnswers(answers, groups);
}

async function videoMetadata(
  { stat, reader }: OpenObject,
  format: VideoFormat,
  dropGroups: ReadDeps['dropGroups'],
  wanted: ReadonlySet<BlockName>,
): Promise<MetadataRecord> {
  const video = dropFromVideo(await format.read(reader), dropGroups);
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
    wanted,
    blocks: parseBlocks(
      found.filter((block) => block !== null),
      stat.size,
    ),
    makerNote: null,
    video,
  };
}
