// `bucket-exif report`: sums up a bucket or a table as one HTML file.

import { existsSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { fileErrorText } from '../lib/io/error-code';
import { SummaryMaker, summaryColumns } from '../lib/table/summary';
import { processEnv } from '../service/config/config';
import { loadAssets } from './report/assets';
import { reportDocument } from './report/document';
import { type ReportOptions, readReportOptions } from './report/options';
import { openSource, type RowSource } from './report/source';
import { usage } from './report/usage';
import { errorText, ignoreClosedOutput, userFolder, wrongUse } from './terminal/command-line';
import { formatCount, formatObjects, showProgress } from './terminal/progress';
import { emptyTally } from './terminal/tally';
import { printable } from './terminal/terminal';

/** Exit codes; after a stop by the user 128 plus the number of the signal. */
const exitCodes = { done: 0, impossible: 2, SIGINT: 130, SIGTERM: 143 } as const;

// Of each group of rows little is kept. V8 would let the garbage grow to twice the size of a group.
setFlagsFromString('--heap-growing-percent=20');
ignoreClosedOutput();
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    process.exitCode = exitCodes[signal];
    stop.abort();
  });
}
main().catch((error: unknown) => {
  process.stderr.write(`bucket-exif report: ${printableLines(errorText(error))}\n`);
  process.exitCode ??= exitCodes.impossible;
});

async function main(): Promise<void> {
  const folder = userFolder(processEnv);
  const options = readReportOptions(process.argv.slice(2), folder);
  if (options === null) return void process.stdout.write(usage);
  const outputs = [options.html, options.json].filter((path) => path !== null);
  const existing = options.overwrite ? undefined : outputs.find((path) => existsSync(path));
  if (existing !== undefined) throw wrongUse(`${existing} exists: name another file, or add --overwrite`);
  const assets = options.html === null ? null : loadAssets();
  const source = await openSource(options.source, folder, summaryColumns);
  const summary = (await sumUp(source, options)).result();
  if (stop.signal.aborted) return;
  const heading = {
    title: options.title ?? `What is in ${lastPart(source.name)}?`,
    source: source.name,
    made: Date.now(),
    version: await version(),
  };
  if (options.html !== null && assets !== null) await put(options.html, reportDocument(summary, heading, assets));
  if (options.json !== null) await put(options.json, `${JSON.stringify({ source: source.name, ...summary })}\n`);
  if (!options.quiet) {
    const { objects, failed } = summary;
    process.stderr.write(
      `${formatObjects(objects)}, of which ${formatCount(failed)} could not be read: ${printable(outputs.join(', '))}\n`,
    );
  }
}

async function sumUp({ rows, total }: RowSource, { quiet }: ReportOptions): Promise<SummaryMaker> {
  const maker = new SummaryMaker();
  let done = 0;
  const screen = {
    isTerminal: process.stderr.isTTY === true,
    columns: () => process.stderr.columns || 80,
    write: (text: string) => void process.stderr.write(text),
  };
  const progress = quiet ? null : showProgress(screen, () => ({ tally: { ...emptyTally, done }, total }));
  try {
    for await (const some of rows) {
      if (stop.signal.aborted) break;
      for (const row of some) {
        maker.add(row);
        done++;
      }
      // Progress and signals wait for a turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    progress?.stop();
  }
  return maker;
}

/** Writes a file so that it is either complete or not there. */
async function put(path: string, text: string): Promise<void> {
  const made = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(made, text, { flag: 'wx' });
    await rename(made, path);
  } catch (error) {
    await rm(made, { force: true });
    throw wrongUse(`Cannot write ${path}: ${fileErrorText(error)}`);
  }
}

/** `photos.parquet` of `/data/photos.parquet`, `s3://photos/2024` as it is. */
function lastPart(name: string): string {
  return /^[a-z0-9]+:\/\//.test(name) ? name.replace(/\?.*$/, '') : (/[^/\\]+[/\\]*$/.exec(name)?.[0] ?? name);
}

/** Each line made safe for a terminal. */
function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

async function version(): Promise<string> {
  const text = await readFile(join(__dirname, '..', '..', 'package.json'), 'utf8');
  return String((JSON.parse(text) as { version?: unknown }).version);
}
