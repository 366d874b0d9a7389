// Turning thumbnails upright: each orientation against sharp's own reading of EXIF, and what cannot be turned.
import sharp from 'sharp';
import { maxThumbnailBytes, maxThumbnailPixels } from '../../../lib/limits';
import { turnedPreview } from '../../../lib/read/previews/limits';
import { previewImage, uprightThumbnail } from '../../../lib/read/thumbnail-upright';
import { concat, noise, u16 } from '../../../testing/build/bytes';
import { buildJpeg, exifSegment, frameHeader, insertSegments } from '../../../testing/build/jpeg';
import { buildTiff, short } from '../../../testing/build/tiff';
import { endOf, problemOf } from '../../../testing/compare/problem';

const signal = (): AbortSignal => AbortSignal.timeout(20_000);
const width = 48;
const height = 32;

/** A JPEG in which no two corners are alike: red, green, blue and white. */
async function cornered(): Promise<Uint8Array> {
  const colours = ['#f00', '#0f0', '#00f', '#fff'];
  const corners = colours.map((background, i) => ({
    input: { create: { width: width / 2, height: height / 2, channels: 3 as const, background } },
    left: i % 2 === 0 ? 0 : width / 2,
    top: i < 2 ? 0 : height / 2,
  }));
  const canvas = sharp({ create: { width, height, channels: 3, background: '#000' } });
  return Uint8Array.from(await canvas.composite(corners).jpeg({ quality: 95 }).toBuffer());
}

async function pixelsOf(
  jpeg: Uint8Array,
  autoOrient = false,
): Promise<{ width: number; height: number; data: Buffer }> {
  const { data, info } = await sharp(jpeg, { autoOrient }).raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

function largestDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? -255))), 0);
}

test.each([2, 3, 4, 5, 6, 7, 8])('orientation %d is turned as sharp turns it by EXIF', async (orientation) => {
  const bytes = await cornered();
  const upright = await uprightThumbnail({ bytes, orientation }, signal());
  const told = insertSegments(bytes, [exifSegment(buildTiff({ fields: [short(0x0112, orientation)] }))]);
  const expected = await pixelsOf(told, true);
  const turned = await pixelsOf(upright);
  expect([turned.width, turned.height]).toEqual(orientation >= 5 ? [height, width] : [width, height]);
  expect([turned.width, turned.height]).toEqual([expected.width, expected.height]);
  expect(largestDifference(turned.data, expected.data)).toBeLessThan(24);
});

test('a thumbnail that is upright stays as stored, even one that cannot be decoded', async () => {
  const bytes = buildJpeg([frameHeader(160, 120)], 100);
  for (const orientation of [1, 0, 9]) expect(await uprightThumbnail({ bytes, orientation }, signal())).toBe(bytes);
});

describe('a preview', () => {
  const blank = async (wide: number, high: number) => {
    const image = sharp({ create: { width: wide, height: high, channels: 3, background: '#888' } });
    return Uint8Array.from(await image.jpeg().toBuffer());
  };
  const turned = (bytes: Uint8Array, most?: number) =>
    uprightThumbnail({ bytes, orientation: 6 }, signal(), previewImage(most));

  test('may be larger than a thumbnail', async () => {
    const bytes = await blank(2400, 1800);
    expect(2400 * 1800).toBeGreaterThan(maxThumbnailPixels);
    expect(await sharp(await turned(bytes)).metadata()).toMatchObject({ width: 1800, height: 2400 });
  });

  test.each([
    ['too many pixels', () => blank(4096, turnedPreview.pixels / 4096 + 8), undefined, 'PreviewTooLarge'],
    ['too long after it was turned', () => blank(640, 480), 1000, 'PreviewTooLarge'],
    ['damaged', async () => (await blank(640, 480)).subarray(0, 300), undefined, 'PreviewDamaged'],
  ])('%s: refused', async (_, make, most, code) => {
    const bytes = await make();
    expect(await problemOf(() => turned(bytes, most))).toBe(code);
  });
});

test('an orientation in its own EXIF is not applied on top, and its metadata is gone', async () => {
  const tiff = buildTiff({ fields: [short(0x0112, 3)] });
  const bytes = insertSegments(await cornered(), [exifSegment(tiff)]);
  const upright = await uprightThumbnail({ bytes, orientation: 6 }, signal());
  const metadata = await sharp(upright).metadata();
  expect(metadata).toMatchObject({ format: 'jpeg', width: height, height: width });
  expect(metadata.exif).toBeUndefined();
  const plain = await uprightThumbnail({ bytes: await cornered(), orientation: 6 }, signal());
  expect((await pixelsOf(upright)).data).toEqual((await pixelsOf(plain)).data);
});

/** A JPEG of noise, in which nothing can be saved. */
async function noisy(side: number, quality: number): Promise<Uint8Array> {
  const pixels = noise(side * side);
  const raw = { width: side, height: side, channels: 1 as const };
  return Uint8Array.from(await sharp(pixels, { raw }).jpeg({ quality }).toBuffer());
}

describe('what would become too long when it is turned', () => {
  test('is answered at a lower quality', async () => {
    const bytes = await noisy(1000, 35);
    expect(bytes.length).toBeLessThan(maxThumbnailBytes);
    expect((await sharp(bytes).rotate(90).jpeg({ quality: 90 }).toBuffer()).length).toBeGreaterThan(maxThumbnailBytes);
    const upright = await uprightThumbnail({ bytes, orientation: 6 }, signal());
    expect(upright.length).toBeLessThanOrEqual(maxThumbnailBytes);
    expect(await sharp(upright).metadata()).toMatchObject({ format: 'jpeg', width: 1000, height: 1000 });
  });

  test('is refused where that is not enough', async () => {
    const bytes = await noisy(1900, 5);
    expect(bytes.length).toBeLessThan(maxThumbnailBytes);
    expect(await problemOf(() => uprightThumbnail({ bytes, orientation: 6 }, signal()))).toBe('ThumbnailTooLarge');
  });
});

describe('refused', () => {
  const turn = (bytes: Uint8Array, stop = signal()) =>
    problemOf(() => uprightThumbnail({ bytes, orientation: 6 }, stop));

  test('bytes that only look like a JPEG', async () => {
    expect(await turn(buildJpeg([frameHeader(160, 120)], 500))).toBe('ThumbnailDamaged');
  });

  test('a JPEG that is cut', async () => {
    const bytes = await cornered();
    for (const length of [3, 20, 200, bytes.length - 100]) {
      expect(await turn(bytes.subarray(0, length))).toBe('ThumbnailDamaged');
    }
  });

  test('more pixels than the limit, even if an earlier check missed them', async () => {
    const side = Math.sqrt(maxThumbnailPixels) + 8;
    const large = await sharp({ create: { width: side, height: side, channels: 3, background: '#888' } })
      .jpeg()
      .toBuffer();
    expect(await turn(Uint8Array.from(large))).toBe('ThumbnailTooLarge');
    const bytes = Uint8Array.from(await cornered());
    const frame = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xc0);
    bytes.set(concat(u16(65_535), u16(65_535)), frame + 5);
    expect(await turn(bytes)).toBe('ThumbnailTooLarge');
  });

  test('when the time is over', async () => {
    expect(await turn(await cornered(), AbortSignal.abort())).toBe('Timeout');
  });

  test('random damage ends in an answer or a refusal', async () => {
    const bytes = await cornered();
    for (let n = 0; n < 200; n++) {
      const damaged = bytes.slice();
      for (let k = 0; k < 4; k++) damaged[2 + ((n * 7919 + k * 104_729) % (bytes.length - 2))] = (n * 31 + k) & 0xff;
      const code = await endOf(() => uprightThumbnail({ bytes: damaged, orientation: 6 }, signal()));
      expect(['answered', 'ThumbnailDamaged']).toContain(code);
    }
  });
});
