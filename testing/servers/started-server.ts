// Servers as child processes, each on a free port.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpuMs } from '../program/process-cpu';

/** A program, relative to the compiled project, and its arguments. */
export type Command = readonly [string, ...string[]];

/** `npm start`, on any free port. */
export const serveCommand: Command = ['bin/serve.js', '--host', '127.0.0.1', '--port', '0'];
/** The container, as its settings say. */
export const containerCommand: Command = ['handler/web.js'];
/** The yardstick. */
export const bareCommand: Command = ['bench/load/bare-server.js'];
/** Milliseconds that the server has to come up. */
const startMs = 15_000;

/** `rss` in bytes, `peakRss` the most since the start, `cpuMs` to the hundredth of a second; null on systems without /proc. */
export type RunningServer = Readonly<{
  origin: string;
  pid: number;
  rss(): number | null;
  peakRss(): number | null;
  cpuMs(): number | null;
  stop(): Promise<void>;
}>;

/**
 * How to start a server: `env` is added to the environment; `dist` is the compiled project. `wrap`: the words before the command,
 * such as `taskset -c 0`. `hasLog`: its standard output is a pipe that is read; otherwise it is dropped unread.
 */
export type Launch = Readonly<{
  command: Command;
  nodeFlags?: readonly string[];
  env?: Readonly<Record<string, string>>;
  dist?: string;
  wrap?: readonly string[];
  hasLog?: boolean;
}>;

/** Starts a server of the compiled project. Rejects when it does not say within `startMs` where it listens. */
export function startServerProcess(
  command: Command,
  nodeFlags: readonly string[],
  env: Readonly<Record<string, string>> = {},
  dist = join(__dirname, '..', '..'),
): Promise<RunningServer> {
  return launchServer({ command, nodeFlags, env, dist });
}

/** The same with more options. */
export async function launchServer(launch: Launch): Promise<RunningServer> {
  const { nodeFlags = [], env = {}, dist = join(__dirname, '..', '..'), wrap = [], hasLog = false } = launch;
  const [name, ...args] = launch.command;
  const path = join(dist, name);
  if (!existsSync(path)) throw new Error(`no server at ${path}`);
  const [program = '', ...words] = [...wrap, process.execPath, ...nodeFlags, path, ...args];
  const child = spawn(program, words, {
    stdio: ['ignore', hasLog ? 'pipe' : 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  });
  try {
    const origin = await readOrigin(child);
    const pid = child.pid ?? 0;
    return {
      origin,
      pid,
      rss: () => memoryOf(pid, 'VmRSS'),
      peakRss: () => memoryOf(pid, 'VmHWM'),
      cpuMs: () => cpuMs(pid),
      stop: () => stop(child),
    };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

/** The address that the server says it listens at. Its later output is read and dropped. */
function readOrigin(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => reject(new Error(`the server did not start: ${text}`)), startMs);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the server ended with ${code}: ${text}`));
    });
    const read = (part: Buffer): void => {
      if (text.length >= 4096) return;
      text += part.toString();
      const [, address] = /(?:^http:\/\/| at http:\/\/|Listening on )(127\.0\.0\.1:\d+)[\s"]/m.exec(text) ?? [];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(`http://${address}`);
    };
    child.stderr?.on('data', read);
    child.stdout?.on('data', read);
  });
}

/** A line of [proc(5)] status of a process, in bytes; null on systems without /proc. */
export function memoryOf(pid: number, line: 'VmRSS' | 'VmHWM'): number | null {
  const status = `/proc/${pid}/status`;
  if (!existsSync(status)) return null;
  const kib = new RegExp(`${line}:\\s+(\\d+) kB`).exec(readFileSync(status, 'utf8'))?.[1];
  return kib === undefined ? null : Number(kib) * 1024;
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}
