// The blocks of TypeScript in the pages have no errors of type.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blocksOf } from './blocks';
import { readPages, root } from './markdown';

const blocks = readPages().flatMap(blocksOf);
const programs = blocks
  .filter(({ language }) => language === 'ts')
  .map((block) => ({ ...block, name: `${block.path}:${block.line}` }));
/** The option `wrong` does not exist: shows that the check finds errors. */
const wrong = "import { parse } from 'bucket-exif';\nawait parse('a.jpg', { wrong: true });\n";
let printed = '';

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bucket-exif-types-'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const [index, text] of [...programs.map((block) => block.text), wrong].entries())
    writeFileSync(join(folder, `block-${index}.mts`), `${text}\nexport {};\n`);
  const compilerOptions = {
    noEmit: true,
    rootDir: '/',
    paths: { 'bucket-exif': [join(root, 'lib', 'index.ts')] },
    types: ['node'],
  };
  const settings = { extends: join(root, 'tsconfig.json'), compilerOptions, include: ['*.mts'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  printed = await new Promise((resolve) => {
    execFile(process.execPath, [tsc, '-p', folder], { cwd: folder }, (_error, output) => resolve(output));
  });
  rmSync(folder, { recursive: true });
}, 120_000);

const errorsOf = (index: number): readonly string[] =>
  printed.split('\n').filter((line) => line.includes(`block-${index}.mts`));

if (programs.length > 0)
  test.each(programs.map((block, index) => ({ ...block, index })))('$name', ({ index }) => {
    expect(errorsOf(index)).toEqual([]);
  });

test('an error of type is found', () => {
  expect(errorsOf(programs.length)).toEqual([expect.stringContaining("'wrong' does not exist")]);
});
