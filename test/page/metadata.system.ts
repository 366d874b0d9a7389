// The blocks next to the EXIF in a real browser: tabs, AI label, faces, preview, video.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { box } from '../../testing/build/bmff';
import { blockJpeg, describedVideo, textPng } from '../../testing/build/every-block';
import { insertSegments, xmpSegment } from '../../testing/build/jpeg';
import { thumbnailJpeg, thumbnailTiff } from '../../testing/build/thumbnail';
import { ascii, buildTiff, long, pointer } from '../../testing/build/tiff';
import { buildMp4, smallMoov, userText } from '../../testing/build/video';
import { xmpWith } from '../../testing/build/xmp';
import { useBrowser } from './in-browser';

const markup = '<img src=x onerror="document.title=1">';

/** XMP with one face: the upper left quarter of the stored image. */
const face = xmpWith(`<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag><rdf:li>
 <rdf:Description mwg-rs:Name="${markup.replaceAll('<', '&lt;').replaceAll('"', '&quot;')}" mwg-rs:Type="Face">
 <mwg-rs:Area stArea:x="0.25" stArea:y="0.25" stArea:w="0.5" stArea:h="0.5"/></rdf:Description></rdf:li></rdf:Bag>
 </mwg-rs:RegionList></mwg-rs:Regions>`);

async function jpegOf(width: number, height: number): Promise<Uint8Array> {
  const create = { width, height, channels: 3 as const, background: '#808080' };
  return new Uint8Array(await sharp({ create }).jpeg().toBuffer());
}

/** An image of 640 x 480 with a face and a thumbnail. */
async function withFace(width: number, height: number, orientation: number): Promise<Uint8Array> {
  const thumbnail = await jpegOf(width, height);
  return insertSegments(thumbnailJpeg(thumbnail, { image: orientation }), [xmpSegment(face)]);
}

const world = useBrowser('the metadata on the page', async (folder) => {
  const large = await jpegOf(400, 300);
  const files: Readonly<Record<string, Uint8Array>> = {
    'blocks.jpg': blockJpeg,
    'text.png': textPng,
    'video.mov': describedVideo,
    'hostile.mov': buildMp4('qt  ', smallMoov(box('udta', userText('\u00a9nam', markup)))),
    'face-1.jpg': await withFace(160, 120, 1),
    'face-6.jpg': await withFace(160, 120, 6),
    'face-bars.jpg': await withFace(160, 90, 1),
    'thumbnail.tif': thumbnailTiff(await jpegOf(160, 120)),
    'preview.tif': buildTiff({
      fields: [ascii(0x010f, 'Example'), pointer(0x0201, [large]), long(0x0202, large.length)],
    }),
  };
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
});
const { inBrowser } = world;
let page: Page;

const open = async (key: string): Promise<void> => {
  page = await world.open(`${world.site.page}#key=${key}`);
  await page.locator('#result[data-state=found]').waitFor();
};
const openFile = async (name: string): Promise<void> => {
  await page.getByLabel('Open your own files').setInputFiles(join(world.folder, name));
  await page.locator('.object', { hasText: name }).waitFor();
};
const tab = (name: string) => page.getByRole('tab', { name, exact: true });
const tabs = (): Promise<string[]> => page.getByRole('tab').allTextContents();
const value = (name: string) => page.locator('tr', { has: page.getByText(name, { exact: true }) }).locator('.value');

const ofVideo = ['Summary', 'Video', 'XMP', 'Gain map', 'Motion photo'];
const blocks = ['EXIF', 'Summary', 'XMP', 'IPTC', 'ICC', 'C2PA', 'Maker note', 'MPF', 'Gain map', 'Motion photo'];

inBrowser('a tab for each block, with its place in the file', async () => {
  await open('blocks.jpg');
  await tab('Motion photo').waitFor();
  expect(await tabs()).toEqual(blocks);
  expect(await tab('EXIF').getAttribute('aria-selected')).toBe('true');
  await tab('XMP').click();
  expect(await value('dc:title').textContent()).toBe('Title');
  const at = Buffer.from(readFileSync(join(world.folder, 'blocks.jpg'))).indexOf('<x:xmpmeta');
  expect(await page.locator('.block-notes').textContent()).toContain(
    `from byte ${at.toLocaleString('en')} of the file.`,
  );
  expect(await page.locator('.styles').isVisible()).toBe(false);
  await tab('C2PA').click();
  expect(await page.locator('.block-notes').textContent()).toContain('A signature is present. It was not checked.');
  await tab('Summary').click();
  expect(await value('title').textContent()).toBe('Title');
  expect(await page.locator('.ai').textContent()).toBe('Says that it was generated: C2PA, Example');
  await page.getByRole('searchbox').fill('berlin');
  expect(await page.locator('.ifd .name').allTextContents()).toEqual(['city']);
  await page.getByRole('searchbox').fill('');
  await tab('EXIF').click();
  await page.locator('.tags[data-style=flat]').waitFor();
  expect(await page.locator('.styles').isVisible()).toBe(true);
});

inBrowser('the link and the command ask for the block that is shown', async () => {
  await open('blocks.jpg');
  await tab('IPTC').click();
  const link = page.getByRole('link', { name: 'Raw answer' });
  await page.locator('.request a[href$=iptc]').waitFor();
  const answer = await (await fetch((await link.getAttribute('href')) ?? '')).json();
  expect(Object.keys((answer as { blocks: object }).blocks)).toEqual(['iptc']);
  await page.getByRole('button', { name: 'JSON' }).click();
  expect(JSON.parse((await page.locator('.json').textContent()) ?? '')).toEqual(
    (answer as { blocks: { iptc: object } }).blocks.iptc,
  );
});

inBrowser('tabs by keyboard: arrow keys, Home and End', async () => {
  await open('blocks.jpg');
  await tab('Motion photo').waitFor();
  await tab('EXIF').focus();
  const reached: (string | null)[] = [];
  for (const key of ['ArrowRight', 'End', 'ArrowRight', 'ArrowLeft', 'Home']) {
    await page.keyboard.press(key);
    reached.push(await page.locator('[role=tab]:focus').textContent());
  }
  expect(reached).toEqual(['Summary', 'Motion photo', 'EXIF', 'Motion photo', 'EXIF']);
  expect(await page.locator('[role=tab][tabindex="0"]').allTextContents()).toEqual(['EXIF']);
  await page.keyboard.press('Tab');
  expect(await page.locator('input:focus').getAttribute('value')).toBe('flat');
});

inBrowser('without EXIF the summary is shown', async () => {
  await open('text.png');
  await page.getByRole('tabpanel', { name: 'Summary' }).waitFor();
  expect(await page.locator('.ai').textContent()).toBe('Says that it was generated: generator text');
  await tab('PNG text').click();
  expect(await value('Title').textContent()).toBe('Lake');
});

inBrowser('a file shows the same blocks and sends nothing', async () => {
  await open('blocks.jpg');
  await tab('XMP').click();
  const there = await page.locator('.tables').allTextContents();
  await page.waitForLoadState('networkidle');
  const before = world.tab.sent.length;
  await openFile('blocks.jpg');
  await tab('XMP').click();
  expect(await page.locator('.tables').allTextContents()).toEqual(there);
  expect(await tabs()).toEqual(blocks);
  await openFile('video.mov');
  expect(await tabs()).toEqual(ofVideo);
  await openFile('preview.tif');
  await page.getByRole('img', { name: 'Preview stored in the picture' }).waitFor();
  expect(world.tab.sent.slice(before).filter((line) => !line.startsWith('GET blob:'))).toEqual([]);
});

inBrowser('a video has a line, fields and no picture; text of a file stays text', async () => {
  await open('video.mov');
  expect(await page.locator('.about').textContent()).toContain('1:30');
  expect(await tabs()).toEqual(ofVideo);
  expect(await value('videoCodec').textContent()).toBe('avc1');
  await tab('Video').click();
  expect(await page.locator('.ifd h4').allTextContents()).toEqual(
    expect.arrayContaining([expect.stringMatching(/^Texts/), expect.stringMatching(/^Track 2/)]),
  );
  await openFile('hostile.mov');
  expect(await value('title').textContent()).toBe(markup);
  expect(await page.locator('main img').count()).toBe(0);
});

type Box = Readonly<{ x: number; y: number; width: number; height: number }>;

/** The place of the only face in its thumbnail, in fractions to one digit. */
async function facePlace(): Promise<readonly number[]> {
  await page.locator('.face').waitFor();
  const [outer, inner] = await Promise.all([
    page.locator('.thumbnail').boundingBox(),
    page.locator('.face').boundingBox(),
  ]);
  const [frame, { x, y, width, height }] = [outer, inner] as [Box, Box];
  const parts = [(x - frame.x) / frame.width, (y - frame.y) / frame.height, width / frame.width, height / frame.height];
  return parts.map((part) => Math.round(part * 10) / 10);
}

inBrowser('a face is drawn on the upright thumbnail, with its name as text', async () => {
  await open('face-1.jpg');
  expect(await facePlace()).toEqual([0, 0, 0.5, 0.5]);
  expect(await page.locator('.face').textContent()).toBe(markup);
  expect(await page.locator('.picture .note').textContent()).toBe(`1 face: ${markup}`);
  expect(await page.locator('.thumbnail img').count()).toBe(1);
  await openFile('face-6.jpg');
  expect(await facePlace()).toEqual([0.5, 0, 0.5, 0.5]);
});

inBrowser('no face is drawn on a thumbnail with other sides', async () => {
  await open('face-bars.jpg');
  await page.locator('.thumbnail img').waitFor();
  await tab('XMP').waitFor();
  expect(await page.locator('.face').count()).toBe(0);
});

inBrowser(
  'a preview replaces the thumbnail when it is asked for, and is shown when there is no thumbnail',
  async () => {
    await open('thumbnail.tif');
    const preview = page.getByRole('img', { name: 'Preview stored in the picture' });
    await page.getByRole('img', { name: 'Thumbnail stored in the picture' }).waitFor();
    expect(await preview.count()).toBe(0);
    await page.getByRole('button', { name: 'Show the preview' }).click();
    await preview.waitFor();
    const larger = page.getByRole('button', { name: 'Larger' });
    expect(await larger.getAttribute('aria-pressed')).toBe('true');
    await page.goto(`${world.site.origin}/#key=preview.tif`);
    await page.locator('.object', { hasText: 'preview.tif' }).waitFor();
    await preview.waitFor();
    expect(await larger.getAttribute('aria-pressed')).toBe('false');
    const { width } = (await preview.boundingBox()) as Box;
    await larger.click();
    expect(((await preview.boundingBox()) as Box).width).toBeGreaterThan(width);
  },
);

for (const colorScheme of ['light', 'dark'] as const) {
  inBrowser(`no accessibility violation in ${colorScheme}, and nothing is wider than a narrow screen`, async () => {
    const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
    const violations = async (): Promise<unknown> => {
      await page.addScriptTag({ content: axe });
      return page.evaluate(
        'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]))',
      );
    };
    const view = {
      colorScheme,
      bypassCSP: true,
      reducedMotion: 'reduce',
      viewport: { width: 320, height: 700 },
    } as const;
    page = await world.open(`${world.site.page}#key=blocks.jpg`, view);
    for (const name of ['C2PA', 'XMP', 'Summary']) {
      await tab(name).click();
      expect(await violations()).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    }
    for (const key of ['face-6.jpg', 'thumbnail.tif', 'video.mov']) {
      await page.goto(`${world.site.origin}/#key=${key}`);
      await page.locator('.object', { hasText: key }).waitFor();
      await tab('Summary').waitFor();
      expect(await violations()).toEqual([]);
    }
  });
}
