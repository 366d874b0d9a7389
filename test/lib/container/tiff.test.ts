import { tiff } from '../../../lib/container/tiff';
import type { ImageShape } from '../../../lib/types';
import { latin1 } from '../../../testing/build/bytes';
import { ascii, buildTiff, floats, type Ifd, integers, pointer, rational } from '../../../testing/build/tiff';
import { readTiff } from '../../../testing/compare/document';
import { locateIn, still } from '../../../testing/compare/located';

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

async function shapeOf(ifd0: Ifd): Promise<ImageShape | undefined> {
  return tiff.shapeOf?.(await readTiff(buildTiff(ifd0)));
}

describe('the size is what IFD0 states', () => {
  test.each([3, 4, 13, 16])('in type %i', async (type) => {
    expect(await shapeOf({ fields: [integers(0x0100, type, 640), integers(0x0101, type, 480)] })).toEqual(
      still(640, 480),
    );
  });

  test('not what other IFDs state', async () => {
    const small: Ifd = { fields: [integers(0x0100, 3, 1), integers(0x0101, 3, 1)] };
    const fields = [integers(0x0100, 3, 640), integers(0x0101, 3, 480), pointer(0x014a, [small])];
    expect(await shapeOf({ fields, next: { fields: small.fields } })).toEqual({ ...still(640, 480), frames: 2 });
  });

  test.each([
    ['where it has none', []],
    ['where only a SubIFD has one', [pointer(0x014a, [{ fields: [integers(0x0100, 3, 640)] }])]],
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

test('each IFD of the chain is a page, and pages are no animation', async () => {
  expect(await shapeOf({ fields: [], next: { fields: [], next: { fields: [] } } })).toEqual({
    ...still(null, null),
    frames: 3,
  });
});
