// The demonstration images: each has several MB, and its EXIF is in a few KB. The same bytes are made each time.
import { gridAvif } from './avif';
import { rawDng } from './dng';
import { cameraFields, type Shot, thumbnailIfd } from './exif';
import { segment } from './jpeg';
import { grainyJpeg, thumbnailJpeg } from './picture';
import type { Scene } from './scene';
import { tiffStream } from './tiff';

/** An image: its file name, and a function that makes it. */
export type DemoImage = Readonly<{ name: string; make(): Uint8Array }>;

const fjord: Scene = { sky: [46, 84, 140], horizon: [247, 190, 130], hills: [24, 56, 62], sun: [0.68, 0.34], seed: 3 };
const steppe: Scene = {
  sky: [74, 140, 204],
  horizon: [228, 240, 246],
  hills: [74, 96, 58],
  sun: [0.24, 0.2],
  seed: 11,
};

const camera: Shot = {
  title: 'Evening over the fjord',
  model: 'Sample 15M',
  lens: 'EX 24-70mm f/2.8',
  width: 4800,
  height: 3200,
  time: '2026:06:20 21:48:12',
  offset: '+02:00',
  exposure: [1, 125],
  tenthsOfFNumber: 80,
  iso: 100,
  focalLength: 35,
  place: { latitude: 61.2231, longitude: 6.5347, altitude: 312 },
};
const phone: Shot = {
  ...camera,
  title: 'Ripples in the sand',
  model: 'Pocket 2',
  lens: 'Pocket 2 main camera',
  width: 4096,
  height: 3072,
  time: '2026:02:11 16:05:40',
  offset: '+04:00',
  exposure: [1, 1600],
  tenthsOfFNumber: 18,
  iso: 50,
  focalLength: 6,
  place: { latitude: 22.9128, longitude: 53.7741, altitude: 118 },
};
const raw: Shot = {
  ...camera,
  title: 'Noon in Patagonia',
  model: 'Sample RAW',
  lens: 'EX 16-55mm f/2.8-4',
  width: 1920,
  height: 1280,
  time: '2026:01:09 12:31:55',
  offset: '-03:00',
  exposure: [1, 500],
  tenthsOfFNumber: 56,
  iso: 200,
  focalLength: 24,
  place: { latitude: -50.9814, longitude: -72.9665, altitude: 240 },
};

/** The images. `tile` is samples/tile.avif, which the AVIF is made of. */
export function demoImages(tile: Uint8Array): readonly DemoImage[] {
  return [
    { name: '1-camera.jpg', make: cameraJpeg },
    {
      name: '2-phone.avif',
      make: () => gridAvif(tile, { rows: 12, columns: 16, side: 256 }, tiffStream({ fields: cameraFields(phone) })),
    },
    { name: '3-raw.dng', make: () => rawDng(steppe, raw, thumbnailJpeg(steppe)) },
  ];
}

/** EXIF at the start. */
function cameraJpeg(): Uint8Array {
  const tiff = tiffStream({ fields: cameraFields(camera), next: thumbnailIfd(thumbnailJpeg(fjord)) });
  return grainyJpeg(fjord, camera, [segment(0xe1, [...new TextEncoder().encode('Exif\0\0'), ...tiff])]);
}
