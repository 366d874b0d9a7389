// Objects from a list (backfill): what is asked of the bucket and the cache for each.

import { ProblemError } from '../../../lib/problem';
import type { Bucket, Listed } from '../../../lib/types';
import { anyRef } from '../../../testing/fakes/counting-bucket';
import { held, orderOf, run, v1, v2, type World, world } from './warm-world';

const follow = (made: World, listed: Listed) => run(made, 'warm', { order: orderOf(null), listed });
const counts = ({ counting, spy }: World) => [spy.gets.length, counting.requests.length, spy.puts.length];
const ofV2 = { revision: 'm1', content: { kind: 'record', record: { stat: { etag: '"v2"' } } } };

describe('an object whose entry has the ETag of the list', () => {
  test('is only looked up, and logs what it logged when it was read', async () => {
    const made = world(v1);
    await follow(made, { etag: '"v1"', isNew: false });
    expect(counts(made)).toEqual([1, 1, 1]);
    await follow(made, { etag: '"v1"', isNew: false });
    expect(counts(made)).toEqual([2, 1, 1]);
    expect(made.lines.at(-1)).toMatchObject({ code: 'OK', container: 'jpeg', cache: 'hit', requests: 0, bytes: 0 });
  });

  test('is read when the entry has another revision', async () => {
    const made = world(v1);
    await follow(made, { etag: '"v1"', isNew: false });
    const deps = { ...made.deps, cache: { ...made.spy.cache, revision: 'm2' } };
    await follow({ ...made, deps }, { etag: '"v1"', isNew: false });
    expect(counts(made)).toEqual([2, 2, 2]);
    expect(await held(made)).toMatchObject({ revision: 'm2' });
  });

  test('is asked for when the tag is a weak one', async () => {
    const made = world({ ...v1, etag: 'W/"v1"' });
    for (let times = 0; times < 2; times++) await follow(made, { etag: 'W/"v1"', isNew: false });
    expect(counts(made)).toEqual([2, 2, 2]);
  });
});

test('an object whose entry has another ETag is read and put', async () => {
  const made = world(v1);
  await follow(made, { etag: '"v1"', isNew: false });
  made.now = v2;
  await follow(made, { etag: '"v2"', isNew: false });
  expect(counts(made)).toEqual([2, 2, 2]);
  expect(await held(made)).toMatchObject(ofV2);
});

describe('an object that is expected to have no entry', () => {
  test('is read and put without a look-up', async () => {
    const made = world(v1);
    await follow(made, { etag: '"v1"', isNew: true });
    expect(counts(made)).toEqual([0, 1, 1]);
    expect(made.lines.at(-1)).toMatchObject({ code: 'OK', container: 'jpeg', cache: 'miss', requests: 1 });
  });

  test('but has the right one is looked up after the put is refused, and keeps it', async () => {
    const made = world(v1);
    await run(made, 'warm');
    const before = await made.raw.get(anyRef, AbortSignal.timeout(1000));
    await follow(made, { etag: '"v1"', isNew: true });
    expect(await made.raw.get(anyRef, AbortSignal.timeout(1000))).toEqual(before);
    expect(counts(made)).toEqual([2, 2, 2]);
    expect(made.lines.at(-1)).toMatchObject({ cache: 'hit', requests: 1 });
  });

  test.each([['"v1"'], ['"v2"'], [null]])(
    'but changes, and is put by its event, while it is read, ends as its event left it (ETag of the list: %s)',
    async (etag) => {
      const made = world(v1);
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
      const deps = { ...made.deps, buckets: new Map([['test', bucket]]) };
      await follow({ ...made, deps }, { etag, isNew: true });
      expect(await held(made)).toMatchObject({ ...ofV2, order: { sequencer: '0b' } });
    },
  );

  test('but cannot be read is tried with a look-up, and its entry is replaced', async () => {
    const made = world(v1);
    await run(made, 'warm');
    const failing: Bucket = { fetch: () => Promise.reject(new ProblemError('AccessDenied', 'Cannot read')) };
    const deps = { ...made.deps, buckets: new Map([['test', failing]]) };
    expect(await follow({ ...made, deps }, { etag: '"v2"', isNew: true })).toMatchObject({
      error: { code: 'AccessDenied' },
    });
    expect(await held(made)).toMatchObject({ revision: 'unread' });
  });

  test('and is gone is put as gone', async () => {
    const made = world(null);
    expect(await follow(made, { etag: '"v1"', isNew: true })).toMatchObject({ error: null });
    expect(await held(made)).toMatchObject({ content: { kind: 'gone' } });
    expect(counts(made)).toEqual([0, 1, 1]);
  });
});
