// Takes the pictures of docs/: the page over a demonstration image, in light and dark. Needs Chromium and the built program.
//
//   npm run screenshots
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import sharp from 'sharp';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const view = { width: 1200, height: 1000 };
const wait = 1500; // milliseconds, after which the marker of the map does not move and the thumbnail is shown

const executablePath = spawnSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).stdout.trim();
if (executablePath === '') throw new Error('Cannot take pictures without Chromium: apt-get install chromium');

// The demonstration images, made for this run.
const cache = mkdtempSync(join(tmpdir(), 'exif-pictures-'));
const service = spawn(
  process.execPath,
  [join(root, 'dist', 'bin', 'serve.js'), '--port', '0', '--quiet', '--cache', 'none'],
  { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, XDG_CACHE_HOME: cache } },
);
let greeting = '';
for await (const part of service.stderr) {
  greeting += part;
  if (greeting.includes('Try:')) break;
}
const address = /^Page: (\S+)$/m.exec(greeting)?.[1];
if (address === undefined) throw new Error(`Cannot find the page's address:\n${greeting}`);

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  for (const colorScheme of ['light', 'dark']) {
    const page = await browser.newPage({ viewport: view, colorScheme });
    await page.goto(`${address}#key=exif.png`); // the first request is slower than the others
    await page.getByRole('button', { name: '1-camera.jpg' }).click();
    await page.locator('.thumbnail img').waitFor();
    await page.waitForTimeout(wait);
    const picture = await page.screenshot();
    const path = join(process.argv[2] ?? join(root, 'docs'), `page-${colorScheme}.png`);
    await sharp(picture).png({ palette: true, effort: 10 }).toFile(path);
    await page.close();
  }
} finally {
  await browser.close();
  service.kill();
  rmSync(cache, { recursive: true, force: true });
}
