import { memoryCache } from '../../../lib/cache/memory';
import type { CacheEntry, TagEntry } from '../../../lib/types';
import { type OrderedCache, ordered } from '../../../testing/fakes/ordered-cache';
import { soon } from '../bucket/contract';
import { goneEntry, orderOf, recordEntry, recordOf, refTo } from './entries';

const some = orderOf('0a', 1);
const KiB = 1024;

/** An entry whose text is a little over `length` characters. */
function entryOf(key: string, length: number): CacheEntry {
  return goneEntry(refTo(key), some, 'x'.repeat(length));
}

async function heldOf(cache: OrderedCache, keys: readonly string[]): Promise<string[]> {
  const found = await Promise.all(keys.map((key) => cache.get(refTo(key), soon())));
  return keys.filter((_, at) => found[at] !== null);
}

describe('a cache in memory', () => {
  test('keeps those used last within its bytes', async () => {
    const cache = ordered(memoryCache(8 * KiB));
    for (const key of ['a', 'b', 'c']) expect(await cache.put(entryOf(key, 2 * KiB), soon())).toBe(true);
    expect(await heldOf(cache, ['a', 'b', 'c'])).toEqual(['a', 'b', 'c']);
    await cache.get(refTo('a'), soon());
    await cache.put(entryOf('d', 2 * KiB), soon());
    expect(await heldOf(cache, ['a', 'c', 'd', 'b'])).toEqual(['a', 'c', 'd']);
  });

  test('counts an entry that is replaced once', async () => {
    const cache = ordered(memoryCache(8 * KiB));
    await cache.put(entryOf('a', 2 * KiB), soon());
    for (let round = 0; round < 20; round++) await cache.put(entryOf('b', 2 * KiB + round), soon());
    expect(await heldOf(cache, ['a', 'b'])).toEqual(['a', 'b']);
  });

  test('does not keep an entry of more than all its bytes, nor what that would replace', async () => {
    const cache = ordered(memoryCache(4 * KiB));
    await cache.put(entryOf('a', KiB), soon());
    expect(await cache.put(entryOf('a', 5 * KiB), soon())).toBe(false);
    expect((await cache.get(refTo('a'), soon()))?.revision).toBe('');
  });

  test('holds many small ones in bounds', async () => {
    const cache = ordered(memoryCache(64 * KiB));
    const keys = Array.from({ length: 1000 }, (_, at) => `k${at}`);
    for (const key of keys) await cache.put(entryOf(key, 10), soon());
    const held = await heldOf(cache, keys);
    expect(held.length).toBeGreaterThan(50);
    expect(held.length).toBeLessThan(200);
    expect(held.at(-1)).toBe('k999');
  });

  test('nobody else can change its content', async () => {
    const cache = ordered(memoryCache(64 * KiB));
    const value = Uint8Array.of(65, 66, 0);
    const tag: TagEntry = { ifd: 'IFD0', tag: 0x10f, type: 2, count: 3, offset: 0, value };
    const entry = recordEntry(refTo('a'), some);
    const kept: CacheEntry = { ...entry, content: { kind: 'record', record: recordOf([tag]) } };
    await cache.put(kept, soon());
    value[0] = 90;
    const first = await cache.get(entry.ref, soon());
    expect(first).not.toEqual(kept);
    if (first?.content.kind === 'record') (first.content.record.document?.entries[0]?.value as Uint8Array)[1] = 90;
    const second = await cache.get(entry.ref, soon());
    expect(second?.content).toMatchObject({ record: { document: { entries: [{ value: Uint8Array.of(65, 66, 0) }] } } });
  });
});
