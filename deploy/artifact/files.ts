// Collects the files of a deployment: bundled entry points, the packages that they may load, the page. The zips for AWS Lambda
// and SCF and the container image all get their files from here.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { shippedPackages } from './packages';
import { type Npm, nativeSharp } from './sharp';

/** A file of a deployment: its path with `/` between folders, its bytes, and whether it can be executed. */
export type ShippedFile = Readonly<{ path: string; bytes: Uint8Array; executable: boolean }>;

/** The choices for the content of a deployment. */
export type Contents = Readonly<{
  /** Entry points: names of files in handler/, without `.ts`. */
  entries: readonly string[];
  /** Builds of sharp: the native one for a processor, in npm's words (`x64`, `arm64`), and the one in WebAssembly. */
  sharp: Readonly<{ cpu: string | null; wasm: boolean }>;
  /** `loaded`: only the files of packages that our code can load, without licences and ES modules. */
  packages: 'loaded' | 'all';
}>;

/** Files that node can load, and sharp's ES modules, which our CommonJS loads by import(). */
const loadable = /\.(c?js|json|node|wasm)$|\.so(\.\d+)*$|^node_modules\/sharp\/dist\/[^/]+\.mjs$/;
const others = /\.mjs$|(^|\/)(licen[cs]e|notice|copying)[^/]*$/i;
const unwanted = /(^|\/)(dist-es|dist-types|test|tests|docs|example|examples|man)\/|\.d\.[cm]?ts$/;
/** exifr's builds for old browsers. */
const legacy = /^node_modules\/exifr\/dist\/[^/]*legacy/;

/**
 * The files of a deployment, sorted by path. `root` is the folder of package.json, with the dependencies installed. Throws
 * Error when a package is missing or the code cannot be bundled. `npm` is for tests.
 */
export function shippedFiles(root: string, contents: Contents, npm?: Npm): readonly ShippedFile[] {
  const { entries, sharp } = contents;
  const native = sharp.cpu === null ? [] : nativeSharp(root, sharp.cpu, npm);
  const isOtherBuild = (name: string): boolean =>
    name.startsWith('@img/sharp-') && !(sharp.wasm && name === '@img/sharp-wasm32');
  const files = [
    ...handlerFiles(root, entries),
    ...['package.json', 'LICENSE', 'docs/openapi.json'].map((path) => toFile(path, readFileSync(join(root, path)))),
    ...pageFiles(root),
    ...[...shippedPackages(root, isOtherBuild), ...native].flatMap(({ path, folder }) =>
      packageFiles(path, folder, contents.packages),
    ),
  ];
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Entry points of handler/ and all of this project that they load, bundled: bundle-entry.mjs says how. */
export function handlerFiles(root: string, entries: readonly string[]): readonly ShippedFile[] {
  if (entries.length === 0) return [];
  return madeBy(root, ['deploy', 'artifact', 'bundle-entry.mjs'], entries, 'bundle the entry points').map(
    ({ path, bytes }) => toFile(`handler/${path}`, bytes),
  );
}

/** The page that EXIF_PAGE turns on, built now. */
function pageFiles(root: string): readonly ShippedFile[] {
  return madeBy(root, ['page', 'build.mjs'], [], 'build the page').map(({ path, bytes }) =>
    toFile(`page/${path}`, bytes),
  );
}

/** The files that a program of the project writes into the folder that it gets before `args`. */
function madeBy(
  root: string,
  program: readonly string[],
  args: readonly string[],
  doing: string,
): readonly Pick<ShippedFile, 'path' | 'bytes'>[] {
  const folder = mkdtempSync(join(tmpdir(), 'bucket-exif-made-'));
  try {
    const command = [join(root, ...program), folder, ...args];
    const { status, stderr, error } = spawnSync(process.execPath, command, { cwd: root, encoding: 'utf8' });
    if (status !== 0) throw new Error(`Cannot ${doing}: ${error?.message ?? stderr.trim().slice(0, 2000)}`);
    return listFiles(folder).map((path) => ({ path, bytes: readFileSync(join(folder, path)) }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function packageFiles(path: string, folder: string, wanted: Contents['packages']): readonly ShippedFile[] {
  return listFiles(folder)
    .map((file) => [`${path}/${file}`, file] as const)
    .filter(
      ([target]) => !unwanted.test(target) && (loadable.test(target) || (wanted === 'all' && others.test(target))),
    )
    .filter(([target]) => wanted === 'all' || !legacy.test(target))
    .map(([target, file]) => toFile(target, readFileSync(join(folder, file))));
}

/** Files below a folder, in any order, without its node_modules: packages inside a package are listed as packages. */
function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) {
      if (entry.name === 'node_modules') return [];
      return listFiles(join(folder, entry.name)).map((path) => `${entry.name}/${path}`);
    }
    return entry.isFile() ? [entry.name] : [];
  });
}

function toFile(path: string, bytes: Uint8Array): ShippedFile {
  return { path, bytes, executable: false };
}

/** Writes files below `folder`. */
export function writeFiles(files: readonly ShippedFile[], folder: string): void {
  for (const { path, bytes, executable } of files) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, bytes, { mode: executable ? 0o755 : 0o644 });
  }
}

/** The nearest folder at or above `folder` that has a package.json. Throws Error when there is none. */
export function projectRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  if (dirname(folder) === folder) throw new Error('There is no package.json above this program: run it in the project');
  return projectRoot(dirname(folder));
}
