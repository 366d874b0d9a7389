// Opening an object: its version, what is known of it, and its changes while it is read.
import type { Limits } from '../../../lib/limits';
import { ProblemError } from '../../../lib/problem';
import type { ObjectStat } from '../../../lib/types';
import { concat } from '../../../testing/build/bytes';
import { tiffBytes } from '../../../testing/build/containers';
import { buildPng, exifChunk, idat, iend, ihdr } from '../../../testing/build/png';
import { ascii, buildTiff } from '../../../testing/build/tiff';
import { entriesOf } from '../../../testing/compare/document';
import { problemOf } from '../../../testing/compare/problem';
import { bucketOf, type CountingBucket, countingBucket, type Version } from '../../../testing/fakes/counting-bucket';
import { farJpeg, farTiff, jpegBytes, pngOf, read, readingOf } from './record-world';

describe('every later read', () => {
  test.each([
    ['JPEG', farJpeg],
    ['TIFF', farTiff],
  ])('of a %s carries the ETag of the first reply', async (_name, bytes) => {
    const counting = countingBucket(() => ({ bytes, etag: '"abc"' }));
    await read(counting, { limits: { firstRead: 1024 } });
    expect(counting.requests.length).toBeGreaterThan(1);
    expect(counting.requests.map(({ condition }) => condition)).toEqual([
      null,
      ...counting.requests.slice(1).map(() => ({ ifMatch: '"abc"' })),
    ]);
  });

  test('is not pinned where the store has no ETag', async () => {
    const counting = countingBucket(() => ({ bytes: farTiff, etag: null }));
    expect(await read(counting)).toMatchObject({ stat: { etag: null } });
    expect(counting.requests.every(({ condition }) => condition === null)).toBe(true);
  });
});

describe('an object that changes meanwhile', () => {
  const other = buildTiff({ fields: [ascii(0x010f, 'Another revision')] }, { place: 'ifds-last', gap: 300_000 });
  const first: Version = { bytes: farTiff, etag: '"v1"' };
  const second: Version = { bytes: other, etag: '"v2"' };

  test('once is read again from the start, and nothing of the old version is kept', async () => {
    const counting = countingBucket((request) => (request === 0 ? first : second));
    const record = await read(counting);
    expect(record?.stat.etag).toBe('"v2"');
    expect(record?.document === null || record === null ? [] : entriesOf(record.document)).toHaveLength(1);
    expect(counting.requests.map(({ condition }) => condition)).toEqual([
      null,
      { ifMatch: '"v1"' },
      null,
      { ifMatch: '"v2"' },
    ]);
  });

  test('again is ObjectChanged: it is not tried a third time', async () => {
    const counting = countingBucket((request) => ({ bytes: farTiff, etag: `"v${request}"` }));
    expect(await problemOf(() => read(counting))).toBe('ObjectChanged');
    expect(counting.requests.map(({ condition }) => condition)).toEqual([
      null,
      { ifMatch: '"v0"' },
      null,
      { ifMatch: '"v2"' },
    ]);
  });

  // What a later reply denies was so in the first one: neither is it a fault that lasts, nor one of the caller's.
  test.each(['EmptyObject', 'NotAnImage', 'RangeNotSatisfiable'] as const)(
    'says %s later: it is read anew',
    async (code) => {
      const { bucket, requests } = countingBucket(() => first);
      const denying = (times: number): CountingBucket => {
        let left = times;
        const fetch: CountingBucket['bucket']['fetch'] = async (ref, range, condition, signal) => {
          if (range.start > 0 && left-- > 0) throw new ProblemError(code, 'Cannot read on');
          return bucket.fetch(ref, range, condition, signal);
        };
        return { bucket: { fetch }, requests, bytes: () => 0 };
      };
      expect(await readingOf(denying(1))).toMatchObject({ kind: 'record' });
      expect(await problemOf(() => readingOf(denying(2)))).toBe('ObjectChanged');
    },
  );

  test('counts both tries', async () => {
    const cost = { requests: 0, bytes: 0 };
    await read(
      countingBucket((request) => (request === 0 ? first : second)),
      { cost },
    );
    expect(cost.requests).toBe(4);
  });

  test('is noticed by its size where the store has no ETag', async () => {
    const longer: Version = { bytes: concat(farTiff, new Uint8Array(1)), etag: null };
    const counting = countingBucket((request) => (request === 0 ? { bytes: farTiff, etag: null } : longer));
    expect(await read(counting)).toMatchObject({ stat: { size: farTiff.length + 1 } });
    expect(counting.requests).toHaveLength(4);
  });

  test('other faults are not tried again', async () => {
    const counting = bucketOf(new Uint8Array(0));
    expect(await problemOf(() => read(counting))).toBe('EmptyObject');
    expect(counting.requests).toHaveLength(1);
  });
});

describe('a version that the caller has', () => {
  test('is found in the first reply: nothing more is read', async () => {
    const counting = bucketOf(farTiff);
    const seen: ObjectStat[] = [];
    const isKnown = (stat: ObjectStat) => seen.push(stat) > 0;
    expect(await read(counting, { isKnown })).toBeNull();
    expect(counting.requests).toHaveLength(1);
    expect(seen).toEqual([{ size: farTiff.length, etag: '"v1"', lastModified: new Date(0) }]);
  });

  test('is asked about again after a restart', async () => {
    const counting = countingBucket((request) => ({ bytes: farTiff, etag: request === 0 ? '"v1"' : '"v2"' }));
    expect(await read(counting, { isKnown: ({ etag }) => etag === '"v2"' })).toBeNull();
    expect(counting.requests).toHaveLength(3);
  });

  test('is refused all the same where it is too large', async () => {
    expect(
      await problemOf(() => read(bucketOf(jpegBytes), { isKnown: () => true, limits: { objectBytes: 100 } })),
    ).toBe('ImageTooLarge');
  });
});

describe('a version that the caller is presumed to have', () => {
  const isKnown = () => 'presumed' as const;

  test('is read as far as the first reply holds it', async () => {
    const counting = bucketOf(jpegBytes);
    expect(await readingOf(counting, { isKnown })).toMatchObject({ kind: 'record' });
    expect(counting.requests).toHaveLength(1);
  });

  test.each([
    ['JPEG', farJpeg],
    ['TIFF', farTiff],
    ['PNG', buildPng([ihdr(3, 2), idat(1_000_000), exifChunk(tiffBytes), iend])],
  ])('and no further: %s', async (_name, bytes) => {
    const counting = bucketOf(bytes);
    const cost = { requests: 0, bytes: 0 };
    const stat = { size: bytes.length, etag: '"v1"', lastModified: new Date(0) };
    expect(await readingOf(counting, { isKnown, cost })).toEqual({ kind: 'known', stat });
    expect(counting.requests).toHaveLength(1);
    expect(cost).toEqual({ requests: 1, bytes: 65_536 });
  });

  test.each([
    ['no image', new TextEncoder().encode('Not an image.\n'), 'NotAnImage'],
    ['a damaged one', Uint8Array.of(0xff, 0xd8, 0xff), 'DamagedImage'],
    ['one that is too wide', pngOf(30_001, 1), 'SideTooLong'],
  ])('gets its fault: %s', async (_name, bytes, code) => {
    expect(await readingOf(bucketOf(bytes), { isKnown })).toMatchObject({ kind: 'fault', problem: { code } });
  });
});

describe('a version that a cache has', () => {
  test('is requested with its tag, and its bytes are not sent', async () => {
    const counting = bucketOf(farTiff);
    const cost = { requests: 0, bytes: 0 };
    expect(await readingOf(counting, { held: '"v1"', cost })).toEqual({ kind: 'unchanged' });
    expect(counting.requests).toMatchObject([{ condition: { ifNoneMatch: '"v1"' }, answered: 0 }]);
    expect(cost).toEqual({ requests: 1, bytes: 0 });
  });

  test('that is old: the bytes of the new one are used at once', async () => {
    const counting = bucketOf(jpegBytes);
    expect(await readingOf(counting, { held: '"v0"' })).toMatchObject({ kind: 'record' });
    expect(counting.requests).toHaveLength(1);
  });

  test('and that comes back while another is read', async () => {
    const counting = countingBucket((request) => ({ bytes: farTiff, etag: request === 0 ? '"v2"' : '"v1"' }));
    expect(await readingOf(counting, { held: '"v1"' })).toEqual({ kind: 'unchanged' });
    expect(counting.requests).toHaveLength(3);
  });
});

describe('a fault that lasts', () => {
  test.each<[string, Uint8Array, Partial<Limits>, string]>([
    ['no image', new TextEncoder().encode('Not an image.\n'), {}, 'NotAnImage'],
    ['a damaged image', Uint8Array.of(0xff, 0xd8, 0xff), {}, 'DamagedImage'],
    ['too many bytes', jpegBytes, { objectBytes: 100 }, 'ImageTooLarge'],
    ['too many pixels', jpegBytes, { pixels: 100 }, 'TooManyPixels'],
  ])('has the stat of the version it was found in: %s', async (_name, bytes, limits, code) => {
    const reading = await readingOf(bucketOf(bytes), { limits });
    expect(reading).toMatchObject({ kind: 'fault', problem: { code }, stat: { size: bytes.length, etag: '"v1"' } });
  });

  test('is of no known version where the bucket found it', async () => {
    const reading = await readingOf(bucketOf(new Uint8Array(0)));
    expect(reading).toMatchObject({ kind: 'fault', problem: { code: 'EmptyObject' }, stat: null });
  });

  test('is not caused by the end of a budget', async () => {
    expect(await problemOf(() => readingOf(bucketOf(farJpeg), { limits: { requests: 1 } }))).toBe('BudgetExceeded');
  });
});

test('time that is over ends a read in the middle', async () => {
  const controller = new AbortController();
  const counting = countingBucket((request) => {
    if (request === 1) controller.abort();
    return { bytes: farTiff, etag: '"v1"' };
  });
  expect(await problemOf(() => read(counting, { signal: controller.signal }))).toBe('Timeout');
});
