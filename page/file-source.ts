// Reads a file that the user opened, with the code of the service, in slices. Nothing leaves the page.

import { defaultLimits } from '../lib/limits';
import { ProblemError } from '../lib/problem';
import { problems } from '../lib/problem-table';
import { nothingKnown, type ReadDeps } from '../lib/read/object';
import { type ReadResult, readRecord } from '../lib/read/record';
import { readThumbnail } from '../lib/read/thumbnail';
import { styles } from '../lib/style';
import type { Bucket, ByteRange, ObjectRef, ReadCost } from '../lib/types';
import { takeBrotliSeen } from './decompress';
import type { Reads } from './reads';
import { type PageProblem, pageProblem, type Source, type StyleAnswer, type Thumbnail } from './source';

type LocalReading = Readonly<{ reading: ReadResult; reads: Reads; notes: readonly string[] }>;

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

/** Reads of a local file are cheap, so only the limits that protect the memory of the page remain. */
const limits = {
  ...defaultLimits,
  objectBytes: Number.MAX_SAFE_INTEGER,
  side: 2 ** 32,
  pixels: Number.MAX_SAFE_INTEGER,
};

async function readFile(file: File, signal: AbortSignal): Promise<LocalReading> {
  const ranges: ByteRange[] = [];
  const cost: ReadCost = { requests: 0, bytes: 0, ranges };
  const begin = performance.now();
  takeBrotliSeen();
  const reading = await readRecord({ ref: toRef(file), deps: toDeps(file), cost, known: nothingKnown, signal });
  const ms = performance.now() - begin;
  const notes = takeBrotliSeen()
    ? ['The EXIF of this file is compressed with Brotli. This page cannot decompress it; the service can.']
    : [];
  const spans = ranges.filter(({ start, end }) => end > start).map(({ start, end }) => [start, end - 1] as const);
  return {
    reading,
    reads: { requests: cost.requests, bytes: cost.bytes, size: file.size, ms, cache: null, spans },
    notes,
  };
}

function toRef({ name }: File): ObjectRef {
  return { bucketId: 'file', bucket: 'file', key: name };
}

function toDeps(file: File): ReadDeps {
  return { bucket: fileBucket(file), limits, dropGroups: [] };
}

/** A file as a store of one object. lib/bucket/blob.ts cannot be used, because it needs timers of Node. */
function fileBucket(file: File): Bucket {
  const stat = { size: file.size, etag: null, lastModified: new Date(file.lastModified) };
  return {
    fetch: async (_ref, { start, end }, _condition, signal) => {
      signal.throwIfAborted();
      if (file.size === 0) throw new ProblemError('EmptyObject', 'Cannot read a file of 0 bytes');
      const bytes = new Uint8Array(await file.slice(start, end).arrayBuffer());
      if (bytes.length === Math.min(end, file.size) - start) return { bytes, stat };
      throw new ProblemError('ObjectChanged', 'Cannot read on: the file has changed');
    },
  };
}

async function show({ reading, reads, notes }: LocalReading, styleName: string): Promise<StyleAnswer | PageProblem> {
  if (reading.kind === 'fault') return { ...toProblem(reading.problem), reads };
  const style = styles.get(styleName);
  if (reading.kind !== 'record' || style === undefined)
    return pageProblem('No such style', `There is no style ${styleName}.`);
  const text = await style.render(reading.record);
  return { kind: 'answer', text, json: JSON.parse(text), reads, notes };
}

function toProblem(error: unknown): PageProblem {
  if (!(error instanceof ProblemError)) {
    return error instanceof DOMException
      ? pageProblem('Cannot read this file', 'The browser does not give access to it. Choose a file, not a folder.')
      : pageProblem('Cannot show this file', 'A part of this page is missing or has an error. Load the page again.');
  }
  const { code, message } = problems[error.code];
  return { ...pageProblem(code, error.safeDetail ?? message), facts: [['Reason', error.code]] };
}

/** The thumbnail as stored; null when there is none, or none that can be shown. */
async function thumbnailOf(file: File, signal: AbortSignal): Promise<Thumbnail | null> {
  const cost: ReadCost = { requests: 0, bytes: 0 };
  const request = { ref: toRef(file), deps: toDeps(file), cost, known: nothingKnown, signal };
  const thumbnail = await readThumbnail(request);
  if (thumbnail.kind === 'known') return null;
  const blob = new Blob([thumbnail.bytes.slice()], { type: 'image/jpeg' });
  return { blob, orientation: thumbnail.orientation };
}
