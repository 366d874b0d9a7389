// The packages that deployed code may load: the dependencies in service/package.json, and the dependencies of those.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

type Manifest = Readonly<{
  dependencies?: Readonly<Record<string, string>>;
  optionalDependencies?: Readonly<Record<string, string>>;
}>;

/** An installed package: its path in the deployment, with `/` between folders, and the folder that its files are in. */
export type InstalledPackage = Readonly<{ path: string; folder: string }>;

/** The manifest of what the service needs. The one in the root is that of the published package, which needs none. */
export function serviceManifest(root: string): string {
  return join(root, 'service', 'package.json');
}

/** With more packages, `root` is not an installation of this project: a real one has about a hundred. */
const maxPackages = 5_000;

/**
 * The packages that the service in `root` needs, sorted by path; optional ones only when they are installed. Throws Error when
 * a needed one is missing. `leaveOut` says by name which packages to leave out; packages that only these need are left out too.
 */
export function shippedPackages(root: string, leaveOut: (name: string) => boolean): readonly InstalledPackage[] {
  const found = new Set<string>();
  const queue: (readonly [from: string, manifest: Manifest])[] = [['', readManifest(serviceManifest(root))]];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const [from, manifest] = next;
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
      if (leaveOut(name)) continue;
      const path = resolvePackage(root, from, name);
      if (path === null && manifest.optionalDependencies?.[name] !== undefined) continue;
      if (path === null) throw new Error(`Package ${name} is not installed: run npm ci`);
      if (found.has(path)) continue;
      if (found.size >= maxPackages) throw new Error(`There are more than ${maxPackages} packages in ${root}`);
      found.add(path);
      queue.push([path, readManifest(join(root, path, 'package.json'))]);
    }
  }
  return [...found].sort().map((path) => ({ path, folder: join(root, path) }));
}

/** Looks where Node looks: in the node_modules of `from`, then in those of the folders above. */
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
