// Values and the text that exiv2 0.27.6 prints of them (`exiv2 -PEv`), or where the default style differs, the reason.
import { concat, latin1, utf8, utf16 } from '../../../testing/build/bytes';
import { bytesField, type Field, floats, integers, rationals, undefinedField } from '../../../testing/build/tiff';

export type ValueCase = Readonly<{
  name: string;
  ifd: 'IFD0' | 'Exif' | 'GPS';
  member: string;
  field: Field;
  littleEndian?: boolean;
  text: string;
  /** Why the text is not exiv2's. */
  differs?: string;
}>;

const make = (name: string, bytes: Uint8Array, text: string, differs?: string): ValueCase => ({
  name,
  ifd: 'IFD0',
  member: 'Make',
  field: bytesField(0x010f, 2, bytes),
  text,
  ...(differs !== undefined && { differs }),
});

const iso = (name: string, field: Field, text: string, differs?: string): ValueCase => ({
  name,
  ifd: 'Exif',
  member: 'ISOSpeedRatings',
  field,
  text,
  ...(differs !== undefined && { differs }),
});

const isoTag = 0x8827;

const comment = (name: string, value: Uint8Array, text: string, littleEndian = true, differs?: string): ValueCase => ({
  name: `UserComment, ${name}`,
  ifd: 'Exif',
  member: 'UserComment',
  field: undefinedField(0x9286, value),
  littleEndian,
  text,
  ...(differs !== undefined && { differs }),
});

const unicode = latin1('UNICODE\0');
const latin = 'exiv2 prints the bytes as they are; JSON needs text';

export const valueCases: readonly ValueCase[] = [
  make('ASCII', latin1('Example\0'), 'Example'),
  make('ASCII without a NUL', latin1('Example'), 'Example'),
  make('ASCII with many NULs', latin1('Example\0\0\0'), 'Example'),
  make('ASCII with a NUL inside', latin1('Exam\0ple\0'), 'Exam'),
  make('ASCII that begins with a NUL', latin1('\0Example\0'), ''),
  make('ASCII with spaces around', latin1('  Example  \0'), '  Example  '),
  make('ASCII with control characters', latin1('a\tb\nc\x01\0'), 'a\tb\nc\x01'),
  make('ASCII that is nothing but a NUL', latin1('\0'), ''),
  make('ASCII of no component', new Uint8Array(0), ''),
  make('ASCII that is UTF-8', utf8('Zürich 照片 😀\0'), 'Zürich 照片 😀'),
  make('ASCII that is Latin-1', latin1('J\xf6rg\0'), 'Jörg', latin),
  make('ASCII that is Windows-1252', latin1('it\x92s \x80 5\0'), 'it’s € 5', latin),
  make('ASCII with a byte order mark', utf8('\ufeffExample\0'), '\ufeffExample'),
  {
    ...make('type 129', new Uint8Array(0), 'Zürich', 'exiv2 0.27 does not know the type of EXIF 3.0'),
    field: bytesField(0x010f, 129, utf8('Zürich\0')),
  },
  { name: 'BYTE', ifd: 'GPS', member: 'GPSVersionID', field: bytesField(0, 1, [2, 3, 0, 255]), text: '2 3 0 255' },
  {
    name: 'XPTitle, bytes of UTF-16',
    ifd: 'IFD0',
    member: 'XPTitle',
    field: bytesField(0x9c9b, 1, utf16('Zü\0', true)),
    text: '90 0 252 0 0 0',
  },
  {
    name: 'UNDEFINED',
    ifd: 'Exif',
    member: 'ExifVersion',
    field: undefinedField(0x9000, latin1('0232')),
    text: '48 50 51 50',
  },
  iso('SBYTE', bytesField(isoTag, 6, [-128, -1, 0, 127]), '-128 -1 0 127'),
  iso('SHORT', integers(isoTag, 3, 0, 65_535), '0 65535'),
  iso('SSHORT', integers(isoTag, 8, -32_768, 5), '-32768 5'),
  iso('LONG', integers(isoTag, 4, 0, 4_294_967_295), '0 4294967295'),
  iso('SLONG', integers(isoTag, 9, -2_147_483_648, 7), '-2147483648 7'),
  iso('IFD', integers(isoTag, 13, 26), '26'),
  iso(
    'RATIONAL, not reduced',
    rationals(isoTag, 5, [2, 4], [0, 0], [1, 0], [4_294_967_295, 1]),
    '2/4 0/0 1/0 4294967295/1',
  ),
  iso(
    'SRATIONAL, signs as stored',
    rationals(isoTag, 10, [-1, 3], [1, -3], [-2_147_483_648, 2]),
    '-1/3 1/-3 -2147483648/2',
  ),
  iso('FLOAT', floats(isoTag, 11, 0.1, 1, -2.5, 1e20), '0.100000001490116 1 -2.5 1.00000002004088e+20'),
  iso(
    'FLOAT that is no number',
    floats(isoTag, 11, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    'nan inf -inf',
  ),
  iso('DOUBLE', floats(isoTag, 12, 0.1, 1 / 3, 100, -0, 0), '0.1 0.333333333333333 100 -0 0'),
  iso(
    'DOUBLE, great and small',
    floats(isoTag, 12, 123_456_789_012_345, 1e15, 1e14, 1e-4, 1e-5, 1.5e300, 5e-324),
    '123456789012345 1e+15 100000000000000 0.0001 1e-05 1.5e+300 4.94065645841247e-324',
  ),
  iso(
    'DOUBLE, rounded at the fifteenth digit',
    floats(isoTag, 12, 999_999_999_999_999.9, 0.1 + 0.2, 1.000_000_000_000_000_2),
    '1e+15 0.3 1',
  ),
  iso(
    'DOUBLE that is no number',
    floats(isoTag, 12, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    'nan inf -inf',
  ),
  iso('SHORT of no component', integers(isoTag, 3), ''),
  iso('RATIONAL of no component', rationals(isoTag, 5), ''),
  iso('UNDEFINED of no component', undefinedField(isoTag, []), ''),
  comment('ASCII', latin1('ASCII\0\0\0Hello'), 'charset=Ascii Hello'),
  comment('ASCII with NULs behind', latin1('ASCII\0\0\0Hello\0\0\0'), 'charset=Ascii Hello'),
  comment('ASCII with a NUL inside', latin1('ASCII\0\0\0Hel\0lo'), 'charset=Ascii Hel'),
  comment('ASCII with spaces', latin1('ASCII\0\0\0  Hello  '), 'charset=Ascii   Hello  '),
  comment('ASCII without a text', latin1('ASCII\0\0\0'), 'charset=Ascii '),
  comment('UNICODE, little-endian', concat(unicode, utf16('Hé', true)), 'charset=Unicode Hé'),
  comment('UNICODE, big-endian', concat(unicode, utf16('Hé', false)), 'charset=Unicode Hé', false),
  comment('UNICODE, a mark against the order', concat(unicode, utf16('\ufeffHé', false)), 'charset=Unicode Hé'),
  comment('UNICODE, a mark with the order', concat(unicode, utf16('\ufeffHé', false)), 'charset=Unicode Hé', false),
  comment('UNICODE, little-endian mark', concat(unicode, utf16('\ufeffHé', true)), 'charset=Unicode Hé', false),
  comment(
    'UNICODE beyond the first plane',
    concat(unicode, utf16('a😀', true)),
    'charset=Unicode a😀',
    true,
    'exiv2 knows UCS-2 only',
  ),
  comment('UNICODE with NULs behind', concat(unicode, utf16('Hi\0\0', true)), 'charset=Unicode Hi\0\0'),
  comment('UNICODE that is ASCII', concat(unicode, latin1('Hello')), 'charset=Unicode Hello'),
  comment('JIS', latin1('JIS\0\0\0\0\0Hello'), 'charset=Jis Hello'),
  comment('undefined', latin1('\0\0\0\0\0\0\0\0Hello'), 'Hello'),
  comment('undefined, nothing but NULs', new Uint8Array(20), ''),
  comment('undefined, spaces', latin1(`\0\0\0\0\0\0\0\0${' '.repeat(5)}`), '     '),
  comment('no charset', latin1('Hello, how are you'), 'charset=InvalidCharsetId ow are you'),
  comment('less than a charset', latin1('Hello'), ''),
  comment('no component', new Uint8Array(0), ''),
  {
    name: 'GPSProcessingMethod',
    ifd: 'GPS',
    member: 'GPSProcessingMethod',
    field: undefinedField(0x001b, latin1('ASCII\0\0\0GPS')),
    text: 'charset=Ascii GPS',
  },
  {
    name: 'GPSAreaInformation',
    ifd: 'GPS',
    member: 'GPSAreaInformation',
    field: undefinedField(0x001c, concat(unicode, utf16('Zürich', true))),
    text: 'charset=Unicode Zürich',
  },
];
