// The program `bucket-exif` as a child process, over the compiled files that `npm test` builds first.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(__dirname, '..', '..', '..');
export const program = join(root, 'dist', 'bin', 'bucket-exif.js');

export type ProgramEnd = Readonly<{ code: number | null; out: string; err: string }>;
type ProgramInput = Readonly<{ env?: Record<string, string>; cwd?: string; input?: Uint8Array | null }>;

/** Starts it in the folder of the samples, without a terminal; with `input` null standard input stays open. */
export function start(
  args: readonly string[],
  given: ProgramInput = {},
): { child: ChildProcess; ended: Promise<ProgramEnd> } {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: given.cwd ?? join(root, 'samples'),
    env: { PATH: process.env['PATH'], AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent', ...given.env },
  });
  // It may end before it has read all.
  child.stdin.on('error', () => {});
  if (given.input !== null) child.stdin.end(given.input);
  const texts = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    texts.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    texts.err += text;
  });
  return { child, ended: once(child, 'close').then(([code]) => ({ code, ...texts })) };
}

export function run(args: readonly string[], given: ProgramInput = {}): Promise<ProgramEnd> {
  return start(args, given).ended;
}

/** Whether `script`, which makes a terminal, is here. */
export const hasTerminal =
  existsSync('/usr/bin/script') && spawnSync('script', ['--version']).stdout.includes('util-linux');

/** What it says on a terminal of its own, output and errors together, with the terminal's line ends; `behind` redirects. */
export async function runOnTerminal(
  args: readonly string[],
  env: Record<string, string> = {},
  behind = '',
  columns = 100,
): Promise<string> {
  const command = [process.execPath, program, ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', `stty cols ${columns}; ${command} ${behind}`, '/dev/null'], {
    cwd: join(root, 'samples'),
    env: { PATH: process.env['PATH'], TERM: 'xterm', SHELL: '/bin/sh', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part) => {
    text += part;
  });
  await once(child, 'close');
  return text;
}
