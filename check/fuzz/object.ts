// The object that an input describes, and a bucket that serves it by range and counts.
import { ProblemError } from '../../lib/problem';
import type { Bucket, ByteRange } from '../../lib/types';

/** `size` bytes, of which any part can be had. */
export type FuzzObject = Readonly<{ size: number; slice(range: ByteRange): Uint8Array }>;

/** What a bucket was asked for. */
export type ReadCounts = { requests: number; bytes: number };

/** The bytes of an input as an object. Each read is a copy, as it is from a store. */
export function plainObject(bytes: Uint8Array): FuzzObject {
  return { size: bytes.length, slice: ({ start, end }) => bytes.slice(start, end) };
}

/** The bytes with `length` zeros put in at `at`: a large object from a short input. */
export function sparseObject(bytes: Uint8Array, at: number, length: number): FuzzObject {
  const place = Math.min(at, bytes.length);
  const size = bytes.length + length;
  const slice = ({ start, end }: ByteRange): Uint8Array => {
    const answer = new Uint8Array(Math.min(end, size) - start);
    if (start < place) answer.set(bytes.subarray(start, Math.min(end, place)));
    const partEnd = place + length;
    if (end > partEnd) {
      const from = Math.max(start, partEnd);
      answer.set(bytes.subarray(from - length, Math.min(end, size) - length), from - start);
    }
    return answer;
  };
  return { size, slice };
}

/** A bucket with this one object, as strict as a store: a range outside of it is an error. */
export function bucketOfObject(object: FuzzObject, served: ReadCounts): Bucket {
  const stat = { size: object.size, etag: '"fuzz"', lastModified: new Date(0) };
  return {
    fetch: async (_ref, { start, end }) => {
      if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end <= start) {
        throw new Error(`A store was asked for bytes ${start} to ${end}`);
      }
      served.requests++;
      if (object.size === 0) throw new ProblemError('EmptyObject', 'Cannot read an empty object');
      if (start >= object.size) throw new ProblemError('RangeNotSatisfiable', `Cannot read at ${start}`);
      const bytes = object.slice({ start, end: Math.min(end, object.size) });
      served.bytes += bytes.length;
      return { bytes, stat };
    },
  };
}
