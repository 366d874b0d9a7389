// What is removed from which place, with which order, and what the end says.
import { type Forget, forgetAll, type Target } from '../../../bin/forget/engine';
import type { ClosedPlace, Held, NotifiedPlace, OpenPlace, Place } from '../../../bin/forget/place';
import { endOf, summary } from '../../../bin/forget/summary';
import { ProblemError } from '../../../lib/problem';

const now = 1_000;
const bucket = { bucketId: 'test', bucket: 'photos' };

/** A place in memory: the order of each key; negative = a mark. Each key of `busy` is changed by another writer so often. */
function placeWith(states: Record<string, number>, busy: Record<string, number> = {}) {
  const place: OpenPlace = {
    kind: 'open',
    name: `of ${Object.keys(states)}`,
    async look({ key }): Promise<Held> {
      const order = states[key] ?? 0;
      return { order: Math.abs(order), hasData: order > 0, token: order };
    },
    async remove({ key }, held, order) {
      if ((busy[key] ?? 0) > 0) {
        busy[key] = (busy[key] ?? 0) - 1;
        states[key] = (states[key] ?? 0) + 7;
      }
      if (states[key] !== held.token) return false;
      states[key] = -order;
      return true;
    },
    async *find(prefix) {
      yield* Object.keys(states).filter((key) => key.startsWith(prefix));
    },
    cost: async () => null,
  };
  return { place, states };
}

const closed: ClosedPlace = { kind: 'closed', name: 'sns:x', reason: 'it is closed' };

async function forget(targets: readonly Target[], places: readonly Place[], more: Partial<Forget> = {}) {
  const notes: string[] = [];
  const stop = new AbortController().signal;
  const base = { places, bucket, dryRun: false, stop, note: (line: string) => void notes.push(line), now: () => now };
  const end = await forgetAll(targets, { ...base, onKey: () => undefined, ...more });
  return { ...end, notes, of: (place: Place) => end.counts.get(place) };
}

const one: readonly Target[] = [{ kind: 'key', text: 'a' }];
const all: readonly Target[] = [{ kind: 'prefix', text: '' }];

test('each place gets an order greater than that of every place, and not less than the time', async () => {
  const [cache, table] = [placeWith({ a: 5 }), placeWith({ a: 2_000 })];
  await forget(one, [cache.place, table.place]);
  expect([cache.states, table.states]).toEqual([{ a: -2_001 }, { a: -2_001 }]);
  const fresh = placeWith({ a: 5 });
  await forget(one, [fresh.place]);
  expect(fresh.states).toEqual({ a: -now });
});

test('where nothing is, nothing is written', async () => {
  const [cache, table] = [placeWith({}), placeWith({ a: -3 })];
  const { of, ...end } = await forget(one, [cache.place, table.place]);
  expect([cache.states, table.states]).toEqual([{}, { a: -3 }]);
  expect(of(cache.place)).toEqual({ removed: 0, absent: 1, sent: 0, failed: 0 });
  expect(summary(end, { dryRun: false, one: true })).toMatch(/^Nothing to forget:\n {2}of {4}nothing there\n/);
});

test('a writer at the same time: it is looked up again, and the order grows', async () => {
  const [cache, table] = [placeWith({ a: 5_000 }, { a: 2 }), placeWith({ a: 1 })];
  const { of } = await forget(one, [cache.place, table.place]);
  expect(of(cache.place)).toMatchObject({ removed: 1, failed: 0 });
  expect([cache.states, table.states]).toEqual([{ a: -5_015 }, { a: -5_015 }]);
});

test('the cache is the first, also when its look-up takes longer: the table gets the order of the cache', async () => {
  const [cache, table] = [placeWith({ a: 5_000 }, { a: 2 }), placeWith({ a: 1 })];
  const slow: OpenPlace = {
    ...cache.place,
    look: async (ref, signal) => {
      await new Promise(setImmediate);
      return cache.place.look(ref, signal);
    },
  };
  await forget(one, [slow, table.place]);
  expect([cache.states, table.states]).toEqual([{ a: -5_015 }, { a: -5_015 }]);
});

test('a writer that never ends is a failure of this place only', async () => {
  const [cache, table] = [placeWith({ a: 1 }, { a: 100 }), placeWith({ a: 1 })];
  const { of, notes, ...end } = await forget(one, [cache.place, table.place]);
  expect([of(cache.place), of(table.place)]).toMatchObject([{ failed: 1 }, { removed: 1 }]);
  expect(notes).toEqual([expect.stringMatching(/^of a: other writers replaced it during each of/)]);
  expect(endOf(end)).toEqual({ failed: true, isOpen: false });
});

test('a prefix: the keys of all places, each of them once', async () => {
  const keys = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`a/${at}`, 1]));
  const [cache, table] = [placeWith({ ...keys, b: 1 }), placeWith({ 'a/1': 2, 'a/gone': 3, 'a/mark': -3 })];
  let done = 0;
  const target: readonly Target[] = [{ kind: 'prefix', text: 'a/' }];
  const { of, keys: count } = await forget(target, [cache.place, table.place], { onKey: () => done++ });
  expect([count, done]).toEqual([102, 102]);
  expect(cache.states['b']).toBe(1);
  expect(Object.values({ ...cache.states, b: -1 }).every((state) => state < 0)).toBe(true);
  expect(Object.values(table.states).every((state) => state < 0)).toBe(true);
  expect([of(cache.place), of(table.place)]).toMatchObject([{ removed: 100 }, { removed: 2 }]);
});

test('a dry run changes nothing, and counts the same', async () => {
  const cache = placeWith({ a: 1, b: -1 });
  const sent: string[] = [];
  const { of, ...end } = await forget(all, [cache.place, notified(sent), closed], { dryRun: true });
  expect(cache.states).toEqual({ a: 1, b: -1 });
  expect(of(cache.place)).toMatchObject({ removed: 1, absent: 1 });
  expect(sent).toEqual([]);
  expect(summary(end, { dryRun: true, one: false })).toBe(
    '2 objects found; nothing was changed:\n' +
      '  of a,b  1 would be removed\n' +
      '  events  2 would be sent "removed"\n' +
      '  sns:x   not possible: it is closed\n',
  );
});

function notified(sent: string[]): NotifiedPlace {
  return {
    kind: 'notified',
    name: 'events',
    notify: async ({ key }, order) => void sent.push(`${key} ${order}`),
  };
}

test('receivers get the order of the removal, also when no place has anything of the key', async () => {
  const sent: string[] = [];
  const { of, ...end } = await forget(one, [placeWith({ a: 3_000 }).place, notified(sent)]);
  await forget(one, [notified(sent)]);
  expect(sent).toEqual(['a 3001', 'a 1000']);
  expect(summary(end, { dryRun: false, one: true })).toContain('  events  sent "removed"; what it has is with its');
  expect(endOf(end)).toEqual({ failed: false, isOpen: false });
});

test('a place that cannot be listed or read is a failure, and the others are done', async () => {
  const table = placeWith({ a: 1 });
  const fault = new ProblemError('CacheFault', 'Cannot list');
  const broken: OpenPlace = {
    ...placeWith({}).place,
    look: () => Promise.reject(fault),
    // biome-ignore lint/correctness/useYield: it fails before the first key
    async *find() {
      throw fault;
    },
  };
  const { of, notes } = await forget(all, [broken, table.place]);
  expect([of(broken), of(table.place)]).toMatchObject([{ failed: 2 }, { removed: 1 }]);
  expect(notes).toEqual(['of : Cannot list', 'of : Cannot list']);
  await expect(forget(one, [{ ...broken, look: () => Promise.reject(new TypeError('a bug')) }])).rejects.toThrow(
    'a bug',
  );
});

test('after a stop no further key is started, and what was begun is finished', async () => {
  const stop = new AbortController();
  const cache = placeWith(Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`${at}`, 1])));
  const { keys } = await forget(all, [cache.place], { stop: stop.signal, onKey: () => stop.abort() });
  expect(keys).toBeLessThan(50);
  expect(Object.values(cache.states).filter((state) => state < 0)).toHaveLength(keys);
});
