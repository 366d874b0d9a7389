// Prints what an answer takes from the cache, and what 100 requests for one object take at the same time.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { formatTable } from '../../testing/program/table';
import { measureCached, measureTogether, type Source, sources, type Taken } from './measure';

/** A JPEG, a HEIC whose EXIF is at its end, a raw file; without a corpus, the samples. */
const cachedPaths = [
  'valid/jpeg/exiftool__Canon.jpg',
  'valid/heif/metadata-extractor-images__Issue_487.heic',
  'valid/arw/exifast__Sony_DSLR-A200_real.ARW',
];
const samplePaths = ['gps.jpg', 'big-endian.tif', 'exif-after-idat.png'];
const roundTrip = 20;
const requests = 100;

const names: Readonly<Record<Source, string>> = {
  store: 'miss',
  cache: 'hit in the cache, verified',
  memory: 'hit in memory, verified',
  fresh: 'hit in memory, EXIF_FRESHNESS',
};
const together = {
  none: 'without a cache',
  verify: 'with a cache, verified',
  fresh: 'with a cache, EXIF_FRESHNESS',
} as const;

type Settings = Readonly<{ corpus: string; quick: boolean; samples: string }>;

export async function benchCache({ corpus, quick, samples }: Settings): Promise<void> {
  const there = cachedPaths.filter((path) => existsSync(join(corpus, path)));
  const [root, paths] = there.length > 0 ? [corpus, there] : [samples, samplePaths];
  const answers = await measureCached(root, paths, roundTrip, quick ? 10 : 60);
  const rows = answers.flatMap(({ path, from }) =>
    sources.map((source) => [
      `${path}: ${names[source]}`,
      ...cellsOf(from[source]),
      `${(from[source].ms / from.store.ms).toFixed(2)} x`,
    ]),
  );
  console.log(`An answer, over a store ${roundTrip} ms away: medians`);
  console.log(`${formatTable([['', 'ms', 'GETs', 'bytes', 'of the miss'], ...rows])}\n`);
  const [path = ''] = paths;
  const results = await measureTogether(root, path, roundTrip, { rounds: quick ? 3 : 15, requests });
  const kinds = Object.keys(together) as (keyof typeof together)[];
  console.log(`${requests} requests for ${path} at the same time, ${roundTrip} ms away; to reach: 1 to 2 GETs`);
  console.log(
    `${formatTable([['', 'ms', 'GETs', 'bytes'], ...kinds.map((kind) => [together[kind], ...cellsOf(results[kind])])])}\n`,
  );
}

function cellsOf({ ms, requests: gets, bytes }: Taken): string[] {
  return [ms.toFixed(2), String(gets), String(bytes)];
}
