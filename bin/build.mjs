// Builds into dist/: every source as a CommonJS file, for tests and tools; the page; and in dist/npm the files that npm
// publishes. esbuild does not check types: `npm run typecheck` does.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, transform } from 'esbuild';
import { buildPage } from '../page/build.mjs';
import { bundleBrowser } from './bundle-browser.mjs';
import { licenceTexts, words, zoneMap } from './bundling.mjs';
import { buildReport } from './report/build.mjs';

/** Folders of sources that are compiled file by file. */
const compiled = ['bench', 'bin', 'check', 'deploy', 'handler', 'lib', 'samples', 'service', 'testing'];
/** Programs that are built as one file each, as they are deployed: what they cost must not depend on the number of sources. */
const programs = [
  join('bin', 'serve.ts'),
  join('bin', 'backfill.ts'),
  join('bench', 'store', 'reads.ts'),
  join('bench', 'cpu', 'ours.ts'),
];
const node = { platform: 'node', target: 'node20', format: 'cjs', logLevel: 'warning' };

/** Builds everything. `root` is the folder of package.json. */
export async function buildAll(root) {
  await Promise.all([compile(root), bundlePrograms(root), buildPage(join(root, 'dist', 'page')), bundlePackage(root)]);
}

async function compile(root) {
  const dist = join(root, 'dist');
  const entryPoints = compiled.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(root, folder, name))
      .filter((path) => !programs.some((program) => path === join(root, program))),
  );
  await build({ ...node, absWorkingDir: root, entryPoints, outbase: root, outdir: dist });
  removeStale(root, dist);
}

/** Finding two hundred small files takes `npm start` longer than running them, and reading their exports costs each answer. */
async function bundlePrograms(root) {
  const outdir = join(root, 'dist');
  const options = { entryPoints: programs, outbase: root, outdir, bundle: true, packages: 'external' };
  await build({ ...node, absWorkingDir: root, ...options });
}

/** Removes compiled files whose source is gone. */
function removeStale(root, dist) {
  for (const name of readdirSync(dist, { recursive: true })) {
    const [folder] = name.split(sep);
    const stem = name.replace(/\.js$/, '');
    if (stem === name || !compiled.includes(folder) || existsSync(join(root, `${stem}.ts`))) continue;
    rmSync(join(dist, name));
  }
}

/**
 * The published package: the library and the command as bundles, so that it is small and needs no other package. What both
 * contain is in files `part-*.js`. Packages that are peers in package.json are loaded on demand. `index.mjs`
 * exports what the CommonJS file has, so that a process has one copy.
 */
async function bundlePackage(root) {
  const outdir = join(root, 'dist', 'npm');
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  const { peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { outputFiles, metafile } = await build({
    ...node,
    absWorkingDir: root,
    entryPoints: { index: 'lib/index.ts', 'bucket-exif': 'bin/bucket-exif.ts' },
    chunkNames: 'part-[hash]',
    outdir,
    bundle: true,
    minify: true,
    format: 'esm', // the only one that esbuild can split
    splitting: true,
    external: Object.keys(peerDependencies),
    define: { 'require.main': 'undefined' }, // the command runs bin/serve.ts as a part of it, not as the program
    plugins: [words, zoneMap('./browser/zones.mjs')],
    metafile: true,
    write: false,
  });
  for (const { path, text } of outputFiles)
    writeFileSync(path, (await transform(text, { ...node, minify: true })).code);
  chmodSync(join(outdir, 'bucket-exif.js'), 0o755); // npm makes it executable only when it first links the command
  await buildReport(outdir);
  const names = Object.keys(createRequire(import.meta.url)(join(outdir, 'index.js')));
  writeFileSync(join(outdir, 'index.mjs'), `export { ${names.join(', ')} } from './index.js';\n`);
  const description = readFileSync(join(root, 'docs', 'openapi.json'));
  writeFileSync(join(outdir, 'openapi.json.gz'), gzipSync(description, { level: 9 }));
  writeFileSync(
    join(outdir, 'licences.txt'),
    licenceTexts([metafile], ['exifr', '@photostructure/tz-lookup', 'world-atlas']),
  );
  await bundleBrowser(join(outdir, 'browser'));
}
