import { defaultLimits } from '../../../lib/limits';
import { ProblemError } from '../../../lib/problem';
import { ascii, buildTiff } from '../../../testing/build/tiff';
import { entriesOf } from '../../../testing/compare/document';
import { readRecord } from '../../../testing/compare/read';
import { anyRef, countingBucket } from '../../../testing/fakes/counting-bucket';
import {
  depsOf,
  entryFor,
  image,
  never,
  other,
  read,
  tagsOfImage,
  text,
  v1,
  v2,
  type World,
  world,
} from './cache-world';

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
    expect(second.read).toMatchObject({ stat: { etag: '"v1"' }, record: expect.anything() });
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

  test('a request for a key that never existed puts nothing', async () => {
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

describe('verify', () => {
  test('a hit is exactly one conditional request whose reply has no body', async () => {
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

  test('an image that is replaced by another file, and then is an image again', async () => {
    const made = world(v1);
    await read(made);
    made.now = { bytes: text, etag: '"t"' };
    expect(await read(made)).toMatchObject({ cache: 'stale', code: 'NotAnImage' });
    made.now = v2;
    expect(await read(made)).toMatchObject({ cache: 'stale', code: 'OK', tags: 1 });
  });

  test('a deleted object is gone at once, and the cache records that', async () => {
    const made = world(v1);
    await read(made);
    made.now = null;
    expect(await read(made)).toMatchObject({ cache: 'stale', code: 'NoSuchKey', requests: 1 });
    expect(made.spy.puts.at(-1)).toEqual({
      ref: anyRef,
      revision: 'm1',
      // The date of the version before; the clock of this machine has no say.
      order: { lastModified: new Date(0), sequencer: null },
      generation: 1_001,
      content: { kind: 'gone' },
    });
    expect(await read(made)).toMatchObject({ cache: 'stale', code: 'NoSuchKey', requests: 1 });
    expect(made.spy.puts).toHaveLength(2);
    made.now = v2;
    expect(await read(made)).toMatchObject({ cache: 'stale', code: 'OK' });
  });

  test('forbidden objects are never answered from the cache', async () => {
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
  test('a hit needs no request to the bucket', async () => {
    const made = world(v1, { freshness: 'trust' });
    await read(made);
    made.now = null;
    expect(await read(made)).toMatchObject({ cache: 'hit', tags: tagsOfImage, requests: 0, bytes: 0 });
    expect(made.counting.requests).toHaveLength(1);
  });

  test('objects whose events are not followed are verified', async () => {
    const made = world(v1, { freshness: 'trust', isWatched: () => false });
    await read(made);
    expect(await read(made)).toMatchObject({ cache: 'hit', requests: 1, bytes: 0 });
    made.now = v2;
    expect(await read(made)).toMatchObject({ cache: 'stale', requests: 1 });
  });

  test('a removed object stays removed, until an event says otherwise', async () => {
    const made = world(v1, { freshness: 'trust' });
    const order = { lastModified: new Date(1000), sequencer: '0a' };
    await made.spy.store.put(
      { ref: anyRef, revision: 'm1', order, generation: 1, content: { kind: 'gone' } },
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
  test('a later one with an older date replaces the stored entry', async () => {
    const made = world({ ...v1, lastModified: new Date(50_000) });
    await read(made);
    made.now = { ...v2, lastModified: new Date(5_000) };
    expect(await read(made)).toMatchObject({ cache: 'stale' });
    expect(await read(made)).toMatchObject({ cache: 'hit', requests: 1, bytes: 0 });
  });

  test.each(['W/"1"', '""', '"'])('a tag %s is ignored: it may belong to other bytes', async (etag) => {
    const made = world({ bytes: image, etag });
    await read(made);
    made.now = { bytes: other, etag };
    expect(await read(made)).toMatchObject({ cache: 'miss', tags: 1 });
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
