// A cache as a place that forgets. An entry is not deleted: it is replaced by one without content, which no deployment answers.

import { type CacheLocation, openCache } from '../../lib/cache';
import { cacheBucket } from '../../lib/cache/envelope';
import { entriesInBucket, entriesInFolder } from '../../lib/cache/find-entries';
import { maxTries } from '../../lib/limits';
import { lookUp, unreadEntry } from '../../lib/read/entry';
import { listedBucket } from '../../lib/s3/list';
import { type ObjectTable, objectTable } from '../../lib/s3/object-table';
import type { ExifCache, Lookup } from '../../lib/types';
import type { Config } from '../../service/config/config';
import { annotationPlace } from './annotation-place';
import type { OpenPlace, OwnBucket, Place } from './place';
import { scanCost } from './scan-cost';

/** The place of the cache at `location`. `text` is the location as it was given. */
export function cachePlace(location: CacheLocation, text: string, config: Config, bucket: OwnBucket): Place {
  const name = `cache ${text.replace(/\?.*$/s, '')}`;
  if (location.kind === 'memory' || location.kind === 'none')
    return { kind: 'closed', name, reason: 'it is in the memory of other processes, and ends with them' };
  if (location.kind === 'annotation') {
    const images = config.fallback?.location;
    if (images?.kind === 's3') return annotationPlace(location, images, config);
    return { kind: 'closed', name, reason: 'only objects in S3 have annotations' };
  }
  const { env, region, limits } = config;
  const entries = entryPlace(name, openCache(location, { env, region, limits, maxTries }));
  if (location.kind === 'dynamodb') {
    const table = objectTable(location, region, env);
    return { ...entries, ...inTable(name, table, bucket) };
  }
  if (location.kind === 'directory')
    return { ...entries, find: (prefix, signal) => entriesInFolder(location.path, { bucket, prefix, signal }) };
  const listed = listedBucket(location, region, env);
  return {
    ...entries,
    find: (prefix, signal) => entriesInBucket(listed, location.prefix, { bucket, prefix, signal }),
  };
}

/**
 * Forgets by a compare-and-put of an entry without content. It keeps the order of the entry before it, and has a greater
 * generation. So:
 *   - A request that read the object before this cannot put its entry any more: its put is over a version that is gone.
 *   - A late event of a removal cannot mark an object as gone that exists: its sequencer is compared with the one that was kept.
 *   - With `trust` the next request reads the object: the revision of the entry is that of no deployment.
 *   - A sink never gets a state with a smaller order than before.
 * Deleting the entry would lose the order. Where nothing is, nothing is put.
 */
export function entryPlace(name: string, store: ExifCache): Omit<OpenPlace, 'find'> {
  return {
    kind: 'open',
    name,
    async look(ref, signal) {
      const found = await lookUp(ref, store, signal);
      const { entry, version } = found;
      // Without an entry, what is stored is damaged, or of another format: it may have anything.
      const hasData = version !== null && (entry === null || entry.content.kind !== 'gone');
      return { order: entry?.generation ?? 0, hasData, token: found };
    },
    async remove(ref, { token }, order, signal) {
      const { entry: held, version } = token as Lookup;
      const mark = unreadEntry({ ref, revision: '', held, sequencer: null, generation: order });
      return (await store.put(mark, version, signal)) !== 'conflict';
    },
    cost: async () => null,
  };
}

/** Finds the entries in a table by their partition key. */
function inTable(name: string, table: ObjectTable, bucket: OwnBucket): Pick<OpenPlace, 'find' | 'cost'> {
  const start = `${cacheBucket(bucket)}/`;
  return {
    async *find(prefix, signal) {
      for await (const object of table.find(start + prefix, {}, signal)) yield object.slice(start.length);
    },
    cost: (signal) => scanCost(name, table, signal),
  };
}
