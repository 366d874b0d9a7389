// From the start of a server's process to its first answer: milliseconds, and the CPU time of its threads.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { median } from '../../testing/program/median';

/** A server that prints where it listens, and the request that it gets; without a request, a program that ends. */
export type ServerProgram = Readonly<{
  name: string;
  command: readonly [string, ...string[]];
  env?: Readonly<Record<string, string>>;
  request: Readonly<{ path: string; headers: Readonly<Record<string, string>> }> | null;
}>;

/** Medians in milliseconds, each also over the first program's. `cpu` is NaN for programs that end or start others, and without /proc. */
export type Started = Readonly<{ name: string; ms: number; over: number; cpu: number; cpuOver: number }>;

type Sample = Readonly<{ ms: number; cpu: number }>;

/** Milliseconds in which a program must answer. */
const patience = 30_000;

/** Starts each `times` times, taking turns. The first program is what the others are measured over. */
export async function measureStarts(programs: readonly ServerProgram[], times: number): Promise<readonly Started[]> {
  const samples = programs.map((): Sample[] => []);
  for (let time = 0; time <= times; time++) {
    for (const [i, program] of programs.entries()) {
      // The first run fills the disk cache, and may write a code cache when it ends.
      const sample = await startOnce(program, time === 0 ? 'SIGTERM' : 'SIGKILL');
      if (time > 0) samples[i]?.push(sample);
    }
  }
  const all = samples.map((of) => ({ ms: median(of.map((s) => s.ms)), cpu: median(of.map((s) => s.cpu)) }));
  const empty = all[0] ?? { ms: Number.NaN, cpu: Number.NaN };
  return all.map(({ ms, cpu }, i) => {
    const name = programs[i]?.name ?? '';
    return { name, ms, over: ms - empty.ms, cpu, cpuOver: cpu - empty.cpu };
  });
}

async function startOnce(
  { name, command: [program, ...args], env, request }: ServerProgram,
  end: NodeJS.Signals,
): Promise<Sample> {
  const startedAt = performance.now();
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    detached: true, // its own group, because npm does not pass SIGKILL on
  });
  const ended = once(child, 'exit');
  try {
    if (request === null) {
      await ended;
      return { ms: performance.now() - startedAt, cpu: Number.NaN };
    }
    const port = await listening(child, name);
    await ask(port, request);
    return {
      ms: performance.now() - startedAt,
      cpu: program === process.execPath ? threadsMs(child.pid ?? 0) : Number.NaN,
    };
  } finally {
    if (child.exitCode === null) process.kill(-(child.pid ?? 0), end);
    await ended;
  }
}

/** The port that the program prints, as a part of an address. */
function listening(child: ChildProcess, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => reject(new Error(`${name} does not listen: ${text}`)), patience);
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}: ${text.slice(0, 500)}`)));
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (part: Buffer) => {
        text += part.toString();
        const [, port] = /(?:127\.0\.0\.1|0\.0\.0\.0):(\d+)\D/.exec(text) ?? [];
        if (port === undefined) return;
        clearTimeout(timer);
        resolve(Number(port));
      });
  });
}

function ask(port: number, { path, headers }: NonNullable<ServerProgram['request']>): Promise<void> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, headers, agent: false, timeout: patience }, (res) => {
      if (res.statusCode !== 200) reject(new Error(`${path} was answered with ${res.statusCode}`));
      res.resume().once('end', resolve);
    }).once('error', reject);
  });
}

/** [proc(5)] schedstat: the first number is the nanoseconds that a thread ran. */
function threadsMs(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  if (!existsSync(tasks)) return Number.NaN;
  const times = readdirSync(tasks).map((id) => readFileSync(`${tasks}/${id}/schedstat`, 'utf8').split(' ')[0]);
  return times.reduce((sum, time) => sum + Number(time), 0) / 1e6;
}
