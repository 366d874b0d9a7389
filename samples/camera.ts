// The EXIF of fictional cameras. Its makers, models, serial numbers and persons do not exist.
import { latin1 } from '../testing/build/bytes';
import {
  ascii,
  bytesField,
  type Field,
  type Ifd,
  long,
  pointer,
  rational,
  rationals,
  short,
  undefinedField,
} from '../testing/build/tiff';

export type Size = Readonly<{ width: number; height: number }>;

/** Degrees with a sign: south and west are negative. */
export type Place = Readonly<{ latitude: number; longitude: number; altitude: number }>;

export type Shot = Readonly<{
  size: Size;
  title: string;
  /** `2026:05:17 18:42:09`, local time, and its offset from UTC. */
  time: string;
  offset: string;
  exposure: readonly [number, number];
  iso: number;
}>;

/** IFD0 of a photograph, in ascending order of tags, without pointers to other IFDs. */
export function imageFields(shot: Shot): Field[] {
  return [
    ascii(0x010e, shot.title),
    ascii(0x010f, 'Example Camera Co.'),
    ascii(0x0110, 'Sample One'),
    short(0x0112, 1),
    rational(0x011a, [72, 1]),
    rational(0x011b, [72, 1]),
    short(0x0128, 2),
    ascii(0x0131, 'bucket-exif samples'),
    ascii(0x0132, shot.time),
    ascii(0x013b, 'A. Nobody'),
    short(0x0213, 1),
    ascii(0x8298, 'MIT, the authors of bucket-exif'),
  ];
}

/** The Exif IFD of a photograph. */
export function exifFields({ size, time, offset, exposure, iso }: Shot): Field[] {
  return [
    rational(0x829a, exposure),
    rational(0x829d, [56, 10]),
    short(0x8822, 3),
    short(0x8827, iso),
    undefinedField(0x9000, latin1('0232')),
    ascii(0x9003, time),
    ascii(0x9004, time),
    ...[0x9010, 0x9011, 0x9012].map((tag) => ascii(tag, offset)),
    undefinedField(0x9101, [1, 2, 3, 0]),
    rationals(0x9201, 10, [7_965_784, 1_000_000]),
    rational(0x9202, [4_970_854, 1_000_000]),
    rationals(0x9204, 10, [-1, 3]),
    rational(0x9205, [3, 1]),
    short(0x9207, 5),
    short(0x9208, 0),
    short(0x9209, 16),
    rational(0x920a, [35, 1]),
    undefinedField(0x9286, latin1('ASCII\0\0\0Drawn, not photographed')),
    ...[0x9290, 0x9291, 0x9292].map((tag) => ascii(tag, '25')),
    undefinedField(0xa000, latin1('0100')),
    short(0xa001, 1),
    short(0xa002, size.width),
    short(0xa003, size.height),
    short(0xa217, 2),
    undefinedField(0xa300, [3]),
    undefinedField(0xa301, [1]),
    short(0xa401, 0),
    short(0xa402, 0),
    short(0xa403, 0),
    rational(0xa404, [1, 1]),
    short(0xa405, 53),
    short(0xa406, 1),
    ascii(0xa431, 'EXAMPLE-0001'),
    rational(0xa432, [16, 1], [55, 1], [28, 10], [4, 1]),
    ascii(0xa433, 'Example Camera Co.'),
    ascii(0xa434, 'EX 16-55mm f/2.8-4'),
  ];
}

/** The GPS IFD; `time` and `date` are UTC. */
export function gpsIfd({ latitude, longitude, altitude }: Place, date: string, time: readonly number[]): Ifd {
  return {
    fields: [
      bytesField(0x0000, 1, [2, 3, 0, 0]),
      ascii(0x0001, latitude < 0 ? 'S' : 'N'),
      rational(0x0002, ...degrees(latitude)),
      ascii(0x0003, longitude < 0 ? 'W' : 'E'),
      rational(0x0004, ...degrees(longitude)),
      bytesField(0x0005, 1, [altitude < 0 ? 1 : 0]),
      rational(0x0006, [Math.round(Math.abs(altitude) * 100), 100]),
      rational(0x0007, ...time.map((part) => [part, 1] as const)),
      ascii(0x0012, 'WGS-84'),
      undefinedField(0x001b, latin1('ASCII\0\0\0GPS')),
      ascii(0x001d, date),
    ],
  };
}

/** Degrees, minutes and hundredths of seconds, as stored: not reduced. */
function degrees(signed: number): [number, number][] {
  const hundredths = Math.round(Math.abs(signed) * 360_000);
  return [
    [Math.floor(hundredths / 360_000), 1],
    [Math.floor(hundredths / 6_000) % 60, 1],
    [hundredths % 6_000, 100],
  ];
}

/** The Interoperability IFD. It says that the image follows the sRGB rules of DCF. */
export function interopIfd(): Ifd {
  return { fields: [ascii(0x0001, 'R98'), undefinedField(0x0002, latin1('0100'))] };
}

/** IFD1 with a JPEG thumbnail. */
export function thumbnailIfd(jpeg: Uint8Array): Ifd {
  return {
    fields: [
      short(0x0103, 6),
      rational(0x011a, [72, 1]),
      rational(0x011b, [72, 1]),
      short(0x0128, 2),
      pointer(0x0201, [jpeg]),
      long(0x0202, jpeg.length),
    ],
  };
}
