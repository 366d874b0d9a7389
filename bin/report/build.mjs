// Builds what reports are made with into a folder: their styles as one file, and the outlines of the land.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { landPath } from '../../page/build.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/** Writes `report.css` and `land.txt`. */
export async function buildReport(outdir) {
  await build({
    entryPoints: [join(here, 'report.css')],
    outdir,
    bundle: true,
    minify: true,
    logLevel: 'warning',
    tsconfigRaw: {},
  });
  writeFileSync(join(outdir, 'land.txt'), landPath());
}
