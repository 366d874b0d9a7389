// The texts of MP4 and QuickTime files: user data, items, keys, and the answers that they give.
import type { VideoRecord } from '../../../lib/video/record';
import { box, fullBox } from '../../../testing/build/bmff';
import { concat, latin1, u32, unsigned, utf8, utf16 } from '../../../testing/build/bytes';
import * as mp4 from '../../../testing/build/video';
import { videoOf } from '../../../testing/compare/video';

const withMoov = (...more: readonly Uint8Array[]) => videoOf(mp4.buildMp4('qt  ', mp4.smallMoov(...more)));
const udta = (...boxes: readonly Uint8Array[]) => box('udta', concat(...boxes));
const apple = (name: string) => `com.apple.quicktime.${name}`;

test('the keys of an iPhone', async () => {
  const keys = mp4.keysMeta([
    [apple('make'), 'Apple'],
    [apple('model'), 'iPhone 13 Pro'],
    [apple('software'), '19.0'],
    [apple('creationdate'), '2026-03-23T15:57:19+0100'],
    [apple('location.ISO6709'), '+49.1989+016.6071+222.469/'],
    [apple('content.identifier'), '9B539AB8-A668-4FA6-9207-EB653A5E7E3C'],
    [apple('live-photo.auto'), unsigned(1, 1, false), 22],
  ]);
  const lens = mp4.trak({
    handler: 'meta',
    more: [
      mp4.keysMeta([
        [apple('camera.lens_model'), 'back camera'],
        [apple('title'), 'a track'],
      ]),
    ],
  });
  expect(await withMoov(lens, keys)).toMatchObject({
    make: 'Apple',
    model: 'iPhone 13 Pro',
    software: '19.0',
    lensModel: 'back camera',
    title: null,
    createdAt: { text: '2026-03-23T15:57:19+01:00', source: 'creationdate' },
    latitude: 49.1989,
    longitude: 16.6071,
    altitude: 222.469,
    livePhotoId: '9B539AB8-A668-4FA6-9207-EB653A5E7E3C',
    texts: expect.arrayContaining([
      { name: apple('live-photo.auto'), value: '1' },
      { name: apple('title'), value: 'a track', track: 3 },
    ]),
  });
});

test('a moov/meta with version and flags, and a label of generated content', async () => {
  const label = '{"Label":"1"}';
  expect(
    await withMoov(
      mp4.keysMeta(
        [
          ['AIGC', label],
          ['com.android.manufacturer', 'Example'],
        ],
        true,
      ),
    ),
  ).toMatchObject({ aigc: label, make: 'Example' });
});

describe('user data', () => {
  test.each<[string, Uint8Array, Partial<VideoRecord>]>([
    [
      'QuickTime',
      concat(mp4.userText('©mak', 'Eg'), mp4.userText('©mod', 'E1'), mp4.userText('©swr', '2.0')),
      { make: 'Eg', model: 'E1', software: '2.0' },
    ],
    ['Mac Roman', mp4.userText('©nam', '', latin1('caf\x8e')), { title: 'café' }],
    ['UTF-16', mp4.userText('©nam', '', concat(latin1('\xfe\xff'), utf16('鱼', false))), { title: '鱼' }],
    ['a text without its length', box('©nam', utf8('Title')), { title: 'Title' }],
    ['a data box', box('©nam', mp4.data(1, utf8('Title'))), { title: 'Title' }],
    ['an empty box', concat(box('©nam', new Uint8Array(0)), mp4.userText('©nam', 'Title')), { title: 'Title' }],
    [
      '3GPP',
      concat(mp4.text3gpp('titl', utf8('T\0')), mp4.text3gpp('auth', concat(latin1('\xfe\xff'), utf16('A\0', false)))),
      { title: 'T', author: 'A' },
    ],
    ['a cut box of 3GPP', mp4.text3gpp('titl', new Uint8Array(0)), { title: null }],
    [
      'items',
      mp4.itemMeta([
        ['©nam', 'T'],
        ['©too', 'Lavf'],
        ['desc', 'D'],
        ['cprt', 'C'],
      ]),
      { title: 'T', software: 'Lavf', description: 'D', copyright: 'C' },
    ],
    [
      'a free-form item',
      fullBox(
        'meta',
        0,
        0,
        concat(
          mp4.hdlr('mdir'),
          box(
            'ilst',
            box(
              '----',
              concat(fullBox('mean', 0, 0, utf8('m')), fullBox('name', 0, 0, utf8('AIGC')), mp4.data(1, utf8('{}'))),
            ),
          ),
        ),
      ),
      { aigc: '{}' },
    ],
    ['a long text', mp4.userText('©nam', 'x'.repeat(5_000)), { title: null }],
    [
      'a date',
      mp4.userText('©day', '2018-02-07T10:15:08-05:00'),
      { createdAt: { text: '2018-02-07T10:15:08-05:00', source: '©day' } },
    ],
    [
      'a year: not a time',
      mp4.userText('©day', '2018'),
      { createdAt: { text: '2026-05-28T20:26:40Z', source: 'mvhd' } },
    ],
    ['©xyz', mp4.userText('©xyz', '+48.8584+002.2945/'), { latitude: 48.8584, longitude: 2.2945, altitude: null }],
    ['loci', mp4.loci(2.5, -48.25, 35), { latitude: -48.25, longitude: 2.5, altitude: 35 }],
    [
      'loci with a name in UTF-16',
      mp4.loci(2.5, -48.25, 35, concat(latin1('\xfe\xff'), utf16('ab\0', false))),
      { latitude: -48.25, longitude: 2.5 },
    ],
    ['a place that is none', mp4.loci(200, 0, 0), { latitude: null, longitude: null }],
    ['a cut loci', mp4.text3gpp('loci', utf8('name')), { latitude: null }],
  ])('%s', async (_, boxes, expected) => expect(await withMoov(udta(boxes))).toMatchObject(expected));
});

test('the types of values', async () => {
  const bytes = (...values: number[]) => Uint8Array.from(values);
  const items: readonly (readonly [name: string, value: Uint8Array, kind: number, text: string | null])[] = [
    ['UTF-16', utf16('é', false), 2, 'é'],
    ['signed 1', bytes(0xfe), 21, '-2'],
    ['signed 2', bytes(0xff, 0xfe), 21, '-2'],
    ['signed 4', bytes(0x80, 0, 0, 0), 67, '-2147483648'],
    ['signed 8', bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe), 74, '-2'],
    ['unsigned 3', bytes(1, 0, 0), 22, '65536'],
    ['unsigned 4', bytes(0xff, 0xff, 0xff, 0xff), 77, '4294967295'],
    ['unsigned 8', bytes(0, 0, 0, 1, 0, 0, 0, 0), 78, '4294967296'],
    ['float 4', bytes(0x3f, 0x80, 0, 0), 23, '1'],
    ['float 8', bytes(0x3f, 0xf8, 0, 0, 0, 0, 0, 0), 24, '1.5'],
    ['a float too short', bytes(1), 23, null],
    ['a number of no bytes', bytes(), 22, null],
    ['a picture', bytes(1, 2), 13, null],
  ];
  const { texts } = await withMoov(mp4.keysMeta(items.map(([name, value, kind]) => [name, value, kind])));
  expect(texts).toEqual(items.flatMap(([name, , , value]) => (value === null ? [] : [{ name, value }])));
});

describe('keys that are not in order', () => {
  const meta = (keys: Uint8Array, item: Uint8Array) => box('meta', concat(mp4.hdlr('mdta'), keys, box('ilst', item)));
  const numbered = (number: number) => box(String.fromCharCode(0, 0, 0, number), mp4.data(1, utf8('value')));
  const keys = fullBox('keys', 0, 0, concat(u32(0xffffffff), box('mdta', utf8('one'))));
  test.each([
    ['a count that is too high', keys, numbered(1), ['one']],
    ['the number 0', keys, numbered(0), []],
    ['a number without a key', keys, numbered(2), []],
    ['a long key', fullBox('keys', 0, 0, concat(u32(1), box('mdta', new Uint8Array(257)))), numbered(1), []],
    ['no keys', box('free', new Uint8Array(0)), box('name', mp4.data(1, utf8('value'))), ['name']],
    ['an item without data', keys, box('\0\0\0\x01', box('free', new Uint8Array(9))), []],
  ])('%s', async (_, table, item, names) => {
    expect((await withMoov(meta(table, item))).texts.map(({ name }) => name)).toEqual(names);
  });
});

test('the XML of Sony', async () => {
  const xml =
    '<?xml version="1.0"?><NonRealTimeMeta><CreationDate value="2026-04-26T10:25:15+01:00"/><Device manufacturer="Sony" modelName="ILCE-7M4" serialNo="123"/></NonRealTimeMeta>';
  const meta = fullBox('meta', 0, 0, concat(mp4.hdlr('nrtm'), fullBox('xml ', 0, 0, utf8(xml))));
  expect(await withMoov(meta)).toMatchObject({
    createdAt: { text: '2026-04-26T10:25:15+01:00', source: 'xml' },
    make: 'Sony',
    model: 'ILCE-7M4',
    texts: expect.arrayContaining([{ name: 'serialNo', value: '123' }]),
  });
});
