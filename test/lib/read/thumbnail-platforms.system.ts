// Turning where sharp's native library is not there: by its WebAssembly build, and without either.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';

const root = join(__dirname, '..', '..', '..');
/** What sharp needs of its own, without any library for this platform. */
const javaScript = ['sharp', '@img/colour', 'detect-libc', 'semver'];
const webAssembly = ['@img/sharp-wasm32', '@emnapi/runtime', 'tslib'];

/** Turns a JPEG of 48 x 32 by a quarter. Prints its size, or code and message of the problem; and the library. */
const script = `
const { uprightThumbnail } = require('./upright.cjs');
(async () => {
  const bytes = new Uint8Array(Buffer.from(process.argv[2], 'base64'));
  try {
    const turned = await uprightThumbnail({ bytes, orientation: 6 }, AbortSignal.timeout(60000));
    const sharp = require('sharp');
    const { width, height, format } = await sharp(turned).metadata();
    console.log(JSON.stringify({ width, height, format, native: sharp.versions.emscripten === undefined }));
  } catch (error) {
    console.log(JSON.stringify({ code: error.code, message: error.message }));
  }
})();
`;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'bucket-exif-sharp-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What the script prints in an empty folder with nothing but these packages. */
async function turnedWith(packages: readonly string[]): Promise<unknown> {
  for (const name of packages) {
    cpSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), { recursive: true });
  }
  const esbuild = join(dirname(require.resolve('esbuild/package.json')), 'bin', 'esbuild');
  const source = join(root, 'lib', 'read', 'thumbnail-upright.ts');
  const bundle = ['--bundle', '--packages=external', '--platform=node', '--format=cjs', '--log-level=error'];
  execFileSync(esbuild, [source, ...bundle, `--outfile=${join(folder, 'upright.cjs')}`]);
  writeFileSync(join(folder, 'main.cjs'), script);
  const jpeg = await sharp({ create: { width: 48, height: 32, channels: 3, background: '#f80' } })
    .jpeg()
    .toBuffer();
  const printed = execFileSync(process.execPath, ['main.cjs', jpeg.toString('base64')], {
    cwd: folder,
    encoding: 'utf8',
  });
  return JSON.parse(printed);
}

test('without the native library, WebAssembly turns', async () => {
  const printed = await turnedWith([...javaScript, ...webAssembly]);
  expect(printed).toEqual({ width: 32, height: 48, format: 'jpeg', native: false });
}, 90_000);

test('without both, the answer says that nothing can be turned here, and the log why', async () => {
  const printed = await turnedWith(javaScript);
  expect(printed).toMatchObject({ code: 'ThumbnailUnturned' });
  expect(JSON.stringify(printed)).toContain('Could not load the \\"sharp\\" module');
}, 90_000);

test('without sharp itself, the same', async () => {
  expect(await turnedWith([])).toMatchObject({ code: 'ThumbnailUnturned' });
}, 90_000);
