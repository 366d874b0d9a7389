// How the page looks in a real browser: to who uses a screen reader, has a narrow screen, or wants it dark.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { useBrowser } from './in-browser';
import { chooseStyle, pick } from './tab';

const world = useBrowser('how the page looks');
const { inBrowser } = world;
let page: Page;

async function open(view: BrowserContextOptions): Promise<void> {
  page = await world.open(world.site.page, view);
}

const evaluate = <Result>(expression: string): Promise<Result> => page.evaluate<Result>(expression);

for (const colorScheme of ['light', 'dark'] as const) {
  inBrowser(
    `no accessibility violation in ${colorScheme}: empty, found, refused, narrow`,
    async () => {
      const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
      const violations = async (): Promise<unknown> => {
        // While an answer is loading, the one before it is shown pale.
        await page.locator('#result:not([data-state=busy])').waitFor({ state: 'attached' });
        await page.addScriptTag({ content: axe });
        return evaluate(
          'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]))',
        );
      };
      await open({ colorScheme, bypassCSP: true, reducedMotion: 'reduce' });
      await page.getByRole('button', { name: 'gps.jpg' }).waitFor();
      expect(await violations()).toEqual([]);
      await pick(page, 'gps.jpg');
      await page.locator('.thumbnail img').waitFor();
      expect(await violations()).toEqual([]);
      await page.getByRole('button', { name: 'Browse the folder' }).click();
      await page.getByRole('button', { name: 'turned.jpg', exact: true }).last().click();
      await page.locator('.object', { hasText: 'turned.jpg' }).waitFor();
      expect(await violations()).toEqual([]);
      await chooseStyle(page, 'typed');
      await page.getByRole('button', { name: 'JSON' }).click();
      await page.setViewportSize({ width: 320, height: 700 });
      expect(await violations()).toEqual([]);
      await page.goto(`${world.site.origin}/#key=nothing.jpg`);
      await page.locator('#result[data-state=refused]').waitFor();
      expect(await violations()).toEqual([]);
      const names = ['gps.jpg', 'exif.png', 'text.txt'];
      const files = names.map((name) => join(world.folder, name));
      await page.getByLabel('Open your own files').setInputFiles(files);
      await page.locator('.several').getByText('3 of 3 done. 1 could not be read.').waitFor();
      expect(await violations()).toEqual([]);
      expect(await evaluate('document.documentElement.scrollWidth')).toBe(320);
    },
    180_000,
  );
}

inBrowser('320 pixels are wide enough', async () => {
  await open({ viewport: { width: 320, height: 640 } });
  for (const key of ['gps.jpg', 'big-endian.tif']) {
    await pick(page, key);
    for (const style of ['typed', 'readable']) {
      await chooseStyle(page, style);
      await page.locator(`.tags[data-style=${style}]`).waitFor();
      expect(await evaluate('document.documentElement.scrollWidth')).toBe(320);
    }
  }
});

inBrowser('the theme can be chosen, and is kept', async () => {
  await open({ colorScheme: 'light' });
  const paper = (): Promise<string> => evaluate('getComputedStyle(document.body).backgroundColor');
  const light = await paper();
  await page.getByRole('button', { name: 'Theme: auto' }).click();
  await page.getByRole('button', { name: 'Theme: light' }).click();
  expect(await paper()).not.toBe(light);
  await page.reload();
  await page.getByRole('button', { name: 'Theme: dark' }).waitFor();
  expect(await paper()).not.toBe(light);
});
