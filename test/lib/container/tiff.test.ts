import { tiff } from '../../../lib/container/tiff';
import type { ImageShape } from '../../../lib/types';
import { latin1 } from '../../../testing/build/bytes';
import {
  ascii,
  buildTiff,
  type Field,
  floats,
  type Ifd,
  integers,
  pointer,
  rational,
} from '../../../testing/build/tiff';
import { readTiff } from '../../../testing/compare/document';
import { locateIn, still } from '../../../testing/compare/located';
import { problemOf } from '../../../testing/compare/problem';
import { readBytes } from '../../../testing/compare/read';

test.each([
  ['little-endian', 'II*\0', true],
  ['big-endian', 'MM\0*', true],
  ['BigTIFF', 'II+\0', true],
  ['big-endian BigTIFF', 'MM\0+', true],
  ['mixed orders', 'II\0*', false],
  ['Olympus ORF', 'IIRO', true],
  ['Olympus ORF of other models', 'IIRS', true],
  ['big-endian Olympus ORF', 'MMOR', true],
  ['JPEG XR', 'II\xbc\x01', true],
  ['JPEG XR of version 0', 'II\xbc\0', false],
])('matches %s: %p', (_name, head, expected) => {
  expect(tiff.matches(latin1(head))).toBe(expected);
});

test('the whole file is the EXIF block, and nothing is read to know that', async () => {
  const bytes = buildTiff({ fields: [] });
  const located = { shape: still(null, null), stated: {}, exif: bytes, blocks: [bytes], ranges: [] };
  expect(await locateIn(tiff, bytes)).toEqual(located);
});

const size = (width: number, height: number): Field[] => [integers(0x0100, 3, width), integers(0x0101, 3, height)];

async function shapeOf(ifd0: Ifd): Promise<ImageShape | undefined> {
  return tiff.shapeOf?.(await readTiff(buildTiff(ifd0)));
}

describe('the size is what IFD0 states', () => {
  test.each([3, 4, 13, 16])('in type %i', async (type) => {
    expect(await shapeOf({ fields: [integers(0x0100, type, 640), integers(0x0101, type, 480)] })).toStrictEqual(
      still(640, 480),
    );
  });

  test.each<[string, Field[]]>([
    ['where a tag occurs twice, the first one', [...size(640, 480), ...size(1, 1)]],
    [
      'where another tag has no value, because it is too long',
      [{ ...ascii(0x927c, 'x'.repeat(3000)), type: 7 }, ...size(640, 480)],
    ],
  ])('%s', async (_name, fields) => {
    expect(await shapeOf({ fields })).toEqual(still(640, 480));
  });

  test('also 0', async () => {
    expect(await shapeOf({ fields: size(0, 0) })).toEqual(still(0, 0));
  });

  test('not what other IFDs state', async () => {
    const small: Ifd = { fields: [integers(0x0100, 3, 1), integers(0x0101, 3, 1)] };
    const fields = [integers(0x0100, 3, 640), integers(0x0101, 3, 480), pointer(0x014a, [small])];
    expect(await shapeOf({ fields, next: { fields: small.fields } })).toEqual({ ...still(640, 480), frames: 2 });
  });

  test.each([
    ['where it has none', []],
    ['where only a SubIFD has one', [pointer(0x014a, [{ fields: [integers(0x0100, 3, 640)] }])]],
    ['where only the Exif IFD has one', [pointer(0x8769, [{ fields: size(640, 480) }])]],
    ['where it is text', [ascii(0x0100, '640')]],
    ['where it is a ratio', [rational(0x0100, [640, 1])]],
    ['where it has no component', [integers(0x0100, 3)]],
    ['where it is not a number', [floats(0x0100, 11, Number.NaN), integers(0x0101, 3, 480)]],
    ['where it is a fraction', [floats(0x0100, 12, 0.5), integers(0x0101, 3, 480)]],
    ['where it is negative', [integers(0x0100, 9, -640), integers(0x0101, 3, 480)]],
  ])('null %s', async (_name, fields) => {
    expect(await shapeOf({ fields })).toEqual(still(null, null));
  });
});

test('the size of another page than the first is not that of the file', async () => {
  expect(await shapeOf({ fields: [], next: { fields: size(640, 480) } })).toEqual({ ...still(null, null), frames: 2 });
});

test('a file whose IFD0 lies outside is DamagedImage', async () => {
  expect(await problemOf(() => readBytes(buildTiff({ fields: [] }, { ifd0: 5000 })))).toBe('DamagedImage');
});

test('each IFD of the chain is a page, and pages do not make an animation', async () => {
  expect(await shapeOf({ fields: [], next: { fields: [], next: { fields: [] } } })).toEqual({
    ...still(null, null),
    frames: 3,
  });
});
