// Servers as child processes, each on a free port.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpuMs } from '../program/process-cpu';

/** A program, relative to the compiled project, and its arguments. */
export type Command = readonly [string, ...string[]];

/** `npm start`, on any free port. */
export const serveCommand: Command = ['bin/serve.js', '--host', '127.0.0.1', '--port', '0'];
/** The yardstick. */
export const bareCommand: Command = ['bench/load/bare-server.js'];
/** Milliseconds that the server has to come up. */
const startMs = 15_000;

/** `rss` in bytes, `peakRss` the most since the start, `cpuMs` to the hundredth of a second; null on systems without /proc. */
export type RunningServer = Readonly<{
  origin: string;
  rss(): number | null;
  peakRss(): number | null;
  cpuMs(): number | null;
  stop(): Promise<void>;
}>;

/**
 * Starts a server of the compiled project `dist`, with `env` added to the environment. Rejects when it does not say within
 * `startMs` where it listens.
 */
export async function startServerProcess(
  [program, ...args]: Command,
  nodeFlags: readonly string[],
  env: Readonly<Record<string, string>> = {},
  dist = join(__dirname, '..', '..'),
): Promise<RunningServer> {
  const path = join(dist, program);
  if (!existsSync(path)) throw new Error(`no server at ${path}`);
  const child = spawn(process.execPath, [...nodeFlags, path, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  });
  try {
    const origin = await readOrigin(child);
    const pid = child.pid ?? 0;
    return {
      origin,
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
    child.stderr?.on('data', (part: Buffer) => {
      if (text.length < 4096) text += part.toString();
      const [, origin] = /(?:^| at )(http:\/\/127\.0\.0\.1:\d+)\s/m.exec(text) ?? [];
      if (origin === undefined) return;
      clearTimeout(timer);
      resolve(origin);
    });
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
