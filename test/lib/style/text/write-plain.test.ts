import { maxValueText } from '../../../../lib/limits';
import { jsonWriter } from '../../../../lib/style/text/json-writer';
import { plainText } from '../../../../lib/style/text/plain-text';
import { writePlain } from '../../../../lib/style/text/write-plain';
import { GpsTag, Tag } from '../../../../lib/tag/ids';
import {
  ASCII,
  BYTE,
  DOUBLE,
  FLOAT,
  LONG,
  LONG8,
  RATIONAL,
  SBYTE,
  SLONG,
  SRATIONAL,
  UNDEFINED,
  UTF8,
} from '../../../../lib/tiff/type';
import type { TagEntry, TagValue } from '../../../../lib/types';

const latin = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const entryOf = (type: number, value: TagValue, tag: number = Tag.Make, ifd: TagEntry['ifd'] = 'IFD0'): TagEntry => {
  return { ifd, tag, type, count: value?.length ?? 0, offset: 8, value };
};

/** What is written, as a JSON string; null for a value that is to be left out. */
function written(entry: TagEntry): string | null {
  const writer = jsonWriter();
  writer.ascii('"');
  const isShown = writePlain(writer, entry, true);
  writer.ascii('"');
  return isShown ? writer.text() : null;
}

const allAscii = Uint8Array.from({ length: 127 }, (_, index) => index + 1);

test.each<[string, TagEntry]>([
  ['text', entryOf(ASCII, latin('Canon\0'))],
  ['text without a NUL', entryOf(UTF8, latin('Canon'))],
  ['no text', entryOf(ASCII, latin(''))],
  ['each character of ASCII', entryOf(ASCII, allAscii)],
  ['UTF-8', entryOf(ASCII, latin('K\xc3\xb6ln\0'))],
  ['Windows-1252', entryOf(ASCII, latin('K\xf6ln'))],
  ['a character of four bytes', entryOf(ASCII, latin('"\xf0\x9f\x93\xb7"'))],
  ['bytes after a NUL', entryOf(ASCII, latin('a\0\xff'))],
  ['whole numbers', entryOf(LONG, [0, 9, 10, 99, 100, 4_294_967_295])],
  ['negative numbers', entryOf(SLONG, [-1, -2_147_483_648])],
  ['numbers of eight bytes', entryOf(LONG8, [2 ** 32, Number.MAX_SAFE_INTEGER])],
  ['no numbers', entryOf(LONG, [])],
  [
    'fractions',
    entryOf(RATIONAL, [
      [1, 50],
      [0, 0],
      [4_294_967_295, 1],
    ]),
  ],
  ['negative fractions', entryOf(SRATIONAL, [[-1, 3]])],
  ['floating-point numbers', entryOf(FLOAT, [0.5, Number.NaN, -0])],
  ['long floating-point numbers', entryOf(DOUBLE, [1e300, 0.1])],
  ['bytes', entryOf(BYTE, Uint8Array.of(0, 128, 255))],
  ['signed bytes', entryOf(SBYTE, Uint8Array.of(0, 128, 255))],
  ['a comment', entryOf(UNDEFINED, latin('ASCII\0\0\0"hi"'), Tag.UserComment, 'Exif')],
  ['a comment of the GPS IFD', entryOf(UNDEFINED, latin('ASCII\0\0\0GPS'), GpsTag.GPSProcessingMethod, 'GPS')],
  ['untyped bytes', entryOf(UNDEFINED, latin('0230'), Tag.ExifVersion, 'Exif')],
  ['the longest text', entryOf(ASCII, latin('"'.repeat(maxValueText)))],
  ['the longest text that is not ASCII', entryOf(ASCII, latin('\xe9'.repeat(maxValueText)))],
  ['the longest list', entryOf(BYTE, new Uint8Array(maxValueText / 2))],
])('%s is written as plainText shows it', (_, entry) => {
  expect(written(entry)).toBe(JSON.stringify(plainText(entry, true)));
});

test.each<[string, TagEntry]>([
  ['a value that was not read', entryOf(ASCII, null)],
  ['a text that is too long', entryOf(ASCII, latin('a'.repeat(maxValueText + 1)))],
  ['one that is not ASCII', entryOf(ASCII, latin('\xe9'.repeat(maxValueText + 1)))],
  ['a list that is too long', entryOf(BYTE, new Uint8Array(maxValueText / 2 + 1))],
  [
    'fractions that are too long',
    entryOf(
      RATIONAL,
      Array.from({ length: 2000 }, () => [1, 1] as const),
    ),
  ],
])('%s is left out', (_, entry) => {
  expect(written(entry)).toBeNull();
});

test('what was cut is not in the text, however long it was', () => {
  const writer = jsonWriter();
  writer.ascii('kept');
  writer.json('ö'.repeat(100_000));
  writer.cut(4);
  writer.whole(7);
  expect(writer.text()).toBe('kept7');
});
