// bin/start.cjs, the program of `npm start`: what makes it build first, and that it is serve.js in all else.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

type Ready = Readonly<Record<'isServerBuilt' | 'isBuilt', (root: string) => boolean>>;

const root = join(__dirname, '..', '..');
const program = join(root, 'bin', 'start.cjs');
const { isServerBuilt, isBuilt } = require('../../bin/ready.cjs') as Ready;
const project = mkdtempSync(join(tmpdir(), 'bucket-exif-start-'));
const stamp = 'dist/.built';
const folders = ['bench', 'bin', 'check', 'deploy', 'handler', 'lib', 'page', 'samples', 'service', 'testing'];
const files = ['docs/openapi.json', 'package.json', 'package-lock.json', 'tsconfig.json'];
const installed = 'node_modules/.package-lock.json';

const changedAt = (path: string): number => statSync(join(project, path)).ctimeMs;

/** Writes files so that each is later than those of `before`: the clock of a file system has steps of some milliseconds. */
function write(paths: readonly string[], before: readonly string[] = []): void {
  for (const path of paths) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    const last = Math.max(0, ...before.map(changedAt));
    do writeFileSync(join(project, path), '');
    while (changedAt(path) <= last);
  }
}

beforeEach(() => {
  const sources = [...folders.map((folder) => `${folder}/below/one.ts`), ...files, installed];
  write(sources);
  write([stamp], [...sources, ...folders]);
});
afterEach(() => rmSync(project, { recursive: true }));

test('a build is up to date when it is newer than all', () => {
  expect([isServerBuilt(project), isBuilt(project)]).toEqual([true, true]);
});

test.each([
  ['a source of the server', false, () => write(['lib/below/one.ts'], [stamp])],
  ['a new source', false, () => write(['service/two.ts'], [stamp])],
  ['an installation', false, () => write([installed], [stamp])],
  ['removed packages', false, () => rmSync(join(project, 'node_modules'), { recursive: true })],
  ['no build', false, () => rmSync(join(project, stamp))],
  ['a source that only tools need', true, () => write(['bench/below/one.ts'], [stamp])],
])('after %s, server up to date: %s', (_, isServer, change) => {
  change();
  expect([isServerBuilt(project), isBuilt(project)]).toEqual([isServer, false]);
});

test.each([
  [['--help'], 0, /^Usage: npm start -- \[options\]$/m, /^$/],
  [['--prot', '1'], 2, /^$/, /did you mean --port\? See npm start -- --help/],
  [['--bucket', './nowhere'], 1, /^$/, /^Cannot use directory:/m],
] as const)('%j ends as it does with serve.js', (args, code, out, err) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  expect(status).toBe(code);
  expect(stdout).toMatch(out);
  expect(stderr).toMatch(err);
});

test.each(['1', '2'])('a signal ends it, with EXIF_WORKERS=%s', async (workers) => {
  const env = { PATH: process.env['PATH'], HOME: project, EXIF_CACHE: 'none', EXIF_WORKERS: workers };
  const child = spawn(process.execPath, [program, '--port', '0', '--quiet'], { env });
  let text = '';
  child.stderr.on('data', (part) => {
    text += part;
  });
  while (!text.includes('Serving ')) await once(child.stderr, 'data');
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(text).toContain('Finishing open requests');
});
