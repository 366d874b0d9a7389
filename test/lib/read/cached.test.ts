// Reading through a cache: what each way costs, what is never answered, and that the cache can break without a trace in
// the answer.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { directoryCache } from '../../../lib/cache/directory';
import { memoryCache } from '../../../lib/cache/memory';
import { defaultLimits, type Limits } from '../../../lib/limits';
import { ProblemError } from '../../../lib/problem';
import { type CachedDeps, type CachedRecord, readCached } from '../../../lib/read/cached';
import { entryOf } from '../../../lib/read/entry';
import { newTrace, type Trace } from '../../../lib/read/trace';
import type { Bucket, CacheEntry, CacheUse, ExifCache, ObjectStat } from '../../../lib/types';
import { tiffBytes } from '../../../testing/build/containers';
import { buildJpeg, exifSegment, frameHeader } from '../../../testing/build/jpeg';
import { ascii, buildTiff } from '../../../testing/build/tiff';
import { entriesOf } from '../../../testing/compare/document';
import { problemOf } from '../../../testing/compare/problem';
import { readRecord } from '../../../testing/compare/read';
import { anyRef, type CountingBucket, countingBucket, type Version } from '../../../testing/fakes/counting-bucket';
import { type SpyCache, spyCache } from '../../../testing/fakes/spy-cache';

const image = buildJpeg([exifSegment(tiffBytes), frameHeader(640, 480)], 200_000);
const other = buildJpeg([exifSegment(buildTiff({ fields: [ascii(0x010f, 'Other')] })), frameHeader(64, 48)]);
const text = new TextEncoder().encode('Not an image.\n');
const v1: Version = { bytes: image, etag: '"v1"' };
const v2: Version = { bytes: other, etag: '"v2"' };

/** One object whose version a test sets, behind one cache. */
type World = { now: Version | null; counting: CountingBucket; spy: SpyCache; raw: ExifCache };

function world(now: Version | null, given: Parameters<typeof spyCache>[0] = {}): World {
  const raw = memoryCache(16 * 1024 * 1024);
  const made: World = { now, counting: countingBucket(() => made.now), spy: spyCache(given, raw), raw };
  return made;
}

type Given = Partial<CachedDeps> & Readonly<{ isKnown?: (stat: ObjectStat) => boolean; limits?: Limits }>;

/** What one read came to, and what it cost. */
async function read(
  { counting, spy }: World,
  given: Given = {},
): Promise<
  Readonly<{
    cache: CacheUse | null;
    code: string;
    tags: number;
    requests: number;
    bytes: number;
    read: CachedRecord | null;
    trace: Trace;
  }>
> {
  const deps = {
    bucket: counting.bucket,
    limits: defaultLimits,
    dropGroups: [],
    cache: spy.cache,
    now: () => new Date('2026-11-03T10:20:30.456Z'),
    ...given,
  };
  const trace = newTrace();
  const isKnown = given.isKnown ?? (() => false);
  let code = 'OK';
  const request = { ref: anyRef, deps, trace, isKnown, signal: AbortSignal.timeout(5000) };
  const found = await readCached(request).catch((error: unknown) => {
    if (!(error instanceof ProblemError)) throw error;
    code = error.code;
    return null;
  });
  const document = found?.record?.document ?? null;
  const tags = document === null ? 0 : entriesOf(document).length;
  return { cache: trace.cache, code, tags, ...trace.cost, read: found, trace };
}

const tagsOfImage = 12;

describe.each(['verify', 'trust'] as const)('%s', (freshness) => {
  test('a miss costs what reading costs, and is put', async () => {
    const { counting, spy } = await reader();
    expect(counting.requests).toMatchObject([{ condition: null, answered: 65_536 }]);
    expect(spy.puts).toMatchObject([
      {
        ref: anyRef,
        revision: 'm1',
        order: { lastModified: new Date(0), sequencer: null },
        content: { kind: 'record', record: { stat: { etag: '"v1"' } } },
      },
    ]);
  });

  test('the second read is a hit, and nothing is put again', async () => {
    const made = await reader();
    const second = await read(made);
    expect(second).toMatchObject({ cache: 'hit', code: 'OK', bytes: 0 });
    expect(second.read).toEqual({ stat: expect.objectContaining({ etag: '"v1"' }), record: expect.anything() });
    expect(made.spy.puts).toHaveLength(1);
  });

  test('a hit is the same record', async () => {
    const made = world(v1, { freshness });
    const first = await read(made);
    expect((await read(made)).read).toEqual(first.read);
  });

  test('a version that the caller has is known by a hit too', async () => {
    const made = await reader();
    const known = await read(made, { isKnown: ({ etag }) => etag === '"v1"' });
    expect(known).toMatchObject({ cache: 'hit', read: { stat: { etag: '"v1"' }, record: null } });
  });

  test('an entry of another revision is stale, and replaced', async () => {
    const made = await reader();
    const next = { ...made, spy: { ...made.spy, cache: { ...made.spy.cache, revision: 'm2' } } };
    expect(await read(next)).toMatchObject({ cache: 'stale', requests: 1, bytes: 65_536 });
    expect(made.counting.requests.at(-1)).toMatchObject({ condition: null });
    expect(await read(next)).toMatchObject({ cache: 'hit' });
    expect(await read(made)).toMatchObject({ cache: 'stale' });
  });

  test.each([
    ['no image', text, {}, 'NotAnImage'],
    ['damaged', Uint8Array.of(0xff, 0xd8, 0xff), {}, 'DamagedImage'],
    ['too large', image, { objectBytes: 1000 }, 'ImageTooLarge'],
    ['of too many pixels', image, { pixels: 1000 }, 'TooManyPixels'],
  ] as const)('a fault that lasts is put, and thrown again on a hit: %s', async (_name, bytes, limits, code) => {
    const made = world({ bytes, etag: '"v1"' }, { freshness });
    const given = { limits: { ...defaultLimits, ...limits } };
    expect(await read(made, given)).toMatchObject({ cache: 'miss', code });
    expect(made.spy.puts).toMatchObject([
      { content: { kind: 'fault', code, stat: { etag: '"v1"', size: bytes.length } } },
    ]);
    expect(await read(made, given)).toMatchObject({ cache: 'hit', code, bytes: 0 });
  });

  test('a fault that may pass is not put', async () => {
    for (const code of ['BucketFault', 'AccessDenied', 'BudgetExceeded', 'SlowDown', 'InvalidObjectState'] as const) {
      const made = world(v1, { freshness });
      const bucket = { fetch: () => Promise.reject(new ProblemError(code, 'Cannot read')) };
      expect(await read(made, { bucket })).toMatchObject({ code });
      expect(made.spy.puts).toEqual([]);
    }
  });

  test('asking for what was never there puts nothing', async () => {
    const made = world(null, { freshness });
    expect(await read(made)).toMatchObject({ cache: 'miss', code: 'NoSuchKey', requests: 1 });
    expect(made.spy.puts).toEqual([]);
  });

  test('dropped tags never enter the cache', async () => {
    const made = world(v1, { freshness });
    await read(made, { dropGroups: ['gps'] });
    const shown = JSON.stringify(made.spy.puts);
    expect(shown).toContain('"Exif"');
    expect(shown).not.toContain('"GPS"');
    expect(
      entriesOf(
        (await readRecord(anyRef, depsOf(made), { requests: 0, bytes: 0 }, AbortSignal.timeout(1000))).document ??
          never(),
      ).join(),
    ).toContain('GPS');
  });

  async function reader(): Promise<World> {
    const made = world(v1, { freshness });
    expect(await read(made)).toMatchObject({ cache: 'miss', code: 'OK', requests: 1, bytes: 65_536 });
    return made;
  }
});

function depsOf({ counting }: World) {
  return { bucket: counting.bucket, limits: defaultLimits, dropGroups: [] };
}

function never(): never {
  throw new Error('no document');
}

describe('verify', () => {
  test('a hit is exactly one conditional request that brings no byte', async () => {
    const made = world(v1);
    await read(made);
    const before = made.counting.requests.length;
    const hit = await read(made);
    expect(hit).toMatchObject({ cache: 'hit', tags: tagsOfImage, requests: 1, bytes: 0 });
    expect(made.counting.requests.slice(before)).toEqual([
      { range: { start: 0, end: 65_536 }, condition: { ifNoneMatch: '"v1"' }, answered: 0 },
    ]);
  });

  test('an overwrite is seen at once, from the bytes of the conditional request', async () => {
    const made = world(v1);
    await read(made);
    made.now = v2;
    expect(await read(made)).toMatchObject({ cache: 'stale', tags: 1, requests: 1, bytes: other.length });
    expect(await read(made)).toMatchObject({ cache: 'hit', tags: 1 });
    made.now = v1;
    expect(await read(made)).toMatchObject({ cache: 'stale', tags: tagsOfImage });
  });

  test('an image that becomes none, and is one again', async () => {
    const made = world(v1);
    await read(made);
    made.now = { bytes: text, etag: '"t"' };
    expect(await read(made)).toMatchObject({ cache: 'stale', code: 'NotAnImage' });
    made.now = v2;
    expect(await read(made)).toMatchObject({ cache: 'stale', code: 'OK', tags: 1 });
  });

  test('what is deleted is gone at once, and the cache is told', async () => {
    const made = world(v1);
    await read(made);
    made.now = null;
    expect(await read(made)).toMatchObject({ cache: 'stale', code: 'NoSuchKey', requests: 1 });
    expect(made.spy.puts.at(-1)).toEqual({
      ref: anyRef,
      revision: 'm1',
      // The date of the version before; the clock of this machine has no say.
      order: { lastModified: new Date(0), sequencer: null },
      content: { kind: 'gone' },
    });
    expect(await read(made)).toMatchObject({ cache: 'stale', code: 'NoSuchKey', requests: 1 });
    expect(made.spy.puts).toHaveLength(2);
    made.now = v2;
    expect(await read(made)).toMatchObject({ cache: 'stale', code: 'OK' });
  });

  test('what is forbidden is never answered from the cache', async () => {
    const made = world(v1);
    await read(made);
    for (const code of ['AccessDenied', 'BucketFault', 'NoSuchBucket'] as const) {
      const bucket = { fetch: () => Promise.reject(new ProblemError(code, 'Cannot read')) };
      expect(await read(made, { bucket })).toMatchObject({ code, tags: 0, cache: null });
    }
  });

  test('without an ETag nothing is put, and nothing held is answered', async () => {
    const made = world({ bytes: image, etag: null });
    expect(await read(made)).toMatchObject({ cache: 'miss' });
    expect(made.spy.puts).toEqual([]);
    await made.spy.store.put(await entryFor(made), AbortSignal.timeout(1000));
    expect(await read(made)).toMatchObject({ cache: 'stale', requests: 1, bytes: 65_536 });
    expect(made.counting.requests.at(-1)).toMatchObject({ condition: null });
  });

  test('a change in the middle starts over, with a new conditional read', async () => {
    const far = buildTiff({ fields: [ascii(0x010f, 'Far away')] }, { place: 'ifds-last', gap: 300_000 });
    const made = world({ bytes: image, etag: '"v0"' });
    await read(made);
    const versions = [{ bytes: far, etag: '"v1"' }, v2, v2];
    const counting = countingBucket((request) => versions[request] ?? null);
    expect(await read({ ...made, counting })).toMatchObject({ cache: 'stale', tags: 1, requests: 3 });
    expect(counting.requests.map(({ condition }) => condition)).toEqual([
      { ifNoneMatch: '"v0"' },
      { ifMatch: '"v1"' },
      { ifNoneMatch: '"v0"' },
    ]);
    expect(made.spy.puts.at(-1)).toMatchObject({ content: { record: { stat: { etag: '"v2"' } } } });
  });
});

describe('trust', () => {
  test('a hit asks the bucket nothing', async () => {
    const made = world(v1, { freshness: 'trust' });
    await read(made);
    made.now = null;
    expect(await read(made)).toMatchObject({ cache: 'hit', tags: tagsOfImage, requests: 0, bytes: 0 });
    expect(made.counting.requests).toHaveLength(1);
  });

  test('what no event is followed for is verified', async () => {
    const made = world(v1, { freshness: 'trust', isWatched: () => false });
    await read(made);
    expect(await read(made)).toMatchObject({ cache: 'hit', requests: 1, bytes: 0 });
    made.now = v2;
    expect(await read(made)).toMatchObject({ cache: 'stale', requests: 1 });
  });

  test('what is gone stays gone, until an event says otherwise', async () => {
    const made = world(v1, { freshness: 'trust' });
    const order = { lastModified: new Date(1000), sequencer: '0a' };
    await made.spy.store.put(
      { ref: anyRef, revision: 'm1', order, content: { kind: 'gone' } },
      AbortSignal.timeout(1000),
    );
    expect(await read(made)).toMatchObject({ cache: 'hit', code: 'NoSuchKey', requests: 0 });
    expect(made.counting.requests).toEqual([]);
  });

  test('holds what has no ETag', async () => {
    const made = world({ bytes: image, etag: null }, { freshness: 'trust' });
    await read(made);
    expect(await read(made)).toMatchObject({ cache: 'hit', requests: 0 });
  });
});

describe('versions that the store dates or names oddly', () => {
  test('a later one of an older date takes the place of what is held', async () => {
    const made = world({ ...v1, lastModified: new Date(50_000) });
    await read(made);
    made.now = { ...v2, lastModified: new Date(5_000) };
    expect(await read(made)).toMatchObject({ cache: 'stale' });
    expect(await read(made)).toMatchObject({ cache: 'hit', requests: 1, bytes: 0 });
  });

  test.each(['W/"1"', '""', '"'])('a tag %s is none: it may stand for other bytes', async (etag) => {
    const made = world({ bytes: image, etag });
    await read(made);
    made.now = { bytes: other, etag };
    expect(await read(made)).toMatchObject({ cache: 'miss', tags: 1 });
  });
});

async function entryFor(made: World): Promise<CacheEntry> {
  const record = await readRecord(anyRef, depsOf(made), { requests: 0, bytes: 0 }, AbortSignal.timeout(1000));
  const filing = { ref: anyRef, revision: 'm1', held: null, sequencer: null };
  return entryOf({ kind: 'record', record }, filing) ?? never();
}

describe('an entry that comes while the object is read', () => {
  /** A bucket that lets another writer put before the last byte is there. */
  async function readBeside(freshness: 'verify' | 'trust', held: boolean) {
    const made = world(v1, { freshness });
    if (held) await made.spy.store.put(await entryFor(made), AbortSignal.timeout(1000));
    const later: CacheEntry = {
      ref: anyRef,
      revision: 'm1',
      order: { lastModified: null, sequencer: null },
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
  test.each(['fault', 'bug'] as const)('costs no answer: %s', async (failure) => {
    const made = world(v1);
    await read(made);
    made.spy.failing.get = failure;
    made.spy.failing.put = failure;
    const broken = await read(made);
    expect(broken).toMatchObject({ cache: 'miss', code: 'OK', tags: tagsOfImage, requests: 1, bytes: 65_536 });
    expect(broken.trace.cacheProblem).toBeInstanceOf(Error);
  });

  test('costs a second or two where it hangs, and no answer', async () => {
    const made = world(v1);
    made.spy.failing.get = 'hang';
    made.spy.failing.put = 'hang';
    const startedAt = performance.now();
    const hung = await read(made);
    expect(performance.now() - startedAt).toBeLessThan(3000);
    expect(hung).toMatchObject({ cache: 'miss', code: 'OK', tags: tagsOfImage });
    expect(hung.trace.cacheProblem).toMatchObject({ code: 'CacheFault' });
  });

  test('costs no more than the request has', async () => {
    const made = world(v1);
    made.spy.failing.get = 'hang';
    const deps = { ...depsOf(made), cache: made.spy.cache, now: () => new Date(0) };
    const startedAt = performance.now();
    const request = { ref: anyRef, deps, trace: newTrace(), isKnown: () => false, signal: AbortSignal.timeout(50) };
    expect(await problemOf(() => readCached(request))).toBe('Timeout');
    expect(performance.now() - startedAt).toBeLessThan(900);
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

  test.each(['verify', 'trust'] as const)('is taken for nothing: %s', async (freshness) => {
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

test('without a cache all is as it was', async () => {
  const made = world(v1);
  expect(await read(made, { cache: null })).toMatchObject({ cache: 'off', tags: tagsOfImage, requests: 1 });
  expect(await read(made, { cache: null, isKnown: () => true })).toMatchObject({
    cache: 'off',
    read: { record: null },
  });
  made.now = { bytes: text, etag: '"t"' };
  expect(await read(made, { cache: null })).toMatchObject({ cache: 'off', code: 'NotAnImage' });
});
