// How far the chunks of a WebP are followed, in exact places: what is read, what is found, and which limit ends it.
import { memoryReader } from '../../../lib/bytes/reader';
import { webp } from '../../../lib/container/webp';
import { webpTail, webpWalk } from '../../../lib/limits';
import { ProblemError } from '../../../lib/problem';
import type { ByteRange } from '../../../lib/types';
import { concat, latin1, noise, u32 } from '../../../testing/build/bytes';
import { tiny } from '../../../testing/build/containers';
import { ascii, buildTiff } from '../../../testing/build/tiff';
import { anim, anmf, buildWebp, type Chunk, exifChunk, vp8, vp8l, vp8x, xmpChunk } from '../../../testing/build/webp';
import { locateIn, still } from '../../../testing/compare/located';
import { problemOf } from '../../../testing/compare/problem';
import { readBytes } from '../../../testing/compare/read';

const KiB = 1024;
const image = vp8(640, 480);
const longImage = vp8(640, 480, { length: 300 * KiB });
const canvas = vp8x(640, 480, { exif: true });
const unmarked = vp8x(640, 480);
const moving = vp8x(640, 480, { animated: true });
const movingExif = vp8x(640, 480, { animated: true, exif: true });
const exif = exifChunk(tiny);
const broken = exifChunk(noise(40));
const otherTiff = buildTiff({ fields: [ascii(0x010f, 'Another maker')] });
const empty: Chunk = { type: 'JUNK', data: new Uint8Array(0) };
const chunk = (type: string, length: number): Chunk => ({ type, data: new Uint8Array(length) });
const times = (count: number, one: Chunk) => Array.from({ length: count }, () => one);
const riffEnd = (...chunks: readonly Chunk[]): number => buildWebp(chunks).length - 8;
const chunkBytes = (one: Chunk): Uint8Array => buildWebp([one]).subarray(12);

/** Every EXIF block that is found. */
async function blocksIn(bytes: Uint8Array): Promise<readonly Uint8Array[]> {
  const { exif: found } = await webp.locate(memoryReader(bytes));
  const streams = found?.streams ?? [];
  return Promise.all(
    streams.map(async ({ reader }) => (await reader.read([{ start: 0, end: reader.size }]))[0] ?? tiny),
  );
}

describe('the chunk that states the size', () => {
  test.each([
    ['lossless, after EXIF', [exif, vp8l(3, 2)], 3, 2],
    ['lossy, as the last chunk that is looked at', [...times(15, empty), vp8(3, 2)], 3, 2],
    [
      'lossless, with the start code of a lossy one',
      [{ type: 'VP8L', data: Uint8Array.of(0x2f, 2, 0x40, 0x9d, 0x01, 0x2a, 9, 9, 9, 9) }],
      3,
      1654,
    ],
  ])('%s', async (_name, chunks, width, height) => {
    expect((await locateIn(webp, buildWebp(chunks))).shape).toEqual(still(width, height));
  });

  test.each([
    ['after 16 others', [...times(16, empty), image]],
    [
      'lossy, with the signature of a lossless one',
      [{ type: 'VP8 ', data: Uint8Array.of(0x2f, 1, 2, 3, 4, 5, 6, 7, 8, 9) }],
    ],
    ['after a chunk whose type is not text', [{ type: 'A\0BC', data: noise(4) }, image]],
  ])('%s: DamagedImage', async (_name, chunks) => {
    expect(await problemOf(() => locateIn(webp, buildWebp(chunks)))).toBe('DamagedImage');
  });
});

describe('the tail of a long file', () => {
  /** Starts and lengths of the reads; the last one is the tail. */
  const tailRead = (end: number) => [
    { start: 0, end: 12 },
    { start: 12, end: 20 },
    { start: 20, end: 30 },
    { start: end - webpTail, end },
  ];

  /** `more` after the image and EXIF: together as long as the tail. */
  const atTailStart = chunk('XMP ', webpTail - chunkBytes(exif).length - 8);

  test.each<[string, Uint8Array, number]>([
    ['as the last chunk', buildWebp([canvas, longImage, exif]), 0],
    ['as its first bytes', buildWebp([canvas, longImage, exif, atTailStart]), 0],
    ['before an empty chunk', buildWebp([canvas, longImage, exif, empty]), 0],
    ['before 15 chunks', buildWebp([canvas, longImage, exif, ...times(15, empty)]), 0],
    ['before a few bytes after the RIFF data', concat(buildWebp([canvas, longImage, exif]), new Uint8Array(9)), 0],
    [
      'before a trailer of 40 KiB, which is not part of it',
      concat(buildWebp([canvas, longImage, exif, xmpChunk(30 * KiB)]), new Uint8Array(40 * KiB)),
      40 * KiB,
    ],
  ])('has EXIF %s: the chunks before it are not visited', async (_name, bytes, trailer) => {
    const { exif: found, ranges } = await locateIn(webp, bytes);
    expect(found).toEqual(tiny);
    expect(ranges).toEqual(tailRead(bytes.length - trailer));
  });

  test('has EXIF before 16 chunks: the chunks lead to it', async () => {
    const { exif: found, ranges } = await locateIn(webp, buildWebp([canvas, longImage, exif, ...times(16, empty)]));
    expect(found).toEqual(tiny);
    expect(ranges.length).toBeGreaterThan(4);
  });

  const lookAlike = chunkBytes(exifChunk(otherTiff));
  const claiming = (length: number): Uint8Array => concat(latin1('EXIF'), u32(length, true), otherTiff);
  const within = (data: Uint8Array): Chunk => ({ ...image, data: concat(longImage.data, data) });
  /** Bytes from after the header of a chunk that ends the image data up to the end of a file that ends with `exif`. */
  const toEnd = otherTiff.length + chunkBytes(exif).length;

  test.each<[string, Uint8Array]>([
    ['image data that looks like EXIF', buildWebp([canvas, within(concat(lookAlike, noise(50))), exif])],
    ['image data that claims to end 4 bytes before the file', buildWebp([canvas, within(claiming(toEnd - 4)), exif])],
    ['image data that claims to end after the file', buildWebp([canvas, within(claiming(0xfffffff0)), exif])],
    ['a chunk of another type', buildWebp([canvas, longImage, { type: 'EXTR', data: otherTiff }, exif])],
  ])('takes no EXIF from %s', async (_name, bytes) => {
    expect(await blocksIn(bytes)).toEqual([tiny]);
  });
});

describe('EXIF chunks that cannot be read', () => {
  test.each<[string, Chunk[]]>([
    ['in a short file', [canvas, image]],
    ['in a long file', [canvas, longImage]],
  ])('%s: up to seven hide no other, eight end the search', async (_name, start) => {
    expect((await locateIn(webp, buildWebp([...start, ...times(7, broken), exif]))).exif).toEqual(tiny);
    expect((await locateIn(webp, buildWebp([...start, ...times(8, broken), exif]))).exif).toBeNull();
  });
});

describe('EXIF in the middle of an animation without the Exif flag', () => {
  test('is found in a short file', async () => {
    expect((await locateIn(webp, buildWebp([moving, anim(), anmf(), exif, anmf()]))).exif).toEqual(tiny);
  });

  test('is not looked for in a long one, outside the tail', async () => {
    const frame = chunk('ANMF', 50 * KiB);
    const { shape, exif: found } = await locateIn(webp, buildWebp([moving, anim(), frame, exif, frame, frame]));
    expect(found).toBeNull();
    expect(shape).toMatchObject({ frames: 3 });
  });
});

describe('after the RIFF data', () => {
  const trailer = (...chunks: readonly Chunk[]) => concat(...chunks.map(chunkBytes));

  test.each<[string, Uint8Array, Uint8Array | null]>([
    [
      'bytes that are no chunk end the search',
      concat(buildWebp([canvas, image]), new Uint8Array(8), chunkBytes(exif)),
      null,
    ],
    ['chunks are followed', concat(buildWebp([canvas, image]), trailer(empty, exif)), tiny],
    [
      'inside it any type is skipped',
      buildWebp([canvas, image, { type: '\0\x01\x02\x03', data: noise(4) }, exif]),
      tiny,
    ],
  ])('%s', async (_name, bytes, expected) => {
    expect((await locateIn(webp, bytes)).exif).toEqual(expected);
  });

  test('a frame right at its end does not count', async () => {
    const bytes = buildWebp([moving, anim(), anmf(), anmf(), exif], riffEnd(moving, anim(), anmf()));
    expect(await locateIn(webp, bytes)).toMatchObject({ shape: { frames: 1 }, exif: tiny });
  });

  test('nothing is read for frames alone', async () => {
    const frame = chunk('ANMF', 90 * KiB);
    const whole = buildWebp([movingExif, anim(), frame, frame, exif]);
    const { shape, ranges } = await locateIn(webp, concat(whole, trailer(chunk('JUNK', 500 * KiB))));
    expect(shape).toMatchObject({ frames: 2 });
    expect(Math.max(...ranges.map(({ end }) => end))).toBe(whole.length);
  });
});

describe('the frames of a long animation', () => {
  const shape = (frames: number, more = {}) => ({ width: 640, height: 480, animated: true, frames, ...more });
  const frame = chunk('ANMF', 30 * KiB);
  /** As many frames as start at most `webpWalk.bytes` after VP8X, and the bytes of each with its header. */
  const frameLength = 64 * KiB;
  const frames = (count: number) => times(count, chunk('ANMF', frameLength - 8));

  test.each<[string, Uint8Array, object]>([
    ['all, though the tail has the EXIF', buildWebp([movingExif, anim(), ...times(3, frame), exif]), shape(3)],
    ['all with a RIFF size of 0', buildWebp([moving, anim(), ...times(3, frame)], 0), shape(3)],
    ['one that starts at the last place', buildWebp([moving, ...frames(20)]), shape(17, { moreFrames: true })],
    ['none after it', buildWebp([moving, empty, ...frames(20)]), shape(16, { moreFrames: true })],
    [
      'up to the limit of chunks',
      buildWebp([moving, ...times(webpWalk.chunks + 9, anmf(0))]),
      shape(webpWalk.chunks, { moreFrames: true }),
    ],
  ])('%s', async (_name, bytes, expected) => {
    expect((await locateIn(webp, bytes)).shape).toEqual(expected);
  });
});

describe('when the budget of reads ends', () => {
  const frame = chunk('ANMF', 100 * KiB);
  const budget = { firstRead: 1024, requests: 5 };

  test.each<[string, Chunk[]]>([
    ['without the EXIF flag', [moving, anim(), ...times(9, frame)]],
    ['while EXIF is looked for', [movingExif, anim(), ...times(9, frame)]],
  ])('the frames so far are counted, %s', async (_name, chunks) => {
    const { shape, entries } = await readBytes(buildWebp(chunks), budget);
    expect(shape).toMatchObject({ width: 640, animated: true, moreFrames: true });
    expect(shape.frames).toBeGreaterThan(1);
    expect(entries).toBeNull();
  });

  test('before EXIF or a frame, that is BudgetExceeded', async () => {
    const bytes = buildWebp([
      canvas,
      ...times(9, chunk('ALPH', 100 * KiB)),
      exif,
      ...times(9, chunk('XMP ', 100 * KiB)),
    ]);
    expect(await problemOf(() => readBytes(bytes, budget))).toBe('BudgetExceeded');
  });

  test('after a broken EXIF chunk too', async () => {
    const bytes = buildWebp([canvas, broken, ...times(9, chunk('ALPH', 100 * KiB))]);
    expect(await problemOf(() => readBytes(bytes, budget))).toBe('BudgetExceeded');
  });
});

test('another fault ends the read, though frames were counted', async () => {
  const { size, read } = memoryReader(buildWebp([moving, anim(), anmf(), anmf()]));
  const failing = {
    size,
    read: (ranges: readonly ByteRange[]) => {
      const isLate = ranges.some(({ start }) => start >= size - 2 * chunkBytes(anmf()).length + 8);
      return isLate ? Promise.reject(new ProblemError('ObjectChanged', 'changed')) : read(ranges);
    },
  };
  expect(await problemOf(() => webp.locate(failing))).toBe('ObjectChanged');
});

test('the reads of a short file are the headers and the EXIF, each once', async () => {
  const { ranges, shape } = await locateIn(webp, buildWebp([unmarked, image, exif]));
  expect(shape).toEqual(still(640, 480));
  expect(ranges).toEqual([
    { start: 0, end: 12 },
    { start: 12, end: 20 },
    { start: 20, end: 30 },
    { start: 30, end: 38 },
    { start: 48, end: 56 },
    { start: 56, end: 56 + tiny.length },
  ]);
});
