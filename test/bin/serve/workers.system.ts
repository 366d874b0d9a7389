// `bucket-exif serve` with several workers, over the compiled files that `npm test` builds first.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..', '..', '..');
const children: ChildProcess[] = [];
const empty = mkdtempSync(join(tmpdir(), 'bucket-exif-workers-'));
afterAll(() => rmSync(empty, { recursive: true }));

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** The program with two workers, and what it prints. */
function start(program: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [...program], {
    env: { PATH: process.env['PATH'], HOME: empty, EXIF_CACHE: 'none', EXIF_WORKERS: '2', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const text = { err: '' };
  child.stderr.on('data', (part) => {
    text.err += part;
  });
  child.stdout.resume();
  return { child, text, closed: once(child, 'close') };
}

const programs = {
  'npm start': [join(root, 'dist', 'bin', 'serve.js')],
  'bucket-exif serve': [join(root, 'dist', 'bin', 'bucket-exif.js'), 'serve'],
  'the published command': [join(root, 'dist', 'npm', 'bucket-exif.js'), 'serve'],
};

test.each(Object.entries(programs))('%s: one greeting, the key of this run in all workers', async (_, program) => {
  const { child, text, closed } = start([...program, '--port', '0', '--quiet', '--bucket', join(root, 'samples')]);
  while (!text.err.includes('Try:')) await once(child.stderr, 'data');
  const [, url = ''] = /curl '(http[^']+big-endian[^']+)'/.exec(text.err) ?? [];
  for (let times = 0; times < 4; times++) {
    const reply = await fetch(url, { headers: { connection: 'close' } }); // each connection goes to the next worker
    expect(reply.status).toBe(200);
  }
  child.kill('SIGTERM');
  expect(await closed).toEqual([0, null]);
  for (const line of ['Serving ', 'Finishing open requests']) expect(text.err.split(line)).toHaveLength(2);
});

test.each([
  ['a wrong setting', [], { EXIF_STYLE: 'none' }, 2, 'EXIF_STYLE must be'],
  ['a folder that does not exist', ['--bucket', join(empty, 'none')], {}, 1, 'Cannot use directory:'],
  ['wrong keys', [], { EXIF_KEYS: 'env:NONE' }, 2, 'NONE'],
])('%s ends the start once', async (_, args, env, code, message) => {
  const { text, closed } = start([...programs['npm start'], '--port', '0', ...args], env);
  expect(await closed).toEqual([code, null]);
  expect(text.err.split(message)).toHaveLength(2);
});

test('a port that is in use ends the start once', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const { text, closed } = start([...programs['npm start'], '--port', String(port)]);
  expect(await closed).toEqual([1, null]);
  other.close();
  expect(text.err).toBe(`Port ${port} of 127.0.0.1 is in use: choose another with --port\n`);
});
