#!/usr/bin/env node
// `bucket-exif`: prints the EXIF of files, folders, objects in buckets and web addresses, for people and for scripts.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProblemError } from '../lib';
import { processEnv } from '../service/config/config';
import { failureLine, outputLine } from './cli/error-words';
import { inOrder } from './cli/in-order';
import { type Argument, type Input, readArguments } from './cli/inputs';
import { type CommandOptions, readCommand } from './cli/options';
import { type Result, readInput, type View } from './cli/read-input';
import { nothingSkipped, type SkipCounts, skippedLine } from './cli/skipped';
import { usage } from './cli/usage';
import { errorText } from './terminal/command-line';
import { type Screen, showProgress } from './terminal/progress';
import { addWarmed, emptyTally, type Tally } from './terminal/tally';
import { painter, printable, wantsColor } from './terminal/terminal';

/** Exit codes. After a signal: 128 plus its number. */
const exitCodes = { done: 0, failures: 1, wrongUse: 2, SIGINT: 130, SIGTERM: 143 } as const;
/** Inputs that are read at the same time: enough to hide the round trips to a store, few enough for the memory of a laptop. */
const concurrency = 16;

type Run = Readonly<{ named: readonly Argument[]; view: View; all: boolean; showBar: boolean; stop: AbortController }>;

if (process.argv[2] === 'serve') {
  process.argv.splice(2, 1);
  require('./serve');
} else {
  main(process.argv.slice(2)).catch(fail);
}

function fail(error: unknown): void {
  const text = error instanceof ProblemError ? printable(error.message) : errorText(error);
  const advice = error instanceof ProblemError ? `${text.endsWith('?') ? ' See' : '; see'} bucket-exif --help` : '';
  process.stderr.write(`bucket-exif: ${text}${advice}\n`);
  process.exitCode = exitCodes.wrongUse;
}

async function main(args: readonly string[]): Promise<void> {
  const stop = new AbortController();
  watchOutput(stop);
  const asked = readCommand(args, process.stdout.isTTY === true);
  if (asked.kind !== 'read') return write(asked.kind === 'help' ? usage : `${version()}\n`);
  const { options } = asked;
  const named = await readArguments(options.sources, { env: processEnv, stdin: () => process.stdin, all: options.all });
  const hasFolder = named.some(({ isFolder }) => isFolder);
  // No more of standard input is read.
  if (options.sources.includes('-')) stop.signal.addEventListener('abort', () => process.stdin.destroy());
  const view = toView(options, named.length > 1 || hasFolder);
  const showBar = hasFolder && process.stderr.isTTY === true && process.stdout.isTTY !== true;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      process.exitCode = exitCodes[signal];
      stop.abort();
    });
  }
  const failed = await readAll({ named, view, all: options.all, showBar, stop });
  // After a stop, the exit code is already set.
  process.exitCode ??= failed === 0 ? exitCodes.done : exitCodes.failures;
}

/** The work ends when the reader of the output has ended (`| head`), and, as a failure, when the output cannot be written. */
function watchOutput(stop: AbortController): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') process.exitCode = exitCodes.failures;
      if (error.code !== 'EPIPE' && stream === process.stdout && !stop.signal.aborted)
        process.stderr.write(`${outputLine(error)}\n`);
      stop.abort();
    });
  }
}

function toView(options: CommandOptions, several: boolean): View {
  return {
    form: options.form,
    style: options.style ?? (options.form === 'json' ? 'flat' : 'readable'),
    only: options.only,
    wrapped: options.lines || several,
    columns: () => (process.stdout.isTTY === true ? widthOf(process.stdout) : Number.POSITIVE_INFINITY),
    paint: painter(wantsColor(process.stdout.isTTY === true, processEnv)),
  };
}

/** Columns of a terminal. Some terminals report 0 when they do not know their width. */
function widthOf(terminal: NodeJS.WriteStream): number {
  return terminal.columns || 80;
}

/** Reads and shows all inputs. Returns the number of inputs that could not be read. */
async function readAll(run: Run): Promise<number> {
  const { named, view, stop } = run;
  let tally = emptyTally;
  const bar = run.showBar ? showBar(named, () => tally) : null;
  const note = bar?.note ?? ((line: string) => void process.stderr.write(`${line}\n`));
  let shown = 0;
  const skips: string[] = [];
  const onEnd = ({ name }: Argument, isEmpty: boolean, skipped: SkipCounts): void => {
    if (isEmpty) note(`No ${run.all ? 'files' : 'images'} in ${printable(name)}`);
    const line = skippedLine(name, skipped);
    if (line !== null) skips.push(line);
  };
  const results = inOrder(
    inputsOf(named, onEnd),
    concurrency,
    (input) => readInput(input, view, stop.signal),
    stop.signal,
  );
  try {
    for await (const result of results) {
      if (stop.signal.aborted) break;
      tally = addWarmed(tally, outcomeOf(result));
      if ('error' in result) note(failureLine(result.name, result.error));
      else await write(view.form === 'table' && shown++ > 0 ? `\n${result.out}` : result.out);
    }
    if (!stop.signal.aborted) for (const line of skips) note(line);
  } finally {
    bar?.stop();
  }
  return tally.failed;
}

async function* inputsOf(
  named: readonly Argument[],
  onEnd: (named: Argument, isEmpty: boolean, skipped: SkipCounts) => void,
): AsyncGenerator<Input> {
  for (const one of named) {
    const skipped = nothingSkipped();
    let isEmpty = true;
    for await (const input of one.inputs(skipped)) {
      isEmpty = false;
      yield input;
    }
    onEnd(one, isEmpty, skipped);
  }
}

function outcomeOf(result: Result): Parameters<typeof addWarmed>[1] {
  if (!('error' in result)) return { code: 'OK', container: result.container, outcome: 'done' };
  const { error } = result;
  return { code: error instanceof ProblemError ? error.code : 'InternalError', container: null, outcome: 'failed' };
}

/** Shows a progress bar. Its total is known when all folders have been walked. */
function showBar(named: readonly Argument[], tally: () => Tally) {
  const screen: Screen = {
    isTerminal: true,
    columns: () => widthOf(process.stderr),
    write: (text) => void process.stderr.write(text),
  };
  let total: number | null = null;
  void countInputs(named).then((count) => {
    total = count;
  });
  return showProgress(screen, () => ({ tally: tally(), total }));
}

/** Only folders are walked a second time to count: standard input can be read only once. */
async function countInputs(named: readonly Argument[]): Promise<number> {
  const folders = named.filter(({ isFolder }) => isFolder);
  let count = named.length - folders.length;
  for await (const _ of inputsOf(folders, () => {})) count++;
  return count;
}

/** Writes a text. Resolves when the stream has accepted it, however slow its reader is. */
function write(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(text, () => resolve());
  });
}

function version(): string {
  const text = readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8');
  return String((JSON.parse(text) as { version?: unknown }).version);
}
