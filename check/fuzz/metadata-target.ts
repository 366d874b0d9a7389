// The targets of whole files for `?metadata` and `?exif/preview`: sound answers, within the budget, however the bytes arrive.
import { blockNames } from '../../lib/block/block';
import { jpegFacts } from '../../lib/container/whole-jpeg';
import { defaultLimits, type Limits } from '../../lib/limits';
import { aigcAnswer } from '../../lib/metadata/aigc-answer';
import { renderFlat } from '../../lib/metadata/flat';
import { findingsOf, privateAnswer } from '../../lib/metadata/private';
import type { MetadataRecord } from '../../lib/metadata/record';
import { renderTyped } from '../../lib/metadata/typed';
import { ProblemError } from '../../lib/problem';
import { readMetadata } from '../../lib/read/metadata';
import { nothingKnown, type ReadRequest } from '../../lib/read/object';
import { readPreview } from '../../lib/read/preview';
import { type TagGroup, tagGroups } from '../../lib/tag/groups';
import type { ReadCost } from '../../lib/types';
import { videoInfo } from '../../lib/video/video-info';
import { fixtures, withoutExif } from '../../testing/build/containers';
import { blockJpeg, describedVideo, textPng } from '../../testing/build/every-block';
import { smallVideos } from '../../testing/build/small-videos';
import { plainThumbnail, thumbnailJpeg, thumbnailTiff } from '../../testing/build/thumbnail';
import { judgeBody } from '../hostile/judge';
import { bucketOfObject, plainObject, type ReadCounts } from './object';
import { repairChecksums } from './png-checksums';
import { blamesTheImage, unbounded } from './reading';
import type { Target } from './target';

const ref = { bucketId: 'fuzz', bucket: 'fuzz', key: 'fuzz' };
const signal = new AbortController().signal;
const needs = { wanted: new Set(blockNames), thumbnail: true as const };
const everyGroup = Object.keys(tagGroups) as TagGroup[];
const deployed = { ...defaultLimits, firstRead: 4096 };
/** First reads that leave more to read. */
const firstReads = [48, 300, 2000];
/** Members that no answer may have when every group is dropped. */
const dropped = [
  ...['latitude', 'longitude', 'altitude', 'creator', 'artist', 'copyright', 'persons', 'serialNumber', 'shutterCount'],
  ...['livePhotoId', 'makernote', 'xmp', 'iptc'],
];

/** The first byte of a PNG. */
const pngStart = 0x89;

const images = [...Object.values(fixtures), ...Object.values(withoutExif)].flatMap((named) => Object.values(named));

/** Every answer about the metadata of an image or a video. */
export function metadataTarget(): Target {
  return {
    name: 'metadata',
    kind: 'file',
    weight: 6,
    maxLength: 8192,
    seeds: () => [blockJpeg, textPng, describedVideo, ...Object.values(smallVideos), ...images],
    repair: (input) => (input[0] === pngStart ? repairChecksums(input) : input),
    run: async (input) => {
      const wrong: string[] = [];
      const record = await metadataOf(input, deployed, [], wrong);
      return record === null ? wrong : [...wrong, ...judgeBody(await renderFlat(record, null))];
    },
    examine: async (input) => {
      const wrong: string[] = [];
      const whole = await metadataOf(input, { ...unbounded, firstRead: input.length + 1 }, [], wrong);
      for (const firstRead of firstReads) {
        const other = await metadataOf(input, { ...unbounded, firstRead }, [], wrong);
        if (isOther(whole, other)) wrong.push(`a first read of ${firstRead} gives another record`);
      }
      if (whole !== null) wrong.push(...(await judgeAnswers(whole)));
      const bare = await metadataOf(input, deployed, everyGroup, wrong);
      if (bare !== null) wrong.push(...(await judgeBare(bare)));
      return wrong;
    },
  };
}

async function judgeAnswers(record: MetadataRecord): Promise<readonly string[]> {
  const ofOperations = [aigcAnswer, privateAnswer].map((answer) => String(answer.render(record)));
  const bodies = [await renderFlat(record, null), renderTyped(record), ...ofOperations];
  const wrong = bodies.flatMap(judgeBody);
  if (record.video !== null && !videoInfo(record.video).isWellFormed()) wrong.push('half a character');
  return wrong;
}

async function judgeBare(record: MetadataRecord): Promise<readonly string[]> {
  const flat = JSON.parse(await renderFlat(record, null)) as object;
  const { blocks } = JSON.parse(renderTyped(record)) as { blocks: object };
  const shown = dropped.filter((name) => name in flat || name in blocks);
  return [...shown, ...findingsOf(record).flatMap(({ where }) => where)].map((name) => `${name}, though it is dropped`);
}

/** The first bytes tell the format, and an SVG has its metadata in them: with fewer, another format or nothing is right. */
function isOther(whole: MetadataRecord | null, other: MetadataRecord | null): boolean {
  if (whole === null || other === null || whole.exif.container === 'svg') return false;
  return whole.exif.container === other.exif.container && renderTyped(whole) !== renderTyped(other);
}

/** null where a problem of the image is named. `wrong` collects faults of the cost. */
async function metadataOf(
  input: Uint8Array,
  limits: Limits,
  dropGroups: readonly TagGroup[],
  wrong: string[],
): Promise<MetadataRecord | null> {
  const read = async (request: ReadRequest): Promise<MetadataRecord | null> => {
    const result = await readMetadata(request, needs);
    if (result.kind === 'fault') throw result.problem;
    return result.kind === 'metadata' ? result.record : null;
  };
  return answerOf(input, { limits, dropGroups, mostBytes: limits.readBytes }, read, wrong);
}

type Ways = Readonly<{ limits: Limits; dropGroups: readonly TagGroup[]; mostBytes: number; previewBytes?: number }>;

/** The answer; null where a problem is named that the bytes of an image may be the reason of. */
async function answerOf<T>(
  input: Uint8Array,
  { mostBytes, ...ways }: Ways,
  read: (request: ReadRequest) => Promise<T | null>,
  wrong: string[],
): Promise<T | null> {
  const served: ReadCounts = { requests: 0, bytes: 0 };
  const cost: ReadCost = { requests: 0, bytes: 0 };
  const deps = { bucket: bucketOfObject(plainObject(input), served), ...ways };
  try {
    return await read({ ref, deps, cost, known: nothingKnown, signal });
  } catch (error) {
    const isNamed = error instanceof ProblemError && (blamesTheImage.has(error.code) || ofPreviews.has(error.code));
    if (!isNamed) throw error;
    return null;
  } finally {
    if (served.requests > ways.limits.requests) wrong.push('more requests than the budget has');
    if (served.bytes > Math.max(mostBytes, ways.limits.firstRead)) wrong.push('more bytes than the budget has');
    if (cost.requests !== served.requests || cost.bytes !== served.bytes) wrong.push('the cost is counted wrong');
  }
}

const ofPreviews: ReadonlySet<string> = new Set(['PreviewMissing', 'PreviewDamaged', 'PreviewTooLarge']);
const previewBytes = 4096;

/** The largest JPEG in an image, with and without its metadata. */
export function previewTarget(): Target {
  return {
    name: 'preview',
    kind: 'file',
    weight: 2,
    maxLength: 8192,
    seeds: () => [blockJpeg, thumbnailJpeg(plainThumbnail), thumbnailTiff(plainThumbnail), ...images],
    run: (input) => judgePreview(input, deployed, []),
    examine: async (input) => [
      ...(await judgePreview(input, { ...deployed, firstRead: 48 }, [])),
      ...(await judgePreview(input, deployed, ['gps'])),
    ],
  };
}

async function judgePreview(
  input: Uint8Array,
  limits: Limits,
  dropGroups: readonly TagGroup[],
): Promise<readonly string[]> {
  const wrong: string[] = [];
  const ways = { limits, dropGroups, previewBytes, mostBytes: limits.readBytes + previewBytes };
  const bytes = await answerOf(
    input,
    ways,
    async (request) => {
      const result = await readPreview(request);
      return result.kind === 'thumbnail' ? result.bytes : null;
    },
    wrong,
  );
  if (bytes === null) return wrong;
  if (bytes.length > previewBytes) wrong.push(`a preview of ${bytes.length} bytes`);
  return jpegFacts(bytes).width > 0 ? wrong : [...wrong, 'a preview without a width'];
}
