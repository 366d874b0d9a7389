// JPEG files whose segments do not follow right after one another, as decoders accept them.
import { jpeg } from '../../../lib/container/jpeg';
import { concat, latin1, noise } from '../../../testing/build/bytes';
import { tiffBytes } from '../../../testing/build/containers';
import {
  buildJpeg,
  comment,
  exifSegment,
  frameHeader,
  jfif,
  photoshopSegment,
  type Segment,
} from '../../../testing/build/jpeg';
import { buildRaf, buildRw2, buildX3f } from '../../../testing/build/raw';
import { locateIn, still } from '../../../testing/compare/located';
import { readBytes } from '../../../testing/compare/read';

const exif = exifSegment(tiffBytes);
const frame = frameHeader(640, 480);
const tables: Segment = { marker: 0xdb, payload: new Uint8Array(65).fill(1) };

/** SOI, then segments and stray bytes in the order given, then a scan. */
function build(...parts: readonly (Segment | Uint8Array)[]): Uint8Array {
  const whole = buildJpeg([]); // SOI, SOS ...
  const bytes = parts.map((part) =>
    part instanceof Uint8Array ? part : buildJpeg([part]).subarray(2, -(whole.length - 2)),
  );
  return concat(whole.subarray(0, 2), ...bytes, whole.subarray(2));
}

const stray: readonly (readonly [string, Uint8Array])[] = [
  ['one NUL', Uint8Array.of(0)],
  ['two bytes', Uint8Array.of(1, 2)],
  ['text', latin1('written by a broken program')],
  ['noise', noise(700)],
  ['a stuffed FF', Uint8Array.of(0x12, 0xff, 0x00, 0x34)],
  ['restart markers', Uint8Array.of(0x12, 0xff, 0xd0, 0x34, 0xff, 0xd7)],
  ['an end of image', Uint8Array.of(0x12, 0xff, 0xd9, 0x34)],
  ['what looks like a segment', Uint8Array.of(0x12, 0xff, 0xe5, 0x00, 0x09, 0x34)],
  ['what looks like a long segment', Uint8Array.of(0x12, 0xff, 0xe5, 0x70, 0x00, 0x34)],
  ['what looks like a scan header', Uint8Array.of(0x12, 0xff, 0xda, 0x00, 0x77, 0x34)],
  ['5,000 NULs', new Uint8Array(5000)],
  ['200,000 NULs', new Uint8Array(200_000)],
];

describe.each(stray)('stray bytes: %s', (_name, bytes) => {
  test.each<[string, readonly (Segment | Uint8Array)[]]>([
    ['before EXIF', [jfif(), bytes, exif, tables, frame]],
    ['after EXIF', [exif, bytes, tables, frame]],
    ['before the frame header', [exif, tables, bytes, frame]],
    ['before EXIF that follows the frame header', [tables, frame, bytes, exif]],
    ['between all', [jfif(), bytes, exif, bytes, tables, bytes, frame, bytes]],
  ])('%s', async (_where, parts) => {
    const result = await readBytes(build(...parts));
    expect(result).toMatchObject({ container: 'jpeg', shape: still(640, 480) });
    expect(result.entries).toContain('Exif:a001 [1]');
    expect(result.requests).toBeLessThanOrEqual(bytes.length > 60_000 ? 9 : 1);
  });
});

test.each([
  ['one short', -1],
  ['one long', 1],
  ['three short', -3],
])('a segment before EXIF and one after it whose lengths are %s', async (_name, by) => {
  const lying = (segment: Segment): Segment => ({ ...segment, claims: segment.payload.length + 2 + by });
  const { shape, exif: found } = await locateIn(jpeg, buildJpeg([lying(comment(20)), exif, lying(tables), frame]));
  expect(shape).toEqual(still(640, 480));
  expect(found).toEqual(tiffBytes);
});

test.each([-1, 1])('every length off by %i', async (by) => {
  const lying = (segment: Segment): Segment => ({ ...segment, claims: segment.payload.length + 2 + by });
  const padded = exifSegment(concat(tiffBytes, new Uint8Array(2)));
  for (const parts of [
    [jfif(), padded, comment(20), tables, frame],
    [jfif(), tables, frame, padded, comment(9)],
  ]) {
    const { shape, entries } = await readBytes(buildJpeg(parts.map(lying)));
    expect(shape).toEqual(still(640, 480));
    expect(entries).toContain('Exif:a001 [1]');
  }
});

test('Photoshop resources between stray bytes', async () => {
  const resources = photoshopSegment([{ id: 0x0422, data: tiffBytes }]);
  const { entries } = await readBytes(build(Uint8Array.of(7, 7), resources, Uint8Array.of(7, 7), frame));
  expect(entries).toContain('Exif:a001 [1]');
});

test('an FF with a code that no segment has is skipped', async () => {
  const bytes = Uint8Array.of(0xff, 0x10, 0x45, 0x67);
  const { shape, entries } = await readBytes(build(bytes, jfif(), bytes, exif, bytes, tables, bytes, frame));
  expect(shape).toEqual(still(640, 480));
  expect(entries).toContain('Exif:a001 [1]');
});

test('EXIF after the start of the image data is not read', async () => {
  const [whole, more] = [buildJpeg([frame], 400), buildJpeg([exif])];
  const { entries } = await readBytes(concat(whole.subarray(0, -2), more.subarray(2)));
  expect(entries).toBeNull();
});

test.each<[string, (jpeg: Uint8Array) => Uint8Array]>([
  ['RAF', buildRaf],
  ['RW2', (bytes) => buildRw2([], bytes)],
  ['X3F', (data) => buildX3f(3, 2, [{ type: 'IMA2', data }])],
])('stray bytes in the JPEG of %s', async (_name, wrap) => {
  expect((await readBytes(wrap(build(Uint8Array.of(0, 1), exif, tables, frame)))).entries).toContain('Exif:a001 [1]');
});

test('an EXIF segment whose length is one short keeps its tags', async () => {
  const short = { ...exif, claims: exif.payload.length + 1 };
  const { shape, entries } = await readBytes(buildJpeg([short, tables, frame]));
  expect(shape).toEqual(still(640, 480));
  expect(entries).toContain('Exif:a001 [1]');
});

test('with stray bytes directly after SOI, a JPEG is still recognised and other files are not', async () => {
  const bytes = build(latin1('junk'), exif, tables, frame);
  expect(await readBytes(bytes)).toMatchObject({ container: 'jpeg', shape: still(640, 480) });
  expect(jpeg.matches(concat(Uint8Array.of(0xff, 0xd8), noise(4000)))).toBe(false);
});

describe('a hostile file', () => {
  test('of stray bytes alone takes few reads and stays within the budget', async () => {
    const bytes = concat(buildJpeg([exif]).subarray(0, -30), new Uint8Array(3_000_000));
    const result = await readBytes(bytes);
    expect(result.entries).toContain('Exif:a001 [1]');
    expect(result.bytes).toBeLessThan(1.5 * 1024 * 1024);
    expect(result.requests).toBeLessThanOrEqual(8);
  });

  test('of bytes that all look like segments is searched without a read for each', async () => {
    const pairs = Uint8Array.from({ length: 250_000 }, (_, i) => [0xff, 0xe1, 0x7f][i % 3] as number);
    const { ranges } = await locateIn(jpeg, build(exif, tables, new Uint8Array(3), pairs, frame));
    expect(ranges.length).toBeLessThan(80);
  });
});
