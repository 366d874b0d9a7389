// What is deployed: each entry as one file, the packages it may load, the page, and nothing else.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { shippedPackages } from './packages';

/** A file of an artifact: its path with `/` between, its bytes, and whether it is a program. */
export type ShippedFile = Readonly<{ path: string; bytes: Uint8Array; executable: boolean }>;

/** Which builds of sharp go along: the one for the platform, the one for any platform. */
export type SharpBuilds = Readonly<{ native: `linux-${string}` | null; wasm: boolean }>;

const unwanted = /(^|\/)(dist-es|dist-types|test|tests|docs|example|examples|man)\/|\.d\.[cm]?ts$/;
const wanted = /\.(c?js|mjs|json|node|wasm)$|\.so(\.\d+)*$|(^|\/)(licen[cs]e|notice|copying)[^/]*$/i;

/**
 * The files for `entries` (in handler/, without `.ts`), sorted by path. `root` is the folder of package.json, in which
 * the dependencies are installed. Throws when one is missing or the code cannot be bundled.
 */
export function shippedFiles(root: string, entries: readonly string[], sharp: SharpBuilds): readonly ShippedFile[] {
  const files = [
    ...entries.map((entry) => bundle(root, entry)),
    ...['package.json', 'LICENSE'].map((path) => fileOf(root, path)),
    ...pageFiles(root),
    ...shippedPackages(root, (name) => isOtherBuild(name, sharp)).flatMap(({ path }) => packageFiles(root, path)),
  ];
  return [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Finding sixty small files is half of a start; packages stay, so that what is loaded on first use still is. */
function bundle(root: string, entry: string): ShippedFile {
  const { outputFiles } = buildSync({
    entryPoints: [join(root, 'handler', `${entry}.ts`)],
    absWorkingDir: root,
    write: false,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  });
  return { path: `handler/${entry}.js`, bytes: outputFiles[0]?.contents ?? new Uint8Array(0), executable: false };
}

/** The page that EXIF_PAGE turns on, as it was built. */
function pageFiles(root: string): ShippedFile[] {
  const folder = join('dist', 'page');
  if (!existsSync(join(root, folder))) return [];
  return listFiles(join(root, folder)).map((path) => ({ ...fileOf(root, `dist/page/${path}`), path: `page/${path}` }));
}

function packageFiles(root: string, folder: string): ShippedFile[] {
  return listFiles(join(root, folder))
    .filter((path) => wanted.test(path) && !unwanted.test(path))
    .map((path) => fileOf(root, `${folder}/${path}`));
}

/** Files below a folder, in no order; the packages inside a package are found as packages. */
function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) {
      if (entry.name === 'node_modules') return [];
      return listFiles(join(folder, entry.name)).map((path) => `${entry.name}/${path}`);
    }
    return entry.isFile() ? [entry.name] : [];
  });
}

function fileOf(root: string, path: string): ShippedFile {
  return { path, bytes: readFileSync(join(root, path)), executable: false };
}

/** sharp's packages for other platforms than are asked for. */
function isOtherBuild(name: string, { native, wasm }: SharpBuilds): boolean {
  const [, libvips, build] = /^@img\/sharp-(libvips-)?(.+)$/.exec(name) ?? [];
  if (build === undefined) return false;
  return libvips === undefined && build === 'wasm32' ? !wasm : build !== native;
}
