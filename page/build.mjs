// Builds the page into dist/page: bundles page/ and the code of lib/ that reads local files, makes one path of the map's
// outlines, and compresses all files. File names contain a hash of the content; index.html refers to them.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { feature } from 'topojson-client';
import { forBrowsers, licenceTexts, packedZones, words } from '../bin/bundling.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..');
const require = createRequire(import.meta.url);

/** `page:land`: the outlines of all land as the text of an SVG path, in tenths of a degree, north up. */
const land = {
  name: 'land',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^page:land$/ }, () => ({ path: 'land', namespace: 'land' }));
    onLoad({ filter: /.*/, namespace: 'land' }, () => ({
      contents: `export const land = ${JSON.stringify(landPath())};`,
    }));
  },
};

/** lib/metadata/zones.ts with the compressed map of time zones in it. */
const zones = {
  name: 'zones',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]metadata[\\/]zones\.ts$/ }, () => ({
      contents: packedZones(),
      resolveDir: join(root, 'lib'),
    }));
  },
};

/** That text. */
export function landPath() {
  const topology = JSON.parse(readFileSync(require.resolve('world-atlas/land-110m.json'), 'utf8'));
  const { features } = feature(topology, topology.objects.land);
  return features
    .flatMap(({ geometry: { coordinates } }) => coordinates)
    .flat()
    .map(ringPath)
    .join('');
}

/**
 * One ring in relative steps, which need few characters. Positions are rounded, not steps, so that errors do not add up. A ring
 * that crosses 180 degrees continues beyond it; the ring around a pole is closed along that line.
 */
function ringPath(ring) {
  const places = [];
  let turns = 0;
  for (const [i, [longitude, latitude]] of ring.entries()) {
    const step = i === 0 ? 0 : longitude - ring[i - 1][0];
    if (Math.abs(step) > 180) turns -= Math.sign(step);
    places.push([Math.round((longitude + 360 * turns) * 10), Math.round(-latitude * 10)]);
  }
  if (turns !== 0) {
    const pole = places[0][1] > 0 ? 900 : -900;
    places.push([places.at(-1)[0], pole], [places[0][0], pole]);
  }
  const steps = places.slice(1).map(([x, y], i) => [x - places[i][0], y - places[i][1]]);
  const moves = steps.filter(([dx, dy]) => dx !== 0 || dy !== 0).map(([dx, dy]) => `${dx}${dy < 0 ? '' : ' '}${dy}`);
  return `M${places[0][0]} ${places[0][1]}l${moves.join(' ').replaceAll(' -', '-')}z`;
}

/** Builds into `outdir`, which is emptied. */
export async function buildPage(outdir) {
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  const { metafile } = await build({
    entryPoints: [join(here, 'app.ts'), join(here, 'style.css')],
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    metafile: true,
    plugins: [forBrowsers, words, zones, land],
    tsconfigRaw: {},
    logLevel: 'warning',
  });
  const names = new Map(
    Object.entries(metafile.outputs)
      .filter(([, { entryPoint }]) => /^page\/(app\.ts|style\.css)$/.test(entryPoint ?? ''))
      .map(([path, { entryPoint }]) => [
        entryPoint.replace('page/', '').replace('.ts', '.js'),
        path.slice(path.lastIndexOf('/') + 1),
      ]),
  );
  names.set('icon.svg', writeHashed(outdir, 'icon.svg', readFileSync(join(here, 'icon.svg'))));
  const licences = licenceTexts([metafile], ['exifr', 'world-atlas', '@photostructure/tz-lookup']);
  names.set('licenses.txt', writeHashed(outdir, 'licenses.txt', licences));
  const html = readFileSync(join(here, 'index.html'), 'utf8').replace(/%([a-z.]+)%/g, (_, name) => {
    if (!names.has(name)) throw new Error(`Cannot build the page: index.html names ${name}, which is not built`);
    return names.get(name);
  });
  writeFileSync(join(outdir, 'index.html'), html);
  for (const name of readdirSync(outdir)) {
    writeFileSync(join(outdir, `${name}.gz`), gzipSync(readFileSync(join(outdir, name)), { level: 9 }));
    rmSync(join(outdir, name));
  }
}

function writeHashed(outdir, name, content) {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 8).toUpperCase();
  const hashed = name.replace('.', `-${hash}.`);
  writeFileSync(join(outdir, hashed), content);
  return hashed;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPage(process.argv[2] ?? join(root, 'dist', 'page'));
