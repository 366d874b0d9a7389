// The entry for browsers, bundled by esbuild, Vite and webpack as a program would without configuration, in Chromium.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build as esbuild } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import webpack from 'webpack';
import { metadata, parse } from '../../lib';
import { findChromium, launch } from '../page/chromium';

const root = join(__dirname, '..', '..');
const samples = join(root, 'samples');
/** Bytes of the entry, compressed: what a page loads before it reads its first file. */
const maxEntryBytes = 32_000;
/** The program of docs/library.md, which reads what is chosen in an input. */
const documented = readFileSync(join(root, 'docs', 'library.md'), 'utf8').match(
  /```js\n(import \{ parse \} from 'bucket-exif\/browser';\n[^`]*)```/,
)?.[1];
const main = `${documented}
import { ProblemError } from 'bucket-exif/browser';
import { metadata } from 'bucket-exif/browser/metadata';
const codeOf = (error) => (error instanceof ProblemError ? error.code : String(error));
globalThis.parse = (source, options) => parse(source, options).catch(codeOf);
globalThis.metadata = (source, options) => metadata(source, options).catch(codeOf);
`;
const html = '<!doctype html><title>Test</title><input type="file"><script type="module" src="/main.js"></script>';

let project: string;
let server: Server;
let browser: Browser;
const program = findChromium('the bundles of the entry for browsers');
const inBrowser = program === null ? test.skip : test;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'bucket-exif-bundlers-'));
  mkdirSync(join(project, 'node_modules'));
  symlinkSync(root, join(project, 'node_modules', 'bucket-exif'), 'junction');
  writeFileSync(join(project, 'main.js'), main);
  writeFileSync(join(project, 'index.html'), html);
  server = createServer(({ url = '' }, response) => {
    const [path = ''] = url.split('?');
    const file = [join(project, path), join(samples, path)].find((name) => existsSync(name) && extname(name) !== '');
    const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' };
    if (file === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'image/x' }).end(readFileSync(file));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  if (program !== null) browser = await launch(program);
});

afterAll(async () => {
  await browser?.close();
  server.close();
  rmSync(project, { recursive: true, force: true });
});

const bundlers: Readonly<Record<string, (outdir: string) => Promise<void>>> = {
  esbuild: async (outdir) => {
    await esbuild({
      entryPoints: ['main.js'],
      absWorkingDir: project,
      bundle: true,
      minify: true,
      format: 'esm',
      outdir,
    });
    writeFileSync(join(outdir, 'index.html'), html.replace('/main.js', 'main.js'));
  },
  // As a command: Jest cannot load it.
  Vite: async (outDir) => {
    const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
    const options = ['--outDir', outDir, '--base', './', '--logLevel', 'error'];
    await promisify(execFile)(process.execPath, [vite, 'build', project, ...options]);
  },
  webpack: async (path) => {
    const configuration = { mode: 'production', context: project, entry: './main.js', output: { path } } as const;
    const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) => {
      webpack(configuration, (error, result) => (error === null ? resolve(result) : reject(error)));
    });
    expect(stats?.toJson({ all: false, errors: true, warnings: true })).toMatchObject({ errors: [], warnings: [] });
    writeFileSync(join(path, 'index.html'), html.replace('/main.js', 'main.js'));
  },
};

/** What `main.js` puts into the page. */
type Read = (source: unknown, options?: { style: 'flat' | 'typed' }) => Promise<unknown>;
type Tab = { parse: Read; metadata: Read };

async function open(folder: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${folder}/index.html`);
  await page.waitForFunction(() => 'parse' in globalThis);
  return page;
}

type Form = 'File' | 'bytes' | 'Response' | 'URL';

/** Reads a file of the samples in the page, in the given form of source. */
function readIn(page: Page, name: string, form: Form, style: 'flat' | 'typed', read: keyof Tab = 'parse') {
  return page.evaluate(
    async ([path, address, kind, wanted, reader]) => {
      const load = async () => (await fetch(address)).arrayBuffer();
      const make = {
        File: async () => new File([new Uint8Array(await load())], path),
        bytes: load,
        Response: () => fetch(address),
        URL: async () => new URL(address),
      };
      return (globalThis as unknown as Tab)[reader](await make[kind](), { style: wanted });
    },
    [name, new URL(`/${name}`, page.url()).href, form, style, read] as const,
  );
}

describe.each(Object.entries(bundlers))('%s', (bundler, bundle) => {
  inBrowser(
    'bundles the entry, and it reads what Node reads',
    async () => {
      await bundle(join(project, bundler));
      const page = await open(bundler);
      for (const name of ['gps.jpg', 'exif.png', 'exif-after-idat.png', 'big-endian.tif']) {
        const bytes = readFileSync(join(samples, name));
        for (const style of ['flat', 'typed'] as const) {
          const expected = await parse(bytes, { style });
          for (const form of ['File', 'bytes', 'Response', 'URL'] as const)
            expect(await readIn(page, name, form, style)).toEqual(expected);
          expect(await readIn(page, name, 'File', style, 'metadata')).toEqual(await metadata(bytes, { style }));
        }
      }
      const flat = await page.evaluate(() =>
        (globalThis as unknown as Tab).parse(new Blob([Uint8Array.of(0xff, 0x0a, 0x7f, 0x00, 0x00, 0x00, 0x00, 0x00)])),
      );
      expect(flat).toMatchObject({ format: 'jxl' });
      const printed = page.waitForEvent('console');
      await page.setInputFiles('input', join(samples, 'gps.jpg'));
      expect(await (await printed).args()[0]?.jsonValue()).toMatchObject({ make: 'Example Camera Co.' });
      for (const read of ['parse', 'metadata'] as const)
        expect(await readIn(page, 'text.txt', 'File', 'flat', read)).toBe('NotAnImage');
      expect(await readIn(page, 'missing.jpg', 'URL', 'flat')).toBe('NoSuchKey');
      await page.close();
    },
    120_000,
  );
});

test('the entry is small', async () => {
  writeFileSync(join(project, 'least.js'), "export { parse } from 'bucket-exif/browser';");
  const { outputFiles, metafile } = await esbuild({
    entryPoints: ['least.js'],
    absWorkingDir: project,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    outdir: join(project, 'size'),
    write: false,
    metafile: true,
  });
  const outputs = Object.entries(metafile.outputs);
  const size = (path: string) =>
    gzipSync(outputFiles.find((file) => file.path.endsWith(path))?.contents ?? '', { level: 9 }).length;
  const [entry] = outputs.filter(([, { entryPoint }]) => entryPoint === 'least.js');
  const first = entry?.[1].imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => path) ?? [];
  const loaded = [entry?.[0] ?? '', ...first].reduce((sum, path) => sum + size(path), 0);
  const later = outputs.reduce((sum, [path]) => sum + size(path), 0) - loaded;
  console.log(`Entry for browsers: ${loaded} bytes, compressed, and ${later} that are loaded when they are needed`);
  expect(loaded).toBeLessThan(maxEntryBytes);
});
