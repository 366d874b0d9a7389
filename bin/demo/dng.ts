// Writes a raw file of a camera: a small JPEG, the values of the sensor, and the IFDs after both [DNG 1.4; TIFF 6.0].
import { cameraFields, type Shot } from './exif';
import { randomBits } from './picture';
import { drawScene, type Scene } from './scene';
import { type Ifd, tiffStream } from './tiff';

/** Pixels of the sensor, each way, that have one colour of the scene. */
const cell = 4;
/** The values of black and of white. */
const [black, white] = [256, 4095];

/** The DNG. `jpeg`: the preview, of `preview.width` by `preview.height` pixels. */
export function rawDng(scene: Scene, shot: Shot, jpeg: Uint8Array): Uint8Array<ArrayBuffer> {
  const mosaic = sensorValues(scene, shot.width, shot.height);
  const raw: Ifd = {
    fields: [
      [0x00fe, 4, [0]],
      [0x0100, 4, [shot.width]],
      [0x0101, 4, [shot.height]],
      [0x0102, 3, [16]],
      [0x0103, 3, [1]],
      [0x0106, 3, [32_803]], // colour filter array
      [0x0111, 4, { blob: mosaic }],
      [0x0115, 3, [1]],
      [0x0116, 4, [shot.height]],
      [0x0117, 4, [mosaic.length]],
      [0x828d, 3, [2, 2]],
      [0x828e, 1, [0, 1, 1, 2]], // red, green, green, blue
      [0xc61a, 3, [black]],
      [0xc61d, 3, [white]],
    ],
  };
  return tiffStream({
    fields: [
      ...cameraFields(shot),
      [0x00fe, 4, [1]],
      [0x0100, 4, [240]],
      [0x0101, 4, [160]],
      [0x0102, 3, [8, 8, 8]],
      [0x0103, 3, [7]],
      [0x0106, 3, [6]],
      [0x0111, 4, { blob: jpeg }],
      [0x0115, 3, [3]],
      [0x0116, 4, [160]],
      [0x0117, 4, [jpeg.length]],
      [0x0212, 3, [2, 2]],
      [0x0214, 5, [0, 1, 255, 1, 128, 1, 255, 1, 128, 1, 255, 1]],
      [0x014a, 4, { ifd: raw }],
      [0xc612, 1, [1, 4, 0, 0]],
      [0xc613, 1, [1, 1, 0, 0]],
      [0xc614, 2, `Example Camera Co. ${shot.model}`],
      [0xc621, 10, [1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1]],
      [0xc628, 5, [1, 1, 1, 1, 1, 1]],
      [0xc65a, 3, [21]], // D65
    ],
  });
}

/** 16 bits for each pixel, little-endian: the colour under its filter, and noise. */
function sensorValues(scene: Scene, width: number, height: number): Uint8Array<ArrayBuffer> {
  const columns = width / cell;
  const colours = drawScene(scene, columns, height / cell);
  const random = randomBits(scene.seed);
  const bytes = new Uint8Array(width * height * 2);
  for (let row = 0, at = 0; row < height; row++) {
    const cells = Math.floor(row / cell) * columns;
    for (let column = 0; column < width; column++) {
      const filter = (row & 1) + (column & 1);
      const value = black + (colours[(cells + Math.floor(column / cell)) * 3 + filter] ?? 0) * 14 + (random() & 0x3f);
      bytes[at++] = value & 0xff;
      bytes[at++] = value >> 8;
    }
  }
  return bytes;
}
