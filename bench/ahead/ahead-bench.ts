// The part of `npm run bench` about reading ahead: round trips by kind of image, and GETs over a whole corpus.
import { existsSync } from 'node:fs';
import { loadavg } from 'node:os';
import { basename, join } from 'node:path';
import { corpusLimits, readCorpusImage } from '../../check/corpus/read-image';
import { loadTruth } from '../../check/corpus/truth';
import { defaultLimits } from '../../lib/limits';
import { aheadBy } from '../../lib/read/ahead';
import { createForecast } from '../../lib/read/forecast';
import { formatTable } from '../../testing/program/table';
import { type AheadRow, type Kind, learnedObjects, measureAhead } from './measure';

type Settings = Readonly<{ corpus: string; quick: boolean }>;

/** Milliseconds added to each request. */
const delayMs = 20;
/** To reach: round trips of a p50, milliseconds above them, and GETs for an image of the corpus. */
const [mostTrips, aboveMs, mostGets] = [1.15, 2, 1.35];

const kinds: readonly Kind[] = [
  {
    name: 'HEIC, EXIF at the end',
    paths: [
      'valid/heif/metadata-extractor-images__Issue_487.heic',
      'valid/heif/Lychee__sewing-threads.heic',
      'valid/heif/file-type__fixture-msf1.heic',
      'valid/heif/metadata-extractor-images__Issue_437_dotnet_.heic',
    ],
  },
  {
    name: 'ARW',
    paths: ['valid/arw/exifast__Sony_DSLR-A200_real.ARW', 'valid/arw/exifast__Sony_SLT-A33_real.ARW'],
  },
  {
    name: 'WebP',
    paths: [
      'valid/webp/exiv2__exiv2-bug1199.webp',
      'valid/webp/govips__webp-orientation-6.webp',
      'valid/webp/metadata-extractor-images__Nikon_Coolpix_P7000.webp',
      'valid/webp/bep-imagemeta__sunrise.webp',
    ],
  },
  { name: 'PNG, eXIf after the pixels', paths: ['valid/png/libavif__paris_icc_exif_xmp_at_end.png'] },
  { name: 'JPEG', paths: ['valid/jpeg/metadata-extractor-images__Canon_IXUS_400.jpg'] },
];

export async function benchAhead({ corpus, quick }: Settings): Promise<void> {
  if (!existsSync(join(corpus, 'truth.jsonl'))) {
    console.log(`Skipped: reading ahead. There is no corpus at ${corpus}`);
    return;
  }
  const count = quick ? 40 : 200;
  const { store, rows } = await measureAhead(corpus, kinds, delayMs, count);
  const load = loadavg()[0]?.toFixed(1);
  console.log(
    `Answers over ${store}, ${delayMs} ms added: ${count} objects of a kind after ${learnedObjects} others, in turns; load ${load}`,
  );
  console.log(
    `${formatTable([['', 'p50 ms', 'round trips', 'over target', 'GETs', 'KiB'], ...rows.map(toCells(rows))])}`,
  );
  console.log(`To reach with latency: ${mostTrips} round trips + ${aboveMs} ms\n`);
  await benchCorpus(corpus);
}

function toCells(rows: readonly AheadRow[]) {
  return ({ kind, way, p50, requests, bytes }: AheadRow): string[] => {
    const trip = rows.find((row) => row.kind === kind && row.way === 'round trip')?.p50 ?? Number.NaN;
    return [
      `${kind}: ${way}`,
      p50.toFixed(1),
      (p50 / trip).toFixed(2),
      way === 'latency' ? `${(p50 - mostTrips * trip - aboveMs).toFixed(1)} ms` : '-',
      requests.toFixed(2),
      (bytes / 1024).toFixed(0),
    ];
  };
}

/** Keys in the order in which a bucket lists them: in folders by format, and all in one folder. */
const orders: readonly Readonly<{ name: string; keyOf: (path: string) => string }>[] = [
  { name: 'folders by format', keyOf: (path) => path },
  { name: 'one folder', keyOf: (path) => basename(path) },
  { name: 'one folder, no suffixes', keyOf: (path) => basename(path).replace(/\.[^.]*$/, '') },
];

async function benchCorpus(corpus: string): Promise<void> {
  const paths = loadTruth(corpus).map(({ path }) => path);
  const rows: string[][] = [];
  for (const { name, keyOf } of orders) {
    const sorted = [...paths].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    for (const way of ['requests', 'latency']) {
      const openAhead = way === 'latency' ? aheadBy(createForecast(defaultLimits.firstRead)) : undefined;
      const total = { requests: 0, bytes: 0 };
      for (const path of sorted) {
        const { cost } = await readCorpusImage(join(corpus, path), corpusLimits(defaultLimits.firstRead), {
          openAhead,
          key: keyOf(path),
        });
        total.requests += cost.requests;
        total.bytes += cost.bytes;
      }
      const [gets, kib] = [total.requests / paths.length, total.bytes / paths.length / 1024];
      rows.push([`${name}: ${way}`, String(total.requests), gets.toFixed(3), kib.toFixed(1)]);
    }
  }
  console.log(
    `GETs of ${paths.length} images, by one process, in the order of their keys; to reach: ${mostGets} an image`,
  );
  console.log(`${formatTable([['', 'GETs', 'an image', 'KiB an image'], ...rows])}\n`);
}
