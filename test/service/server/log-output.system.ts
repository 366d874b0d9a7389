// The log of a server whose reader is slow, or whose disk is full.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const root = join(__dirname, '..', '..', '..');
let server: ChildProcess | null = null;

afterEach(() => server?.kill('SIGKILL'));

/** Starts `npm start` with its log in `out`. Returns its address, which it prints for the user. */
async function start(out: 'pipe' | number, env: Record<string, string> = {}) {
  const options = ['--bucket', join(root, 'samples'), '--public', '--cache', 'none', '--port', '0'];
  const child = spawn(process.execPath, [join(root, 'dist', 'bin', 'serve.js'), ...options], {
    env: { ...process.env, ...env },
    stdio: ['ignore', out, 'pipe'],
  });
  server = child;
  let printed = '';
  child.stderr?.setEncoding('utf8').on('data', (part: string) => {
    printed += part;
  });
  for (;;) {
    const [origin] = /http:\/\/127\.0\.0\.1:\d+/.exec(printed) ?? [];
    if (origin !== undefined) return { child, origin };
    await once(child.stderr as NodeJS.ReadableStream, 'data');
  }
}

async function statusOf(origin: string): Promise<number> {
  const reply = await fetch(`${origin}/gps.jpg?exif`);
  await reply.arrayBuffer();
  return reply.status;
}

test.each([{}, { EXIF_WORKERS: '2' }])(
  'no line is lost when a server stops before its log is read: %o',
  async (env) => {
    const { child, origin } = await start('pipe', env);
    const requests = 1_000; // more lines than a pipe holds, which is usually 64 KiB
    for (let done = 0; done < requests; done += 50)
      await Promise.all(Array.from({ length: 50 }, () => statusOf(origin)));
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const log = await text(child.stdout as NodeJS.ReadableStream);
    expect(log.split('\n').filter((line) => line.includes('gps.jpg'))).toHaveLength(requests);
    expect(await ended).toEqual([0, null]);
  },
);

const full = '/dev/full';
(existsSync(full) ? test.each : test.skip.each)([{}, { EXIF_WORKERS: '2' }])(
  'a server answers on when its log cannot be written: %o',
  async (env) => {
    const { child, origin } = await start(openSync(full, 'w'), env);
    for (let request = 0; request < 10; request++) expect(await statusOf(origin)).toBe(200);
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  },
);
