// Runs the real reader over one file, through a bucket that counts what is asked of it.
import { readFileSync } from 'node:fs';
import { ifMatchEtag, isExcluded } from '../../lib/bytes/etag';
import { partOf } from '../../lib/bytes/range';
import { defaultLimits, type Limits } from '../../lib/limits';
import { ProblemError } from '../../lib/problem';
import type { OpenAhead } from '../../lib/read/ahead';
import type { ReadDeps } from '../../lib/read/object';
import type { Bucket, ByteRange, ExifRecord, FetchResult, ReadCost } from '../../lib/types';
import { readRecord } from '../../testing/compare/read';

/** `record` null and `problem` set when the file was refused. */
export type ImageRead = Readonly<{ record: ExifRecord | null; problem: unknown; cost: ReadCost }>;

/** The deployed limits, but no file is refused for its size: the corpus holds images that are large on purpose. */
export function corpusLimits(firstRead: number): Limits {
  return { ...defaultLimits, firstRead, objectBytes: Infinity, side: Infinity, pixels: Infinity };
}

/** A bucket with one object, answered from memory as a store would: cut at its end, pinned by its ETag. */
export function memoryBucket(bytes: Uint8Array, cost: ReadCost): Bucket {
  const stat = { size: bytes.length, etag: '"1"', lastModified: null };
  const answer = ({ start, end }: ByteRange): FetchResult => {
    if (start >= bytes.length) throw new ProblemError('RangeNotSatisfiable', 'The range starts after the end');
    const part = bytes.slice(start, end);
    cost.requests++;
    cost.bytes += part.length;
    return { bytes: part, stat };
  };
  return {
    fetchAhead: async (_ref, range) => answer(partOf(range, bytes.length)),
    fetch: async (_ref, range, condition) => {
      if (isExcluded(condition, stat.etag)) return null;
      const pinned = ifMatchEtag(condition);
      if (pinned !== null && pinned !== stat.etag) throw new ProblemError('ObjectChanged', 'The ETag is another one');
      return answer(range);
    },
  };
}

/** To read ahead, and with the key that a bucket would have for the file. */
export type AheadOptions = Readonly<{ openAhead?: OpenAhead | undefined; key?: string }>;

/** Reads the EXIF of `file`. The cost is what the bucket counted, not what the reader says of itself. */
export async function readCorpusImage(file: string, limits: Limits, ahead: AheadOptions = {}): Promise<ImageRead> {
  const { openAhead, key = file } = ahead;
  const cost: ReadCost = { requests: 0, bytes: 0 };
  const deps: ReadDeps = { bucket: memoryBucket(readFileSync(file), cost), limits, dropGroups: [], openAhead };
  const ref = { bucketId: 'corpus', bucket: 'corpus', key };
  const signal = AbortSignal.timeout(limits.totalMs);
  try {
    const record = await readRecord(ref, deps, { requests: 0, bytes: 0 }, signal);
    return { record, problem: null, cost };
  } catch (problem) {
    return { record: null, problem, cost };
  }
}
