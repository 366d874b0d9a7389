// Counting up in a cache, also as a process of its own: `node count-up.js <folder> <key> <times>` prints what it counted.
import { directoryCache } from '../../../lib/cache/directory';
import type { ExifCache, ObjectRef } from '../../../lib/types';
import { goneEntry, orderOf, refTo } from './entries';

/**
 * Adds 1 to the number in an entry's revision, until `times` puts were kept; the numbers of those. Two writers that both keep
 * the same number have replaced the same version.
 */
export async function countUp(cache: ExifCache, ref: ObjectRef, times: number): Promise<number[]> {
  const kept: number[] = [];
  while (kept.length < times) {
    const signal = AbortSignal.timeout(60_000);
    const { entry, version } = await cache.get(ref, signal);
    const next = Number(entry?.revision ?? 0) + 1;
    const result = await cache.put(goneEntry(ref, orderOf(null, null), String(next)), version, signal);
    if (result === 'kept') kept.push(next);
  }
  return kept;
}

const [, , root, key, times] = process.argv;
if (process.env['COUNT_UP'] === '1' && root !== undefined && key !== undefined) {
  countUp(directoryCache(root), refTo(key), Number(times)).then(
    (kept) => process.stdout.write(JSON.stringify(kept)),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exitCode = 1;
    },
  );
}
