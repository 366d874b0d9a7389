// Takes the pictures of docs/: the page over a sample, in light and dark. Needs Chromium and the built program.
//
//   npm run screenshots
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const view = { width: 1200, height: 1000 };
const wait = 1500; // milliseconds, after which the marker of the map does not move and the thumbnail is shown

const executablePath = spawnSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).stdout.trim();
if (executablePath === '') throw new Error('Cannot take pictures without Chromium: apt-get install chromium');

// A picture followed by a film, as phones write it: the bar shows that the film was not read.
const folder = mkdtempSync(join(tmpdir(), 'exif-pictures-'));
for (const name of ['gps.jpg', 'big-endian.tif', 'exif.png', 'no-exif.png']) {
  writeFileSync(join(folder, name), readFileSync(join(root, 'samples', name)));
}
writeFileSync(
  join(folder, 'evening.jpg'),
  Buffer.concat([readFileSync(join(folder, 'gps.jpg')), Buffer.alloc(2_400_000)]),
);

const service = spawn(
  process.execPath,
  [join(root, 'dist', 'bin', 'serve.js'), '--bucket', folder, '--public', '--port', '0', '--quiet', '--cache', 'none'],
  { stdio: ['ignore', 'ignore', 'pipe'] },
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
    await page.getByRole('button', { name: 'evening.jpg' }).click();
    await page.locator('.thumbnail img').waitFor();
    await page.waitForTimeout(wait);
    await page.screenshot({ path: join(process.argv[2] ?? join(root, 'docs'), `page-${colorScheme}.png`) });
    await page.close();
  }
} finally {
  await browser.close();
  service.kill();
  rmSync(folder, { recursive: true, force: true });
}
