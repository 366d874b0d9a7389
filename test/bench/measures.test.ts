import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bareWalk } from '../../bench/cpu/bare-walk';
import { measureStarts } from '../../bench/init/first-answer';
import { measureInit } from '../../bench/init/measure';
import { median } from '../../testing/program/median';
import { formatTable } from '../../testing/program/table';

test('the median is the middle, or the mean of the two in the middle', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNaN();
});

test('columns are as wide as their widest cell', () => {
  expect(
    formatTable([
      ['a', 'bb'],
      ['ccc', 'd'],
    ]),
  ).toBe('a    bb\nccc   d');
});

test('the bare walk counts the entries of all IFDs once, and ends on a loop', () => {
  const tiff = Uint8Array.of(
    0x49,
    0x49,
    0x2a,
    0,
    8,
    0,
    0,
    0,
    2,
    0,
    0x0f,
    1,
    2,
    0,
    1,
    0,
    0,
    0,
    0x41,
    0,
    0,
    0,
    0x69,
    0x87,
    4,
    0,
    1,
    0,
    0,
    0,
    38,
    0,
    0,
    0,
    8,
    0,
    0,
    0,
    1,
    0,
    0,
    0x90,
    7,
    0,
    4,
    0,
    0,
    0,
    0x30,
    0x32,
    0x32,
    0x30,
    0,
    0,
    0,
    0,
  );
  expect(bareWalk(tiff)).toBe(3);
});

test('the start of a module is measured although the module prints something', () => {
  const folder = mkdtempSync(join(tmpdir(), 'init-'));
  const module = join(folder, 'prints.cjs');
  writeFileSync(module, "console.log('{}'); console.error('warning');");
  expect(measureInit([{ name: 'prints', module }], 1)[0]?.cpu).not.toBeNaN();
  rmSync(folder, { recursive: true });
});

test('a server is asked where it listens, and must answer with 200', async () => {
  const server = (status: number) => ({
    name: `answers ${status}`,
    command: [
      process.execPath,
      '-e',
      `const s = require('node:http').createServer((_, res) => res.writeHead(${status}).end()).listen(0, '127.0.0.1', () => console.log('127.0.0.1:' + s.address().port + '.'))`,
    ] as const,
    request: { path: '/', headers: {} },
  });
  const ends = { name: 'ends', command: [process.execPath, '-e', '0'] as const, request: null };
  const [first, second] = await measureStarts([ends, server(200)], 1);
  expect(first).toMatchObject({ name: 'ends', over: 0 });
  expect(second?.over).not.toBeNaN();
  await expect(measureStarts([server(500)], 1)).rejects.toThrow('/ was answered with 500');
});
