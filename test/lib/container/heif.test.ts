import { heif } from '../../../lib/container/heif';
import { maxBoxBytes, maxHops } from '../../../lib/limits';
import { box, free, ftyp } from '../../../testing/build/bmff';
import { concat, latin1, noise, u32 } from '../../../testing/build/bytes';
import { tiny } from '../../../testing/build/containers';
import { buildHeif, exifItem, type HeifOptions, type Item, photo } from '../../../testing/build/heif';
import { ascii, buildTiff } from '../../../testing/build/tiff';
import { locateIn, still } from '../../../testing/compare/located';
import { problemOf } from '../../../testing/compare/problem';
import { readBytes } from '../../../testing/compare/read';
import { countingReader } from '../../../testing/fakes/counting-reader';

const KiB = 1024;
const other = buildTiff({ fields: [ascii(0x010f, 'Another maker')] });
const image: Item = { id: 1, type: 'hvc1', size: [640, 480], data: [noise(8)] };
const exif: Item = { id: 2, type: 'Exif', hidden: true, data: [exifItem(tiny)] };
const describes = { type: 'cdsc', from: 2, to: [1] };
const items = [image, exif];
const fields = { offset: 4, length: 4, base: 4, index: 0 };
const halves = [exifItem(tiny).subarray(0, 30), exifItem(tiny).subarray(30)];

describe('matches', () => {
  test.each([
    ...['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs', 'avif', 'avis'].map((brand) => [brand, true]),
    ...['mif1', 'mif2', 'mif3', 'msf1', 'unif', 'jpeg', 'jpgs', 'j2ki', 'j2is'].map((brand) => [brand, true]),
    ...['vvic', 'vvis', 'evbi', 'evbs'].map((brand) => [brand, true]),
    ...['crx ', 'jxl ', 'jp2 ', 'isom', 'qt  ', 'MA1B'].map((brand) => [brand, false]),
  ] as [string, boolean][])('major brand %p: %p', (brand, expected) => {
    expect(heif.matches(ftyp(brand))).toBe(expected);
  });

  test.each([
    [
      'a compatible brand, the last of many',
      ftyp('isom', [...Array.from({ length: 100 }, () => 'abcd'), 'heic']),
      true,
    ],
    ['a brand in the place of the version', concat(ftyp('isom').subarray(0, 12), latin1('heic')), false],
    ['a brand behind the box', concat(ftyp('isom', ['iso2']), latin1('heic')), false],
    ['a box of 4 bytes', ftyp('heic', ['mif1'], { claims: 4 }), false],
    ['a box cut short', ftyp('heic', ['mif1']).subarray(0, 12), true],
    ['no ftyp', box('moov', latin1('heic')), false],
    ['a size of 64 bits', ftyp('heic', ['mif1'], { form: 'long' }), true],
  ])('%s: %p', (_name, head, expected) => {
    expect(heif.matches(head)).toBe(expected);
  });
});

describe('finds EXIF and size', () => {
  const everyIloc = ([0, 1, 2] as const).flatMap((iloc) =>
    ([0, 4, 8] as const).flatMap((base) =>
      ([4, 8] as const).map((width): [string, Partial<HeifOptions>] => [
        `iloc version ${iloc}, base offset of ${base} bytes, others of ${width}`,
        {
          iloc,
          base: base === 0 ? 0 : 100,
          fields: { offset: width, length: width, base, index: iloc === 0 ? 0 : width },
        },
      ]),
    ),
  );
  const everyVersion = ([0, 1] as const).flatMap((iinf) =>
    ([2, 3] as const).flatMap((infe) =>
      ([0, 1] as const).map((iref): [string, Partial<HeifOptions>] => [
        `iinf ${iinf}, infe ${infe}, iref ${iref}`,
        { iinf, infe, iref },
      ]),
    ),
  );
  const everyIpma = ([0, 1] as const).flatMap((version) =>
    [false, true].map((wide): [string, Partial<HeifOptions>] => [
      `ipma ${version}, wide ${wide}`,
      { ipma: { version, wide } },
    ]),
  );
  const cases: readonly [name: string, options: Partial<HeifOptions>][] = [
    ['meta, then mdat', {}],
    ['mdat, then meta', { parts: ['mdat', 'meta'] }],
    ['other boxes between', { parts: [free(9), 'mdat', free(0), box('uuid', noise(20)), 'meta', free(3)] }],
    ['a box of 64-bit size before meta', { parts: [free(9, { form: 'long' }), 'meta', 'mdat'] }],
    ['mdat of 64-bit size', { mdatSize: { form: 'long' }, parts: ['mdat', 'meta'] }],
    ['mdat up to the end', { mdatSize: { form: 'open' } }],
    ['meta of 64-bit size', { metaSize: { form: 'long' } }],
    ['meta up to the end', { metaSize: { form: 'open' }, parts: ['mdat', 'meta'] }],
    ['meta without version and flags', { fullMeta: false }],
    ['meta that claims more than the object has', { metaSize: { claims: 0x7fffffff }, parts: ['mdat', 'meta'] }],
    ['a second meta, which does not count', { parts: ['meta', 'mdat', box('meta', noise(30))] }],
    ['a long ftyp', { ftyp: ftyp('mif1', [...Array.from({ length: 200 }, () => 'abcd'), 'heic']) }],
    ['a long ftyp with its brand late', { ftyp: ftyp('isom', [...Array.from({ length: 100 }, () => 'abcd'), 'heic']) }],
    ['the identifier of JPEG', { items: [image, { ...exif, data: [exifItem(tiny, 'Exif\0\0')] }] }],
    [
      'the identifier, though the offset is 0',
      { items: [image, { ...exif, data: [concat(new Uint8Array(4), latin1('Exif\0\0'), tiny)] }] },
    ],
    ['another prefix of the length stated', { items: [image, { ...exif, data: [exifItem(tiny, 'abcdefghi')] }] }],
    [
      'an offset beyond the item, though the stream is right there',
      { items: [image, { ...exif, data: [concat(Uint8Array.of(0, 1, 0, 0), tiny)] }] },
    ],
    ['two extents', { items: [image, { ...exif, data: halves }] }],
    ['an extent a byte', { items: [image, { ...exif, data: [...exifItem(tiny)].map((byte) => Uint8Array.of(byte)) }] }],
    ['a last extent up to the end of the object', { items: [image, { ...exif, open: true }] }],
    ['in idat', { items: [image, { ...exif, method: 1 }], iloc: 1 }],
    ['in idat, two extents', { items: [image, { ...exif, method: 1, data: halves }], iloc: 2 }],
    ['in idat up to its end', { items: [image, { ...exif, method: 1, open: true }], iloc: 1 }],
    [
      'a base offset with offsets of no bytes',
      {
        items: [exif, image],
        base: 24 + 8 + 3,
        fields: { ...fields, offset: 0 },
        parts: ['mdat', 'meta'],
        without: ['idat'],
      },
    ],
    ['the Exif item first', { items: [exif, image] }],
    ['no reference', { references: [] }],
    ['a reference to several items', { references: [{ type: 'cdsc', from: 2, to: [7, 8, 1] }] }],
    [
      'references of other kinds',
      { references: [{ type: 'thmb', from: 9, to: [1] }, { type: 'dimg', from: 1, to: [4, 5] }, describes] },
    ],
    [
      'an item id above 65,535',
      {
        items: [
          { ...image, id: 70_000 },
          { ...exif, id: 70_001 },
        ],
        primary: 70_000,
        infe: 3,
        iloc: 2,
        iref: 1,
        ipma: { version: 1, wide: true },
        references: [{ type: 'cdsc', from: 70_001, to: [70_000] }],
      },
    ],
    ['a rotation, which does not change the size as coded', { items: [{ ...image, rotation: 1 }, exif] }],
    ['iloc before all others, as others write it', { parts: ['mdat', 'meta'], extra: box('free', noise(4)) }],
    ...everyIloc,
    ...everyVersion,
    ...everyIpma,
  ];
  test.each(cases)('%s', async (_name, options) => {
    const bytes = buildHeif({ items, references: [describes], ...options });
    const { shape, exif: found } = await locateIn(heif, bytes);
    expect(heif.matches(bytes)).toBe(true);
    expect(shape).toEqual(still(640, 480));
    expect(found?.subarray(0, tiny.length)).toEqual(tiny);
  });

  test.each<[string, Uint8Array]>([
    ['the bare TIFF stream', tiny],
    ['the identifier of JPEG, then the stream', concat(latin1('Exif\0\0'), tiny)],
    ['the identifier in capitals', concat(latin1('EXIF\0\0'), tiny)],
    ['an APP1 marker', concat(Uint8Array.of(0xff, 0xe1, 0, 99), latin1('Exif\0\0'), tiny)],
    ['an offset of 0, then an APP1 marker', concat(u32(0), Uint8Array.of(0xff, 0xe1, 0, 99), latin1('Exif\0\0'), tiny)],
    ['an APP1 marker without an identifier', concat(u32(0), Uint8Array.of(0xff, 0xe1, 0, 99), tiny)],
    ['an offset that leads nowhere', concat(u32(0xffff), tiny)],
    ['an offset that leads into the stream', concat(u32(6), tiny)],
  ])('of an item that begins with %s', async (_name, data) => {
    const bytes = buildHeif({ items: [image, { ...exif, data: [data] }], references: [describes] });
    expect((await locateIn(heif, bytes)).exif).toEqual(tiny);
  });

  test('of the only item, though it describes another than the primary one', async () => {
    const references = [{ type: 'cdsc', from: 2, to: [9] }];
    expect((await locateIn(heif, buildHeif({ items, references }))).exif).toEqual(tiny);
  });

  test('of no item where all of several describe others', async () => {
    const all = [image, exif, { ...exif, id: 3 }];
    const references = all.slice(1).map(({ id }) => ({ type: 'cdsc', from: id, to: [9] }));
    expect((await locateIn(heif, buildHeif({ items: all, references }))).exif).toBeNull();
  });

  test('of an item that describes none, where that of the primary item holds no TIFF stream', async () => {
    const all = [image, { ...exif, data: [noise(40)] }, { ...exif, id: 3 }];
    expect((await locateIn(heif, buildHeif({ items: all, references: [describes] }))).exif).toEqual(tiny);
  });

  test('of the item that describes the primary one, not the first', async () => {
    const all = [image, { ...exif, id: 3, data: [exifItem(other)] }, exif];
    const wrong = { type: 'cdsc', from: 3, to: [9] };
    const references = [wrong, describes];
    expect((await locateIn(heif, buildHeif({ items: all, references }))).exif).toEqual(tiny);
  });

  test('of the primary item, not the largest or the first', async () => {
    const all: Item[] = [
      { id: 5, type: 'hvc1', size: [9000, 9000], hidden: true },
      { id: 6, type: 'hvc1', size: [64, 48], hidden: true },
      { ...image, rotation: 3 },
      exif,
    ];
    expect((await locateIn(heif, buildHeif({ items: all }))).shape).toEqual(still(640, 480));
  });

  test('a picture for each image item that is not hidden', async () => {
    const more = { id: 5, type: 'hvc1', size: [64, 48] } as const;
    const all: Item[] = [image, more, { ...more, id: 6, hidden: true }, { ...more, id: 7 }, exif];
    expect((await locateIn(heif, buildHeif({ items: all }))).shape).toEqual({ ...still(640, 480), frames: 3 });
  });
});

describe('finds no EXIF', () => {
  test.each<[string, Partial<HeifOptions>]>([
    ['where there is no Exif item', { items: [image], references: [] }],
    ['in an item that has no location', { items: [image, { id: 2, type: 'Exif' }] }],
    ['without iloc', { without: ['iloc'] }],
    ['without iinf', { without: ['iinf'] }],
    ['in an item without a TIFF header', { items: [image, { ...exif, data: [noise(40)] }] }],
    ['in an item too short', { items: [image, { ...exif, data: [Uint8Array.of(0, 0, 0, 0, 0x49)] }] }],
    [
      'in an item behind the end of the object',
      { items: [image, { id: 2, type: 'Exif', places: { method: 0, extents: [{ offset: 1e9, length: 9 }] } }] },
    ],
    [
      'in an item at an offset beyond safe integers',
      {
        items: [image, { id: 2, type: 'Exif', places: { method: 0, extents: [{ offset: 2 ** 60, length: 2 ** 60 }] } }],
        fields: { ...fields, offset: 8, length: 8 },
      },
    ],
    ['in an item of another type', { items: [image, { ...exif, type: 'exif' }] }],
  ])('%s', async (_name, options) => {
    const { shape, exif: found } = await locateIn(heif, buildHeif({ items, ...options }));
    expect(found).toBeNull();
    expect(shape.frames).toBe(1);
  });

  test.each<[string, Partial<HeifOptions>]>([
    ['no primary item', { primary: null }],
    ['a primary item without ispe', { items: [{ id: 1, type: 'hvc1' }, exif] }],
    ['no properties', { without: ['iprp'] }],
  ])('nor a size with %s, but the EXIF', async (_name, options) => {
    const { shape, exif: found } = await locateIn(heif, buildHeif({ items, ...options }));
    expect(found).toEqual(tiny);
    expect(shape).toEqual(still(null, null));
  });
});

describe('requests', () => {
  const long = { ...image, data: [new Uint8Array(300 * KiB)] };
  test.each<[string, HeifOptions, number]>([
    ['one where all is near the start', { items: [exif, long] }, 1],
    ['two where the Exif item is far', { items: [long, exif] }, 2],
    ['two where meta is behind mdat', { items: [exif, long], parts: ['mdat', 'meta'] }, 2],
    ['two where both are behind the image', { items: [long, exif], parts: ['mdat', 'meta'] }, 2],
    ['two with extents near one another', { items: [long, { ...exif, data: halves }] }, 2],
  ])('%s', async (_name, options, requests) => {
    const result = await readBytes(buildHeif(options));
    expect(result).toMatchObject({ container: 'heif', shape: still(640, 480), requests });
    expect(result.entries).toContain('Exif:a001 [1]');
    expect(result.bytes).toBeLessThanOrEqual(64 * KiB + 16 * KiB * (requests - 1));
  });
});

describe('the walk', () => {
  const sound = photo(tiny);
  const rest = sound.subarray(ftyp('heic', ['mif1', 'heic']).length);
  const head = ftyp('heic', ['mif1']);
  test.each([
    ['nothing but ftyp', head],
    ['a box of size 0 before meta', concat(head, free(4, { form: 'open' }), rest)],
    ['a box of 64-bit size 0 before meta', concat(head, free(4, { form: 'long', claims: 0 }), rest)],
    ['a box of 64-bit size 15', concat(head, free(4, { form: 'long', claims: 15 }), rest)],
    ['a box of size 7', concat(head, free(4, { claims: 7 }), rest)],
    ['a box beyond safe integers', concat(head, free(4, { form: 'long', claims: 2n ** 64n - 1n }), rest)],
    ['a box of the largest safe size', concat(head, free(4, { form: 'long', claims: 2n ** 53n - 1n }), rest)],
    ['a box of 4 GiB', concat(head, free(4, { claims: 0xffffffff }), rest)],
    ['more boxes than the limit', concat(head, ...Array.from({ length: 2100 }, () => free(0)), rest)],
  ])('%s before meta is DamagedImage', async (_name, bytes) => {
    const { reader, rounds } = countingReader(bytes);
    expect(await problemOf(() => heif.locate(reader))).toBe('DamagedImage');
    expect(rounds.length).toBeLessThanOrEqual(maxHops + 1);
  });

  test('a meta box longer than the limit is BudgetExceeded, and not read', async () => {
    const bytes = concat(head, box('meta', new Uint8Array(maxBoxBytes + 1)));
    expect(await problemOf(() => locateIn(heif, bytes))).toBe('BudgetExceeded');
  });

  test('an empty meta box gives an image without a known size', async () => {
    expect(await locateIn(heif, concat(head, box('meta', new Uint8Array(0))))).toMatchObject({
      shape: still(null, null),
      exif: null,
    });
  });
});
