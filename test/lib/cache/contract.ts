// What every cache does alike. Run it over each implementation; see index.ts of lib/cache.
import { maxEntryBytes } from '../../../lib/cache/envelope';
import { supersedes } from '../../../lib/cache/order';
import { ProblemError } from '../../../lib/problem';
import type { CacheEntry, ExifCache, ObjectRef } from '../../../lib/types';
import { ordered } from '../../../testing/fakes/ordered-cache';
import { oddKeys, problemOf, soon } from '../bucket/contract';
import { countUp } from './count-up';
import { faultEntry, goneEntry, orderOf, recordEntry, refTo } from './entries';

/** A store under test. `edit` changes the stored bytes of an object's entry; null where nobody else can. */
export type CacheStore = Readonly<{
  cache: ExifCache;
  edit: ((ref: ObjectRef, change: (bytes: Uint8Array) => Uint8Array) => Promise<void>) | null;
  /** A cache whose store cannot be reached; null where there is no way to. */
  unreachable: ExifCache | null;
  close(): Promise<void>;
}>;

const some = orderOf('0a', 100);

export function cacheContract(name: string, open: () => Promise<CacheStore>): void {
  describe(`the contract of a cache: ${name}`, () => {
    let store: CacheStore;
    beforeAll(async () => {
      store = await open();
    }, 150_000);
    afterAll(() => store?.close());

    const get = (ref: ObjectRef) => ordered(store.cache).get(ref, soon());
    const put = (entry: CacheEntry) => ordered(store.cache).put(entry, soon());

    test('an entry that was never put is absent', async () => {
      expect(await get(refTo('absent'))).toBeNull();
    });

    test.each([recordEntry, faultEntry, goneEntry])('%p is found as it was put', async (entryOf) => {
      const entry = entryOf(refTo(`put/${entryOf.name}`), some);
      expect(await put(entry)).toBe(true);
      expect(await get(entry.ref)).toStrictEqual(entry);
    });

    test('it is found for that object under any id of the bucket, and not for another object', async () => {
      const entry = recordEntry(refTo('mine'), some);
      await put(entry);
      const ref = { ...entry.ref, bucketId: 'other' };
      expect(await get(ref)).toMatchObject({ ref, content: { kind: 'record' } });
      for (const other of [refTo('mine', 'images'), refTo('Mine'), refTo('mine.json'), refTo('mine/')]) {
        expect(await get(other)).toBeNull();
      }
    });

    test('buckets with the same name, but different names in the cache, do not share entries', async () => {
      const own = { ...refTo('two', 'photos'), bucketId: './x/photos', cacheName: 'photos~1' };
      const other = { ...refTo('two', 'photos'), bucketId: './y/photos', cacheName: 'photos~2' };
      const entry = recordEntry(own, some);
      expect(await put(entry)).toBe(true);
      expect(await get(own)).toStrictEqual(entry);
      expect(await get(other)).toBeNull();
      expect(await get(refTo('two', 'photos'))).toBeNull();
    });

    const all = [null, '5', '6'].flatMap((sequencer) => [null, 100, 200].map((second) => orderOf(sequencer, second)));
    const orders = [...all, orderOf('50', 100)];
    const pairs = orders.flatMap((held) => orders.map((candidate) => ({ held, candidate })));
    test('of two entries the one stays that lib/cache/order.ts says', async () => {
      const outcomes = await inBatches(pairs, async ({ held, candidate }, at) => {
        const ref = refTo(`pair/${at}`);
        await put(goneEntry(ref, held, 'held'));
        const kept = await put(goneEntry(ref, candidate, 'candidate'));
        return { held, candidate, kept, found: (await get(ref))?.revision };
      });
      expect(outcomes).toEqual(
        pairs.map(({ held, candidate }) => {
          const stays = supersedes({ order: held }, { order: candidate });
          return { held, candidate, kept: !stays, found: stays ? 'held' : 'candidate' };
        }),
      );
    }, 120_000);

    const history = ['01', '02', '0201', '03', 'ff'];
    test('entries put at once, as often as it takes, end with the last of their history', async () => {
      for (const [index, sequencers] of [history, [...history].reverse(), shuffled(history)].entries()) {
        const ref = refTo(`at once/${index}`);
        const offers = sequencers.map((text, at) => recordEntry(ref, orderOf(text, at), text));
        await Promise.all(offers.map((entry) => untilAnswered(store.cache, entry)));
        expect((await get(ref))?.revision).toBe('ff');
      }
    }, 60_000);

    test('an entry that is too long for any store is not kept', async () => {
      const at = (sequencer: string, revision: string) => recordEntry(refTo('long'), orderOf(sequencer, 1), revision);
      await put(at('01', 'before'));
      expect(await put(at('02', 'm'.repeat(maxEntryBytes)))).toBe(false);
      // Nor is the version before it, which would be taken for the latest.
      expect((await get(refTo('long')))?.revision).toBe('');
      expect(await put(at('01', 'before'))).toBe(false);
      expect(await put(at('03', 'after'))).toBe(true);
      expect((await get(refTo('long')))?.revision).toBe('after');
    });

    test('each key is its own object', async () => {
      const keys = [...oddKeys, 'a', 'a.json', '~a', '..', '../../../photos/a', 'a/../../b', ' ', ' '.repeat(30)];
      const kept = await inBatches(keys, (key) => put(goneEntry(refTo(key), some, key.slice(0, 64))));
      expect(kept.every(Boolean)).toBe(true);
      const found = await inBatches(keys, async (key) => (await get(refTo(key)))?.revision);
      expect(found).toEqual(keys.map((key) => key.slice(0, 64)));
    }, 120_000);

    test('half of a surrogate pair is never taken for another object', async () => {
      for (const key of ['\ud800', '\udfff', '\ufffd']) {
        await put(goneEntry(refTo(key), some, 'half'));
        for (const other of ['\ud800', '\udfff', '\ufffd']) {
          if (other !== key) expect((await get(refTo(other)))?.ref.key ?? other).toBe(other);
        }
      }
    });

    describe('a put replaces only the version that was looked up', () => {
      const look = (ref: ObjectRef) => store.cache.get(ref, soon());
      const putOver = (entry: CacheEntry, over: string | null) => store.cache.put(entry, over, soon());
      const entryBy = (ref: ObjectRef, revision: string) => goneEntry(ref, orderOf(null, null), revision);

      test('nothing, once', async () => {
        const ref = refTo('cas/nothing');
        expect(await look(ref)).toEqual({ entry: null, version: null });
        expect(await putOver(entryBy(ref, 'first'), null)).toBe('kept');
        expect(await putOver(entryBy(ref, 'second'), null)).toBe('conflict');
        expect((await look(ref)).entry?.revision).toBe('first');
      });

      test('an entry, once, whatever the order of the two', async () => {
        const ref = refTo('cas/entry');
        await putOver(recordEntry(ref, orderOf('ff', 900)), null);
        const { version } = await look(ref);
        expect(version).not.toBeNull();
        expect(await putOver(recordEntry(ref, orderOf('01', 1), 'second'), version)).toBe('kept');
        expect(await putOver(recordEntry(ref, orderOf('fff', 999), 'third'), version)).toBe('conflict');
        expect(await look(ref)).toMatchObject({ entry: { revision: 'second', order: orderOf('01', 1) } });
      });

      test('a look-up changes nothing, and an entry that comes back is another version', async () => {
        const ref = refTo('cas/again');
        const entry = recordEntry(ref, orderOf('0a', 1));
        await putOver(entry, null);
        const first = await look(ref);
        expect(await look(ref)).toEqual(first);
        expect(await putOver(goneEntry(ref, orderOf('0b', 2)), first.version)).toBe('kept');
        expect(await putOver(entry, (await look(ref)).version)).toBe('kept');
        expect((await look(ref)).entry).toEqual(entry);
        expect(await putOver(goneEntry(ref, orderOf('0c', 3)), first.version)).toBe('conflict');
        expect((await look(ref)).entry).toEqual(entry);
      });

      test('an equal entry makes another version too', async () => {
        const ref = refTo('cas/equal');
        const entry = recordEntry(ref, orderOf('0a', 1));
        await putOver(entry, null);
        const { version } = await look(ref);
        expect(await putOver(entry, version)).toBe('kept');
        expect(await putOver(entry, version)).toBe('conflict');
      });

      test('one that is not held any more, or never was, is a conflict', async () => {
        const [ref, other] = [refTo('cas/here'), refTo('cas/there')];
        await putOver(entryBy(other, 'other'), null);
        const { version } = await look(other);
        expect(await putOver(entryBy(ref, 'one'), version)).toBe('conflict');
        expect(await look(ref)).toEqual({ entry: null, version: null });
      });

      test('an entry that is too long takes the place of what was held, and is a version', async () => {
        const ref = refTo('cas/long');
        await putOver(entryBy(ref, 'before'), null);
        const { version } = await look(ref);
        const long = recordEntry(ref, some, 'm'.repeat(maxEntryBytes));
        expect(await putOver(long, version)).toBe('not-stored');
        expect(await putOver(entryBy(ref, 'late'), version)).toBe('conflict');
        expect(await putOver(entryBy(ref, 'after'), (await look(ref)).version)).toBe('kept');
      });

      test.each(['empty', 'damaged'])('what is %s has a version', async (what) => {
        if (store.edit === null) return;
        const ref = refTo(`cas/${what}`);
        await putOver(entryBy(ref, 'before'), null);
        await store.edit(ref, (bytes) => (what === 'empty' ? new Uint8Array(0) : bytes.slice(1)));
        const { entry, version } = await look(ref);
        expect([entry, version === null]).toEqual([null, false]);
        expect(await putOver(entryBy(ref, 'blind'), null)).toBe('conflict');
        expect(await putOver(entryBy(ref, 'after'), version)).toBe('kept');
        expect(await putOver(entryBy(ref, 'late'), version)).toBe('conflict');
      });

      test('of writers at once exactly one is kept', async () => {
        const ref = refTo('cas/race');
        let version: string | null = null;
        for (let round = 0; round < 5; round++) {
          const makers = Array.from({ length: 6 }, (_, at) => `${round}-${at}`);
          const results = await Promise.all(makers.map((revision) => putOver(entryBy(ref, revision), version)));
          expect(results.filter((result) => result === 'kept')).toHaveLength(1);
          expect(results.filter((result) => result === 'conflict')).toHaveLength(5);
          const held = await look(ref);
          expect(held.entry?.revision).toBe(makers[results.indexOf('kept')]);
          version = held.version;
        }
      }, 60_000);

      test('writers that count up together lose no count', async () => {
        const ref = refTo('cas/count');
        const kept = (await Promise.all(Array.from({ length: 4 }, () => countUp(store.cache, ref, 10)))).flat();
        expect(new Set(kept).size).toBe(40);
        expect((await look(ref)).entry?.revision).toBe(String(Math.max(...kept)));
      }, 120_000);
    });

    const cut = (bytes: Uint8Array) => bytes.slice(0, -1);
    const spoilt: readonly (readonly [string, (bytes: Uint8Array) => Uint8Array])[] = [
      ['cut by a byte', cut],
      ['cut in the middle', (bytes) => bytes.slice(0, bytes.length / 2)],
      ['empty', () => new Uint8Array(0)],
      ['of zeros', (bytes) => new Uint8Array(bytes.length)],
      ['with another digit', (bytes) => bytes.map((byte, at) => (at === bytes.length - 40 ? byte ^ 1 : byte))],
      ['of another format', (bytes) => bytes.map((byte, at) => (at === 10 ? 0x39 : byte))],
      ['too long', () => new Uint8Array(300 * 1024).fill(0x20)],
      ['with more behind it', (bytes) => Uint8Array.of(...bytes, 0x20)],
    ];
    test.each(spoilt)('what is %s is as if absent, and is replaced', async (what, change) => {
      if (store.edit === null) return;
      const ref = refTo(`spoilt/${what}`);
      await put(recordEntry(ref, orderOf('ff', 900)));
      await store.edit(ref, change);
      expect(await get(ref)).toBeNull();
      const earlier = goneEntry(ref, orderOf('01', 10));
      expect(await put(earlier)).toBe(true);
      expect(await get(ref)).toStrictEqual(earlier);
    });

    test('what is another object’s is as if absent', async () => {
      if (store.edit === null) return;
      const [mine, other] = [refTo('swap/mine'), refTo('swap/other')];
      await put(recordEntry(mine, some));
      await put(recordEntry(other, some));
      let bytes = new Uint8Array(0);
      await store.edit(other, (held) => {
        bytes = new Uint8Array(held);
        return held;
      });
      await store.edit(mine, () => bytes);
      expect(await get(mine)).toBeNull();
      expect(await get(other)).not.toBeNull();
    });

    test('a store that cannot be reached is CacheFault', async () => {
      const { unreachable } = store;
      if (unreachable === null) return;
      expect(await problemOf(unreachable.get(refTo('a'), soon()))).toBe('CacheFault');
      expect(await problemOf(unreachable.put(recordEntry(refTo('a'), some), null, soon()))).toBe('CacheFault');
    }, 15_000);

    test('time that is over is CacheFault, at once', async () => {
      expect(await problemOf(store.cache.get(refTo('a'), AbortSignal.abort()))).toBe('CacheFault');
      expect(await problemOf(store.cache.put(recordEntry(refTo('never'), some), null, AbortSignal.abort()))).toBe(
        'CacheFault',
      );
      expect(await get(refTo('never'))).toBeNull();
    });
  });
}

/** A platform offers an event again when its job failed. */
async function untilAnswered(cache: ExifCache, entry: CacheEntry): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    try {
      await ordered(cache).put(entry, soon());
      return;
    } catch (error) {
      if (!(error instanceof ProblemError && error.code === 'CacheFault')) throw error;
    }
  }
  throw new Error('put failed again and again');
}

async function inBatches<In, Out>(list: readonly In[], work: (one: In, at: number) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = [];
  for (let at = 0; at < list.length; at += 8) {
    results.push(...(await Promise.all(list.slice(at, at + 8).map((one, index) => work(one, at + index)))));
  }
  return results;
}

function shuffled<T>(list: readonly T[]): T[] {
  const rest = [...list];
  return list.flatMap(() => rest.splice(Math.floor(Math.random() * rest.length), 1));
}

/** Every order of the given entries. */
export function permutations<T>(list: readonly T[]): T[][] {
  if (list.length <= 1) return [[...list]];
  return list.flatMap((first, at) =>
    permutations([...list.slice(0, at), ...list.slice(at + 1)]).map((rest) => [first, ...rest]),
  );
}
