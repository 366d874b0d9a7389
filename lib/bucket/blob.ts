// One object in memory or in a browser: a Blob or File, or a byte array.

import { checkRange } from '../bytes/range';
import { checkDeadline, withinDeadline } from '../io/deadline';
import { ProblemError } from '../problem';
import type { Bucket, ObjectStat } from '../types';

/** The members of a Blob that are used. A File also has `lastModified`, in milliseconds since 1970. */
export type SlicedBytes = Readonly<{
  size: number;
  slice(start: number, end: number): Readonly<{ arrayBuffer(): Promise<ArrayBuffer> }>;
  lastModified?: number;
}>;

/** A bucket with one object, whatever the key. It has no ETag: its bytes do not change. */
export function blobBucket(blob: SlicedBytes): Bucket {
  const { size, lastModified } = blob;
  const stat: ObjectStat = {
    size,
    etag: null,
    lastModified: lastModified === undefined ? null : new Date(lastModified),
  };
  return {
    async fetch(ref, range, _condition, signal) {
      checkRange(range);
      const doing = `read ${JSON.stringify(ref.key)} at ${range.start}`;
      checkDeadline(signal, doing);
      if (size === 0) throw new ProblemError('EmptyObject', `Cannot ${doing}: it is empty`);
      if (range.start >= size) throw new ProblemError('RangeNotSatisfiable', `Cannot ${doing}: it has ${size} bytes`);
      const end = Math.min(range.end, size);
      const bytes = new Uint8Array(await withinDeadline(signal, doing, readSlice(blob, range.start, end, doing)));
      return { bytes, stat };
    },
  };
}

/** A byte array in the form of a Blob. */
export function slicedArray(bytes: Uint8Array): SlicedBytes {
  return {
    size: bytes.length,
    slice: (start, end) => ({ arrayBuffer: async () => new Uint8Array(bytes.subarray(start, end)).buffer }),
  };
}

/** A browser reads a File from the disk, where it may have been removed or replaced. */
async function readSlice(blob: SlicedBytes, start: number, end: number, doing: string): Promise<ArrayBuffer> {
  let buffer: ArrayBuffer;
  try {
    buffer = await blob.slice(start, end).arrayBuffer();
  } catch (cause) {
    throw new ProblemError(
      'BucketFault',
      `Cannot ${doing}: its bytes cannot be read (was the file moved or removed?)`,
      { cause },
    );
  }
  if (buffer.byteLength === end - start) return buffer;
  throw new ProblemError('ObjectChanged', `Cannot ${doing}: it changed since its first read`);
}
