// The command line of the programs in check/ and bench/: reads options, prints help, and ends with an exit code.
import { parseArgs } from 'node:util';

/** The values of each kind of option. `list`: with commas, and the option may be repeated; `count`: whole and above 0. */
type Values = Readonly<{
  text: string | undefined;
  list: readonly string[] | undefined;
  count: number | undefined;
  number: number | undefined;
  flag: boolean;
}>;
type Kinds = Readonly<Record<string, keyof Values>>;
export type Options<K extends Kinds> = { readonly [Name in keyof K]: Values[K[Name]] };

type Program<K extends Kinds> = Readonly<{
  name: string;
  help: string;
  options: K;
  /** Whether the program takes arguments that are not options. */
  positionals?: boolean;
  /** Does the work; returns the exit code. Throws UsageError for values that it cannot use. */
  run(options: Options<K>, positionals: readonly string[]): Promise<number> | number;
}>;

/** A command line that cannot be used. Its message is printed, and the exit code is 2. */
export class UsageError extends Error {}

/** Returns the program as a function of its arguments, which returns the exit code. */
export function program<const K extends Kinds>({ name, help, options, positionals = false, run }: Program<K>) {
  return async (args: readonly string[]): Promise<number> => {
    try {
      const { values, rest } = read(args, options, positionals);
      if (values['help'] !== true) return await run(values as Options<K>, rest);
      console.log(help);
      return 0;
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      console.error(`${name}: ${error.message}; see --help`);
      return 2;
    }
  };
}

/** Runs `main` with the arguments of this process. Its result is the exit code; an error is printed, and the code is 1. */
export function runMain(main: (args: readonly string[]) => Promise<number>): void {
  main(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    },
  );
}

function read(args: readonly string[], options: Kinds, allowPositionals: boolean) {
  const all: Kinds = { ...options, help: 'flag' };
  const { values, positionals } = parse(args, all, allowPositionals);
  const read = Object.entries(all).map(([name, kind]) => [name, convert(name, kind, values[name] ?? [])]);
  return { values: Object.fromEntries(read) as Record<string, unknown>, rest: positionals };
}

function parse(args: readonly string[], kinds: Kinds, allowPositionals: boolean) {
  const options = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => {
      return [name, { type: kind === 'flag' ? ('boolean' as const) : ('string' as const), multiple: true }];
    }),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals });
    return { values: values as Record<string, readonly (string | boolean)[]>, positionals };
  } catch (error) {
    // Node adds advice after the first sentence, about positional arguments.
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new UsageError(reason);
  }
}

function convert(name: string, kind: keyof Values, given: readonly (string | boolean)[]): Values[keyof Values] {
  const last = given.at(-1);
  if (kind === 'flag') return last === true;
  if (last === undefined) return undefined;
  if (kind === 'list') return given.flatMap((text) => String(text).split(','));
  if (kind === 'text') return String(last);
  const value = Number(last);
  const isRight = kind === 'count' ? Number.isSafeInteger(value) && value > 0 : Number.isFinite(value) && value >= 0;
  if (isRight) return value;
  throw new UsageError(
    `--${name} must be a ${kind === 'count' ? 'whole number above 0' : 'number from 0'}, got "${last}"`,
  );
}

/** Shows one line that changes, where the error output is a terminal; `text` '' removes the line. */
export function progressLine(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
