// Writes the types of the published package into dist/npm (run by `npm pack`, after the build): the declarations of the public
// modules and of those that they import.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const browserEntries = ['index', 'metadata'];
const target = join(root, 'dist', 'npm');
const emitted = mkdtempSync(join(root, 'dist', 'types-'));
try {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const args = [tsc, '-p', join(root, 'tsconfig.package.json'), '--outDir', emitted];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(1);
  const copied = new Set();
  await copyWithImports(join('lib', 'index.d.ts'), copied);
  for (const name of browserEntries) await copyWithImports(join('lib', 'browser', `${name}.d.ts`), copied);
} finally {
  rmSync(emitted, { recursive: true, force: true });
}
await writeFile(join(target, 'index.d.ts'), "export * from './types/lib/index';\n");
await writeFile(join(target, 'index.d.mts'), "export * from './index.js';\n");
for (const name of browserEntries)
  await writeFile(join(target, 'browser', `${name}.d.mts`), `export * from '../types/lib/browser/${name}.js';\n`);

/** Copies a declaration file and, below it, those that it imports. `name` is its path in the project. */
async function copyWithImports(name, copied) {
  if (copied.has(name)) return;
  copied.add(name);
  const text = readFileSync(join(emitted, name), 'utf8');
  const file = join(target, 'types', name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  for (const [, path] of text.matchAll(/(?:from |import\()['"](\.[^'"]+)['"]/g)) {
    const stem = join(dirname(name), path);
    await copyWithImports(
      existsSync(join(emitted, `${stem}.d.ts`)) ? `${stem}.d.ts` : join(stem, 'index.d.ts'),
      copied,
    );
  }
}
