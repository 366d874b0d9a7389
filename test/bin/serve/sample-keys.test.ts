import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleKeys } from '../../../bin/serve/sample-keys';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keys-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(...names: string[]): void {
  for (const name of names) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), name.includes('empty') ? '' : 'x');
  }
}

test('gives images by name, those of the folder itself first', () => {
  write('b.jpg', 'a/c.heic', 'z.JPG', 'notes.txt');
  expect(sampleKeys(folder)).toEqual(['b.jpg', 'z.JPG', 'a/c.heic']);
});

test('leaves out what is hidden or empty', () => {
  write('._a.jpg', '.hidden.jpg', '.thumbnails/1.jpg', 'empty.jpg', 'b.jpg');
  expect(sampleKeys(folder)).toEqual(['b.jpg']);
});

test('six that fit, however many come before them', () => {
  write(
    ...Array.from({ length: 20 }, (_, i) => `a${i}.jpg`),
    ...Array.from({ length: 8 }, (_, i) => `shared/${i}.jpg`),
  );
  const keys = sampleKeys(folder, (key) => key.startsWith('shared/'));
  expect(keys).toEqual(['0', '1', '2', '3', '4', '5'].map((name) => `shared/${name}.jpg`));
});

test('a missing folder has none', () => {
  expect(sampleKeys(join(folder, 'none'))).toEqual([]);
});
