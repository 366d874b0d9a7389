// Small images of every container, each with EXIF and each laid out in another way. A new container adds its own here;
// damage.test.ts cuts and flips them all.
import { latin1 } from '../../build/bytes';
import {
  buildJpeg,
  comment,
  exifSegment,
  exifSegments,
  frameHeader,
  jfif,
  photoshopSegment,
  xmpSegment,
} from '../../build/jpeg';
import { actl, buildPng, exifChunk, idat, iend, ihdr, rawProfile } from '../../build/png';
import {
  ascii,
  buildTiff,
  bytesField,
  type Ifd,
  integers,
  pointer,
  rational,
  short,
  undefinedField,
} from '../../build/tiff';

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

/** Name of a container -> its fixtures by name. */
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
};
