// Patterns of paths: which files they name.
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readArguments } from '../../../bin/cli/inputs';
import { nothingSkipped } from '../../../bin/cli/skipped';
import { ProblemError } from '../../../lib';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inputs-'));
  const names = [
    'a.jpg',
    'b.txt',
    '[1].jpg',
    '1.jpg',
    'x/c.jpg',
    'x/y/d.jpg',
    'x/y/e.PNG',
    '.h/f.jpg',
    'x/.g.jpg',
    '{o}/p.jpg',
  ];
  for (const name of names) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), 'x');
  }
  await symlink('..', join(folder, 'x', 'up'));
});
afterAll(() => rm(folder, { recursive: true }));

async function found(pattern: string, all = false): Promise<unknown[]> {
  const around = { env: {}, stdin: () => process.stdin, all, stop: new AbortController().signal };
  const skipped = nothingSkipped();
  const names: unknown[] = [];
  for (const argument of await readArguments([join(folder, pattern)], around)) {
    for await (const { name, source } of argument.inputs(skipped))
      names.push(source instanceof ProblemError ? source.code : name.slice(folder.length + 1));
  }
  const { name, hidden, link } = skipped.counts;
  return [...names, name + hidden + link];
}

test.each([
  ['*.jpg', ['1.jpg', '[1].jpg', 'a.jpg', 0]],
  ['**/*.jpg', ['1.jpg', '[1].jpg', 'a.jpg', 'x/c.jpg', 'x/y/d.jpg', '{o}/p.jpg', 0]],
  ['x/**', ['x/c.jpg', 'x/y/d.jpg', 'x/y/e.PNG', 1]],
  ['x/*/*.{jpg,PNG}', ['x/y/d.jpg', 'x/y/e.PNG', 0]],
  ['*', ['1.jpg', '[1].jpg', 'a.jpg', 1]],
  ['*.txt', [1]],
  ['[1].jpg', ['[1].jpg', 0]],
  ['[12].jpg', ['1.jpg', 0]],
  ['{o}', ['{o}/p.jpg', 0]],
  ['.h/*.jpg', ['.h/f.jpg', 0]],
  ['*.png', ['NoSuchKey', 0]],
  ['none/*.jpg', ['NoSuchKey', 0]],
] as [string, unknown[]][])('%s', async (pattern, expected) => {
  expect(await found(pattern)).toEqual(expected);
});

test('--all takes hidden files and files with any suffix', async () => {
  expect(await found('**/*.{jpg,txt}', true)).toEqual([
    ...['.h/f.jpg', '1.jpg', '[1].jpg', 'a.jpg', 'b.txt', 'x/.g.jpg', 'x/c.jpg', 'x/y/d.jpg', '{o}/p.jpg'],
    0,
  ]);
});

test('a pattern without a folder begins in the current one', async () => {
  const around = { env: {}, stdin: () => process.stdin, all: false, stop: new AbortController().signal };
  const [argument] = await readArguments(['samples/g?s.jpg'], around);
  const names: string[] = [];
  for await (const { name } of argument?.inputs(nothingSkipped()) ?? []) names.push(name);
  expect(names).toEqual([join('samples', 'gps.jpg')]);
});
