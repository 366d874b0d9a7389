// A folder that several processes put into at once, some of which are killed on the way.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { directoryCache } from '../../../lib/cache/directory';
import { soon } from '../bucket/contract';
import { refTo } from './entries';

let folder: string;
let program: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bucket-exif-'));
  program = join(folder, 'count-up.js');
  const entryPoints = [join(__dirname, 'count-up.ts')];
  await build({ entryPoints, bundle: true, platform: 'node', outfile: program, logLevel: 'silent' });
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

function start(root: string, times: number): ChildProcess {
  const args = [program, root, 'a.jpg', String(times)];
  return spawn(process.execPath, args, {
    env: { ...process.env, COUNT_UP: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** The numbers that a process counted. */
async function counted(child: ChildProcess): Promise<number[]> {
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += String(chunk);
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(0);
  return JSON.parse(text);
}

async function countOf(root: string): Promise<number> {
  const { entry } = await directoryCache(root).get(refTo('a.jpg'), soon());
  return Number(entry?.revision ?? 0);
}

test('four processes that count up together lose no count, and leave one file', async () => {
  const root = join(folder, 'together');
  const kept = (await Promise.all([1, 2, 3, 4].map(() => counted(start(root, 100))))).flat();
  expect(new Set(kept).size).toBe(400);
  expect(await countOf(root)).toBe(Math.max(...kept));
  const files = (await readdir(root, { recursive: true, withFileTypes: true })).filter((file) => file.isFile());
  expect(files).toHaveLength(1);
}, 120_000);

test('a process that is killed at any moment leaves nothing locked', async () => {
  const root = join(folder, 'killed');
  let before = 0;
  for (let round = 0; round < 8; round++) {
    const child = start(root, 1_000_000);
    const exit = once(child, 'exit');
    while ((await countOf(root)) < before + 5) await new Promise((done) => setTimeout(done, round));
    child.kill('SIGKILL');
    await exit;
    before = await countOf(root);
  }
  expect(await counted(start(root, 10))).toHaveLength(10);
  expect(await countOf(root)).toBe(before + 10);
}, 120_000);
