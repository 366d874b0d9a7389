// A store of entries that keeps the later one of two entries, made with compare-and-put of a cache.
import { supersedes } from '../../lib/cache/order';
import { ProblemError } from '../../lib/problem';
import type { CacheEntry, ExifCache, ObjectRef } from '../../lib/types';

export type OrderedCache = Readonly<{
  get(ref: ObjectRef, signal: AbortSignal): Promise<CacheEntry | null>;
  /** Keeps the entry unless the held one supersedes it, and says whether it did. */
  put(entry: CacheEntry, signal: AbortSignal): Promise<boolean>;
}>;

export function ordered(cache: ExifCache): OrderedCache {
  return {
    get: async (ref, signal) => (await cache.get(ref, signal)).entry,
    async put(entry, signal) {
      for (let round = 0; round < 3; round++) {
        const { entry: held, version } = await cache.get(entry.ref, signal);
        if (held !== null && supersedes(held, entry)) return false;
        const result = await cache.put(entry, version, signal);
        if (result !== 'conflict') return result === 'kept';
      }
      throw new ProblemError('CacheFault', 'Others wrote the entry each time');
    },
  };
}
