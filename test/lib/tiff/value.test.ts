// Every type, in both byte orders, classic and BigTIFF, in the entry and out of it.
import { isTextType, signedByte, tagTypes } from '../../../lib/tiff/type';
import type { TagValue } from '../../../lib/types';
import { buildTiff, bytesField, type Field, floats, integers, rationals } from '../../../testing/build/tiff';
import { readTiff } from '../../../testing/compare/document';

const tag = 0xc000; // means nothing to the walker

type Case = readonly [name: string, field: Field, value: Exclude<TagValue, null>];

const cases: readonly Case[] = [
  ['BYTE', bytesField(tag, 1, [0, 127, 128, 255, 7, 8, 9, 10, 11]), Uint8Array.of(0, 127, 128, 255, 7, 8, 9, 10, 11)],
  ['ASCII', bytesField(tag, 2, [0x41, 0, 0xe9, 0]), Uint8Array.of(0x41, 0, 0xe9, 0)],
  ['SHORT', integers(tag, 3, 1, 32_768, 65_535), [1, 32_768, 65_535]],
  ['LONG', integers(tag, 4, 1, 2 ** 31, 2 ** 32 - 1), [1, 2 ** 31, 2 ** 32 - 1]],
  [
    'RATIONAL',
    rationals(tag, 5, [2, 4], [0, 0], [1, 0], [2 ** 32 - 1, 2 ** 31]),
    [
      [2, 4],
      [0, 0],
      [1, 0],
      [2 ** 32 - 1, 2 ** 31],
    ],
  ],
  ['SBYTE', bytesField(tag, 6, [-1, 1]), Uint8Array.of(255, 1)],
  ['UNDEFINED', bytesField(tag, 7, [1, 2, 3, 0]), Uint8Array.of(1, 2, 3, 0)],
  ['SSHORT', integers(tag, 8, -1, -32_768, 32_767), [-1, -32_768, 32_767]],
  ['SLONG', integers(tag, 9, -1, -(2 ** 31), 2 ** 31 - 1), [-1, -(2 ** 31), 2 ** 31 - 1]],
  [
    'SRATIONAL',
    rationals(tag, 10, [-1, 3], [1, -3], [-(2 ** 31), 2 ** 31 - 1]),
    [
      [-1, 3],
      [1, -3],
      [-(2 ** 31), 2 ** 31 - 1],
    ],
  ],
  [
    'FLOAT',
    floats(tag, 11, 0.5, -0, Number.POSITIVE_INFINITY, Number.NaN),
    [0.5, -0, Number.POSITIVE_INFINITY, Number.NaN],
  ],
  ['DOUBLE', floats(tag, 12, 0.1, -1e300, Number.NaN), [0.1, -1e300, Number.NaN]],
  ['IFD', integers(tag, 13, 8, 2 ** 32 - 1), [8, 2 ** 32 - 1]],
  ['LONG8', integers(tag, 16, 1, 2 ** 40, Number.MAX_SAFE_INTEGER), [1, 2 ** 40, Number.MAX_SAFE_INTEGER]],
  ['SLONG8', integers(tag, 17, -1, -(2 ** 40), Number.MIN_SAFE_INTEGER), [-1, -(2 ** 40), Number.MIN_SAFE_INTEGER]],
  ['IFD8', integers(tag, 18, 2 ** 33), [2 ** 33]],
  ['UTF-8', bytesField(tag, 129, [0xc3, 0xa9, 0]), Uint8Array.of(0xc3, 0xa9, 0)],
  ['one SHORT', integers(tag, 3, 258), [258]],
  ['one LONG', integers(tag, 4, 0x01020304), [0x01020304]],
  ['one SBYTE', bytesField(tag, 6, [-128]), Uint8Array.of(128)],
  ['no ASCII', bytesField(tag, 2, []), new Uint8Array(0)],
  ['no SHORT', integers(tag, 3), []],
  ['no RATIONAL', rationals(tag, 5), []],
];

const layouts = [true, false].flatMap((littleEndian) => [true, false].map((big) => ({ littleEndian, big })));

describe.each(layouts)('%o', (layout) => {
  test.each(cases)('%s', async (_name, field, value) => {
    const document = await readTiff(buildTiff({ fields: [field] }, layout));
    const offset = layout.big ? 16 + 8 : 8 + 2;
    expect(document.entries).toEqual([{ ifd: 'IFD0', tag, type: field.type, count: field.count, offset, value }]);
    expect(document.warnings).toEqual([]);
    expect(document.littleEndian).toBe(layout.littleEndian);
  });

  test.each([
    ['LONG8 above', integers(tag, 16, 1, 2n ** 53n)],
    ['SLONG8 below', integers(tag, 17, -(2n ** 53n))],
    ['IFD8 above', integers(tag, 18, 2n ** 64n - 1n)],
  ])('%s the range of numbers makes only that entry bad', async (_name, field) => {
    const { entries, warnings } = await readTiff(buildTiff({ fields: [field, integers(0xc001, 3, 7)] }, layout));
    expect(entries.map((entry) => [entry.tag, entry.value])).toEqual([[0xc001, [7]]]);
    expect(warnings).toMatchObject([{ code: 'bad-entry', at: layout.big ? 24 : 10 }]);
  });
});

test('the types of text are ASCII and UTF-8', () => {
  const types = [...tagTypes].filter(([type]) => isTextType(type)).map(([, { name }]) => name);
  expect(types).toEqual(['ASCII', 'UTF-8']);
});

test('a byte of an SBYTE value has a sign', () => {
  expect([0, 127, 128, 255].map(signedByte)).toEqual([0, 127, -128, -1]);
});

test('a value of one-byte units is a view, not a copy', async () => {
  const bytes = buildTiff({ fields: [bytesField(tag, 7, new Uint8Array(1000))] });
  const [entry] = (await readTiff(bytes)).entries;
  expect(entry?.value instanceof Uint8Array && entry.value.buffer === bytes.buffer).toBe(true);
});
