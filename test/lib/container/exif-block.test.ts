// EXIF blocks: the bytes that writers put before the TIFF header, and the blocks that count.
import { readRange } from '../../../lib/bytes/reader';
import { exifBlock, exifOfItem, hasIdentifier, isReadable } from '../../../lib/container/exif-block';
import { concat, latin1, u32 } from '../../../testing/build/bytes';
import { ascii, buildTiff } from '../../../testing/build/tiff';

const tiffOf = (text: string): Uint8Array => buildTiff({ fields: [ascii(0x010f, text)] });
const tiff = tiffOf('Example');
/** A header whose IFD0 is outside. */
const broken = buildTiff({ fields: [] }, { ifd0: 5000 });
const identifier = latin1('Exif\0\0');
const marker = Uint8Array.of(0xff, 0xe1, 0x12, 0x34);

/** The streams of the EXIF block of `found`. */
async function streamsOf(...found: readonly Uint8Array[]): Promise<readonly Uint8Array[] | null> {
  const block = exifBlock(found);
  if (block === null) return null;
  return Promise.all(block.streams.map(({ reader }) => readRange(reader, 0, reader.size)));
}

test.each([
  ['Exif\0\0', true],
  ['Exif\0\xff', true],
  ['EXIF\0\0', true],
  ['Exif\0', true],
  ['Exif', false],
  ['Exi', false],
  ['', false],
  ['Exif\x01\0', false],
  ['Exit\0\0', false],
  ['\0Exif\0', false],
])('%j is an identifier: %p', (text, expected) => {
  expect(hasIdentifier(latin1(text))).toBe(expected);
});

describe('the TIFF header is found', () => {
  test.each([
    ['at the start', tiff],
    ['after an identifier', concat(identifier, tiff)],
    ['after a marker', concat(marker, tiff)],
    ['after a marker and an identifier', concat(marker, identifier, tiff)],
  ])('%s', async (_name, bytes) => {
    expect(isReadable(bytes)).toBe(true);
    expect(await streamsOf(bytes)).toEqual([tiff]);
  });
});

describe('the TIFF header is not looked for', () => {
  test.each([
    ['after another marker', concat(Uint8Array.of(0xff, 0xe2, 0, 99), tiff)],
    ['after four bytes and an identifier', concat(latin1('abcd'), identifier, tiff)],
    ['after two markers', concat(marker, marker, tiff)],
    ['after two identifiers', concat(identifier, identifier, tiff)],
  ])('%s', (_name, bytes) => {
    expect(isReadable(bytes)).toBe(false);
  });
});

describe('the blocks that count', () => {
  const many = (count: number, make: (i: number) => Uint8Array) => Array.from({ length: count }, (_, i) => make(i));
  const good = many(6, (i) => tiffOf(`No ${i}`));
  const bad = many(6, (i) => buildTiff({ fields: [] }, { ifd0: 5000 + i }));

  test.each<[string, readonly Uint8Array[], readonly Uint8Array[] | null]>([
    ['nothing', [], null],
    ['a broken one', [broken], [broken]],
    ['a good one after a broken one', [broken, tiff], [tiff, broken]],
    ['four good ones', good, good.slice(0, 4)],
    ['four broken ones', bad, bad.slice(0, 4)],
    ['four of both kinds', [...bad, ...good], [...good.slice(0, 4), ...bad.slice(0, 4)]],
  ])('%s', async (_name, found, expected) => {
    expect(await streamsOf(...found)).toEqual(expected);
  });
});

describe('an Exif item', () => {
  const gap = latin1('gap');
  test.each<[string, Uint8Array, Uint8Array]>([
    ['without a gap', concat(u32(0), tiff), tiff],
    ['with a gap', concat(u32(3), gap, tiff), tiff],
    ['with an identifier as gap', concat(u32(6), identifier, tiff), tiff],
    ['with an identifier that the offset does not count', concat(u32(0), identifier, tiff), tiff],
    ['whose offset leads nowhere', concat(u32(0xffffffff), tiff), tiff],
    ['whose offset leads to a broken block', concat(u32(tiff.length), tiff, broken), concat(tiff, broken)],
    ['without the offset', tiff, tiff],
    ['without the offset, but with a marker', concat(marker, identifier, tiff), tiff],
    ['that is broken', concat(u32(3), gap, broken), broken],
    ['of other bytes', latin1('\0\0\0\0 nothing to find'), latin1('\0\0\0\0 nothing to find')],
    ['of three bytes', latin1('abc'), latin1('abc')],
    ['of no bytes', latin1(''), latin1('')],
  ])('%s', (_name, bytes, expected) => {
    expect(exifOfItem(bytes)).toEqual(expected);
  });
});
