import { maxAnswerBytes } from '../../../lib/limits';
import { exposureProgramWord, flashWords, meteringModeWord, whiteBalanceWord } from '../../../lib/style/derived/words';
import { flat } from '../../../lib/style/flat';
import { showsOnly } from '../../../lib/style/only';
import { Tag } from '../../../lib/tag/ids';
import type { ExifRecord } from '../../../lib/types';
import {
  ascii,
  buildTiff,
  type Field,
  type Ifd,
  integers,
  pointer,
  rationals,
  short,
  undefinedField,
  utf8Field,
} from '../../../testing/build/tiff';
import { readTiff } from '../../../testing/compare/document';
import { recordOf } from '../../../testing/fakes/record';

// biome-ignore lint/suspicious/noExplicitAny: what JSON holds
type Json = any;

const aboutFile = { width: 3, height: 2, format: 'jpeg', size: 1000, etag: '"v1"' };

/** The answer about an image with these fields in its IFDs, without the members about the file. */
async function shown(
  { ifd0 = [], exif = [], gps = [] }: Partial<Record<'ifd0' | 'exif' | 'gps', Field[]>>,
  only?: readonly string[],
): Promise<Json> {
  const root: Ifd = { fields: [...ifd0, pointer(0x8769, [{ fields: exif }]), pointer(0x8825, [{ fields: gps }])] };
  const record = recordOf(await readTiff(buildTiff(root)));
  const answer = JSON.parse(only === undefined ? flat.render(record) : flat.render(record, showsOnly(only)));
  const { width, height, format, size, etag, ...rest } = answer;
  expect({ width, height, format, size, etag }).toEqual(aboutFile);
  return rest;
}

test('an image without EXIF has only the members about the file', () => {
  expect(JSON.parse(flat.render(recordOf(null)))).toEqual(aboutFile);
});

test('nothing unknown is a member: no ETag, no size in pixels, blank text, a time of blanks', async () => {
  const none: ExifRecord = recordOf(null);
  const record = { ...none, stat: { ...none.stat, etag: null }, shape: { ...none.shape, width: null, height: null } };
  expect(JSON.parse(flat.render(record))).toEqual({ format: 'jpeg', size: 1000 });
  const blank = { ifd0: [ascii(Tag.Make, '   ')], exif: [ascii(Tag.DateTimeOriginal, '    :  :     :  :  ')] };
  expect(await shown(blank)).toEqual({ tags: { DateTimeOriginal: ':  :     :  :' } });
});

describe('the time', () => {
  const original = ascii(Tag.DateTimeOriginal, '2024:05:01 12:00:00');
  const digitized = ascii(Tag.DateTimeDigitized, '2024:05:02 12:00:00');
  const changed = ascii(Tag.DateTime, '2024:05:03 12:00:00');
  const gps = [ascii(0x001d, '2024:05:01'), rationals(0x0007, 5, [10, 1], [0, 1], [3, 2])];

  test('is the first that is known, and takenAtSource names its tag', async () => {
    const times = { ifd0: [changed], exif: [original, digitized], gps };
    expect(await shown(times)).toEqual({
      takenAt: '2024-05-01T12:00:00',
      takenAtSource: 'DateTimeOriginal',
      tags: {
        DateTime: '2024:05:03 12:00:00',
        DateTimeDigitized: '2024:05:02 12:00:00',
        GPSTimeStamp: [10, 0, 1.5],
        GPSDateStamp: '2024:05:01',
      },
    });
    expect(await shown({ ...times, exif: [digitized] })).toMatchObject({ takenAtSource: 'DateTimeDigitized' });
    expect(await shown({ ...times, exif: [] })).toEqual({
      takenAt: '2024-05-01T10:00:01.5Z',
      takenAtSource: 'GPSDateTime',
      offset: 'Z',
      tags: { DateTime: '2024:05:03 12:00:00' },
    });
    expect(await shown({ ifd0: [changed] })).toEqual({ takenAt: '2024-05-03T12:00:00', takenAtSource: 'DateTime' });
  });

  test('has the fraction and the offset of its own tags', async () => {
    const exif = [original, ascii(Tag.SubSecTimeOriginal, '25'), ascii(Tag.OffsetTimeOriginal, '-05:30')];
    expect(await shown({ exif })).toEqual({
      takenAt: '2024-05-01T12:00:00.25-05:30',
      takenAtSource: 'DateTimeOriginal',
      offset: '-05:30',
    });
  });

  test('does not change its source when only some tags are asked for', async () => {
    const times = { ifd0: [changed], exif: [original] };
    expect(await shown(times, ['DateTime'])).toEqual({ tags: { DateTime: '2024:05:03 12:00:00' } });
    expect(await shown(times, ['DateTimeOriginal'])).toMatchObject({ takenAtSource: 'DateTimeOriginal' });
  });
});

test('a text comes from the first of its tags that has one; the others stay in tags', async () => {
  const artists = [ascii(Tag.Artist, 'Ada'), ascii(Tag.ImageDescription, ' ')];
  const xp = (tag: number, text: string) => integers(tag, 3, ...[...text].map((char) => char.charCodeAt(0)));
  const ifd0 = [...artists, xp(Tag.XPTitle, 'Title'), xp(Tag.XPAuthor, 'Bob')];
  expect(await shown({ ifd0 })).toEqual({ artist: 'Ada', description: 'Title', tags: { XPAuthor: 'Bob' } });
  expect(await shown({ ifd0 }, ['XPAuthor'])).toEqual({ tags: { XPAuthor: 'Bob' } });
});

test('the place, with its signs, and the direction', async () => {
  const gps = [
    ascii(0x0001, 'S'),
    rationals(0x0002, 5, [33, 1], [30, 1], [0, 1]),
    ascii(0x0003, 'W'),
    rationals(0x0004, 5, [70, 1], [15, 1], [0, 1]),
    undefinedField(0x0005, [1]),
    rationals(0x0006, 5, [12, 1]),
    ascii(0x0010, 'T'),
    rationals(0x0011, 5, [721, 2]),
  ];
  const place = { latitude: -33.5, longitude: -70.25, altitude: -12 };
  expect(await shown({ gps })).toEqual({ ...place, tags: { GPSImgDirectionRef: 'T', GPSImgDirection: 360.5 } });
  const north = [...gps.slice(0, -1), rationals(0x0011, 5, [0, 1])];
  expect(await shown({ gps: north })).toEqual({ ...place, direction: 0, tags: { GPSImgDirectionRef: 'T' } });
});

test('words for what the standard defines; another number stays a number in tags', async () => {
  const values = { Flash: 0x19, WhiteBalance: 0, MeteringMode: 5, ExposureProgram: 3 };
  const exif = Object.entries(values).map(([name, value]) => short(Tag[name as keyof typeof values], value));
  expect(await shown({ exif })).toEqual({
    flash: 'Fired, auto mode',
    whiteBalance: 'Auto',
    meteringMode: 'Pattern',
    exposureProgram: 'Aperture priority',
  });
  const unknown = Object.keys(values).map((name) => short(Tag[name as keyof typeof values], 999));
  expect(await shown({ exif: unknown })).toEqual({
    tags: { Flash: 999, WhiteBalance: 999, MeteringMode: 999, ExposureProgram: 999 },
  });
});

test.each([
  [0x00, 'Did not fire'],
  [0x01, 'Fired'],
  [0x05, 'Fired, return light not detected'],
  [0x10, 'Did not fire, always off'],
  [0x18, 'Did not fire, auto mode'],
  [0x20, 'No flash function'],
  [0x5f, 'Fired, return light detected, auto mode, red-eye reduction'],
  [0x4f, 'Fired, return light detected, always on, red-eye reduction'],
  [0x80, null],
  [-1, null],
  [0.5, null],
])('flash %d is %j', (value, words) => {
  expect(flashWords(value)).toBe(words);
});

test.each([
  [exposureProgramWord, 9],
  [meteringModeWord, 7],
  [whiteBalanceWord, 2],
] as const)('%p has a word for each value of the standard, and for no other', (wordOf, end) => {
  const from = wordOf === whiteBalanceWord ? 0 : 1;
  expect(Array.from({ length: end - from }, (_, at) => wordOf(from + at))).not.toContain(null);
  expect([from - 1, end, 0.5, Number.NaN].map(wordOf)).toEqual([null, null, null, null]);
});

describe('another tag', () => {
  test.each<[string, Field, unknown]>([
    ['a number', short(Tag.ResolutionUnit, 2), 2],
    ['a rational', rationals(Tag.XResolution, 5, [1, 4]), 0.25],
    ['a list of numbers', short(Tag.BitsPerSample, 8, 8, 8), [8, 8, 8]],
    ['16 numbers', integers(Tag.StripOffsets, 4, ...Array.from({ length: 16 }, (_, at) => at)), expect.any(Array)],
    ['17 numbers', integers(Tag.StripOffsets, 4, ...Array.from({ length: 17 }, (_, at) => at)), undefined],
    ['unknown numbers at the end', rationals(Tag.LensSpecification, 5, [24, 1], [70, 1], [0, 0], [0, 0]), [24, 70]],
    ['an unknown number first', rationals(Tag.LensSpecification, 5, [0, 0], [70, 1]), undefined],
    ['nothing but unknown numbers', rationals(Tag.XResolution, 5, [0, 0]), undefined],
    ['text', ascii(Tag.HostComputer, 'laptop'), 'laptop'],
    ['blank text', ascii(Tag.HostComputer, '  '), undefined],
    ['bytes that are text', undefinedField(Tag.ExifVersion, [0x30, 0x32, 0x33, 0x32]), '0232'],
    ['bytes that are not', undefinedField(Tag.FileSource, [3]), 3],
    ['text with characters that hide others', utf8Field(Tag.HostComputer, 'a\u202eb\tc'), 'a b c'],
    ['an embedded document', undefinedField(Tag.XMLPacket, [1, 2, 3]), undefined],
    ['a tag without a name', short(0xfe00, 1), undefined],
  ])('is %s', async (_name, field, value) => {
    const inExif = ['LensSpecification', 'ExifVersion', 'FileSource'].some(
      (name) => Tag[name as 'Flash'] === field.tag,
    );
    const { tags } = await shown(inExif ? { exif: [field] } : { ifd0: [field] });
    const named = Object.entries(Tag).find(([, tag]) => tag === field.tag)?.[0] ?? '';
    expect(tags?.[named]).toEqual(value);
    if (value === undefined) expect(tags).toBeUndefined();
  });

  test('counts once: that of IFD0 before that of the Exif IFD', async () => {
    const exif = [short(Tag.ResolutionUnit, 3), ascii(Tag.Make, 'Exif')];
    expect(await shown({ ifd0: [short(Tag.ResolutionUnit, 2), ascii(Tag.Make, 'IFD0')], exif })).toEqual({
      make: 'IFD0',
      tags: { ResolutionUnit: 2 },
    });
  });
});

test('an answer never grows beyond its limit', async () => {
  const tags = Array.from({ length: 2000 }, (_, at) => ascii(0x0100 + at, 'x'.repeat(1000)));
  const record = recordOf(await readTiff(buildTiff({ fields: tags })));
  const text = flat.render(record);
  expect(text.length).toBeLessThanOrEqual(maxAnswerBytes);
  expect(JSON.parse(text)).toMatchObject(aboutFile);
});
