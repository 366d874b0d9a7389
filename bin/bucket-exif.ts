#!/usr/bin/env node
// `bucket-exif`: prints the EXIF of files, folders, objects in buckets and web addresses, for people and for scripts.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProblemError } from '../lib';
import { nearest } from '../lib/io/nearest';
import { processEnv } from '../service/config/config';
import { outputLine } from './cli/error-words';
import { readArguments } from './cli/inputs';
import { type CommandOptions, type Form, readCommand } from './cli/options';
import type { View } from './cli/read-input';
import { isSeveral, readAll } from './cli/run';
import { usage } from './cli/usage';
import { errorText, wrongUse } from './terminal/command-line';
import { painter, printable, wantsColor } from './terminal/terminal';

/** Exit codes. After a signal: 128 plus its number. */
const exitCodes = { done: 0, failures: 1, wrongUse: 2, SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Programs with their own options. Each starts when it is loaded. It is loaded only when it is used: `import` puts it into other
 * files of the package than the command line.
 */
const programs: Readonly<Record<string, () => Promise<unknown>>> = {
  serve: () => import('./serve.js'),
  backfill: () => import('./backfill.js'),
  export: () => import('./export.js'),
  check: () => import('./check.js'),
  report: () => import('./report.js'),
  forget: () => import('./forget.js'),
};

start(process.argv.slice(2)).catch(fail);

async function start(args: readonly string[]): Promise<void> {
  const [first, ...others] = args;
  if (first === undefined || first.startsWith('-')) return read(args);
  if (first === 'help') return others[0] === undefined ? write(usage) : startProgram(others[0], ['--help']);
  if (Object.hasOwn(programs, first)) return startProgram(first, others);
  if (!existsSync(first) && nearest(first, Object.keys(programs)) !== null) throw unknownCommand(first);
  return read(args);
}

async function startProgram(name: string, args: readonly string[]): Promise<void> {
  const load = Object.hasOwn(programs, name) ? programs[name] : undefined;
  if (load === undefined) throw unknownCommand(name);
  process.argv.splice(2, process.argv.length, ...args);
  await load();
}

function unknownCommand(name: string): ProblemError {
  const known = Object.keys(programs);
  const meant = nearest(name, known);
  const list = `${known.slice(0, -1).join(', ')} and ${known.at(-1)}`;
  const end = meant === null ? `: commands are ${list}` : `; did you mean bucket-exif ${meant}?`;
  return wrongUse(`${JSON.stringify(name)} is not a command${end}`);
}

function fail(error: unknown): void {
  const text = error instanceof ProblemError ? printable(error.message) : errorText(error);
  const advice = error instanceof ProblemError ? `${text.endsWith('?') ? ' See' : '; see'} bucket-exif --help` : '';
  process.stderr.write(`bucket-exif: ${text}${advice}\n`);
  process.exitCode = exitCodes.wrongUse;
}

async function read(args: readonly string[]): Promise<void> {
  const stop = new AbortController();
  watchOutput(stop);
  const asked = readCommand(args, process.stdout.isTTY === true);
  if (asked.kind !== 'read') return write(asked.kind === 'help' ? usage : `${version()}\n`);
  const { options } = asked;
  const { sources, all, quiet } = options;
  const around = { env: processEnv, stdin: () => process.stdin, all, stop: stop.signal };
  const named = await readArguments(sources, around);
  // No more of standard input is read.
  if (sources.includes('-')) stop.signal.addEventListener('abort', () => process.stdin.destroy());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      process.exitCode = exitCodes[signal];
      stop.abort();
    });
  }
  const hasBar = isSeveral(named) && process.stderr.isTTY === true && process.stdout.isTTY !== true;
  const failed = await readAll({
    named,
    view: toView(options, isSeveral(named)),
    all,
    quiet,
    bar: hasBar ? { isTerminal: true, columns: () => widthOf(process.stderr), write: noteText } : null,
    write,
    note: (line) => noteText(`${line}\n`),
    stop: stop.signal,
  });
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

/** `--json` for several inputs names them. */
function toView(options: CommandOptions, several: boolean): View {
  const form: Form = options.form === 'json' && several ? 'lines' : options.form;
  return {
    ...options,
    form,
    columnsOfTerminal: () => (process.stdout.isTTY === true ? widthOf(process.stdout) : Number.POSITIVE_INFINITY),
    paint: painter(wantsColor(process.stdout.isTTY === true, processEnv)),
  };
}

/** Columns of a terminal. Some terminals report 0 when they do not know their width. */
function widthOf(terminal: NodeJS.WriteStream): number {
  return terminal.columns || 80;
}

/** Writes a text. Resolves when the stream has accepted it, however slow its reader is. */
function write(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(text, () => resolve());
  });
}

function noteText(text: string): void {
  process.stderr.write(text);
}

function version(): string {
  const text = readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8');
  return String((JSON.parse(text) as { version?: unknown }).version);
}
