// Starts the fuzzing processes, shows their progress, and makes findings of crashes and hangs.
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Finding, writeFinding } from './findings';
import { readLastInput } from './last-input';
import type { TargetState, WorkerNews, WorkerTask } from './task';

/** The program of a process, and the milliseconds without a new input that count as an endless loop. */
type Program = Readonly<{ path: string; hangMs: number }>;

const fuzzer: Program = { path: join(__dirname, 'worker.js'), hangMs: 20_000 };
const lookMs = 1_000;
/** MiB of heap, far more than is needed: a process that comes to it has a leak, or read a length from its input. */
const heapMib = 1_024;

export type Task = Omit<WorkerTask, 'targets' | 'lastInput'> &
  Readonly<{ jobs: number; targets: WorkerTask['targets']; names: readonly string[] }>;

export type Result = Readonly<{
  targets: readonly TargetState[];
  findings: readonly Finding[];
  branches: number;
  /** Seconds of processor time of all processes. */
  cpuSeconds: number;
}>;

const nothing = { targets: [], findings: [], branches: 0, cpuSeconds: 0 } as const;

/** Runs a task in `jobs` processes at once, each with a part of the targets. `show` gets the last report of all of them. */
export async function supervise(task: Task, show: (result: Result) => void, program = fuzzer): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  const jobs = Math.min(task.jobs, task.targets.length);
  const latest: Result[] = Array.from({ length: jobs }, () => nothing);
  try {
    await Promise.all(
      latest.map(async (_, job) => {
        const { jobs: _jobs, names, ...rest } = task;
        const targets = task.targets.filter((_target, i) => i % jobs === job);
        const lastInput = join(folder, `last-${job}`);
        await runWorker({ ...rest, targets, lastInput }, names, program, (result) => {
          latest[job] = result;
          show(sum(latest));
        });
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return sum(latest);
}

function sum(parts: readonly Result[]): Result {
  return {
    targets: parts.flatMap(({ targets }) => targets),
    findings: parts.flatMap(({ findings }) => findings),
    branches: Math.max(0, ...parts.map(({ branches }) => branches)),
    cpuSeconds: parts.reduce((total, { cpuSeconds }) => total + cpuSeconds, 0),
  };
}

/** One process, until it is done or dead. */
async function runWorker(
  task: WorkerTask,
  names: readonly string[],
  program: Program,
  report: (result: Result) => void,
): Promise<void> {
  const execArgv = ['--expose-gc', `--max-old-space-size=${heapMib}`];
  const child = fork(program.path, [JSON.stringify(task)], { execArgv });
  let news: WorkerNews = { ...nothing, done: false };
  child.on('message', (message) => {
    news = message as WorkerNews;
    report(news);
  });
  const isHung = watchForHang(child, task.lastInput, program.hangMs);
  const [code, signal] = await new Promise<readonly [number | null, string | null]>((resolve) =>
    child.on('exit', (...end) => resolve(end)),
  );
  if (news.done && code === 0) return;
  const last = existsSync(task.lastInput) ? readLastInput(task.lastInput) : null;
  if (last === null) throw new Error(`A fuzzing process ended before its first input, with ${code ?? signal}`);
  const reason = isHung() ? `no end after ${program.hangMs} ms` : `the process ended with ${code ?? signal}`;
  const finding = writeFinding(task.findings, names[last.target] ?? 'unknown', last.input, { reason, place: '' });
  report({ ...news, findings: [...news.findings, finding] });
}

/** Ends a process that starts no new input for `hangMs`; the answer says whether that was so. */
function watchForHang(child: ChildProcess, lastInput: string, hangMs: number): () => boolean {
  let writes = 0;
  let changedAt = performance.now();
  let isHung = false;
  const timer = setInterval(() => {
    const now = existsSync(lastInput) ? (readLastInput(lastInput)?.writes ?? 0) : 0;
    if (now !== writes) changedAt = performance.now();
    writes = now;
    // Before its first input a process loads and instruments the code, on a busy machine for long.
    if (writes === 0 || performance.now() - changedAt < hangMs) return;
    isHung = true;
    child.kill('SIGKILL');
  }, lookMs);
  child.on('exit', () => clearInterval(timer));
  return () => isHung;
}
