import { isTiff, isTiffLike, leadsToIfd0, readTiffHeader } from '../../../lib/tiff/header';
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
  expect(readTiffHeader(bytes)).toEqual({ littleEndian, big, ifd0 });
});

test.each(['', 'II', '*\0II', 'II\0*', 'MM*\0', 'IM*\0', 'II*\x01', 'Exif\0\0II*\0'])(
  '%p is no TIFF header',
  async (magic) => {
    const bytes = concat(latin1(magic), new Uint8Array(16));
    expect(isTiff(bytes)).toBe(false);
    expect(await problemOf(() => readTiffHeader(bytes))).toBe('DamagedImage');
  },
);

test.each([
  ['IIU\0', true],
  ['IIRO', true],
  ['IIRS', true],
  ['MMOR', false],
  ['II\xbc\x01', true],
])('%p is the header of a related format, not of TIFF', (magic, littleEndian) => {
  const bytes = concat(latin1(magic), littleEndian ? Uint8Array.of(9, 0, 0, 0) : Uint8Array.of(0, 0, 0, 9));
  expect(isTiff(bytes)).toBe(false);
  expect(isTiffLike(bytes)).toBe(true);
  expect(readTiffHeader(bytes)).toEqual({ littleEndian, big: false, ifd0: 9 });
});

test.each([
  ['of 4-byte offsets', 4, 16n],
  ['whose IFD0 is beyond safe integers', 8, 2n ** 53n],
  ['whose IFD0 is beyond 63 bits', 8, 2n ** 64n - 1n],
])('a BigTIFF header %s is DamagedImage', async (_name, offsetLength, ifd0) => {
  const bytes = buildTiff({ fields: [] }, { big: true, littleEndian: false, ifd0 });
  bytes[5] = offsetLength;
  expect(await problemOf(() => readTiffHeader(bytes))).toBe('DamagedImage');
});

test.each([
  ['at the end of the header', 8, undefined, true],
  ['inside the header', 7, undefined, false],
  ['at the last two bytes', 14, undefined, true],
  ['at the last byte', 15, undefined, false],
  ['beyond these bytes, but inside the stream', 98, 100, true],
  ['beyond the stream', 99, 100, false],
])('IFD0 %s: can be read or not', (_name, ifd0, size, leads) => {
  const bytes = concat(latin1('MM\0*'), Uint8Array.of(0, 0, 0, ifd0), new Uint8Array(8));
  expect(leadsToIfd0(bytes, size)).toBe(leads);
  expect(leadsToIfd0(bytes.subarray(0, 7), size)).toBe(false);
  expect(leadsToIfd0(bytes.subarray(1), size)).toBe(false);
});

test('a header cut anywhere is DamagedImage', async () => {
  for (const big of [false, true]) {
    const bytes = buildTiff({ fields: [] }, { big });
    for (let length = 0; length < (big ? 16 : 8); length++) {
      expect(await problemOf(() => readTiffHeader(bytes.subarray(0, length)))).toBe('DamagedImage');
    }
  }
});
