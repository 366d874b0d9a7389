// Compares the entries of a cache with a fresh read of each object.
import { isDeepStrictEqual } from 'node:util';
import { ProblemError } from '../../lib/problem';
import { type CacheSetup, entryTag } from '../../lib/read/entry';
import { nothingKnown } from '../../lib/read/object';
import { type ReadResult, readRecord } from '../../lib/read/record';
import type { CacheEntry, Env, ExifRecord } from '../../lib/types';
import { readConfig } from '../../service/config/config';
import { jobDeps } from '../../service/job-runner';

/** The number of right entries, and the keys of the wrong ones by the kind of fault. */
export type Comparison = {
  same: number;
  missing: string[];
  stale: string[];
  /** Objects that do not exist although their cache entry says that they do. */
  ghosts: string[];
};

/** Reads at the same time. */
const lanes = 16;

/** Compares the entries for `keys` with a read of each object now. The objects may be gone. */
export async function compare(env: Env, keys: readonly string[]): Promise<Comparison> {
  const { buckets, named, cache, limits, dropGroups } = jobDeps(readConfig(env));
  const [route] = named.values();
  const bucket = buckets.get(route?.bucketId ?? '');
  if (route === undefined || bucket === undefined || cache === null) throw new Error('no bucket or no cache is set');
  const result: Comparison = { same: 0, missing: [], stale: [], ghosts: [] };
  const deps = { bucket, limits, dropGroups };
  const todo = keys.values();
  const lane = async (): Promise<void> => {
    for (const key of todo) {
      const ref = { ...route, key };
      const signal = AbortSignal.timeout(30_000);
      const request = { ref, deps, cost: { requests: 0, bytes: 0 }, known: nothingKnown, signal };
      const fresh = await readRecord(request).catch(goneOnly);
      const { entry: held } = await cache.store.get(ref, signal);
      add(result, key, fresh, held, cache);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return result;
}

function goneOnly(error: unknown): null {
  if (error instanceof ProblemError && error.code === 'NoSuchKey') return null;
  throw error;
}

function add(
  result: Comparison,
  key: string,
  fresh: ReadResult | null,
  held: CacheEntry | null,
  cache: CacheSetup,
): void {
  if (fresh === null) {
    if (held === null || held.content.kind === 'gone') result.same++;
    else result.ghosts.push(key);
  } else if (held === null) result.missing.push(key);
  else if (isSame(fresh, held, cache)) result.same++;
  else result.stale.push(key);
}

function isSame(fresh: ReadResult, held: CacheEntry, { revision }: CacheSetup): boolean {
  const { content } = held;
  if (held.revision !== revision) return false;
  if (fresh.kind === 'fault') return content.kind === 'fault' && content.code === fresh.problem.code;
  if (fresh.kind !== 'record' || content.kind !== 'record') return false;
  return (
    entryTag(held, revision) === fresh.record.stat.etag &&
    isDeepStrictEqual(withoutDate(content.record), withoutDate(fresh.record))
  );
}

/** The record without its date: an object that is written again with the same bytes is not read again, but has a later date. */
function withoutDate(record: ExifRecord): unknown {
  return plain({ ...record, stat: { ...record.stat, lastModified: null } });
}

/** The value with all views of bytes as plain Uint8Array. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}
