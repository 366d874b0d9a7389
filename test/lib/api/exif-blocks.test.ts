// An EXIF block without an image, as programs hand it on.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { fromExif, parse, readExif } from '../../../lib';

const samples = join(__dirname, '..', '..', '..', 'samples');
const photo = readFileSync(join(samples, 'gps.jpg'));
const start = photo.indexOf('Exif\0\0', 0, 'latin1');
/** The APP1 segment of the photo, from its marker on. */
const segment = photo.subarray(start - 4, start - 2 + photo.readUInt16BE(start - 2));
const block = segment.subarray(4);

test.each([
  ['with the identifier code', block],
  ['with a marker before it', segment],
  ['from the TIFF header on', block.subarray(6)],
])('a block %s is read, and is not taken for an image', async (_name, bytes) => {
  const exif = await parse(bytes);
  expect(exif).toMatchObject({ make: 'Example Camera Co.', format: 'exif', size: bytes.length });
  expect(exif).not.toHaveProperty('width');
  const { make, latitude, takenAt } = await parse(photo);
  expect(exif).toMatchObject({ make, latitude, takenAt });
});

test.each(['jpeg', 'webp', 'png', 'avif'] as const)('the block that sharp finds in a %s is read', async (format) => {
  const image = await sharp(photo).keepMetadata().toFormat(format).toBuffer();
  const { exif } = await sharp(image).metadata();
  expect(await parse(exif ?? new Uint8Array(0))).toMatchObject({ make: 'Example Camera Co.', format: 'exif' });
});

test('a TIFF file is an image', async () => {
  const file = readFileSync(join(samples, 'big-endian.tif'));
  const { width, format } = await parse(file);
  expect({ width, format }).toEqual({ width: expect.any(Number), format: 'tiff' });
  expect(await parse(fromExif(file))).toMatchObject({ format: 'exif' });
});

test.each([
  ['of only its identifier code', block.subarray(0, 6)],
  ['that is cut in its TIFF header', block.subarray(0, 9)],
  ['whose IFD0 is outside', Buffer.concat([block.subarray(0, 10), Buffer.alloc(4, 0xff)])],
])('a block %s is damaged', async (_name, bytes) => {
  await expect(readExif(bytes)).rejects.toMatchObject({ code: 'DamagedImage' });
  await expect(readExif(fromExif(bytes))).rejects.toMatchObject({ code: 'DamagedImage' });
});

test('a block of each length is read or damaged', async () => {
  for (let length = 6; length < block.length; length += 7) {
    const outcome = await readExif(block.subarray(0, length)).catch(({ code }) => code);
    expect(typeof outcome === 'string' ? outcome : outcome.container).toMatch(/^(DamagedImage|exif)$/);
  }
});

test('an object of a bucket that begins like a block is not an image', async () => {
  const bucket = {
    fetch: async () => ({ bytes: block, stat: { size: block.length, etag: null, lastModified: null } }),
  };
  await expect(readExif({ bucket, key: 'a' })).rejects.toMatchObject({ code: 'NotAnImage' });
});
