// One object that a function reads by range: bytes in memory, a Blob or File, anything else that a program can read.

import { checkRange } from '../bytes/range';
import { checkDeadline, withinDeadline } from '../io/deadline';
import { ProblemError } from '../problem';
import type { Bucket, ByteRange, ObjectStat } from '../types';

/**
 * `size` bytes that can be read at any place. `read` returns exactly the bytes `start` up to, not including, `end`. It may be
 * called again before its last call has ended.
 */
export type RangeSource = Readonly<{
  size: number;
  read(range: ByteRange): Uint8Array | Promise<Uint8Array>;
}>;

/** The members of a Blob that are used. A File also has `lastModified`, in milliseconds since 1970. */
export type SlicedBytes = Readonly<{
  size: number;
  slice(start: number, end: number): Readonly<{ arrayBuffer(): Promise<ArrayBuffer> }>;
  lastModified?: number;
}>;

/** A bucket with one object, whatever the key. It has no ETag: its bytes do not change. */
export function rangedBucket({ size, read }: RangeSource, lastModified: Date | null = null): Bucket {
  const stat: ObjectStat = { size, etag: null, lastModified };
  return {
    async fetch(ref, range, _condition, signal) {
      checkRange(range);
      const doing = `read ${JSON.stringify(ref.key)} at ${range.start}`;
      checkDeadline(signal, doing);
      if (size === 0) throw new ProblemError('EmptyObject', `Cannot ${doing}: it is empty`);
      if (range.start >= size) throw new ProblemError('RangeNotSatisfiable', `Cannot ${doing}: it has ${size} bytes`);
      const wanted = { start: range.start, end: Math.min(range.end, size) };
      const bytes = await withinDeadline(signal, doing, readWith(read, wanted, doing));
      return { bytes: checkBytes(bytes, wanted, doing), stat };
    },
  };
}

/** A browser reads a File from the disk, where it may have been removed or replaced. */
async function readWith(read: RangeSource['read'], range: ByteRange, doing: string): Promise<unknown> {
  try {
    return await read(range);
  } catch (cause) {
    if (cause instanceof ProblemError) throw cause;
    const reason = 'its bytes cannot be read (was the file moved or removed?)';
    throw new ProblemError('BucketFault', `Cannot ${doing}: ${reason}`, { cause });
  }
}

function checkBytes(given: unknown, { start, end }: ByteRange, doing: string): Uint8Array {
  const bytes = bytesOf(given);
  if (bytes === null) throw new ProblemError('BucketFault', `Cannot ${doing}: reading it returned no bytes`);
  if (bytes.length === end - start) return bytes;
  const reason = `reading ${end - start} bytes returned ${bytes.length}. Did it change since its size was stated?`;
  throw new ProblemError('ObjectChanged', `Cannot ${doing}: ${reason}`);
}

/** Bytes as a Uint8Array; null for any other value. Not by `instanceof`: they may come from a worker or a test. */
export function bytesOf(given: unknown): Uint8Array | null {
  if (ArrayBuffer.isView(given)) return new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  const isBuffer = /^\[object (Shared)?ArrayBuffer\]$/.test(Object.prototype.toString.call(given));
  return isBuffer ? new Uint8Array(given as ArrayBuffer) : null;
}

/** Bytes in memory. What is read is a copy, so that a record does not change when they do. */
export function bytesBucket(bytes: Uint8Array): Bucket {
  return rangedBucket({ size: bytes.length, read: ({ start, end }) => bytes.slice(start, end) });
}

/** A Blob or File. */
export function blobBucket(blob: SlicedBytes): Bucket {
  const read = async ({ start, end }: ByteRange): Promise<Uint8Array> =>
    new Uint8Array(await blob.slice(start, end).arrayBuffer());
  return rangedBucket({ size: blob.size, read }, blob.lastModified === undefined ? null : new Date(blob.lastModified));
}
