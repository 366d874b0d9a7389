import { maxFollows } from '../../../lib/limits';
import type { Bucket, ExifCache } from '../../../lib/types';
import { anyRef } from '../../../testing/fakes/counting-bucket';
import { held, orderOf, run, v1, v2, type World, world } from './warm-world';

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
            { ref: anyRef, revision: `other ${left}`, order, generation: 1, content: { kind: 'gone' } },
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
        const other = {
          ref,
          revision: `other ${left}`,
          order: orderOf('0a'),
          generation: 1,
          content: { kind: 'gone' },
        } as const;
        if (left-- > 0) await made.raw.put(other, found.version, signal);
        return found;
      },
    };
    const deps = { ...made.deps, cache: { ...made.spy.cache, store: raced } };
    expect(await run({ ...made, deps }, 'forget', { order })).toMatchObject({ error: null });
    expect(await held(made)).toEqual({
      ref: anyRef,
      revision: 'm1',
      order,
      generation: 1_000,
      content: { kind: 'gone' },
    });
  });
});

describe('forget', () => {
  test('marks the object gone under the event, without a read', async () => {
    const made = world(v1);
    await run(made, 'warm');
    const order = { lastModified: new Date(5000), sequencer: '0b' };
    expect(await run(made, 'forget', { order })).toMatchObject({ answer: null, error: null });
    expect(await held(made)).toEqual({
      ref: anyRef,
      revision: 'm1',
      order,
      generation: 1_001,
      content: { kind: 'gone' },
    });
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

test('in whatever order events come, and twice, the last one stays', async () => {
  const events = [
    { act: 'warm', order: orderOf('0a') },
    { act: 'warm', order: orderOf('0b') },
    { act: 'forget', order: orderOf('0c') },
    { act: 'warm', order: orderOf('0d') },
  ] as const;
  for (const last of [3, 4]) {
    const sent = events.slice(0, last);
    for (const order of orders([...sent, ...sent.slice(0, 2)])) {
      const made = world(last === 3 ? null : v2);
      for (const { act, order: of } of order) await run(made, act, { order: of });
      const { content } = (await held(made)) ?? {};
      expect(content?.kind).toBe(last === 3 ? 'gone' : 'record');
    }
  }
});

/** All orders of the items; those that only exchange equal items count once. */
function orders<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return [...new Set(items)].flatMap((item) =>
    orders(items.toSpliced(items.indexOf(item), 1)).map((rest) => [item, ...rest]),
  );
}
