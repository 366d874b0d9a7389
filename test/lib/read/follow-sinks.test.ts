// What following an event sends to the sinks: one message about the state that the cache has afterwards.
import { type ProblemCode, ProblemError } from '../../../lib/problem';
import type { Bucket, CacheEntry } from '../../../lib/types';
import { describedVideo } from '../../../testing/build/every-block';
import { anyRef } from '../../../testing/fakes/counting-bucket';
import { type SpySinks, spySinks } from '../../../testing/fakes/spy-sinks';
import { held, orderOf, run, v1, v2, type World, world } from './warm-world';

const text = { bytes: new TextEncoder().encode('Not an image.\n'), etag: '"t"' };
const video = { bytes: describedVideo, etag: '"m"' };
const never = new AbortController().signal;

/** The world of one object, and sinks in `style`. */
function sinkWorld(version: World['now'], style: 'flat' | 'metadata' = 'flat'): World & SpySinks {
  const spy = spySinks(style);
  // Not a copy: a test sets `now` of the world.
  return Object.assign(world(version, { sinks: spy.sinks }), spy);
}

const failingBucket = (code: ProblemCode): Bucket => ({
  fetch: () => Promise.reject(new ProblemError(code, 'Cannot read')),
});
const reading = (made: World & SpySinks, bucket: Bucket): World => ({
  ...made,
  deps: { ...made.deps, buckets: new Map([['test', bucket]]) },
});
const ofV1 = {
  type: 'read',
  bucket: 'photos',
  key: 'a.jpg',
  etag: '"v1"',
  size: v1.bytes.length,
  record: expect.anything(),
};
const ofV2 = { ...ofV1, etag: '"v2"', size: 100_000 };
const removed = { type: 'removed', etag: null, size: null, lastModified: null };

describe.each(['flat', 'metadata'] as const)('in the style %s', (style) => {
  describe('warm', () => {
    test('sends what was read, with the generation of the entry', async () => {
      const made = sinkWorld(v1, style);
      expect(await run(made, 'warm')).toMatchObject({ error: null });
      expect(made.sent).toMatchObject([{ ...ofV1, style, order: 1_000, lastModified: '1970-01-01T00:00:00.000Z' }]);
      expect((await held(made))?.generation).toBe(1_000);
      expect(made.counting.requests).toHaveLength(1);
    });

    test('the same event again sends the same message', async () => {
      const made = sinkWorld(v1, style);
      await run(made, 'warm');
      await run(made, 'warm');
      expect(made.sent[1]).toEqual(made.sent[0]);
      expect(made.spy.puts).toHaveLength(1);
      expect(made.counting.requests).toHaveLength(2);
    });

    test('another event for the same version sends it with a greater order', async () => {
      const made = sinkWorld(v1, style);
      await run(made, 'warm');
      await run(made, 'warm', { order: orderOf('0b') });
      expect(made.sent).toMatchObject([{ order: 1_000 }, { ...ofV1, order: 1_001 }]);
      expect(made.sent[1]?.id).not.toBe(made.sent[0]?.id);
    });

    test('an overwrite sends the new version', async () => {
      const made = sinkWorld(v1, style);
      await run(made, 'warm');
      made.now = v2;
      await run(made, 'warm', { order: orderOf('0b') });
      expect(made.sent).toMatchObject([ofV1, { ...ofV2, order: 1_001 }]);
    });

    test('an object that is gone is sent as removed', async () => {
      const made = sinkWorld(null, style);
      await run(made, 'warm');
      expect(made.sent).toMatchObject([{ ...removed, order: 1_000 }]);
      await run(made, 'warm');
      expect(made.sent[1]).toEqual(made.sent[0]);
    });

    test('an object that is not an image is sent as unreadable, each time alike', async () => {
      const made = sinkWorld(text, style);
      expect(await run(made, 'warm')).toMatchObject({ error: null });
      expect(made.sent).toMatchObject([{ type: 'unreadable', code: 'NotAnImage', etag: '"t"', order: 1_000 }]);
      await run(made, 'warm');
      expect(made.sent[1]).toEqual(made.sent[0]);
    });

    test('an entry with a number that cannot grow counts as none', async () => {
      const made = sinkWorld(v1, style);
      await run(made, 'warm');
      const { version } = await made.raw.get(anyRef, never);
      const forged = { ...((await held(made)) as CacheEntry), generation: Number.MAX_SAFE_INTEGER };
      expect(await made.raw.put(forged, version, never)).toBe('kept');
      for (const sequencer of ['0b', '0c']) await run(made, 'warm', { order: orderOf(sequencer) });
      expect(made.sent).toMatchObject([{ order: 1_000 }, { ...ofV1, order: 1_000 }, { ...ofV1, order: 1_001 }]);
    });

    test('after the clock went back, the order still grows', async () => {
      const made = sinkWorld(v1, style);
      await run(made, 'warm');
      const cache = { ...made.spy.cache, now: () => 10 };
      made.now = v2;
      await run({ ...made, deps: { ...made.deps, cache } }, 'warm', { order: orderOf('0b') });
      expect(made.sent).toMatchObject([{ order: 1_000 }, { ...ofV2, order: 1_001 }]);
    });
  });

  describe('forget', () => {
    test('sends that the object is removed', async () => {
      const made = sinkWorld(v1, style);
      await run(made, 'warm');
      made.now = null;
      await run(made, 'forget', { order: orderOf('0b') });
      await run(made, 'forget', { order: orderOf('0b') });
      expect(made.sent).toMatchObject([ofV1, { ...removed, order: 1_001 }, { ...removed, order: 1_001 }]);
      expect(made.sent[2]).toEqual(made.sent[1]);
      expect(made.counting.requests).toHaveLength(2);
    });

    test('of an object that was written again before the event sends it as it is', async () => {
      const made = sinkWorld(v2, style);
      // The read for the first version found the second one.
      await run(made, 'warm');
      await run(made, 'forget', { order: orderOf('0b') });
      expect(made.sent).toMatchObject([ofV2, { ...ofV2, order: 1_001 }]);
    });

    test('of an object that could not be read before sends that it is removed after a read', async () => {
      const made = sinkWorld(v1, style);
      await run(reading(made, failingBucket('InvalidObjectState')), 'warm');
      made.now = null;
      await run(made, 'forget', { order: orderOf('0b') });
      expect(made.sent).toMatchObject([{ type: 'unreadable' }, { ...removed, order: 1_001 }]);
      expect(made.counting.requests).toHaveLength(1);
    });

    test('sends it also of an object that the cache has not', async () => {
      const made = sinkWorld(null, style);
      await run(made, 'forget');
      expect(made.sent).toMatchObject([{ ...removed, order: 1_000 }]);
    });

    test('that is late sends the object as it is, also when the cache has lost its entry', async () => {
      const made = sinkWorld(v2, style);
      await run(made, 'warm', { order: orderOf('0b') });
      const { spy } = sinkWorld(v2, style);
      const cache = { ...spy.cache, now: () => 2_000 };
      await run({ ...made, deps: { ...made.deps, cache } }, 'forget', { order: orderOf('0a') });
      expect(made.sent).toMatchObject([ofV2, { ...ofV2, order: 2_000 }]);
    });

    test('that is late sends the object as it is, and again when it is repeated', async () => {
      const made = sinkWorld(v1, style);
      await run(made, 'warm', { order: orderOf('0b') });
      for (let times = 0; times < 2; times++) await run(made, 'forget', { order: orderOf('0a') });
      expect(made.sent).toMatchObject([ofV1, ofV1, ofV1]);
    });

    test('whose reading found the object sends it again when the event is repeated', async () => {
      const made = sinkWorld(v1, style);
      await run(made, 'warm', { order: orderOf(null) });
      // The date of the event is before that of the object, so the object is read.
      const event = { order: { lastModified: new Date(-5_000), sequencer: '0c' } };
      await run(made, 'forget', event);
      await run(made, 'forget', event);
      expect(made.sent).toMatchObject([ofV1, ofV1, ofV1]);
      expect(made.sent[2]).toEqual(made.sent[1]);
    });
  });

  describe('a listed object', () => {
    const listed = (etag: string | null, isNew = false) => ({ order: orderOf(null), listed: { etag, isNew } });

    test('that is new is sent', async () => {
      const made = sinkWorld(v1, style);
      await run(made, 'warm', listed('"v1"', true));
      expect(made.sent).toMatchObject([ofV1]);
      expect([made.spy.gets.length, made.counting.requests.length]).toEqual([0, 1]);
    });

    test('that was expected to be new, but is up to date, is sent with the order of its entry', async () => {
      const made = sinkWorld(v1, style);
      await run(made, 'warm');
      await run(made, 'warm', listed('"v1"', true));
      expect(made.sent).toHaveLength(2);
      expect(made.sent[1]).toEqual(made.sent[0]);
    });

    test('that is up to date is sent again, and is read only for its metadata', async () => {
      const made = sinkWorld(v1, style);
      await run(made, 'warm', listed('"v1"'));
      await run(made, 'warm', listed('"v1"'));
      expect(made.sent[1]).toEqual(made.sent[0]);
      expect(made.spy.puts).toHaveLength(1);
      expect(made.counting.requests).toHaveLength(style === 'flat' ? 1 : 2);
      expect(made.lines.at(-1)).toMatchObject({ cache: 'hit', code: 'OK' });
    });

    test('that is gone or changed is sent as it is', async () => {
      const made = sinkWorld(v1, style);
      await run(made, 'warm', listed('"v1"'));
      made.now = v2;
      await run(made, 'warm', listed('"v2"'));
      made.now = null;
      await run(made, 'warm', listed('"v3"'));
      expect(made.sent).toMatchObject([ofV1, ofV2, removed]);
    });
  });

  describe('a failure', () => {
    test.each<ProblemCode>(['AccessDenied', 'BucketFault', 'SlowDown', 'Timeout'])(
      '%s, which may pass, sends nothing; the next try sends the object',
      async (code) => {
        const made = sinkWorld(v1, style);
        await run(made, 'warm');
        const failing = reading(made, failingBucket(code));
        expect(await run(failing, 'warm', { order: orderOf('0b') })).toMatchObject({ error: { code } });
        expect(made.sent).toHaveLength(1);
        await run(made, 'warm', { order: orderOf('0b') });
        expect(made.sent).toMatchObject([{ order: 1_000 }, { ...ofV1, order: 1_002 }]);
      },
    );

    test.each<ProblemCode>(['InvalidObjectState', 'KmsKeyUnusable', 'ObjectRefused', 'BudgetExceeded'])(
      '%s, which is not tried again, is sent as unreadable',
      async (code) => {
        const made = sinkWorld(v1, style);
        const failing = reading(made, failingBucket(code));
        expect(await run(failing, 'warm')).toMatchObject({ error: { code } });
        expect(made.sent).toMatchObject([{ type: 'unreadable', code, etag: null, order: 1_000 }]);
        await run(made, 'warm', { order: orderOf('0b') });
        expect(made.sent).toMatchObject([{ type: 'unreadable' }, { ...ofV1, order: 1_001 }]);
      },
    );

    test.each(['get', 'put'] as const)('of the cache sends nothing: %s', async (call) => {
      const made = sinkWorld(v1, style);
      made.spy.failing[call] = 'fault';
      expect(await run(made, 'warm')).toMatchObject({ error: { code: 'CacheFault' } });
      expect(made.sent).toEqual([]);
    });

    test.each(['before', 'after'] as const)(
      'of a sink, %s it has the message, fails the event; when it is repeated, the same message is sent',
      async (when) => {
        const made = sinkWorld(v1, style);
        made.failing.now = when;
        expect(await run(made, 'warm')).toMatchObject({ error: { code: 'SinkFault' } });
        expect(made.lines).toMatchObject([{ level: 'error', code: 'SinkFault' }]);
        made.failing.now = null;
        expect(await run(made, 'warm')).toMatchObject({ error: null });
        expect(made.sent).toMatchObject(when === 'before' ? [ofV1] : [ofV1, ofV1]);
        expect(made.sent.at(-1)).toEqual(made.sent[0]);
        expect(made.spy.puts).toHaveLength(1);
      },
    );
  });

  test('a writer that was faster: only the entry that was put is sent', async () => {
    const made = sinkWorld(v1, style);
    const { fetch } = made.counting.bucket;
    let isFirst = true;
    const bucket: Bucket = {
      async fetch(...asked) {
        const fetched = await fetch(...asked);
        if (!isFirst) return fetched;
        isFirst = false;
        made.now = v2;
        await run(made, 'warm', { order: orderOf('0b') });
        return fetched;
      },
    };
    await run(reading(made, bucket), 'warm');
    expect(made.sent).toMatchObject([ofV2, ofV2]);
    expect(made.sent.map(({ order }) => order)).toEqual([1_000, 1_001]);
  });

  test('an entry of another revision is replaced, and the new one is sent', async () => {
    const made = sinkWorld(v1, style);
    await run(made, 'warm');
    const deps = { ...made.deps, cache: { ...made.spy.cache, revision: 'm2' } };
    await run({ ...made, deps }, 'warm');
    expect(made.sent).toMatchObject([{ order: 1_000 }, { ...ofV1, order: 1_001 }]);
  });

  test.each<[string, Partial<CacheEntry>]>([
    ['another object', { ref: { ...anyRef, key: 'b.jpg' } }],
    ['a fault that no cache may have', { content: { kind: 'fault', code: 'AccessDenied', stat: video0() } }],
  ])('an entry about %s counts as none', async (_, change) => {
    const made = sinkWorld(v1, style);
    const entry: CacheEntry = {
      ref: anyRef,
      revision: 'm1',
      order: orderOf(null),
      generation: 500,
      content: { kind: 'gone' },
      ...change,
    };
    const get = async () => ({ entry, version: null });
    const cache = { ...made.spy.cache, store: { ...made.raw, get } };
    await run({ ...made, deps: { ...made.deps, cache } }, 'warm');
    expect(made.sent).toMatchObject([{ ...ofV1, order: 1_000 }]);
  });

  test('an entry that the cache cannot store is sent all the same, and again as another one', async () => {
    const made = sinkWorld(v1, style);
    const put: typeof made.raw.put = async (entry, over, signal) => {
      const gone = { ...entry, revision: '', content: { kind: 'gone' } } as const;
      const result = await made.raw.put(gone, over, signal);
      return result === 'kept' ? 'not-stored' : result;
    };
    const deps = { ...made.deps, cache: { ...made.spy.cache, store: { ...made.raw, put } } };
    for (let times = 0; times < 2; times++) await run({ ...made, deps }, 'warm');
    expect(made.sent).toMatchObject([
      { ...ofV1, order: 1_000 },
      { ...ofV1, order: 1_001 },
    ]);
  });

  test('an object that is not watched sends nothing', async () => {
    const made = sinkWorld(v1, style);
    const cache = { ...made.spy.cache, isWatched: () => false };
    await run({ ...made, deps: { ...made.deps, cache } }, 'warm');
    expect(made.sent).toEqual([]);
  });
});

function video0() {
  return { size: 1, etag: '"v1"', lastModified: null };
}

describe('a video', () => {
  test('is unreadable for a style of EXIF, and the cache has its fault', async () => {
    const made = sinkWorld(video);
    await run(made, 'warm');
    expect(made.sent).toMatchObject([{ type: 'unreadable', code: 'NotAnImage' }]);
  });

  test('is sent with its metadata; the cache has the same fault', async () => {
    const made = sinkWorld(video, 'metadata');
    await run(made, 'warm');
    await run(made, 'warm');
    expect(made.sent).toMatchObject([{ type: 'read', etag: '"m"', record: { title: 'Title' } }, { type: 'read' }]);
    expect(made.sent[1]).toEqual(made.sent[0]);
    expect(await held(made)).toMatchObject({ content: { kind: 'fault', code: 'NotAnImage', stat: { etag: '"m"' } } });
    expect(made.lines[0]).toMatchObject({ level: 'info', code: 'NotAnImage', requests: 1 });
  });
});

describe('metadata', () => {
  test('EXIF_DROP holds', async () => {
    const made = sinkWorld(v1, 'metadata');
    await run(made, 'warm');
    expect(made.sent[0]?.record).toHaveProperty(['tags', 'GPSLatitude']);
    await run({ ...made, deps: { ...made.deps, dropGroups: ['gps'] } }, 'warm', { order: orderOf('0b') });
    expect(made.sent[1]?.record).not.toHaveProperty(['tags', 'GPSLatitude']);
  });

  test('of an up-to-date object that is archived now fails, and leaves its entry as it is', async () => {
    const made = sinkWorld(v1, 'metadata');
    await run(made, 'warm');
    const before = await held(made);
    const listed = { order: orderOf(null), listed: { etag: '"v1"', isNew: false } };
    const failing = reading(made, failingBucket('InvalidObjectState'));
    expect(await run(failing, 'warm', listed)).toMatchObject({ error: { code: 'InvalidObjectState' } });
    expect(made.sent).toHaveLength(1);
    expect(await held(made)).toEqual(before);
  });

  test('of an up-to-date object that changed meanwhile is that of the new version, which is put', async () => {
    const made = sinkWorld(v1, 'metadata');
    await run(made, 'warm');
    made.now = v2;
    await run(made, 'warm', { order: orderOf(null), listed: { etag: '"v1"', isNew: false } });
    expect(made.sent).toMatchObject([ofV1, { ...ofV2, order: 1_001 }]);
    expect((await made.raw.get(anyRef, never)).entry).toMatchObject({
      content: { record: { stat: { etag: '"v2"' } } },
    });
  });
});
