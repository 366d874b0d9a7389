// `exif/only`: what is shown is cut down, what it says is not.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultLimits } from '../../../lib/limits';
import { ProblemError } from '../../../lib/problem';
import { styles } from '../../../lib/style';
import { readNames, showsOnly } from '../../../lib/style/only';
import { anyTagName } from '../../../lib/tag/lookup';
import type { ExifRecord, TagEntry } from '../../../lib/types';
import { readRecord } from '../../../testing/compare/read';
import { anyRef, bucketOf } from '../../../testing/fakes/counting-bucket';
import { recordOf } from '../../../testing/fakes/record';
import { entry, ratio, short, text } from './derived/entries';

// biome-ignore lint/suspicious/noExplicitAny: what JSON holds
type Json = any;

const entries: readonly TagEntry[] = [
  text('IFD0', 0x010f, 'Example'),
  text('IFD0', 0x0110, 'Model One'),
  short('IFD0', 0x0112, 6),
  ratio('IFD0', 0x011a, [2835, 100]),
  short('IFD0', 0x0128, 3),
  ratio('Exif', 0x829d, [28, 10]),
  short('Exif', 0x8827, 65_535),
  short('Exif', 0x8832, 12_800),
  text('Exif', 0x9003, '2024:05:01 12:00:00'),
  text('Exif', 0x9011, '+02:00'),
  text('Exif', 0x9291, '25'),
  ratio('Exif', 0x9202, [5, 1]),
  entry('Exif', 0x927c, 7, new Uint8Array(9)),
  text('GPS', 1, 'S'),
  ratio('GPS', 2, [31, 1], [30, 1], [0, 1]),
  text('GPS', 3, 'W'),
  ratio('GPS', 4, [121, 1], [30, 1], [0, 1]),
  entry('GPS', 5, 1, new Uint8Array([1])),
  ratio('GPS', 6, [100, 1]),
  text('GPS', 0x0c, 'K'),
  ratio('GPS', 0x0d, [9, 10]),
  short('Interop', 2, 1),
];

const record = recordOf({ littleEndian: true, entries, warnings: [], pages: 1 });

async function show(style: string, list: string, of: ExifRecord = record): Promise<Json> {
  return JSON.parse((await styles.get(style)?.render(of, showsOnly(readNames(list)))) ?? '');
}

describe('typed', () => {
  test.each([
    ['GPSAltitude', { altitude: -100 }],
    ['GPSLatitude', { latitude: -31.5 }],
    ['GPSLongitude', { longitude: -121.5 }],
    ['GPSLatitudeRef', {}],
    ['DateTimeOriginal', { dateTimeOriginal: '2024-05-01T12:00:00.25+02:00' }],
    ['OffsetTimeOriginal', {}],
    ['ISOSpeedRatings', { iso: 12_800 }],
    ['RecommendedExposureIndex', { iso: 12_800 }],
    ['ApertureValue', { fNumber: 2.8 }],
    ['Orientation', { orientation: 6 }],
    ['Make', {}],
  ])('derived of %s says what it says of the whole', async (list, derived) => {
    expect((await show('typed', list)).derived).toEqual({ width: 2, height: 3, ...derived });
  });

  test('only the tags that are named are there', async () => {
    const { ifds } = await show('typed', 'GPSAltitude,0x010f');
    expect(Object.keys(ifds)).toEqual(['IFD0', 'GPS']);
    expect(ifds.GPS).toMatchObject([{ name: 'GPSAltitude', value: [100, 1] }]);
    expect(ifds.IFD0).toMatchObject([{ name: 'Make' }]);
  });
});

describe('readable', () => {
  test.each([
    ['XResolution', { IFD0: { XResolution: '28.35 per cm' } }],
    ['GPSLatitude', { GPS: { GPSLatitude: '31.5000 S' } }],
    ['GPSAltitude', { GPS: { GPSAltitude: '100 m below sea level' } }],
    ['GPSSpeed', { GPS: { GPSSpeed: '0.9 km/h' } }],
    ['ISOSpeedRatings', { summary: 'ISO 12800', Exif: { ISOSpeedRatings: 'ISO 12800' } }],
    ['FNumber', { summary: 'f/2.8', Exif: { FNumber: 'f/2.8' } }],
    ['Make', { summary: 'Example', IFD0: { Make: 'Example' } }],
    ['Model', { summary: 'Model One', IFD0: { Model: 'Model One' } }],
    [
      'GPSLatitude,GPSLongitude',
      { position: '31.5000 S, 121.5000 W', GPS: { GPSLatitude: '31.5000 S', GPSLongitude: '121.5000 W' } },
    ],
  ])('%s', async (list, shown) => {
    expect(await show('readable', list)).toEqual(shown);
  });
});

test('the own members of oss stay, and do not come to contradict EXIF', async () => {
  const dense: ExifRecord = { ...record, shape: { ...record.shape, density: [1, 1], orientation: 6 } };
  expect(Object.keys(await show('oss', 'Make', dense))).toEqual([
    'FileSize',
    'Format',
    'FrameCount',
    'ImageHeight',
    'ImageWidth',
    'Make',
  ]);
  expect((await show('oss', 'Orientation', dense)).Orientation).toEqual({ value: '1' });
});

test('names that an answer shows of tags that lead elsewhere are known', async () => {
  const list = 'ExifTag,GPSTag,InteroperabilityTag,MakerNote,SubIFDs';
  expect(readNames(list)).toEqual(list.split(','));
  expect((await show('typed', 'MakerNote')).ifds.Exif).toMatchObject([{ name: 'MakerNote' }]);
  expect(await show('oss', 'MakerNote')).toMatchObject({ MakerNote: { value: '9 bytes undefined data' } });
});

test('a name means the tag that has it, not the same number in another IFD', async () => {
  expect((await show('typed', 'GPSLatitude')).ifds).not.toHaveProperty('Interop');
});

test('numbers may be in capitals, and are the same ones then', () => {
  expect(readNames('0x927C,0X927c,Make')).toEqual(['0x927c', 'Make']);
  expect(() => readNames('0x92')).toThrow(ProblemError);
});

test('numbers may be decimal, as in typed', async () => {
  expect(readNames('271,0x010F,34855')).toEqual(['0x010f', '0x8827']);
  expect((await show('typed', '271')).ifds.IFD0).toMatchObject([{ name: 'Make' }]);
  expect(() => readNames('65536')).toThrow(ProblemError);
});

describe('the error for an unknown name has the position of the name', () => {
  test.each([
    ['Make,Modell', 'Name 2 in exif/only is not the name of a tag.'],
    ['MAKE,Model', 'Name 1 in exif/only is not the name of a tag, did you mean Make?'],
    ['Make, gpslatitude', 'Name 2 in exif/only is not the name of a tag, did you mean GPSLatitude?'],
    ['', 'Name 1 in exif/only is not the name of a tag.'],
    ['Make,<b>', 'Name 2 in exif/only is not the name of a tag.'],
  ])('%s', (list, hint) => {
    const refusal = refusalOf(list);
    expect(refusal).toMatchObject({ code: 'OperationUnknown' });
    expect(refusal.safeDetail).toBe(
      `${hint} Use the names in the answer to ?exif, or numbers, for example exif/only/Make,Model,0x9209.`,
    );
  });
});

function refusalOf(list: string): ProblemError {
  try {
    readNames(list);
  } catch (error) {
    if (error instanceof ProblemError) return error;
  }
  throw new Error('it was read');
}

describe('where a document has tags, and none of them is asked for', () => {
  test.each(['cos', 'qiniu', 'readable'])('%s shows an empty object, not that there is no EXIF', async (style) => {
    expect(await styles.get(style)?.render(record, showsOnly(['Artist']))).toBe('{}');
  });

  test.each(['cos', 'qiniu'])('%s says that an image without EXIF has none', async (style) => {
    for (const document of [null, { littleEndian: true, entries: [], warnings: [], pages: 1 }]) {
      expect((await show(style, 'Make', recordOf(document))).error).toBe('no exif data');
    }
  });
});

/** Every leaf of an answer by its path; tags of a list by their number. */
function leaves(json: Json, path = ''): readonly string[] {
  if (typeof json !== 'object' || json === null) return [`${path} ${JSON.stringify(json)}`];
  if (Array.isArray(json) && !json.every((part) => typeof part === 'object' && part !== null && 'id' in part)) {
    return [`${path} ${JSON.stringify(json)}`];
  }
  return Object.entries<Json>(json).flatMap(([name, part]) => leaves(part, `${path}/${part?.id ?? name}`));
}

/** Tags that `flat` shows within a member, such as the hemisphere in `latitude`, but on their own when only they are asked for. */
const partOfMember = /^(GPS(Latitude|Longitude|Altitude)Ref|(SubSec|Offset)TimeOriginal)$/;

const samples = join(__dirname, '../../../samples');
const names = readdirSync(samples).filter((name) => /\.(jpe?g|png|tiff?)$/.test(name));

describe.each([...styles.keys()])('%s', (style) => {
  test.each(names)('each tag of %s has the same value alone as together with all others', async (name) => {
    const deps = { bucket: bucketOf(readFileSync(join(samples, name))).bucket, limits: defaultLimits, dropGroups: [] };
    const sample = await readRecord(anyRef, deps, { requests: 0, bytes: 0 }, new AbortController().signal);
    const whole = new Set(leaves(JSON.parse((await styles.get(style)?.render(sample)) ?? '')));
    let shown = 0;
    const held = new Set(sample.document?.entries.map(({ ifd, tag }) => anyTagName(ifd, tag)));
    for (const tag of held) {
      if (tag === null) continue;
      const alone = leaves(await show(style, tag, sample)).filter((leaf) => !/^\/summary /.test(leaf));
      if (style === 'flat' && partOfMember.test(tag)) continue;
      expect(alone.filter((leaf) => !whole.has(leaf))).toEqual([]);
      shown += alone.length;
    }
    expect(shown > 0 || sample.document === null).toBe(true);
  });
});
