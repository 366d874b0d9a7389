// Jobs that follow events: what they read, what the cache holds after them, which of them may be tried again.
import { memoryCache } from '../../../lib/cache/memory';
import { type JobDeps, type LogLine, runJob } from '../../../lib/job';
import { defaultLimits, maxFollows } from '../../../lib/limits';
import { type ProblemCode, ProblemError } from '../../../lib/problem';
import { defaultStyle } from '../../../lib/style';
import type { Bucket, CacheEntry, ExifCache, ObjectEvent, ObjectOrder, Outcome } from '../../../lib/types';
import { tiffBytes } from '../../../testing/build/containers';
import { buildJpeg, exifSegment, frameHeader } from '../../../testing/build/jpeg';
import { everyone } from '../../../testing/fakes/access';
import { anyRef, type CountingBucket, countingBucket, type Version } from '../../../testing/fakes/counting-bucket';
import { type SpyCache, spyCache } from '../../../testing/fakes/spy-cache';

const image = buildJpeg([exifSegment(tiffBytes), frameHeader(640, 480)], 200_000);
const v1: Version = { bytes: image, etag: '"v1"' };
const v2: Version = { bytes: image.subarray(0, 100_000), etag: '"v2"' };
const now = new Date('2026-11-03T10:20:30.456Z');

type World = {
  now: Version | null;
  counting: CountingBucket;
  spy: SpyCache;
  /** What `spy` is over. */
  raw: ExifCache;
  deps: JobDeps;
  lines: LogLine[];
};

function world(
  version: Version | null,
  more: Partial<JobDeps> = {},
  caching: Parameters<typeof spyCache>[0] = {},
): World {
  const lines: LogLine[] = [];
  const raw = memoryCache(16 * 1024 * 1024);
  const spy = spyCache(caching, raw);
  const made: Omit<World, 'deps'> = { now: version, counting: countingBucket(() => all.now), spy, raw, lines };
  const deps: JobDeps = {
    routes: { hosts: new Map(), fallback: null },
    hostHeader: null,
    access: everyone,
    buckets: new Map([['test', made.counting.bucket]]),
    named: new Map([['photos', { bucketId: 'test', bucket: 'photos' }]]),
    cache: spy.cache,
    limits: defaultLimits,
    dropGroups: [],
    answers: { cacheControl: 'no-cache', corsOrigins: [], revision: '' },
    defaultStyle,
    showReads: false,
    now: () => now,
    log: (line) => void lines.push(line),
    ...more,
  };
  const all: World = { ...made, deps };
  return all;
}

const orderOf = (sequencer: string | null): ObjectOrder => ({ lastModified: null, sequencer });

function run({ deps }: World, act: 'warm' | 'forget', object: Partial<ObjectEvent> = {}): Promise<Outcome> {
  const event: ObjectEvent = { bucket: 'photos', key: 'a.jpg', order: orderOf('0a'), ...object };
  return runJob({ id: 'id-1', trigger: 'test', act, object: event }, deps, null);
}

function held({ spy }: World): Promise<CacheEntry | null> {
  return spy.store.get(anyRef, AbortSignal.timeout(1000));
}

describe('warm', () => {
  test.each([
    ['an image', v1, { code: 'OK', container: 'jpeg' }],
    ['no image', { bytes: new TextEncoder().encode('text'), etag: '"v1"' }, { code: 'NotAnImage', container: null }],
  ])('logs of %s that did not change what it logged when it was read', async (_, version, noted) => {
    const made = world(version);
    await run(made, 'warm');
    await run(made, 'warm');
    expect(made.lines).toMatchObject([
      { ...noted, cache: 'miss' },
      { ...noted, cache: 'hit' },
    ]);
  });

  test('reads the object, puts its record under the event, and logs a line', async () => {
    const made = world(v1);
    expect(await run(made, 'warm')).toMatchObject({ answer: null, error: null });
    expect(await held(made)).toMatchObject({
      revision: 'm1',
      order: { lastModified: new Date(0), sequencer: '0a' },
      content: { kind: 'record', record: { stat: { etag: '"v1"' }, container: 'jpeg' } },
    });
    expect(made.lines).toEqual([
      {
        level: 'info',
        id: 'id-1',
        requestId: 'aWQtMQ==',
        door: 'test',
        act: 'warm',
        bucket: 'photos',
        key: 'a.jpg',
        caller: null,
        view: null,
        status: null,
        code: 'OK',
        container: 'jpeg',
        warnings: 0,
        cache: 'miss',
        requests: 1,
        bytes: 65_536,
        ms: expect.any(Number),
      },
    ]);
  });

  test('the same event again costs a conditional read and no write', async () => {
    const made = world(v1);
    await run(made, 'warm');
    await run(made, 'warm');
    expect(made.counting.requests.at(-1)).toMatchObject({ condition: { ifNoneMatch: '"v1"' }, answered: 0 });
    expect(made.spy.puts).toHaveLength(1);
    expect(made.lines.at(-1)).toMatchObject({ cache: 'hit', requests: 1, bytes: 0, code: 'OK' });
  });

  test('a later event of what is held only moves its order', async () => {
    const made = world(v1);
    await run(made, 'warm');
    const before = await held(made);
    await run(made, 'warm', { order: orderOf('0a1') });
    expect(await held(made)).toEqual({ ...before, order: { lastModified: new Date(0), sequencer: '0a1' } });
    expect(made.spy.puts).toHaveLength(2);
  });

  test('an event that was not followed before puts what is held again, so that no earlier reading can replace it', async () => {
    const made = world(v1);
    await run(made, 'warm');
    const before = await held(made);
    for (const sequencer of ['09', null]) {
      const { version } = await made.raw.get(anyRef, AbortSignal.timeout(1000));
      await run(made, 'warm', { order: orderOf(sequencer) });
      expect(await held(made)).toEqual(before);
      expect((await made.raw.get(anyRef, AbortSignal.timeout(1000))).version).not.toBe(version);
    }
    expect(made.spy.puts).toHaveLength(3);
  });

  test('of a listed object what is right is not put again', async () => {
    const made = world(v1);
    for (let times = 0; times < 3; times++) await run(made, 'warm', { order: orderOf(null), listed: true });
    expect(made.spy.puts).toHaveLength(1);
    made.now = null;
    for (let times = 0; times < 3; times++) await run(made, 'warm', { order: orderOf(null), listed: true });
    expect(made.spy.puts).toHaveLength(2);
  });

  test('an overwrite is read and put', async () => {
    const made = world(v1);
    await run(made, 'warm');
    made.now = v2;
    await run(made, 'warm', { order: orderOf('0b') });
    expect(await held(made)).toMatchObject({
      order: { sequencer: '0b' },
      content: { record: { stat: { etag: '"v2"' } } },
    });
    expect(made.lines.at(-1)).toMatchObject({ cache: 'stale' });
  });

  test('an entry of another revision is read anew, even by an older event or none', async () => {
    for (const sequencer of ['09', null]) {
      const made = world(v1);
      await run(made, 'warm');
      const deps = { ...made.deps, cache: { ...made.spy.cache, revision: 'm2' } };
      await run({ ...made, deps }, 'warm', { order: orderOf(sequencer) });
      expect(await held(made)).toMatchObject({ revision: 'm2', order: { sequencer: '0a' } });
    }
  });

  test('a fault that lasts is put, and is no error', async () => {
    const made = world({ bytes: new TextEncoder().encode('Not an image.\n'), etag: '"t"' });
    expect(await run(made, 'warm')).toMatchObject({ error: null });
    expect(await held(made)).toMatchObject({ content: { kind: 'fault', code: 'NotAnImage', stat: { etag: '"t"' } } });
    expect(made.lines).toMatchObject([{ level: 'info', code: 'NotAnImage' }]);
  });

  test('an object that became empty is not answered as it was', async () => {
    const made = world(v1);
    await run(made, 'warm');
    made.now = { bytes: new Uint8Array(0), etag: '"e"' };
    expect(await run(made, 'warm', { order: orderOf('0b') })).toMatchObject({ error: null });
    expect(await held(made)).toMatchObject({
      order: { lastModified: new Date(0), sequencer: '0b' },
      content: { kind: 'fault', code: 'EmptyObject', stat: { etag: null } },
    });
  });

  test('an object that is gone is put as gone, and is no error', async () => {
    const made = world(null);
    expect(await run(made, 'warm')).toMatchObject({ error: null });
    expect(await held(made)).toEqual({
      ref: anyRef,
      revision: 'm1',
      order: { lastModified: null, sequencer: '0a' },
      content: { kind: 'gone' },
    });
    expect(made.lines).toMatchObject([{ level: 'info', code: 'NoSuchKey', requests: 1 }]);
  });

  test.each<ProblemCode>([
    'AccessDenied',
    'InvalidObjectState',
    'BudgetExceeded',
    'BucketFault',
    'SlowDown',
    'Timeout',
  ])('%s is an error, and what is held is given up', async (code) => {
    const made = world(v1);
    await run(made, 'warm');
    const failing: Bucket = { fetch: () => Promise.reject(new ProblemError(code, 'Cannot read')) };
    const deps = { ...made.deps, buckets: new Map([['test', failing]]) };
    expect(await run({ ...made, deps }, 'warm', { order: orderOf('0b') })).toMatchObject({ error: { code } });
    expect(made.lines.at(-1)).toMatchObject({ level: 'error', code });
    expect(await held(made)).toMatchObject({ revision: 'unread', content: { kind: 'gone' } });
  });

  test.each<ProblemCode>(['InvalidObjectState', 'BudgetExceeded'])(
    '%s, which is not tried again, is noted also where nothing is held, so that no earlier reading is put',
    async (code) => {
      const failing: Bucket = { fetch: () => Promise.reject(new ProblemError(code, 'Cannot read')) };
      const made = world(v1, { buckets: new Map([['test', failing]]) });
      const before = await made.raw.get(anyRef, AbortSignal.timeout(1000));
      expect(await run(made, 'warm')).toMatchObject({ error: { code } });
      expect(await held(made)).toMatchObject({ revision: 'unread', content: { kind: 'gone' } });
      const late = { ref: anyRef, revision: 'm1', order: orderOf(null), content: { kind: 'gone' } } as const;
      expect(await made.raw.put(late, before.version, AbortSignal.timeout(1000))).toBe('conflict');
    },
  );

  test('nothing is put for what could not be read and was not held', async () => {
    const failing: Bucket = { fetch: () => Promise.reject(new ProblemError('AccessDenied', 'Cannot read')) };
    const made = world(v1, { buckets: new Map([['test', failing]]) });
    expect(await run(made, 'warm')).toMatchObject({ error: { code: 'AccessDenied' } });
    expect(made.spy.puts).toEqual([]);
  });

  test.each(['get', 'put'] as const)('a fault of the cache is an error that a later try may cure: %s', async (call) => {
    const made = world(v1);
    made.spy.failing[call] = 'fault';
    expect(await run(made, 'warm')).toMatchObject({ error: { code: 'CacheFault' } });
    expect(made.lines).toMatchObject([{ level: 'error', code: 'CacheFault' }]);
  });
});

describe('another writer that replaces the entry meanwhile', () => {
  /** Puts an entry of its own before the object is read, the first `times` times. */
  function beside(made: World, times: number): World {
    let left = times;
    const { fetch } = made.counting.bucket;
    const bucket: Bucket = {
      async fetch(...asked) {
        const fetched = await fetch(...asked);
        if (left-- > 0) {
          const signal = AbortSignal.timeout(1000);
          const { version } = await made.raw.get(anyRef, signal);
          const order = orderOf(null);
          await made.raw.put(
            { ref: anyRef, revision: `other ${left}`, order, content: { kind: 'gone' } },
            version,
            signal,
          );
        }
        return fetched;
      },
    };
    return { ...made, deps: { ...made.deps, buckets: new Map([['test', bucket]]) } };
  }

  test.each([1, 3, maxFollows - 1])('is looked up and read after, %p times', async (times) => {
    const made = beside(world(v1), times);
    expect(await run(made, 'warm')).toMatchObject({ error: null });
    expect(await held(made)).toMatchObject({ revision: 'm1', content: { record: { stat: { etag: '"v1"' } } } });
    expect(made.counting.requests).toHaveLength(times + 1);
    expect(made.lines.at(-1)).toMatchObject({ level: 'info', code: 'OK', requests: times + 1 });
  });

  test('without end is an error that a later try may cure', async () => {
    const made = beside(world(v1), 100);
    expect(await run(made, 'warm')).toMatchObject({
      error: {
        code: 'CacheFault',
        message:
          `Cannot cache "photos/a.jpg": other writers replaced its entry during each of ${maxFollows} readings; ` +
          'the event can be tried again',
      },
    });
    expect(made.counting.requests).toHaveLength(maxFollows);
  });

  test('a removal is compared again', async () => {
    const made = world(v1);
    await run(made, 'warm');
    const order = { lastModified: new Date(5000), sequencer: '0b' };
    const { get } = made.raw;
    let left = 2;
    const raced: ExifCache = {
      ...made.raw,
      async get(ref, signal) {
        const found = await get(ref, signal);
        const other = { ref, revision: `other ${left}`, order: orderOf('0a'), content: { kind: 'gone' } } as const;
        if (left-- > 0) await made.raw.put(other, found.version, signal);
        return found;
      },
    };
    const deps = { ...made.deps, cache: { ...made.spy.cache, store: raced } };
    expect(await run({ ...made, deps }, 'forget', { order })).toMatchObject({ error: null });
    expect(await held(made)).toEqual({ ref: anyRef, revision: 'm1', order, content: { kind: 'gone' } });
  });
});

describe('forget', () => {
  test('marks the object gone under the event, without a read', async () => {
    const made = world(v1);
    await run(made, 'warm');
    const order = { lastModified: new Date(5000), sequencer: '0b' };
    expect(await run(made, 'forget', { order })).toMatchObject({ answer: null, error: null });
    expect(await held(made)).toEqual({ ref: anyRef, revision: 'm1', order, content: { kind: 'gone' } });
    expect(made.counting.requests).toHaveLength(1);
    expect(made.lines.at(-1)).toMatchObject({ act: 'forget', code: 'OK', cache: null, requests: 0 });
  });

  test('does not undo a later upload: the object is read', async () => {
    const made = world(v1);
    await run(made, 'warm', { order: orderOf('0b') });
    await run(made, 'forget', { order: orderOf('0a') });
    expect(await held(made)).toMatchObject({ content: { kind: 'record' }, order: { sequencer: '0b' } });
    expect(made.counting.requests.at(-1)).toMatchObject({ condition: { ifNoneMatch: '"v1"' }, answered: 0 });
  });

  test('the same event again is neither read nor put', async () => {
    const made = world(v1);
    const order = { lastModified: new Date(5000), sequencer: '0b' };
    for (let times = 0; times < 3; times++) await run(made, 'forget', { order });
    expect([made.spy.puts.length, made.counting.requests.length]).toEqual([1, 0]);
  });

  test.each([
    ['f'.repeat(32), null],
    [null, new Date('2999-01-01')],
  ])('an entry that is dated beyond all events (%p, %p) does not stay for good', async (sequencer, lastModified) => {
    const made = world(v1);
    await run(made, 'warm', { order: orderOf(sequencer) });
    const entry = await held(made);
    if (entry === null) throw new Error('the entry must be held');
    const { version } = await made.raw.get(anyRef, AbortSignal.timeout(1000));
    await made.raw.put({ ...entry, order: { lastModified, sequencer } }, version, AbortSignal.timeout(1000));
    made.now = null;
    const order = { lastModified: new Date(5000), sequencer: '0b' };
    expect(await run(made, 'forget', { order })).toMatchObject({ error: null });
    expect(await held(made)).toMatchObject({ content: { kind: 'gone' } });
    made.now = v2;
    await run(made, 'warm', { order: orderOf('0c') });
    expect(await held(made)).toMatchObject({ content: { record: { stat: { etag: '"v2"' } } } });
  });

  test('a fault of the cache is an error', async () => {
    const made = world(v1);
    made.spy.failing.put = 'fault';
    expect(await run(made, 'forget')).toMatchObject({ error: { code: 'CacheFault' } });
  });
});

describe.each(['warm', 'forget'] as const)('%s', (act) => {
  test('of a bucket that is not configured is an error for good', async () => {
    const made = world(v1);
    expect(await run(made, act, { bucket: 'others' })).toMatchObject({ error: { code: 'BucketUnknown' } });
    expect(await run(made, act, { bucket: 'constructor' })).toMatchObject({ error: { code: 'BucketUnknown' } });
    expect([made.spy.gets, made.spy.puts, made.counting.requests]).toEqual([[], [], []]);
  });

  test('without a cache is an error for good', async () => {
    expect(await run(world(v1, { cache: null }), act)).toMatchObject({ error: { code: 'ConfigInvalid' } });
  });

  test('of an object that is not watched is ignored, and says so', async () => {
    const made = world(v1, {}, { isWatched: ({ key }) => key !== 'a.jpg' });
    expect(await run(made, act)).toMatchObject({ answer: null, error: null });
    expect([made.spy.gets, made.spy.puts, made.counting.requests]).toEqual([[], [], []]);
    expect(made.lines).toMatchObject([{ level: 'info', code: 'Ignored', key: 'a.jpg' }]);
  });
});

test('in whatever order events come, and twice, the last one stays', async () => {
  const events = [
    { act: 'warm', order: orderOf('0a') },
    { act: 'warm', order: orderOf('0b') },
    { act: 'forget', order: orderOf('0c') },
    { act: 'warm', order: orderOf('0d') },
  ] as const;
  for (const last of [3, 4]) {
    const told = events.slice(0, last);
    for (const order of permutations([...told, ...told.slice(0, 2)])) {
      const made = world(last === 3 ? null : v2);
      for (const { act, order: of } of order) await run(made, act, { order: of });
      const { content } = (await held(made)) ?? {};
      expect(content?.kind).toBe(last === 3 ? 'gone' : 'record');
    }
  }
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}
