// The demonstration images: decoders accept them, and little of them is read.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { gridAvif } from '../../../bin/demo/avif';
import { demoImages } from '../../../bin/demo/images';
import { readBytes } from '../../../testing/compare/read';

const KiB = 1024;
const tile = readFileSync(join(__dirname, '../../../samples/tile.avif'));
const images = new Map(demoImages(tile).map(({ name, make }) => [name, make()]));

test.each([
  { name: '1-camera.jpg', container: 'jpeg', width: 4800, height: 3200, requests: 1, atMost: 64 * KiB },
  { name: '2-phone.avif', container: 'heif', width: 4096, height: 3072, requests: 2, atMost: 80 * KiB },
  { name: '3-raw.dng', container: 'tiff', width: 1920, height: 1280, requests: 2, atMost: 80 * KiB },
])('$name has megabytes, and its EXIF is read in $requests requests', async ({ name, requests, atMost, ...size }) => {
  const bytes = images.get(name) ?? new Uint8Array();
  expect(bytes.length).toBeGreaterThan(2_000 * KiB);
  expect(bytes.length).toBeLessThan(6_000 * KiB);
  const read = await readBytes(bytes);
  expect({ container: read.container, ...read.shape }).toMatchObject(size);
  for (const tag of [/^IFD0:010f /, /^Exif:9003 /, /^GPS:0002 /]) {
    expect(read.entries).toContainEqual(expect.stringMatching(tag));
  }
  expect(read.requests).toBe(requests);
  expect(read.bytes).toBeLessThanOrEqual(atMost);
});

test('the JPEG decodes without a warning', async () => {
  const decoder = sharp(images.get('1-camera.jpg'), { failOn: 'warning' });
  const { channels } = await decoder.stats();
  expect(channels.map(({ mean }) => mean > 40 && mean < 200)).toEqual([true, true, true]);
});

test('a grid of the tile decodes to copies of the tile', async () => {
  const grid = gridAvif(tile, { rows: 2, columns: 3, side: 256 }, new Uint8Array());
  const { data, info } = await sharp(grid).raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([768, 512]);
  const pixel = (x: number, y: number): number[] => [...data.subarray((y * 768 + x) * 3, (y * 768 + x) * 3 + 3)];
  expect(pixel(10 + 512, 20 + 256)).toEqual(pixel(10, 20));
  expect(await sharp(images.get('2-phone.avif')).metadata()).toMatchObject({ format: 'heif', width: 4096 });
});

test('the raw file has a preview that decodes', async () => {
  const { width, height } = (await sharp(images.get('3-raw.dng')).raw().toBuffer({ resolveWithObject: true })).info;
  expect([width, height]).toEqual([240, 160]);
});

test('the same bytes are made each time', () => {
  for (const { name, make } of demoImages(tile).slice(1))
    expect(Buffer.compare(make(), images.get(name) ?? tile)).toBe(0);
});
