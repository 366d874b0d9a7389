import { jp2 } from '../../../lib/container/jp2';
import { maxHops } from '../../../lib/limits';
import { box, free } from '../../../testing/build/bmff';
import { concat, latin1, noise, u32 } from '../../../testing/build/bytes';
import { tiny } from '../../../testing/build/containers';
import { buildJp2, codestream, exifUuids, jp2c, jp2h, uuidBox } from '../../../testing/build/jp2';
import { locateIn, still } from '../../../testing/compare/located';
import { problemOf } from '../../../testing/compare/problem';
import { readBytes } from '../../../testing/compare/read';

const KiB = 1024;
const header = jp2h(640, 480);
const stream = codestream(640, 480);
const image = jp2c(stream);
const exif = uuidBox(exifUuids.text, tiny);

test.each([
  ['boxes', '\0\0\0\x0cjP  \r\n\x87\n', true],
  ['a codestream', '\xff\x4f\xff\x51', true],
  ['JPEG XL', '\0\0\0\x0cJXL \r\n\x87\n', false],
  ['JPEG', '\xff\xd8\xff\xe0', false],
])('matches %s: %p', (_name, head, expected) => {
  expect(jp2.matches(latin1(head))).toBe(expected);
});

describe('finds EXIF and size', () => {
  test.each<[string, readonly Uint8Array[]]>([
    ['in a uuid box named as text', [header, exif, image]],
    ['in a uuid box named as Photoshop does', [header, uuidBox(exifUuids.Photoshop, tiny), image]],
    ['behind the codestream', [header, image, exif]],
    ['with the identifier of JPEG', [header, image, uuidBox(exifUuids.text, concat(latin1('Exif\0\0'), tiny))]],
    ['behind other uuid boxes', [header, uuidBox(noise(16), tiny), uuidBox(noise(3), noise(0)), image, exif]],
    ['behind one that holds none', [header, uuidBox(exifUuids.text, noise(40)), exif, image]],
    ['in a box of 64-bit size', [header, image, uuidBox(exifUuids.text, tiny, { form: 'long' })]],
    ['in a box up to the end', [header, image, uuidBox(exifUuids.text, tiny, { form: 'open' })]],
    ['behind a codestream of 64-bit size', [header, jp2c(stream, { form: 'long' }), exif]],
    ['behind other boxes', [free(0), box('jp2i', noise(9)), header, box('xml ', noise(9)), image, exif]],
    ['with the size of the codestream alone', [image, exif]],
    ['before the header of the image', [exif, header, image]],
  ])('%s', async (_name, boxes) => {
    const { shape, exif: found } = await locateIn(jp2, buildJp2(...boxes));
    expect(shape).toEqual(still(640, 480));
    expect(found).toEqual(tiny);
  });

  test.each([
    ['of another name', noise(16)],
    ['of a name that begins as one of EXIF', concat(exifUuids.text.subarray(0, 15), noise(1))],
  ])('in no uuid box %s', async (_name, uuid) => {
    expect((await locateIn(jp2, buildJp2(header, uuidBox(uuid, tiny), image))).blocks).toEqual([]);
  });

  test('when the object ends inside the box, as far as it goes', async () => {
    const bytes = buildJp2(header, image, exif);
    expect((await locateIn(jp2, bytes.subarray(0, -9))).exif).toEqual(tiny.subarray(0, -9));
  });
});

describe('finds no EXIF', () => {
  test.each<[string, Uint8Array]>([
    ['where there is none', buildJp2(header, image)],
    ['in a bare codestream', stream],
    ['in a bare codestream with an offset on its grid', codestream(640, 480, { left: 100, top: 7 })],
    ['behind a codestream up to the end', buildJp2(header, jp2c(stream, { form: 'open' }), exif)],
    ['behind a box of 64-bit size 0', buildJp2(header, free(4, { form: 'long', claims: 0 }), exif)],
    ['behind a box beyond safe integers', buildJp2(header, free(4, { form: 'long', claims: 2n ** 60n }), exif)],
    ['behind a box of 4 GiB', buildJp2(header, free(4, { claims: 0xffffffff }), exif)],
    ['in a uuid box of less than its name', buildJp2(header, box('uuid', exifUuids.text.subarray(0, 15)))],
    ['in a uuid box of its name alone', buildJp2(header, box('uuid', exifUuids.text))],
    ['behind more boxes than the limit', buildJp2(header, ...Array.from({ length: 2100 }, () => free(0)), exif)],
  ])('%s', async (_name, bytes) => {
    const { shape, exif: found, ranges } = await locateIn(jp2, bytes);
    expect({ shape, found }).toEqual({ shape: still(640, 480), found: null });
    expect(ranges.length).toBeLessThanOrEqual(2 * maxHops);
  });
});

describe('the image header', () => {
  const ihdr = (...bytes: readonly number[]) => box('ihdr', concat(u32(480), u32(640), Uint8Array.from(bytes)));

  test.each<[string, Uint8Array, number | undefined]>([
    ['bits of a sample', box('jp2h', ihdr(0, 3, 11)), 12],
    ['signed samples', box('jp2h', ihdr(0, 3, 0x87)), 8],
    ['components that differ', box('jp2h', ihdr(0, 3, 255)), undefined],
    ['a header that ends before the depth', box('jp2h', ihdr(0, 3)), undefined],
    ['a header after others', box('jp2h', concat(free(4), ihdr(0, 3, 7))), 8],
  ])('%s', async (_name, jp2h, bitDepth) => {
    const { shape, stated } = await locateIn(jp2, buildJp2(jp2h));
    expect(shape).toEqual(still(640, 480));
    expect(stated).toEqual(bitDepth === undefined ? {} : { bitDepth });
  });

  test('in a box of another type does not count', async () => {
    const bytes = buildJp2(box('jp2i', ihdr(0, 3, 7)), jp2h(3, 2));
    expect((await locateIn(jp2, bytes)).shape).toEqual(still(3, 2));
  });

  test('is read with at most 64 bytes of its box, and no byte after it', async () => {
    const start = buildJp2().length + 8;
    const long = buildJp2(box('jp2h', concat(ihdr(0, 3, 7), free(99))), image);
    expect((await locateIn(jp2, long)).ranges).toContainEqual({ start, end: start + 64 });
    const short = buildJp2(box('jp2h', ihdr(0, 3, 7)), image);
    expect((await locateIn(jp2, short)).ranges).toContainEqual({ start, end: start + 19 });
  });
});

test('an image that begins after the end of its grid has no pixels', async () => {
  expect((await locateIn(jp2, codestream(-5, 480, { left: 10 }))).shape).toEqual(still(0, 480));
});

test.each([
  ['no box', buildJp2()],
  ['boxes of other kinds', buildJp2(free(9), box('jp2h', noise(0)))],
  ['a codestream cut short', stream.subarray(0, 23)],
  ['a codestream in a box cut short', buildJp2(image).subarray(0, -40)],
])('%s is DamagedImage', async (_name, bytes) => {
  expect(await problemOf(() => locateIn(jp2, bytes))).toBe('DamagedImage');
});

describe('requests', () => {
  const long = jp2c(concat(stream, new Uint8Array(300 * KiB)));
  test.each<[string, Uint8Array, number, boolean]>([
    ['one for a bare codestream of any length', concat(stream, new Uint8Array(300 * KiB)), 1, false],
    ['one where EXIF stands before the image', buildJp2(header, exif, long), 1, true],
    ['two where it stands behind', buildJp2(header, long, exif), 2, true],
    ['one where there is none and the image goes to the end', buildJp2(header, long), 1, false],
  ])('%s', async (_name, bytes, requests, hasExif) => {
    const result = await readBytes(bytes);
    expect(result).toMatchObject({ container: 'jp2', shape: still(640, 480), requests });
    expect(result.entries !== null).toBe(hasExif);
    expect(result.bytes).toBeLessThanOrEqual(64 * KiB + 16 * KiB * (requests - 1));
  });
});
