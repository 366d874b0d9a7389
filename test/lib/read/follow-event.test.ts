import { type ProblemCode, ProblemError } from '../../../lib/problem';
import type { Bucket } from '../../../lib/types';
import { anyRef } from '../../../testing/fakes/counting-bucket';
import { held, orderOf, run, v1, v2, world } from './warm-world';

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
        method: null,
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

  test('a later event for the stored entry only changes its order', async () => {
    const made = world(v1);
    await run(made, 'warm');
    const before = await held(made);
    await run(made, 'warm', { order: orderOf('0a1') });
    expect(await held(made)).toEqual({
      ...before,
      order: { lastModified: new Date(0), sequencer: '0a1' },
      generation: 1_001,
    });
    expect(made.spy.puts).toHaveLength(2);
  });

  test('an event that was not followed before puts what is held again, so that no earlier reading can replace it', async () => {
    const made = world(v1);
    await run(made, 'warm');
    const before = await held(made);
    for (const sequencer of ['09', null]) {
      const { version } = await made.raw.get(anyRef, AbortSignal.timeout(1000));
      await run(made, 'warm', { order: orderOf(sequencer) });
      expect(await held(made)).toEqual({ ...before, generation: expect.any(Number) });
      expect((await made.raw.get(anyRef, AbortSignal.timeout(1000))).version).not.toBe(version);
    }
    expect(made.spy.puts).toHaveLength(3);
  });

  test('of a listed object what is right is not put again', async () => {
    const made = world(v1);
    for (let times = 0; times < 3; times++)
      await run(made, 'warm', { order: orderOf(null), listed: { etag: null, isNew: false } });
    expect(made.spy.puts).toHaveLength(1);
    made.now = null;
    for (let times = 0; times < 3; times++)
      await run(made, 'warm', { order: orderOf(null), listed: { etag: null, isNew: false } });
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

  test('an object whose entry has another revision is read again, even for an older event or none', async () => {
    for (const sequencer of ['09', null]) {
      const made = world(v1);
      await run(made, 'warm');
      const deps = { ...made.deps, cache: { ...made.spy.cache, revision: 'm2' } };
      await run({ ...made, deps }, 'warm', { order: orderOf(sequencer) });
      expect(await held(made)).toMatchObject({ revision: 'm2', order: { sequencer: '0a' } });
    }
  });

  test('a lasting fault is put into the cache, and is not an error', async () => {
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

  test('an object that is gone is put as gone, and is not an error', async () => {
    const made = world(null);
    expect(await run(made, 'warm')).toMatchObject({ error: null });
    expect(await held(made)).toEqual({
      ref: anyRef,
      revision: 'm1',
      order: { lastModified: null, sequencer: '0a' },
      generation: 1_000,
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
  ])('%s is an error, and the entry is replaced', async (code) => {
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
      const late = {
        ref: anyRef,
        revision: 'm1',
        order: orderOf(null),
        generation: 1,
        content: { kind: 'gone' },
      } as const;
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
