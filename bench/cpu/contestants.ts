// The readers that are timed against each other. Each gets bytes in memory and returns the number of tags that it found.
import exifr from 'exifr';
import ExifReader from 'exifreader';
import { corpusLimits, memoryBucket } from '../../check/corpus/read-image';
import { memoryReader } from '../../lib/bytes/reader';
import { defaultLimits } from '../../lib/limits';
import { defaultStyle } from '../../lib/style';
import { readDocument } from '../../lib/tiff/document';
import { readRecord } from '../../testing/compare/read';
import { bareWalk } from './bare-walk';
import type { Image } from './images';

export type Contestant = Readonly<{
  name: string;
  given: 'file' | 'block';
  read(image: Image): number | Promise<number>;
}>;

/** All IFDs that our reader reads, values as stored: the least work that exifr can be asked for. One object: it keeps each. */
const exifrOptions = {
  tiff: true,
  ifd1: true,
  exif: true,
  gps: true,
  interop: true,
  makerNote: false,
  userComment: true,
  xmp: false,
  icc: false,
  iptc: false,
  jfif: false,
  ihdr: false,
  translateKeys: false,
  translateValues: false,
  reviveValues: false,
  mergeOutput: false,
} as const;

const exifrGroups = ['ifd0', 'ifd1', 'exif', 'gps', 'interop'] as const;

const exifReaderOptions = { includeTags: { exif: true }, includeUnknown: true } as const;

const ref = { bucketId: 'bench', bucket: 'bench', key: 'image' };
const limits = corpusLimits(defaultLimits.firstRead);
const never = new AbortController().signal;

export const contestants: readonly Contestant[] = [
  { name: 'bare IFD walk, no value decoded', given: 'block', read: ({ block }) => bareWalk(block) },
  { name: 'ours, document', given: 'block', read: ({ block }) => readOurDocument(block) },
  { name: 'exifr', given: 'block', read: ({ block }) => readExifr(block) },
  { name: 'exifreader', given: 'block', read: ({ block }) => readExifReader(block) },
  { name: 'ours, readExif', given: 'file', read: ({ bytes }) => readOurs(bytes, false) },
  { name: 'ours, readExif and the answer', given: 'file', read: ({ bytes }) => readOurs(bytes, true) },
  { name: 'exifr', given: 'file', read: ({ bytes }) => readExifr(bytes) },
  { name: 'exifreader', given: 'file', read: ({ bytes }) => readExifReader(bytes) },
];

async function readOurDocument(block: Uint8Array): Promise<number> {
  return (await readDocument({ streams: [{ reader: memoryReader(block), root: 'IFD0' }] })).entries.length;
}

async function readOurs(bytes: Uint8Array, rendered: boolean): Promise<number> {
  const bucket = memoryBucket(bytes, { requests: 0, bytes: 0 });
  const cost = { requests: 0, bytes: 0 };
  const record = await readRecord(ref, { bucket, limits, dropGroups: [] }, cost, never);
  if (rendered) defaultStyle.render(record);
  return record.document?.entries.length ?? 0;
}

async function readExifr(bytes: Uint8Array): Promise<number> {
  const output = (await exifr.parse(bytes, exifrOptions)) as Readonly<Record<string, object>> | undefined;
  return exifrGroups.reduce((sum, name) => sum + Object.keys(output?.[name] ?? {}).length, 0);
}

function readExifReader(bytes: Uint8Array): number {
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  return Object.keys(ExifReader.load(buffer, exifReaderOptions)).length;
}
