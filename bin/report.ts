// `bucket-exif report`: sums up a bucket or a table as one HTML file.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Summary, SummaryMaker, summaryColumns } from '../lib/table/summary';
import { processEnv } from '../service/config/config';
import { type OutputFile, openOutput } from './export/output-file';
import { loadAssets } from './report/assets';
import { reportDocument } from './report/document';
import { addLive } from './report/live';
import { type ReportOptions, readReportOptions } from './report/options';
import { openSource, type RowSource } from './report/source';
import { openStored } from './report/stored';
import { usage } from './report/usage';
import { errorText, ignoreClosedOutput, userFolder } from './terminal/command-line';
import { formatCount, formatObjects, type Screen, showProgress } from './terminal/progress';
import { keepHeapSmall } from './terminal/small-heap';
import { emptyTally } from './terminal/tally';
import { printable } from './terminal/terminal';

/** Exit codes; after a stop by the user 128 plus the number of the signal. */
const exitCodes = { done: 0, failures: 1, impossible: 2, SIGINT: 130, SIGTERM: 143 } as const;

keepHeapSmall();
ignoreClosedOutput();
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    process.exitCode = exitCodes[signal];
    stop.abort();
  });
}
const screen: Screen = {
  isTerminal: process.stderr.isTTY === true,
  columns: () => process.stderr.columns || 80,
  write: (text) => void process.stderr.write(text),
};
main().catch((error: unknown) => {
  if (stop.signal.aborted) return;
  process.stderr.write(`bucket-exif report: ${errorText(error).split('\n').map(printable).join('\n')}\n`);
  process.exitCode = exitCodes.impossible;
});

async function main(): Promise<void> {
  const folder = userFolder(processEnv);
  const options = readReportOptions(process.argv.slice(2), folder);
  if (options === null) return void process.stdout.write(usage);
  const assets = options.html === null ? null : loadAssets();
  // They are opened first, so that nothing is read for a file that cannot be written.
  const [html, json] = [await begin(options.html, options), await begin(options.json, options)];
  try {
    const { summary, isComplete } = await sumUp(options, folder);
    if (stop.signal.aborted) return;
    const title = options.title ?? `What is in ${lastPart(options.source)}?`;
    const heading = { title, source: options.source, made: Date.now(), version: await version() };
    if (assets !== null) await complete(html, reportDocument(summary, heading, assets));
    await complete(json, `${JSON.stringify({ source: options.source, ...summary })}\n`);
    if (!options.quiet) screen.write(doneText(summary, options));
    process.exitCode = isComplete ? exitCodes.done : exitCodes.failures;
  } finally {
    // Of a complete file nothing is left to remove.
    await Promise.all([html?.abandon(), json?.abandon()]);
  }
}

async function begin(path: string | null, { overwrite }: ReportOptions): Promise<OutputFile | null> {
  return path === null ? null : openOutput({ path, gzip: false, overwrite });
}

async function complete(file: OutputFile | null, text: string): Promise<void> {
  await file?.write(new TextEncoder().encode(text.toWellFormed()));
  await file?.finish();
}

function doneText({ objects, failed }: Summary, { html, json }: ReportOptions): string {
  const files = [html, json].filter((path) => path !== null).join(', ');
  return `${formatObjects(objects)}, of which ${formatCount(failed)} could not be read: ${printable(files)}\n`;
}

/** `isComplete`: no object failed that may be readable at another time. */
async function sumUp(
  options: ReportOptions,
  folder: string,
): Promise<Readonly<{ summary: Summary; isComplete: boolean }>> {
  const { source } = options;
  const maker = new SummaryMaker();
  const around = { env: processEnv, names: summaryColumns, stop: stop.signal };
  const table = /^[a-z0-9]+:\/\//i.test(source)
    ? await openStored(source, around)
    : await openSource(source, folder, summaryColumns);
  if (table !== null) {
    await addRows(maker, table, options.quiet);
    return { summary: maker.result(), isComplete: true };
  }
  const { failed } = await addLive(maker, options, { ...around, screen });
  return { summary: maker.result(), isComplete: failed === 0 };
}

async function addRows(maker: SummaryMaker, { rows, total }: RowSource, quiet: boolean): Promise<void> {
  let done = 0;
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
}

/** `photos.parquet` of `/data/photos.parquet`, `s3://photos/2024` as it is. */
function lastPart(name: string): string {
  return /^[a-z0-9]+:\/\//.test(name) ? name.replace(/\?.*$/, '') : (/[^/\\]+[/\\]*$/.exec(name)?.[0] ?? name);
}

async function version(): Promise<string> {
  const text = await readFile(join(__dirname, '..', '..', 'package.json'), 'utf8');
  return String((JSON.parse(text) as { version?: unknown }).version);
}
