// The metadata blocks that are found in HEIF and AVIF, and the reads that it takes.
import { deflateSync } from 'node:zlib';
import type { BlockName } from '../../../../lib/block/block';
import { box, free, ftyp, fullBox } from '../../../../testing/build/bmff';
import { c2paUuid, packetOf } from '../../../../testing/build/box-blocks';
import { concat, latin1, noise } from '../../../../testing/build/bytes';
import { buildHeif, exifItem, type HeifOptions, type Item, type Reference } from '../../../../testing/build/heif';
import { jumbfBox } from '../../../../testing/build/jpeg-blocks';
import { buildMini } from '../../../../testing/build/mini';
import { ascii, buildTiff } from '../../../../testing/build/tiff';
import { findIn } from '../../../../testing/compare/found';

const KiB = 1024;
const packet = packetOf();
const profile = noise(40);
const store = jumbfBox(50);
const image: Item = { id: 1, type: 'hvc1', size: [3, 2], data: [noise(8)] };
const xmpItem: Item = { id: 2, type: 'mime', contentType: 'application/rdf+xml', data: [packet] };
const describes = (from: number, to: number): Reference => ({ type: 'cdsc', from, to: [to] });
const heif = (items: readonly Item[], options: Partial<HeifOptions> = {}): Uint8Array =>
  buildHeif({ items, references: [describes(2, 1)], ...options });
const colr = (type: string, data: Uint8Array): Uint8Array => box('colr', concat(latin1(type), data));
const nclx = colr('nclx', noise(7));

const offsetOf = (file: Uint8Array, bytes: Uint8Array): number => {
  const offset = Buffer.from(file).indexOf(bytes);
  if (offset < 0) throw new Error('not in the file');
  return offset;
};

describe('XMP', () => {
  test.each<[string, Uint8Array]>([
    ['in mdat', heif([image, xmpItem])],
    ['hidden, as most programs write it', heif([image, { ...xmpItem, hidden: true }])],
    ['in idat', heif([image, { ...xmpItem, method: 1 }], { iloc: 1 })],
    ['with long ids', heif([image, xmpItem], { iinf: 1, infe: 3, iloc: 2, iref: 1 })],
    ['with meta after mdat', heif([image, xmpItem], { parts: ['mdat', 'meta'] })],
    ['in a meta box without version and flags', heif([image, xmpItem], { fullMeta: false })],
    ['up to the end of the file', heif([image, { ...xmpItem, open: true }])],
    ['that describes no item', heif([image, xmpItem], { references: [] })],
    [
      'that describes another item, when there is no other XMP',
      heif([image, xmpItem], { references: [describes(2, 9)] }),
    ],
  ])('%s', async (_name, file) => {
    const offset = offsetOf(file, packet);
    expect((await findIn(file)).blocks).toEqual([{ kind: 'xmp', bytes: packet, offset, size: packet.length }]);
  });

  test('in several extents', async () => {
    const data = [packet.subarray(0, 30), packet.subarray(30)];
    const { blocks } = await findIn(heif([image, { ...xmpItem, data }]));
    expect(blocks).toEqual([{ kind: 'xmp', bytes: packet, offset: null, size: packet.length }]);
  });

  test('in another item', async () => {
    const outer: Item = { id: 3, type: 'free', method: 1, data: [concat(noise(5), packet, noise(5))] };
    const within = { item: 3, extents: [{ offset: 5, length: packet.length }] };
    const file = heif([image, { id: 2, type: 'mime', contentType: 'application/rdf+xml', within }, outer], { iloc: 1 });
    expect((await findIn(file)).blocks).toMatchObject([{ kind: 'xmp', bytes: packet, offset: null }]);
  });

  test('of the primary item only', async () => {
    const ofGainMap: Item = { ...xmpItem, id: 3, data: [packetOf(9)] };
    const references = [describes(3, 4), describes(2, 1)];
    const { blocks } = await findIn(heif([image, ofGainMap, xmpItem], { references }));
    expect(blocks).toMatchObject([{ bytes: packet }]);
  });

  test.each<[string, Uint8Array]>([
    ['of another content type', heif([image, { ...xmpItem, contentType: 'application/rdf+xmlx' }])],
    ['without a content type', heif([image, { id: 2, type: 'mime', data: [packet] }])],
    ['without a place', heif([image, xmpItem], { without: ['iloc'] })],
    ['without bytes', heif([image, { ...xmpItem, places: { method: 0, extents: [{ offset: 99_999, length: 9 }] } }])],
  ])('no block: an item %s', async (_name, file) => {
    expect((await findIn(file)).blocks).toEqual([]);
  });
});

describe('an ICC profile', () => {
  const withProperties = (...properties: readonly Uint8Array[]): Item => ({ ...image, properties });
  const tile: Item = { id: 5, type: 'hvc1', size: [1, 1], hidden: true, properties: [colr('prof', noise(9))] };

  test.each<[string, readonly Item[], Uint8Array]>([
    ['of type prof', [withProperties(colr('prof', profile))], profile],
    ['of type rICC', [withProperties(nclx, colr('rICC', profile))], profile],
    ['of the primary item', [{ ...tile, hidden: false }, withProperties(colr('prof', profile))], profile],
    ['of a tile', [image, tile], noise(9)],
    ['of another item, when the primary item has no colours', [image, { ...tile, id: 9 }], noise(9)],
  ])('%s', async (_name, items, bytes) => {
    const file = heif(items, { references: [{ type: 'dimg', from: 1, to: [5] }] });
    const offset = offsetOf(file, bytes);
    expect((await findIn(file)).blocks).toEqual([{ kind: 'icc', bytes, offset, size: bytes.length }]);
  });

  test.each<[string, readonly Item[]]>([
    ['the primary item has other colours', [withProperties(nclx), tile]],
    ['it has no bytes', [withProperties(colr('prof', new Uint8Array(0)))]],
  ])('no block: %s', async (_name, items) => {
    expect((await findIn(heif(items))).blocks).toEqual([]);
  });

  test('of a long one, the start', async () => {
    const { blocks, requests } = await findIn(heif([withProperties(colr('prof', noise(40 * KiB)))]));
    expect(blocks).toMatchObject([{ size: 40 * KiB, bytes: { length: 16 * KiB } }]);
    expect(requests).toBe(0);
  });
});

describe('a gain map', () => {
  const auxC = (urn: string): Uint8Array => fullBox('auxC', 0, 0, latin1(`${urn}\0`));
  const auxiliary = (urn: string): Item => ({
    id: 7,
    type: 'hvc1',
    hidden: true,
    size: [1, 1],
    properties: [auxC(urn)],
  });

  test.each<[string, Item, readonly string[]]>([
    ['an item of type tmap', { id: 7, type: 'tmap' }, ['tmap-item']],
    ["Apple's property", auxiliary('urn:com:apple:photo:2020:aux:hdrgainmap'), ['apple-auxC']],
    ['the same property of other programs', auxiliary('urn:com:photo:aux:hdrgainmap'), ['apple-auxC']],
    ['another auxiliary image', auxiliary('urn:mpeg:hevc:2015:auxid:1'), []],
  ])('%s', async (_name, item, signs) => {
    const { blocks } = await findIn(heif([image, item]));
    expect(blocks).toEqual(signs.map((sign) => ({ kind: 'gainmap', sign })));
  });
});

describe('boxes next to meta', () => {
  const head = ftyp('heic', ['mif1']);
  const mpvd = box('mpvd', noise(99));

  test.each<[string, readonly (Uint8Array | 'meta' | 'mdat')[]]>([
    ['before meta', [c2paUuid(store), 'meta', 'mdat']],
    ['at the end', ['meta', 'mdat', c2paUuid(store)]],
    ['with an open end', ['meta', 'mdat', c2paUuid(store, 'manifest', { form: 'open' })]],
  ])('C2PA %s', async (_name, parts) => {
    const file = heif([image], { ftyp: head, parts });
    const offset = offsetOf(file, store);
    expect((await findIn(file)).blocks).toEqual([{ kind: 'c2pa', bytes: store, offset, size: store.length }]);
  });

  test('a C2PA box for another purpose is not a store', async () => {
    const file = heif([image], { parts: ['meta', 'mdat', c2paUuid(store, 'merkle')] });
    expect((await findIn(file)).blocks).toEqual([]);
  });

  test('the video of a motion photo', async () => {
    const file = heif([image], { parts: ['meta', 'mdat', mpvd] });
    const offset = file.length - 99;
    expect((await findIn(file)).blocks).toEqual([{ kind: 'motion', sign: 'mpvd-box', offset, length: 99 }]);
  });
});

describe('a mini box', () => {
  const exif = exifItem(buildTiff({ fields: [ascii(0x010f, 'Eg')] }));
  const xmp = packetOf(3);
  const icc = noise(13);
  const fill = { width: 3, height: 2, exif } as const;

  test.each<[string, Parameters<typeof buildMini>[0], readonly object[]]>([
    ['XMP', { ...fill, xmp }, [{ kind: 'xmp', bytes: xmp }]],
    ['XMP, no EXIF', { width: 3, height: 2, xmp }, [{ kind: 'xmp', bytes: xmp }]],
    ['a profile', { ...fill, icc: true }, [{ kind: 'icc', bytes: icc }]],
    [
      'all of them, with a gain map and an alpha plane',
      { ...fill, xmp, icc: true, hdr: true, gainMap: true, alpha: true, large: true },
      [
        { kind: 'gainmap', sign: 'tmap-item' },
        { kind: 'icc', bytes: icc },
        { kind: 'xmp', bytes: xmp },
      ],
    ],
  ])('%s', async (_name, options, expected) => {
    const file = buildMini(options);
    const placed = expected.map((block) => {
      if (!('bytes' in block) || !(block.bytes instanceof Uint8Array)) return block;
      const offset = block.bytes === icc ? Buffer.from(file).indexOf(icc) : Buffer.from(file).indexOf(block.bytes);
      return { ...block, offset, size: block.bytes.length };
    });
    expect((await findIn(file)).blocks).toEqual(placed);
  });

  test('compressed XMP', async () => {
    const packed = Uint8Array.from(deflateSync(xmp));
    const file = buildMini({ width: 3, height: 2, xmp: packed, compressed: true });
    expect((await findIn(file)).blocks).toEqual([{ kind: 'xmp', bytes: xmp, offset: null, size: xmp.length }]);
  });
});

describe('reads', () => {
  const exif: Item = {
    id: 3,
    type: 'Exif',
    hidden: true,
    data: [exifItem(buildTiff({ fields: [ascii(0x010f, 'E')] }))],
  };
  const items = [image, exif, xmpItem];
  const long = free(300 * KiB);
  const references = [describes(2, 1), describes(3, 1)];
  const count = async (file: Uint8Array, wanted?: readonly BlockName[]): Promise<number> =>
    (await findIn(file, wanted === undefined ? {} : { wanted })).requests;

  test('none when the first read has all blocks, and nothing comes after the image data', async () => {
    const pixels: Item = { id: 4, type: 'hvc1', hidden: true, data: [noise(300 * KiB)] };
    expect(await count(heif([...items, pixels], { references }))).toBe(0);
  });

  test('none for XMP that was read with the EXIF next to it', async () => {
    const file = heif(items, { references, parts: ['meta', long, 'mdat'] });
    const { before, requests, blocks } = await findIn(file, { wanted: ['xmp'] });
    expect([before, requests, blocks.length]).toEqual([1, 0, 1]);
  });

  test('one to look for boxes after the image data, only if they are wanted', async () => {
    const file = heif(items, { references, parts: ['meta', 'mdat', long, c2paUuid(store), free(9)] });
    expect(await count(file)).toBe(1);
    expect(await count(file, ['xmp', 'icc', 'gainmap', 'iptc'])).toBe(0);
  });

  test('the end of the read budget keeps what was found before', async () => {
    const file = heif(items, { references, parts: ['meta', 'mdat', long, c2paUuid(store), free(9)] });
    const { blocks } = await findIn(file, { maxRequests: 0 });
    expect(blocks.map(({ kind }) => kind)).toEqual(['xmp']);
  });
});
