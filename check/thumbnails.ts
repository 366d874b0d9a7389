// Reads the thumbnail of every file of a corpus and compares it, byte for byte, with the one that ExifTool takes out.
//   node dist/check/thumbnails.js [corpus folder] [options]
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jpegFacts } from '../lib/container/whole-jpeg';
import { defaultLimits } from '../lib/limits';
import { ProblemError } from '../lib/problem';
import { nothingKnown } from '../lib/read/object';
import { readThumbnail, type Thumbnail } from '../lib/read/thumbnail';
import { uprightThumbnail } from '../lib/read/thumbnail-upright';
import type { ReadCost } from '../lib/types';
import { type Options, program, runMain } from '../testing/program/program';
import { formatTable } from '../testing/program/table';
import { corpusLimits, memoryBucket, readCorpusImage } from './corpus/read-image';
import { corpusFolder, defaultCorpus, loadTruth } from './corpus/truth';

const help = `Usage: npm run thumbnails -- [corpus folder] [options]

Reads the thumbnail of every file of a corpus (default ${defaultCorpus}) and prints how many files have one, what reading costs,
whether it equals the one that ExifTool finds (if ExifTool is installed), and whether it can be turned.
Exit code 1: a difference without a reason in check/thumbnails.ts.

  --first BYTES  size of the first read (default ${defaultLimits.firstRead})
  --help
`;

/** Files for which ExifTool has another result, and the reason why that is acceptable. */
const knownDifferences: ReadonlyMap<string, string> = new Map([
  [
    'valid/jpeg/deb-Image-MetaData-JPEG__test_frankenstein.jpg',
    'Its length ends one byte after the APP1 segment: refused here; ExifTool reads on in the file.',
  ],
  ['valid/jxl/libgd__flower_small_rgb.jxl', 'In a Brotli box, which ExifTool needs a module more to open.'],
]);

type FileResult = Readonly<{
  path: string;
  format: string;
  thumbnail: Thumbnail | null;
  problem: string | null;
  cost: ReadCost;
  /** GETs of `?exif`. */
  exifRequests: number;
  turnMs: number | null;
  turnProblem: string | null;
}>;

const options = { first: 'count' } as const;

/** Runs the program; returns the exit code. */
export const main = program({ name: 'thumbnails', help, options, positionals: true, run });

async function run({ first = defaultLimits.firstRead }: Options<typeof options>, [name]: readonly string[]) {
  const folder = corpusFolder(name);
  const results: FileResult[] = [];
  for (const { path, format } of loadTruth(folder)) {
    results.push(await readOne(folder, path, format, first));
  }
  printCosts(results);
  printTurning(results);
  return compare(results, exifToolThumbnails(folder));
}

async function readOne(folder: string, path: string, format: string, first: number): Promise<FileResult> {
  const limits = corpusLimits(first);
  const cost: ReadCost = { requests: 0, bytes: 0 };
  const bucket = memoryBucket(readFileSync(join(folder, path)), cost);
  const { cost: exifCost } = await readCorpusImage(join(folder, path), limits);
  const known = { path, format, cost, exifRequests: exifCost.requests };
  const none = { ...known, thumbnail: null, turnMs: null, turnProblem: null };
  try {
    const reading = await readThumbnail({
      ref: { bucketId: 'corpus', bucket: 'corpus', key: path },
      deps: { bucket, limits, dropGroups: [] },
      cost: { requests: 0, bytes: 0 },
      known: nothingKnown,
      signal: AbortSignal.timeout(limits.totalMs),
    });
    if (reading.kind === 'known') return { ...none, problem: 'known' };
    return { ...known, thumbnail: reading, problem: null, ...(await turn(reading)) };
  } catch (error) {
    return { ...none, problem: describe(error) };
  }
}

/** Turns the thumbnail, whatever its orientation is, to check that it can be decoded. */
async function turn(thumbnail: Thumbnail): Promise<Pick<FileResult, 'turnMs' | 'turnProblem'>> {
  const startedAt = performance.now();
  try {
    await uprightThumbnail({ ...thumbnail, orientation: 6 }, AbortSignal.timeout(10_000));
    return { turnMs: performance.now() - startedAt, turnProblem: null };
  } catch (error) {
    return { turnMs: null, turnProblem: describe(error) };
  }
}

function describe(error: unknown): string {
  return error instanceof ProblemError ? `${error.code}: ${error.message}` : String(error);
}

function printCosts(results: readonly FileResult[]): void {
  const found = results.filter(({ thumbnail }) => thumbnail !== null);
  const formats = [...new Set(found.map(({ format }) => format))];
  const row = (name: string, part: readonly FileResult[]): string[] => {
    const having = part.filter(({ thumbnail }) => thumbnail !== null);
    const requests = having.map(({ cost }) => cost.requests);
    const more = having.filter(({ cost, exifRequests }) => cost.requests > exifRequests).length;
    const largest = Math.max(...having.map(({ thumbnail }) => thumbnail?.bytes.length ?? 0));
    return [name, part.length, having.length, mean(requests), Math.max(...requests), more, largest].map(String);
  };
  const heads = ['', 'files', 'thumbnails', 'GETs', 'max', 'more than ?exif', 'largest, bytes'];
  const rows = formats.map((format) =>
    row(
      format,
      results.filter((result) => result.format === format),
    ),
  );
  console.log(formatTable([heads, ...rows, row('all', results)]));
  const facts = found.flatMap(({ thumbnail }) => (thumbnail === null ? [] : [jpegFacts(thumbnail.bytes)]));
  const pixels = Math.max(...facts.map(({ width, height }) => width * height));
  console.log(`\nMost pixels: ${pixels}; most scans: ${Math.max(...facts.map(({ scans }) => scans))}.`);
  const refused = results.filter(({ problem }) => problem !== null && !problem.startsWith('ThumbnailMissing'));
  for (const { path, problem } of refused) console.log(`Refused: ${path} (${problem})`);
}

function printTurning(results: readonly FileResult[]): void {
  const times = results.flatMap(({ turnMs }) => (turnMs === null ? [] : [turnMs]));
  const lying = results.filter(({ thumbnail }) => (thumbnail?.orientation ?? 1) !== 1).length;
  times.sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)] ?? 0;
  console.log(`Turned: ${times.length}, ${median.toFixed(1)} ms each (median); ${lying} are stored turned.`);
  for (const { path, turnProblem } of results) if (turnProblem !== null) console.log(`Not: ${path} (${turnProblem})`);
}

function mean(numbers: readonly number[]): string {
  return (numbers.reduce((sum, number) => sum + number, 0) / numbers.length).toFixed(2);
}

/** Path -> the thumbnail that ExifTool finds in IFD1; null when ExifTool is not installed. */
function exifToolThumbnails(folder: string): ReadonlyMap<string, Uint8Array> | null {
  const run = spawnSync('exiftool', ['-r', '-j', '-b', '-ext', '*', '-IFD1:ThumbnailImage', 'valid'], {
    cwd: folder,
    maxBuffer: 256 * 1024 * 1024,
    encoding: 'utf8',
  });
  if (run.error !== undefined) return null;
  const files = JSON.parse(run.stdout) as readonly { SourceFile: string; ThumbnailImage?: string }[];
  return new Map(
    files.flatMap(({ SourceFile, ThumbnailImage = '' }) =>
      ThumbnailImage.startsWith('base64:')
        ? [[SourceFile, Buffer.from(ThumbnailImage.slice('base64:'.length), 'base64')]]
        : [],
    ),
  );
}

function compare(results: readonly FileResult[], truth: ReadonlyMap<string, Uint8Array> | null): number {
  if (truth === null) {
    console.log('ExifTool is not installed: nothing was compared.');
    return 0;
  }
  let equal = 0;
  let unexplained = 0;
  for (const { path, thumbnail, problem } of results) {
    const theirs = truth.get(path);
    if (theirs === undefined && thumbnail === null) continue;
    if (theirs !== undefined && thumbnail !== null && Buffer.from(thumbnail.bytes).equals(theirs)) {
      equal++;
      continue;
    }
    const reason = knownDifferences.get(path);
    if (reason === undefined) unexplained++;
    const ours = thumbnail === null ? problem : `${thumbnail.bytes.length} bytes`;
    console.log(`Differs: ${path}: ours ${ours}, ExifTool ${theirs?.length ?? 0} bytes (${reason ?? 'NOT EXPLAINED'})`);
  }
  console.log(`ExifTool has ${truth.size} thumbnails; ${equal} are equal byte for byte.`);
  return unexplained === 0 ? 0 : 1;
}

if (require.main === module) runMain(main);
