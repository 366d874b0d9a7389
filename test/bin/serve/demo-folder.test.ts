import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoFolder } from '../../../bin/serve/demo-folder';

const samples = join(__dirname, '../../../samples');
const images = ['1-camera.jpg', '2-phone.avif', '3-raw.dng'];

let cache = '';
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'demo-'));
});
afterEach(() => {
  rmSync(cache, { recursive: true });
});

/** Size and inode of each file: a file that is written again has another inode. */
function state(folder: string): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.'));
  return new Map(
    names.map((name) => [name, `${statSync(join(folder, name)).size} ${statSync(join(folder, name)).ino}`]),
  );
}

test('the folder has the samples and the images, and nothing else; only the user can read it', () => {
  const { path, problem } = demoFolder(samples, join(cache, 'deep', 'bucket-exif'));
  expect([path, problem]).toEqual([join(cache, 'deep', 'bucket-exif', 'samples'), null]);
  expect([...state(path).keys()].sort()).toEqual(
    [
      ...images,
      ...['big-endian.tif', 'captioned.jpg', 'exif-after-idat.png', 'exif.png', 'gps.jpg', 'no-exif.png', 'plain.jpg'],
      ...['reise/Zürich 1+1.jpg', 'text.txt', 'tile.avif', 'turned.jpg'],
    ].sort(),
  );
  expect(statSync(path).mode & 0o77).toBe(0);
});

test('a second start writes nothing; what was changed or cut is written again', () => {
  const { path } = demoFolder(samples, cache);
  const first = state(path);
  demoFolder(samples, cache);
  expect(state(path)).toEqual(first);
  truncateSync(join(path, '3-raw.dng'), 1000);
  writeFileSync(join(path, 'gps.jpg'), 'changed');
  demoFolder(samples, cache);
  const sizes = (of: Map<string, string>) => [...of].map(([name, text]) => `${name} ${text.split(' ')[0]}`).sort();
  expect(sizes(state(path))).toEqual(sizes(first));
});

test('where no folder can be made, the samples are served, with a reason', () => {
  writeFileSync(join(cache, 'file'), '');
  expect(demoFolder(samples, join(cache, 'file'))).toEqual({
    path: samples,
    problem: expect.stringMatching(/^No demonstration images: cannot write .*file\/samples: .*\(ENOTDIR\)$/),
  });
  mkdirSync(join(cache, 'samples', 'gps.jpg'), { recursive: true });
  expect(demoFolder(samples, cache).problem).toMatch(/\(EISDIR\)$/);
});
