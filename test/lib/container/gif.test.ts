// GIF: the frames that the first read shows, and whether there may be more.
import { gif } from '../../../lib/container/gif';
import type { ImageShape } from '../../../lib/types';
import { concat, latin1, noise, patched } from '../../../testing/build/bytes';
import { buildGif, gifExtension, gifImage } from '../../../testing/build/gif-bmp-psd';
import { locateIn } from '../../../testing/compare/located';
import { problemOf } from '../../../testing/compare/problem';
import { readBytes } from '../../../testing/compare/read';

const KiB = 1024;

const control = gifExtension(0xf9, [4]);
const loop = gifExtension(0xff, [11, 3]);
const remark = gifExtension(0xfe, [255, 255, 1]);
const moving = (frames: number) => ({ width: 640, height: 480, frames, animated: frames > 1 });

test.each<[string, number, Uint8Array]>([
  ['one image', 1, buildGif(640, 480, [gifImage()])],
  ['GIF87a', 1, buildGif(640, 480, [gifImage()], { version: '87a' })],
  ['no global colours', 2, buildGif(640, 480, [gifImage(), gifImage()], { table: -1 })],
  ['256 global colours', 2, buildGif(640, 480, [gifImage(), gifImage()], { table: 7 })],
  ['local colours', 3, buildGif(640, 480, [gifImage([2], 0), gifImage([2], 7), gifImage()])],
  [
    'extensions between',
    3,
    buildGif(640, 480, [loop, control, gifImage(), remark, control, gifImage([255, 9]), gifImage()]),
  ],
  ['an image without data', 2, buildGif(640, 480, [gifImage([]), gifImage([])])],
  ['no image', 1, buildGif(640, 480, [loop])],
  ['nothing after the trailer', 1, concat(buildGif(640, 480, [gifImage()]), gifImage(), gifImage())],
  ['an unknown block ends the walk', 1, buildGif(640, 480, [gifImage(), patched(remark, 0, latin1('?')), gifImage()])],
  ['cut after a sub-block', 1, buildGif(640, 480, [gifImage()]).subarray(0, -2)],
  ['cut after an image descriptor', 2, buildGif(640, 480, [gifImage(), gifImage()]).subarray(0, -6)],
  ['cut in an image descriptor', 1, buildGif(640, 480, [gifImage(), gifImage()]).subarray(0, -7)],
])('%s: %i frames', async (_name, frames, bytes) => {
  expect((await locateIn(gif, bytes)).shape).toEqual(moving(frames));
});

test('frames are counted as far as one read shows them', async () => {
  const long = buildGif(
    640,
    480,
    Array.from({ length: 300 }, () => gifImage([255, 255])),
  );
  const { shape, requests, bytes } = await readBytes(long);
  expect({ requests, bytes }).toEqual({ requests: 1, bytes: 64 * KiB });
  const counted = Math.ceil((64 * KiB - 19) / gifImage([255, 255]).length); // 19 bytes of header and colours
  expect(shape).toEqual({ ...moving(counted), moreFrames: true });
});

describe('there may be more frames unless the end is read', () => {
  const [start, end] = [buildGif(640, 480, [gifImage()]).subarray(0, -1), latin1(';')];
  /** An image and a remark, and then the bytes given, so many bytes before the end of the first 64 KiB. */
  const gifWith = (before: number, rest: Uint8Array): Uint8Array => {
    const blocks = 64 * KiB - before - start.length - 3; // 3: introducer, label, terminator
    const lengths = Array.from({ length: Math.floor(blocks / 256) }, () => 255);
    return concat(start, gifExtension(0xfe, [...lengths, (blocks % 256) - 1]), rest);
  };

  test.each<[string, Uint8Array, Partial<ImageShape>]>([
    ['the trailer is the last byte that is read', gifWith(1, concat(end, gifImage())), moving(1)],
    ['the trailer is the next byte', gifWith(0, concat(end, gifImage())), { ...moving(1), moreFrames: true }],
    ['an unknown block', gifWith(12, concat(noise(12), gifImage())), moving(1)],
    ['an image descriptor, to the end', gifWith(10, concat(gifImage(), end)), { ...moving(2), moreFrames: true }],
    ['a part of one', gifWith(9, concat(gifImage(), end)), { ...moving(1), moreFrames: true }],
    ['an object of 64 KiB, cut', gifWith(0, noise(0)), moving(1)],
    ['an object one byte longer, cut', gifWith(0, noise(1)), { ...moving(1), moreFrames: true }],
  ])('%s', async (_name, bytes, shape) => {
    expect((await locateIn(gif, bytes)).shape).toEqual(shape);
  });
});

test.each([
  ['sub-blocks without end', new Uint8Array(300 * KiB).fill(1)],
  ['extensions without end', new Uint8Array(300 * KiB).fill(0x21)],
  ['images without end', new Uint8Array(300 * KiB).fill(0x2c)],
])('%s end', async (_name, rest) => {
  const { shape, requests } = await readBytes(concat(buildGif(3, 2, [gifImage()]).subarray(0, -2), rest));
  expect(shape).toMatchObject({ width: 3, height: 2 });
  expect(requests).toBe(1);
});

test.each([6, 9, 10])('a header cut to %i bytes is DamagedImage', async (length) => {
  expect(await problemOf(() => locateIn(gif, buildGif(3, 2, []).subarray(0, length)))).toBe('DamagedImage');
});
