// examples/javascript/browser.html in a real browser: its server signs, and the page asks a private service of another origin.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { type RunningServer, serveCommand, startServerProcess } from '../../testing/servers/started-server';
import { findChromium, launch } from '../page/chromium';
import { examples } from './program';

const chromium = findChromium('examples/javascript/browser.html');
const key = { id: 'gallery', secret: '9f2c4be1d07a3586c4f1b02e7d9a6853e1c07b42' };
const root = join(__dirname, '..', '..');

let service: RunningServer;
let site: ChildProcess;
let address: string;
let browser: Browser;

if (chromium !== null) {
  beforeAll(async () => {
    const env = {
      EXIF_BUCKET: join(root, 'samples'),
      EXIF_CACHE: 'none',
      EXIF_KEYS: 'env:EXAMPLE_KEYS',
      EXAMPLE_KEYS: JSON.stringify({ [key.id]: key.secret }),
      EXIF_CORS_ORIGINS: '*',
    };
    service = await startServerProcess(serveCommand, [], env, join(root, 'dist'));
    const program = join(examples, 'javascript', 'browser-server.mjs');
    site = spawn(process.execPath, [program, service.origin, '0'], {
      env: { PATH: process.env['PATH'], KEY_ID: key.id, KEY_SECRET: key.secret },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(site.stdout ?? site, 'data')) as [Buffer];
    address = line.toString().trim();
    browser = await launch(chromium);
  });
  afterAll(async () => {
    site?.kill('SIGKILL');
    await Promise.all([browser?.close(), service?.stop()]);
  });
}

const cases = [
  ['reise/Zürich 1+1.jpg', /^Example Camera Co\. \S.*, \d{4}-\d\d-\d\dT/],
  ['missing.jpg', /^NoSuchKey: /],
] as const;

(chromium === null ? test.skip : test).each(cases)('%s: the page shows %s', async (objectKey, shown) => {
  const page = await browser.newPage();
  await page.goto(`${address}?key=${encodeURIComponent(objectKey)}`);
  await page.waitForFunction("document.querySelector('#exif').textContent !== 'Loading ...'");
  expect(await page.locator('#exif').textContent()).toMatch(shown);
  expect(await page.content()).not.toContain(key.secret);
  await page.close();
});
