// A bucket over bytes in memory that records each request; its object may change to a new version at any time.
import { ifMatchEtag, isExcluded } from '../../lib/bytes/etag';
import { partOf } from '../../lib/bytes/range';
import { type ProblemCode, ProblemError } from '../../lib/problem';
import type { Bucket, ByteRange, Condition, LastBytes, ObjectRef } from '../../lib/types';

/** One version of the one object. */
export type Version = Readonly<{ bytes: Uint8Array; etag: string | null; lastModified?: Date }>;

/** `ahead` is set for a call of `fetchAhead`; `range` then is the part of the object that it names. */
export type Request = Readonly<{
  range: ByteRange;
  condition: Condition;
  answered: number;
  ahead?: ByteRange | LastBytes;
}>;

export type CountingBucket = Readonly<{
  bucket: Bucket;
  /** Every call, in order. `answered` is the number of returned bytes, 0 for a refused call. */
  requests: readonly Request[];
  bytes(): number;
}>;

export const anyRef: ObjectRef = { bucketId: 'test', bucket: 'photos', key: 'a.jpg' };

/** `versionAt` returns the version that the n-th request (from 0) finds for a key; null = the object does not exist. */
export function countingBucket(versionAt: (request: number, key: string) => Version | null): CountingBucket {
  const requests: Request[] = [];
  const fetch: Bucket['fetch'] = async ({ key }, range, condition, signal) => {
    const version = versionAt(requests.length, key);
    const refusal = refusalOf(version, range, condition, signal);
    if (version === null || refusal !== null) {
      requests.push({ range, condition, answered: 0 });
      throw new ProblemError(refusal ?? 'NoSuchKey', `Cannot answer bytes ${range.start} to ${range.end} of ${key}`);
    }
    const { bytes, etag, lastModified = new Date(0) } = version;
    if (isExcluded(condition, etag)) {
      requests.push({ range, condition, answered: 0 });
      return null;
    }
    const answer = bytes.slice(range.start, range.end);
    requests.push({ range, condition, answered: answer.length });
    return { bytes: answer, stat: { size: bytes.length, etag, lastModified } };
  };
  const fetchAhead: Bucket['fetchAhead'] = async ({ key }, ahead, signal) => {
    const version = versionAt(requests.length, key);
    const range = partOf(ahead, version?.bytes.length ?? 0);
    const asked = 'last' in ahead ? { start: range.start, end: range.start + ahead.last } : ahead;
    const refusal = refusalOf(version, asked, null, signal);
    if (version === null || refusal !== null) {
      requests.push({ range, condition: null, answered: 0, ahead });
      throw new ProblemError(refusal ?? 'NoSuchKey', `Cannot answer bytes ahead of ${key}`);
    }
    const { bytes, etag, lastModified = new Date(0) } = version;
    const answer = bytes.slice(range.start, range.end);
    requests.push({ range, condition: null, answered: answer.length, ahead });
    return { bytes: answer, stat: { size: bytes.length, etag, lastModified } };
  };
  return {
    bucket: { fetch, fetchAhead },
    requests,
    bytes: () => requests.reduce((sum, { answered }) => sum + answered, 0),
  };
}

function refusalOf(
  version: Version | null,
  range: ByteRange,
  condition: Condition,
  signal: AbortSignal,
): ProblemCode | null {
  if (signal.aborted) return 'Timeout';
  if (!Number.isSafeInteger(range.start) || !Number.isSafeInteger(range.end)) return 'InternalError';
  if (range.start < 0 || range.end <= range.start) return 'InternalError';
  if (version === null) return 'NoSuchKey';
  const pinned = ifMatchEtag(condition);
  if (pinned !== null && pinned !== version.etag) return 'ObjectChanged';
  if (isExcluded(condition, version.etag)) return null;
  if (version.bytes.length === 0) return 'EmptyObject';
  return range.start >= version.bytes.length ? 'RangeNotSatisfiable' : null;
}

/** A bucket of one object that never changes. */
export function bucketOf(bytes: Uint8Array): CountingBucket {
  return countingBucket(() => ({ bytes, etag: '"v1"' }));
}
