// The images that are read through faults: nearly all need several reads, and each comes in versions that differ in every
// value.
import { box } from '../../testing/build/bmff';
import { concat, latin1, noise } from '../../testing/build/bytes';
import { buildHeif } from '../../testing/build/heif';
import { buildJpeg, comment, exifSegment, frameHeader } from '../../testing/build/jpeg';
import { buildPng, idat, iend, ihdr, exifChunk as pngExif } from '../../testing/build/png';
import { plainThumbnail, thumbnailIfds } from '../../testing/build/thumbnail';
import { ascii, buildTiff, type Field, type Ifd, long, pointer, rational, short } from '../../testing/build/tiff';
import { buildWebp, vp8, vp8x, exifChunk as webpExif } from '../../testing/build/webp';

/**
 * `first` is the object at the start; `replaced` is another version of the same size, `resized` one of another size;
 * `other` is another object of the same size. No value of one is a value of another.
 */
export type Version = 'first' | 'replaced' | 'resized' | 'other';

export const versions: readonly Version[] = ['first', 'replaced', 'resized', 'other'];

/** Bytes of the first read in these runs: small, so that small images need several reads. */
export const firstRead = 4096;

export const imageNames = ['jpeg', 'heic', 'tiff', 'png', 'webp', 'small jpeg'] as const;
export type ImageName = (typeof imageNames)[number];

/** The bytes of one version of an image. */
export function buildImage(name: ImageName, version: Version): Uint8Array {
  const at = versions.indexOf(version);
  const image = builders[name](at);
  return version === 'resized' ? concat(image, noise(777)) : image;
}

const padding = 60_000;

const builders: Readonly<Record<ImageName, (at: number) => Uint8Array>> = {
  // Segments to walk over, and the EXIF after them.
  jpeg: (at) =>
    buildJpeg([
      comment(padding),
      comment(padding),
      comment(padding),
      exifSegment(smallTiff(at)),
      frameHeader(640 + at, 480),
    ]),
  // One read is all that it takes, so no later read can show that the first one was of another object.
  'small jpeg': (at) => buildJpeg([exifSegment(smallTiff(at)), frameHeader(640 + at, 480)]),
  // `meta` after the image data, and the EXIF between image data.
  heic: (at) =>
    buildHeif({
      items: [
        { id: 1, type: 'hvc1', size: [640 + at, 480], data: [noise(padding)] },
        { id: 2, type: 'Exif', data: [concat(latin1('\0\0\0\x06Exif\0\0'), smallTiff(at))] },
        { id: 3, type: 'hvc1', hidden: true, size: [64, 64], data: [noise(padding)] },
      ],
      references: [{ type: 'cdsc', from: 2, to: [1] }],
      parts: [box('free', noise(padding)), 'mdat', box('free', noise(padding)), 'meta'],
    }),
  tiff: bigTiff,
  png: (at) => buildPng([ihdr(640 + at, 480), idat(2 * padding), pngExif(smallTiff(at)), iend]),
  webp: (at) =>
    buildWebp([
      vp8x(640 + at, 480, { exif: true }),
      vp8(640 + at, 480, { length: 2 * padding }),
      webpExif(smallTiff(at)),
    ]),
};

/** A TIFF stream of less than a first read, with a thumbnail. */
function smallTiff(at: number): Uint8Array {
  return buildTiff(withThumbnail(at));
}

/** A TIFF file whose IFDs and values are far apart: some of its reads go out together. */
function bigTiff(at: number): Uint8Array {
  const strip = (): Field => pointer(0x0111, [noise(padding).map((byte) => byte ^ at)]);
  const page = (n: number): Ifd => ({
    fields: [...sizeFields(at), ascii(0x010e, `Page ${n} of version ${at}, a long text`), strip()],
  });
  const exif: Ifd = { fields: [...exifFields(at), pointer(0xc6d2, [noise(padding)])] };
  const ifd0: Ifd = {
    fields: [
      ...sizeFields(at),
      ...imageFields(at),
      strip(),
      pointer(0x014a, [page(1), page(2)]),
      pointer(0x8769, [exif]),
    ],
    next: page(3),
  };
  return buildTiff(ifd0, { place: 'ifd-values', gap: 2 * firstRead });
}

function withThumbnail(at: number): Ifd {
  const thumbnail = plainThumbnail.map((byte, i) =>
    i > 200 && i < plainThumbnail.length - 2 ? (byte >> 1) ^ at : byte,
  );
  const ifds = thumbnailIfds(thumbnail);
  return { ...ifds, fields: [...imageFields(at), pointer(0x8769, [{ fields: exifFields(at) }])] };
}

function sizeFields(at: number): Field[] {
  return [long(0x0100, 640 + at), long(0x0101, 480 + at)];
}

function imageFields(at: number): Field[] {
  return [
    ascii(0x010f, `Maker number ${at} of none`),
    ascii(0x0110, `Model number ${at} of none`),
    short(0x0112, 1 + at),
    rational(0x011a, [72 + at, 1]),
  ];
}

function exifFields(at: number): Field[] {
  return [
    rational(0x829a, [1, 100 + at]),
    short(0x8827, 100 + at),
    ascii(0x9003, `2026:01:0${1 + at} 10:00:00`),
    ascii(0xa434, `Lens number ${at} with a long enough name`),
  ];
}
