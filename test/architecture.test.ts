// Imports go down only. Reads the import lines of the code that ships, and of a made-up tree in which all is wrong.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

type Tree = ReadonlyMap<string, string>;

/** Folder or file -> layer. The longest that fits counts. */
const layers: readonly (readonly [path: string, layer: number])[] = [
  ['bin/', 9],
  ['handler/', 8],
  ['lib/trigger/', 7],
  ['lib/index.ts', 7],
  ['lib/source.ts', 6],
  ['lib/arguments.ts', 6],
  ...[
    'job.ts',
    'job-log.ts',
    'exif.ts',
    'cached-exif.ts',
    'cache-entry.ts',
    'warm.ts',
    'request.ts',
    'operation.ts',
    'view.ts',
    'thumbnail.ts',
    'thumbnail-upright.ts',
    'answer.ts',
    'conditional.ts',
    'cors.ts',
    'http-date.ts',
    'negotiation.ts',
  ].map((path) => [`lib/${path}`, 6] as const),
  ...['auth/', 'bucket/', 'cache/', 'style/'].map((path) => [`lib/${path}`, 5] as const),
  ['lib/store/', 4.5],
  ['lib/container/', 4],
  ['lib/tiff/', 3],
  ['lib/tag/', 2],
  ['lib/bytes/', 1],
  ...['types.ts', 'limits.ts', 'problem.ts', 'err-no.ts'].map((path) => [`lib/${path}`, 0] as const),
];
const maySdk = /^(bin\/backfill\/|lib\/(store\/|cache\/|auth\/key-source\.ts$))/;
const sibling = 5; // the layer whose folders never import each other

/** `lib/style` of all that is below it. */
const folderOf = (path: string): string => path.split('/').slice(0, 2).join('/');
const layerOf = (path: string): number | undefined => layers.find(([prefix]) => path.startsWith(prefix))?.[1];

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
    const layer = layerOf(path);
    if (layer === undefined) found.push(`no layer: ${path}`);
    for (const target of importsOf(tree, path)) {
      const below = layerOf(target);
      if (target.startsWith('@aws-sdk/') && !maySdk.test(path)) found.push(`sdk: ${path} (${target})`);
      if (below === undefined || layer === undefined) continue;
      if (below > layer) found.push(`upward: ${path} (${target})`);
      if (below === layer && layer === sibling && folderOf(path) !== folderOf(target))
        found.push(`sibling: ${path} (${target})`);
    }
    if (/\bprocess\s*\.\s*env\b/.test(text) && path !== 'handler/config.ts') found.push(`process.env: ${path}`);
    if (/\bBuffer\b/.test(text) && path.startsWith('lib/')) found.push(`Buffer: ${path}`);
    if (text.split('\n').length > 301 && !path.startsWith('lib/tag/')) found.push(`length: ${path}`);
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
  const paths = ['bin', 'handler', 'lib'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
      (path) => `${folder}/${path.replaceAll('\\', '/')}`,
    ),
  );
  const sources = paths.filter((path) => path.endsWith('.ts'));
  expect(sources.length).toBeGreaterThan(40);
  expect(breaches(new Map(sources.map((path) => [path, readFileSync(join(root, path), 'utf8')])))).toEqual([]);
});

test('a tree that breaks them is found out', () => {
  const wrong = new Map([
    ['lib/types.ts', "import type { A } from './problem';"],
    ['lib/problem.ts', "export {\n  a,\n  b,\n} from './types';"],
    ['lib/bytes/cursor.ts', "const late = await import('../tiff/ifd');"],
    ['lib/tiff/ifd.ts', "import { x } from '../tag/exif';\nimport '../container';\nconst b = Buffer.alloc(1);"],
    ['lib/tag/exif.ts', `import '../tiff/ifd';${'\n'.repeat(400)}`],
    ['lib/job.ts', "import './trigger/query';"],
    ['lib/trigger/query.ts', ''],
    ['lib/container/index.ts', '\n'.repeat(301)],
    ['lib/bucket/s3.ts', "import { cos } from '../style/cos';\nimport { keys } from '../store/keys';"],
    ['lib/store/keys.ts', "import { S3 } from '@aws-sdk/client-s3';\nimport '../bucket/s3';"],
    ['lib/style/cos.ts', "const { S3 } = require('@aws-sdk/client-s3');"],
    ['lib/exif.ts', "import { S3 } from './bucket/s3';\nconst name = process.env.NAME;"],
    ['handler/config.ts', "import { e } from '../lib/exif';\nexport const env = process.env;"],
    ['lib/stray.ts', ''],
  ]);
  expect(breaches(wrong)).toEqual([
    'cycle: lib/types.ts',
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
    'upward: lib/store/keys.ts (lib/bucket/s3.ts)',
    'cycle: lib/store/keys.ts',
    'sdk: lib/style/cos.ts (@aws-sdk/client-s3)',
    'process.env: lib/exif.ts',
    'no layer: lib/stray.ts',
  ]);
});
