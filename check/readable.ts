// Compares the texts of the style `readable` with exifr's own translations, over every file of the corpus that exifr reads.
//   node dist/check/readable.js [corpus folder]
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { defaultLimits } from '../lib/limits';
import { readable } from '../lib/style/readable';
import { tagName } from '../lib/tag/lookup';
import type { IfdPath } from '../lib/types';
import { program, runMain } from '../testing/program/program';
import { corpusLimits, readCorpusImage } from './corpus/read-image';
import { corpusFolder } from './corpus/truth';
import type { ExifrReading } from './readable/exifr-worker';

const blocks: Readonly<Record<string, IfdPath>> = {
  ifd0: 'IFD0',
  exif: 'Exif',
  gps: 'GPS',
  interop: 'Interop',
  ifd1: 'IFD1',
};
/** Milliseconds for one file. */
const patience = 5_000;

type Pair = Readonly<{ name: string; ours: string | undefined; exifr: unknown }>;

/** The reasons why the two differ on purpose. */
const exceptions: readonly Readonly<{ reason: string; holds(pair: Pair): boolean }>[] = [
  {
    reason: 'Versions are written as the standard does: 2.21, exifr 2.2.1',
    holds: ({ name, ours, exifr }) =>
      /Version$/.test(name) && String(exifr).replaceAll('.', '') === (ours ?? '').replaceAll('.', ''),
  },
  {
    reason: 'A version or date that is not valid is shown as stored, or left out; exifr makes one up',
    holds: ({ name, ours, exifr }) =>
      (/Version$/.test(name) && !/^\d+\.\d+$/.test(ours ?? '')) ||
      (name.startsWith('DateTime') && ours === undefined) ||
      (exifr instanceof Date && !/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(ours ?? '')),
  },
  {
    reason: 'GPSTimeStamp has two digits each and UTC: 08:04:09 UTC, exifr 8:4:9; left out where exifr has NaN',
    holds: ({ name, ours }) => name === 'GPSTimeStamp' && (ours === undefined || ours.endsWith(' UTC')),
  },
  {
    reason: 'Dates that do not exist are shown as stored; exifr counts on: month 13 is January',
    holds: ({ ours, exifr }) => exifr instanceof Date && /^\d{4}-\d\d-\d\d/.test(ours ?? ''),
  },
  { reason: 'Text is cut at its first NUL, trimmed and without control characters', holds: isCleaned },
  {
    reason: 'XP tags are UTF-16 in the order of Windows; exifr guesses the order from the first and the last byte',
    holds: ({ name }) => name.startsWith('XP'),
  },
  { reason: 'Empty text is left out', holds: ({ ours, exifr }) => ours === undefined && isBlank(exifr) },
];

const help = `Usage: npm run readable -- [corpus folder]

Compares the texts of the style readable with exifr's translations, for every file of the corpus that both read.
Exit code 1: a difference without a reason in check/readable.ts.
`;

/** Runs the program; returns the exit code. */
export const main = program({ name: 'readable', help, options: {}, positionals: true, run });

async function run(_options: object, [folder]: readonly string[]): Promise<number> {
  const valid = join(corpusFolder(folder), 'valid');
  const files = readdirSync(valid, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const exifr = exifrReader();
  const counts = { files: 0, translated: 0, equal: 0 };
  const excused = new Map<string, number>();
  const unexplained: string[] = [];
  for (const { parentPath, name } of files) {
    const file = join(parentPath, name);
    const [pairs, read] = await comparePairs(file, exifr.read);
    if (read) counts.files++;
    for (const pair of pairs) {
      counts.translated++;
      if (isEqual(pair)) counts.equal++;
      else {
        const reason = exceptions.find((exception) => exception.holds(pair))?.reason;
        if (reason === undefined)
          unexplained.push(`${name}: ${pair.name}: ${pair.ours} (exifr: ${String(pair.exifr)})`);
        else excused.set(reason, (excused.get(reason) ?? 0) + 1);
      }
    }
  }
  await exifr.end();
  console.log(
    `${counts.files} of ${files.length} files are read by both, ${counts.translated} values are translated by exifr`,
  );
  console.log(`${counts.equal} texts are equal`);
  for (const [reason, count] of excused) console.log(`${count} differ: ${reason}`);
  for (const line of unexplained) console.error(`NOT EXPLAINED: ${line}`);
  return unexplained.length === 0 && counts.equal > 0 ? 0 : 1;
}

/** Both texts of each tag that exifr translates, and whether both readers read the file. */
async function comparePairs(
  file: string,
  read: (file: string) => Promise<ExifrReading | null>,
): Promise<readonly [readonly Pair[], boolean]> {
  const { record } = await readCorpusImage(file, corpusLimits(defaultLimits.firstRead));
  const theirs = record === null || record.document === null ? null : await read(file);
  if (record === null || theirs === null) return [[], false];
  const ours = JSON.parse(readable.render(record)) as Record<string, Record<string, string>>;
  const pairs: Pair[] = [];
  for (const [block, ifd] of Object.entries(blocks)) {
    for (const [tag, exifr] of Object.entries(theirs.translated[block] ?? {})) {
      const name = tagName(ifd, Number(tag));
      const isTranslated = JSON.stringify(exifr) !== JSON.stringify(theirs.stored[block]?.[tag]);
      // A tag that our reader did not find, or found elsewhere, is a matter of the reader: `npm run conformance`.
      const found = record.document?.entries.some((entry) => entry.ifd === ifd && entry.tag === Number(tag)) ?? false;
      if (name !== null && isTranslated && found) pairs.push({ name, ours: ours[ifd]?.[name], exifr });
    }
  }
  return [pairs, true];
}

function isEqual({ ours, exifr }: Pair): boolean {
  if (!(exifr instanceof Date)) return ours === (typeof exifr === 'number' ? String(exifr) : exifr);
  const two = (part: number): string => String(part).padStart(2, '0');
  const day = [String(exifr.getFullYear()).padStart(4, '0'), two(exifr.getMonth() + 1), two(exifr.getDate())].join('-');
  const time = [exifr.getHours(), exifr.getMinutes(), exifr.getSeconds()].map(two).join(':');
  return ours === `${day} ${time}` || (ours === day && time === '00:00:00');
}

function isCleaned({ ours, exifr }: Pair): boolean {
  if (typeof exifr !== 'string' || ours === undefined) return false;
  const [first = ''] = exifr.split('\0');
  return first.replace(/[\p{Cc}\p{Cf}\p{Z}\s]+/gu, ' ').trim() === ours.replace(/\s+/g, ' ').trim();
}

function isBlank(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && value.replace(/[\0\s]/g, '') === '');
}

/** exifr in a thread, which is ended and replaced when a file takes too long. */
function exifrReader() {
  let worker: Worker | null = null;
  const read = async (file: string): Promise<ExifrReading | null> => {
    const thread = worker ?? new Worker(join(__dirname, 'readable', 'exifr-worker.js'));
    worker = thread;
    let settle = (_: ExifrReading | null | 'late'): void => undefined;
    const promise = new Promise<ExifrReading | null | 'late'>((done) => {
      settle = done;
    });
    const timer = setTimeout(() => settle('late'), patience);
    thread.once('message', settle).once('error', () => settle('late'));
    thread.postMessage(file);
    const reading = await promise;
    clearTimeout(timer);
    thread.removeAllListeners('message').removeAllListeners('error');
    if (reading !== 'late') return reading;
    await thread.terminate();
    worker = null;
    return null;
  };
  return { read, end: async () => worker?.terminate() };
}

if (require.main === module) runMain(main);
