// EXIF_DROP: what a group drops is in no answer, in no form.
import { encodeBase64 } from '../../../lib/bytes/base64';
import { defaultLimits } from '../../../lib/limits';
import { type TagGroup, tagGroups } from '../../../lib/tag/groups';
import { latin1, utf16 } from '../../../testing/build/bytes';
import {
  ascii,
  buildTiff,
  bytesField,
  type Field,
  type Ifd,
  long,
  pointer,
  rational,
  type TiffOptions,
  undefinedField,
} from '../../../testing/build/tiff';
import { readRecord } from '../../../testing/compare/read';
import { anyRef, bucketOf } from '../../../testing/fakes/counting-bucket';
import { everyStyle } from './every-style';

type Secret = readonly [name: string, ifd: 'IFD0' | 'IFD1' | 'Exif' | 'GPS', tag: number, groups: readonly TagGroup[]];

const all = ['gps', 'serial', 'owner', 'makernote'] as const;

/** Tags that hold a secret, and the groups that it belongs to. */
const secrets: readonly Secret[] = [
  ['SerialNumber of Camera Raw', 'IFD0', 0xfde9, ['serial']],
  ['SerialNumber of Camera Raw, in Exif', 'Exif', 0xfde9, ['serial']],
  ['OwnerName of Camera Raw', 'Exif', 0xfde8, ['owner']],
  ['Lens of Camera Raw', 'Exif', 0xfdea, ['serial']],
  ['ThumbnailData of GDI+', 'IFD0', 0x501b, ['thumbnail']],
  ['PanasonicTitle', 'IFD0', 0xc6d2, ['owner']],
  ['PanasonicTitle2', 'IFD0', 0xc6d3, ['owner']],
  ['KodakIFD', 'IFD0', 0x8290, all],
  ['KDC_IFD', 'IFD0', 0xfe00, all],
  ['a tag nobody knows', 'Exif', 0xeeee, all],
  ['a tag nobody knows, of the thumbnail', 'IFD1', 0xeeee, all],
  ['MakerNote', 'Exif', 0x927c, all],
  ['DNGPrivateData', 'IFD0', 0xc634, all],
  ['XMLPacket', 'IFD0', 0x02bc, ['gps', 'serial', 'owner']],
  ['IPTCNAA', 'IFD0', 0x83bb, ['gps', 'serial', 'owner']],
  ['ImageResources', 'IFD0', 0x8649, ['gps', 'serial', 'owner']],
  ['ImageSourceData', 'IFD0', 0x935c, ['gps', 'serial', 'owner']],
  ['GPSAreaInformation', 'GPS', 0x001c, ['gps']],
  ['a tag of GPS that nobody knows', 'GPS', 0xeeee, all],
  ['BodySerialNumber', 'Exif', 0xa431, ['serial']],
  ['CameraSerialNumber', 'IFD0', 0xc62f, ['serial']],
  ['ImageUniqueID', 'Exif', 0xa420, ['serial']],
  ['Artist', 'IFD0', 0x013b, ['owner']],
  ['Artist of the thumbnail', 'IFD1', 0x013b, ['owner', 'thumbnail']],
  ['CameraOwnerName', 'Exif', 0xa430, ['owner']],
  ['ImageDescription of the thumbnail', 'IFD1', 0x010e, ['thumbnail']],
];

const word = 'Geheimnis';
/** The ways in which a secret may be stored, and show. */
const forms: readonly (readonly [name: string, field: (tag: number) => Field])[] = [
  ['text', (tag) => ascii(tag, word)],
  ['bytes', (tag) => bytesField(tag, 1, latin1(word))],
  ['bytes of no type', (tag) => undefinedField(tag, latin1(word))],
  ['bytes that are no text', (tag) => undefinedField(tag, latin1(`\x01\xff\0${word}`))],
  ['UTF-16', (tag) => undefinedField(tag, utf16(word, true))],
];
const spellings = [
  word,
  encodeBase64(latin1(word)).slice(0, -4),
  ...[0, 1, 2].map((lead) => encodeBase64(latin1(`${'\0'.repeat(lead)}${word}`)).slice(4, -4)),
  [...latin1(word)].join(' '),
  [...latin1(word)].join(','),
  [...latin1(word)].map((byte) => `0x${byte.toString(16)}`).join(', '),
  encodeBase64(utf16(word, true)).slice(0, -4),
];

/** Every answer to an image with that tag alone, without what `groups` drop. */
async function answersTo([, ifd, tag]: Secret, field: (tag: number) => Field, groups: readonly TagGroup[]) {
  const fieldsOf = (own: Secret[1]): Field[] => (own === ifd ? [field(tag)] : []);
  const bytes = buildTiff({
    fields: [
      ...fieldsOf('IFD0'),
      ascii(0x0110, 'Model'),
      pointer(0x8769, [{ fields: fieldsOf('Exif') }]),
      pointer(0x8825, [{ fields: fieldsOf('GPS') }]),
    ],
    next: { fields: fieldsOf('IFD1') },
  });
  const deps = { bucket: bucketOf(bytes).bucket, limits: defaultLimits, dropGroups: groups };
  const record = await readRecord(anyRef, deps, { requests: 0, bytes: 0 }, new AbortController().signal);
  return Promise.all(everyStyle.map(async (style) => `${style.name} ${await style.render(record)}`));
}

const tells = (answer: string): boolean => spellings.some((spelling) => answer.includes(spelling));

describe.each(forms)('%s', (_form, field) => {
  test.each(secrets)('%s is in no answer when its group is dropped', async (...secret) => {
    for (const group of secret[3]) {
      expect((await answersTo(secret, field, [group])).filter(tells)).toEqual([]);
    }
    expect((await answersTo(secret, field, Object.keys(tagGroups) as TagGroup[])).filter(tells)).toEqual([]);
  });

  test('some answer shows each where nothing is dropped, so that this could fail', async () => {
    for (const secret of secrets) expect((await answersTo(secret, field, [])).some(tells)).toBe(true);
  });
});

describe('a GPS IFD is dropped with its group, whatever leads to it', () => {
  const place = 'Geheimnis';
  const gps = (): Ifd => ({
    fields: [
      bytesField(0, 1, [2, 3, 0, 0]),
      ascii(1, 'S'),
      rational(2, [52730, 1000], [0, 1], [4711, 100]),
      ascii(3, 'W'),
      rational(4, [13, 1], [15, 1], [4711, 100]),
      rational(0x0b, [4711, 100]),
      ascii(0x10e, place),
      ascii(0x1d, '2031:07:09'),
    ],
  });
  const exif = (...fields: Field[]) => pointer(0x8769, [{ fields }]);
  const interop = (ifd: Ifd) => pointer(0xa005, [ifd]);
  const gpsAt = (ifd: Ifd) => pointer(0x8825, [ifd]);
  const empty: Ifd = { fields: [] };
  const ways: readonly (readonly [name: string, ifd0: (ifd: Ifd) => Ifd])[] = [
    ['GPS', (ifd) => ({ fields: [gpsAt(ifd)] })],
    ['GPS of Exif', (ifd) => ({ fields: [exif(gpsAt(ifd))] })],
    ['GPS of a nested Exif', (ifd) => ({ fields: [exif(exif(gpsAt(ifd)))] })],
    ['GPS of Interop', (ifd) => ({ fields: [exif(interop({ fields: [gpsAt(ifd)] }))] })],
    ['GPS of a SubIFD', (ifd) => ({ fields: [pointer(0x014a, [{ fields: [gpsAt(ifd)] }])] })],
    ['GPS of IFD1', (ifd) => ({ fields: [], next: { fields: [gpsAt(ifd)] } })],
    ['Interop, then GPS', (ifd) => ({ fields: [interop(ifd), gpsAt(ifd)] })],
    ['Interop of Exif, then GPS', (ifd) => ({ fields: [exif(interop(ifd), gpsAt(ifd))] })],
    ['Interop alone', (ifd) => ({ fields: [exif(interop(ifd))] })],
    ['Exif, then GPS', (ifd) => ({ fields: [pointer(0x8769, [ifd]), gpsAt(ifd)] })],
    ['Exif alone', (ifd) => ({ fields: [pointer(0x8769, [ifd])] })],
    ['a nested Exif, then GPS', (ifd) => ({ fields: [exif(pointer(0x8769, [ifd]), gpsAt(ifd))] })],
    ['a nested Exif alone', (ifd) => ({ fields: [exif(pointer(0x8769, [ifd]))] })],
    ['a SubIFD, then GPS', (ifd) => ({ fields: [pointer(0x014a, [ifd]), gpsAt(ifd)] })],
    ['a SubIFD of many, then GPS', (ifd) => ({ fields: [pointer(0x014a, [empty, ifd]), exif(gpsAt(ifd))] })],
    ['a SubIFD alone', (ifd) => ({ fields: [pointer(0x014a, [ifd])] })],
    ['the chain, then GPS', (ifd) => ({ fields: [exif(gpsAt(ifd))], next: ifd })],
    ['the chain alone', (ifd) => ({ fields: [], next: ifd })],
    ['GPS to IFD0 itself', (ifd) => Object.assign(ifd, { fields: [...ifd.fields, gpsAt(ifd)] })],
    ['a second GPS', (ifd) => ({ fields: [gpsAt({ fields: [ascii(1, 'N')] }), exif(gpsAt(ifd))] })],
    ['Interop, then a second GPS', (ifd) => ({ fields: [interop(ifd), gpsAt(empty), exif(gpsAt(ifd))] })],
  ];
  const traces = [place, '4711', '52730', '52.7', '2031', '47.11'];

  async function answers(ifd0: Ifd, options: TiffOptions, groups: readonly TagGroup[]): Promise<string[]> {
    const { bucket } = bucketOf(buildTiff(ifd0, options));
    const deps = { bucket, limits: defaultLimits, dropGroups: groups };
    const record = await readRecord(anyRef, deps, { requests: 0, bytes: 0 }, new AbortController().signal);
    const unsized = { ...record, stat: { ...record.stat, size: 1, etag: null } };
    return Promise.all(everyStyle.map(async (style) => `${style.name} ${await style.render(unsized)}`));
  }

  /** Texts and numbers of the answer, without what only says where a thing is. */
  const said = (answer: string): string =>
    answer.replace(/"warnings":\[.*?\],"derived"/, '').replace(/"id":(330|34665|40965),.*?\}/g, '');

  describe.each([true, false].flatMap((littleEndian) => [true, false].map((big) => ({ littleEndian, big }))))(
    '%o',
    (options) => {
      test.each(ways)('%s', async (_name, ifd0) => {
        const shown = (await answers(ifd0(gps()), options, ['gps'])).map(said);
        expect(shown.filter((answer) => traces.some((trace) => answer.includes(trace)))).toEqual([]);
        expect(shown.filter((answer) => /latitude|longitude|GPS/i.test(answer))).toEqual([]);
      });
    },
  );

  const unusual: readonly (readonly [name: string, fields: Field[]])[] = [
    ['text', [ascii(1, 'S'), ascii(2, `52 deg 43' 47.11"`), ascii(3, 'E'), ascii(4, `52 deg 44' 47.11"`)]],
    ['whole numbers', [ascii(1, 'S'), long(2, 52730, 4711, 2031), ascii(3, 'E'), long(4, 52730, 4711, 2031)]],
  ];
  const alone = ways.filter(([name]) => name.endsWith('alone'));
  test.each(unusual.flatMap(([kind, fields]) => alone.map((way) => [kind, way[0], fields, way[1]] as const)))(
    'coordinates that are %s: %s',
    async (_kind, _name, fields, ifd0) => {
      const shown = (await answers(ifd0({ fields: [...fields] }), {}, ['gps'])).map(said);
      expect(shown.filter((answer) => traces.some((trace) => answer.includes(trace)))).toEqual([]);
    },
  );

  test('typed shows each place where nothing is dropped, but that of a second GPS IFD', async () => {
    const shown = await Promise.all(
      ways.map(async ([name, ifd0]) => [
        name,
        (await answers(ifd0(gps()), {}, [])).join().includes('"latitude":-52.7'),
      ]),
    );
    expect(shown.filter(([, isShown]) => isShown !== true).map(([name]) => name)).toEqual(['a second GPS']);
  });
});
