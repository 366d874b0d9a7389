// Installs our package and other readers, each into an empty project, and prints how large each is.
//   node dist/bench/sizes.js
import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { program, runMain } from '../testing/program/program';
import { formatTable } from '../testing/program/table';

const help = `Usage: npm run sizes

Packs this package and three others, installs each into an empty project, and bundles a page's script that reads a Blob.
Needs npm's registry. Prints KB (1000 bytes):

  package    the file that npm downloads
  installed  node_modules on the disk
  packages   how many are installed
  browser    the script, minified by esbuild and compressed (gzip); after a plus what it loads for rare formats
`;

const root = join(__dirname, '..', '..');
/** Name, version, and a script that reads the EXIF of `blob`; null when the package cannot run in a browser. */
const readers = [
  ['bucket-exif', null, "import { parse } from 'bucket-exif/browser'; globalThis.read = (blob) => parse(blob);"],
  ['exifr', '7.1.3', "import { parse } from 'exifr'; globalThis.read = (blob) => parse(blob);"],
  ['exifreader', '4.46.0', "import { load } from 'exifreader'; globalThis.read = (blob) => load(blob);"],
  ['exiftool-vendored', '38.3.0', null],
] as const;

/** Runs the program; returns the exit code. */
export const main = program({ name: 'sizes', help, options: {}, positionals: false, run });

async function run(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'bucket-exif-sizes-'));
  try {
    const rows = [['', 'package', 'installed', 'packages', 'browser']];
    for (const [name, version, script] of readers) {
      const at = join(folder, name);
      mkdirSync(at);
      rows.push([`${name}${version === null ? '' : ` ${version}`}`, ...(await measure(at, { name, version, script }))]);
    }
    process.stdout.write(`${formatTable(rows)}\n`);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Reader = Readonly<{ name: string; version: string | null; script: string | null }>;

/** Installs a package into the empty folder `at`. Returns the cells of its row. */
async function measure(at: string, { name, version, script }: Reader): Promise<string[]> {
  const spec = version === null ? root : `${name}@${version}`;
  const [packed] = JSON.parse(npm(at, ['pack', spec, '--json', '--ignore-scripts', '--pack-destination', at])) as {
    filename: string;
    size: number;
  }[];
  if (packed === undefined) throw new Error(`npm packed nothing for ${spec}`);
  writeFileSync(join(at, 'package.json'), '{"private":true}');
  npm(at, ['install', '--no-audit', '--no-fund', `./${packed.filename}`]);
  const modules = join(at, 'node_modules');
  const files = readdirSync(modules, { recursive: true, encoding: 'utf8' });
  const onDisk = files.reduce((sum, file) => sum + lstatSync(join(modules, file)).blocks * 512, 0);
  const { packages } = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')) as { packages: object };
  const browser = script === null ? 'none' : await bundledSizes(at, script);
  return [kilobytes(packed.size), kilobytes(onDisk), String(Object.keys(packages).length), browser];
}

async function bundledSizes(at: string, script: string): Promise<string> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: script, resolveDir: at },
    outdir: at,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    minify: true,
    write: false,
    metafile: true,
    entryNames: 'start',
    logLevel: 'error',
  });
  const imports = new Map(Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output.imports]));
  const first = new Set(['start.js']);
  for (const name of first)
    for (const { path, kind } of imports.get(name) ?? []) if (kind === 'import-statement') first.add(basename(path));
  const sizes = { first: 0, later: 0 };
  for (const { path, contents } of outputFiles)
    sizes[first.has(basename(path)) ? 'first' : 'later'] += gzipSync(contents).length;
  return `${kilobytes(sizes.first)}${sizes.later === 0 ? '' : ` + ${kilobytes(sizes.later)}`}`;
}

function npm(cwd: string, args: readonly string[]): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(bytes < 100_000 ? 1 : 0);
}

if (require.main === module) runMain(main);
