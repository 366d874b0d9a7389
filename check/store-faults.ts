// Reads images from a store that fails in every way it can, and exits 1 when an answer is wrong.
//   node dist/check/store-faults.js --runs 20000 --seed 1
import { parseArgs } from 'node:util';
import { runMain } from '../testing/program/run-main';
import { formatTable } from '../testing/program/table';
import type { Kind } from './faults/kind';
import { kinds } from './faults/kinds';
import type { Result } from './faults/run';
import { type Report, runAll } from './faults/run-all';
import { describe, scenarios } from './faults/scenario';

const help = `Usage: npm run faults -- [option] ...

Answers requests for images from a store on this machine, over the S3 client that ships. The store fails in each kind of
way, at each place of a reply, at the first, middle or last read of an image or at a request of the cache, once, twice or
always. An answer must be right or a problem that fits the fault; a read must take at most three tries; no connection may
stay open; and afterwards the same object and another one must be read right.

  --runs N       runs (default 2000; 1100 hold each combination once)
  --seed N       other runs (default 1)
  --only TEXT    only kinds with this text in their name
  --run N        only the run of this number, as a report names it
  --jobs N       runs at the same time (default 16)
  --list         print the kinds of faults
  --help

Exit code 1: something of that was not so.
`;

type Options = Readonly<{ runs: number; seed: number; jobs: number; run: number | null; chosen: readonly Kind[] }>;

/** Runs the command; the answer is the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === 'string') {
    const isAsked = !options.startsWith('faults:');
    (isAsked ? console.log : console.error)(options);
    return isAsked ? 0 : 2;
  }
  const { runs, seed, jobs, run, chosen } = options;
  const all = scenarios(runs, seed, chosen);
  const list = run === null ? all : all.filter(({ index }) => index === run);
  const progress = (done: number): void => showProgress(done, list.length);
  const report = await runAll(list, { jobs, progress });
  console.log(formatTable(rowsOf(report.results, chosen)));
  const failures = failuresOf(report);
  console.log(
    `\n${report.results.length} runs, ${report.repeated} of them repeated with more time, ${failures.length} failures`,
  );
  for (const line of failures) console.log(`FAILED: ${line}`);
  return failures.length === 0 ? 0 : 1;
}

function readOptions(args: readonly string[]): Options | string {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = { runs: text, seed: text, only: text, run: text, jobs: text, list: flag, help: flag };
  let values: Partial<Record<'runs' | 'seed' | 'only' | 'run' | 'jobs', string> & { list: boolean; help: boolean }>;
  try {
    values = parseArgs({ args: [...args], options }).values;
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    return `faults: ${reason}; see --help`;
  }
  if (values.help === true) return help;
  if (values.list === true) return kinds.map(({ name }) => name).join('\n');
  const numbers = [values.runs ?? '2000', values.seed ?? '1', values.jobs ?? '16', values.run ?? '0'];
  if (!numbers.every((number) => /^\d{1,9}$/.test(number))) return 'faults: an option needs a whole number; see --help';
  const [runs = 0, seed = 0, jobs = 0, run = 0] = numbers.map(Number);
  if (runs < 1 || jobs < 1) return 'faults: --runs and --jobs must be 1 or more; see --help';
  if (run >= runs) return `faults: --run must be below --runs, which is ${runs}; see --help`;
  const chosen = kinds.filter(({ name }) => name.includes(values.only ?? ''));
  if (chosen.length === 0) return 'faults: no kind has that text in its name; see --list';
  return { runs, seed, jobs, run: values.run === undefined ? null : run, chosen };
}

/** A row a kind: how often it happened, and how the answers came out. */
function rowsOf(results: readonly Result[], chosen: readonly Kind[]): string[][] {
  const rows = chosen.map(({ name }) => {
    const own = results.filter(({ scenario }) => scenario.kind.name === name);
    const codes = new Map<string, number>();
    for (const { outcome } of own) codes.set(outcome, (codes.get(outcome) ?? 0) + 1);
    const others = [...codes].filter(([code]) => code !== 'right').sort((a, b) => b[1] - a[1]);
    const text = others.map(([code, count]) => `${code} ${count}`).join(', ');
    return [name, String(own.length), String(codes.get('right') ?? 0), text];
  });
  const right = results.filter(({ outcome }) => outcome === 'right').length;
  const sum = [`${chosen.length} kinds`, String(results.length), String(right), `problems ${results.length - right}`];
  return [['kind', 'runs', 'right', 'problems'], ...rows, sum];
}

function failuresOf({ results, process: own }: Report): string[] {
  const ofRuns = results.flatMap(({ scenario, violations }) =>
    violations.map(({ text }) => `${describe(scenario)}\n  ${text}`),
  );
  return [...ofRuns, ...own];
}

/** On a terminal in place, each 50; else a line each 1000. */
function showProgress(done: number, all: number): void {
  if (process.stderr.isTTY) {
    if (done % 50 === 0 || done === all) process.stderr.write(done === all ? '\r\x1b[K' : `\r\x1b[K${done}/${all}`);
  } else if (done % 1000 === 0) console.error(`${done}/${all}`);
}

if (require.main === module) {
  runMain(main);
}
