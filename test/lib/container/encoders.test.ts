// What a real encoder writes: sharp (libvips with libwebp, libheif, cgif) is the oracle of the builders.
import sharp, { type Sharp } from 'sharp';
import { defaultLimits } from '../../../lib/limits';
import { densityOf } from '../../../lib/style/derived/shown-image';
import { still } from '../../../testing/compare/located';
import { readBytes, readRecord } from '../../../testing/compare/read';
import { anyRef, bucketOf } from '../../../testing/fakes/counting-bucket';

const metadata = { exif: { IFD0: { Artist: 'Someone' }, IFD2: { ExposureTime: '1/50' } } };
const artist = `IFD0:013b ${JSON.stringify([...new TextEncoder().encode('Someone\0')])}`;

function picture(width: number, height: number, pages = 1): Sharp {
  const raw = { width, height: height * pages, channels: 3, ...(pages > 1 && { pageHeight: height }) } as const;
  // each page of another colour, or the encoder would drop it
  const pixels = Uint8Array.from(
    { length: width * height * pages * 3 },
    (_, i) => (Math.floor(i / (width * height * 3)) * 80) % 256,
  );
  return sharp(pixels, { raw });
}

const encoders: readonly (readonly [name: string, container: string, encode: (image: Sharp) => Sharp])[] = [
  ['lossy WebP', 'webp', (image) => image.webp()],
  ['lossless WebP', 'webp', (image) => image.webp({ lossless: true })],
  ['AVIF', 'heif', (image) => image.avif({ effort: 0 })],
  ['JPEG', 'jpeg', (image) => image.jpeg()],
  ['PNG', 'png', (image) => image.png()],
];

test.each(encoders)('%s with EXIF', async (_name, container, encode) => {
  const bytes = await encode(picture(64, 48).withExif(metadata.exif)).toBuffer();
  const result = await readBytes(Uint8Array.from(bytes));
  expect(result).toMatchObject({ container, shape: still(64, 48), requests: 1 });
  expect(result.entries).toContain(artist);
  expect(result.entries).toContain('Exif:829a [[1,50]]');
});

test.each(encoders.slice(0, 3))('%s without', async (_name, container, encode) => {
  const result = await readBytes(Uint8Array.from(await encode(picture(63, 47)).toBuffer()));
  expect(result).toMatchObject({ container, shape: still(63, 47), entries: null, requests: 1 });
});

test('an animated WebP with EXIF', async () => {
  const bytes = await picture(64, 48, 3)
    .withExif(metadata.exif)
    .webp({ loop: 0, delay: [100, 100, 100] })
    .toBuffer();
  const result = await readBytes(Uint8Array.from(bytes));
  expect(result).toMatchObject({ container: 'webp', shape: { width: 64, height: 48, frames: 3, animated: true } });
  expect(result.entries).toContain(artist);
});

test('GIF, still and animated', async () => {
  for (const frames of [1, 3]) {
    const result = await readBytes(Uint8Array.from(await picture(64, 48, frames).gif().toBuffer()));
    const shape = { width: 64, height: 48, frames, animated: frames > 1 };
    expect(result).toMatchObject({ container: 'gif', shape, entries: null });
  }
});

describe('density and bits of a sample are what sharp reads back', () => {
  const dense = (density: number) => picture(16, 8).withMetadata({ density });
  const wide = () => picture(16, 8).toColourspace('rgb16');
  const images: Readonly<Record<string, () => Sharp>> = {
    'JPEG, 300': () => dense(300).jpeg(),
    'JPEG, 72': () => dense(72).jpeg(),
    'PNG, 300': () => dense(300).png(),
    'PNG of 16 bits': () => wide().png(),
    'TIFF of 16 bits': () => wide().tiff({ compression: 'none' }),
    'TIFF, 150': () => dense(150).tiff({ compression: 'none' }),
    AVIF: () => picture(16, 8).avif({ effort: 0 }),
    'lossy WebP': () => picture(16, 8).webp(),
    GIF: () => picture(16, 8).gif(),
  };
  test.each(Object.keys(images))('%s', async (name) => {
    const bytes = (await images[name]?.().toBuffer()) ?? new Uint8Array(0);
    const { density, bitsPerSample, depth } = await sharp(bytes).metadata();
    const deps = { bucket: bucketOf(Uint8Array.from(bytes)).bucket, limits: defaultLimits, dropGroups: [] };
    const record = await readRecord(anyRef, deps, { requests: 0, bytes: 0 }, new AbortController().signal);
    expect(record.shape.bitDepth).toBe(bitsPerSample ?? (depth === 'uchar' ? 8 : 16));
    if (name.includes(',')) expect(densityOf(record)?.map(Math.round)).toEqual([density, density]);
  });
});
