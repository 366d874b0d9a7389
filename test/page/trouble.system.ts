// The page where things do not go as planned: odd keys, a service that is slow, refuses or is gone, ways back.
import type { Page, Route } from 'playwright-core';
import { buildJpeg, exifSegment, frameHeader } from '../../testing/build/jpeg';
import { buildTiff, utf8Field } from '../../testing/build/tiff';
import { useBrowser } from './in-browser';
import { chooseStyle, pick } from './tab';

const world = useBrowser('the page in trouble');
const { inBrowser } = world;
let page: Page;

async function open(fragment = ''): Promise<void> {
  page = await world.open(`${world.site.page}${fragment}`);
}

/** From now on requests of which the path holds `part` are answered so. */
const answer = async (part: string, how: (route: Route) => Promise<void>): Promise<void> => {
  await page.route((url) => url.href.includes(part), how);
};
const notFound = (route: Route): Promise<void> => route.fulfill({ status: 404 });
const field = () => page.getByLabel('Object key, or an address of this service');
const state = (): Promise<string | null> => page.locator('#result').getAttribute('data-state');

/** Drops a file that is no picture. */
const drop = async (name: string): Promise<void> => {
  await page.evaluate(`{
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['text'], '${name}'));
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
  }`);
};

inBrowser('a key in the fragment is asked for as it is, also one that is typed in another way', async () => {
  await open('#key=/gps.jpg');
  await page.getByRole('heading', { name: 'NoSuchKey' }).waitFor();
  expect(world.tab.sent).toContain('GET //gps.jpg?exif/style/typed');
  expect(await field().inputValue()).toBe('//gps.jpg');
  await page.goto(`${world.site.origin}/#key=https://a.example/b`);
  await page.locator('.object', { hasText: 'https://a.example/b' }).waitFor();
  expect(world.tab.sent).toContain('GET /https%3A//a.example/b?exif/style/typed');
});

inBrowser('the answer does not wait for thumbnail and map, and the place needs no map', async () => {
  page = await world.open('about:blank');
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await answer('exif/thumbnail', async (route) => held.then(() => route.continue()));
  await answer('-/page/land-', notFound);
  await page.goto(world.site.page);
  await pick(page, 'gps.jpg');
  await page.locator('.coordinates').waitFor();
  expect(await page.locator('.thumbnail').count()).toBe(0);
  release();
  await page.locator('.thumbnail img').waitFor();
  expect(await page.locator('.map .land').count()).toBe(0);
});

inBrowser('a file is not read where the code for it is gone, and that is said', async () => {
  page = await world.open('about:blank');
  await answer('-/page/files-', notFound);
  await page.goto(world.site.page);
  const name = 'gps.jpg';
  await page.getByLabel('Open your own files').setInputFiles({ name, mimeType: 'image/jpeg', buffer: Buffer.alloc(9) });
  await page.locator('.problem').getByText('cannot be loaded. Load the page again').waitFor();
  expect(await state()).toBe('refused');
  await pick(page, 'gps.jpg');
});

inBrowser('a sample that is picked while the code for files loads is not overtaken by the file', async () => {
  page = await world.open('about:blank');
  await answer('-/page/files-', async (route) => {
    await pick(page, 'gps.jpg');
    await route.continue();
  });
  await page.goto(world.site.page);
  const loaded = page.waitForResponse((reply) => reply.url().includes('/files-'));
  const name = 'mine.jpg';
  await page.getByLabel('Open your own files').setInputFiles({ name, mimeType: 'image/jpeg', buffer: Buffer.alloc(9) });
  await (await loaded).finished();
  await page.waitForLoadState('networkidle');
  expect(await page.locator('.object').textContent()).toBe('gps.jpg');
});

inBrowser('a style that is refused says why, over JSON and under a search', async () => {
  await open('#key=gps.jpg');
  await page.locator('#result[data-state=found]').waitFor();
  await answer('exif/style/cos', (route) => route.fulfill({ status: 503 }));
  await page.getByRole('button', { name: 'JSON' }).click();
  await chooseStyle(page, 'cos');
  await page.locator('.tables').getByText('Status 503: The service gave no reason.').waitFor();
  await page.getByRole('searchbox').fill('make');
  expect(await page.locator('.tables').textContent()).toBe('Status 503: The service gave no reason.');
  expect(await page.getByRole('button', { name: 'Copy all' }).isDisabled()).toBe(true);
  await chooseStyle(page, 'typed');
  await page.getByRole('button', { name: 'Copy Make' }).waitFor();
  expect(await page.getByRole('button', { name: 'Copy all' }).isDisabled()).toBe(false);
});

inBrowser('back leads to the start, over each object once', async () => {
  await open();
  await pick(page, 'gps.jpg');
  await pick(page, 'gps.jpg');
  await page.getByRole('link', { name: 'Skip to the result' }).press('Enter');
  expect(page.url()).toBe(`${world.site.origin}/#key=gps.jpg`);
  expect(await page.evaluate<string>('document.activeElement.id')).toBe('result');
  await page.goBack();
  await page.getByRole('heading', { name: 'Ranges, not files' }).waitFor();
  expect([await state(), await field().inputValue(), page.url()]).toEqual([null, '', `${world.site.origin}/`]);
  await page.goForward();
  await page.locator('#result[data-state=found]').waitFor();
});

inBrowser('a file that is opened leaves neither field nor address with the object before it', async () => {
  page = await world.open(`${world.site.page}#note=%20+&key=gps.jpg`);
  await page.locator('#result[data-state=found]').waitFor();
  await field().fill('a/../b');
  await field().press('Enter');
  await page.locator('#ask-problem').waitFor();
  const buffer = Buffer.from(buildJpeg([frameHeader(16, 16)]));
  await page.getByLabel('Open your own files').setInputFiles({ name: 'mine.jpg', mimeType: 'image/jpeg', buffer });
  await page.locator('.object', { hasText: 'mine.jpg' }).waitFor();
  expect([await field().inputValue(), page.url()]).toEqual(['', `${world.site.origin}/#note=%20+`]);
  expect(await page.locator('#ask-problem').isVisible()).toBe(false);
  await pick(page, 'gps.jpg');
  expect(page.url()).toBe(`${world.site.origin}/#key=gps.jpg`);
  await drop('dropped.jpg');
  await page.locator('.object', { hasText: 'dropped.jpg' }).waitFor();
  expect([await field().inputValue(), page.url()]).toEqual(['', `${world.site.origin}/`]);
  await page.reload();
  await page.getByRole('heading', { name: 'Ranges, not files' }).waitFor();
});

inBrowser(
  'of files that are dropped one after the other the last is shown, before the code for files is there too',
  async () => {
    page = await world.open('about:blank');
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await answer('-/page/files-', async (route) => held.then(() => route.continue()));
    await page.goto(world.site.page);
    await page.getByRole('button', { name: 'gps.jpg' }).waitFor();
    await drop('first.jpg');
    await drop('second.jpg');
    release();
    await page.locator('.object', { hasText: 'second.jpg' }).waitFor();
    await drop('third.jpg');
    await drop('fourth.jpg');
    await page.locator('.object', { hasText: 'fourth.jpg' }).waitFor();
  },
);

inBrowser('one byte is a byte', async () => {
  await open();
  const file = { name: 'tiny.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(1) };
  await page.getByLabel('Open your own files').setInputFiles(file);
  await page.locator('.object', { hasText: 'tiny.jpg' }).waitFor();
  await answer('exif/style', async (route) => {
    const reads = 'requests=1, bytes=1, size=1, ms=1, cache=miss, ranges=0-0';
    await route.fulfill({ json: { Make: { val: 'a' } }, headers: { 'x-exif-reads': reads } });
  });
  await pick(page, 'gps.jpg');
  expect(await page.locator('.legend').textContent()).toBe('Byte 01 byte');
  expect(await page.locator('.figures').textContent()).toMatch(/^1 request1 byte read of 1 byte/);
  expect(await page.locator('.bar').getAttribute('aria-label')).toBe('Read of the object: byte 0');
  await page.getByRole('searchbox', { name: 'Search tags' }).fill('make');
  expect(await page.locator('.count').textContent()).toBe('1 of 1 value');
});

inBrowser('the title names what is shown', async () => {
  await open();
  expect(await page.title()).toBe('bucket-exif');
  await pick(page, 'gps.jpg');
  expect(await page.title()).toBe('gps.jpg - bucket-exif');
  await page.goto(`${world.site.origin}/#key=reise/gone.jpg`);
  await page.getByRole('heading', { name: 'NoSuchKey' }).waitFor();
  expect(await page.title()).toBe('reise/gone.jpg - bucket-exif');
  await page.goBack();
  await page.goBack();
  await page.getByRole('heading', { name: 'Ranges, not files' }).waitFor();
  expect(await page.title()).toBe('bucket-exif');
  await drop('mine.jpg');
  await page.locator('.object', { hasText: 'mine.jpg' }).waitFor();
  expect(await page.title()).toBe('mine.jpg - bucket-exif');
});

inBrowser('a key that is not found says what cannot be seen of it', async () => {
  await open();
  const missing = 'The specified key does not exist.';
  const blank = 'The key starts or ends with a space.';
  const query = 'The key ends in ?exif. Leave it out: the page adds it.';
  for (const [key, text] of [
    ['gone.jpg', missing],
    [' gps.jpg', `${missing} ${blank}`],
    ['gps.jpg\u00a0', `${missing} ${blank}`],
    ['gps.jpg?exif', `${missing} ${query}`],
    ['gps.jpg?exif ', `${missing} ${blank} ${query}`],
  ] as const) {
    await field().fill(key);
    await field().press('Enter');
    // Two keys in a row have the same text, and locators do not see the blanks that they differ in.
    while ((await page.locator('.object').allTextContents()).join() !== key) await page.waitForTimeout(20);
    await page.getByText(text, { exact: true }).waitFor();
  }
});

inBrowser('a signed address leaves the address bar without the key before it', async () => {
  await open('#key=gone.jpg');
  await page.getByRole('heading', { name: 'NoSuchKey' }).waitFor();
  await field().fill(`${world.site.origin}/plain.jpg?exif&q-sign-algorithm=sha1`);
  await field().press('Enter');
  await page.locator('.object', { hasText: 'plain.jpg' }).waitFor();
  expect(page.url()).toBe(`${world.site.origin}/`);
  await page.goBack();
  await page.locator('.object', { hasText: 'gone.jpg' }).waitFor();
});

inBrowser('JSON is not searched, and says so', async () => {
  await open('#key=gps.jpg');
  const search = page.getByRole('searchbox', { name: 'Search tags' });
  const count = (): Promise<string | null> => page.locator('.count').textContent();
  await chooseStyle(page, 'readable');
  await page.locator('.tags[data-style=readable]').waitFor();
  await page.locator('.thumbnail img').waitFor(); // what comes late moves what is below it
  await search.fill('gpslat');
  expect(await count()).toMatch(/^2 of \d+ values$/);
  await page.getByRole('button', { name: 'JSON' }).click();
  expect(await search.isDisabled()).toBe(true);
  expect(await search.getAttribute('placeholder')).toBe('Search: in the table only');
  expect(await count()).toMatch(/^\d+ values$/);
  await chooseStyle(page, 'cos');
  await page.locator('.tags[data-style=cos]').waitFor();
  expect(await count()).toMatch(/^\d+ values$/);
  await page.getByRole('button', { name: 'JSON' }).click();
  expect(await search.isDisabled()).toBe(false);
  expect(await count()).toMatch(/^2 of \d+ values$/);
});

inBrowser('what cannot be asked for makes the field invalid, until something else is asked', async () => {
  await open();
  await field().fill('a/../b');
  await field().press('Enter');
  expect(await field().getAttribute('aria-invalid')).toBe('true');
  await pick(page, 'gps.jpg');
  expect(await field().getAttribute('aria-invalid')).toBe('false');
});

inBrowser('text that turns its direction around turns neither the line nor the JSON', async () => {
  await open();
  const tiff = buildTiff({ fields: [utf8Field(0x010f, 'a\u202eb'), utf8Field(0x0110, 'c\u2066d')] });
  const buffer = Buffer.from(buildJpeg([exifSegment(tiff), frameHeader(16, 16)]));
  await page.getByLabel('Open your own files').setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer });
  await page.getByRole('heading', { name: 'a b c d' }).waitFor();
  await chooseStyle(page, 'typed');
  await page.locator('.tags[data-style=typed]').waitFor();
  expect(await page.locator('.json').textContent()).toContain('"a\\u202eb"');
});
