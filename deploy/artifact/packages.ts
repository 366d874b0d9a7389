// The packages that the deployed code may load: what package.json depends on, and what that depends on.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

type Manifest = Readonly<{
  dependencies?: Readonly<Record<string, string>>;
  optionalDependencies?: Readonly<Record<string, string>>;
}>;

/** A package that is installed: its folder below the root, with `/` between. */
export type Installed = Readonly<{ name: string; path: string }>;

/** More means that something else than an installation was read. A real one has about a hundred. */
const maxPackages = 5_000;

/**
 * All of them, sorted by path; optional ones as far as they are installed. Throws for one that is needed and missing.
 * `leaveOut` says which are not wanted, by name; what only they need is left out too.
 */
export function shippedPackages(root: string, leaveOut: (name: string) => boolean): readonly Installed[] {
  const found = new Map<string, Installed>();
  const queue: (readonly [from: string, manifest: Manifest])[] = [['', readManifest(join(root, 'package.json'))]];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const [from, manifest] = next;
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
      if (leaveOut(name)) continue;
      const path = resolvePackage(root, from, name);
      if (path === null && manifest.optionalDependencies?.[name] !== undefined) continue;
      if (path === null) throw new Error(`Package ${name} is not installed: run npm ci`);
      if (found.has(path)) continue;
      if (found.size >= maxPackages) throw new Error(`More than ${maxPackages} packages in ${root}`);
      found.set(path, { name, path });
      queue.push([path, readManifest(join(root, path, 'package.json'))]);
    }
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** As node looks for it: in the node_modules beside `from`, then in those above. */
function resolvePackage(root: string, from: string, name: string): string | null {
  const folders = [from];
  for (let folder = from; folder !== ''; ) {
    folder = dirname(folder) === '.' ? '' : dirname(folder);
    folders.push(folder);
  }
  const paths = folders
    .filter((folder) => folder !== 'node_modules' && !folder.endsWith('/node_modules'))
    .map((folder) => `${folder === '' ? '' : `${folder}/`}node_modules/${name}`);
  return paths.find((path) => existsSync(join(root, path, 'package.json'))) ?? null;
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
}
