// Reads a corpus over HTTP with our reader, exifr and exifreader, and prints, a format a row, what each found and what it cost.
//   node dist/bench/peers.js [corpus folder] [options]
import { join } from 'node:path';
import { corpusFolder, defaultCorpus, loadTruth, type Truth } from '../check/corpus/truth';
import { type WatchedChild, watchedChild } from '../check/hostile/watched-child';
import { type Options, program, runMain, UsageError } from '../testing/program/program';
import { formatTable } from '../testing/program/table';
import { type Library, libraries, type Question, type Reading } from './peers/child';
import { type RangeServer, rangeServer } from './peers/range-server';

const help = `Usage: npm run peers -- [corpus folder] [options]

Reads every file of a corpus (default ${defaultCorpus}) by its address on a loopback server that answers ranges and
counts them: with our reader, with exifr in its default chunks, and with exifreader at length 'auto'.

  --formats a,b   only these formats
  --help

For each library: the files with EXIF in which it found some, the mean GETs and KB for a file with EXIF, the mean GETs for
any file, and the files with EXIF that it refused or did not answer. Each file without an answer is named.
`;

/** After this many milliseconds without an answer the library is said to loop. */
const hangMs = 5_000;

export type PeerReading = Reading &
  Readonly<{ library: Library; truth: Pick<Truth, 'path' | 'format' | 'has_exif'>; requests: number; bytes: number }>;

const options = { formats: 'list' } as const;

/** Runs the program; returns the exit code. */
export const main = program({ name: 'peers', help, options, positionals: true, run });

async function run({ formats }: Options<typeof options>, [name]: readonly string[]): Promise<number> {
  const folder = corpusFolder(name);
  const truths = loadTruth(folder).filter(({ format }) => formats?.includes(format) ?? true);
  if (truths.length === 0) throw new UsageError(`--formats: no file of ${formats}`);
  const paths = truths.map(({ path }) => path);
  const server = await rangeServer(folder, paths);
  try {
    const readings = await Promise.all(libraries.map((library) => readAll(library, truths, server)));
    console.log(peerTable(readings.flat()));
  } finally {
    server.close();
  }
  return 0;
}

/** Reads every file with one library, one after the other, in a separate process. */
async function readAll(library: Library, truths: readonly Truth[], server: RangeServer): Promise<PeerReading[]> {
  const child: WatchedChild<Question, Reading> = watchedChild(join(__dirname, 'peers', 'child.js'), hangMs);
  const readings: PeerReading[] = [];
  for (const [i, truth] of truths.entries()) {
    const name = `${library}-${i}`;
    const reply = await child.ask({ library, endpoint: server.endpoint, name, path: truth.path });
    if ('failed' in reply) console.log(`${library}: ${truth.path}: ${reply.failed}`);
    const reading = 'failed' in reply ? { found: false, refused: reply.failed } : reply.answer;
    readings.push({ ...reading, library, truth, ...server.costOf(name) });
  }
  child.end();
  return readings;
}

/** A line a format and one for all, with the same columns for each library. */
export function peerTable(readings: readonly PeerReading[]): string {
  const columns = ['GETs', 'KB', 'GETs of all', 'refused'];
  const head = ['format', 'files', 'EXIF', ...libraries.flatMap((name) => [name, ...columns])];
  const formats = [...new Set(readings.map(({ truth }) => truth.format))];
  const rows = formats.map((format) =>
    cells(
      format,
      readings.filter(({ truth }) => truth.format === format),
    ),
  );
  return formatTable([head, ...rows, cells('all', readings)]);
}

function cells(format: string, readings: readonly PeerReading[]): readonly string[] {
  const files = readings.filter(({ library }) => library === libraries[0]);
  const parts = libraries.flatMap((library) => libraryCells(readings.filter((reading) => reading.library === library)));
  return [format, String(files.length), String(files.filter(({ truth }) => truth.has_exif).length), ...parts];
}

function libraryCells(readings: readonly PeerReading[]): readonly string[] {
  const withExif = readings.filter(({ truth }) => truth.has_exif);
  return [
    String(withExif.filter(({ found }) => found).length),
    mean(withExif.map(({ requests }) => requests)),
    mean(withExif.map(({ bytes }) => bytes / 1024)),
    mean(readings.map(({ requests }) => requests)),
    String(withExif.filter(({ refused }) => refused !== null).length),
  ];
}

function mean(numbers: readonly number[]): string {
  return numbers.length === 0 ? '-' : (numbers.reduce((sum, number) => sum + number, 0) / numbers.length).toFixed(2);
}

if (require.main === module) runMain(main);
