// One object with a version that a test sets, a cache, and jobs for its events.
import { memoryCache } from '../../../lib/cache/memory';
import { type JobDeps, type LogLine, runJob } from '../../../lib/job';
import type { CacheEntry, ExifCache, ObjectEvent, ObjectOrder, Outcome } from '../../../lib/types';
import { tiffBytes } from '../../../testing/build/containers';
import { buildJpeg, exifSegment, frameHeader } from '../../../testing/build/jpeg';
import { anyRef, type CountingBucket, countingBucket, type Version } from '../../../testing/fakes/counting-bucket';
import { jobDeps } from '../../../testing/fakes/job-deps';
import { type SpyCache, spyCache } from '../../../testing/fakes/spy-cache';

export const image = buildJpeg([exifSegment(tiffBytes), frameHeader(640, 480)], 200_000);
export const v1: Version = { bytes: image, etag: '"v1"' };
export const v2: Version = { bytes: image.subarray(0, 100_000), etag: '"v2"' };
export const now = new Date('2026-11-03T10:20:30.456Z');

export type World = {
  now: Version | null;
  counting: CountingBucket;
  spy: SpyCache;
  /** What `spy` is over. */
  raw: ExifCache;
  deps: JobDeps;
  lines: LogLine[];
};

export function world(
  version: Version | null,
  more: Partial<JobDeps> = {},
  caching: Parameters<typeof spyCache>[0] = {},
): World {
  const lines: LogLine[] = [];
  const raw = memoryCache(16 * 1024 * 1024);
  const spy = spyCache(caching, raw);
  const made: Omit<World, 'deps'> = { now: version, counting: countingBucket(() => all.now), spy, raw, lines };
  const deps = jobDeps(made.counting.bucket, {
    routes: { hosts: new Map(), fallback: null },
    buckets: new Map([['test', made.counting.bucket]]),
    named: new Map([['photos', { bucketId: 'test', bucket: 'photos' }]]),
    cache: spy.cache,
    now: () => now,
    log: (line) => void lines.push(line),
    ...more,
  });
  const all: World = { ...made, deps };
  return all;
}

export const orderOf = (sequencer: string | null): ObjectOrder => ({ lastModified: null, sequencer });

export function run({ deps }: World, act: 'warm' | 'forget', object: Partial<ObjectEvent> = {}): Promise<Outcome> {
  const event: ObjectEvent = { bucket: 'photos', key: 'a.jpg', order: orderOf('0a'), ...object };
  return runJob({ id: 'id-1', trigger: 'test', act, object: event }, deps, null);
}

export function held({ spy }: World): Promise<CacheEntry | null> {
  return spy.store.get(anyRef, AbortSignal.timeout(1000));
}
