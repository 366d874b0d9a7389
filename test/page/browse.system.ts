// The list of the served folder, in a real browser.
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { useBrowser } from './in-browser';
import { startSite } from './site';

const odd = '<img src=x onerror="document.title=1"> 100%2e';
const world = useBrowser('browsing a folder on the page', async (folder) => {
  mkdirSync(join(folder, odd, 'deep'), { recursive: true });
  copyFileSync(join(folder, 'gps.jpg'), join(folder, odd, 'deep', 'it\u2019s #1?.jpg'));
});
const { inBrowser } = world;
let page: Page;

const rows = (): Promise<string[]> => page.locator('.pick').allTextContents();
const way = (): Promise<string[]> => page.locator('.way button').allTextContents();

inBrowser('folders lead to images; the list stays while an image is shown', async () => {
  page = await world.open();
  await page.getByRole('button', { name: 'Browse the folder' }).click();
  await page.getByRole('heading', { name: 'Browse' }).waitFor();
  expect((await rows()).slice(0, 3)).toEqual([`${odd}/`, 'reise/', 'big-endian.tif']);
  expect(await rows()).not.toContain('text.txt');
  await page.getByRole('button', { name: `${odd}/`, exact: true }).click();
  await page.getByRole('button', { name: 'deep/', exact: true }).click();
  await page.getByRole('button', { name: 'it\u2019s #1?.jpg', exact: true }).click();
  await page.locator('#result[data-state=found]').waitFor();
  expect(await page.locator('.object').textContent()).toBe(`${odd}/deep/it\u2019s #1?.jpg`);
  expect(await way()).toEqual(['all', odd, 'deep']);
  expect(await page.locator('.several img').count()).toBe(0);
  await page.getByRole('button', { name: 'all', exact: true }).click();
  await page.getByRole('button', { name: 'reise/', exact: true }).waitFor();
});

inBrowser('a private folder is listed with the key of the fragment, and not without it', async () => {
  const closed = await startSite(world.folder, []);
  try {
    page = await world.open(closed.page);
    await page.locator('#result[data-state=found]').waitFor();
    await page.getByRole('button', { name: 'Browse the folder' }).click();
    await page.getByRole('button', { name: 'reise/', exact: true }).click();
    await page.getByRole('button', { name: 'Zürich 1+1.jpg', exact: true }).click();
    await page.getByRole('img', { name: /^Map with a marker at 47\.37/ }).waitFor();
    await page.goto(`${closed.origin}/?`);
    await page.getByRole('button', { name: 'Browse the folder' }).click();
    await page.getByText('No images in this folder that this page may list.').waitFor();
    expect(await rows()).toEqual([]);
  } finally {
    await closed.stop();
  }
});

inBrowser('the links lead to the documents and to the OpenAPI description', async () => {
  page = await world.open();
  await page.getByRole('link', { name: 'Documentation' }).click();
  await page.getByRole('link', { name: 'Styles' }).click();
  expect(await page.evaluate<string>('document.contentType')).toBe('text/plain');
  expect(await page.evaluate<string>('document.body.textContent')).toMatch(/^# Styles/);
  await page.goto(world.site.page);
  await page.getByRole('link', { name: 'OpenAPI' }).click();
  expect(await page.evaluate<string>('document.body.textContent')).toContain('"openapi"');
});
