import { ProblemError } from '../../../lib/problem';
import type { ExifRecord } from '../../../lib/types';
import { concat, patched, u32 } from '../../../testing/build/bytes';
import { tiffBytes } from '../../../testing/build/containers';
import { buildJpeg } from '../../../testing/build/jpeg';
import { buildPng, exifChunk, idat, iend, ihdr } from '../../../testing/build/png';
import { ascii, buildTiff, short } from '../../../testing/build/tiff';
import { entriesOf } from '../../../testing/compare/document';
import { problemOf } from '../../../testing/compare/problem';
import { bucketOf, countingBucket, type Version } from '../../../testing/fakes/counting-bucket';
import { bucketContract } from '../bucket/contract';
import { farJpeg, farTiff, frame, jpegBytes, pngOf, read } from './record-world';

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
