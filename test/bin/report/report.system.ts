// `bucket-exif report` as a program, and its document in a real browser.
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { Row } from '../../../lib/table/columns';
import { encodePart } from '../../../lib/table/parquet';
import type { Summary } from '../../../lib/table/summary';
import { hostileRows, libraryRows } from '../../../testing/build/table-rows';
import { findChromium, launch } from '../../page/chromium';

const root = join(__dirname, '..', '..', '..');
const program = join(root, 'dist', 'bin', 'bucket-exif.js');

type Ended = Readonly<{ code: number | null; out: string; error: string; peakMiB: number }>;

/** Runs the program. At its end it writes its memory on file descriptor 3. */
function report(args: readonly string[], stopAt: RegExp | null = null): Promise<Ended> {
  const child = spawn(process.execPath, ['-r', watch, program, 'report', ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    cwd: folder,
    env: { ...process.env, INIT_CWD: folder }, // npm sets it
  });
  const texts = ['', '', ''];
  [child.stdout, child.stderr, child.stdio[3]].forEach((stream, at) => {
    stream?.on('data', (chunk) => {
      texts[at] += String(chunk);
      if (stopAt?.test(texts[at] ?? '') === true) child.kill('SIGINT');
    });
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const [out = '', error = '', memory = ''] = texts;
      resolve({ code, out, error, peakMiB: Number(memory) / 1024 });
    });
  });
}

let folder: string;
let watch: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bucket-exif-report-'));
  watch = join(folder, 'watch.cjs');
  writeFileSync(
    watch,
    "process.on('exit', () => require('fs').writeSync(3, String(process.resourceUsage().maxRSS)));\n",
  );
  await putTable('library', [...libraryRows(5000)]);
  await putTable('empty', []);
  const [, one = {}] = libraryRows(2);
  await putTable('one', [one]);
  writeFileSync(
    join(folder, 'hostile.ndjson'),
    hostileRows()
      .map((row) => `${JSON.stringify(row)}\n`)
      .join(''),
  );
  for (const name of ['library.parquet', 'empty.parquet', 'one.parquet', 'hostile.ndjson'])
    expect(await report([name, '--html', `${name.split('.')[0]}.html`])).toMatchObject({ code: 0, out: '' });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

async function putTable(name: string, rows: readonly Row[]): Promise<void> {
  writeFileSync(join(folder, `${name}.parquet`), await encodePart(rows));
}

function numbersIn(name: string): Summary {
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as Summary;
}

describe('the program', () => {
  test('--help, wrong options, and a file that exists', async () => {
    expect(await report(['--help'])).toMatchObject({ code: 0, error: '' });
    expect(await report([])).toMatchObject({ code: 2, error: expect.stringMatching(/^bucket-exif report: No source/) });
    expect(await report(['nothing.parquet', '--html', 'x.html'])).toMatchObject({
      code: 2,
      error: 'bucket-exif report: Cannot read nothing.parquet: no such file or folder (ENOENT)\n',
    });
    const again = await report(['one.parquet', '--html', 'one.html']);
    expect(again).toMatchObject({
      code: 2,
      error: expect.stringMatching(/one\.html exists: replace it with --overwrite/),
    });
    expect((await report(['one.parquet', '--html', 'one.html', '--overwrite', '--quiet'])).error).toBe('');
  });

  test('a folder of images is read', async () => {
    const { code, error } = await report([join(root, 'samples'), '--json', 'samples.json']);
    expect([code, error]).toEqual([
      0,
      expect.stringMatching(/objects, of which 0 could not be read: .*samples\.json\n$/),
    ]);
    const { objects, formats, privacy } = numbersIn('samples.json');
    expect(objects).toBeGreaterThan(5);
    expect(formats.known).toBe(objects);
    expect(privacy.looked).toBe(objects);
  });

  test('a million rows fit into 300 MiB', async () => {
    mkdirSync(join(folder, 'parts'));
    await putTable('part', [...libraryRows(100_000)]);
    for (let at = 0; at < 10; at++)
      copyFileSync(join(folder, 'part.parquet'), join(folder, 'parts', `part-${at}.parquet`));
    const { code, peakMiB } = await report(['parts', '--html', 'parts.html', '--json', 'parts.json', '--quiet']);
    expect(code).toBe(0);
    expect(numbersIn('parts.json').objects).toBe(1_000_000);
    expect(peakMiB).toBeLessThan(300);
  }, 300_000);

  test('a million different lenses, with one that is frequent', async () => {
    const lines = Array.from({ length: 100 }, (_, part) =>
      Array.from(
        { length: 10_000 },
        (_, at) => `{"key":"${part}/${at}.jpg","lens":"${at % 10 === 0 ? 'Frequent' : `Lens ${part}-${at}`}"}\n`,
      ).join(''),
    );
    writeFileSync(join(folder, 'lenses.ndjson'), lines.join(''));
    const { code, peakMiB } = await report(['lenses.ndjson', '--html', 'lenses.html', '--json', 'lenses.json']);
    expect([code, peakMiB < 300]).toEqual([0, true]);
    const { lenses } = numbersIn('lenses.json');
    const [first] = lenses.top;
    expect(lenses.exact).toBe(false);
    expect(first?.name).toBe('Frequent');
    expect(first?.count).toBeGreaterThanOrEqual(100_000 - lenses.slack);
    expect(first?.count).toBeLessThanOrEqual(100_000);
    expect(lenses.others + lenses.top.reduce((sum, { count }) => sum + count, 0)).toBe(1_000_000);
  }, 300_000);
});

const chromium = findChromium('reports in a browser');
const inBrowser = chromium === null ? describe.skip : describe;

inBrowser('the document', () => {
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  beforeAll(async () => {
    if (chromium !== null) browser = await launch(chromium);
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    await page.context().close();
    expect(complaints).toEqual([]);
  });

  async function open(name: string, view: BrowserContextOptions = {}): Promise<void> {
    page = await (await browser.newContext(view)).newPage();
    complaints = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('dialog', (dialog) => complaints.push(`dialog ${dialog.message()}`));
    page.on('request', (request) => {
      if (!/^(file|data):/.test(request.url())) complaints.push(`request ${request.url()}`);
    });
    await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
  }
  const evaluate = <Result>(expression: string): Promise<Result> => page.evaluate<Result>(expression);

  for (const colorScheme of ['light', 'dark'] as const)
    test.each(['library', 'empty', 'one', 'hostile'])(
      `no accessibility violation in ${colorScheme}: %s`,
      async (name) => {
        const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
        await open(name, { colorScheme, bypassCSP: true });
        await evaluate('document.querySelectorAll("details").forEach((part) => { part.open = true })');
        await page.addScriptTag({ content: axe });
        const found =
          'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]))';
        expect(await evaluate(found)).toEqual([]);
      },
      120_000,
    );

  test.each(['library', 'empty', 'one', 'hostile'])('320 pixels are wide enough: %s', async (name) => {
    await open(name, { viewport: { width: 320, height: 640 } });
    await evaluate('document.querySelectorAll("details").forEach((part) => { part.open = true })');
    expect(await evaluate('document.documentElement.scrollWidth')).toBe(320);
  });

  test('no text of a hostile row becomes a script, an element or a request', async () => {
    await open('hostile');
    expect(await page.title()).toBe('What is in hostile.ndjson?');
    expect(await evaluate('document.querySelectorAll("script, img, iframe, [onload], [onerror]").length')).toBe(0);
    expect(await page.getByText('<script>document.title="owned"</script>').count()).toBeGreaterThan(0);
  });

  test('the numbers are there without JavaScript, and the colours can be chosen by the keyboard', async () => {
    await open('library', { javaScriptEnabled: false, colorScheme: 'light' });
    expect(await page.getByText('Apple iPhone 15 Pro').count()).toBeGreaterThan(0);
    expect(await page.locator('.figures').innerText()).toContain('5,000');
    expect(await page.locator('.spots circle').count()).toBeGreaterThan(50);
    const paper = async (): Promise<string> =>
      (await page.screenshot({ clip: { x: 0, y: 0, width: 4, height: 4 } })).toString('hex');
    const light = await paper();
    await page.getByRole('radio', { name: 'auto' }).focus();
    await page.keyboard.press('ArrowLeft');
    expect(await page.getByRole('radio', { name: 'dark' }).isChecked()).toBe(true);
    expect(await paper()).not.toBe(light);
  });

  test('a chart has its numbers in a table', async () => {
    await open('library');
    await page.getByText('The numbers of all months').click();
    const cells = await page.locator('.calendar .sum').allInnerTexts();
    const sum = cells.reduce((total, text) => total + Number(text.replace(/\D/g, '')), 0);
    expect(sum).toBeGreaterThan(4000);
    await page
      .getByText(/^and \d+ more$/)
      .first()
      .click();
    expect(await page.getByRole('row', { name: /other cameras/ }).isVisible()).toBe(true);
  });

  test('it prints on paper in light colours', async () => {
    await open('library', { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    expect(await evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await page.locator('nav').isVisible()).toBe(false);
  });
});
