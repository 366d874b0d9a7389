import { memoryCache } from '../../../lib/cache/memory';
import { defaultLimits, type Limits } from '../../../lib/limits';
import { ProblemError } from '../../../lib/problem';
import { type CachedDeps, type CachedRecord, readCached } from '../../../lib/read/cached';
import { entryOf } from '../../../lib/read/entry';
import { newTrace, type Trace } from '../../../lib/read/trace';
import type { CacheEntry, CacheUse, ExifCache, ObjectStat } from '../../../lib/types';
import { tiffBytes } from '../../../testing/build/containers';
import { buildJpeg, exifSegment, frameHeader } from '../../../testing/build/jpeg';
import { ascii, buildTiff } from '../../../testing/build/tiff';
import { entriesOf } from '../../../testing/compare/document';
import { readRecord } from '../../../testing/compare/read';
import { anyRef, type CountingBucket, countingBucket, type Version } from '../../../testing/fakes/counting-bucket';
import { type SpyCache, spyCache } from '../../../testing/fakes/spy-cache';

export const image = buildJpeg([exifSegment(tiffBytes), frameHeader(640, 480)], 200_000);
export const other = buildJpeg([exifSegment(buildTiff({ fields: [ascii(0x010f, 'Other')] })), frameHeader(64, 48)]);
export const text = new TextEncoder().encode('Not an image.\n');
export const v1: Version = { bytes: image, etag: '"v1"' };
export const v2: Version = { bytes: other, etag: '"v2"' };

/** One object whose version a test sets, behind one cache. */
export type World = { now: Version | null; counting: CountingBucket; spy: SpyCache; raw: ExifCache };

export function world(now: Version | null, given: Parameters<typeof spyCache>[0] = {}): World {
  const raw = memoryCache(16 * 1024 * 1024);
  const made: World = { now, counting: countingBucket(() => made.now), spy: spyCache(given, raw), raw };
  return made;
}

export type CacheWorldOptions = Partial<CachedDeps> &
  Readonly<{ isKnown?: (stat: ObjectStat) => boolean; limits?: Limits }>;

/** What one read came to, and what it cost. */
export async function read(
  { counting, spy }: World,
  given: CacheWorldOptions = {},
): Promise<
  Readonly<{
    cache: CacheUse | null;
    code: string;
    tags: number;
    requests: number;
    bytes: number;
    read: CachedRecord | null;
    trace: Trace;
  }>
> {
  const deps = {
    bucket: counting.bucket,
    limits: defaultLimits,
    dropGroups: [],
    cache: spy.cache,
    now: () => new Date('2026-11-03T10:20:30.456Z'),
    ...given,
  };
  const trace = newTrace();
  const isKnown = given.isKnown ?? (() => false);
  let code = 'OK';
  const request = { ref: anyRef, deps, trace, isKnown, signal: AbortSignal.timeout(5000) };
  const found = await readCached(request).catch((error: unknown) => {
    if (!(error instanceof ProblemError)) throw error;
    code = error.code;
    return null;
  });
  const document = found?.record?.document ?? null;
  const tags = document === null ? 0 : entriesOf(document).length;
  return { cache: trace.cache, code, tags, ...trace.cost, read: found, trace };
}

export const tagsOfImage = 12;

export function depsOf({ counting }: World) {
  return { bucket: counting.bucket, limits: defaultLimits, dropGroups: [] };
}

export function never(): never {
  throw new Error('no document');
}

export async function entryFor(made: World): Promise<CacheEntry> {
  const record = await readRecord(anyRef, depsOf(made), { requests: 0, bytes: 0 }, AbortSignal.timeout(1000));
  const filing = { ref: anyRef, revision: 'm1', held: null, sequencer: null, generation: 1 };
  return entryOf({ kind: 'record', record }, filing) ?? never();
}
