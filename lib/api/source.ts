// The sources that work in every JavaScript program: bytes, Blobs, Responses, streams, and whatever can be read by range.

import { blobBucket, bytesBucket, bytesOf, type RangeSource, rangedBucket, type SlicedBytes } from '../bucket/ranged';
import { type Pieces, type StreamOptions, streamedBucket } from '../bucket/streamed';
import { bareExif, beginsExif } from '../container/bare-exif';
import type { Limits } from '../limits';
import type { Bucket, Container } from '../types';
import { kindOf, wrongArgument } from './arguments';
import { isResponse, type ResponseLike, readHead } from './response';

/** One object: the bucket that it is read from, and its key in that bucket. A program may have its own `Bucket`. */
export type ObjectSource = Readonly<{ bucket: Bucket; key: string }>;

/** The members of a web stream that are used. */
export type StreamLike = Readonly<{
  locked?: boolean;
  getReader(): Readonly<{ read(): ReturnType<Pieces['next']>; cancel(): Promise<unknown> }>;
}>;

/** Sources for every JavaScript program. */
export type PortableSource =
  | Uint8Array
  | ArrayBuffer
  | SlicedBytes
  | ResponseLike
  | RangeSource
  | StreamLike
  | AsyncIterable<Uint8Array>
  | ObjectSource;

/** A source that is ready to be read. */
export type Opened = ObjectSource &
  Readonly<{
    /** The formats to look for; absent = all. */
    formats?: readonly Container[];
    /** Whether a TIFF header alone may begin an EXIF block without an image. */
    mayBeExif?: true;
    /** Ends the reading of a stream. */
    stop?(): void;
  }>;

/** Opens a source; null when it is none of this file. Throws ProblemError `ConfigInvalid`, and for a Response that failed. */
export function openPortable(source: unknown, { readBytes }: Limits): Opened | null {
  const bytes = bytesOf(source);
  if (bytes !== null) return { ...openBytes(bytes), key: 'bytes' };
  if (typeof source !== 'object' || source === null) return null;
  if (isResponse(source)) {
    const { body, stat, part } = readHead(source);
    return openStream(piecesOf(body), { stat, part, maxBytes: readBytes }, 'response');
  }
  if (isBlob(source)) return { bucket: blobBucket(source), key: 'blob' };
  if ('bucket' in source && 'key' in source) return openObject(source);
  const pieces = piecesOf(source);
  if (pieces !== null) {
    const stat = { size: null, etag: null, lastModified: null };
    return openStream(pieces, { stat, maxBytes: readBytes }, 'stream');
  }
  return 'read' in source && 'size' in source ? openRanges(source) : null;
}

function openBytes(bytes: Uint8Array): Omit<Opened, 'key'> {
  const bucket = bytesBucket(bytes);
  return beginsExif(bytes) ? { bucket, formats: [bareExif] } : { bucket, mayBeExif: true };
}

function isBlob(source: object): source is SlicedBytes {
  return 'slice' in source && typeof source.slice === 'function' && 'size' in source && isSize(source.size);
}

function isSize(size: unknown): size is number {
  return Number.isSafeInteger(size) && Number(size) >= 0;
}

function openObject(source: object & Readonly<{ bucket: unknown; key: unknown }>): Opened {
  const { bucket, key } = source;
  const fetches = typeof bucket === 'object' && bucket !== null && 'fetch' in bucket;
  if (fetches && typeof bucket.fetch === 'function' && typeof key === 'string') return source as Opened;
  throw wrongArgument('bucket must have a function fetch, and key must be a string');
}

function openRanges(source: object & Readonly<{ read: unknown; size: unknown }>): Opened {
  const { read, size } = source;
  if (typeof read !== 'function') throw wrongArgument(`read must be a function, got ${kindOf(read)}`);
  if (!isSize(size)) throw wrongArgument('size must be a whole number of bytes, at most Number.MAX_SAFE_INTEGER');
  return { bucket: rangedBucket({ size, read: (range) => read.call(source, range) }), key: 'source' };
}

function openStream(pieces: Pieces | null, options: Omit<StreamOptions, 'pieces'>, key: string): Opened {
  if (pieces === null) throw wrongArgument(`the ${key} has no body that can be read`);
  return { bucket: streamedBucket({ ...options, pieces }), key, stop: pieces.stop };
}

/** The pieces of a web stream, or of a stream of Node; null for anything else. */
function piecesOf(source: unknown): Pieces | null {
  if (typeof source !== 'object' || source === null) return null;
  if ('getReader' in source && typeof source.getReader === 'function') {
    if ('locked' in source && source.locked === true)
      throw wrongArgument('the stream is locked: another reader is reading it');
    const reader = (source as StreamLike).getReader();
    return { next: () => reader.read(), stop: () => void reader.cancel().catch(() => {}) };
  }
  if (!(Symbol.asyncIterator in source) || typeof source[Symbol.asyncIterator] !== 'function') return null;
  const iterator = (source as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  return { next: () => iterator.next(), stop: () => void iterator.return?.().catch(() => {}) };
}
