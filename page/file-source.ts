// Reads a file that the user opened, with the code of the service, in slices. Nothing leaves the page.

import { ProblemError, readExif } from '../lib/browser';
import { blobBucket } from '../lib/bucket/ranged';
import { programLimits } from '../lib/limits';
import type { MetadataRecord } from '../lib/metadata/record';
import { isLasting } from '../lib/problem';
import { problems } from '../lib/problem-table';
import { nothingKnown, type ReadRequest } from '../lib/read/object';
import { readThumbnail, type ThumbnailResult } from '../lib/read/thumbnail';
import { styles } from '../lib/style';
import type { ByteRange, ExifRecord, ReadCost } from '../lib/types';
import type { Reads } from './reads';
import { type PageProblem, pageProblem, type Source, type StyleAnswer, type Thumbnail } from './source';

type LocalReading<Found> = Readonly<{ record: Found | ProblemError; reads: Reads }>;

/** A file of the user. Its EXIF is read once, when it is first shown, and so are its other blocks. */
export function fileSource(file: File): Source {
  const exif = onceRead((signal) => readFile(file, (cost) => readExif(file, { signal, cost })));
  const metadata = onceRead(async (signal) => {
    const { readMetadata } = await import('./file-metadata');
    return readFile(file, (cost) => readMetadata(file, signal, cost));
  });
  return {
    name: file.name,
    where: 'file',
    only: null,
    request: null,
    see: async (operation, signal) => {
      const [verb, , style = 'flat'] = operation.split('/');
      try {
        return verb === 'metadata'
          ? await showMetadata(await metadata(signal), style)
          : await showExif(await exif(signal), style);
      } catch (error) {
        signal.throwIfAborted();
        return toProblem(error);
      }
    },
    thumbnail: (signal) => pictureOf(file, signal, async (request) => readThumbnail(request)),
    preview: (signal) =>
      pictureOf(file, signal, async (request) => (await import('./file-metadata')).readPreview(request)),
  };
}

/** Calls `read` once; again after an error, because a later try may succeed. */
function onceRead<Found>(read: (signal: AbortSignal) => Promise<Found>): (signal: AbortSignal) => Promise<Found> {
  let reading: Promise<Found> | null = null;
  return async (signal) => {
    try {
      reading ??= read(signal);
      return await reading;
    } catch (error) {
      reading = null;
      throw error;
    }
  };
}

async function readFile<Found>(file: File, read: (cost: ReadCost) => Promise<Found>): Promise<LocalReading<Found>> {
  const ranges: ByteRange[] = [];
  const cost: ReadCost = { requests: 0, bytes: 0, ranges };
  const begin = performance.now();
  const record = await read(cost).catch(lastingProblem);
  const ms = performance.now() - begin;
  const spans = ranges.filter(({ start, end }) => end > start).map(({ start, end }) => [start, end - 1] as const);
  return { record, reads: { requests: cost.requests, bytes: cost.bytes, size: file.size, ms, cache: null, spans } };
}

/** A problem of the file itself. Any other error is thrown: a later try may succeed. */
function lastingProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError && isLasting(error.code)) return error;
  throw error;
}

async function showExif(
  { record, reads }: LocalReading<ExifRecord>,
  styleName: string,
): Promise<StyleAnswer | PageProblem> {
  if (record instanceof ProblemError) return { ...toProblem(record), reads };
  const style = styles.get(styleName);
  if (style === undefined) return pageProblem('No such style', `There is no style ${styleName}.`);
  const text = await style.render(record);
  return { kind: 'answer', text, json: JSON.parse(text), reads, notes: notesOn(record) };
}

async function showMetadata(
  { record, reads }: LocalReading<MetadataRecord>,
  style: string,
): Promise<StyleAnswer | PageProblem> {
  if (record instanceof ProblemError) return { ...toProblem(record), reads };
  const { metadataText } = await import('./file-metadata');
  const text = await metadataText(record, style);
  return { kind: 'answer', text, json: JSON.parse(text), reads, notes: [] };
}

/** What the page cannot show of a file. Only JPEG XL compresses EXIF with Brotli, which not every browser has. */
function notesOn({ container, document }: ExifRecord): readonly string[] {
  if (container !== 'jxl' || document === null || document.entries.length > 0 || hasBrotli()) return [];
  return ['The EXIF of this file is compressed with Brotli. This page cannot decompress it; the service can.'];
}

function hasBrotli(): boolean {
  try {
    return new DecompressionStream('brotli' as CompressionFormat) !== null;
  } catch {
    return false;
  }
}

function toProblem(error: unknown): PageProblem {
  if (!(error instanceof ProblemError))
    return pageProblem('Cannot show this file', 'A part of this page is missing or has an error. Load the page again.');
  if (error.cause instanceof DOMException)
    return pageProblem('Cannot read this file', 'The browser does not give access to it. Choose a file, not a folder.');
  const { code, message } = problems[error.code];
  return { ...pageProblem(code, error.safeDetail ?? message), facts: [['Reason', error.code]] };
}

/** A picture in the file, as stored; null when there is none, or none that can be shown. */
async function pictureOf(
  file: File,
  signal: AbortSignal,
  read: (request: ReadRequest) => Promise<ThumbnailResult>,
): Promise<Thumbnail | null> {
  const cost: ReadCost = { requests: 0, bytes: 0 };
  const ref = { bucketId: 'file', bucket: 'file', key: file.name };
  const deps = { bucket: blobBucket(file), limits: programLimits, dropGroups: [] };
  const found = await read({ ref, deps, cost, known: nothingKnown, signal });
  if (found.kind === 'known') return null;
  const blob = new Blob([found.bytes.slice()], { type: 'image/jpeg' });
  return { blob, orientation: found.orientation };
}
