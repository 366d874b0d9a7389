// Fuzzes the code that reads bytes from outside, guided by the branches that inputs reach; exits 1 with findings.
//   node dist/check/fuzz.js --minutes 1 --seed 1
import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runMain } from '../testing/program/run-main';
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
  --executions N     how many inputs to run, of all targets together
  --seed N           another run (default 1); the same seed and executions give the same run
  --only TARGET      only these targets, with commas between; may be given more than once
  --jobs N           processes at once (default 1), each with a part of the targets
  --corpus FOLDER    more inputs to begin with (default test/fuzz-corpus)
  --save FOLDER      write a small choice of the inputs that reach most branches to FOLDER/TARGET/
  --findings FOLDER  where findings are written (default fuzz-findings)
  --replay PATH      only run all checks over a file (with --only TARGET), or over the files in PATH/TARGET/
  --help

Targets: ${targets.map(({ name }) => name).join(', ')}.

Exit code 1: something is wrong with an input. Each fault is written once, as the shortest input that shows it and a text
that says what is wrong. docs: CONTRIBUTING.md, "Fuzzing".
`;

type Options = Readonly<{
  minutes: number;
  executions: number | null;
  seed: number;
  jobs: number;
  only: readonly Target[];
  corpus: string;
  save: string | null;
  findings: string;
  replay: string | null;
}>;

/** Runs the command; the answer is the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === 'string') {
    console.error(options);
    return options === help ? 0 : 2;
  }
  if (options.replay !== null) return replay(options.replay, options.only);
  const { only, executions, minutes, ...task } = options;
  const weights = only.reduce((sum, { weight }) => sum + weight, 0);
  const startedAt = performance.now();
  const show = (result: Result): void => showProgress(result, performance.now() - startedAt);
  const shares = only.map(({ name, weight }) => {
    return [name, executions === null ? null : Math.ceil((executions * weight) / weights)] as const;
  });
  const names = targets.map(({ name }) => name);
  const most = executions === null ? minutes : Number.MAX_SAFE_INTEGER;
  const result = await supervise({ ...task, root, names, targets: shares, minutes: most }, show);
  console.log(report(result, performance.now() - startedAt));
  for (const { target, wrong, path, length } of result.findings) {
    console.error(`FAILED: ${target}: ${wrong.reason} (${length} bytes: ${path})\n${wrong.place}`);
  }
  return result.findings.length === 0 && result.targets.length === only.length ? 0 : 1;
}

const text = { type: 'string' } as const;
const textOptions = {
  minutes: text,
  executions: text,
  seed: text,
  jobs: text,
  corpus: text,
  save: text,
  findings: text,
  replay: text,
};
type Texts = { [name in keyof typeof textOptions]?: string };

function readOptions(args: readonly string[]): Options | string {
  const options = { ...textOptions, only: { type: 'string', multiple: true }, help: { type: 'boolean' } } as const;
  let parsed: { values: Texts & { only?: string[]; help?: boolean } };
  try {
    parsed = parseArgs({ args: [...args], options });
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    return `fuzz: ${reason}; see --help`;
  }
  return parsed.values.help === true ? help : checkedOptions(parsed.values, parsed.values.only ?? []);
}

function checkedOptions(values: Texts, lists: readonly string[]): Options | string {
  const numbers = { minutes: 1, executions: 1, seed: 1, jobs: 1 };
  for (const name of ['minutes', 'executions', 'seed', 'jobs'] as const) {
    numbers[name] = Number(values[name] ?? 1);
    const isRight = name === 'minutes' ? numbers[name] > 0 : Number.isSafeInteger(numbers[name]) && numbers[name] > 0;
    if (!isRight) return `fuzz: --${name} must be a number above 0, got "${values[name]}"; see --help`;
  }
  const names = lists.flatMap((list) => list.split(','));
  const unknown = names.find((name) => !targets.some((target) => target.name === name));
  if (unknown !== undefined) return `fuzz: there is no target "${unknown}"; see --help`;
  return {
    ...numbers,
    executions: values.executions === undefined ? null : numbers.executions,
    only: targets.filter(({ name }) => names.length === 0 || names.includes(name)),
    corpus: resolve(values.corpus ?? saved),
    save: values.save === undefined ? null : resolve(values.save),
    findings: resolve(values.findings ?? 'fuzz-findings'),
    replay: values.replay ?? null,
  };
}

/** Runs all checks over inputs that are files. */
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

/** Of processor time, as other processes share the machine. */
function rateOf(executions: number, cpuSeconds: number): string {
  return `${Math.round(executions / Math.max(1, cpuSeconds))} a second of processor time`;
}

let shownAt = 0;

/** On a terminal one line that changes, elsewhere a line every 15 s. */
function showProgress({ targets: states, findings, cpuSeconds }: Result, ms: number): void {
  const executions = states.reduce((sum, state) => sum + state.executions, 0);
  const inputs = states.reduce((sum, state) => sum + state.inputs, 0);
  const seconds = ms / 1000;
  const line = `${seconds.toFixed(0)} s: ${executions} executions, ${rateOf(executions, cpuSeconds)}, ${inputs} inputs kept, ${findings.length} findings`;
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
  else if (ms - shownAt > 15_000) {
    shownAt = ms;
    console.error(line);
  }
}

if (require.main === module) {
  runMain(main);
}
