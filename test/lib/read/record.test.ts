// Reading one object, over a bucket that counts: what it costs, what it refuses, what it does when the object changes.

import { defaultLimits, type Limits } from '../../../lib/limits';
import { ProblemError } from '../../../lib/problem';
import type { ReadDeps } from '../../../lib/read/object';
import { type ReadResult, readRecord } from '../../../lib/read/record';
import type { ExifRecord, IsKnown, ObjectStat, ReadCost } from '../../../lib/types';
import { concat, patched, u32 } from '../../../testing/build/bytes';
import { someExif, tiffBytes } from '../../../testing/build/containers';
import { buildJpeg, comment, exifSegment, frameHeader, maxPayload } from '../../../testing/build/jpeg';
import { actl, buildPng, exifChunk, idat, iend, ihdr } from '../../../testing/build/png';
import { ascii, buildTiff, type Ifd, long, short } from '../../../testing/build/tiff';
import { anim, anmf, buildWebp, vp8x } from '../../../testing/build/webp';
import { entriesOf } from '../../../testing/compare/document';
import { problemOf } from '../../../testing/compare/problem';
import {
  anyRef,
  bucketOf,
  type CountingBucket,
  countingBucket,
  type Version,
} from '../../../testing/fakes/counting-bucket';
import { bucketContract } from '../bucket/contract';

bucketContract('the counting fake', async () => {
  const objects = new Map<string, Version>();
  let version = 0;
  return {
    bucket: countingBucket((_request, key) => objects.get(key) ?? null).bucket,
    async put(key, bytes) {
      objects.set(key, { bytes, etag: `"v${++version}"` });
      return true;
    },
    close: async () => {},
  };
});

type Given = Partial<{
  limits: Partial<Limits>;
  dropGroups: ReadDeps['dropGroups'];
  isKnown: IsKnown;
  held: string | null;
  cost: ReadCost;
  signal: AbortSignal;
}>;

async function readingOf({ bucket }: CountingBucket, given: Given = {}): Promise<ReadResult> {
  const deps = { bucket, limits: { ...defaultLimits, ...given.limits }, dropGroups: given.dropGroups ?? [] };
  const signal = given.signal ?? new AbortController().signal;
  const cost = given.cost ?? { requests: 0, bytes: 0 };
  const known = { held: given.held ?? null, isKnown: given.isKnown ?? (() => false) };
  return readRecord({ ref: anyRef, deps, cost, known, signal });
}

/** The record, null where the caller knows it. */
async function read(counting: CountingBucket, given: Given = {}): Promise<ExifRecord | null> {
  const reading = await readingOf(counting, given);
  if (reading.kind === 'fault') throw reading.problem;
  return reading.kind === 'record' ? reading.record : null;
}

const frame = frameHeader(640, 480);
const jpegBytes = buildJpeg([exifSegment(tiffBytes), frame], 200_000);
/** EXIF far behind the first read. */
const farJpeg = buildJpeg(
  [...Array.from({ length: 3 }, () => comment(maxPayload)), exifSegment(tiffBytes), frame],
  200_000,
);
const farTiff = buildTiff(someExif(), { place: 'ifds-last', gap: 300_000 });
const pngOf = (width: number, height: number, frames?: number) =>
  buildPng([ihdr(width, height), ...(frames === undefined ? [] : [actl(frames)]), exifChunk(tiffBytes), idat(), iend]);

describe('what an object costs', () => {
  test('a typical JPEG: one request of the first bytes', async () => {
    const counting = bucketOf(jpegBytes);
    const cost = { requests: 0, bytes: 0 };
    const record = await read(counting, { cost });
    expect(counting.requests).toEqual([{ range: { start: 0, end: 65_536 }, condition: null, answered: 65_536 }]);
    expect(cost).toEqual({ requests: 1, bytes: 65_536 });
    expect(record).toMatchObject({
      stat: { size: jpegBytes.length, etag: '"v1"' },
      container: 'jpeg',
      shape: { width: 640, height: 480, frames: 1, animated: false },
    });
  });

  test.each([
    ['a small PNG', pngOf(3, 2), 1],
    ['a JPEG without EXIF', buildJpeg([frame], 200_000), 1],
    ['a JPEG with EXIF behind 192 KiB', farJpeg, 4],
    ['a PNG with eXIf behind a megabyte', buildPng([ihdr(3, 2), idat(1_000_000), exifChunk(tiffBytes), iend]), 2],
    ['a TIFF with all its IFDs at the end', farTiff, 2],
    ['no image', new Uint8Array(200_000), 1],
  ])('%s: %i bytes, %i requests', async (_name, bytes, requests) => {
    const counting = bucketOf(bytes);
    const cost = { requests: 0, bytes: 0 };
    await read(counting, { cost }).catch((error: unknown) => expect(error).toBeInstanceOf(ProblemError));
    expect(counting.requests).toHaveLength(requests);
    expect(cost).toEqual({ requests, bytes: counting.bytes() });
    expect(counting.bytes()).toBeLessThan(65_536 + requests * 140_000);
  });

  test('is added to what was spent before', async () => {
    const cost = { requests: 3, bytes: 1000 };
    await read(bucketOf(jpegBytes), { cost });
    expect(cost).toEqual({ requests: 4, bytes: 66_536 });
  });

  test('no byte is asked for beyond the end, once the size is known', async () => {
    const counting = bucketOf(farTiff);
    await read(counting, { limits: { firstRead: 10 } });
    expect(counting.requests.slice(1).every(({ range }) => range.end <= farTiff.length)).toBe(true);
  });
});

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

  test('once is read anew from the start, and nothing of the old version is kept', async () => {
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
  test('is known from the first reply: nothing more is read', async () => {
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
  test('is asked about with its tag, and not sent', async () => {
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
  ])('tells the version it was found in: %s', async (_name, bytes, limits, code) => {
    const reading = await readingOf(bucketOf(bytes), { limits });
    expect(reading).toMatchObject({ kind: 'fault', problem: { code }, stat: { size: bytes.length, etag: '"v1"' } });
  });

  test('is of no known version where the bucket found it', async () => {
    const reading = await readingOf(bucketOf(new Uint8Array(0)));
    expect(reading).toMatchObject({ kind: 'fault', problem: { code: 'EmptyObject' }, stat: null });
  });

  test('is not what a budget ends in', async () => {
    expect(await problemOf(() => readingOf(bucketOf(farJpeg), { limits: { requests: 1 } }))).toBe('BudgetExceeded');
  });
});

describe('limits, at the bound and one beyond', () => {
  const tiffOf = (width: number, height: number): Uint8Array =>
    buildTiff({ fields: [long(0x0100, width), long(0x0101, height)] });
  const webpOf = (width: number, height: number, frames = 0): Uint8Array =>
    buildWebp([vp8x(width, height, { animated: frames > 0 }), anim(), ...Array.from({ length: frames }, () => anmf())]);
  const pages = (n: number): Ifd => ({
    fields: [short(0x0100, 100), short(0x0101, 100)],
    ...(n > 1 && { next: pages(n - 1) }),
  });

  const cases: readonly (readonly [name: string, bytes: Uint8Array, limits: Partial<Limits>, code: string])[] = [
    ['the object of exactly the bytes', pngOf(3, 2), { objectBytes: pngOf(3, 2).length }, 'ok'],
    ['the object of one byte more', pngOf(3, 2), { objectBytes: pngOf(3, 2).length - 1 }, 'ImageTooLarge'],
    ['a side of 30,000', pngOf(30_000, 1), {}, 'ok'],
    ['a width of 30,001', pngOf(30_001, 1), {}, 'SideTooLong'],
    ['a height of 30,001', pngOf(1, 30_001), {}, 'SideTooLong'],
    ['a JPEG of 30,001', buildJpeg([exifSegment(tiffBytes), frameHeader(30_001, 1)]), {}, 'SideTooLong'],
    ['a JPEG of unknown height', buildJpeg([exifSegment(tiffBytes), frameHeader(30_000, 0)]), {}, 'ok'],
    ['a TIFF of 30,001', tiffOf(30_001, 1), {}, 'SideTooLong'],
    ['a TIFF of 2^32 - 1', tiffOf(2 ** 32 - 1, 1), {}, 'SideTooLong'],
    ['250 million pixels', pngOf(25_000, 10_000), {}, 'ok'],
    ['250 million and 10,000 pixels', pngOf(25_001, 10_000), {}, 'TooManyPixels'],
    ['a TIFF of 250 million and 10,000 pixels', tiffOf(25_001, 10_000), {}, 'TooManyPixels'],
    ['frames of 250 million pixels', pngOf(5000, 5000, 10), {}, 'ok'],
    ['frames of 275 million pixels', pngOf(5000, 5000, 11), {}, 'TooManyFrames'],
    ['2^32 - 1 frames of one pixel', pngOf(1, 1, 2 ** 32 - 1), {}, 'TooManyFrames'],
    ['a side of 16,384, which the other edition allows of all but WebP', pngOf(16_384, 1), { webpSide: 16_383 }, 'ok'],
    ['a WebP of 16,384 by default', webpOf(16_384, 1), {}, 'ok'],
    ['a WebP of 16,383', webpOf(16_383, 1), { webpSide: 16_383 }, 'ok'],
    ['a WebP of 16,384', webpOf(16_384, 1), { webpSide: 16_383 }, 'SideTooLong'],
    ['a WebP over the side of all', webpOf(101, 1), { side: 100, webpSide: 16_383 }, 'SideTooLong'],
    ['301 frames by default', pngOf(1, 1, 301), {}, 'ok'],
    ['300 frames', pngOf(1, 1, 300), { frames: 300 }, 'ok'],
    ['301 frames', pngOf(1, 1, 301), { frames: 300 }, 'FrameCountTooHigh'],
    ['a WebP of 3 frames', webpOf(1, 1, 3), { frames: 2 }, 'FrameCountTooHigh'],
    ['4 pages, which are no frames', buildTiff(pages(4)), { frames: 2 }, 'ok'],
    ['one frame that is too large by itself', pngOf(25_001, 10_000, 1), {}, 'TooManyPixels'],
    ['pages, which are no frames', buildTiff(pages(4)), { pixels: 10_000 }, 'ok'],
    ['a page of one pixel too many', buildTiff(pages(1)), { pixels: 9_999 }, 'TooManyPixels'],
    ['no image', new TextEncoder().encode('Not an image.\n'), {}, 'NotAnImage'],
    ['one byte', Uint8Array.of(0xff), {}, 'NotAnImage'],
    ['nothing', new Uint8Array(0), {}, 'EmptyObject'],
    ['a damaged image', Uint8Array.of(0xff, 0xd8, 0xff), {}, 'DamagedImage'],
  ];
  test.each(cases)('%s', async (_name, bytes, limits, code) => {
    const outcome = read(bucketOf(bytes), { limits });
    if (code === 'ok') expect(await outcome).not.toBeNull();
    else expect(await problemOf(() => outcome)).toBe(code);
  });

  test('an object that is too large, or no image, costs one request', async () => {
    for (const [bytes, limits] of [
      [jpegBytes, { objectBytes: 1000 }],
      [new Uint8Array(300_000), {}],
    ] as const) {
      const counting = bucketOf(bytes);
      await problemOf(() => read(counting, { limits }));
      expect(counting.requests).toHaveLength(1);
    }
  });
});

describe('the budget', () => {
  test.each([
    [4, 'ok'],
    [3, 'BudgetExceeded'],
  ])('of %i requests, for a JPEG that needs 4: %s', async (requests, code) => {
    const counting = bucketOf(farJpeg);
    const outcome = read(counting, { limits: { requests } });
    if (code === 'ok') expect(await outcome).not.toBeNull();
    else expect(await problemOf(() => outcome)).toBe(code);
    expect(counting.requests.length).toBeLessThanOrEqual(requests);
  });

  test('of bytes is exact', async () => {
    const whole = bucketOf(farTiff);
    await read(whole);
    const enough = whole.bytes();
    expect(await read(bucketOf(farTiff), { limits: { readBytes: enough } })).not.toBeNull();
    const counting = bucketOf(farTiff);
    expect(await problemOf(() => read(counting, { limits: { readBytes: enough - 1 } }))).toBe('BudgetExceeded');
    expect(counting.bytes()).toBeLessThanOrEqual(enough - 1);
  });

  test('that ends inside the tags keeps those that were read', async () => {
    // IFD0 in the first read, its values far behind
    const spread = buildTiff({ fields: [short(0x0112, 1), ascii(0x010f, 'Example')] }, { place: 'ifd-values' });
    const far = concat(patched(spread, 8 + 2 + 12 + 8, u32(300_000, true)), new Uint8Array(400_000));
    const record = await read(bucketOf(far), { limits: { requests: 1 } });
    expect(record?.document).toMatchObject({
      entries: [
        { tag: 0x0112, value: [1] },
        { tag: 0x010f, value: null },
      ],
      warnings: [{ code: 'limit' }],
    });
  });
});

test.each([
  ['gps', ['GPS:0000', 'GPS:0002', 'IFD0:8825']],
  ['thumbnail', ['IFD1:0103']],
  ['serial', []],
] as const)('the group %s is dropped from the record', async (group, dropped) => {
  const names = (record: ExifRecord | null) =>
    record?.document == null ? [] : entriesOf(record.document).map((entry) => entry.split(' ')[0]);
  const all = names(await read(bucketOf(jpegBytes)));
  const kept = names(await read(bucketOf(jpegBytes), { dropGroups: [group] }));
  expect(all.filter((name) => !kept.includes(name)).toSorted()).toEqual(dropped);
});

test('time that is over ends a read in the middle', async () => {
  const controller = new AbortController();
  const counting = countingBucket((request) => {
    if (request === 1) controller.abort();
    return { bytes: farTiff, etag: '"v1"' };
  });
  expect(await problemOf(() => read(counting, { signal: controller.signal }))).toBe('Timeout');
});
