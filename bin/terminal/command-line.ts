// The command line of all three programs: parses options, reads locations, prints errors.

import { resolve } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { errorCode, fileErrorText } from '../../lib/io/error-code';
import { nearest } from '../../lib/io/nearest';
import { ProblemError } from '../../lib/problem';
import type { Env } from '../../lib/types';

type OptionTable = NonNullable<ParseArgsConfig['options']>;

/** The error for a wrong command line. */
export function wrongUse(message: string): ProblemError {
  return new ProblemError('ConfigInvalid', message);
}

/**
 * The values of the options in `table`, and the other arguments, which a program without `allowPositionals` refuses. Throws
 * ProblemError `ConfigInvalid` for an option that is unknown or has no value. Its message ends with the command `help`, unless
 * `help` is null.
 */
export function parseCommandLine<Table extends OptionTable>(
  args: readonly string[],
  table: Table,
  { allowPositionals, help }: Readonly<{ allowPositionals: boolean; help: string | null }>,
): ReturnType<typeof parseArgs<{ options: Table; allowPositionals: true }>> {
  try {
    // Without `allowPositionals` the list is empty.
    const config = { args: joinNegative(args, table), options: table, allowPositionals: allowPositionals as true };
    refuseRepeated(config);
    return parseArgs(config);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const text = withWholeOption(String((error as Error).message.split('. ')[0]), args);
    const hint = errorCode(error) === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? commandOptionHint(text, table) : '';
    throw wrongUse(`${text}${hint}${help === null ? '' : `${hint === '' ? '; see' : ' See'} ${help}`}`);
  }
}

/** Throws for an option that another form of the command has: `names` without hyphens. */
export function refuseOptions(args: readonly string[], names: readonly string[], reason: string): void {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const given = args.slice(0, end).map((arg) => /^--([^=]+)/.exec(arg)?.[1]);
  const wrong = names.find((name) => given.includes(name));
  if (wrong !== undefined) throw wrongUse(`--${wrong} ${reason}`);
}

/** `--port -1` as `--port=-1`, which parseArgs takes for an option and its value. No option begins with a digit. */
function joinNegative(args: readonly string[], table: OptionTable): string[] {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const joined: string[] = [];
  args.forEach((arg, at) => {
    const last = joined.at(-1) ?? '';
    const isValue = at < end && /^-\d/.test(arg) && last.startsWith('--') && table[last.slice(2)]?.type === 'string';
    if (isValue) joined[joined.length - 1] = `${last}=${arg}`;
    else joined.push(arg);
  });
  return joined;
}

/** Throws for an option that takes one value and is given twice: only the last value would count. */
function refuseRepeated(config: ParseArgsConfig): void {
  const { tokens } = parseArgs({ ...config, tokens: true });
  const names = tokens.flatMap((token) => (token.kind === 'option' && token.value !== undefined ? [token.name] : []));
  const repeated = names.find((name, at) => names.indexOf(name) < at && config.options?.[name]?.multiple !== true);
  if (repeated !== undefined) throw wrongUse(`--${repeated} is given twice: give it once`);
}

/** `Unknown option '-GPSPosition'` instead of `Unknown option '-G'`: parseArgs takes each letter after one hyphen as an option. */
function withWholeOption(text: string, args: readonly string[]): string {
  const [, letter = null] = /^Unknown option '(-[^-])'$/.exec(text) ?? [];
  const whole = letter === null ? undefined : args.find((arg) => arg.startsWith(letter));
  return whole === undefined ? text : `Unknown option '${whole}'`;
}

/** `; did you mean --port?` for an unknown option that is similar to a known one. */
function commandOptionHint(text: string, table: OptionTable): string {
  const [, name = ''] = /'--([^'=]+)/.exec(text) ?? [];
  const meant = nearest(name, Object.keys(table));
  return meant === null ? '' : `; did you mean --${meant}?`;
}

/** Where relative paths start: npm itself changes to the folder of package.json. */
export function userFolder(env: Env): string {
  return resolve(env['INIT_CWD'] ?? '.');
}

/** A location in the form of a setting. A text without a scheme is a path relative to `folder`. */
export function toLocationText(text: string, folder: string): string {
  return /^[a-z0-9]+:/.test(text) ? text : `directory:${resolve(folder, text)}`;
}

/** The same for a cache, which may also be `none`. */
export function toCacheText(text: string, folder: string): string {
  return text === 'none' ? text : toLocationText(text, folder);
}

/**
 * The result of `read`. When it throws a problem whose message names a setting that an option gave, the message names the option:
 * `optionOf` is, for example, `{ EXIF_CACHE: '--cache' }`.
 */
export function namingOptions<T>(optionOf: Readonly<Record<string, string>>, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const message = error.message.replace(/\bEXIF_[A-Z_]+/g, (setting) => optionOf[setting] ?? setting);
    throw new ProblemError(error.code, message, { cause: error });
  }
}

/**
 * Ignores the error when the reader of the output has ended (`| head`): the program goes on. Another error, such as that of a full
 * disk, ends it with exit code 1.
 */
export function ignoreClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      if (errorCode(error) === 'EPIPE') return;
      if (stream === process.stdout) process.stderr.write(`Cannot write the output: ${fileErrorText(error)}\n`);
      process.exit(1);
    });
  }
}

/** The text of an error for the user: the message of a known problem; the whole stack of a bug. */
export function errorText(error: unknown): string {
  return error instanceof ProblemError ? error.message : String((error as Error)?.stack ?? error);
}
