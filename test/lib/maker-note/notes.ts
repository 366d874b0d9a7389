// A note of each format, and its answers.
import type { MakerNoteAnswers } from '../../../lib/maker-note';
import { concat, latin1, u32 } from '../../../testing/build/bytes';
import type { Camera, NoteShape } from '../../../testing/build/maker-note';
import { ascii, bytesField, long, rational, short, undefinedField } from '../../../testing/build/tiff';

export type NoteCase = Readonly<{
  name: string;
  camera: Camera;
  shape: NoteShape;
  answers: Omit<MakerNoteAnswers, 'maker' | 'warnings'>;
  maker: string;
}>;

const canonSettings = new Array<number>(26).fill(0);
canonSettings.splice(22, 4, 61_182, 105, 24, 1);
const canonFileInfo = new Array<number>(62).fill(0);
canonFileInfo.splice(20, 2, 250, 200);
canonFileInfo[61] = 258;
export const canonFields = [
  short(0x0001, ...canonSettings),
  ascii(0x0007, 'Firmware Version 1.1.1'),
  ascii(0x0009, 'Ada Lovelace'),
  long(0x000c, 42),
  short(0x0093, ...canonFileInfo),
  ascii(0x0095, 'RF24-105mm F4 L IS USM'),
  ascii(0x0096, 'KQ0002389'),
  undefinedField(0x4019, [0x67, 0x03, 0x00, 0x12, 0x96, 0]),
];
export const canonAnswers = {
  lens: 'RF24-105mm F4 L IS USM',
  lensId: '258',
  lensRange: '24-105mm',
  serialNumber: '0000000042',
  lensSerialNumber: '6703001296',
  internalSerialNumber: 'KQ0002389',
  focusDistance: { nearest: 2, farthest: 2.5 },
  firmware: 'Firmware Version 1.1.1',
  owner: 'Ada Lovelace',
};

const nikonFields = [
  ascii(0x001d, '0030079'),
  bytesField(0x0083, 1, [14]),
  rational(0x0084, [700, 10], [200, 1], [28, 10], [28, 10]),
  undefinedField(
    0x0098,
    concat(latin1('0101'), Uint8Array.of(0, 0, 0, 0, 0, 95, 0, 0x77, 0x48, 0x5c, 0x80, 0x24, 0x24, 0x7b)),
  ),
  long(0x00a7, 48_857),
];
const nikonAnswers = {
  lens: '70-200mm f/2.8 G VR',
  lensId: '77 48 5C 80 24 24 7B 0E',
  lensRange: '70-200mm f/2.8',
  serialNumber: '0030079',
  shutterCount: 48_857,
  focusDistance: { nearest: 0.01 * 10 ** (95 / 40), farthest: 0.01 * 10 ** (95 / 40) },
};

/** Enciphers as the cameras do: a byte from 2 to 247 becomes its cube modulo 249. */
function enciphered(places: Readonly<Record<number, readonly number[]>>): Uint8Array {
  const clear = new Uint8Array(0x120);
  for (const [at, bytes] of Object.entries(places)) clear.set(bytes, Number(at));
  return clear.map((byte) => (byte >= 2 && byte <= 247 ? byte ** 3 % 249 : byte));
}

const pentaxFields = [
  long(0x0005, 0x13222),
  bytesField(0x0006, 7, [0x07, 0xe0, 6, 1]),
  bytesField(0x0007, 7, [12, 30, 15]),
  bytesField(0x003f, 1, [7, 218]),
  // 5161 = 0x00001429, XOR the date, XOR the complement of the time.
  undefinedField(0x005d, u32((5161 ^ 0x07e00601 ^ ~0x0c1e0f00) >>> 0)),
  long(0x0215, 0x13222, 20_120_101, 2, 1, 6_322_060),
  ascii(0x0229, '4496873'),
];
const pentaxAnswers = {
  lensId: '7 218',
  serialNumber: '4496873',
  internalSerialNumber: '6322060',
  shutterCount: 5161,
};

const olympusFields = [
  {
    tag: 0x2010,
    sub: [
      ascii(0x0101, 'BHSA19729        '),
      ascii(0x0102, '4180701011043001 '),
      bytesField(0x0201, 1, [2, 0, 0x12, 0x10, 0, 0]),
      ascii(0x0202, 'ABG366769'),
      ascii(0x0203, 'OLYMPUS M.40-150mm F4.0-5.6 R'),
    ],
  },
  { tag: 0x2050, sub: [rational(0x0305, [1320, 10])] },
];
const olympusAnswers = {
  lens: 'OLYMPUS M.40-150mm F4.0-5.6 R',
  lensId: '2 12 10',
  serialNumber: 'BHSA19729',
  lensSerialNumber: 'ABG366769',
  internalSerialNumber: '4180701011043001',
  focusDistance: { nearest: 1.32, farthest: 1.32 },
};

const order = (littleEndian: boolean) => latin1(littleEndian ? 'II' : 'MM');
const tiffHeader = (littleEndian: boolean) =>
  concat(order(littleEndian), littleEndian ? Uint8Array.of(42, 0) : Uint8Array.of(0, 42), u32(8, littleEndian));

export const noteCases: readonly NoteCase[] = [
  {
    name: 'Apple',
    maker: 'Apple',
    camera: { make: 'Apple', littleEndian: true, noteOrder: false },
    shape: {
      header: latin1('Apple iOS\0\0\x01MM'),
      base: 0,
      fields: [
        ascii(0x000b, '5B4CF2DC-5B5C-44E0-8E39-0000A8FE4318'),
        rational(0x000c, [3, 2], [1, 2]),
        ascii(0x0011, '242684F6-0839-44E0-8E39-A8FE43182C29'),
      ],
    },
    answers: {
      livePhotoId: '242684F6-0839-44E0-8E39-A8FE43182C29',
      burstId: '5B4CF2DC-5B5C-44E0-8E39-0000A8FE4318',
      focusDistance: { nearest: 0.5, farthest: 1.5 },
    },
  },
  {
    name: 'Canon',
    maker: 'Canon',
    camera: { make: 'Canon', model: 'Canon EOS R6' },
    shape: { base: 'tiff', fields: canonFields },
    answers: canonAnswers,
  },
  {
    name: 'Nikon 3, with the other byte order than EXIF',
    maker: 'Nikon',
    camera: { make: 'NIKON CORPORATION', littleEndian: true, noteOrder: false },
    shape: { header: concat(latin1('Nikon\0\x02\x10\0\0'), tiffHeader(false)), base: 10, fields: nikonFields },
    answers: nikonAnswers,
  },
  {
    name: 'Nikon 1',
    maker: 'Nikon',
    camera: { make: 'NIKON', littleEndian: true },
    shape: { header: latin1('Nikon\0\x01\0'), base: 'tiff', fields: nikonFields },
    answers: nikonAnswers,
  },
  {
    name: 'Nikon without a header',
    maker: 'Nikon',
    camera: { make: 'NIKON CORPORATION', littleEndian: false },
    shape: { base: 'tiff', fields: nikonFields },
    answers: nikonAnswers,
  },
  {
    name: 'Sony, A-mount',
    maker: 'Sony',
    camera: { make: 'SONY', model: 'SLT-A58' },
    shape: {
      header: latin1('SONY DSC \0\0\0'),
      base: 'tiff',
      fields: [
        undefinedField(0x9050, enciphered({ 50: [0x85, 0x35, 0, 1], 240: [7, 8, 0x72, 0x2f, 0x67] })),
        long(0xb027, 52),
        bytesField(0xb02a, 1, [0, 0, 0x70, 3, 0, 0x45, 0x56, 1]),
      ],
    },
    answers: {
      lensId: '52',
      lensRange: '70-300mm f/4.5-5.6',
      shutterCount: 13_701,
      internalSerialNumber: '0708722f67',
    },
  },
  {
    name: 'Sony, E-mount, without a header',
    maker: 'Sony',
    camera: { make: 'SONY', model: 'ILCE-7SM3', littleEndian: false },
    shape: {
      base: 'tiff',
      fields: [
        undefinedField(0x9050, enciphered({ 58: [179, 0, 0, 0], 136: [0x0d, 0xff, 0, 0, 0xf6, 8] })),
        undefinedField(0x9416, enciphered({ 75: [0x35, 0x80] })),
        long(0xb027, 65_535),
        bytesField(0xb02a, 1, [2, 0, 0x35, 0, 0, 0x14, 0, 0]),
      ],
    },
    answers: { lensId: '32821', lensRange: '35mm f/1.4', shutterCount: 179, internalSerialNumber: '0dff0000f608' },
  },
  {
    name: 'Fujifilm, little-endian in a big-endian EXIF',
    maker: 'Fujifilm',
    camera: { make: 'FUJIFILM', littleEndian: false, noteOrder: true },
    shape: {
      header: concat(latin1('FUJIFILM'), u32(12, true)),
      base: 0,
      fields: [
        ascii(0x0010, 'FPX20582698 592D313134360702198C0020100A84'),
        rational(0x1404, [18, 1]),
        rational(0x1405, [55, 1]),
        rational(0x1406, [28, 10]),
        rational(0x1407, [4, 1]),
      ],
    },
    answers: {
      lensRange: '18-55mm f/2.8-4',
      internalSerialNumber: 'FPX20582698 592D313134360702198C0020100A84',
    },
  },
  {
    name: 'Panasonic',
    maker: 'Panasonic',
    camera: { make: 'Panasonic' },
    shape: {
      header: latin1('Panasonic\0\0\0'),
      base: 'tiff',
      fields: [
        undefinedField(0x0025, latin1('\0\0S010604030293\0')),
        ascii(0x0051, 'LEICA D VARIO-ELMARIT 14-50mm'),
        ascii(0x0052, '07BB0123'),
      ],
    },
    answers: {
      lens: 'LEICA D VARIO-ELMARIT 14-50mm',
      lensSerialNumber: '07BB0123',
      internalSerialNumber: 'S010604030293',
    },
  },
  {
    name: 'Olympus',
    maker: 'Olympus',
    camera: { make: 'OLYMPUS IMAGING CORP.' },
    shape: { header: latin1('OLYMPUS\0II\x03\0'), base: 0, fields: olympusFields },
    answers: olympusAnswers,
  },
  {
    name: 'OM System',
    maker: 'Olympus',
    camera: { make: 'OM Digital Solutions' },
    shape: { header: latin1('OM SYSTEM\0\0\0II\x04\0'), base: 0, fields: olympusFields },
    answers: olympusAnswers,
  },
  {
    name: 'Olympus, old',
    maker: 'Olympus',
    camera: { make: 'OLYMPUS OPTICAL CO.,LTD', littleEndian: false },
    shape: { header: latin1('OLYMP\0\x01\0'), base: 'tiff', fields: [ascii(0x0404, '143008611   ')] },
    answers: { serialNumber: '143008611' },
  },
  {
    name: 'Pentax AOC, from the TIFF header',
    maker: 'Pentax',
    camera: { make: 'PENTAX', littleEndian: false },
    shape: { header: latin1('AOC\0MM'), base: 'tiff', fields: pentaxFields },
    answers: pentaxAnswers,
  },
  {
    name: 'Pentax AOC, from the note',
    maker: 'Pentax',
    camera: { make: 'PENTAX', littleEndian: true },
    shape: { header: latin1('AOC\0\0\0'), base: 0, fields: pentaxFields },
    answers: pentaxAnswers,
  },
  {
    name: 'Pentax with a byte order',
    maker: 'Pentax',
    camera: { make: 'RICOH IMAGING COMPANY, LTD.', littleEndian: true, noteOrder: false },
    shape: { header: latin1('PENTAX \0MM'), base: 0, fields: pentaxFields },
    answers: pentaxAnswers,
  },
  {
    name: 'Casio',
    maker: 'Casio',
    camera: { make: 'CASIO COMPUTER CO.,LTD' },
    shape: { header: latin1('QVC\0\0\0'), base: 'tiff', fields: [long(0x0003, 31_318), long(0x0004, 1938)] },
    answers: {},
  },
  {
    name: 'Samsung',
    maker: 'Samsung',
    camera: { make: 'SAMSUNG' },
    shape: {
      base: 0,
      fields: [
        undefinedField(0x0001, latin1('0100')),
        ascii(0xa001, 'NX1_1.41'),
        ascii(0xa002, 'A1B2C3D4E5F6'),
        short(0xa003, 18),
      ],
    },
    answers: { lensId: '18', serialNumber: 'A1B2C3D4E5F6', firmware: 'NX1_1.41' },
  },
  {
    name: 'DJI',
    maker: 'DJI',
    camera: { make: 'DJI' },
    shape: { base: 'tiff', fields: [ascii(0x0001, 'DJI')] },
    answers: {},
  },
];
