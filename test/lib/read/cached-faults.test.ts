// Reading through a cache that other writers change, that fails, or that has wrong entries: the answer does not show it.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { directoryCache } from '../../../lib/cache/directory';
import { readCached } from '../../../lib/read/cached';
import { newTrace } from '../../../lib/read/trace';
import type { Bucket, CacheEntry, ExifCache } from '../../../lib/types';
import { problemOf } from '../../../testing/compare/problem';
import { anyRef, countingBucket } from '../../../testing/fakes/counting-bucket';
import { spyCache } from '../../../testing/fakes/spy-cache';
import { depsOf, entryFor, read, tagsOfImage, v1, v2, type World, world } from './cache-world';

describe('an entry that comes while the object is read', () => {
  /** A bucket that lets another writer put before the last byte is there. */
  async function readBeside(freshness: 'verify' | 'trust', held: boolean) {
    const made = world(v1, { freshness });
    if (held) await made.spy.store.put(await entryFor(made), AbortSignal.timeout(1000));
    const later: CacheEntry = {
      ref: anyRef,
      revision: 'm1',
      order: { lastModified: null, sequencer: null },
      generation: 1,
      content: { kind: 'gone' },
    };
    made.now = v2;
    const { fetch } = made.counting.bucket;
    const bucket: Bucket = {
      async fetch(...asked) {
        const fetched = await fetch(...asked);
        const signal = AbortSignal.timeout(1000);
        const { version } = await made.raw.get(anyRef, signal);
        expect(await made.raw.put(later, version, signal)).toBe('kept');
        return fetched;
      },
    };
    // Under trust an entry of another revision is read again.
    const cache = { ...made.spy.cache, revision: held && freshness === 'trust' ? 'm2' : 'm1' };
    return { made, answer: await read(made, { bucket, cache }), later };
  }

  test.each([
    ['verify', false],
    ['verify', true],
    ['trust', false],
    ['trust', true],
  ] as const)('stays, and the answer is what was read: %s, over an entry %p', async (freshness, held) => {
    const { made, answer, later } = await readBeside(freshness, held);
    expect(answer).toMatchObject({ code: 'OK', tags: 1, requests: 1 });
    expect(answer.trace.cacheProblem).toBeNull();
    expect(await made.spy.store.get(anyRef, AbortSignal.timeout(1000))).toEqual(later);
    expect(made.spy.puts).toHaveLength(1);
  });

  test('nothing is put after a look-up that failed', async () => {
    const made = world(v1);
    made.spy.failing.get = 'fault';
    expect(await read(made)).toMatchObject({ cache: 'miss', code: 'OK' });
    expect(made.spy.puts).toEqual([]);
  });
});

describe('a cache that breaks', () => {
  test.each(['fault', 'bug'] as const)('does not fail a request: %s', async (failure) => {
    const made = world(v1);
    await read(made);
    made.spy.failing.get = failure;
    made.spy.failing.put = failure;
    const broken = await read(made);
    expect(broken).toMatchObject({ cache: 'miss', code: 'OK', tags: tagsOfImage, requests: 1, bytes: 65_536 });
    expect(broken.trace.cacheProblem).toBeInstanceOf(Error);
  });

  test('that hangs costs no answer', async () => {
    const made = world(v1);
    made.spy.failing.get = 'hang';
    made.spy.failing.put = 'hang';
    const hung = await read(made);
    expect(hung).toMatchObject({ cache: 'miss', code: 'OK', tags: tagsOfImage });
    expect(hung.trace.cacheProblem).toMatchObject({ code: 'CacheFault' });
  });

  test('takes no more than the time of the request', async () => {
    const made = world(v1);
    made.spy.failing.get = 'hang';
    const deps = { ...depsOf(made), cache: made.spy.cache, now: () => new Date(0) };
    const request = { ref: anyRef, deps, trace: newTrace(), isKnown: () => false, signal: AbortSignal.timeout(50) };
    expect(await problemOf(() => readCached(request))).toBe('Timeout');
  });
});

describe('what is held and unsound', () => {
  async function readWith(change: (entry: CacheEntry) => CacheEntry, freshness: 'verify' | 'trust') {
    const made = world(v1, { freshness });
    const entry = change(await entryFor(made));
    const store: ExifCache = {
      name: 'forged',
      get: async () => ({ entry, version: 'v' }),
      put: async () => 'kept',
    };
    return read({ ...made, spy: { ...made.spy, cache: { ...made.spy.cache, store } } });
  }

  test.each(['verify', 'trust'] as const)('is treated as missing: %s', async (freshness) => {
    const changes: readonly ((entry: CacheEntry) => CacheEntry)[] = [
      (entry) => ({ ...entry, ref: { ...anyRef, key: 'b.jpg' } }),
      (entry) => ({ ...entry, ref: { ...anyRef, bucket: 'other' } }),
      (entry) => ({ ...entry, ref: { ...anyRef, bucketId: 'other' } }),
      ...['OK', 'NoSuchKey', 'AccessDenied', 'BudgetExceeded', 'constructor', ''].map(
        (code) => (entry: CacheEntry) =>
          ({
            ...entry,
            content: { kind: 'fault', code, stat: { size: 1, etag: '"v1"', lastModified: null } },
          }) as const,
      ),
    ];
    for (const change of changes) {
      expect(await readWith(change, freshness)).toMatchObject({ cache: 'miss', code: 'OK', tags: tagsOfImage });
    }
  });
});

describe('a stored entry that was tampered with', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'exif-cache-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  async function files(): Promise<string[]> {
    const found = await readdir(root, { recursive: true, withFileTypes: true });
    return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  }

  test.each(['verify', 'trust'] as const)('is read anew, and put right: %s', async (freshness) => {
    const counting = countingBucket(() => v1);
    const raw = directoryCache(root);
    const made: World = { now: v1, counting, spy: spyCache({ freshness }, raw), raw };
    const first = await read(made);
    const theFile = async (): Promise<string> => {
      const [path, ...more] = await files();
      if (path === undefined || more.length > 0) throw new Error('one file holds the entry');
      return path;
    };
    const whole = await readFile(await theFile(), 'utf8');
    const cut = (at: number) => whole.slice(0, at);
    const flipped = Array.from({ length: 40 }, (_, n) => Math.floor((n * whole.length) / 40)).map(
      (at) => `${cut(at)}${whole[at] === '1' ? '2' : '1'}${whole.slice(at + 1)}`,
    );
    const texts = ['', '{}', 'null', cut(10), cut(200), cut(-1), `${whole} `, whole.replace('v1', 'v9'), ...flipped];
    for (const text of [...texts, whole.replaceAll('a.jpg', 'b.jpg'), whole.replaceAll('m1', 'm2')]) {
      await writeFile(await theFile(), text);
      const again = await read(made);
      expect({ cache: again.cache, bytes: again.bytes, read: again.read }).toEqual({
        cache: 'miss',
        bytes: 65_536,
        read: first.read,
      });
      expect(await readFile(await theFile(), 'utf8')).toBe(whole);
    }
    expect(await read(made)).toMatchObject({ cache: 'hit', bytes: 0 });
  });
});
