// The metadata blocks that are tags: of TIFF files, and of the EXIF in other formats.

import type { BlockName, FoundBlock } from '../../../../lib/block/block';
import { parseIptc } from '../../../../lib/block/iptc';
import { concat, latin1, noise } from '../../../../testing/build/bytes';
import { photo } from '../../../../testing/build/heif';
import { resourceBytes } from '../../../../testing/build/jpeg';
import { relabelled } from '../../../../testing/build/raw';
import {
  ascii,
  buildTiff,
  bytesField,
  type Field,
  integers,
  lying,
  pointer,
  short,
  type TiffOptions,
  undefinedField,
} from '../../../../testing/build/tiff';
import { findIn } from '../../../../testing/compare/found';

const KiB = 1024;
const xmp = latin1('<x:xmpmeta/>');
const other = latin1('<rdf:RDF/>');
const iim = latin1('\x1c\x02\x05\0\x03abc\x1c\x02\x19\0\x02de\0');
const md5 = noise(16);
const store = noise(30);
const profile = noise(40);
const resources = concat(
  resourceBytes({ id: 0x0404, data: iim }),
  resourceBytes({ id: 0x0425, data: md5 }),
  resourceBytes({ id: 0x03ed, data: noise(9) }),
);
const xmpField = (bytes: Uint8Array): Field => bytesField(700, 1, bytes);
const size: readonly Field[] = [short(0x0100, 3), short(0x0101, 2)];

/** The words of `bytes`, as numbers of type LONG. */
const asLongs = (bytes: Uint8Array, littleEndian: boolean): Field => {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const words = Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i, littleEndian));
  return integers(33723, 4, ...words);
};
const reversed = (bytes: Uint8Array): Uint8Array => bytes.map((_, i) => bytes[i - (i % 4) + 3 - (i % 4)] ?? 0);

/** What a block should be, with its place where `bytes` are in the file. */
const placed = (file: Uint8Array, block: object, bytes: Uint8Array): object => {
  const offset = Buffer.from(file).indexOf(bytes);
  expect(offset).toBeGreaterThan(0);
  return { ...block, bytes, offset, size: bytes.length };
};

const layouts: Readonly<Record<string, TiffOptions>> = {
  'little-endian': {},
  'big-endian': { littleEndian: false },
  BigTIFF: { big: true },
  'big-endian BigTIFF': { big: true, littleEndian: false },
  'values at the end': { place: 'values-last' },
};

describe.each(Object.entries(layouts))('a TIFF file, %s', (_name, layout) => {
  test.each<[string, Field, object, Uint8Array]>([
    ['XMP', xmpField(xmp), { kind: 'xmp' }, xmp],
    ['XMP of type UNDEFINED', undefinedField(700, xmp), { kind: 'xmp' }, xmp],
    ['long XMP', xmpField(noise(5 * KiB)), { kind: 'xmp' }, noise(5 * KiB)],
    ['IPTC-IIM', undefinedField(33723, iim), { kind: 'iptc', standard: true }, iim],
    ['an ICC profile', undefinedField(34675, profile), { kind: 'icc' }, profile],
    ['C2PA', undefinedField(0xcd41, store), { kind: 'c2pa' }, store],
  ])('%s', async (_block, field, block, bytes) => {
    const file = buildTiff({ fields: [...size, field] }, layout);
    const { blocks, requests } = await findIn(file);
    expect(blocks).toEqual([placed(file, block, bytes)]);
    expect(requests).toBe(0);
  });

  test('IPTC-IIM of type LONG', async () => {
    const { littleEndian = true } = layout;
    const file = buildTiff({ fields: [...size, asLongs(iim, littleEndian)] }, layout);
    expect((await findIn(file)).blocks).toEqual([placed(file, { kind: 'iptc', standard: true }, iim)]);
  });

  test('IPTC-IIM of type LONG whose bytes were reversed with each number: the parser puts them in order', async () => {
    const { littleEndian = true } = layout;
    const stored = reversed(iim);
    const file = buildTiff({ fields: [...size, asLongs(stored, littleEndian)] }, layout);
    expect((await findIn(file)).blocks).toMatchObject([{ kind: 'iptc', bytes: stored, size: iim.length }]);
    const of = (bytes: Uint8Array) => parseIptc([{ bytes, standard: true }]).datasets;
    expect(of(stored)).toEqual(of(iim));
  });

  test('Photoshop resources', async () => {
    const file = buildTiff({ fields: [...size, bytesField(34377, 1, resources)] }, layout);
    expect((await findIn(file)).blocks).toEqual([
      placed(file, { kind: 'iptc', standard: false }, iim),
      { kind: 'iptc-digest', md5: Buffer.from(md5).toString('hex') },
    ]);
  });
});

describe('of several tags', () => {
  const page = { fields: [...size, xmpField(other), undefinedField(0xcd41, noise(31))] };
  const pages = buildTiff({ fields: [...size, xmpField(xmp), undefinedField(0xcd41, store)], next: page });

  test('XMP is that of the first page, C2PA that of the last', async () => {
    expect((await findIn(pages)).blocks).toMatchObject([
      { kind: 'xmp', bytes: xmp },
      { kind: 'c2pa', bytes: noise(31) },
    ]);
  });

  test('XMP of a SubIFD, when IFD0 has none', async () => {
    const file = buildTiff({ fields: [...size, pointer(0x014a, [{ fields: [...size, xmpField(other)] }])] });
    expect((await findIn(file)).blocks).toMatchObject([{ kind: 'xmp', bytes: other }]);
  });

  test.each<[string, readonly BlockName[], readonly FoundBlock['kind'][]]>([
    ['XMP', ['xmp'], ['xmp']],
    ['IPTC', ['iptc'], ['iptc', 'iptc-digest']],
    ['ICC', ['icc'], ['icc']],
    ['C2PA', ['c2pa'], ['c2pa']],
    ['nothing that a tag has', ['exif', 'motion'], []],
  ])('only the wanted ones are found: %s', async (_name, wanted, kinds) => {
    const fields = [
      ...size,
      xmpField(xmp),
      bytesField(34377, 1, resources),
      undefinedField(34675, profile),
      undefinedField(0xcd41, store),
    ];
    const { blocks } = await findIn(buildTiff({ fields }), { wanted });
    expect(blocks.map(({ kind }) => kind)).toEqual(kinds);
  });
});

describe('other files', () => {
  test.each(['IIRO', 'IIRS', 'MMOR', 'II\xbc\x01'])('built as TIFF, with the magic number %j', async (magic) => {
    const file = relabelled(magic, { fields: [...size, xmpField(xmp)] });
    expect((await findIn(file)).blocks).toEqual([placed(file, { kind: 'xmp' }, xmp)]);
  });

  test('EXIF in another format: the place in the file is not known, and the IIM is not where it belongs', async () => {
    const file = photo(buildTiff({ fields: [xmpField(xmp), undefinedField(33723, iim)] }));
    expect((await findIn(file)).blocks).toEqual([
      { kind: 'xmp', bytes: xmp, offset: null, size: xmp.length },
      { kind: 'iptc', bytes: iim, offset: null, size: iim.length, standard: false },
    ]);
  });

  test.each<[string, Field]>([
    ['without bytes', xmpField(new Uint8Array(0))],
    ['outside', lying(xmpField(xmp), { offset: 99_999 })],
    ['longer than a block may be', lying(xmpField(xmp), { count: 2 ** 31 })],
  ])('no block: a value %s', async (_name, field) => {
    expect((await findIn(buildTiff({ fields: [...size, field] }))).blocks).toEqual([]);
  });
});

describe('reads', () => {
  const far = undefinedField(0xc4a5, noise(100 * KiB));
  const all = [xmpField(noise(9 * KiB)), undefinedField(33723, noise(3 * KiB)), undefinedField(34675, noise(90 * KiB))];

  test('one for all values that are near to each other; of a profile only its start', async () => {
    const file = buildTiff({ fields: [...size, far, ...all] }, { place: 'values-last' });
    const { blocks, before, requests, bytes } = await findIn(file);
    expect([before, requests]).toEqual([0, 1]);
    expect(bytes).toBeLessThan(32 * KiB);
    expect(blocks).toMatchObject([
      { kind: 'xmp', size: 9 * KiB },
      { kind: 'iptc', size: 3 * KiB },
      { kind: 'icc', size: 90 * KiB, bytes: { length: 16 * KiB } },
    ]);
  });

  test('none for values that no one wants', async () => {
    const file = buildTiff({ fields: [...size, far, ...all] }, { place: 'values-last' });
    expect(await findIn(file, { wanted: ['c2pa'] })).toMatchObject({ requests: 0, bytes: 0 });
  });

  test('without budget, what is in memory is found', async () => {
    const fields = [...size, ascii(0x010f, 'Eg'), xmpField(xmp), far, undefinedField(33723, noise(3 * KiB))];
    const { blocks } = await findIn(buildTiff({ fields }, { place: 'values-last' }), { maxRequests: 0 });
    expect(blocks).toMatchObject([{ kind: 'xmp', bytes: xmp }]);
  });

  test('of long resources only the start is searched', async () => {
    const value = concat(resourceBytes({ id: 1, data: noise(80 * KiB) }), resources);
    expect(await findIn(buildTiff({ fields: [...size, bytesField(34377, 1, value)] }))).toMatchObject({ blocks: [] });
  });
});
