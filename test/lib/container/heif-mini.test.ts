// Files of the brand mif3, with a `mini` box in place of `meta` [ISO/IEC 23008-12 Amd 2, Annex O].
import { deflateRawSync, deflateSync } from 'node:zlib';
import { heif } from '../../../lib/container/heif';
import { ftyp } from '../../../testing/build/bmff';
import { concat, noise } from '../../../testing/build/bytes';
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
    ['CICP', { cicp: true }],
    ['CICP of 4:0:0', { cicp: true, chroma: 0 }],
    ['codec types', { codecTypes: true }],
    ['an ICC profile', { icc: true }],
    ['XMP', { xmp: true }],
    ['high dynamic range', { hdr: true }],
    ['a gain map', { hdr: true, gainMap: true }],
    ['large sizes', { large: true }],
    [
      'everything',
      { alpha: true, cicp: true, codecTypes: true, icc: true, xmp: true, hdr: true, gainMap: true, large: true },
    ],
  ])('with %s', async (_name, options) => {
    const { shape, exif } = await locateIn(heif, buildMini({ ...size, exif: withOffset(tiny), ...options }));
    expect(shape).toEqual(still(640, 480));
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
