// Fuzzes the code that reads bytes from outside, guided by the branches that inputs reach; exits 1 with findings.
//   node dist/check/fuzz.js --minutes 1 --seed 1
import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { program, progressLine, runMain, UsageError } from '../testing/program/program';
import { formatTable } from '../testing/program/table';
import { readInputs } from './fuzz/corpus';
import { judgeWhole } from './fuzz/judge-input';
import { type Result, supervise } from './fuzz/supervise';
import type { Target } from './fuzz/target';
import { allTargets } from './fuzz/targets';

const root = join(__dirname, '..', '..');
const targets = allTargets(root);
const saved = join(root, 'test', 'fuzz-corpus');

const help = `Usage: npm run fuzz -- [option] ...

Changes known inputs at random and keeps those that reach new branches of lib/. Starts with the images that the tests
build, the samples, and the inputs in test/fuzz-corpus/.

  --minutes N        how long to run (default 1, without --executions)
  --executions N     how many inputs to run, for all targets together
  --seed N           another run (default 1); the same seed and executions repeat a run
  --only TARGET      only these targets, separated by commas; can be given more than once
  --jobs N           number of processes (default 1); each takes some of the targets
  --corpus FOLDER    more inputs to start with (default test/fuzz-corpus)
  --save FOLDER      write a small choice of the inputs that reach most branches to FOLDER/TARGET/
  --findings FOLDER  where findings are written (default fuzz-findings)
  --replay PATH      only run all checks on a file (with --only TARGET), or on the files in PATH/TARGET/
  --help

Targets: ${targets.map(({ name }) => name).join(', ')}.

Exit code 1: an input showed a fault. Each fault is written once: the shortest input found for it, and a text that says
what is wrong. See CONTRIBUTING.md, "Fuzzing".
`;

/** Runs the program; returns the exit code. */
export const main = program({
  name: 'fuzz',
  help,
  options: {
    ...{ minutes: 'number', executions: 'count', seed: 'count', jobs: 'count', only: 'list' },
    ...{ corpus: 'text', save: 'text', findings: 'text', replay: 'text' },
  },
  run({ only, replay: path, ...given }) {
    const unknown = only?.find((name) => !targets.some((target) => target.name === name));
    if (unknown !== undefined) throw new UsageError(`--only: "${unknown}" is not a target`);
    if (given.minutes === 0) throw new UsageError('--minutes must be above 0');
    const chosen = targets.filter(({ name }) => only?.includes(name) ?? true);
    return path === undefined ? search(chosen, given) : replay(path, chosen);
  },
});

type Search = Readonly<{
  minutes: number | undefined;
  executions: number | undefined;
  seed: number | undefined;
  jobs: number | undefined;
  corpus: string | undefined;
  save: string | undefined;
  findings: string | undefined;
}>;

async function search(chosen: readonly Target[], given: Search): Promise<number> {
  const { minutes = 1, executions, seed = 1, jobs = 1, corpus = saved, findings = 'fuzz-findings', save } = given;
  const weights = chosen.reduce((sum, { weight }) => sum + weight, 0);
  const startedAt = performance.now();
  const show = (result: Result): void => showState(result, performance.now() - startedAt);
  const task = {
    ...{ root, seed, jobs, names: targets.map(({ name }) => name) },
    ...{ corpus: resolve(corpus), findings: resolve(findings), save: save === undefined ? null : resolve(save) },
    minutes: executions === undefined ? minutes : Number.MAX_SAFE_INTEGER,
    targets: chosen.map(({ name, weight }) => {
      return [name, executions === undefined ? null : Math.ceil((executions * weight) / weights)] as const;
    }),
  };
  const result = await supervise(task, show);
  console.log(report(result, performance.now() - startedAt));
  for (const { target, wrong, path, length } of result.findings) {
    console.error(`FAILED: ${target}: ${wrong.reason} (${length} bytes: ${path})\n${wrong.place}`);
  }
  return result.findings.length === 0 && result.targets.length === chosen.length ? 0 : 1;
}

/** Runs all checks on inputs from files. */
async function replay(path: string, only: readonly Target[]): Promise<number> {
  const isFolder = statSync(path).isDirectory();
  let count = 0;
  let failed = 0;
  for (const target of only) {
    const inputs = isFolder ? readInputs(path, target.name) : [new Uint8Array(readFileSync(path))];
    for (const input of inputs) {
      count++;
      for (const { reason, place } of await judgeWhole(target, input)) {
        failed++;
        console.error(`FAILED: ${target.name}: ${reason}\n${place}`);
      }
    }
  }
  console.log(`${count} inputs, ${failed} findings`);
  return count > 0 && failed === 0 ? 0 : 1;
}

function report({ targets: states, branches, findings, cpuSeconds }: Result, ms: number): string {
  const head = ['target', 'executions', 'inputs kept', 'branches', 'slowest ms', 'digest of inputs'];
  const rows = states.map(({ name, executions, inputs, branches: reached, slowestMs, digest }) => {
    return [name, ...[executions, inputs, reached, slowestMs.toFixed(1), digest].map(String)];
  });
  const executions = states.reduce((sum, state) => sum + state.executions, 0);
  const total = `${executions} executions in ${(ms / 1000).toFixed(0)} s, ${rateOf(executions, cpuSeconds)}, ${branches} branches instrumented, ${findings.length} findings`;
  return `${formatTable([head, ...rows])}\n\n${total}`;
}

/** Counted by processor time, because other processes share the machine. */
function rateOf(executions: number, cpuSeconds: number): string {
  return `${Math.round(executions / Math.max(1, cpuSeconds))} a second of processor time`;
}

let shownAt = 0;

/** On a terminal one line that changes, elsewhere a line every 15 s. */
function showState({ targets: states, findings, cpuSeconds }: Result, ms: number): void {
  const executions = states.reduce((sum, state) => sum + state.executions, 0);
  const inputs = states.reduce((sum, state) => sum + state.inputs, 0);
  const seconds = ms / 1000;
  const line = `${seconds.toFixed(0)} s: ${executions} executions, ${rateOf(executions, cpuSeconds)}, ${inputs} inputs kept, ${findings.length} findings`;
  if (process.stderr.isTTY) progressLine(line);
  else if (ms - shownAt > 15_000) {
    shownAt = ms;
    console.error(line);
  }
}

if (require.main === module) runMain(main);
