// Checks `bucket-exif export`: many made records for volume, and copies of the images of a corpus for correctness.
//   node dist/check/export.js [options]
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { program, runMain, UsageError } from '../testing/program/program';
import { compareCells, copyCorpus, exportFolder } from './export/objects';
import { duckTotals, hyparquetTotals, type Totals } from './export/totals';

const help = `Usage: npm run export:check -- [options]

Writes made records into a Parquet file, measures the rows a second and the memory, and compares totals with those that DuckDB
and hyparquet find. Exports copies of the images of a corpus, and compares each cell with the answers to ?metadata.

  --records N       made records (default 1000000; 0 = none)
  --objects N       copies of images (default 20000; 0 = none)
  --corpus FOLDERS  where the images are (default ../shared/corpus/valid,../shared/corpus-meta/files)
  --help

Exit code 1: a total or a cell differs, or a target is missed.
`;

/** MiB, and rows a second of processor time: other programs may have the processor at the same time. */
const targets = { memory: 300, rate: 20_000 } as const;

export const main = program({
  name: 'export',
  help,
  options: { records: 'number', objects: 'number', corpus: 'list' },
  async run({ records = 1_000_000, objects = 20_000, corpus = defaultCorpora }) {
    const missing = corpus.find((folder) => !existsSync(folder));
    if (missing !== undefined) throw new UsageError(`--corpus: ${missing} does not exist`);
    const folder = mkdtempSync(join(tmpdir(), 'bucket-exif-export-'));
    try {
      const isFast = records === 0 || (await checkVolume(folder, records));
      const isRight = objects === 0 || (await checkCells(folder, objects, corpus));
      return isFast && isRight ? 0 : 1;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
});

const shared = join(__dirname, '..', '..', '..', 'shared');
const defaultCorpora: readonly string[] = [join(shared, 'corpus', 'valid'), join(shared, 'corpus-meta', 'files')];

type Written = Readonly<{ wall: number; cpu: number; rss: number; totals: Totals }>;

async function checkVolume(folder: string, records: number): Promise<boolean> {
  const path = join(folder, 'records.parquet');
  const writer = join(__dirname, 'export', 'write-records.js');
  const { stdout } = await promisify(execFile)(process.execPath, [writer, String(records), path]);
  const { wall, cpu, rss, totals } = JSON.parse(stdout) as Written;
  const perSecond = (ms: number): number => Math.round((records / ms) * 1000);
  const memory = rss / 2 ** 20;
  const size = statSync(path).size;
  console.log(
    `${records} records into Parquet of ${(size / 1e6).toFixed(1)} MB (${Math.round(size / records)} bytes each):`,
  );
  console.log(
    `  ${perSecond(cpu)} a second of processor time (target ${targets.rate}), ${perSecond(wall)} a second by the clock`,
  );
  console.log(`  ${memory.toFixed(0)} MiB of memory with the maker of the records (target ${targets.memory})`);
  const isSame = [
    report('DuckDB', totals, await duckTotals(path)),
    report('hyparquet', totals, await hyparquetTotals(path, totals)),
  ];
  return isSame.every((same) => same) && memory <= targets.memory && perSecond(cpu) >= targets.rate;
}

function report(reader: string, expected: Totals, found: Totals): boolean {
  const wrong = Object.keys(expected).filter((name) => expected[name as keyof Totals] !== found[name as keyof Totals]);
  const count = Object.keys(expected).length;
  if (wrong.length === 0) console.log(`  ${reader}: ${count} totals are equal`);
  else console.log(`  ${reader}: other totals for ${wrong.join(', ')}: ${JSON.stringify({ expected, found })}`);
  return wrong.length === 0;
}

async function checkCells(folder: string, objects: number, corpora: readonly string[]): Promise<boolean> {
  const images = join(folder, 'images');
  mkdirSync(images);
  const copies = copyCorpus(corpora, images, objects);
  const to = join(folder, 'images.parquet');
  const { code, text } = await exportFolder(images, to);
  console.log(text.trim());
  if (code !== 0) return false;
  const { cells, differences } = await compareCells(to, copies);
  console.log(`${copies.size} objects: ${cells} cells compared, ${differences.length} differ`);
  for (const line of differences.slice(0, 20)) console.log(`  ${line}`);
  return differences.length === 0;
}

if (require.main === module) runMain(main);
