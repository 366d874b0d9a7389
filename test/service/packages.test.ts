// What `npm start` installs: service/package.json must name each package that serving and its build load.
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const manifestOf = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8')) as Record<string, object>;
/** Folders with the code of the service, the commands, the page, and their build. */
const folders = ['bin', 'handler', 'lib', 'page', 'service'];
/** Only tools load these, and the tests. */
const tools = ['playwright-core', 'typescript'];
/** A name that the plugin in bin/bundling.mjs replaces by a file of the package. */
const replaced = ['zones'];

/** The packages that the files of a folder load, without those of which they import only types. */
function loadedBy(folder: string): string[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  const texts = files
    .filter((file) => /\.(ts|mjs)$/.test(file))
    .map((file) => readFileSync(join(root, folder, file), 'utf8'));
  return texts.flatMap((text) => {
    const code = text.replace(/^import type .*$|\btypeof import\([^)]*\)/gm, '');
    const names = code.matchAll(/(?:\bfrom |^import |\bimport\(|\brequire\()\s*'(@?[a-z][^'.:]*)'/gm);
    return [...names].map(([, name = '']) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'));
  });
}

test('every package is installed by `npm start`, or is an optional peer', () => {
  const service = manifestOf('service/package.json');
  const { peerDependencies } = manifestOf('package.json');
  const known = { ...service['dependencies'], ...service['optionalDependencies'], ...service['devDependencies'] };
  const loaded = [...new Set(folders.flatMap(loadedBy))].filter((name) => !builtinModules.includes(name));
  expect(loaded).toEqual(expect.arrayContaining(['csv-parse', 'esbuild', 'exifr', 'sharp']));
  expect(
    loaded.filter((name) => !(name in { ...known, ...peerDependencies }) && ![...tools, ...replaced].includes(name)),
  ).toEqual([]);
});

test('the published package needs no other package', () => {
  const manifest = manifestOf('package.json');
  expect(manifest).not.toHaveProperty('dependencies');
  expect(manifest).not.toHaveProperty('optionalDependencies');
  const optional = Object.entries(manifest['peerDependenciesMeta'] ?? {}).map(([name, { optional: is }]) => [name, is]);
  expect(optional).toEqual(Object.keys(manifest['peerDependencies'] ?? {}).map((name) => [name, true]));
});
