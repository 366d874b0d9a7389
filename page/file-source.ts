// Reads a file that the user opened, with the code of the service, in slices. Nothing leaves the page.

import { ProblemError, readExif } from '../lib/browser';
import { blobBucket } from '../lib/bucket/ranged';
import { programLimits } from '../lib/limits';
import { isLasting } from '../lib/problem';
import { problems } from '../lib/problem-table';
import { nothingKnown } from '../lib/read/object';
import { readThumbnail } from '../lib/read/thumbnail';
import { styles } from '../lib/style';
import type { ByteRange, ExifRecord, ReadCost } from '../lib/types';
import type { Reads } from './reads';
import { type PageProblem, pageProblem, type Source, type StyleAnswer, type Thumbnail } from './source';

type LocalReading = Readonly<{ record: ExifRecord | ProblemError; reads: Reads }>;

/** A file of the user. It is read once, when it is first shown. */
export function fileSource(file: File): Source {
  let read: Promise<LocalReading> | null = null;
  return {
    name: file.name,
    where: 'file',
    only: null,
    request: null,
    see: async (style, signal) => {
      try {
        read ??= readFile(file, signal);
        return await show(await read, style);
      } catch (error) {
        read = null; // a later try may succeed
        signal.throwIfAborted();
        return toProblem(error);
      }
    },
    thumbnail: (signal) => thumbnailOf(file, signal),
  };
}

async function readFile(file: File, signal: AbortSignal): Promise<LocalReading> {
  const ranges: ByteRange[] = [];
  const cost: ReadCost = { requests: 0, bytes: 0, ranges };
  const begin = performance.now();
  const record = await readExif(file, { signal, cost }).catch(lastingProblem);
  const ms = performance.now() - begin;
  const spans = ranges.filter(({ start, end }) => end > start).map(({ start, end }) => [start, end - 1] as const);
  return { record, reads: { requests: cost.requests, bytes: cost.bytes, size: file.size, ms, cache: null, spans } };
}

/** A problem of the file itself. Any other error is thrown: a later try may succeed. */
function lastingProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError && isLasting(error.code)) return error;
  throw error;
}

async function show({ record, reads }: LocalReading, styleName: string): Promise<StyleAnswer | PageProblem> {
  if (record instanceof ProblemError) return { ...toProblem(record), reads };
  const style = styles.get(styleName);
  if (style === undefined) return pageProblem('No such style', `There is no style ${styleName}.`);
  const text = await style.render(record);
  return { kind: 'answer', text, json: JSON.parse(text), reads, notes: notesOn(record) };
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

/** The thumbnail as stored; null when there is none, or none that can be shown. */
async function thumbnailOf(file: File, signal: AbortSignal): Promise<Thumbnail | null> {
  const cost: ReadCost = { requests: 0, bytes: 0 };
  const ref = { bucketId: 'file', bucket: 'file', key: file.name };
  const deps = { bucket: blobBucket(file), limits: programLimits, dropGroups: [] };
  const request = { ref, deps, cost, known: nothingKnown, signal };
  const thumbnail = await readThumbnail(request);
  if (thumbnail.kind === 'known') return null;
  const blob = new Blob([thumbnail.bytes.slice()], { type: 'image/jpeg' });
  return { blob, orientation: thumbnail.orientation };
}
