// Small images of every container, in different layouts. A new container adds its images here; damage.stress.ts cuts and flips
// them all.
import { box, ftyp } from './bmff';
import { concat, latin1, noise } from './bytes';
import { buildBmp, buildGif, buildIco, buildPsd, gifExtension, gifImage } from './gif-bmp-psd';
import { buildHeif, buildMoov, exifItem, photo } from './heif';
import { buildJp2, codestream, exifUuids, jp2c, jp2h, uuidBox } from './jp2';
import { buildJpeg, comment, exifSegment, exifSegments, frameHeader, jfif, photoshopSegment, xmpSegment } from './jpeg';
import { brob, buildJxl, jxlc, jxlp, codestream as jxlStream, metadata, sizeHeader } from './jxl';
import { buildMini, withOffset } from './mini';
import { actl, buildPng, exifChunk, idat, iend, ihdr, phys, rawProfile } from './png';
import { buildCr3, buildCrw, buildMrw, buildRaf, buildRw2, buildX3f, prd, relabelled } from './raw';
import { ascii, buildTiff, bytesField, type Ifd, integers, pointer, rational, short, undefinedField } from './tiff';
import { anim, anmf, buildWebp, vp8, vp8x, exifChunk as webpExif, xmpChunk } from './webp';

/** A few tags of each IFD: values in the entry and out of it. */
export function someExif(): Ifd {
  const interop: Ifd = { fields: [ascii(0x0001, 'R98')] };
  const exif: Ifd = {
    fields: [
      rational(0x829a, [1, 50]),
      undefinedField(0x9286, latin1('ASCII\0\0\0hi')),
      short(0xa001, 1),
      pointer(0xa005, [interop]),
    ],
  };
  const gps: Ifd = { fields: [bytesField(0x0000, 1, [2, 3, 0, 0]), rational(0x0002, [52, 1], [30, 1], [5861, 100])] };
  return {
    fields: [ascii(0x010f, 'Example'), short(0x0112, 1), pointer(0x8769, [exif]), pointer(0x8825, [gps])],
    next: { fields: [short(0x0103, 6)] },
  };
}

export const tiffBytes: Uint8Array = buildTiff(someExif());
const bigEndian = buildTiff(someExif(), { littleEndian: false, place: 'values-ifd' });

function page(): Ifd {
  const { fields, next } = someExif();
  const subIfd: Ifd = { fields: [short(0x0100, 12)] };
  return { fields: [short(0x0100, 3), short(0x0101, 2), pointer(0x014a, [subIfd]), ...fields], ...(next && { next }) };
}

/** The smallest EXIF: one tag in IFD0 and one in the Exif IFD. */
const exifIfd: Ifd = { fields: [short(0xa001, 1)] };
export const tinyExif: Ifd = { fields: [ascii(0x010f, 'Eg'), pointer(0x8769, [exifIfd])] };
export const tiny: Uint8Array = buildTiff(tinyExif);
const sized: Ifd = { fields: [short(0x0100, 3), short(0x0101, 2), ...tinyExif.fields] };
const tinyJpeg = buildJpeg([exifSegment(tiny), frameHeader(3, 2)], 2);
const jxlImage = jxlStream([...sizeHeader(3, 2), ...metadata({ animated: true })]);
const image = { id: 1, type: 'hvc1', size: [3, 2], data: [noise(4)] } as const;

/** Name of a container -> its fixtures by name: each 3 x 2 pixels where the container states it, each with EXIF. */
export const fixtures: Readonly<Record<string, Readonly<Record<string, Uint8Array>>>> = {
  jpeg: {
    'EXIF first': buildJpeg([exifSegment(tiffBytes), frameHeader(3, 2)]),
    'EXIF last, behind all others': buildJpeg([
      jfif(),
      comment(9),
      xmpSegment(),
      frameHeader(3, 2),
      exifSegment(bigEndian),
    ]),
    'a density before all': buildJpeg([jfif(2, 118, 118), exifSegment(tiny), frameHeader(3, 2)]),
    'stray bytes and lengths that are off by one': concat(
      buildJpeg([jfif()]).subarray(0, 20),
      Uint8Array.of(0, 1, 2),
      buildJpeg([exifSegment(tiny), { ...comment(9), claims: 10 }, frameHeader(3, 2)]).subarray(2),
    ),
    'EXIF in several segments, fill bytes': buildJpeg([
      ...exifSegments(tiffBytes, 100).map((segment) => ({ ...segment, fill: 2 })),
      frameHeader(3, 2),
    ]),
    'EXIF in image resources': buildJpeg([
      photoshopSegment([
        { id: 1000, data: latin1('abc'), name: 'odd' },
        { id: 0x0422, data: tiffBytes },
      ]),
      frameHeader(3, 2),
    ]),
  },
  png: {
    'eXIf before IDAT': buildPng([ihdr(3, 2), exifChunk(tiffBytes), idat(), iend]),
    'eXIf behind IDAT': buildPng([ihdr(3, 2), actl(2), idat(), exifChunk(bigEndian), iend]),
    'a density before eXIf': buildPng([ihdr(3, 2), phys(11_811, 11_811), exifChunk(tiny), idat(), iend]),
    'tEXt before IDAT': buildPng([ihdr(3, 2), rawProfile('tEXt', 'exif', tiffBytes), idat(), iend]),
    'zTXt behind IDAT': buildPng([ihdr(3, 2), idat(), rawProfile('zTXt', 'APP1', tiffBytes), iend]),
    'iTXt deflated': buildPng([ihdr(3, 2), rawProfile('iTXt deflated', 'exif', tiffBytes), idat(), iend]),
  },
  tiff: {
    'little-endian': buildTiff(page()),
    'big-endian, IFDs last': buildTiff(page(), { littleEndian: false, place: 'ifds-last' }),
    BigTIFF: buildTiff(page(), { big: true, place: 'values-last' }),
    'big-endian BigTIFF of long offsets': buildTiff(
      {
        fields: [
          integers(0x0100, 16, 3),
          integers(0x0101, 16, 2),
          pointer(0x8769, [{ fields: [short(0xa001, 1)] }], 18),
        ],
      },
      { littleEndian: false, big: true, place: 'values-ifd' },
    ),
  },
  webp: {
    'VP8X, VP8, EXIF': buildWebp([vp8x(3, 2, { exif: true }), vp8(3, 2), webpExif(tiny, 'Exif\0\0')]),
    'frames, then EXIF and XMP': buildWebp([
      vp8x(3, 2, { exif: true, animated: true }),
      anim(),
      anmf(7),
      anmf(),
      webpExif(tiny),
      xmpChunk(),
    ]),
  },
  heif: {
    'Exif in mdat': photo(tiny),
    'a mini box': buildMini({ width: 3, height: 2, exif: withOffset(tiny), icc: true, xmp: true }),
    'meta last, idat, wide fields': buildHeif({
      items: [image, { id: 2, type: 'Exif', method: 1, data: [exifItem(tiny, 'Exif\0\0')] }],
      parts: ['mdat', 'meta'],
      iinf: 1,
      infe: 3,
      iloc: 2,
      iref: 1,
      ipma: { version: 1, wide: true },
      fields: { offset: 8, length: 8, base: 8, index: 4 },
    }),
    'Exif within another item, in two extents': buildHeif({
      items: [
        image,
        { id: 3, type: 'mime', data: [exifItem(tiny).subarray(0, 20), exifItem(tiny).subarray(20)] },
        { id: 2, type: 'Exif', within: { item: 3, extents: [{ offset: 0, length: 0 }] } },
      ],
      iloc: 1,
    }),
    'turned and mirrored, a depth of the decoder': photo(tiny, {
      items: [
        {
          ...image,
          bare: true,
          rotation: 3,
          properties: [box('imir', Uint8Array.of(1)), box('hvcC', noise(20)), box('av1C', noise(4))],
        },
        { id: 2, type: 'Exif', hidden: true, data: [exifItem(tiny)] },
      ],
    }),
    'sequence of pictures': photo(tiny, {
      ftyp: ftyp('avis', ['avif']),
      parts: ['meta', buildMoov([{ handler: 'pict', width: 3, height: 2, samples: 5 }]), 'mdat'],
    }),
  },
  jxl: {
    'extra fields before the depth': buildJxl(
      box('Exif', exifItem(tiny)),
      jxlc(jxlStream([...sizeHeader(3, 2), ...metadata({ orientation: 5, intrinsic: sizeHeader(8, 8) })])),
    ),
    'Exif before the codestream': buildJxl(box('Exif', exifItem(tiny)), jxlc(jxlImage)),
    'brob between the parts of the codestream': buildJxl(
      jxlp(0, jxlImage),
      brob('Exif', exifItem(tiny, 'Exif\0\0')),
      jxlp(1, noise(4), true),
    ),
  },
  jp2: {
    'uuid before the codestream': buildJp2(jp2h(3, 2), uuidBox(exifUuids.text, tiny), jp2c(codestream(3, 2))),
    'uuid behind the codestream': buildJp2(
      jp2c(codestream(3, 2)),
      uuidBox(exifUuids.Photoshop, tiny, { form: 'open' }),
    ),
  },
  psd: {
    PSD: buildPsd(3, 2, [
      { id: 1000, data: latin1('abc'), name: 'odd' },
      { id: 0x0422, data: tiny },
    ]),
    'PSB with colours': buildPsd(3, 2, [{ id: 0x0422, data: tiny }], { version: 2, colors: 5 }),
  },
  cr3: {
    'CMT1, CMT2, CMT4': buildCr3([
      ['CMT1', buildTiff({ fields: [short(0x0100, 3), short(0x0101, 2)] })],
      ['CMT2', buildTiff(exifIfd)],
      ['CMT3', noise(8)],
      ['CMT4', buildTiff({ fields: [bytesField(0x0000, 1, [2, 3, 0, 0])] })],
    ]),
  },
  x3f: {
    'a preview after the raw image': buildX3f(3, 2, [
      { type: 'IMAG', data: noise(9), format: 30 },
      { type: 'IMA2', data: tinyJpeg },
    ]),
  },
  raf: { 'JPEG behind the header': buildRaf(tinyJpeg) },
  mrw: { 'PRD, TTW': buildMrw([prd(3, 2), { name: 'TTW', data: tiny }, { name: 'WBG', data: noise(6) }]) },
  rw2: { 'JPEG and own tags': buildRw2([short(0x0002, 5), short(0x0003, 4), ...tinyExif.fields], tinyJpeg) },
};

/** TIFF but for the magic number. */
export const relatives: Readonly<Record<string, Uint8Array>> = Object.fromEntries(
  ['IIRO', 'IIRS', 'MMOR', 'II\xbc\x01'].map((magic) => [magic, relabelled(magic, sized)]),
);

/** Formats that cannot have EXIF, or do not have it in all files. */
export const withoutExif: Readonly<Record<string, Readonly<Record<string, Uint8Array>>>> = {
  gif: {
    animated: buildGif(3, 2, [gifExtension(0xff, [11, 3]), gifExtension(0xf9, [4]), gifImage([9, 2], 1), gifImage()]),
  },
  bmp: { 'of 40 bytes, top-down': buildBmp(3, -2), 'OS/2': buildBmp(3, 2, 12) },
  ico: { icon: buildIco([[3, 2]]), cursor: buildIco([[3, 2]], 2) },
  x3f: { 'without a preview': buildX3f(3, 2) },
  crw: { Canon: buildCrw() },
  svg: { SVG: latin1('<?xml version="1.0"?><svg width="3" height="2px">') },
};

/** Containers that do not state their size, or only where reading it takes much work. */
export const unsized: readonly string[] = ['crw', 'rw2'];
