import { webp } from '../../../lib/container/webp';
import { concat, latin1, noise } from '../../../testing/build/bytes';
import { tiny } from '../../../testing/build/containers';
import { ascii, buildTiff } from '../../../testing/build/tiff';
import { anim, anmf, buildWebp, type Chunk, exifChunk, vp8, vp8l, vp8x, xmpChunk } from '../../../testing/build/webp';
import { locateIn, still } from '../../../testing/compare/located';
import { problemOf } from '../../../testing/compare/problem';
import { readBytes } from '../../../testing/compare/read';

const other = buildTiff({ fields: [ascii(0x010f, 'Another maker')] });
const image = vp8(640, 480);
const canvas = vp8x(640, 480, { exif: true });
const unmarked = vp8x(640, 480);
const exif = exifChunk(tiny);
const KiB = 1024;

test.each([
  ['RIFF and WEBP', 'RIFF\0\0\0\0WEBP', true],
  ['RIFF alone', 'RIFF\0\0\0\0', false],
  ['another RIFF', 'RIFF\0\0\0\0WAVE', false],
  ['WEBP in another file', 'FORM\0\0\0\0WEBP', false],
])('matches %s: %p', (_name, head, expected) => {
  expect(webp.matches(latin1(head))).toBe(expected);
});

describe('a single bitstream states its size, and EXIF may follow it', () => {
  test.each([
    ['lossy', vp8(3, 2), 3, 2],
    ['lossy, largest', vp8(16_383, 16_383), 16_383, 16_383],
    ['lossy with a scale in the upper bits', vp8(640, 480, { scale: 3 }), 640, 480],
    ['lossless', vp8l(3, 2), 3, 2],
    ['lossless, smallest', vp8l(1, 1, { alpha: false }), 1, 1],
    ['lossless, largest', vp8l(16_384, 16_384), 16_384, 16_384],
  ])('%s', async (_name, chunk, width, height) => {
    const alone = await locateIn(webp, buildWebp([chunk]));
    expect(alone).toMatchObject({ shape: still(width, height), exif: null });
    expect(Math.max(...alone.ranges.map(({ end }) => end))).toBeLessThanOrEqual(30);
    expect(await locateIn(webp, buildWebp([chunk, exif]))).toMatchObject({ shape: still(width, height), exif: tiny });
  });
});

describe('finds EXIF', () => {
  const cases: readonly (readonly [name: string, chunks: readonly Chunk[]])[] = [
    ['behind the image', [canvas, image, exif]],
    ['with the identifier of JPEG', [canvas, image, exifChunk(tiny, 'Exif\0\0')]],
    ['right behind VP8X', [canvas, exif, image]],
    ['behind a lossless image of odd length', [canvas, vp8l(640, 480, { length: 8 }), exif]],
    [
      'behind colour profile, alpha and image',
      [canvas, { type: 'ICCP', data: noise(9) }, { type: 'ALPH', data: noise(3) }, image, exif],
    ],
    ['before XMP', [canvas, image, exif, xmpChunk()]],
    ['behind XMP of odd length', [canvas, image, xmpChunk(7), exif]],
    ['behind an empty chunk', [canvas, { type: 'JUNK', data: noise(0) }, image, exif]],
    ['in the first of two', [canvas, image, exif, exifChunk(other)]],
    ['behind an EXIF chunk that holds none', [canvas, image, exifChunk(noise(40)), exif]],
    ['though the flag is clear, in a small file', [unmarked, image, exif]],
    ['though other flags are set', [vp8x(640, 480, { exif: true, others: 0xf5 }), image, exif]],
  ];
  test.each(cases)('%s', async (_name, chunks) => {
    const { shape, exif: found } = await locateIn(webp, buildWebp(chunks));
    expect(shape).toEqual(still(640, 480));
    expect(found).toEqual(tiny);
  });

  test('in big-endian order', async () => {
    const bytes = buildTiff({ fields: [ascii(0x010f, 'Eg')] }, { littleEndian: false });
    expect((await locateIn(webp, buildWebp([canvas, image, exifChunk(bytes)]))).exif).toEqual(bytes);
  });

  test.each([0, 1, 40])('cut %i bytes before its end, as far as it goes', async (missing) => {
    const bytes = buildWebp([canvas, image, exif]);
    const { exif: found } = await locateIn(webp, bytes.subarray(0, bytes.length - missing));
    expect(found).toEqual(tiny.subarray(0, tiny.length - missing));
  });

  test('when the RIFF size is larger than the object', async () => {
    expect((await locateIn(webp, buildWebp([canvas, image, exif], 0xffffffff))).exif).toEqual(tiny);
  });

  test.each([0xffffffff, 0xfffffffe])('when its chunk claims %i bytes, as far as the object goes', async (claims) => {
    expect((await locateIn(webp, buildWebp([canvas, image, { ...exif, claims }]))).exif).toEqual(tiny);
  });
});

describe('finds no EXIF', () => {
  test.each<[string, Uint8Array]>([
    ['where there is none', buildWebp([canvas, image])],
    ['in a chunk without a TIFF header', buildWebp([canvas, image, exifChunk(noise(40))])],
    ['in an empty chunk', buildWebp([canvas, image, exifChunk(noise(0))])],
    ['behind a chunk of 4 GiB', buildWebp([canvas, { ...image, claims: 0xffffffff }, exif])],
    ['behind a chunk of nearly that', buildWebp([canvas, { ...image, claims: 0xfffffffc }, exif])],
  ])('%s', async (_name, bytes) => {
    const { shape, exif: found } = await locateIn(webp, bytes);
    expect(shape).toEqual(still(640, 480));
    expect(found).toBeNull();
  });
});

describe('the frames', () => {
  const moving = vp8x(640, 480, { exif: true, animated: true });
  const shapeOf = (frames: number) => ({ width: 640, height: 480, frames, animated: true });

  test.each([1, 2, 7])('%i are counted, and the EXIF after them is found', async (frames) => {
    const chunks = Array.from({ length: frames }, (_, i) => anmf(i));
    const { shape, exif: found } = await locateIn(webp, buildWebp([moving, anim(), ...chunks, exif]));
    expect(shape).toEqual(shapeOf(frames));
    expect(found).toEqual(tiny);
  });

  test('are counted after the EXIF too', async () => {
    const { shape } = await locateIn(webp, buildWebp([moving, anim(), anmf(), exif, anmf(), anmf()]));
    expect(shape).toEqual(shapeOf(3));
  });

  test('are 1 where an animation has none', async () => {
    expect((await locateIn(webp, buildWebp([moving, anim()]))).shape).toEqual(shapeOf(1));
  });

  test('do not count without the animation flag', async () => {
    expect((await locateIn(webp, buildWebp([canvas, anmf(), anmf()]))).shape).toEqual(still(640, 480));
  });

  test('of more than 2,000 are counted: each takes 24 bytes', async () => {
    const chunks = Array.from({ length: 2500 }, () => anmf(0));
    const { shape, entries } = await readBytes(buildWebp([moving, anim(), ...chunks, exif]), { pixels: Infinity });
    expect(shape).toEqual(shapeOf(2500));
    expect(entries).not.toBeNull();
  });

  test('of a long animation are not worth the whole budget: its EXIF is found', async () => {
    const chunks = Array.from({ length: 24 }, () => ({ ...anmf(0), data: new Uint8Array(400 * KiB) }));
    const bytes = buildWebp([moving, anim(), ...chunks, exif]);
    const { shape, entries, requests } = await readBytes(bytes);
    expect(entries).toContain('Exif:a001 [1]');
    expect(shape).toMatchObject({ width: 640, height: 480, animated: true });
    expect(requests).toBeLessThanOrEqual(16);
  });
});

describe('EXIF although the header does not have the flag', () => {
  const long = { ...image, data: concat(vp8(640, 480).data, new Uint8Array(300 * KiB)) };
  const alpha: Chunk = { type: 'ALPH', data: noise(90) };
  const moving = vp8x(640, 480, { animated: true });
  const frame: Chunk = { ...anmf(0), data: new Uint8Array(90 * KiB) };
  const riffEnd = (...chunks: readonly Chunk[]): number => buildWebp(chunks).length - 8;

  test.each<[string, Uint8Array, number]>([
    ['without VP8X', buildWebp([image, exif]), 1],
    ['without VP8X, after a long image', buildWebp([long, exif]), 2],
    ['without VP8X, after XMP', buildWebp([long, xmpChunk(90), exif]), 2],
    ['without the flag', buildWebp([unmarked, image, exif]), 1],
    ['without the flag, after a long image', buildWebp([unmarked, alpha, long, exif]), 2],
    ['without the flag, after an animation', buildWebp([moving, anim(), frame, frame, exif]), 3],
    ['after the RIFF data', buildWebp([canvas, image, exif], riffEnd(canvas, image)), 1],
    ['after the RIFF data of a long file', buildWebp([canvas, long, exif], riffEnd(canvas, long)), 2],
    ['after the RIFF data, no flag', buildWebp([unmarked, long, exif], riffEnd(unmarked, long)), 2],
    ['after the RIFF data, no VP8X', buildWebp([long, exif], riffEnd(long)), 2],
    ['with a RIFF size of 0', buildWebp([canvas, long, exif], 0), 2],
    ['with a RIFF size that ends inside a chunk', buildWebp([canvas, image, exif], 11), 1],
    ['before a trailer that is no chunk', concat(buildWebp([canvas, long, exif]), new Uint8Array(9)), 2],
    ['before a trailer of 500 KiB', concat(buildWebp([canvas, long, exif]), new Uint8Array(500 * KiB)), 2],
  ])('%s', async (_name, bytes, requests) => {
    const result = await readBytes(bytes);
    expect(result.entries).toContain('Exif:a001 [1]');
    expect(result.shape).toMatchObject({ width: 640, height: 480 });
    expect(result.requests).toBeLessThanOrEqual(requests);
  });

  test('frames after the RIFF data do not count', async () => {
    const bytes = buildWebp([moving, anim(), anmf(), exif, anmf()], riffEnd(moving, anim(), anmf()));
    expect((await locateIn(webp, bytes)).shape).toMatchObject({ frames: 1, animated: true });
  });
});

describe('requests', () => {
  const padding = (length: number): Chunk => ({
    type: 'VP8 ',
    data: concat(vp8(640, 480).data, new Uint8Array(length)),
  });
  test.each<[string, Chunk[], number, boolean]>([
    ['one for a small file', [canvas, image, exif], 1, true],
    ['one for a bare bitstream of any length', [padding(300 * KiB)], 1, false],
    ['one where the flags say that there is no EXIF', [unmarked, padding(300 * KiB)], 1, false],
    ['two where EXIF follows a long image', [canvas, padding(300 * KiB), exif], 2, true],
    ['two where XMP follows it', [canvas, padding(300 * KiB), exif, xmpChunk(3000)], 2, true],
  ])('%s', async (_name, chunks, requests, hasExif) => {
    const result = await readBytes(buildWebp(chunks));
    expect(result).toMatchObject({ container: 'webp', shape: still(640, 480), requests });
    expect(result.entries !== null).toBe(hasExif);
    expect(result.bytes).toBeLessThanOrEqual(64 * KiB * requests);
  });
});

test.each([
  ['nothing but the header', buildWebp([])],
  ['a header cut short', buildWebp([image]).subarray(0, 19)],
  ['a lossy bitstream without its start code', buildWebp([{ type: 'VP8 ', data: new Uint8Array(10) }])],
  ['a lossless bitstream without its signature', buildWebp([{ type: 'VP8L', data: new Uint8Array(10) }])],
  ['chunks of no kind', buildWebp([exif, { type: 'JUNK', data: new Uint8Array(9) }])],
  ['a lossy bitstream cut before its size', buildWebp([image]).subarray(0, 29)],
  ['VP8X cut before its size', buildWebp([canvas]).subarray(0, 29)],
])('%s is DamagedImage', async (_name, bytes) => {
  expect(await problemOf(() => locateIn(webp, bytes))).toBe('DamagedImage');
});

test('a file with only empty chunks comes to an end', async () => {
  const bytes = buildWebp([
    canvas,
    ...Array.from({ length: 50_000 }, () => ({ type: 'JUNK', data: new Uint8Array(0) })),
  ]);
  const { entries, bytes: read } = await readBytes(bytes);
  expect(entries).toBeNull();
  expect(read).toBeLessThan(bytes.length / 2);
});
