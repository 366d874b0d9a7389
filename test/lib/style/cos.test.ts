import { maxAnswerBytes, maxValueBytes, maxValueText } from '../../../lib/limits';
import { defaultStyle, styles } from '../../../lib/style';
import { cos } from '../../../lib/style/cos';
import { imageTags } from '../../../lib/tag/ids';
import { latin1, utf8 } from '../../../testing/build/bytes';
import {
  ascii,
  buildTiff,
  bytesField,
  type Field,
  type Ifd,
  long,
  pointer,
  short,
  undefinedField,
} from '../../../testing/build/tiff';
import { readTiff } from '../../../testing/compare/document';
import { recordOf } from '../../../testing/fakes/record';

async function render(ifd0: Ifd): Promise<string> {
  return cos.render(recordOf(await readTiff(buildTiff(ifd0))));
}

const inExif = (...fields: Field[]): Field => pointer(0x8769, [{ fields }]);
const inGps = (...fields: Field[]): Field => pointer(0x8825, [{ fields }]);

test('it is the style of an answer that names none', () => {
  expect(defaultStyle).toBe(cos);
  expect(styles.get('cos')).toBe(cos);
});

test('one flat object, sorted by name, strings only, no space', async () => {
  const text = await render({
    fields: [ascii(0x0110, 'Sample One'), ascii(0x010f, 'Example'), inExif(short(0x8827, 200)), inGps(ascii(1, 'N'))],
  });
  expect(text).toBe(
    '{"GPSLatitudeRef":{"val":"N"},"ISOSpeedRatings":{"val":"200"},"Make":{"val":"Example"},"Model":{"val":"Sample One"}}',
  );
});

test('names are sorted by code unit, capitals first', async () => {
  const members = Object.keys(
    JSON.parse(await render({ fields: [short(0x0112, 1), short(0x0100, 1), ascii(0xc614, 'x'), long(0x0117, 1)] })),
  );
  expect(members).toEqual(members.toSorted());
  expect(members).toHaveLength(4);
});

describe('no EXIF is the exact text of the contract', () => {
  const none = '{"error" : "no exif data"}';
  test('of an image without', () => expect(cos.render(recordOf(null))).toBe(none));
  test('of a block without entries', async () => expect(await render({ fields: [] })).toBe(none));
  test('of a block of which nothing is shown', async () => {
    expect(await render({ fields: [inExif(), short(0xfff0, 1)] })).toBe(none);
  });
});

describe('a value beyond the limits', () => {
  const far: Field = { ...ascii(0x010f, 'x'.repeat(maxValueBytes)) };

  test('is left out', async () => {
    expect(await render({ fields: [far, ascii(0x0110, 'One')] })).toBe('{"Model":{"val":"One"}}');
  });

  test('does not hide a later one of its name', async () => {
    const answer = await render({ fields: [far, ascii(0x010f, 'Example'), inExif(ascii(0x0110, 'One'))] });
    expect(answer).toBe('{"Make":{"val":"Example"}}');
  });
});

describe('the first of a name wins', () => {
  const cases: readonly (readonly [name: string, fields: Field[], member: string, val: string])[] = [
    ['in one IFD', [ascii(0x010f, 'first'), ascii(0x010f, 'second')], 'Make', 'first'],
    ['IFD0 over Exif', [inExif(short(0x8827, 2)), short(0x8827, 1)], 'ISOSpeedRatings', '1'],
    ['though the value of IFD0 is empty', [ascii(0x9003, ''), inExif(ascii(0x9003, '2026'))], 'DateTimeOriginal', ''],
  ];
  test.each(cases)('%s', async (_name, fields, member, val) => {
    expect(JSON.parse(await render({ fields }))[member]).toEqual({ val });
  });

  test('also when it is too long to be shown, so that no later one is rendered', async () => {
    const text = await render({ fields: [ascii(0x010f, 'x'.repeat(5000)), ascii(0x010f, 'second')] });
    expect(text).toBe('{"error" : "no exif data"}');
  });
});

describe('left out', () => {
  const thumbnail: Ifd = { fields: [short(0x0103, 6), ascii(0x010f, 'thumbnail')] };
  const cases: readonly (readonly [name: string, ifd: Ifd])[] = [
    ['IFD1', { fields: [], next: thumbnail }],
    ['SubIFDs', { fields: [pointer(0x014a, [thumbnail])] }],
    ['pointers', { fields: [inExif(pointer(0xa005, [{ fields: [] }])), inGps()] }],
    ['the maker note', { fields: [inExif(undefinedField(0x927c, [1, 2, 3]))] }],
    ['tags without a name', { fields: [short(0xfffe, 1), inExif(short(0xfffe, 1)), inGps(short(0xfffe, 1))] }],
    ['a GPS tag in IFD0', { fields: [ascii(0x0001, 'N')] }],
    ['an IFD0 tag in Exif', { fields: [inExif(ascii(0x010f, 'Example'))] }],
    ['values of bad entries', { fields: [{ ...ascii(0x010f, 'Example'), raw: { type: 99 } }] }],
  ];
  test.each(cases)('%s', async (_name, ifd) => {
    const text = await render({ ...ifd, fields: [...ifd.fields, ascii(0x0110, 'Sample One')] });
    expect(text).toBe('{"Model":{"val":"Sample One"}}');
  });

  test('values of more than 4,096 characters', async () => {
    const fields = (length: number) => [ascii(0x010f, 'x'.repeat(length)), ascii(0x0110, 'Sample One')];
    expect(JSON.parse(await render({ fields: fields(maxValueText) })).Make.val).toHaveLength(maxValueText);
    expect(JSON.parse(await render({ fields: fields(maxValueText + 1) })).Make).toBeUndefined();
  });
});

describe('ColorSpace is shown in words', () => {
  test.each([
    [1, 'sRGB'],
    [2, 'Adobe RGB'],
    [65_535, 'Uncalibrated'],
    [3, '3'],
    [0, '0'],
  ])('%i is %s', async (value, val) => {
    expect(await render({ fields: [inExif(short(0xa001, value))] })).toBe(`{"ColorSpace":{"val":"${val}"}}`);
  });

  test('two components are not', async () => {
    expect(await render({ fields: [inExif(short(0xa001, 1, 1))] })).toBe('{"ColorSpace":{"val":"1 1"}}');
  });
});

test('hostile text stays inside its string', async () => {
  const text = '"},"x":{"val":"\\\b\u0001\u2028</script>';
  expect(JSON.parse(await render({ fields: [bytesField(0x010f, 2, utf8(text))] }))).toEqual({ Make: { val: text } });
});

test('bytes that are not text become valid JSON', async () => {
  const all = Uint8Array.from({ length: 255 }, (_, i) => i + 1);
  expect(JSON.parse(await render({ fields: [bytesField(0x010f, 2, all)] })).Make.val).toHaveLength(255);
});

test('an answer keeps to its limit, and still an object', async () => {
  const tags = Object.values(imageTags).filter((tag) => tag < 0x8000);
  const control = latin1('\x01'.repeat(maxValueText)); // six bytes each in JSON
  const text = await render({ fields: tags.map((tag) => bytesField(tag, 2, control)) });
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxAnswerBytes);
  expect(Buffer.byteLength(text)).toBeGreaterThan(maxAnswerBytes - 7 * maxValueText);
  expect(Object.keys(JSON.parse(text)).length).toBeGreaterThan(15);
});
