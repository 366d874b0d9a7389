import { isTiff, isTiffLike, readHeader } from '../../../lib/tiff/header';
import { concat, latin1 } from '../../../testing/build/bytes';
import { buildTiff, short } from '../../../testing/build/tiff';
import { problemOf } from '../../../testing/compare/problem';

test.each([
  [true, false, 8],
  [false, false, 8],
  [true, true, 16],
  [false, true, 16],
])('little-endian %p, BigTIFF %p', (littleEndian, big, ifd0) => {
  const bytes = buildTiff({ fields: [short(0x0112, 1)] }, { littleEndian, big });
  expect(isTiff(bytes)).toBe(true);
  expect(readHeader(bytes)).toEqual({ littleEndian, big, ifd0 });
});

test.each(['', 'II', '*\0II', 'II\0*', 'MM*\0', 'IM*\0', 'II*\x01', 'Exif\0\0II*\0'])(
  '%p is no TIFF header',
  async (magic) => {
    const bytes = concat(latin1(magic), new Uint8Array(16));
    expect(isTiff(bytes)).toBe(false);
    expect(await problemOf(() => readHeader(bytes))).toBe('DamagedImage');
  },
);

test.each([
  ['IIU\0', true],
  ['IIRO', true],
  ['IIRS', true],
  ['MMOR', false],
  ['II\xbc\x01', true],
])('%p is the header of a relative, not of TIFF', (magic, littleEndian) => {
  const bytes = concat(latin1(magic), littleEndian ? Uint8Array.of(9, 0, 0, 0) : Uint8Array.of(0, 0, 0, 9));
  expect(isTiff(bytes)).toBe(false);
  expect(isTiffLike(bytes)).toBe(true);
  expect(readHeader(bytes)).toEqual({ littleEndian, big: false, ifd0: 9 });
});

test.each([
  ['of 4-byte offsets', 4, 16n],
  ['whose IFD0 is beyond safe integers', 8, 2n ** 53n],
  ['whose IFD0 is beyond 63 bits', 8, 2n ** 64n - 1n],
])('a BigTIFF header %s is DamagedImage', async (_name, offsetLength, ifd0) => {
  const bytes = buildTiff({ fields: [] }, { big: true, littleEndian: false, ifd0 });
  bytes[5] = offsetLength;
  expect(await problemOf(() => readHeader(bytes))).toBe('DamagedImage');
});

test('a header cut anywhere is DamagedImage', async () => {
  for (const big of [false, true]) {
    const bytes = buildTiff({ fields: [] }, { big });
    for (let length = 0; length < (big ? 16 : 8); length++) {
      expect(await problemOf(() => readHeader(bytes.subarray(0, length)))).toBe('DamagedImage');
    }
  }
});
