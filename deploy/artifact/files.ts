// Collects the files of a deployment: bundled entry points, the packages that they may load, the page. The zips for AWS Lambda
// and SCF and the container image all get their files from here.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import { shippedPackages } from './packages';
import { type Npm, nativeSharp } from './sharp';

/** A file of a deployment: its path with `/` between folders, its bytes, and whether it can be executed. */
export type ShippedFile = Readonly<{ path: string; bytes: Uint8Array; executable: boolean }>;

/** The choices for the content of a deployment. */
export type Contents = Readonly<{
  /** Entry points: names of files in handler/, without `.ts`. */
  entries: readonly string[];
  /** `split`: a small file that loads the bundle (`splitEntry`). */
  form: 'whole' | 'split';
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
  const { entries, form, sharp } = contents;
  const native = sharp.cpu === null ? [] : nativeSharp(root, sharp.cpu, npm);
  const isOtherBuild = (name: string): boolean =>
    name.startsWith('@img/sharp-') && !(sharp.wasm && name === '@img/sharp-wasm32');
  const files = [
    ...entries.flatMap((entry) =>
      form === 'split' ? splitEntry(root, entry) : [toFile(`handler/${entry}.js`, bundle(root, entry))],
    ),
    ...['package.json', 'LICENSE', 'docs/openapi.json'].map((path) => toFile(path, readFileSync(join(root, path)))),
    ...pageFiles(root),
    ...[...shippedPackages(root, isOtherBuild), ...native].flatMap(({ path, folder }) =>
      packageFiles(path, folder, contents.packages),
    ),
  ];
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * An entry point as two files: `handler/<entry>.bundle.js`, and `handler/<entry>.js` with the one line that loads it. Newer
 * runtime clients of Lambda import() a handler, and Node then reads a CommonJS file a second time to find the names of its
 * exports, which takes longer than loading it.
 */
export function splitEntry(root: string, entry: string): readonly ShippedFile[] {
  const line = `exports.handler = require('./${entry}.bundle.js').handler;\n`;
  return [
    toFile(`handler/${entry}.js`, new TextEncoder().encode(line)),
    toFile(`handler/${entry}.bundle.js`, bundle(root, entry)),
  ];
}

/**
 * An entry point and everything of this project that it imports, in one file: finding sixty small files takes half of a cold
 * start. Packages are not bundled, so that they can still be loaded on first use. It is bundled from the sources: the bundler
 * cannot find unused code in compiled CommonJS, and the bundle would take a fifth longer to load.
 */
function bundle(root: string, entry: string): Uint8Array {
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: [join(root, 'handler', `${entry}.ts`)],
    write: false,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  });
  return outputFiles[0]?.contents ?? new Uint8Array(0);
}

/** The page that EXIF_PAGE turns on, built now. */
function pageFiles(root: string): readonly ShippedFile[] {
  const folder = mkdtempSync(join(tmpdir(), 'bucket-exif-page-'));
  try {
    const build = [join(root, 'page', 'build.mjs'), folder];
    const { status, stderr, error } = spawnSync(process.execPath, build, { cwd: root, encoding: 'utf8' });
    if (status !== 0) throw new Error(`Cannot build the page: ${error?.message ?? stderr.trim().slice(0, 2000)}`);
    return listFiles(folder).map((path) => toFile(`page/${path}`, readFileSync(join(folder, path))));
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
