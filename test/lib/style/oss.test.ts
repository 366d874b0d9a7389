import { maxAnswerBytes, maxValueText } from '../../../lib/limits';
import { styles } from '../../../lib/style';
import { oss } from '../../../lib/style/oss';
import { imageTags } from '../../../lib/tag/ids';
import type { ExifRecord, ImageShape } from '../../../lib/types';
import { latin1, utf8 } from '../../../testing/build/bytes';
import {
  ascii,
  buildTiff,
  bytesField,
  type Field,
  type Ifd,
  pointer,
  rational,
  short,
  undefinedField,
} from '../../../testing/build/tiff';
import { readTiff } from '../../../testing/compare/document';
import { recordOf } from '../../../testing/fakes/record';

const shape = { width: 400, height: 267, frames: 1, animated: false } as const;

async function record(ifd0: Ifd | null, more: Partial<ImageShape> = {}): Promise<ExifRecord> {
  const document = ifd0 === null ? null : await readTiff(buildTiff(ifd0));
  const stat = { size: 21_839, etag: null, lastModified: null };
  return { ...recordOf(document), stat, shape: { ...shape, ...more } };
}

/** The values by name. */
async function texts(fields: Field[], more: Partial<ImageShape> = {}, next?: Ifd): Promise<Record<string, string>> {
  const ifd = next === undefined ? { fields } : { fields, next };
  const members: Record<string, { value: string }> = JSON.parse(oss.render(await record(ifd, more)));
  return Object.fromEntries(Object.entries(members).map(([name, { value }]) => [name, value]));
}

const inExif = (...fields: Field[]): Field => pointer(0x8769, [{ fields }]);
const inGps = (...fields: Field[]): Field => pointer(0x8825, [{ fields }]);

test('it is a style', async () => {
  expect(await styles.get('oss')?.render(recordOf(null))).toBe(oss.render(recordOf(null)));
});

test('an image without EXIF, laid out as the service does', async () => {
  expect(oss.render(await record(null, { density: [1, 1] }))).toBe(
    [
      '{',
      '    "FileSize": {"value": "21839"},',
      '    "Format": {"value": "jpg"},',
      '    "FrameCount": {"value": "1"},',
      '    "ImageHeight": {"value": "267"},',
      '    "ImageWidth": {"value": "400"},',
      '    "ResolutionUnit": {"value": "1"},',
      '    "XResolution": {"value": "1/1"},',
      '    "YResolution": {"value": "1/1"}}',
    ].join('\n'),
  );
});

test('without density and size', async () => {
  const text = oss.render(await record(null, { width: null, height: null }));
  expect(Object.keys(JSON.parse(text))).toEqual(['FileSize', 'Format', 'FrameCount']);
});

test.each([
  ['jpeg', {}, 'jpg'],
  ['heif', { format: 'heic' }, 'heic'],
  ['heif', { format: 'avif' }, 'avif'],
  ['heif', {}, 'heic'],
  ['png', {}, 'png'],
  ['tiff', {}, 'tiff'],
] as const)('the format of %s %p is %s', async (container, more, format) => {
  const text = oss.render({ ...(await record(null, more)), container });
  expect(JSON.parse(text).Format).toEqual({ value: format });
});

test.each([
  ['of an animation', { frames: 12, animated: true }, '12'],
  ['of what stands still, thumbnails and pages beside it', { frames: 3 }, '1'],
])('frames %s', async (_name, more, count) => {
  expect(JSON.parse(oss.render(await record(null, more))).FrameCount).toEqual({ value: count });
});

test('texts are the plain ones of exiv2', async () => {
  const shown = await texts([
    ascii(0x010f, 'Example'),
    inExif(short(0xa001, 65_535), undefinedField(0x9000, latin1('0232')), rational(0x829d, [8, 5]), short(0x9209, 16)),
    inGps(bytesField(0, 1, [2, 2, 0, 0]), rational(7, [7, 1], [55, 1], [5824, 100])),
  ]);
  expect(shown).toMatchObject({
    Make: 'Example',
    ColorSpace: '65535',
    ExifVersion: '48 50 51 50',
    FNumber: '8/5',
    Flash: '16',
    GPSVersionID: '2 2 0 0',
    GPSTimeStamp: '7/1 55/1 5824/100',
  });
});

test('names are sorted, and those of pointers and of the thumbnail are there', async () => {
  const thumbnail = { fields: [short(0x0103, 6), ascii(0x010f, 'thumbnail'), short(0x0128, 3)] };
  const shown = await texts([inExif(short(0x8827, 1)), inGps(ascii(1, 'N')), ascii(0x010f, 'Example')], {}, thumbnail);
  expect(shown).toMatchObject({ Compression: '6', Make: 'Example' });
  expect(shown['ExifTag']).toMatch(/^\d+$/);
  expect(shown['GPSTag']).toMatch(/^\d+$/);
  expect(Object.keys(shown)).toEqual(Object.keys(shown).toSorted());
});

test('a maker note is its length', async () => {
  expect(await texts([inExif(undefinedField(0x927c, new Uint8Array(3681)))])).toMatchObject({
    MakerNote: '3681 bytes undefined data',
  });
});

describe('positions', () => {
  const at = async (...parts: [number, number][]) => (await texts([inGps(rational(2, ...parts))]))['GPSLatitude'];
  test.each([
    [
      'parts of which only the last is no whole number',
      [
        [30, 1],
        [27, 1],
        [3512, 100],
      ],
      `30deg 27' 35.120" `,
    ],
    [
      'whole seconds',
      [
        [30, 1],
        [27, 1],
        [35, 1],
      ],
      `30deg 27' 35" `,
    ],
    [
      'no seconds',
      [
        [104, 1],
        [41, 2],
        [0, 1],
      ],
      `104deg 20.50000' `,
    ],
    [
      'degrees alone',
      [
        [1045, 10],
        [0, 1],
        [0, 1],
      ],
      '104.5000000deg ',
    ],
    [
      'seconds without minutes',
      [
        [1, 1],
        [0, 1],
        [2, 1],
      ],
      `1deg 0' 2" `,
    ],
    [
      'zero',
      [
        [0, 1],
        [0, 1],
        [0, 1],
      ],
      '0deg ',
    ],
    [
      'zero by zero at the end',
      [
        [5, 1],
        [0, 0],
        [0, 0],
      ],
      '5deg ',
    ],
    [
      'a quotient by zero',
      [
        [1, 0],
        [0, 1],
        [0, 1],
      ],
      '(1/0 0/1 0/1)',
    ],
    [
      'two parts',
      [
        [1, 1],
        [2, 1],
      ],
      '1/1 2/1',
    ],
  ] as [string, [number, number][], string][])('%s', async (_name, parts, text) => {
    expect(await at(...parts)).toBe(text);
  });

  test('numbers that are not rationals are plain', async () => {
    expect(await texts([inGps(short(2, 1, 2, 3))])).toMatchObject({ GPSLatitude: '1 2 3' });
  });

  test('directions are words', async () => {
    expect(await texts([inGps(ascii(1, 'S'), ascii(3, 'E'))])).toMatchObject({
      GPSLatitudeRef: 'South',
      GPSLongitudeRef: 'East',
    });
    expect(await texts([inGps(ascii(1, 'Q'), ascii(3, 'W'))])).toMatchObject({
      GPSLatitudeRef: '(Q)',
      GPSLongitudeRef: 'West',
    });
    expect(await texts([inGps(bytesField(1, 1, [0x53, 0]), bytesField(3, 7, [0x57]))])).toMatchObject({
      GPSLatitudeRef: 'South',
      GPSLongitudeRef: 'West',
    });
    expect(await texts([inGps(bytesField(1, 1, [0x51, 0]))])).toMatchObject({ GPSLatitudeRef: '(81 0)' });
  });
});

describe('what the container states', () => {
  test('wins over tags of the same name', async () => {
    expect(await texts([short(0x0100, 9), short(0x0101, 9)])).toMatchObject({ ImageWidth: '400' });
    expect((await texts([short(0x0101, 9)]))['ImageLength']).toBe('9');
  });

  test('has no size by a tag where the container states none', async () => {
    expect(await texts([short(0x0100, 9, 9)], { width: null })).not.toHaveProperty('ImageWidth');
  });
  test('is a density in inches where EXIF states none', async () => {
    const shown = { ResolutionUnit: '2', XResolution: '300/1', YResolution: '29972/100' };
    expect(await texts([ascii(0x010f, 'Example')], { dpi: [300, 299.72] })).toMatchObject(shown);
    const stated = await texts([rational(0x011a, [96, 1])], { dpi: [300, 300] });
    expect(stated).toMatchObject({ XResolution: '96/1' });
    expect(stated).not.toHaveProperty('ResolutionUnit');
  });
  test('is the size after the turns of the container, and the orientation is then 1', async () => {
    const turned = { ImageWidth: '267', ImageHeight: '400', Orientation: '1' };
    expect(await texts([short(0x0112, 6)], { orientation: 6 })).toMatchObject(turned);
    expect(await texts([short(0x0112, 6)])).toMatchObject({ ImageWidth: '400', Orientation: '6' });
    expect(await texts([ascii(0x010f, 'x')], { orientation: 6 })).not.toHaveProperty('Orientation');
  });
});

test('a page of a TIFF is not a thumbnail', async () => {
  const page = { fields: [short(0x00fe, 2), ascii(0x010e, 'Page two')] };
  expect(await texts([ascii(0x010f, 'Example')], {}, page)).not.toHaveProperty('ImageDescription');
});

test('what cannot be seen is escaped', async () => {
  const body = oss.render(await record({ fields: [bytesField(0x010f, 2, utf8('A\u007f\u202eB\u061c'))] }));
  expect(body).toContain('"A\\u007f\\u202eB\\u061c"');
});

test('hostile text stays inside its string', async () => {
  const text = '"}},"x":{"value":"\\\b\u0001\u2028</script>';
  expect((await texts([bytesField(0x010f, 2, utf8(text))]))['Make']).toBe(text);
});

test('values of more than 4,096 characters are left out', async () => {
  expect((await texts([ascii(0x010f, 'x'.repeat(maxValueText))]))['Make']).toHaveLength(maxValueText);
  expect(await texts([ascii(0x010f, 'x'.repeat(maxValueText + 1))])).not.toHaveProperty('Make');
});

test('an answer keeps to its limit, and the members of the image are in it', async () => {
  const tags = Object.values(imageTags).filter((tag) => tag < 0x8000);
  const control = latin1('\x01'.repeat(maxValueText)); // six bytes each in JSON
  const text = oss.render(await record({ fields: tags.map((tag) => bytesField(tag, 2, control)) }, { dpi: [1, 1] }));
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxAnswerBytes);
  expect(Buffer.byteLength(text)).toBeGreaterThan(maxAnswerBytes - 7 * maxValueText);
  expect(JSON.parse(text)).toMatchObject({ FileSize: { value: '21839' }, ImageWidth: { value: '400' } });
});
