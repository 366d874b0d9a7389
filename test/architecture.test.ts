// Imports go down only. Reads the import lines of the code that ships, and of a made-up tree in which all is wrong.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

type Tree = ReadonlyMap<string, string>;

/** The folders from the lowest to the highest: a file imports from its own folder and from those before it in this list. */
const layers = [
  'lib/bytes/',
  'lib/tag/',
  'lib/tiff/',
  'lib/container/',
  'lib/block/',
  'lib/maker-note/',
  'lib/video/',
  'lib/io/',
  'lib/s3/',
  'lib/style/',
  'lib/auth/',
  'lib/bucket/',
  'lib/cache/',
  'lib/metadata/',
  'lib/sink/',
  'lib/table/',
  'lib/http/',
  'lib/read/',
  'lib/api/',
  'lib/browser/',
  'lib/', // the library, jobs, and the types that all folders share
  'lib/trigger/',
  'service/',
  'handler/',
  'bin/',
  'deploy/',
  'testing/',
  'samples/',
  'check/',
  'bench/',
];
/** Folders that do not know each other, though one comes after the other. */
const siblings = ['lib/style/', 'lib/auth/', 'lib/bucket/', 'lib/cache/'];
/** Files directly in lib/ that import nothing, so that every folder may import them. */
const isolated = ['lib/types.ts', 'lib/limits.ts', 'lib/problem.ts'];
/** Files that every folder may import. */
const shared = [...isolated, 'lib/problem-table.ts'];
/** The service reads the environment in one place, the library in another; one file looks for flags of Node. */
const mayReadEnvironment = ['service/config/config.ts', 'lib/api/node-source.ts', 'handler/heap-flags.ts'];
/** Folders whose files are the product: rules on length, environment and bytes are for them. */
const shipped = /^(lib|service|handler|bin)\//;
/** Tables, and a file that a program makes. */
const mayBeLong = /^lib\/(tag\/|api\/answers\.ts$)/;
const maySdk =
  /^(bin\/backfill\/|lib\/(s3\/|io\/|cache\/|sink\/|auth\/key-source\.ts$)|deploy\/|testing\/|check\/|bench\/)/;

/** The folder of the list that a file is in: the longest that fits. */
const folderOf = (path: string): string =>
  layers.filter((folder) => path.startsWith(folder)).sort((a, b) => b.length - a.length)[0] ?? '';

/** What `path` imports, packages as they are written, files by their path in the tree. */
function importsOf(tree: Tree, path: string): string[] {
  const names = [...(tree.get(path) ?? '').matchAll(/(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*['"]([^'"]+)['"]/g)];
  return names.map(([, name = '']) => {
    if (!name.startsWith('.')) return name;
    const target = normalize(join(dirname(path), name)).replaceAll('\\', '/');
    return [`${target}.ts`, `${target}/index.ts`].find((file) => tree.has(file)) ?? target;
  });
}

/** Every rule broken, as `rule: path (what)`. */
function breaches(tree: Tree): string[] {
  const found: string[] = [];
  for (const [path, text] of tree) {
    const folder = folderOf(path);
    if (folder === '') found.push(`no layer: ${path}`);
    for (const target of importsOf(tree, path)) {
      if (target.startsWith('@aws-sdk/') && !maySdk.test(path)) found.push(`sdk: ${path} (${target})`);
      if (!tree.has(target) || (shared.includes(target) && !isolated.includes(path))) continue;
      const below = folderOf(target);
      if (layers.indexOf(below) > layers.indexOf(folder) || isolated.includes(path))
        found.push(`upward: ${path} (${target})`);
      if (below !== folder && siblings.includes(folder) && siblings.includes(below))
        found.push(`sibling: ${path} (${target})`);
    }
    if (/\bprocess\s*\.\s*env\b/.test(text) && shipped.test(path) && !mayReadEnvironment.includes(path))
      found.push(`process.env: ${path}`);
    if (/\bBuffer\b/.test(text) && path.startsWith('lib/')) found.push(`Buffer: ${path}`);
    if (text.split('\n').length > 301 && shipped.test(path) && !mayBeLong.test(path)) found.push(`length: ${path}`);
    if (isReached(tree, path, importsOf(tree, path), new Set())) found.push(`cycle: ${path}`);
  }
  return found;
}

function isReached(tree: Tree, goal: string, from: readonly string[], seen: Set<string>): boolean {
  return from.some((path) => {
    if (path === goal) return true;
    if (seen.has(path) || !tree.has(path)) return false;
    return isReached(tree, goal, importsOf(tree, path), seen.add(path));
  });
}

test('the tree keeps the rules', () => {
  const root = join(__dirname, '..');
  const paths = [...new Set(layers.map((folder) => folder.split('/')[0] ?? ''))].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
      (path) => `${folder}/${path.replaceAll('\\', '/')}`,
    ),
  );
  const sources = paths.filter((path) => path.endsWith('.ts') && !path.includes('/node_modules/'));
  expect(sources.length).toBeGreaterThan(400);
  expect(sources.filter((path) => /^lib\/[^/]+$/.test(path)).length).toBeLessThanOrEqual(7);
  expect(breaches(new Map(sources.map((path) => [path, readFileSync(join(root, path), 'utf8')])))).toEqual([]);
});

test('breaches of the rules are found', () => {
  const wrong = new Map([
    ['lib/types.ts', "import type { A } from './problem';"],
    ['lib/problem.ts', "export {\n  a,\n  b,\n} from './types';"],
    ['lib/bytes/cursor.ts', "const late = await import('../tiff/ifd');"],
    ['lib/tiff/ifd.ts', "import { x } from '../tag/exif';\nimport '../container';\nconst b = Buffer.alloc(1);"],
    ['lib/tag/exif.ts', `import '../tiff/ifd';${'\n'.repeat(400)}`],
    ['lib/job.ts', "import './trigger/query';"],
    ['lib/trigger/query.ts', ''],
    ['lib/container/index.ts', '\n'.repeat(301)],
    ['lib/bucket/s3.ts', "import { cos } from '../style/cos';\nimport { keys } from '../s3/keys';"],
    ['lib/s3/keys.ts', "import { S3 } from '@aws-sdk/client-s3';\nimport '../bucket/s3';"],
    ['lib/style/cos.ts', "const { S3 } = require('@aws-sdk/client-s3');"],
    ['lib/read/record.ts', "import { S3 } from '../bucket/s3';\nconst name = process.env.NAME;"],
    ['service/config/config.ts', "import { e } from '../../lib/read/record';\nexport const env = process.env;"],
    ['service/job-runner.ts', "import '../check/table';"],
    ['check/table.ts', `process.env;${'\n'.repeat(400)}`],
    ['extra/stray.ts', ''],
  ]);
  expect(breaches(wrong)).toEqual([
    'upward: lib/types.ts (lib/problem.ts)',
    'cycle: lib/types.ts',
    'upward: lib/problem.ts (lib/types.ts)',
    'cycle: lib/problem.ts',
    'upward: lib/bytes/cursor.ts (lib/tiff/ifd.ts)',
    'upward: lib/tiff/ifd.ts (lib/container/index.ts)',
    'Buffer: lib/tiff/ifd.ts',
    'cycle: lib/tiff/ifd.ts',
    'upward: lib/tag/exif.ts (lib/tiff/ifd.ts)',
    'cycle: lib/tag/exif.ts',
    'upward: lib/job.ts (lib/trigger/query.ts)',
    'length: lib/container/index.ts',
    'sibling: lib/bucket/s3.ts (lib/style/cos.ts)',
    'cycle: lib/bucket/s3.ts',
    'upward: lib/s3/keys.ts (lib/bucket/s3.ts)',
    'cycle: lib/s3/keys.ts',
    'sdk: lib/style/cos.ts (@aws-sdk/client-s3)',
    'process.env: lib/read/record.ts',
    'upward: service/job-runner.ts (check/table.ts)',
    'no layer: extra/stray.ts',
  ]);
});
