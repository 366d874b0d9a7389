// Thumbnails of every orientation and shape: upright, beside the line and not over it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { thumbnailJpeg } from '../../testing/build/thumbnail';
import { useBrowser } from './in-browser';

const orientations = [1, 2, 3, 4, 5, 6, 7, 8];
/** Sides as they are seen. */
const shapes = { tall: [120, 160], wide: [160, 120], strip: [320, 40], tower: [40, 320] } as const;
const names = Object.keys(shapes) as readonly (keyof typeof shapes)[];
/** Red, green, blue of the quarters: top left, top right, bottom left, bottom right. */
const quarters = ['#e00000', '#00c000', '#0000e0', '#e0e000'] as const;

const world = useBrowser('how thumbnails lie', async (folder) => {
  for (const shape of names) {
    for (const orientation of orientations) {
      writeFileSync(join(folder, `${shape}-${orientation}.jpg`), await picture(shape, orientation));
    }
  }
});
const { inBrowser } = world;
let page: Page;

beforeEach(async () => {
  page = await world.open(undefined, { viewport: { width: 1000, height: 700 }, reducedMotion: 'reduce' });
});

/** An image whose thumbnail is stored so that `orientation` makes it upright. */
async function picture(shape: keyof typeof shapes, orientation: number): Promise<Uint8Array> {
  const [width, height] = shapes[shape];
  const [left, top] = [width / 2, height / 2];
  const parts = quarters.map((background, at) => ({
    input: { create: { width: left, height: top, channels: 3 as const, background } },
    left: at % 2 === 0 ? 0 : left,
    top: at < 2 ? 0 : top,
  }));
  const blank = { create: { width, height, channels: 3 as const, background: '#000000' } };
  const upright = await sharp(blank).composite(parts).png().toBuffer();
  // What undoes an orientation is itself, but for the two quarter turns, which undo each other.
  const undone = orientation === 6 ? 8 : orientation === 8 ? 6 : orientation;
  const tagged = await sharp(upright).withMetadata({ orientation: undone }).png().toBuffer();
  const stored = await sharp(tagged).autoOrient().jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer();
  return thumbnailJpeg(new Uint8Array(stored), { image: orientation });
}

/** The quarters of what is seen, by the nearest of their colours. */
async function seenQuarters(): Promise<readonly string[]> {
  const { data, info } = await sharp(await page.locator('.thumbnail').screenshot())
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return [
    [1, 1],
    [3, 1],
    [1, 3],
    [3, 3],
  ].map(([x = 0, y = 0]) => {
    const at = 3 * (Math.floor((info.height * y) / 4) * info.width + Math.floor((info.width * x) / 4));
    return nearest([...data.subarray(at, at + 3)]);
  });
}

function nearest(pixel: readonly number[]): string {
  const far = (color: string): number =>
    pixel.reduce((sum, value, i) => sum + Math.abs(value - Number.parseInt(color.slice(1 + 2 * i, 3 + 2 * i), 16)), 0);
  return quarters.toSorted((one, other) => far(one) - far(other))[0] ?? '';
}

type Box = Readonly<{ left: number; right: number; top: number; bottom: number }>;

const boxOf = (selector: string): Promise<Box> =>
  page.evaluate<Box>(`(({ left, right, top, bottom }) => ({ left, right, top, bottom }))(
    document.querySelector('${selector}').getBoundingClientRect())`);

/** The thumbnail fills its place, is upright, and touches neither the margin nor the words. */
async function expectInPlace(shape: keyof typeof shapes): Promise<void> {
  await page.locator('.thumbnail img').waitFor();
  const [width, height] = shapes[shape];
  await page.evaluate("document.querySelector('.thumbnail img').decode()");
  const [image, head, words] = [await boxOf('.thumbnail img'), await boxOf('.head'), await boxOf('.words')];
  expect((image.right - image.left) / (image.bottom - image.top)).toBeCloseTo(width / height, 1);
  expect(Math.abs(image.left - head.left)).toBeLessThan(1);
  expect(image.right).toBeLessThanOrEqual(words.left);
  expect([image.top >= head.top - 1, image.bottom <= head.bottom + 1]).toEqual([true, true]);
  expect(Math.max(image.right - image.left, image.bottom - image.top)).toBeLessThan(245);
  expect(await seenQuarters()).toEqual(quarters);
}

describe.each(names)('a %s one', (shape) => {
  inBrowser('of an object', async () => {
    for (const orientation of orientations) {
      await page.goto(`${world.site.origin}/#key=${shape}-${orientation}.jpg`);
      await page.locator('.object', { hasText: `${shape}-${orientation}.jpg` }).waitFor();
      await expectInPlace(shape);
    }
  });

  inBrowser('of a file', async () => {
    for (const orientation of orientations) {
      const name = `${shape}-${orientation}.jpg`;
      await page.getByLabel('Open your own files').setInputFiles(join(world.folder, name));
      await page.locator('.object', { hasText: name }).waitFor();
      await expectInPlace(shape);
    }
  });
});

inBrowser('one that the service cannot turn is turned here', async () => {
  await page.route(
    (url) => url.search === '?exif/thumbnail/orient',
    (route) => route.fulfill({ status: 501 }),
  );
  await page.goto(`${world.site.origin}/#key=tall-6.jpg`);
  await expectInPlace('tall');
  expect(world.tab.sent).toContain('GET /tall-6.jpg?exif/thumbnail');
});
