// `npm start` with real processes: the server ends with npm, and only with npm.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..', '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'bucket-exif-runner-'));
const program = join(root, 'dist', 'bin', 'serve.js');
const servers: number[] = [];

afterEach(() => {
  for (const pid of servers.splice(0)) if (isRunning(pid)) process.kill(pid, 'SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A shell for npm that stays between npm and the program; most shells give their place to it. */
const shell = join(folder, 'shell');
writeFileSync(shell, '#!/bin/sh\n/bin/sh "$@"\nexit $?\n');
chmodSync(shell, 0o755);

type Server = Readonly<{ first: ChildProcess; pid: number; port: number }>;

/** Starts `command`, and waits for the server that it leads to. */
async function start(command: readonly string[], env: Record<string, string> = {}): Promise<Server> {
  const [file = '', ...args] = command;
  const first = spawn(file, args, {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: folder, EXIF_CACHE: 'none', npm_config_update_notifier: 'false', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [first.stdout, first.stderr])
    stream?.setEncoding('utf8').on('data', (part) => {
      text += part;
    });
  const port = await until(
    () => /^Serving .*:(\d+)$/m.exec(text)?.[1],
    () => text,
  );
  const pid = listenerOf(Number(port));
  servers.push(pid);
  return { first, pid, port: Number(port) };
}

/** The first value that `look` gives. */
async function until<Value>(look: () => Value | undefined | false, told = (): string => ''): Promise<Value> {
  for (const begin = performance.now(); performance.now() - begin < 60_000; ) {
    const value = look();
    if (value !== undefined && value !== false) return value;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`Waited for a minute: ${told()}`);
}

/** The process that listens on a port, by its socket [proc(5), net/tcp]. */
function listenerOf(port: number): number {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const [, inode] =
    new RegExp(`:${hex} 00000000:0000 0A (?:\\S+ +){5}(\\d+)`).exec(readFileSync('/proc/net/tcp', 'utf8')) ?? [];
  const found = spawnText('sh', ['-c', `ls -l /proc/[0-9]*/fd 2>/dev/null | grep -B 1000000 'socket:.${inode}.'`]);
  return Number(
    found
      .match(/^\/proc\/(\d+)\/fd:$/gm)
      ?.at(-1)
      ?.replace(/\D/g, ''),
  );
}

function spawnText(file: string, args: readonly string[]): string {
  return spawnSync(file, args, { encoding: 'utf8', maxBuffer: 1e8 }).stdout;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Whether somebody listens. */
const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

const parentOf = (pid: number): number =>
  Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

const onLinux = process.platform === 'linux' ? describe : describe.skip;
onLinux('npm start', () => {
  const npm = ['npm', 'start', '--', '--port', '0'];

  test.each(['SIGTERM', 'SIGKILL', 'SIGHUP'] as const)(
    '%s to npm frees the port',
    async (signal) => {
      const { first, pid, port } = await start(npm);
      expect(await answers(port)).toBe(true);
      first.kill(signal);
      await until(() => !isRunning(pid));
      expect(await answers(port)).toBe(false);
    },
    120_000,
  );

  test.each([
    ['SIGKILL', 'npm'],
    ['SIGTERM', 'npm'],
    ['SIGKILL', 'the shell'],
    ['SIGTERM', 'the shell'],
    ['SIGHUP', 'the shell'],
  ] as const)(
    'with a shell in between, %s to %s frees the port',
    async (signal, whom) => {
      const { first, pid, port } = await start(npm, { npm_config_script_shell: shell });
      expect(parentOf(pid)).not.toBe(first.pid);
      process.kill(whom === 'npm' ? Number(first.pid) : parentOf(pid), signal);
      await until(() => !isRunning(pid));
      expect(await answers(port)).toBe(false);
    },
    120_000,
  );

  test('a request that hangs does not keep its slot', async () => {
    const { first, pid, port } = await start(npm, { EXIF_TOTAL_MS: '500' });
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write('GET /gps.jpg?exif HTTP/1.1\r\n');
    await until(() => socket.bytesWritten > 0);
    first.kill('SIGKILL');
    await until(() => !isRunning(pid));
    socket.destroy();
  }, 120_000);
});

onLinux('a server that was started to outlive its parent', () => {
  const node = `"${process.execPath}" "${program}" --port 0`;

  test.each([
    ['nohup node', `nohup ${node} & wait`, {}],
    ['setsid node', `setsid ${node} & wait`, {}],
    ['a script of another project', `${node} & wait`, { npm_lifecycle_event: 'start', npm_package_name: 'mine' }],
  ])(
    '%s goes on',
    async (_, command, env) => {
      const { first, pid, port } = await start(['sh', '-c', command], env as Record<string, string>);
      first.kill('SIGKILL');
      await until(() => !isRunning(Number(first.pid)));
      await until(() => parentOf(pid) !== first.pid);
      // Four times as long as a watch that must not be there would take, and the request proves that it is alive.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      expect((await fetch(`http://127.0.0.1:${port}/gps.jpg?exif`)).status).toBe(200);
    },
    120_000,
  );

  test('nohup npm start goes on', async () => {
    const { first, pid, port } = await start(['sh', '-c', 'nohup npm start -- --port 0 & wait']);
    first.kill('SIGKILL');
    await until(() => !isRunning(Number(first.pid)));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(isRunning(pid)).toBe(true);
    expect((await fetch(`http://127.0.0.1:${port}/gps.jpg?exif`)).status).toBe(200);
    let npm = parentOf(pid);
    while (parentOf(npm) > 1 && readFileSync(`/proc/${parentOf(npm)}/cmdline`, 'utf8').startsWith('npm'))
      npm = parentOf(npm);
    process.kill(npm, 'SIGTERM');
    await until(() => !isRunning(pid));
  }, 120_000);
});
