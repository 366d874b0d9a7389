// The metadata blocks in boxes: of JPEG XL, JPEG 2000 and CR3.
import { box, free } from '../../../../testing/build/bmff';
import { blockUuid, c2paUuid, packetOf } from '../../../../testing/build/box-blocks';
import { concat, latin1, noise, u32 } from '../../../../testing/build/bytes';
import { tiny } from '../../../../testing/build/containers';
import { exifItem } from '../../../../testing/build/heif';
import { buildJp2, codestream, exifUuids, jp2c, jp2h, uuidBox } from '../../../../testing/build/jp2';
import { resourceBytes } from '../../../../testing/build/jpeg';
import { jumbfBox } from '../../../../testing/build/jpeg-blocks';
import { brob, buildJxl, jxlc, codestream as jxlStream, metadata, sizeHeader } from '../../../../testing/build/jxl';
import { buildCr3 } from '../../../../testing/build/raw';
import { findIn } from '../../../../testing/compare/found';

const KiB = 1024;
const packet = packetOf();
const store = jumbfBox(50);
const longStore = jumbfBox(50, 'c2pa', { long: true });
const iim = latin1('\x1c\x02\x05\0\x03abc');
const resources = concat(resourceBytes({ id: 0x0425, data: noise(16) }), resourceBytes({ id: 0x0404, data: iim }));
const image = jxlc(jxlStream([...sizeHeader(3, 2), ...metadata()]));
const jp2Image = jp2c(codestream(3, 2));
const exif = box('Exif', exifItem(tiny));
const cr3 = buildCr3([['CMT1', tiny]]);

type Row = readonly [name: string, file: Uint8Array, block: object, bytes: Uint8Array];

describe.each<[string, readonly Row[]]>([
  [
    'JPEG XL',
    [
      ['XMP', buildJxl(image, exif, box('xml ', packet)), { kind: 'xmp' }, packet],
      ['XMP before the image', buildJxl(box('xml ', packet), image), { kind: 'xmp' }, packet],
      ['XMP up to the end', buildJxl(image, box('xml ', packet, { form: 'open' })), { kind: 'xmp' }, packet],
      ['C2PA', buildJxl(store, image), { kind: 'c2pa' }, store],
      ['C2PA with a long header', buildJxl(image, longStore), { kind: 'c2pa' }, longStore],
    ],
  ],
  [
    'JPEG 2000',
    [
      ['XMP in a uuid box', buildJp2(jp2h(3, 2), jp2Image, blockUuid('xmp', packet)), { kind: 'xmp' }, packet],
      ['XMP in an xml box', buildJp2(jp2h(3, 2), box('xml ', packet), jp2Image), { kind: 'xmp' }, packet],
      ['IPTC-IIM', buildJp2(jp2h(3, 2), blockUuid('iptc', iim), jp2Image), { kind: 'iptc', standard: true }, iim],
      ['C2PA', buildJp2(jp2h(3, 2), store, jp2Image), { kind: 'c2pa' }, store],
    ],
  ],
  [
    'CR3',
    [
      ['XMP', concat(cr3, blockUuid('xmp', packet)), { kind: 'xmp' }, packet],
      ['C2PA', concat(cr3, c2paUuid(store)), { kind: 'c2pa' }, store],
    ],
  ],
])('%s', (_format, rows) => {
  test.each(rows)('%s', async (_name, file, block, bytes) => {
    const offset = Buffer.from(file).indexOf(bytes);
    expect((await findIn(file)).blocks).toEqual([{ ...block, bytes, offset, size: bytes.length }]);
  });
});

describe('compressed boxes of JPEG XL', () => {
  test.each<[string, Uint8Array, object]>([
    ['XMP', brob('xml ', packet), { kind: 'xmp', bytes: packet, offset: null, size: packet.length }],
    ['C2PA', brob('jumb', store.subarray(8)), { kind: 'c2pa', bytes: store, offset: null, size: store.length }],
    ['a gain map', brob('jhgm', noise(9)), { kind: 'gainmap', sign: 'jhgm-box' }],
  ])('%s', async (_name, compressed, block) => {
    expect((await findIn(buildJxl(image, compressed))).blocks).toEqual([block]);
  });

  test.each<[string, Uint8Array]>([
    ['a damaged stream', box('brob', concat(latin1('xml '), noise(40)))],
    ['more bytes than the limit', brob('xml ', packetOf(1025 * KiB))],
    ['another box', brob('Exif', exifItem(tiny))],
    ['no bytes', box('brob', new Uint8Array(0))],
  ])('no block: %s', async (_name, compressed) => {
    expect((await findIn(buildJxl(image, compressed))).blocks).toEqual([]);
  });

  test('only the first four are decompressed', async () => {
    const boxes = Array.from({ length: 6 }, (_, i) => brob('xml ', packetOf(i)));
    const { blocks } = await findIn(buildJxl(image, ...boxes));
    expect(blocks).toMatchObject([0, 1, 2, 3].map((i) => ({ size: packet.length + i })));
  });
});

test('a gain map of a JPEG XL', async () => {
  expect((await findIn(buildJxl(image, box('jhgm', noise(9))))).blocks).toEqual([
    { kind: 'gainmap', sign: 'jhgm-box' },
  ]);
});

describe('JPEG 2000', () => {
  const profile = noise(20 * KiB);
  const colr = (method: number, data: Uint8Array) => box('colr', concat(Uint8Array.of(method, 0, 0), data));
  const header = (...more: readonly Uint8Array[]) => box('jp2h', concat(jp2h(3, 2).subarray(8), ...more));

  test.each([2, 3])('the start of an ICC profile, method %i', async (method) => {
    const file = buildJp2(header(colr(method, profile)), jp2Image);
    const offset = Buffer.from(file).indexOf(profile.subarray(0, 64));
    expect((await findIn(file)).blocks).toEqual([
      { kind: 'icc', bytes: profile.subarray(0, 16 * KiB), offset, size: 20 * KiB },
    ]);
  });

  test('Photoshop resources', async () => {
    const { blocks } = await findIn(buildJp2(jp2h(3, 2), blockUuid('photoshop', resources), jp2Image));
    expect(blocks.map(({ kind }) => kind)).toEqual(['iptc-digest', 'iptc']);
  });

  test('a profile without bytes, and colours by number, are not blocks', async () => {
    expect((await findIn(buildJp2(header(colr(2, new Uint8Array(0))), jp2Image))).blocks).toEqual([]);
  });
});

describe('not blocks', () => {
  test.each<[string, Uint8Array]>([
    ['XML that is not XMP', buildJxl(image, box('xml ', latin1('<gml:FeatureCollection/>')))],
    ['JUMBF that is not C2PA', buildJxl(image, jumbfBox(9, 'json'))],
    ['a uuid box of another kind', buildJp2(jp2h(3, 2), uuidBox(exifUuids.text, tiny))],
    ['a uuid box that ends in its uuid', buildJp2(jp2h(3, 2), box('uuid', noise(5)))],
    ['the bytes of a codestream', jxlStream([...sizeHeader(3, 2), ...metadata()])],
    ['the bytes of a JPEG 2000 codestream', codestream(3, 2)],
  ])('%s', async (_name, file) => {
    expect((await findIn(file)).blocks).toEqual([]);
  });
});

describe('reads', () => {
  const far = free(300 * KiB);

  test('one for a block after the image data', async () => {
    const file = buildJxl(exif, image, far, box('xml ', packet));
    expect(await findIn(file)).toMatchObject({ before: 0, requests: 1, blocks: [{ kind: 'xmp' }] });
  });

  test('one for a long block and for the header of the box after it', async () => {
    const xmp = blockUuid('xmp', packetOf(64 * KiB));
    const file = concat(cr3, xmp, free(10 * KiB));
    expect(await findIn(file)).toMatchObject({ requests: 1, blocks: [{ kind: 'xmp' }] });
  });

  test('a block that is too long is not read', async () => {
    const file = concat(cr3, blockUuid('xmp', packetOf(2048 * KiB)), box('free', u32(0)));
    const { blocks, bytes } = await findIn(file);
    expect(blocks).toEqual([]);
    expect(bytes).toBeLessThan(64 * KiB);
  });

  test('when the budget is too small for a block, the next one is found', async () => {
    const boxes = [exif, image, box('xml ', packetOf(200 * KiB)), store];
    const { blocks } = await findIn(buildJxl(...boxes), { maxRequests: 1 });
    expect(blocks.map(({ kind }) => kind)).toContain('c2pa');
  });
});
