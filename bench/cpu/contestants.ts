// The readers that are timed against each other. Each gets bytes in memory and returns the number of tags that it found.
import exifr from 'exifr';
import ExifReader from 'exifreader';
import { bareWalk } from './bare-walk';
import type { Image } from './images';
import { readOurDocument, readOurs } from './ours';

export type Contestant = Readonly<{
  name: string;
  given: 'file' | 'block';
  read(image: Image): number | Promise<number>;
}>;

/** A contestant that reads whole files. */
export type FileReader = Readonly<{
  name: string;
  given: 'file';
  read(file: Readonly<{ bytes: Uint8Array }>): Promise<number>;
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

/** All values as they are stored. */
export const ourRecord: FileReader = {
  name: 'ours, readExif',
  given: 'file',
  read: ({ bytes }) => readOurs(bytes, false),
};
/** The same, and the text of each value in one JSON text. */
export const ourAnswer: FileReader = {
  name: 'ours, readExif and the answer',
  given: 'file',
  read: ({ bytes }) => readOurs(bytes, true),
};
export const exifrFile: FileReader = { name: 'exifr', given: 'file', read: ({ bytes }) => readExifr(bytes) };

export const contestants: readonly Contestant[] = [
  { name: 'bare IFD walk, no value decoded', given: 'block', read: ({ block }) => bareWalk(block) },
  { name: 'ours, document', given: 'block', read: ({ block }) => readOurDocument(block) },
  { name: 'exifr', given: 'block', read: ({ block }) => readExifr(block) },
  { name: 'exifreader', given: 'block', read: ({ block }) => readExifReader(block) },
  ourRecord,
  ourAnswer,
  exifrFile,
  { name: 'exifreader', given: 'file', read: ({ bytes }) => readExifReader(bytes) },
];

async function readExifr(bytes: Uint8Array): Promise<number> {
  const output = (await exifr.parse(bytes, exifrOptions)) as Readonly<Record<string, object>> | undefined;
  return exifrGroups.reduce((sum, name) => sum + Object.keys(output?.[name] ?? {}).length, 0);
}

function readExifReader(bytes: Uint8Array): number {
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  return Object.keys(ExifReader.load(buffer, exifReaderOptions)).length;
}
