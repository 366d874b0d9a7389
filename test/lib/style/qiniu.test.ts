import { maxShownText } from '../../../lib/limits';
import { styles } from '../../../lib/style';
import { fixedText, libexifRational } from '../../../lib/style/libexif/printf-number';
import { qiniu } from '../../../lib/style/qiniu';
import { concat, latin1, utf8, utf16 } from '../../../testing/build/bytes';
import {
  ascii,
  buildTiff,
  bytesField,
  type Field,
  floats,
  integers,
  long,
  pointer,
  rational,
  rationals,
  short,
  undefinedField,
} from '../../../testing/build/tiff';
import { readTiff } from '../../../testing/compare/document';
import { recordOf } from '../../../testing/fakes/record';

async function body(image: Field[], exif: Field[] = [], gps: Field[] = [], thumbnail: Field[] = []): Promise<string> {
  const pointers = [pointer(0x8769, [{ fields: exif }]), pointer(0x8825, [{ fields: gps }])];
  const tiff = buildTiff({ fields: [...image, ...pointers], next: { fields: thumbnail } });
  return qiniu.render(recordOf(await readTiff(tiff)));
}

async function textIn(ifd: 'IFD0' | 'Exif' | 'GPS', field: Field): Promise<unknown> {
  const fields = [field];
  const text = await body(ifd === 'IFD0' ? fields : [], ifd === 'Exif' ? fields : [], ifd === 'GPS' ? fields : []);
  return (Object.values(JSON.parse(text))[0] as { val: string }).val;
}

test('it is a style', async () => {
  expect(await styles.get('qiniu')?.render(recordOf(null))).toBe(qiniu.render(recordOf(null)));
});

test('val and TIFF type, sorted by name', async () => {
  expect(await body([ascii(0x0110, 'Sample')], [rational(0x829a, [1, 50]), short(0x8827, 200)])).toBe(
    '{"ExposureTime":{"val":"1/50 sec.","type":5},"ISOSpeedRatings":{"val":"200","type":3},"Model":{"val":"Sample","type":2}}',
  );
});

test('no EXIF', async () => {
  const none = '{"error":"no exif data"}';
  expect(qiniu.render(recordOf(null))).toBe(none);
  expect(await body([])).toBe(none);
});

test('the tags of the thumbnail have a prefix, and its offset is left out', async () => {
  const thumbnail = [short(0x0103, 6), rational(0x011a, [72, 1]), long(0x0201, 8), long(0x0202, 4)];
  expect(JSON.parse(await body([rational(0x011a, [300, 1])], [], [], thumbnail))).toEqual({
    XResolution: { val: '300', type: 5 },
    'thumbnail:Compression': { val: 'JPEG compression', type: 3 },
    'thumbnail:XResolution': { val: '72', type: 5 },
  });
});

test('a page of a TIFF is not a thumbnail', async () => {
  const page = [long(0x00fe, 2), ascii(0x010e, 'Page two')];
  expect(JSON.parse(await body([ascii(0x010f, 'Example')], [], [], page))).toEqual({
    Make: { val: 'Example', type: 2 },
  });
});

test('the first of a name wins, IFD0 before Exif', async () => {
  const text = await body([rational(0x829d, [4, 1])], [rational(0x829d, [8, 1])]);
  expect(JSON.parse(text)).toEqual({ FNumber: { val: 'f/4.0', type: 5 } });
});

test('names are those of libexif', async () => {
  const names = Object.keys(JSON.parse(await body([], [ascii(0x9290, '25'), long(0x8833, 100)])));
  expect(names).toEqual(['ISO Speed', 'SubsecTime']);
});

/** Observed of libexif 0.6.24, but for those that give a reason. */
const cases: readonly (readonly [name: string, ifd: 'IFD0' | 'Exif' | 'GPS', field: Field, text: string])[] = [
  ['an exposure', 'Exif', rational(0x829a, [1, 200]), '1/200 sec.'],
  ['a long exposure', 'Exif', rational(0x829a, [5, 2]), '2 sec.'],
  ['an exposure below a second', 'Exif', rational(0x829a, [8, 10]), '1/1 sec.'],
  ['no exposure', 'Exif', rational(0x829a, [0, 1]), '0 sec.'],
  ['an exposure over zero', 'Exif', rational(0x829a, [1, 0]), '1/0'],
  ['an f-number', 'Exif', rational(0x829d, [13, 1]), 'f/13.0'],
  ['an aperture', 'Exif', rational(0x9202, [5, 1]), '5.00 EV (f/5.7)'],
  ['an aperture beyond all numbers, f/inf there', 'Exif', rational(0x9202, [4294967295, 1]), '4294967295.00 EV'],
  ['a shutter speed', 'Exif', rationals(0x9201, 10, [7965784, 1000000]), '7.97 EV (1/250 sec.)'],
  ['a slow one', 'Exif', rationals(0x9201, 10, [-1, 1]), '-1.00 EV (2 sec.)'],
  ['one beyond all numbers', 'Exif', rationals(0x9201, 10, [-2147483648, 1]), '-2147483648.00 EV'],
  ['brightness', 'Exif', rationals(0x9203, 10, [9, 1]), '9.00 EV (1754.24 cd/m^2)'],
  ['a bias', 'Exif', rationals(0x9204, 10, [-1, 3]), '-0.33 EV'],
  ['a bias of the wrong sign of type', 'Exif', rational(0x9204, [1, 3]), '0.33 EV'],
  ['a bias of shorts, nothing there', 'Exif', short(0x9204, 36, 0), '36, 0'],
  ['a distance', 'Exif', rational(0x9206, [74, 10]), '7.4 m'],
  ['a focal length', 'Exif', rational(0x920a, [35, 1]), '35.0 mm'],
  ['a flash', 'Exif', short(0x9209, 16), 'Flash did not fire, compulsory flash mode'],
  ['an unknown flash', 'Exif', short(0x9209, 99), 'Internal error (unknown value 99)'],
  ['an orientation', 'IFD0', short(0x0112, 6), 'Right-top'],
  ['orientation 0', 'IFD0', short(0x0112, 0), 'Unknown value 0'],
  ['orientation 9', 'IFD0', short(0x0112, 9), '9'],
  ['an orientation of another type, nothing there', 'IFD0', integers(0x0112, 9, 1), '1'],
  ['planar configuration, one off as there', 'IFD0', short(0x011c, 1), 'Planar format'],
  ['no resolution unit', 'IFD0', short(0x0128, 1), 'Internal error (unknown value 1)'],
  ['subsampling', 'IFD0', short(0x0212, 2, 1), 'YCbCr4:2:2'],
  ['other subsampling', 'IFD0', short(0x0212, 1, 1), '1, 1'],
  ['a point', 'Exif', short(0x9214, 3, 4), '(x,y) = (3,4)'],
  ['a circle', 'Exif', short(0x9214, 3, 4, 5), 'Within distance 5 of (x,y) = (3,4)'],
  ['a rectangle', 'Exif', short(0x9214, 3, 4, 5, 6), 'Within rectangle (width 5, height 6) around (x,y) = (3,4)'],
  ['a version', 'Exif', undefinedField(0x9000, latin1('0221')), 'Exif Version 2.21'],
  ['an unknown version', 'Exif', undefinedField(0x9000, latin1('0999')), 'Unknown Exif Version'],
  ['a FlashPix version', 'Exif', undefinedField(0xa000, latin1('0100')), 'FlashPix Version 1.0'],
  ['components', 'Exif', undefinedField(0x9101, [1, 2, 3, 0]), 'Y Cb Cr -'],
  ['unknown components', 'Exif', undefinedField(0x9101, [1, 2, 3, 7]), 'Y Cb Cr Reserved'],
  ['a file source', 'Exif', undefinedField(0xa300, [3]), 'DSC'],
  ['a scene', 'Exif', undefinedField(0xa301, [2]), 'Internal error (unknown value 2)'],
  ['bytes', 'Exif', undefinedField(0xa302, [1, 2, 3]), '3 bytes undefined data'],
  ['a comment', 'Exif', undefinedField(0x9286, latin1('ASCII\0\0\0hello')), 'hello'],
  [
    'a comment in UTF-16, refused there',
    'Exif',
    undefinedField(0x9286, concat(latin1('UNICODE\0'), utf16('héllo', true))),
    'héllo',
  ],
  ['a comment of type ASCII', 'Exif', bytesField(0x9286, 2, latin1('ASCII\0\0\0hello\0')), 'hello'],
  [
    'a date of UNDEFINED, nothing there',
    'Exif',
    undefinedField(0x9003, latin1('2024:05:01 12:00:00\0')),
    '2024:05:01 12:00:00',
  ],
  ['a hemisphere of BYTE', 'GPS', bytesField(1, 1, latin1('S\0')), 'S'],
  ['a hemisphere that is none', 'GPS', bytesField(1, 1, [1, 2]), '0x01, 0x02'],
  ['text of Windows as SHORT', 'IFD0', short(0x9c9b, 0x47, 0xfc, 0), 'Gü'],
  ['two copyrights', 'IFD0', ascii(0x8298, 'A\0B'), 'A (Photographer) - B (Editor)'],
  ['no copyright', 'IFD0', ascii(0x8298, '   '), '[None] (Photographer) - [None] (Editor)'],
  ['text of Windows', 'IFD0', bytesField(0x9c9b, 1, utf16('Grüße\0', true)), 'Grüße'],
  ['spaces at the end', 'IFD0', ascii(0x010e, 'OLYMPUS   '), 'OLYMPUS   '],
  ['Latin-1, raw bytes there', 'IFD0', bytesField(0x010f, 2, [0x47, 0xfc, 0]), 'Gü'],
  ['a control character, as it is there', 'IFD0', ascii(0x010f, 'a\u001bb'), 'a b'],
  ['a resolution', 'IFD0', rational(0x011a, [720000, 10000]), '72.0000'],
  ['a ratio of one digit', 'Exif', rational(0xa404, [1, 1]), ' 1'],
  ['a lens', 'Exif', rational(0xa432, [24, 1], [105, 1], [0, 0], [0, 0]), '24, 105, 0/0, 0/0'],
  ['shorts', 'IFD0', short(0x0102, 8, 8, 8), '8, 8, 8'],
  ['bytes of a number', 'IFD0', bytesField(0x9216, 1, [1, 0]), '0x01, 0x00'],
  ['signed bytes', 'IFD0', bytesField(0x0102, 6, [0xff]), '-1'],
  ['floats', 'IFD0', floats(0x0102, 12, 1.5), '8 bytes unsupported data type'],
  ['a latitude', 'GPS', rational(2, [52, 1], [30, 1], [5861, 100]), '52, 30, 58.61'],
  ['an altitude', 'GPS', rational(6, [3450, 100]), '34.50'],
  ['sea level', 'GPS', bytesField(5, 1, [0]), 'Sea level'],
  ['below it', 'GPS', bytesField(5, 1, [1]), 'Sea level reference'],
  ['a time', 'GPS', rational(7, [8, 1], [4, 1], [9, 1]), '08:04:09.00'],
  ['a time over zero', 'GPS', rational(7, [8, 1], [4, 0], [9, 1]), ' 8, 4/0,  9'],
  ['a GPS version', 'GPS', bytesField(0, 1, [2, 3, 0, 0]), '2.3.0.0'],
];
test.each(cases)('%s', async (_name, ifd, field, text) => {
  expect(await textIn(ifd, field)).toBe(text);
});

test('a long text is cut, and is well-formed', async () => {
  for (const lead of ['', 'a']) {
    const text = await textIn('IFD0', bytesField(0x010e, 2, utf8(lead + '😀'.repeat(maxShownText))));
    expect(String(text).length).toBeGreaterThan(maxShownText - 3);
    expect(String(text).length).toBeLessThanOrEqual(maxShownText);
    expect(String(text).isWellFormed()).toBe(true);
  }
  expect(String(await textIn('IFD0', long(0x0111, ...new Array(2000).fill(7)))).length).toBe(maxShownText);
});

test('a payload that was left unread still has its length', async () => {
  const shown = JSON.parse(await body([], [undefinedField(0x927c, new Uint8Array(9000))]));
  expect(shown).toEqual({ MakerNote: { val: '9000 bytes undefined data', type: 7 } });
});

test('numbers are rounded as in C', () => {
  const rounded = [0.125, 0.375, 2.675, -0.125, 1e-9].map((value) => fixedText(value, 2));
  expect(rounded).toEqual(['0.12', '0.38', '2.67', '-0.12', '0.00']);
  expect([0.5, 1.5, 2.5, -2.5].map((value) => fixedText(value, 0))).toEqual(['0', '2', '2', '-2']);
  expect([Number.NaN, Infinity, 1e21].map((value) => fixedText(value, 2))).toEqual([null, null, null]);
  expect([libexifRational([1, 0]), libexifRational([1, 3]), libexifRational([-7, -2])]).toEqual(['1/0', '0.3', '3.5']);
});
