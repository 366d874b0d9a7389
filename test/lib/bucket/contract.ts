// What every bucket does alike. Run it over each implementation; see index.ts of lib/bucket.
import { partOf } from '../../../lib/bytes/range';
import type { ProblemCode } from '../../../lib/problem';
import type { Bucket, ByteRange, Condition, FetchResult, LastBytes, ObjectRef } from '../../../lib/types';

/** A store under test. `put` answers false for a key that the store cannot hold. */
export type Store = Readonly<{
  bucket: Bucket;
  put(key: string, bytes: Uint8Array): Promise<boolean>;
  close(): Promise<void>;
}>;

export function refTo(key: string): ObjectRef {
  return { bucketId: 'test', bucket: 'photos', key };
}

/** A signal that fires after `ms`. */
export function soon(ms = 10_000): AbortSignal {
  return AbortSignal.timeout(ms);
}

/** The code of the problem that `work` throws; anything else is a failure of the test. */
export async function problemOf(work: Promise<unknown>): Promise<ProblemCode> {
  const error = await work.then(
    (value) => new Error(`no problem but ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  if (error instanceof Error && error.name === 'ProblemError') return (error as Error & { code: ProblemCode }).code;
  throw error;
}

/** What a read of an object gives that is not known to be unchanged. */
export async function present(work: Promise<FetchResult | null>): Promise<FetchResult> {
  const fetched = await work;
  if (fetched === null) throw new Error('unchanged, though nothing was held');
  return fetched;
}

/** The condition of a read that is pinned to `etag`, if there is one. */
export function pinnedTo(etag: string | null): Condition {
  return etag === null ? null : { ifMatch: etag };
}

/** Keys that are easily mistaken for one another on their way; none is a folder of another. */
export const oddKeys: readonly string[] = [
  'folder/sub/a.jpg',
  'a b.jpg',
  'a+b.jpg',
  'a%b.jpg',
  'a%20b.jpg',
  'a%2Bb.jpg',
  'x%2Fy.jpg',
  'x/y.jpg',
  'x%252Fy.jpg',
  'x%2fy.jpg',
  'p//q.jpg',
  'p/q.jpg',
  'p/./q.jpg',
  'p/../q.jpg',
  'q.jpg',
  '/lead.jpg',
  'lead.jpg',
  '//lead.jpg',
  'trail/',
  'dots...jpg',
  '.hidden',
  '...',
  'what?.jpg',
  'hash#.jpg',
  'a&b=c.jpg',
  'a=b;c,d:e@f$g.jpg',
  `~'()*!.jpg`,
  '"<>[]{}|^`.jpg',
  'A B.JPG',
  '照片/图.jpg',
  '😀.jpg',
  'caf\u00e9.jpg',
  'cafe\u0301.jpg',
  'a\tb\u007f.jpg',
  'exif?exif',
  'k'.repeat(1024),
  `${'d'.repeat(200)}/${'e'.repeat(823)}`,
  `${`${'f'.repeat(127)}/`.repeat(7)}${'g'.repeat(128)}`,
];

export function bucketContract(name: string, open: () => Promise<Store>, keys: readonly string[] = oddKeys): void {
  describe(`the contract of a bucket: ${name}`, () => {
    const bytes = Uint8Array.from({ length: 1000 }, (_, at) => (at * 7) % 251);
    let store: Store;
    beforeAll(async () => {
      store = await open();
      expect(await store.put('thousand', bytes)).toBe(true);
      expect(await store.put('empty', new Uint8Array(0))).toBe(true);
    }, 120_000);
    afterAll(() => store?.close());

    function fetch(key: string, start: number, end: number, ifMatch: string | null = null): Promise<FetchResult> {
      return present(store.bucket.fetch(refTo(key), { start, end }, pinnedTo(ifMatch), soon()));
    }

    function fetchNew(key: string, held: string | null): Promise<FetchResult | null> {
      return store.bucket.fetch(refTo(key), { start: 0, end: 4096 }, { ifNoneMatch: held ?? '' }, soon());
    }

    const ranges: readonly (ByteRange & { name: string })[] = [
      { name: 'one byte at 0', start: 0, end: 1 },
      { name: 'the middle', start: 10, end: 20 },
      { name: 'the last byte', start: 999, end: 1000 },
      { name: 'all', start: 0, end: 1000 },
      { name: 'more than all', start: 0, end: 65536 },
      { name: 'beyond the end', start: 990, end: 1001 },
    ];
    test.each(ranges)('answers $name', async ({ start, end }) => {
      const fetched = await fetch('thousand', start, end);
      expect(fetched.bytes).toStrictEqual(bytes.slice(start, end));
      expect(fetched.bytes.constructor).toBe(Uint8Array);
      expect(fetched.stat.size).toBe(1000);
      expect(fetched.stat.etag).toMatch(/^"[^"]+"$/);
      expect(Number.isNaN(fetched.stat.lastModified?.getTime())).toBe(false);
    });

    test('reads the same bytes ahead, if it reads ahead: a range, the last bytes, all of a shorter object', async () => {
      const { fetchAhead } = store.bucket;
      if (fetchAhead === undefined) return;
      const read = (key: string, range: LastBytes | ByteRange) => present(fetchAhead(refTo(key), range, soon()));
      const { stat } = await fetch('thousand', 0, 1);
      for (const range of [
        { start: 10, end: 20 },
        { start: 990, end: 1100 },
        { last: 1 },
        { last: 1000 },
        { last: 5000 },
      ]) {
        const ahead = await read('thousand', range);
        const { start, end } = partOf(range, 1000);
        expect(ahead.bytes).toStrictEqual(bytes.slice(start, end));
        expect(ahead.stat).toEqual(stat);
      }
      expect(await problemOf(read('thousand', { start: 1000, end: 1010 }))).toBe('RangeNotSatisfiable');
      expect(await problemOf(read('missing', { last: 10 }))).toBe('NoSuchKey');
    });

    test('a start at or beyond the end is RangeNotSatisfiable, pinned or not', async () => {
      const { stat } = await fetch('thousand', 0, 1);
      expect(await problemOf(fetch('thousand', 1000, 1010))).toBe('RangeNotSatisfiable');
      expect(await problemOf(fetch('thousand', 5000, 5010, stat.etag))).toBe('RangeNotSatisfiable');
    });

    test('an invalid range is our bug', async () => {
      for (const [start, end] of [
        [0, 0],
        [5, 4],
        [-1, 3],
        [0, 1.5],
        [0, Number.NaN],
      ] as const) {
        expect(await problemOf(fetch('thousand', start, end))).toBe('InternalError');
      }
    });

    test('a missing object is NoSuchKey', async () => {
      expect(await problemOf(fetch('missing', 0, 10))).toBe('NoSuchKey');
      expect(await problemOf(fetch('thousand/', 0, 10))).toBe('NoSuchKey');
      expect(await problemOf(fetch('thousand/more', 0, 10))).toBe('NoSuchKey');
    });

    test('an empty object is EmptyObject', async () => {
      expect(await problemOf(fetch('empty', 0, 10))).toBe('EmptyObject');
    });

    test('keys that no store has are NoSuchKey', async () => {
      for (const key of ['', '..', '../x', 'a/../../x', '\ud800', 'a\udc00b']) {
        expect(await problemOf(fetch(key, 0, 10))).toBe('NoSuchKey');
      }
    });

    test('a pinned version is read; a new one is ObjectChanged', async () => {
      await store.put('pinned', bytes.slice(0, 500));
      const { stat } = await fetch('pinned', 0, 10);
      expect((await fetch('pinned', 10, 20, stat.etag)).bytes).toStrictEqual(bytes.slice(10, 20));
      await store.put('pinned', bytes.slice(100, 700));
      expect(await problemOf(fetch('pinned', 10, 20, stat.etag))).toBe('ObjectChanged');
      await store.put('pinned', new Uint8Array(0));
      expect(await problemOf(fetch('pinned', 0, 10, stat.etag))).toBe('ObjectChanged');
    });

    test('a weak or foreign tag matches nothing', async () => {
      const { stat } = await fetch('thousand', 0, 1);
      expect(await problemOf(fetch('thousand', 0, 1, `W/${stat.etag}`))).toBe('ObjectChanged');
      expect(await problemOf(fetch('thousand', 0, 1, '"other"'))).toBe('ObjectChanged');
    });

    test('a version that is held is not read again; a new one is', async () => {
      await store.put('held', bytes.slice(0, 500));
      const { etag } = (await fetch('held', 0, 1)).stat;
      expect(await fetchNew('held', etag)).toBeNull();
      expect(await fetchNew('held', `W/${etag}`)).toBeNull();
      await store.put('held', bytes.slice(100, 700));
      const fetched = await fetchNew('held', etag);
      expect(fetched?.bytes).toStrictEqual(bytes.slice(100, 700));
      expect(fetched?.stat).toMatchObject({ size: 600, etag: expect.not.stringMatching(String(etag)) });
      expect(await fetchNew('held', String(fetched?.stat.etag))).toBeNull();
    });

    test('a known ETag gives no answer for an object that is gone or empty', async () => {
      const { etag } = (await fetch('thousand', 0, 1)).stat;
      expect(await problemOf(fetchNew('missing', etag))).toBe('NoSuchKey');
      expect(await problemOf(fetchNew('empty', etag))).toBe('EmptyObject');
    });

    test('an invalid or different ETag reads the object', async () => {
      for (const held of ['"other"', 'W/"other"', '', '*', 'bare', '"a"b"', '"with\nbreak"', '"a", "b"']) {
        expect({ held, length: (await fetchNew('thousand', held))?.bytes.length }).toEqual({ held, length: 1000 });
      }
    });

    test('time that is over is Timeout', async () => {
      const work = store.bucket.fetch(refTo('thousand'), { start: 0, end: 1 }, null, AbortSignal.abort());
      expect(await problemOf(work)).toBe('Timeout');
    });

    test('each key is its own object', async () => {
      const held = new Map<string, boolean>();
      for (const key of keys) held.set(key, await store.put(key, new TextEncoder().encode(`the object ${key}`)));
      for (const key of keys) {
        const read = fetch(key, 0, 4096).then(({ bytes: all }) => new TextDecoder().decode(all));
        const got = held.get(key) === true ? await read : await problemOf(read);
        expect({ key, got }).toEqual({ key, got: held.get(key) === true ? `the object ${key}` : 'NoSuchKey' });
      }
    }, 60_000);
  });
}
