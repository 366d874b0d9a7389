// The EXIF of the demonstration images. Its makers, models and persons do not exist; the places do.
import type { Field, Ifd } from './tiff';

/** A picture: what its camera wrote. `place`: degrees, south and west negative, and metres. Times are local, with their offset. */
export type Shot = Readonly<{
  title: string;
  model: string;
  lens: string;
  width: number;
  height: number;
  time: string;
  offset: string;
  exposure: readonly [number, number];
  tenthsOfFNumber: number;
  iso: number;
  focalLength: number;
  place: Readonly<{ latitude: number; longitude: number; altitude: number }>;
}>;

const maker = 'Example Camera Co.';

/** The fields of IFD0, with the Exif and the GPS IFD. */
export function cameraFields(shot: Shot): readonly Field[] {
  return [
    [0x010e, 2, shot.title],
    [0x010f, 2, maker],
    [0x0110, 2, shot.model],
    [0x0112, 3, [1]],
    [0x011a, 5, [72, 1]],
    [0x011b, 5, [72, 1]],
    [0x0128, 3, [2]],
    [0x0131, 2, 'bucket-exif demonstration'],
    [0x0132, 2, shot.time],
    [0x013b, 2, 'A. Nobody'],
    [0x0213, 3, [1]],
    [0x8298, 2, 'MIT, the authors of bucket-exif'],
    [0x8769, 4, { ifd: exifIfd(shot) }],
    [0x8825, 4, { ifd: gpsIfd(shot) }],
  ];
}

/** IFD1 with a JPEG thumbnail. */
export function thumbnailIfd(jpeg: Uint8Array): Ifd {
  return {
    fields: [
      [0x00fe, 4, [1]],
      [0x0103, 3, [6]],
      [0x011a, 5, [72, 1]],
      [0x011b, 5, [72, 1]],
      [0x0128, 3, [2]],
      [0x0201, 4, { blob: jpeg }],
      [0x0202, 4, [jpeg.length]],
    ],
  };
}

function exifIfd(shot: Shot): Ifd {
  return {
    fields: [
      [0x829a, 5, shot.exposure],
      [0x829d, 5, [shot.tenthsOfFNumber, 10]],
      [0x8822, 3, [3]],
      [0x8827, 3, [shot.iso]],
      [0x9000, 7, codes('0232')],
      [0x9003, 2, shot.time],
      [0x9004, 2, shot.time],
      ...[0x9010, 0x9011, 0x9012].map((tag): Field => [tag, 2, shot.offset]),
      [0x9101, 7, [1, 2, 3, 0]],
      [0x9204, 10, [-1, 3]],
      [0x9207, 3, [5]],
      [0x9209, 3, [16]],
      [0x920a, 5, [shot.focalLength, 1]],
      [0xa000, 7, codes('0100')],
      [0xa001, 3, [1]],
      [0xa002, 4, [shot.width]],
      [0xa003, 4, [shot.height]],
      [0xa402, 3, [0]],
      [0xa403, 3, [0]],
      [0xa405, 3, [Math.round(shot.focalLength * 1.5)]],
      [0xa433, 2, maker],
      [0xa434, 2, shot.lens],
    ],
  };
}

function gpsIfd({ place }: Shot): Ifd {
  return {
    fields: [
      [0x0000, 1, [2, 3, 0, 0]],
      [0x0001, 2, place.latitude < 0 ? 'S' : 'N'],
      [0x0002, 5, degrees(place.latitude)],
      [0x0003, 2, place.longitude < 0 ? 'W' : 'E'],
      [0x0004, 5, degrees(place.longitude)],
      [0x0005, 1, [0]],
      [0x0006, 5, [place.altitude, 1]],
      [0x0012, 2, 'WGS-84'],
    ],
  };
}

/** Degrees, minutes and hundredths of seconds. */
function degrees(signed: number): readonly number[] {
  const hundredths = Math.round(Math.abs(signed) * 360_000);
  return [Math.floor(hundredths / 360_000), 1, Math.floor(hundredths / 6_000) % 60, 1, hundredths % 6_000, 100];
}

function codes(text: string): readonly number[] {
  return [...new TextEncoder().encode(text)];
}
