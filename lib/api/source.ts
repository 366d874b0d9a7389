// The sources that are at hand in every JavaScript program: bytes, Blobs, and whatever can be read by range.

import { blobBucket, bytesBucket, bytesOf, type RangeSource, rangedBucket, type SlicedBytes } from '../bucket/ranged';
import type { StreamLike } from '../bucket/streamed';
import { bareExif, beginsExif } from '../container/bare-exif';
import type { Bucket, Container } from '../types';
import { kindOf, wrongArgument } from './arguments';
import type { ResponseLike } from './response';

/** One object: the bucket that it is read from, and its key in that bucket. A program may have its own `Bucket`. */
export type ObjectSource = Readonly<{ bucket: Bucket; key: string }>;

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

/** Opens a source that is at hand; null for any other value. Throws ProblemError `ConfigInvalid`. */
export function openLocal(source: unknown): Opened | null {
  const bytes = bytesOf(source);
  if (bytes !== null) return openBytes(bytes);
  if (typeof source !== 'object' || source === null) return null;
  if (isBlob(source)) return { bucket: blobBucket(source), key: 'blob' };
  if ('bucket' in source && 'key' in source) return openObject(source);
  return 'read' in source && 'size' in source ? openRanges(source) : null;
}

function openBytes(bytes: Uint8Array): Opened {
  const source = { bucket: bytesBucket(bytes), key: 'bytes' };
  return beginsExif(bytes) ? { ...source, formats: [bareExif] } : { ...source, mayBeExif: true };
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
