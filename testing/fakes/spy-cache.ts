// A cache in memory that records each request, and may fail or hang.
import { memoryCache } from '../../lib/cache/memory';
import { ProblemError } from '../../lib/problem';
import type { CacheSetup } from '../../lib/read/entry';
import type { CacheEntry, ExifCache, ObjectRef } from '../../lib/types';
import { type OrderedCache, ordered } from './ordered-cache';

export type Failure = 'fault' | 'bug' | 'hang' | null;

export type SpyCache = Readonly<{
  cache: CacheSetup;
  /** What is held, and entries put beside the code under test. */
  store: OrderedCache;
  gets: readonly ObjectRef[];
  puts: readonly CacheEntry[];
  /** How the next calls fail, instead of doing their work. */
  failing: { get: Failure; put: Failure };
}>;

export function spyCache(
  given: Partial<Omit<CacheSetup, 'store'>> = {},
  store = memoryCache(16 * 1024 * 1024),
): SpyCache {
  const gets: ObjectRef[] = [];
  const puts: CacheEntry[] = [];
  const failing: SpyCache['failing'] = { get: null, put: null };
  const spied: ExifCache = {
    name: 'spy',
    async get(ref, signal) {
      gets.push(ref);
      await fail(failing.get, signal);
      return store.get(ref, signal);
    },
    async put(entry, over, signal) {
      puts.push(entry);
      await fail(failing.put, signal);
      return store.put(entry, over, signal);
    },
  };
  const cache: CacheSetup = {
    freshness: 'verify',
    revision: 'm1',
    isWatched: () => true,
    now: () => 1_000,
    ...given,
    store: spied,
  };
  return { cache, store: ordered(store), gets, puts, failing };
}

async function fail(failure: Failure, signal: AbortSignal): Promise<void> {
  const fault = new ProblemError('CacheFault', 'Cannot reach the cache');
  if (failure === 'bug') throw new TypeError('no such property');
  if (failure === 'fault') throw fault;
  if (failure === 'hang') {
    await new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(fault), { once: true });
    });
  }
}
