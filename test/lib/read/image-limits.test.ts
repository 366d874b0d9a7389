// The limits on images.
import type { Limits } from '../../../lib/limits';
import { tiffBytes } from '../../../testing/build/containers';
import { buildJpeg, exifSegment, frameHeader } from '../../../testing/build/jpeg';
import { buildTiff, type Ifd, long, short } from '../../../testing/build/tiff';
import { anim, anmf, buildWebp, vp8x } from '../../../testing/build/webp';
import { problemOf } from '../../../testing/compare/problem';
import { bucketOf } from '../../../testing/fakes/counting-bucket';
import { jpegBytes, pngOf, read } from './record-world';

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
    ['4 pages, which are not frames', buildTiff(pages(4)), { frames: 2 }, 'ok'],
    ['one frame that is too large by itself', pngOf(25_001, 10_000, 1), {}, 'TooManyPixels'],
    ['pages, which are not frames', buildTiff(pages(4)), { pixels: 10_000 }, 'ok'],
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

  test.each([
    ['a WebP', webpOf(16_384, 1), 'the limit is 16383 a side (EXIF_MAX_WEBP_SIDE)'],
    ['another image', pngOf(30_001, 1), 'the limit is 30000 a side (EXIF_MAX_SIDE)'],
    ['a WebP over both limits', webpOf(16_384, 1), 'the limit is 100 a side (EXIF_MAX_SIDE)', { side: 100 }],
  ])('the message about %s names its limit', async (_name, bytes, message, limits: Partial<Limits> = {}) => {
    const outcome = read(bucketOf(bytes), { limits: { webpSide: 16_383, ...limits } });
    await expect(outcome).rejects.toMatchObject({ code: 'SideTooLong', message: expect.stringContaining(message) });
  });

  test('an object that is too large, or not an image, costs one request', async () => {
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
