// Files that were made to cost much: many, deep, long or lying metadata blocks.
import { deflateSync } from 'node:zlib';
import { chunk as aviChunk, buildAvi } from './avi';
import { box, ftyp } from './bmff';
import { c2paUuid } from './box-blocks';
import { concat, latin1, patched, u32, utf8 } from './bytes';
import { blockExtension } from './gif-blocks';
import { buildGif, buildPsd, gifImage } from './gif-bmp-psd';
import { buildHeif } from './heif';
import { buildJpeg, exifSegment, frameHeader, photoshopSegment, type Segment, xmpSegment } from './jpeg';
import { extensionSegment, iccSegment, jumbfSegments, mpfSegment } from './jpeg-blocks';
import { cborBox, cborHead, manifestStore, superbox } from './jumbf';
import { brob, buildJxl, codestream, jxlc, metadata, sizeHeader } from './jxl';
import { type NoteField, streamWithNote } from './maker-note';
import { buildMatroska, cluster, element } from './matroska';
import { buildPng, type Chunk, idat, iend, ihdr, textChunk } from './png';
import { buildIcc, buildMpf, dataset, iccTranslations } from './small-blocks';
import { ascii, buildTiff, bytesField, type Ifd, long, lying, pointer, short, undefinedField } from './tiff';
import { media, smallMoov, userText } from './video';
import { buildWebp, vp8, vp8x } from './webp';
import { xmpPacket, xmpWith } from './xmp';

const [KiB, MiB] = [1024, 1024 ** 2];

const repeat = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const jpeg = (...segments: readonly Segment[]): Uint8Array => buildJpeg([...segments, frameHeader(3, 2)]);
const png = (...chunks: readonly Chunk[]): Uint8Array => buildPng([ihdr(3, 2), ...chunks, idat(), iend]);
const pngXmp = (packet: string): Uint8Array => png(textChunk('iTXt', 'XML:com.adobe.xmp', packet));
const jpegStore = (store: Uint8Array): Uint8Array => jpeg(...jumbfSegments(store, 60_000));
const jxl = (...boxes: readonly Uint8Array[]): Uint8Array =>
  buildJxl(jxlc(codestream([...sizeHeader(3, 2), ...metadata()])), ...boxes);
const tiff = (ifd: Ifd): Uint8Array =>
  buildTiff({ ...ifd, fields: [short(0x0100, 3), short(0x0101, 2), ...ifd.fields] });
/** The same bytes many times. */
const times = (count: number, bytes: Uint8Array): Uint8Array => {
  const all = new Uint8Array(count * bytes.length);
  for (let i = 0; i < count; i++) all.set(bytes, i * bytes.length);
  return all;
};
const zeros = (length: number): Uint8Array => new Uint8Array(length);
const zlibBomb = deflateSync(zeros(MiB), { level: 9 });

const laughs = `<!DOCTYPE a [${['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((name, i) => `<!ENTITY ${name} "${`&${'zabcdefgh'[i]};`.repeat(10)}">`).join('')}]>`;
const region = (i: number): string => `<rdf:li mwg-rs:Name="p${i}" mwg-rs:Type="Face"/>`;
const regions = (count: number): string =>
  xmpWith(
    `<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag>${repeat(count, region).join('')}</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>`,
  );

const xmlBombs = {
  'XML: a billion laughs': () => pngXmp(`${laughs}${xmpWith('<dc:source>&i;</dc:source>')}`),
  'XML: 100,000 deep': () => pngXmp(xmpWith('<o:a>'.repeat(100_000))),
  'XML: a document that is only "<"': () => pngXmp(`${xmpPacket('')}${'<'.repeat(MiB)}`),
  'XML: 16 attributes of 64 KiB': () =>
    pngXmp(xmpWith(repeat(16, (i) => `<rdf:li o:a${i}="${'&amp;'.repeat(13_000)}"/>`).join(''))),
  'XML: 16,000 properties with as many namespaces': () =>
    pngXmp(xmpWith(repeat(16_000, (i) => `<p:a xmlns:p="urn:${i}">b</p:a>`).join(''))),
  'XML: 10,000 regions': () => pngXmp(regions(10_000)),
  'XML: 256 regions in each of 64 segments': () => jpeg(...repeat(64, () => xmpSegment(regions(256).slice(0, 60_000)))),
  'XML: 10,000 keywords': () =>
    pngXmp(
      xmpWith(
        `<dc:subject><rdf:Bag>${repeat(10_000, (i) => `<rdf:li>k${i}</rdf:li>`).join('')}</rdf:Bag></dc:subject>`,
      ),
    ),
  'XML: an Extended XMP in 500 parts over one another': () =>
    jpeg(
      xmpSegment(xmpWith(`<xmpNote:HasExtendedXMP>${'A'.repeat(32)}</xmpNote:HasExtendedXMP>`)),
      ...repeat(500, (i) => extensionSegment('A'.repeat(32), 2 * MiB, i, latin1(' '.repeat(60_000)))),
    ),
} as const;

const nested = (depth: number, make: (inner: Uint8Array) => Uint8Array, leaf: Uint8Array): Uint8Array =>
  repeat(depth, () => 0).reduce((inner) => make(inner), leaf);
const claimOf = (cbor: Uint8Array): Uint8Array =>
  manifestStore(superbox('c2ma', 'urn:c2pa:1', superbox('c2cl', 'c2pa.claim', box('cbor', cbor))));

const c2paBombs = {
  'CBOR: 100,000 lists in one another': () => jpegStore(claimOf(zeros(100_000).fill(0x81))),
  'CBOR: a map of 2^64 members': () =>
    jpegStore(claimOf(concat(Uint8Array.of(0xbb), zeros(8).fill(0xff), zeros(500_000)))),
  'CBOR: a text of 2^53 bytes': () => jpegStore(claimOf(concat(Uint8Array.of(0x7b, 0, 32), zeros(6), zeros(100)))),
  'CBOR: 500,000 pieces of a text': () =>
    jpegStore(claimOf(concat(Uint8Array.of(0x7f), zeros(500_000).fill(0x60), Uint8Array.of(0xff)))),
  'CBOR: 9,000 actions with an agent each': () => {
    const action = concat(cborHead(5, 1), cborHead(3, 6), latin1('action'), cborHead(3, 1), latin1('a'));
    const list = concat(
      cborHead(5, 1),
      cborHead(3, 7),
      latin1('actions'),
      cborHead(4, 9_000),
      ...repeat(9_000, () => action),
    );
    const actions = superbox('cbor', 'c2pa.actions', box('cbor', list));
    return jpegStore(manifestStore(superbox('c2ma', 'urn:c2pa:1', superbox('c2as', 'c2pa.assertions', actions))));
  },
  'JUMBF: 2,000 boxes in one another': () =>
    jpegStore(manifestStore(nested(2_000, (inner) => superbox('c2ma', 'a', inner), cborBox('c2cl', 'c', 1)))),
  'JUMBF: 20,000 boxes': () => jpegStore(manifestStore(concat(...repeat(20_000, (i) => superbox('c2ma', `m${i}`))))),
  'JUMBF: 100,000 boxes of length 0': () => jpegStore(manifestStore(zeros(800_000))),
  'JUMBF: boxes that contain one another': () => {
    const store = manifestStore(superbox('c2ma', 'a', cborBox('c2cl', 'c', 1)));
    return jpegStore(concat(store.subarray(0, 8), store, store.subarray(8)));
  },
} as const;

const smallBombs = {
  'IPTC: a dataset of 2 GiB': () =>
    jpeg(
      photoshopSegment([
        { id: 0x0404, data: concat(dataset(2, 5, 'a'), Uint8Array.of(0x1c, 2, 120, 0x80, 4), u32(2 ** 31)) },
      ]),
    ),
  'IPTC: 12,000 datasets': () =>
    jpeg(photoshopSegment([{ id: 0x0404, data: concat(...repeat(12_000, () => dataset(2, 25, ''))) }])),
  'ICC: 2^32 tags': () =>
    jpeg(
      iccSegment(
        buildIcc(
          repeat(1_000, () => ({ signature: 'none', value: zeros(0) })),
          { count: 0xffffffff },
        ),
      ),
    ),
  'ICC: 100,000 translations of the same 4 KiB': () => {
    const name = iccTranslations({ deDE: 'x'.repeat(1_500), frFR: 'y' });
    return jpeg(iccSegment(buildIcc([{ signature: 'desc', value: patched(name, 8, u32(100_000)) }])));
  },
  'MPF: 65,536 images': () =>
    jpeg(mpfSegment(patched(buildMpf(repeat(4_000, () => [0, 1, 1] as const)), 36, u32(16 * 65_536)))),
} as const;

const pngBombs = {
  'zlib: 2,000 chunks of 1 MiB each, zTXt': () =>
    png(...repeat(2_000, (i) => ({ type: 'zTXt', data: concat(latin1(`k${i}\0\0`), zlibBomb) }))),
  'zlib: 40 chunks of 1 MiB each, XMP in iTXt': () =>
    png(...repeat(40, () => ({ type: 'iTXt', data: concat(latin1('XML:com.adobe.xmp\0\x01\0\0\0'), zlibBomb) }))),
  'zlib: 64 chunks beyond the limit each': () => {
    const bomb = deflateSync(zeros(8 * MiB), { level: 9 });
    return png(...repeat(64, (i) => ({ type: 'zTXt', data: concat(latin1(`k${i}\0\0`), bomb) })));
  },
  'zlib: iCCP of 32 MiB': () => png({ type: 'iCCP', data: concat(latin1('n\0\0'), deflateSync(zeros(32 * MiB))) }),
  'PNG: 60,000 empty texts': () => png(...repeat(60_000, () => ({ type: 'tEXt', data: latin1('k\0') }))),
  'PNG: texts of 6 MiB': () => png(...repeat(100, (i) => textChunk('iTXt', `k${i}`, '\u20ac'.repeat(20_000)))),
  'PNG: a hexadecimal profile of 1 MiB': () =>
    png(textChunk('zTXt', 'Raw profile type iptc', `\niptc\n${MiB / 2}\n${'1c'.repeat(MiB / 2)}`)),
} as const;

const boxBombs = {
  'brob: 64 boxes of 1 MiB each': () =>
    jxl(...repeat(64, () => brob('xml ', concat(utf8(xmpWith('')), zeros(MiB - 2_000))))),
  'brob: 64 boxes beyond the limit each': () => jxl(...repeat(64, () => brob('xml ', zeros(8 * MiB)))),
  'JPEG XL: 200,000 boxes': () => jxl(times(200_000, box('free', zeros(0)))),
  'JPEG XL: 500 boxes with XMP': () =>
    jxl(...repeat(500, () => box('xml ', utf8(xmpWith('<dc:source>a</dc:source>'))))),
  'C2PA: 500 boxes of 20 KiB': () =>
    jxl(...repeat(500, () => c2paUuid(manifestStore(superbox('c2ma', 'a', box('free', zeros(20 * KiB))))))),
  'HEIF: 60,000 items with XMP': () => heifItems(60_000),
  'HEIF: 3,000 items with XMP': () => heifItems(3_000),
} as const;

function heifItems(count: number): Uint8Array {
  const places = { method: 0, extents: [{ offset: 40, length: 200 }] };
  const items = repeat(count, (i) => ({ id: i + 2, type: 'mime', contentType: 'application/rdf+xml', places }));
  return buildHeif({ items: [{ id: 1, type: 'hvc1', size: [3, 2], data: [zeros(4)] }, ...items] });
}

const segmentBombs = {
  'JPEG: 2,000 segments of APP1': () => jpeg(...repeat(2_000, () => xmpSegment(xmpWith('<dc:source>a</dc:source>')))),
  'JPEG: 2,000 segments of APP11': () => jpeg(...jumbfSegments(claimOf(zeros(200_000)), 100)),
  'JPEG: 2,000 segments of APP13': () =>
    jpeg(...repeat(2_000, () => photoshopSegment([{ id: 0x0404, data: dataset(2, 5, 'a') }]))),
  'JPEG: 480 segments of 64 KiB, APP1': () => jpeg(...repeat(480, () => xmpSegment(xmpWith(' '.repeat(64_000))))),
  'JPEG: 480 segments of 64 KiB, APP13': () =>
    jpeg(...repeat(480, () => photoshopSegment([{ id: 0x0404, data: dataset(2, 120, 'a'.repeat(60_000), 4) }]))),
  'JPEG: 480 segments of 64 KiB, APP11': () => jpeg(...jumbfSegments(claimOf(zeros(28 * MiB)), 60_000)),
  'JPEG: 255 segments of an ICC profile': () => jpeg(...repeat(255, (i) => iccSegment(zeros(64_000), i + 1, 255))),
  'GIF: 30,000 extensions': () =>
    buildGif(3, 2, [...repeat(30_000, () => blockExtension('ICCRGBG1012', zeros(300))), gifImage()]),
  'PSD: 40,000 resources': () =>
    buildPsd(
      3,
      2,
      repeat(40_000, () => ({ id: 0x0404, data: dataset(2, 5, 'a') })),
    ),
  'WebP: 60,000 chunks': () =>
    buildWebp([vp8x(3, 2), vp8(3, 2), ...repeat(60_000, () => ({ type: 'XMP ', data: utf8('<a/>') }))]),
  'SVG: 60,000 elements in the metadata': () =>
    latin1(
      `<svg width="3" height="2"><metadata>${xmpWith('<o:a/>'.repeat(9_000))}${'<c:manifest>'.repeat(900)}</metadata></svg>`,
    ),
} as const;

const canonNote = (fields: readonly NoteField[]): Uint8Array =>
  streamWithNote({ make: 'Canon' }, { base: 'tiff', fields: [...fields] }).bytes;

const tagBombs = {
  'TIFF: XMP of 2^32 bytes': () =>
    tiff({ fields: [lying(bytesField(700, 1, utf8(xmpWith(''))), { count: 0xffffffff })] }),
  'TIFF: 200 IFDs with XMP': () =>
    tiff(
      repeat(200, (i) => i).reduce<Ifd>(
        (next, i) => ({
          fields: [bytesField(700, 1, utf8(xmpWith(`<dc:source>${'a'.repeat(5_000)}${i}</dc:source>`)))],
          next,
        }),
        { fields: [short(0x0103, 6)] },
      ),
    ),
  'TIFF: 10,000 entries with XMP': () => tiff({ fields: repeat(10_000, () => bytesField(700, 1, zeros(4))) }),
  'maker note: an IFD that leads to itself': () =>
    jpeg(exifSegment(streamWithNote({ make: 'OLYMPUS' }, olympusLoop).bytes)),
  'maker note: 500 values of 60 KiB over one another': () =>
    jpeg(
      exifSegment(canonNote(repeat(500, (i) => lying(undefinedField(i, zeros(8)), { count: 60_000, offset: 100 })))),
    ),
  'preview: at 2^31 bytes, and of as many': () =>
    tiff({
      fields: [],
      next: { fields: [short(0x0103, 6), long(0x0201, 2 ** 31), long(0x0202, 2 ** 31)] },
    }),
  'preview: 250 IFDs with one each': () =>
    concat(
      tiff({
        fields: [
          pointer(
            0x014a,
            repeat(250, (i) => ({ fields: [short(0x0103, 6), long(0x0201, 8 + i), long(0x0202, 2 * MiB)] })),
          ),
        ],
      }),
      zeros(3 * MiB),
    ),
} as const;

const olympusLoop = {
  header: latin1('OLYMPUS\0II\x03\0'),
  base: 0,
  fields: [long(0x2010, 12), long(0x2020, 12), long(0x2040, 12), ascii(0x0404, '1234567')],
};

const emptyBoxes = (): Uint8Array => times(1_000_000, box('free', zeros(0)));
const videoBombs = {
  'MP4: 1,000,000 boxes': () => concat(ftyp('isom'), emptyBoxes(), smallMoov()),
  'MP4: 1,000,000 boxes in the moov': () => concat(ftyp('isom'), smallMoov(emptyBoxes())),
  'MP4: 3,000 boxes in one another': () =>
    concat(
      ftyp('isom'),
      repeat(3_000, () => 0).reduce((inner) => box('moov', inner), smallMoov()),
    ),
  'MP4: 20,000 texts': () =>
    concat(
      ftyp('qt  '),
      smallMoov(box('udta', concat(...repeat(20_000, (i) => userText('\u00a9nam', `t${i}`))))),
      media(8),
    ),
  'AVI: 1,000,000 chunks': () => buildAvi(times(1_000_000, aviChunk('JUNK', zeros(0)))),
  'Matroska: 1,000,000 elements': () => buildMatroska('webm', times(1_000_000, element(0xec, zeros(0))), cluster(8)),
} as const;

/** Name of a bomb -> builds its file. */
export const metadataBombs: Readonly<Record<string, () => Uint8Array>> = {
  ...xmlBombs,
  ...c2paBombs,
  ...smallBombs,
  ...pngBombs,
  ...boxBombs,
  ...segmentBombs,
  ...tagBombs,
  ...videoBombs,
};
