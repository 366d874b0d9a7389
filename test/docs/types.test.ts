// lib/api/answers.ts has the types that the schemas of docs/schema describe.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const file = join(root, 'lib', 'api', 'answers.ts');

test('the types are those that `npm run types` makes of the schemas', () => {
  const print = `import('./docs/types.mjs').then(async ({ answerTypes }) => console.log(await answerTypes()))`;
  const made = execFileSync(process.execPath, ['-e', print], { cwd: root, encoding: 'utf8' });
  const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  const options = ['format', '--stdin-file-path', 'lib/api/answers.ts'];
  const formatted = execFileSync(process.execPath, [biome, ...options], { cwd: root, input: made, encoding: 'utf8' });
  expect(readFileSync(file, 'utf8')).toBe(formatted);
});

test('no type of an answer allows members that its schema does not describe', () => {
  expect(readFileSync(file, 'utf8')).not.toMatch(/[:|] *(unknown|any)\b/);
});
