// Files of the brand mif3, with a `mini` box in place of `meta` [ISO/IEC 23008-12 Amd 2, Annex O].
import { deflateRawSync, deflateSync } from 'node:zlib';
import { heif } from '../../../lib/container/heif';
import { ftyp } from '../../../testing/build/bmff';
import { concat, noise, u32 } from '../../../testing/build/bytes';
import { tiffBytes, tiny } from '../../../testing/build/containers';
import { buildMini, type MiniOptions, withOffset } from '../../../testing/build/mini';
import { locateIn, still } from '../../../testing/compare/located';
import { problemOf } from '../../../testing/compare/problem';
import { readBytes } from '../../../testing/compare/read';

const size = { width: 640, height: 480 } as const;

describe('size and EXIF', () => {
  test.each<[string, Partial<MiniOptions>]>([
    ['a plain image', {}],
    ['4:0:0', { chroma: 0 }],
    ['4:2:2', { chroma: 2 }],
    ['4:4:4', { chroma: 3 }],
    ['alpha', { alpha: true }],
    ['alpha without data', { alpha: 'empty', large: true }],
    ['floats', { float: true, bitDepth: 32 }],
    ['CICP', { cicp: true }],
    ['CICP of 4:0:0', { cicp: true, chroma: 0 }],
    ['codec types', { codecTypes: true }],
    ['an ICC profile', { icc: true }],
    ['XMP', { xmp: true }],
    ['high dynamic range', { hdr: true }],
    ...Array.from({ length: 6 }, (_, i): [string, Partial<MiniOptions>] => [
      `high dynamic range, property ${i + 1} of 6`,
      { hdr: 2 ** (5 - i) },
    ]),
    ['a gain map', { hdr: true, gainMap: true }],
    ['large sizes', { large: true }],
    [
      'everything',
      { alpha: true, cicp: true, codecTypes: true, icc: true, xmp: true, hdr: true, gainMap: true, large: true },
    ],
  ])('with %s', async (_name, options) => {
    const { shape, stated, exif } = await locateIn(heif, buildMini({ ...size, exif: withOffset(tiny), ...options }));
    expect(shape).toEqual(still(640, 480));
    expect(stated.bitDepth).toBe(options.bitDepth ?? 8);
    expect(exif).toEqual(tiny);
  });

  test.each<[string, Uint8Array]>([
    ['without the offset field', tiny],
    ['with it', withOffset(tiny)],
  ])('%s', async (_name, exif) => {
    expect((await locateIn(heif, buildMini({ ...size, exif }))).exif).toEqual(tiny);
  });

  test.each([
    ['with the header of zlib', deflateSync],
    ['without it', deflateRawSync],
  ])('of a deflate stream %s', async (_name, deflate) => {
    const exif = Uint8Array.from(deflate(withOffset(tiny)));
    expect((await locateIn(heif, buildMini({ ...size, exif, compressed: true }))).exif).toEqual(tiny);
  });

  test('of a stream that cannot be inflated: the size is left', async () => {
    const bytes = buildMini({ ...size, exif: noise(40), compressed: true });
    expect(await readBytes(bytes)).toMatchObject({ shape: still(640, 480), entries: null });
  });
});

test.each([
  [1, 1],
  [128, 128],
  [129, 1],
  [32_768, 32_767],
])('a size of %i x %i', async (width, height) => {
  const { shape, exif } = await locateIn(heif, buildMini({ width, height }));
  expect(shape).toEqual(still(width, height));
  expect(exif).toBeNull();
});

test('orientation, bits of a sample and format', async () => {
  const { stated } = await locateIn(heif, buildMini({ ...size, orientation: 6, bitDepth: 10, codec: 'heic' }));
  expect(stated).toEqual({ orientation: 6, bitDepth: 10, format: 'heic' });
});

test.each([16, 32, 64, 128])('floats of %i bits', async (bitDepth) => {
  expect((await locateIn(heif, buildMini({ ...size, float: true, bitDepth }))).stated).toMatchObject({ bitDepth });
});

test.each<[string, Partial<MiniOptions>]>([
  ['neither EXIF nor XMP', {}],
  ['XMP alone', { xmp: true }],
  ['a gain map', { hdr: true, gainMap: true }],
])('no EXIF with %s', async (_name, options) => {
  const bytes = concat(buildMini({ ...size, ...options }), noise(600));
  expect((await locateIn(heif, bytes)).blocks).toEqual([]);
});

describe('reads', () => {
  const head = 16 + 8; // ftyp, and the head of mini
  const short = buildMini(size);
  const long = buildMini({ ...size, exif: concat(withOffset(tiny), noise(900)), codecTypes: true });

  test.each([
    ['the whole of a short box, and no byte after it', short, short.length],
    ['512 bytes of a longer one', long, head + 512],
  ])('%s', async (_name, bytes, end) => {
    expect((await locateIn(heif, concat(bytes, noise(600)))).ranges.at(3)).toEqual({ start: head, end });
  });

  test('no EXIF after the end of the box', async () => {
    const whole = buildMini({ ...size, exif: concat(withOffset(tiny), noise(9)) });
    const cut = concat(whole.subarray(0, 16), u32(whole.length - 16 - 9), whole.subarray(20));
    expect((await locateIn(heif, cut)).blocks).toEqual([tiny]);
  });
});

test('the format from the compatible brands', async () => {
  const bytes = concat(ftyp('avif', ['mif3', 'avif']), buildMini(size).subarray(16));
  expect((await locateIn(heif, bytes)).stated).toMatchObject({ format: 'avif' });
});

test('takes one request, however long the image is', async () => {
  const bytes = buildMini({ ...size, exif: withOffset(tiffBytes) });
  expect(await readBytes(bytes)).toMatchObject({ container: 'heif', requests: 1 });
});

test('cut inside the header is DamagedImage', async () => {
  const bytes = buildMini({ ...size, hdr: true });
  expect(await problemOf(() => locateIn(heif, bytes.subarray(0, 16 + 8 + 6)))).toBe('DamagedImage');
});

test('cut before the EXIF costs the EXIF alone', async () => {
  const bytes = buildMini({ ...size, exif: withOffset(tiny) });
  expect(await readBytes(bytes.subarray(0, bytes.length - tiny.length))).toMatchObject({
    shape: still(640, 480),
    entries: null,
  });
});
