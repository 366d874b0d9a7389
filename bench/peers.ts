// Reads a corpus over HTTP with our reader, exifr and exifreader, and prints, a format a row, what each found and what it cost.
//   node dist/bench/peers.js [corpus folder] [options]
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadTruth, type Truth } from '../check/corpus/truth';
import { type WatchedChild, watchedChild } from '../check/hostile/watched-child';
import { runMain } from '../testing/program/run-main';
import { formatTable } from '../testing/program/table';
import { type Library, libraries, type Question, type Reading } from './peers/child';
import { type RangeServer, rangeServer } from './peers/range-server';

const help = `Usage: npm run peers -- [corpus folder] [options]

Reads every file of a corpus (default ../shared/corpus) by its address on a server on loopback that answers ranges and
counts them: with our reader, with exifr in its default chunks, and with exifreader at length 'auto'.

  --formats a,b   only these formats
  --help

Of each library: the files with EXIF in which it found any, how many GETs and KB a file with EXIF took, how many GETs a file
with or without, and the files with EXIF that it refused or gave no answer for. Each file without an answer is named.
`;

/** Milliseconds without an answer that count as an endless loop. */
const hangMs = 5_000;

export type PeerReading = Reading &
  Readonly<{ library: Library; truth: Pick<Truth, 'path' | 'format' | 'has_exif'>; requests: number; bytes: number }>;

/** Runs the command; the answer is the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === 'string') {
    console.error(options);
    return options === help ? 0 : 2;
  }
  const truths = loadTruth(options.folder).filter(({ format }) => options.formats?.includes(format) ?? true);
  if (truths.length === 0) {
    console.error('peers: no file of these formats');
    return 1;
  }
  const paths = truths.map(({ path }) => path);
  const server = await rangeServer(options.folder, paths);
  try {
    const readings = await Promise.all(libraries.map((library) => readAll(library, truths, server)));
    console.log(peerTable(readings.flat()));
  } finally {
    server.close();
  }
  return 0;
}

type Options = Readonly<{ folder: string; formats: readonly string[] | null }>;

/** The options, or a text to print instead of running. */
function readOptions(args: readonly string[]): Options | string {
  const options = { formats: { type: 'string' }, help: { type: 'boolean' } } as const;
  let parsed: { values: { formats?: string; help?: boolean }; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    return `peers: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (parsed.values.help === true) return help;
  const folder = resolve(parsed.positionals[0] ?? '../shared/corpus');
  if (!existsSync(join(folder, 'truth.jsonl'))) return `peers: no corpus (truth.jsonl) at ${folder}`;
  return { folder, formats: parsed.values.formats?.split(',') ?? null };
}

/** Every file with one library, one after the other in a process of its own. */
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

if (require.main === module) {
  runMain(main);
}
