// Makes the files of this folder, always with the same bytes: draws the pictures, and makes the EXIF with the builders of the
// tests.
//
//   npm run samples [-- FOLDER]
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { concat, latin1, utf8 } from '../testing/build/bytes';
import { APP1, exifSegment, insertSegments, photoshopSegment } from '../testing/build/jpeg';
import { iccSegment } from '../testing/build/jpeg-blocks';
import { buildPng, exifChunk, insertBefore, splitPng } from '../testing/build/png';
import { ascii, buildTiff, type Field, type Ifd, long, pointer, rational, short } from '../testing/build/tiff';
import { exifFields, gpsIfd, imageFields, interopIfd, type Shot, type Size, thumbnailIfd } from './camera';
import { caption, captionDatasets, colorProfile } from './caption';

type Scene = Readonly<{ sky: string; horizon: string; hills: string; sun: number }>;

const evening: Scene = { sky: '#274690', horizon: '#f7b267', hills: '#1b4332', sun: 430 };
const noon: Scene = { sky: '#4ea8de', horizon: '#e0fbfc', hills: '#588157', sun: 180 };

/** Sky, sun, two rows of hills. */
function draw({ sky, horizon, hills, sun }: Scene, { width, height }: Size): sharp.Sharp {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 400" preserveAspectRatio="xMidYMid slice" width="${width}" height="${height}">
    <defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="${sky}"/><stop offset="0.8" stop-color="${horizon}"/>
    </linearGradient></defs>
    <rect width="600" height="400" fill="url(#sky)"/>
    <circle cx="${sun}" cy="190" r="38" fill="#fff3b0"/>
    <path d="M0 290 L110 200 L210 280 L330 170 L460 290 L600 220 V400 H0 Z" fill="${hills}" opacity="0.6"/>
    <path d="M0 340 Q150 260 300 330 T600 310 V400 H0 Z" fill="${hills}"/>
  </svg>`;
  return sharp(new TextEncoder().encode(svg)).flatten({ background: '#ffffff' });
}

async function drawJpeg(scene: Scene, size: Size, quality: number): Promise<Uint8Array> {
  return Uint8Array.from(await draw(scene, size).jpeg({ quality, chromaSubsampling: '4:2:0' }).toBuffer());
}

async function drawPng(scene: Scene, size: Size): Promise<Uint8Array> {
  return Uint8Array.from(await draw(scene, size).png({ compressionLevel: 9, adaptiveFiltering: true }).toBuffer());
}

const large: Size = { width: 600, height: 400 };
const small: Size = { width: 150, height: 100 };

const shot: Shot = {
  size: large,
  title: 'Evening behind the hills',
  time: '2026:05:17 20:42:09',
  offset: '+02:00',
  exposure: [1, 250],
  iso: 200,
};
const brandenburgGate = { latitude: 52.51628, longitude: 13.3777, altitude: 34.5 };
const tableMountain = { latitude: -33.9628, longitude: 18.4098, altitude: 1085 };
const oldTownOfZurich = { latitude: 47.37007, longitude: 8.54427, altitude: 408 };

/** Everything that a camera writes: IFD0, Exif, Interoperability, GPS, and IFD1 with a thumbnail. */
async function cameraJpeg(): Promise<Uint8Array> {
  const exif: Ifd = { fields: insertByTag(exifFields(shot), pointer(0xa005, [interopIfd()])) };
  const fields = [
    ...imageFields(shot),
    pointer(0x8769, [exif]),
    pointer(0x8825, [gpsIfd(brandenburgGate, '2026:05:17', [18, 42, 9])]),
  ];
  const tiff = buildTiff({ fields, next: thumbnailIfd(await drawJpeg(evening, small, 70)) });
  return insertSegments(withoutJfif(await drawJpeg(evening, large, 80)), [exifSegment(tiff)]);
}

/** A picture of a camera that was held upright: the picture and its thumbnail lie on their side, with Orientation 6. */
async function turnedJpeg(): Promise<Uint8Array> {
  const size: Size = { width: 360, height: 240 };
  const lying = async (scene: Size, quality: number): Promise<Uint8Array> => {
    const upright = await draw(noon, { width: scene.height, height: scene.width }).png().toBuffer();
    return Uint8Array.from(await sharp(upright).rotate(270).jpeg({ quality, chromaSubsampling: '4:2:0' }).toBuffer());
  };
  const fields = [
    ...imageFields({ ...shot, title: 'Noon, upright' }).filter(({ tag }) => tag !== 0x0112),
    pointer(0x8769, [{ fields: exifFields({ ...shot, size, time: '2026:05:17 12:15:00', exposure: [1, 1000] }) }]),
    pointer(0x8825, [gpsIfd(tableMountain, '2026:05:17', [10, 15, 0])]),
  ];
  const tiff = buildTiff({ fields: insertByTag(fields, short(0x0112, 6)), next: thumbnailIfd(await lying(small, 70)) });
  return insertSegments(withoutJfif(await lying(size, 75)), [exifSegment(tiff)]);
}

/** A picture as a photo agency delivers it: with XMP, IPTC and an ICC profile next to the EXIF. */
async function captionedJpeg(): Promise<Uint8Array> {
  const size: Size = { width: 360, height: 240 };
  const fields = [
    ...imageFields({ ...shot, title: 'Noon over the hills' }),
    pointer(0x8769, [{ fields: exifFields({ ...shot, size, time: '2026:05:17 12:15:00', exposure: [1, 1000] }) }]),
    pointer(0x8825, [gpsIfd(oldTownOfZurich, '2026:05:17', [10, 15, 0])]),
  ];
  const tiff = buildTiff({ fields, next: thumbnailIfd(await drawJpeg(noon, small, 70)) });
  return insertSegments(withoutJfif(await drawJpeg(noon, size, 75)), [
    exifSegment(tiff),
    { marker: APP1, payload: concat(latin1('http://ns.adobe.com/xap/1.0/\0'), utf8(caption)) },
    photoshopSegment([{ id: 0x0404, data: captionDatasets }]),
    iccSegment(colorProfile),
  ]);
}

/** Removes the JFIF segment that the encoder writes, because EXIF must be the first segment [EXIF 3.0 4.5.4]. */
function withoutJfif(jpeg: Uint8Array): Uint8Array {
  const isJfif = jpeg[2] === 0xff && jpeg[3] === 0xe0;
  const length = isJfif ? 2 + (jpeg[4] ?? 0) * 256 + (jpeg[5] ?? 0) : 0;
  return Uint8Array.of(...jpeg.subarray(0, 2), ...jpeg.subarray(2 + length));
}

/** A picture as a phone may write it: few tags, and EXIF after JFIF. */
async function phoneJpeg(): Promise<Uint8Array> {
  const phone: Ifd = {
    fields: [
      ascii(0x010f, 'Example Camera Co.'),
      ascii(0x0110, 'Pocket 1+'),
      short(0x0112, 1),
      rational(0x011a, [72, 1]),
      rational(0x011b, [72, 1]),
      short(0x0128, 2),
      short(0x0213, 1),
      pointer(0x8769, [{ fields: exifFields({ ...shot, size: small, exposure: [1, 60], iso: 64 }) }]),
      pointer(0x8825, [gpsIfd(oldTownOfZurich, '2026:05:17', [18, 42, 9])]),
    ],
  };
  return insertSegments(withoutJfif(await drawJpeg(noon, small, 80)), [exifSegment(buildTiff(phone))]);
}

/** ComponentsConfiguration, PixelXDimension, PixelYDimension: uncompressed pictures must not have them [EXIF 3.0 4.6.8]. */
const jpegOnlyTags = [0x9101, 0xa002, 0xa003];

/** An uncompressed picture in big-endian order. Its values and IFDs are after the pixels. */
async function bigEndianTiff(): Promise<Uint8Array> {
  const size: Size = { width: 96, height: 64 };
  const pixels = Uint8Array.from(await draw(noon, size).removeAlpha().raw().toBuffer());
  const pixelFields = [
    long(0x00fe, 0),
    short(0x0100, size.width),
    short(0x0101, size.height),
    short(0x0102, 8, 8, 8),
    short(0x0103, 1),
    short(0x0106, 2),
    pointer(0x0111, [pixels]),
    short(0x0115, 3),
    short(0x0116, size.height),
    long(0x0117, pixels.length),
    short(0x011c, 1),
    pointer(0x8769, [{ fields: exifFields(shot).filter(({ tag }) => !jpegOnlyTags.includes(tag)) }]),
    pointer(0x8825, [gpsIfd(tableMountain, '2026:05:17', [10, 15, 0])]),
  ];
  const described = imageFields({ ...shot, title: 'Noon over the hills' }).filter(({ tag }) => tag !== 0x0213);
  const fields = described.reduce(insertByTag, pixelFields);
  return buildTiff({ fields }, { littleEndian: false, place: 'ifds-last' });
}

function insertByTag(fields: Field[], added: Field): Field[] {
  return [...fields.filter(({ tag }) => tag < added.tag), added, ...fields.filter(({ tag }) => tag > added.tag)];
}

/** A PNG with EXIF before the chunk type given. */
async function exifPng(scene: Scene, before: string): Promise<Uint8Array> {
  const exif: Ifd = { fields: exifFields({ ...shot, size: small }) };
  const tiff = buildTiff({ fields: [...imageFields(shot), pointer(0x8769, [exif])] }, { littleEndian: false });
  return buildPng(insertBefore(splitPng(await drawPng(scene, small)), before, [exifChunk(tiff)]));
}

/** Pixels of each side of the AVIF. */
const tileSide = 256;

/**
 * Ripples that continue over the edges, so that copies of the picture can lie next to each other: bin/demo/ makes a large AVIF of
 * them.
 */
async function tileAvif(): Promise<Uint8Array> {
  const pixels = new Uint8Array(tileSide * tileSide * 3);
  let state = 1;
  for (let i = 0; i < tileSide * tileSide; i++) {
    const [a, b] = [i % tileSide, Math.floor(i / tileSide)].map((at) => (2 * Math.PI * at) / tileSide) as [
      number,
      number,
    ];
    const ripple = Math.sin(6 * b + 1.2 * Math.sin(2 * a) + 0.6 * Math.sin(3 * b + a)) + 0.3 * Math.sin(5 * a - 9 * b);
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const grain = (state / 2 ** 32 - 0.5) * 36;
    pixels.set(
      [186, 154, 116].map((channel) => channel + 24 * ripple + grain),
      i * 3,
    );
  }
  const raw = { width: tileSide, height: tileSide, channels: 3 } as const;
  return Uint8Array.from(await sharp(pixels, { raw }).avif({ quality: 66, chromaSubsampling: '4:2:0' }).toBuffer());
}

const files: Readonly<Record<string, () => Promise<Uint8Array>>> = {
  'gps.jpg': cameraJpeg,
  'turned.jpg': turnedJpeg,
  'captioned.jpg': captionedJpeg,
  'plain.jpg': () => drawJpeg(noon, large, 80),
  'big-endian.tif': bigEndianTiff,
  'exif.png': () => exifPng(evening, 'IDAT'),
  'exif-after-idat.png': () => exifPng(noon, 'IEND'),
  'no-exif.png': () => drawPng(noon, small),
  'reise/Z\u00fcrich 1+1.jpg': phoneJpeg,
  'tile.avif': tileAvif,
  'text.txt': async () => new TextEncoder().encode('Not an image.\n'),
};

/** Writes every sample under `folder`. */
async function makeSamples(folder: string): Promise<void> {
  for (const [name, make] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, await make());
  }
}

if (require.main === module) {
  makeSamples(process.argv[2] ?? 'samples').catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
