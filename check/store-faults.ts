// Reads images from a store that fails in every way it can, and exits 1 when an answer is wrong.
//   node dist/check/store-faults.js --runs 20000 --seed 1
import { program, progressLine, runMain, UsageError } from '../testing/program/program';
import { formatTable } from '../testing/program/table';
import type { Kind } from './faults/kind';
import { kinds } from './faults/kinds';
import type { Result } from './faults/run';
import { type Report, runAll } from './faults/run-all';
import { describe, scenarios } from './faults/scenario';

const help = `Usage: npm run faults -- [option] ...

Answers requests for images from a store on this machine, through the S3 client that ships. The store fails in each kind of
way, at each place of a reply, at the first, middle or last read of an image or at a request to the cache, once, twice or
always. An answer must be right, or a problem that fits the fault; a read may take at most three tries; no connection may
stay open; and afterwards the same object and another one must be read correctly.

  --runs N       runs (default 2000; 1100 cover each combination once)
  --seed N       other runs (default 1)
  --only TEXT    only kinds with this text in their name
  --run N        only the run with this number, as a report names it
  --jobs N       runs at the same time (default 16)
  --list         print the kinds of faults
  --help

Exit code 1: one of these rules was broken.
`;

/** Runs the program; returns the exit code. */
export const main = program({
  name: 'faults',
  help,
  options: { runs: 'count', seed: 'count', only: 'text', run: 'number', jobs: 'count', list: 'flag' },
  async run({ runs = 2000, seed = 1, only = '', run, jobs = 16, list: isList }) {
    const chosen = kinds.filter(({ name }) => name.includes(only));
    if (chosen.length === 0) throw new UsageError(`--only: no kind has "${only}" in its name; --list prints them`);
    if (run !== undefined && run >= runs) throw new UsageError(`--run must be below --runs, which is ${runs}`);
    if (isList) {
      console.log(chosen.map(({ name }) => name).join('\n'));
      return 0;
    }
    const list = scenarios(runs, seed, chosen).filter(({ index }) => run === undefined || index === run);
    const report = await runAll(list, { jobs, progress: (done) => showDone(done, list.length) });
    console.log(formatTable(rowsOf(report.results, chosen)));
    const failures = failuresOf(report);
    console.log(
      `\n${report.results.length} runs, ${report.repeated} of them repeated with more time, ${failures.length} failures`,
    );
    for (const line of failures) console.log(`FAILED: ${line}`);
    return failures.length === 0 ? 0 : 1;
  },
});

/** One row for each kind: how often it happened, and the outcomes. */
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

/** On a terminal in one place, after each 50 runs; otherwise a line after each 1000. */
function showDone(done: number, all: number): void {
  if (process.stderr.isTTY) {
    if (done % 50 === 0 || done === all) progressLine(done === all ? '' : `${done}/${all}`);
  } else if (done % 1000 === 0) console.error(`${done}/${all}`);
}

if (require.main === module) runMain(main);
