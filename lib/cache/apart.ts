// Buckets of one name kept apart in one cache: a folder and a store, two folders, two endpoints.

import type { CacheEntry, ExifCache, ObjectRef } from '../types';

/** A cache in which the objects of a bucket are filed under `nameOf(bucketId)` in place of the bucket's own name. */
export function keptApart(store: ExifCache, nameOf: (bucketId: string) => string | undefined): ExifCache {
  const filed = (ref: ObjectRef): ObjectRef => ({ ...ref, bucket: nameOf(ref.bucketId) ?? ref.bucket });
  return {
    name: store.name,
    get: async (ref, signal) => {
      const { entry, version } = await store.get(filed(ref), signal);
      return { entry: entry === null ? null : withRef(entry, ref), version };
    },
    put: (entry, over, signal) => store.put(withRef(entry, filed(entry.ref)), over, signal),
  };
}

function withRef(entry: CacheEntry, ref: ObjectRef): CacheEntry {
  return { ...entry, ref };
}
