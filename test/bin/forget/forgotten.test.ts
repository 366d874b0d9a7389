// What the service answers after an entry of its cache was forgotten, and what late readers and late events do to it.
import { entryPlace } from '../../../bin/forget/cache-place';
import { memoryCache } from '../../../lib/cache/memory';
import { runJob } from '../../../lib/job';
import { unreadEntry } from '../../../lib/read/entry';
import type { ExifCache } from '../../../lib/types';
import { anyRef } from '../../../testing/fakes/counting-bucket';
import { ordered } from '../../../testing/fakes/ordered-cache';
import { run as answered, job } from '../../lib/job-world';
import { orderOf, run, v1, v2, type World, world } from '../../lib/read/warm-world';

const signal = AbortSignal.timeout(60_000);

async function forgotten({ raw }: World, order = 5_000): Promise<void> {
  const place = entryPlace('cache', raw);
  const held = await place.look(anyRef, signal);
  expect(held.hasData).toBe(true);
  await expect(place.remove(anyRef, held, order, signal)).resolves.toBe(true);
  expect(await place.look(anyRef, signal)).toMatchObject({ hasData: false, order });
}

/** The status of an answer, and whether the object was read for it. */
async function answer({ deps, counting }: World): Promise<Readonly<{ status: number; reads: number }>> {
  const before = counting.requests.length;
  const routes = { hosts: new Map(), fallback: { bucketId: 'test', bucket: 'photos' } };
  const said = await answered(runJob(job('/a.jpg'), { ...deps, routes }, null));
  return { status: said.status, reads: counting.requests.length - before };
}

describe.each(['verify', 'trust'] as const)('%s', (freshness) => {
  test('the object is read again: a mark is neither an answer nor NoSuchKey', async () => {
    const all = world(v1, {}, { freshness });
    await run(all, 'warm');
    await forgotten(all);
    expect(JSON.stringify(await all.raw.get(anyRef, signal))).not.toMatch(/record|stat|etag/i);
    expect(await answer(all)).toEqual({ status: 200, reads: 1 });
    expect((await all.raw.get(anyRef, signal)).entry).toMatchObject({ generation: 5_001, content: { kind: 'record' } });
  });

  test('an object that is gone is answered as gone, and its entry stays without content', async () => {
    const all = world(v1, {}, { freshness });
    await run(all, 'warm');
    await forgotten(all);
    all.now = null;
    expect((await answer(all)).status).toBe(404);
    expect((await all.raw.get(anyRef, signal)).entry).toMatchObject({ content: { kind: 'gone' } });
  });
});

test('a reader that looked up before cannot put what it has read', async () => {
  const all = world(v1);
  await run(all, 'warm');
  const late = await all.raw.get(anyRef, signal);
  await forgotten(all);
  if (late.entry === null) throw new Error('nothing was cached');
  await expect(all.raw.put(late.entry, late.version, signal)).resolves.toBe('conflict');
});

test('a late removal does not mark an object as gone that exists', async () => {
  const all = world(v2, {}, { freshness: 'trust' });
  await run(all, 'warm', { order: orderOf('0b') });
  await forgotten(all);
  await run(all, 'forget', { order: orderOf('0a') });
  expect((await all.raw.get(anyRef, signal)).entry).toMatchObject({ content: { kind: 'record' } });
});

test('the next event is later than the removal, for every sink', async () => {
  const all = world(v1);
  await run(all, 'warm', { order: orderOf('0a') });
  await forgotten(all);
  await run(all, 'warm', { order: orderOf('0b') });
  expect((await all.raw.get(anyRef, signal)).entry).toMatchObject({ generation: 5_001 });
});

test('damaged data is removed too; a mark is not replaced', async () => {
  const store = memoryCache(1024 * 1024);
  const damaged: ExifCache = { ...store, get: async (...args) => ({ ...(await store.get(...args)), entry: null }) };
  const all = world(v1);
  await run(all, 'warm');
  const { entry } = await all.raw.get(anyRef, signal);
  if (entry === null) throw new Error('nothing was cached');
  await ordered(store).put(entry, signal);
  const place = entryPlace('cache', damaged);
  const held = await place.look(anyRef, signal);
  expect(held).toMatchObject({ hasData: true, order: 0 });
  expect(await place.remove(anyRef, held, 7, signal)).toBe(true);
  expect((await store.get(anyRef, signal)).entry).toEqual(
    unreadEntry({ ref: anyRef, revision: '', held: null, sequencer: null, generation: 7 }),
  );
});
