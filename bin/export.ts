// `bucket-exif export`: writes the metadata of all images of a bucket or folder into one file.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { processEnv } from '../service/config/config';
import { exportDataset, mergeDataset } from './export/dataset';
import { type DatasetExport, type DatasetOptions, isAboutDataset, readDatasetOptions } from './export/dataset-options';
import { exportTable } from './export/engine';
import { type ExportOptions, readExportOptions } from './export/options';
import type { ListedKey, ReadRow, RowResult } from './export/read-row';
import { readerOf } from './export/reader';
import { openRowFile } from './export/row-file';
import { type ExportSource, openExportSource } from './export/source';
import { usage } from './export/usage';
import { errorText, ignoreClosedOutput } from './terminal/command-line';
import type { Screen } from './terminal/progress';
import { isThread, openThreads, serveThread, type Threads } from './terminal/threads';

/** Exit codes; after a stop by the user 128 plus the number of SIGINT. */
const exitCodes = { done: 0, failures: 1, impossible: 2, stopped: 130 } as const;

type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The arguments, with which a thread starts this command again. */
const args = process.argv.slice(2);
/** Marks a thread of this program. */
const mark = 'bucket-exif export worker';

const screen: Screen = {
  isTerminal: process.stderr.isTTY === true,
  columns: () => process.stderr.columns || 80,
  write: (text) => void process.stderr.write(text),
};

ignoreClosedOutput();
(isThread(mark) ? work() : main()).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${errorText(error)}\n`);
    process.exitCode = exitCodes.impossible;
  },
);

async function main(): Promise<ExitCode> {
  if (isAboutDataset(args)) return withDataset(readDatasetOptions(args, processEnv));
  const options = readExportOptions(args, processEnv);
  if (options === null) {
    process.stdout.write(usage);
    return exitCodes.done;
  }
  const source = await openExportSource(options, processEnv);
  const stop = stopSignal(`Stopping; ${options.to} is not written`);
  const here = readerOf(options, source, stop);
  const threads =
    options.workers === 1 ? null : openThreads<ListedKey, RowResult>(options.workers, ['export', ...args], mark);
  try {
    const { failed, stopped } = await run(options, source, threads === null ? here : readBy(threads, stop), stop);
    if (stopped) return exitCodes.stopped;
    return failed === 0 ? exitCodes.done : exitCodes.failures;
  } finally {
    await threads?.close();
  }
}

function run(options: ExportOptions, source: ExportSource, readRow: ReadRow, stop: AbortSignal) {
  return exportTable({
    ...options,
    source,
    readRow,
    openFile: () => openRowFile(options, `bucket-exif version ${version()}`),
    screen,
    out: (text) => void process.stdout.write(text),
    stop,
  });
}

/** An export into a dataset, or other work on one. */
async function withDataset(options: DatasetOptions): Promise<ExitCode> {
  const stop = stopSignal('Saving the position; press Ctrl-C again to stop now');
  const out = (text: string) => void process.stdout.write(text);
  const command = { env: processEnv, program: `bucket-exif version ${version()}`, screen, out, stop };
  const { failed, stopped } =
    options.kind === 'export'
      ? await withReader(options, (source, readRow) => exportDataset(options, source, readRow, command))
      : await mergeDataset(options, command);
  if (stopped) return exitCodes.stopped;
  return failed === 0 ? exitCodes.done : exitCodes.failures;
}

/** Reads by this thread or by several. Objects that are being read when the user stops are read to their end. */
async function withReader<T>(
  options: DatasetExport,
  work: (source: ExportSource, readRow: ReadRow) => Promise<T>,
): Promise<T> {
  const source = await openExportSource(options, processEnv);
  if (options.workers === 1) return work(source, readerOf(options, source, new AbortController().signal));
  const threads = openThreads<ListedKey, RowResult>(options.workers, ['export', ...args], mark);
  try {
    return await work(source, threads.ask);
  } finally {
    await threads.close();
  }
}

/** Reads by the threads. A stop ends them, and what they are doing. */
function readBy(threads: Threads<ListedKey, RowResult>, stop: AbortSignal): ReadRow {
  const cost = { requests: 0, bytes: 0 };
  const none: RowResult = { row: null, code: 'OK', container: null, outcome: 'done', message: null, cost };
  stop.addEventListener('abort', () => void threads.close());
  return (listed) =>
    threads.ask(listed).catch((error) => {
      if (stop.aborted) return none;
      throw error;
    });
}

/** The whole program in a thread. It ends when the main thread ends it. */
async function work(): Promise<ExitCode> {
  const options = isAboutDataset(args)
    ? (readDatasetOptions(args, processEnv) as DatasetExport)
    : (readExportOptions(args, processEnv) as ExportOptions);
  serveThread(readerOf(options, await openExportSource(options, processEnv), new AbortController().signal));
  return exitCodes.done;
}

/** A signal that fires when the user presses Ctrl-C. A second Ctrl-C ends the program at once. */
function stopSignal(text: string): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(exitCodes.stopped);
      process.stderr.write(`\n${text}\n`);
      stop.abort();
    });
  }
  return stop.signal;
}

function version(): string {
  const text = readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8');
  return String((JSON.parse(text) as { version?: unknown }).version);
}
