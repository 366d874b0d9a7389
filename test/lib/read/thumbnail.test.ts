// Reading the thumbnail of an image: which one, from where, at what cost, and what is refused.

import { defaultLimits, type Limits, maxThumbnailBytes } from '../../../lib/limits';
import type { ReadDeps } from '../../../lib/read/object';
import { readThumbnail, type ThumbnailResult } from '../../../lib/read/thumbnail';
import type { ObjectStat, ReadCost } from '../../../lib/types';
import { concat, latin1, noise, u16 } from '../../../testing/build/bytes';
import { tiffBytes } from '../../../testing/build/containers';
import { photo } from '../../../testing/build/heif';
import { buildJpeg, comment, exifSegment, frameHeader, jfif, maxPayload } from '../../../testing/build/jpeg';
import { buildPng, exifChunk, idat, iend, ihdr } from '../../../testing/build/png';
import { buildRaf, buildRw2 } from '../../../testing/build/raw';
import { plainThumbnail, thumbnailIfds, thumbnailJpeg, thumbnailTiff } from '../../../testing/build/thumbnail';
import { buildTiff, type Ifd, long, short } from '../../../testing/build/tiff';
import { buildWebp, vp8, vp8x, exifChunk as webpExif } from '../../../testing/build/webp';
import { endOf, problemOf } from '../../../testing/compare/problem';
import { anyRef, bucketOf, type CountingBucket, countingBucket } from '../../../testing/fakes/counting-bucket';

type ThumbnailSetup = Partial<{
  limits: Partial<Limits>;
  dropGroups: ReadDeps['dropGroups'];
  isKnown: (stat: ObjectStat) => boolean;
  cost: ReadCost;
}>;

function reading({ bucket }: CountingBucket, given: ThumbnailSetup = {}): Promise<ThumbnailResult> {
  const deps = { bucket, limits: { ...defaultLimits, ...given.limits }, dropGroups: given.dropGroups ?? [] };
  const known = { held: null, isKnown: given.isKnown ?? (() => false) };
  const cost = given.cost ?? { requests: 0, bytes: 0 };
  return readThumbnail({ ref: anyRef, deps, cost, known, signal: new AbortController().signal });
}

async function read(
  bytes: Uint8Array,
  given: ThumbnailSetup = {},
): Promise<{ bytes: Uint8Array; orientation: number }> {
  const found = await reading(bucketOf(bytes), given);
  if (found.kind !== 'thumbnail') throw new Error(`${found.kind}, though nothing was known`);
  return found;
}

const refusal = (bytes: Uint8Array, given: ThumbnailSetup = {}) => problemOf(() => read(bytes, given));

const tiff = thumbnailTiff(plainThumbnail);

describe('the thumbnail of IFD1, byte for byte', () => {
  test.each([
    ['a JPEG', thumbnailJpeg(plainThumbnail)],
    ['a PNG', buildPng([ihdr(3, 2), exifChunk(tiff), idat(), iend])],
    ['a WebP', buildWebp([vp8x(3, 2), vp8(3, 2), webpExif(tiff)])],
    ['a HEIF', photo(tiff)],
    ['a TIFF', tiff],
    ['a TIFF of the other byte order', thumbnailTiff(plainThumbnail, {}, { littleEndian: false })],
    ['a BigTIFF', thumbnailTiff(plainThumbnail, {}, { big: true })],
    ['a RAF', buildRaf(thumbnailJpeg(plainThumbnail))],
    ['the JPEG inside a RW2', buildRw2([short(0x0002, 640)], thumbnailJpeg(plainThumbnail))],
  ])('%s', async (_, bytes) => {
    expect(await read(bytes)).toMatchObject({ bytes: plainThumbnail, orientation: 1 });
  });

  test('stored bytes after its end belong to it', async () => {
    const padded = concat(plainThumbnail, new Uint8Array(30));
    expect((await read(thumbnailJpeg(padded))).bytes).toEqual(padded);
  });

  test('with the version and the container it is of', async () => {
    expect(await reading(bucketOf(thumbnailJpeg(plainThumbnail)))).toMatchObject({
      kind: 'thumbnail',
      stat: { etag: '"v1"' },
      container: 'jpeg',
    });
  });

  test('if NewSubfileType says that it is a smaller form of the image', async () => {
    const bytes = thumbnailTiff(plainThumbnail, { fields: [long(0x00fe, 1)] });
    expect((await read(bytes)).bytes).toEqual(plainThumbnail);
  });

  test('the first of two entries counts, and no IFD after IFD1', async () => {
    const other = buildJpeg([frameHeader(8, 8)], 10);
    const ifds = thumbnailIfds(plainThumbnail, { fields: [long(0x0201, 8), long(0x0202, 3)] });
    const first = ifds.next as Ifd;
    const bytes = buildTiff({ ...ifds, next: { ...first, next: thumbnailIfds(other).next as Ifd } });
    expect((await read(bytes)).bytes).toEqual(plainThumbnail);
  });
});

describe('what it costs', () => {
  test('no request more than the EXIF', async () => {
    const counting = bucketOf(concat(thumbnailJpeg(plainThumbnail), noise(200_000)));
    const cost: ReadCost = { requests: 0, bytes: 0, ranges: [] };
    await reading(counting, { cost });
    expect(counting.requests).toHaveLength(1);
    expect(cost).toEqual({ requests: 1, bytes: 65_536, ranges: [{ start: 0, end: 65_536 }] });
  });

  test('one more where it lies far away in a TIFF', async () => {
    const counting = bucketOf(
      thumbnailTiff(plainThumbnail, { fields: [{ ...long(0x9999, 0), count: 0 }] }, { place: 'values-last' }),
    );
    await reading(counting, { limits: { firstRead: 200 } });
    expect(counting.requests).toHaveLength(2);
  });

  test('none of the thumbnail when the caller has this version', async () => {
    const counting = bucketOf(thumbnailJpeg(plainThumbnail));
    expect(await reading(counting, { isKnown: ({ etag }) => etag === '"v1"' })).toMatchObject({ kind: 'known' });
    expect(counting.requests).toHaveLength(1);
  });

  test('refused when it is beyond the budget', async () => {
    const bytes = thumbnailTiff(plainThumbnail, {}, { place: 'values-last' });
    expect(await refusal(bytes, { limits: { firstRead: 200, requests: 1 } })).toBe('BudgetExceeded');
    expect(await refusal(bytes, { limits: { firstRead: 200, readBytes: 1_000 } })).toBe('BudgetExceeded');
  });

  test('an object that changes meanwhile is read again', async () => {
    const bytes = thumbnailTiff(plainThumbnail, {}, { place: 'values-last' });
    const counting = countingBucket((n) => ({ bytes, etag: n === 0 ? '"old"' : '"new"' }));
    expect(await reading(counting, { limits: { firstRead: 200 } })).toMatchObject({
      bytes: plainThumbnail,
      stat: { etag: '"new"' },
    });
  });
});

describe('how it lies', () => {
  test.each([
    ['stated nowhere', {}, 1],
    ['by IFD1', { own: 8 }, 8],
    ['by IFD0 where IFD1 is silent', { image: 6 }, 6],
    ['by IFD1 where both say the same', { image: 6, own: 6 }, 6],
    ['by IFD1 where the image was turned and it was not', { image: 1, own: 3 }, 3],
    ['by IFD0 where IFD1 would lay it across the image', { image: 1, own: 6 }, 1],
    ['by IFD0 where IFD1 is no orientation', { image: 3, own: 9 }, 3],
    ['upright where neither is one', { image: 0, own: 65_535 }, 1],
  ])('%s', async (_, options, orientation) => {
    expect((await read(thumbnailJpeg(plainThumbnail, options))).orientation).toBe(orientation);
  });

  test('by IFD1 where it lies upright beside an image that does not', async () => {
    const upright = buildJpeg([frameHeader(120, 160)], 10);
    expect((await read(thumbnailJpeg(upright, { image: 6, own: 1 }))).orientation).toBe(1);
  });

  test('by IFD1 where the size of the image is not known', async () => {
    expect((await read(thumbnailTiff(plainThumbnail, { image: 1, own: 6 }))).orientation).toBe(6);
  });
});

describe('there is none', () => {
  const none = 'ThumbnailMissing';
  test.each([
    ['no EXIF', buildJpeg([frameHeader(640, 480)])],
    ['no IFD1', buildJpeg([exifSegment(tiffBytes), frameHeader(640, 480)])],
    ['a length of 0', thumbnailJpeg(plainThumbnail, { length: 0 })],
    ['a second page that is a JPEG', thumbnailTiff(plainThumbnail, { fields: [long(0x00fe, 2)] })],
    [
      'a page in strips',
      buildTiff({ fields: [], next: { fields: [short(0x0103, 7), long(0x0111, 8), long(0x0117, 100)] } }),
    ],
    ['an IFD1 that is IFD0', buildTiff({ fields: [long(0x0201, 8), long(0x0202, 100)], next: 8 })],
    ['an offset that is text', buildTiff({ fields: [], next: { fields: [long(0x0202, 9)] } })],
  ])('%s', async (_, bytes) => {
    expect(await refusal(bytes)).toBe(none);
  });

  test('when thumbnails are dropped', async () => {
    expect(await refusal(thumbnailJpeg(plainThumbnail), { dropGroups: ['thumbnail'] })).toBe(none);
  });

  test('of an image that is refused itself, the answer is that refusal', async () => {
    expect(await refusal(latin1('no image'))).toBe('NotAnImage');
    expect(await refusal(thumbnailJpeg(plainThumbnail), { limits: { side: 600 } })).toBe('SideTooLong');
    expect(await refusal(thumbnailJpeg(plainThumbnail), { limits: { objectBytes: 600 } })).toBe('ImageTooLarge');
  });
});

describe('metadata inside the thumbnail', () => {
  const secret = latin1('SECRET');
  const own = buildJpeg([jfif(), exifSegment(concat(tiffBytes, secret)), frameHeader(160, 120), comment(9)], 500);

  test('stays when nothing is dropped', async () => {
    expect((await read(thumbnailJpeg(own))).bytes).toEqual(own);
  });

  test.each(['gps', 'owner', 'serial', 'makernote'] as const)('goes where %s is dropped', async (group) => {
    const { bytes } = await read(thumbnailJpeg(concat(own, secret)), { dropGroups: [group] });
    expect(Buffer.from(bytes).includes('SECRET')).toBe(false);
    expect(bytes).toEqual(buildJpeg([jfif(), frameHeader(160, 120)], 500));
  });
});

describe('refused', () => {
  const damaged = 'ThumbnailDamaged';
  const tooLarge = 'ThumbnailTooLarge';
  const scan = concat(Uint8Array.of(0xff, 0xda), u16(8), new Uint8Array(6));
  test.each([
    ['an offset outside', thumbnailJpeg(plainThumbnail, { offset: 100_000 }), damaged],
    ['an offset at the very end of all numbers', thumbnailJpeg(plainThumbnail, { offset: 0xffff_ffff }), damaged],
    ['a length that leads outside', thumbnailJpeg(plainThumbnail, { length: 10_000 }), damaged],
    ['a length of 4 GiB', thumbnailJpeg(plainThumbnail, { length: 0xffff_ffff }), tooLarge],
    ['an offset of 0: the TIFF header', thumbnailJpeg(plainThumbnail, { offset: 0 }), damaged],
    ['a length of 1', thumbnailJpeg(plainThumbnail, { length: 1 }), damaged],
    ['a PNG', thumbnailJpeg(buildPng([ihdr(3, 2), idat(), iend])), damaged],
    ['a text', thumbnailJpeg(latin1('<script>alert(1)</script>')), damaged],
    ['a JPEG that is cut before its scan', thumbnailJpeg(plainThumbnail, { length: 30 }), damaged],
    ['a JPEG without a frame', thumbnailJpeg(buildJpeg([jfif()])), damaged],
    ['4 gigapixels', thumbnailJpeg(buildJpeg([frameHeader(65_535, 65_535)])), tooLarge],
    [
      'a thousand scans',
      thumbnailJpeg(concat(plainThumbnail.subarray(0, -2), ...Array.from({ length: 1_000 }, () => scan))),
      tooLarge,
    ],
    ['more bytes than the limit', thumbnailTiff(concat(plainThumbnail, new Uint8Array(maxThumbnailBytes))), tooLarge],
  ])('%s', async (_, bytes, code) => {
    expect(await refusal(bytes)).toBe(code);
  });

  test('without reading what it claims', async () => {
    const counting = bucketOf(
      concat(thumbnailTiff(plainThumbnail, { length: maxThumbnailBytes + 1 }), new Uint8Array(2 * maxThumbnailBytes)),
    );
    expect(await problemOf(() => reading(counting))).toBe(tooLarge);
    expect(counting.bytes()).toBe(65_536);
  });

  test('the largest that is allowed is answered', async () => {
    const largest = concat(plainThumbnail, new Uint8Array(maxThumbnailBytes - plainThumbnail.length));
    expect(Buffer.compare((await read(thumbnailTiff(largest))).bytes, largest)).toBe(0);
  });

  test('a length that reaches back over the IFDs is only bytes', async () => {
    // The thumbnail overlaps the end of the next segment's data: bytes that are not a part of a JPEG are skipped.
    const bytes = buildJpeg(
      [exifSegment(thumbnailTiff(plainThumbnail, { offset: 2 })), comment(maxPayload), frameHeader(640, 480)],
      50,
    );
    expect(await refusal(bytes)).toBe(damaged);
  });

  test('a thumbnail cut at every length ends in an answer or a refusal', async () => {
    for (let length = 1; length < 120; length++) {
      const code = await endOf(() => read(thumbnailJpeg(plainThumbnail, { length })));
      expect(['answered', damaged]).toContain(code);
    }
  });
});
