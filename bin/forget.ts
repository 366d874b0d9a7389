// `bucket-exif forget`: removes what was derived from objects from caches and sinks.

import { processEnv } from '../service/config/config';
import { confirm } from './forget/confirm';
import { type Forget, forgetAll, type Target } from './forget/engine';
import { openPlaces } from './forget/open';
import { readForgetOptions } from './forget/options';
import type { Place } from './forget/place';
import { endOf, summary } from './forget/summary';
import { usage } from './forget/usage';
import { errorText, ignoreClosedOutput } from './terminal/command-line';
import { type Screen, showProgress } from './terminal/progress';
import { emptyTally } from './terminal/tally';
import { printable } from './terminal/terminal';

/** Exit codes; after a stop by the user 128 plus the number of SIGINT. */
const exitCodes = { done: 0, failures: 1, impossible: 2, notEverywhere: 3, stopped: 130 } as const;

type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Problems that are printed; the others are only counted. */
const shownProblems = 20;

const screen: Screen = {
  isTerminal: process.stderr.isTTY === true,
  columns: () => process.stderr.columns ?? 80,
  write: (text) => void process.stderr.write(text),
};

ignoreClosedOutput();
main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`bucket-exif forget: ${errorText(error)}\n`);
    process.exitCode = exitCodes.impossible;
  },
);

async function main(args: readonly string[]): Promise<ExitCode> {
  const options = readForgetOptions(args, processEnv);
  if (options === null) {
    process.stdout.write(usage);
    return exitCodes.done;
  }
  const { targets, dryRun, yes } = options;
  const stop = stopSignal();
  const { bucket, places } = openPlaces(options, processEnv, stop);
  const prefixes = targets.filter(({ kind }) => kind === 'prefix');
  const costs = prefixes.length === 0 ? [] : await costsOf(places, stop);
  for (const cost of costs) process.stderr.write(`${cost}\n`);
  if (prefixes.length > 0 && !yes && !dryRun) {
    const terminal = { input: process.stdin, output: process.stderr };
    if (!(await confirm(questionFor(prefixes, bucket.bucket, places), terminal, stop))) {
      process.stderr.write('Nothing was changed\n');
      return stop.aborted ? exitCodes.stopped : exitCodes.impossible;
    }
  }
  const end = await withProgress(targets, { places, bucket, dryRun, stop });
  const one = targets.length === 1 && prefixes.length === 0;
  process.stdout.write(summary(end, { dryRun, one }));
  if (stop.aborted) return exitCodes.stopped;
  const { failed, isOpen } = endOf(end);
  return failed ? exitCodes.failures : isOpen ? exitCodes.notEverywhere : exitCodes.done;
}

async function withProgress(
  targets: readonly Target[],
  forget: Pick<Forget, 'places' | 'bucket' | 'dryRun' | 'stop'>,
): ReturnType<typeof forgetAll> {
  let [done, problems] = [0, 0];
  const progress = showProgress(screen, () => ({ tally: { ...emptyTally, done }, total: null }));
  const note = (line: string): void => {
    problems++;
    if (problems <= shownProblems) progress.note(printable(line));
    if (problems === shownProblems) progress.note('Further problems are only counted');
  };
  try {
    return await forgetAll(targets, { ...forget, note, onKey: () => done++ });
  } finally {
    progress.stop();
  }
}

async function costsOf(places: readonly Place[], stop: AbortSignal): Promise<readonly string[]> {
  const costs = await Promise.all(places.flatMap((place) => (place.kind === 'open' ? [place.cost(stop)] : [])));
  return costs.filter((cost) => cost !== null);
}

function questionFor(prefixes: readonly Target[], bucket: string, places: readonly Place[]): string {
  const what = prefixes.map(({ text }) => JSON.stringify(`${bucket}/${text}`)).join(', ');
  const where = places.filter(({ kind }) => kind !== 'closed').map(({ name }) => name);
  return `Everything that was derived from objects whose name begins with ${what} will be removed from ${where.join(', ')}.`;
}

/** A signal that fires when the user presses Ctrl-C. A second Ctrl-C ends the program at once. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(exitCodes.stopped);
      process.stderr.write('\nFinishing what was begun; press Ctrl-C again to stop now\n');
      stop.abort();
    });
  }
  return stop.signal;
}
