// The process that reads: one file with one library a message. Its parent watches it, since exifr loops on some files.
//
// Each library is given an address and reads ranges of it by itself, by its own default:
//   ours        lib/bucket/s3 without a signature, the deployed limits and first read
//   exifr       `parse(url)` with the UrlFetcher of its full build: 512 bytes first, as in Node.js, then 64 KB chunks, 5 at the most
//   exifreader  `load(url, { length: 'auto', .. })` with the options of its README: 128 KiB first, then what is missing;
//               it refuses plain TIFF, and with it most raw files, which it reads only whole
import exifr from 'exifr';
import ExifReader from 'exifreader';
import { corpusLimits } from '../../check/corpus/read-image';
import { s3Bucket } from '../../lib/bucket/s3';
import { defaultLimits, maxTries } from '../../lib/limits';
import type { Bucket } from '../../lib/types';
import { readRecord } from '../../testing/compare/read';

export const libraries = ['ours', 'exifr', 'exifreader'] as const;
export type Library = (typeof libraries)[number];

/** The object is `<endpoint>/<name>/<path>`. */
export type Question = Readonly<{ library: Library; endpoint: string; name: string; path: string }>;
/** `found`: any tag of IFD0 or of the Exif IFD. `refused`: what the library threw, null for nothing. */
export type Reading = Readonly<{ found: boolean; refused: string | null }>;

const readers: Readonly<Record<Library, (question: Question) => Promise<boolean>>> = {
  ours: findOurs,
  exifr: findByExifr,
  exifreader: findByExifReader,
};

const limits = corpusLimits(defaultLimits.firstRead);

async function findOurs({ endpoint, name, path }: Question): Promise<boolean> {
  const ref = { bucketId: name, bucket: name, key: path };
  const deps = { bucket: openBucket(endpoint, name), limits, dropGroups: [] };
  const signal = AbortSignal.timeout(limits.totalMs);
  const record = await readRecord(ref, deps, { requests: 0, bytes: 0 }, signal);
  return record.document?.entries.some(({ ifd }) => ['IFD0', 'Raw', 'Exif'].includes(ifd)) ?? false;
}

function openBucket(endpoint: string, bucket: string): Bucket {
  const place = { bucket, endpoint: new URL(endpoint), region: 'us-east-1', pathStyle: true };
  const { tryMs, readBytes } = limits;
  return s3Bucket({ ...place, credentials: async () => null, tryMs, maxTries, maxBytes: readBytes });
}

/** Only the options that separate the IFDs. It is one object, because exifr keeps every object that it gets. */
const exifrOptions = { mergeOutput: false } as const;

async function findByExifr(question: Question): Promise<boolean> {
  const output = (await exifr.parse(urlOf(question), exifrOptions)) as { ifd0?: object; exif?: object } | undefined;
  return hasMember(output?.ifd0) || hasMember(output?.exif);
}

async function findByExifReader(question: Question): Promise<boolean> {
  const options = { length: 'auto', expanded: true, includeOffsets: true, excludeTags: { mpf: true } } as const;
  try {
    return hasMember((await ExifReader.load(urlOf(question), options)).exif);
  } catch (error) {
    if (error instanceof ExifReader.errors.MetadataMissingError) return false;
    throw error;
  }
}

function urlOf({ endpoint, name, path }: Question): string {
  return `${endpoint}/${name}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

function hasMember(object: object | undefined): boolean {
  return object !== undefined && Object.keys(object).length > 0;
}

function serve(): void {
  process.on('message', (question: Question) => {
    const send = (reading: Reading) => process.send?.(reading);
    readers[question.library](question).then(
      (found) => send({ found, refused: null }),
      (error: unknown) => send({ found: false, refused: String(error) }),
    );
  });
}

if (require.main === module) serve();
