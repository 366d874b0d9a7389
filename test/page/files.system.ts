// Several files that are dropped together, in a real browser.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { buildJpeg, exifSegment, frameHeader } from '../../testing/build/jpeg';
import { ascii, buildTiff } from '../../testing/build/tiff';
import { useBrowser } from './in-browser';
import { pick } from './tab';

const world = useBrowser('several files on the page');
const { inBrowser } = world;
let page: Page;

/** Drops `count` files with the same bytes, then one for each of `texts`, which are no images. */
async function drop(name: string, bytes: Uint8Array, count: number, texts: readonly string[] = []): Promise<void> {
  const base64 = Buffer.from(bytes).toString('base64');
  await page.evaluate(`{
    const dataTransfer = new DataTransfer();
    const bytes = Uint8Array.from(atob('${base64}'), (char) => char.charCodeAt(0));
    for (let n = 1; n <= ${count}; n++) dataTransfer.items.add(new File([bytes], ${JSON.stringify(name)}.replace('%', n)));
    for (const name of ${JSON.stringify(texts)}) dataTransfer.items.add(new File(['text'], name));
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
  }`);
}

const rows = (): Promise<string[]> =>
  page.evaluate(
    "[...document.querySelectorAll('.pick')].map((row) => [...row.children].map((cell) => cell.textContent).join('|'))",
  );
const note = () => page.locator('.several .note');

inBrowser(
  'each has a row with camera, time and state; the first is shown, and any other when it is picked',
  async () => {
    page = await world.open();
    const camera = readFileSync(join(world.folder, 'gps.jpg'));
    await page.waitForLoadState('networkidle');
    const before = world.tab.sent.length;
    await drop('one-%.jpg', camera, 2, ['notes.txt']);
    await note().getByText('3 of 3 done. 1 could not be read.').waitFor();
    expect(await rows()).toEqual([
      'one-1.jpg|Example Camera Co. Sample One|17 May 2026, 20:42 +02:00|read',
      'one-2.jpg|Example Camera Co. Sample One|17 May 2026, 20:42 +02:00|read',
      'notes.txt|||InvalidImageFormat',
    ]);
    await page.locator('.object', { hasText: 'one-1.jpg' }).waitFor();
    await page.getByRole('button', { name: /^one-2/ }).click();
    await page.locator('.object', { hasText: 'one-2.jpg' }).waitFor();
    expect(await page.getByRole('button', { pressed: true, name: /\.jpg/ }).allTextContents()).toHaveLength(1);
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'InvalidImageFormat' }).waitFor();
    expect(world.tab.sent.slice(before).filter((line) => !line.startsWith('GET blob:'))).toEqual([]);
    await pick(page, 'gps.jpg');
    expect(await page.locator('.several').isVisible()).toBe(false);
  },
);

inBrowser('hundreds are read a few at a time, and the page answers meanwhile', async () => {
  page = await world.open();
  await page.waitForLoadState('networkidle');
  await page.evaluate(`{
    const read = Blob.prototype.arrayBuffer;
    window.running = 0;
    window.most = 0;
    Blob.prototype.arrayBuffer = async function () {
      window.most = Math.max(window.most, ++window.running);
      await new Promise((resolve) => setTimeout(resolve));
      return read.call(this).finally(() => window.running--);
    };
  }`);
  await drop(
    '%.jpg',
    buildJpeg([exifSegment(buildTiff({ fields: [ascii(0x010f, 'Maker')] })), frameHeader(16, 16)]),
    400,
  );
  await page.getByRole('button', { name: /^7\.jpg/ }).click();
  await page.locator('.object', { hasText: '7.jpg' }).waitFor();
  await note().getByText('400 of 400 done.').waitFor();
  expect(new Set((await rows()).map((row) => row.replace(/^\d+/, '')))).toEqual(new Set(['.jpg|Maker||read']));
  // Three of the list, and those that were picked.
  expect(await page.evaluate<number>('window.most')).toBeLessThanOrEqual(6);
});

inBrowser('names and tags are text, and a new drop replaces the list', async () => {
  page = await world.open();
  const markup = '<img src=x onerror="document.title=1">';
  const tiff = buildTiff({ fields: [ascii(0x010f, markup), ascii(0x0110, '<b>')] });
  await drop(`${markup}\u202e%.jpg`, buildJpeg([exifSegment(tiff), frameHeader(16, 16)]), 2);
  await note().getByText('2 of 2 done.').waitFor();
  expect((await rows())[0]).toBe(`${markup} 1.jpg|${markup} <b>||read`);
  expect(await page.locator('.several img, .several b, .head img, .head b').count()).toBe(0);
  await drop('new-%.jpg', buildJpeg([frameHeader(16, 16)]), 2);
  await note().getByText('2 of 2 done.').waitFor();
  expect((await rows()).map((row) => row.split('|')[3])).toEqual(['no camera data', 'no camera data']);
});
