// `npm run backfill` and `bucket-exif backfill`: caches the EXIF of the images that are already in a bucket.

import { processEnv, readLimits } from '../service/config/config';
import { dryRun } from './backfill/dry-run';
import { backfillLocally } from './backfill/local-engine';
import { keyFilterOf, openLocal, openObjectSource } from './backfill/open-local';
import { type LocalOptions, readBackfillOptions } from './backfill/options';
import { backfillByJob } from './backfill/run-batch';
import { usage } from './backfill/usage';
import { isWorker, openWorkers, serveWorker } from './backfill/worker-pool';
import { errorText, ignoreClosedOutput } from './terminal/command-line';
import type { Screen } from './terminal/progress';

/** Exit codes; after a stop by the user 128 plus the number of SIGINT. */
const exitCodes = { done: 0, failures: 1, impossible: 2, stopped: 130 } as const;

type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The command with which the user started this program. */
const program = require.main === module ? 'npm run backfill --' : 'bucket-exif backfill';

/** The arguments, and before them those with which a worker starts this command. */
const args = process.argv.slice(2);
const workerArgs = require.main === module ? args : ['backfill', ...args];

const screen: Screen = {
  isTerminal: process.stderr.isTTY === true,
  columns: () => process.stderr.columns ?? 80,
  write: (text) => void process.stderr.write(text),
};

ignoreClosedOutput();
(isWorker() ? work() : main()).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${errorText(error)}\n`);
    process.exitCode = exitCodes.impossible;
  },
);

async function main(): Promise<ExitCode> {
  const options = readBackfillOptions(args, processEnv, program);
  if (options === null) {
    out(usage(program));
    return exitCodes.done;
  }
  const io = { screen, out, stop: stopSignal() };
  const { failed, stopped } =
    options.engine === 'local' ? await local(options, io) : await backfillByJob(options, processEnv, io);
  if (stopped) return exitCodes.stopped;
  if (failed === null) return exitCodes.impossible;
  return failed === 0 ? exitCodes.done : exitCodes.failures;
}

async function local(
  options: LocalOptions,
  io: Parameters<typeof openLocal>[2],
): Promise<Readonly<{ failed: number; stopped: boolean }>> {
  if (!options.dryRun) return read(options, io);
  out(
    await dryRun(
      openObjectSource(options, processEnv, true),
      keyFilterOf(options),
      options.place.location.kind !== 'directory' && options.manifest === null,
      readLimits(processEnv),
    ),
  );
  return { failed: 0, stopped: false };
}

async function read(options: LocalOptions, io: Parameters<typeof openLocal>[2]): ReturnType<typeof backfillLocally> {
  if (options.workers === 1) return backfillLocally(openLocal(options, processEnv, io));
  const workers = openWorkers(options.workers, workerArgs);
  try {
    return await backfillLocally(openLocal(options, processEnv, io, workers));
  } finally {
    await workers.close();
  }
}

/** The whole program in a worker thread. It ends when the main thread ends it. */
async function work(): Promise<ExitCode> {
  const options = readBackfillOptions(args, processEnv, program) as LocalOptions;
  const io = { screen, out, stop: new AbortController().signal };
  serveWorker(openLocal(options, processEnv, io).warm);
  return exitCodes.done;
}

function out(text: string): void {
  process.stdout.write(text);
}

/** A signal that fires when the user presses Ctrl-C. A second Ctrl-C ends the program at once. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(exitCodes.stopped);
      process.stderr.write('\nFinishing open reads; press Ctrl-C again to stop now\n');
      stop.abort();
    });
  }
  return stop.signal;
}
