// Builds the entries `bucket-exif/browser` and `bucket-exif/browser/metadata`: ES modules that need no other package, so that bundlers need no configuration.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { forBrowsers, packedZones, zoneMap } from './bundling.mjs';

const source = join(dirname(fileURLToPath(import.meta.url)), '..', 'lib', 'browser');

const browser = {
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  minify: true,
  tsconfigRaw: {},
  logLevel: 'warning',
};

/** Leaves the rare formats to a file of their own, which is loaded when it is needed. */
const commonFormats = {
  name: 'common-formats',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.\/container$/ }, () => ({ path: join(source, 'formats.ts') }));
  },
};

/**
 * Makes extra.ts need the whole entry: bundlers then keep the code of both in one chunk, which is smaller when it is compressed
 * than a chunk for each group of files that the two share.
 */
const oneCore = {
  name: 'one-core',
  setup({ onLoad }) {
    onLoad({ filter: /\/browser\/extra\.ts$/ }, ({ path }) => {
      return { loader: 'ts', contents: `${readFileSync(path, 'utf8')}export { parse } from './index';\n` };
    });
  },
};

/** Builds `index.mjs`, `metadata.mjs` and the files that they load into `outdir`. Node loads `zones.mjs`, too. */
export async function bundleBrowser(outdir) {
  await build({
    ...browser,
    stdin: { contents: packedZones(), resolveDir: join(source, '..') },
    outfile: join(outdir, 'zones.mjs'),
    plugins: [forBrowsers],
  });
  await build({
    ...browser,
    entryPoints: ['index.ts', 'metadata.ts'].map((name) => join(source, name)),
    outdir,
    splitting: true,
    outExtension: { '.js': '.mjs' },
    plugins: [forBrowsers, commonFormats, oneCore, zoneMap('./zones.mjs')],
  });
}
