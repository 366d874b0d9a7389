// The image that Dockerfile describes, as far as it can be proved without building it: its files in a folder that nobody
// can write, its very command line, its user, its health check.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { containerFiles } from '../../deploy/artifact/container';
import { writeFiles } from '../../deploy/artifact/files';
import { type StartedServer, start } from './started';

const root = join(__dirname, '..', '..');
const samples = join(root, 'samples');
const files = containerFiles(root);
const image = mkdtempSync(join(tmpdir(), 'bucket-exif-image-'));
const lines = readFileSync(join(root, 'Dockerfile'), 'utf8').split('\n');
/** The last stage: the one that becomes the image. */
const stage = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
const running: StartedServer[] = [];

/** The only instruction of that name in the last stage. */
function instruction(name: string): string {
  const found = stage.filter((line) => line.startsWith(`${name} `));
  expect({ name, found: found.length }).toEqual({ name, found: 1 });
  return found[0]?.slice(name.length + 1) ?? '';
}

/** Exec form only: there is no shell that could read another. */
function exec(text: string): string[] {
  return JSON.parse(text) as string[];
}

/** Paths of the image are below the folder. */
const inImage = (word: string): string => (word.startsWith('/') ? join(image, word) : word);
const isRoot = process.getuid?.() === 0;
const [uid = 0, gid = 0] = instruction('USER').split(':').map(Number);
const identity = isRoot ? { uid, gid } : {};
const workdir = join(image, instruction('WORKDIR'));
const variables = Object.fromEntries(
  instruction('ENV')
    .split(' ')
    .map((pair) => pair.split('=') as [string, string]),
);

beforeAll(() => {
  writeFiles(files, workdir);
  execFileSync(process.execPath, [join(root, 'dist', 'deploy', 'artifact', 'code-cache.js'), workdir]);
  mkdirSync(join(image, 'nodejs', 'bin'), { recursive: true });
  symlinkSync(process.execPath, join(image, 'nodejs', 'bin', 'node'));
  for (const entry of readdirSync(image, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isSymbolicLink()) chmodSync(path, entry.isDirectory() ? 0o555 : 0o444);
  }
  chmodSync(image, 0o555);
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop('SIGKILL');
});
afterAll(() => {
  for (const entry of readdirSync(image, { recursive: true, withFileTypes: true }))
    if (entry.isDirectory()) chmodSync(join(entry.parentPath, entry.name), 0o755);
  chmodSync(image, 0o755);
  rmSync(image, { recursive: true, force: true });
});

/** The image's command line with nothing in its environment but the image's and `env`. */
async function run(env: Record<string, string>): Promise<StartedServer> {
  const [program = '', ...args] = [...exec(instruction('ENTRYPOINT')), ...exec(instruction('CMD'))];
  const server = await start(inImage(program), args.map(inImage), {
    cwd: workdir,
    env: { ...variables, HOME: '/nonexistent', TMPDIR: '/nonexistent', PORT: '0', ...env },
    ...identity,
  });
  running.push(server);
  return server;
}

/** The exit code of the image's health check. */
function health(port: number): number | null {
  const [program = '', ...args] = exec(instruction('HEALTHCHECK').replace(/^.*? CMD /, ''));
  const env = { ...variables, PORT: String(port) };
  return spawnSync(inImage(program), args, { cwd: workdir, env, ...identity }).status;
}

test('runs as an unprivileged user, without a shell, npm, or anything that only the build needs', () => {
  expect(uid).toBeGreaterThan(0);
  expect(stage[0]).toMatch(/^FROM gcr\.io\/distroless\/nodejs22-debian12:nonroot$/);
  expect(stage.filter((line) => /^(RUN|ADD|SHELL)\b/.test(line))).toEqual([]);
  expect(stage.filter((line) => line.startsWith('COPY '))).toEqual(['COPY --from=cache /app /app']);
  const packages = readdirSync(join(workdir, 'node_modules'));
  for (const name of ['npm', 'typescript', 'esbuild', 'jest']) expect(packages).not.toContain(name);
});

test('answers and is healthy in a read-only folder, and stops on a signal', async () => {
  const server = await run({ EXIF_BUCKET: `directory:${samples}`, EXIF_PUBLIC: '*' });
  expect(server.printed()).toContain('Listening on 0.0.0.0:');
  const { status, body } = await server.get('/gps.jpg?exif');
  expect(status).toBe(200);
  expect(JSON.parse(body)).toHaveProperty('Make');
  expect((await server.get('/-/health')).body).toBe('{"status":"ok"}');
  expect(health(server.port)).toBe(0);
  expect(await server.stop('SIGTERM')).toBe(0);
  expect(health(server.port)).toBe(1);
  if (isRoot) {
    const write = "require('node:fs').writeFileSync('x', '')";
    expect(spawnSync(process.execPath, ['-e', write], { cwd: workdir, ...identity }).status).toBe(1);
  }
});

/** What the image's program says about the code cache in a folder. */
function codeCache(folder: string, flags: readonly string[] = []) {
  const args = [...flags, join(folder, 'handler', 'start.js'), '--code-cache'];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', ...identity });
  return { status, states: [...stdout.matchAll(/^(\S+): (.*) by Node/gm)].map(([, name, state]) => [name, state]) };
}

describe('the code cache', () => {
  const all = (state: string) => ['web.bundle.js', 'web.later.js'].map((name) => [name, state]);
  const caches = (folder: string) =>
    readdirSync(join(folder, 'handler'))
      .filter((name) => name.endsWith('.cache'))
      .map((name) => join(folder, 'handler', name));

  /** The line break at the end of each bundle becomes a blank. */
  const changeLastByte = (folder: string): void => {
    for (const name of ['web.bundle.js', 'web.later.js']) {
      const path = join(folder, 'handler', name);
      writeFileSync(path, readFileSync(path, 'latin1').replace(/\n$/, ' '));
    }
  };

  const damage = (path: string): void => {
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 4));
  };

  test.each([
    [[]],
    [['--max-old-space-size=200', '--max_semi_space_size=2', '--expose-gc']],
    [['--max-heap-size=300']],
  ])('is accepted in a read-only folder of another user, with flags %j', (flags) => {
    expect(codeCache(workdir, flags)).toEqual({ status: 0, states: all('accepted') });
  });

  test.each(['--max-old-space-size=200', '--max-heap-size=200'])(
    'is accepted with the flags of Lambda, which keep their effect on the heap: %s',
    (limit) => {
      const program = `require(${JSON.stringify(join(workdir, 'handler', 'start.js'))});
      console.log('limit', require('node:v8').getHeapStatistics().heap_size_limit < 300 * 2 ** 20, typeof gc);`;
      const flags = [limit, '--expose-gc', '-e', program, '--', 'x', '--code-cache'];
      const { stdout } = spawnSync(process.execPath, flags, { encoding: 'utf8', ...identity });
      expect(stdout).toContain('limit true function');
    },
  );

  test.each<readonly [string, (folder: string) => void, readonly string[], string]>([
    ['is missing', (folder) => caches(folder).forEach((path) => void rmSync(path)), [], 'no intact cache found'],
    [
      'is of another version',
      (folder) => caches(folder).forEach((path) => void renameSync(path, path.replace(process.version, 'v0.0.0'))),
      [],
      'no intact cache found',
    ],
    ['is of other code of the same length', changeLastByte, [], 'no intact cache found'],
    ['is of other flags of V8', () => undefined, ['--no-lazy'], 'rejected'],
    [
      'is cut',
      (folder) => caches(folder).forEach((path) => void truncateSync(path, 1000)),
      [],
      'no intact cache found',
    ],
    ['is empty', (folder) => caches(folder).forEach((path) => void truncateSync(path)), [], 'no intact cache found'],
    ['is damaged', (folder) => caches(folder).forEach(damage), [], 'no intact cache found'],
  ])('does no harm when it %s', async (_, change, flags, state) => {
    const folder = mkdtempSync(join(tmpdir(), 'bucket-exif-cached-'));
    try {
      writeFiles(
        files.filter(({ path }) => path.startsWith('handler/')),
        folder,
      );
      for (const path of caches(workdir)) copyFileSync(path, join(folder, 'handler', basename(path)));
      symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
      change(folder);
      chmodSync(folder, 0o755);
      expect(codeCache(folder, flags)).toEqual({ status: 1, states: all(state) });
      const env = { EXIF_BUCKET: `directory:${samples}`, EXIF_PUBLIC: '*', PORT: '0' };
      const server = await start(process.execPath, [...flags, join(folder, 'handler', 'start.js')], { env });
      running.push(server);
      expect((await server.get('/gps.jpg?exif')).status).toBe(200);
      const lines = server.printed().trim().split('\n');
      const warnings = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 'warn');
      const note = expect.stringMatching(/^The code cache is not for Node .*, or not for these bundles, or damaged$/);
      const warning = { level: 'warn', code: 'OK', note };
      expect(warnings).toEqual(caches(folder).length > 0 ? [warning] : []);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

test('serves the page, which is in the image', async () => {
  const server = await run({ EXIF_BUCKET: `directory:${samples}`, EXIF_PUBLIC: '*', EXIF_PAGE: '1' });
  const { status, body } = await server.get('/');
  expect(status).toBe(200);
  expect(body).toContain('<title>');
});

test('headers that SCF would send mean nothing to it', async () => {
  const server = await run({ EXIF_BUCKET: `directory:${samples}`, EXIF_PUBLIC: '*' });
  const id = '52476aa8-7e63-11eb-8d09-5254008cf9de';
  const { headers } = await server.get('/gps.jpg?exif', { 'x-scf-request-id': id });
  expect(headers['x-cos-request-id']).toBeDefined();
  expect(headers['x-cos-request-id']).not.toBe(Buffer.from(id).toString('base64'));
});

test('ends with a line that names the setting when there is none', async () => {
  await expect(run({})).rejects.toThrow(/ended with 1: EXIF_BUCKET is not set/);
});

describe('the build', () => {
  const ignored = readFileSync(join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

  test('copies no keys and nothing that is of this machine', () => {
    expect(ignored).toEqual(expect.arrayContaining(['.git', 'node_modules', 'dist', 'keys.json', '**/.env*']));
  });

  /** What the project has beside its tests and docs. Files that the user keeps in the clone are not copied. */
  const project = [
    'LICENSE',
    'bin',
    'deploy',
    'docs/openapi.json',
    'handler',
    'lib',
    'page',
    'package.json',
    'package-lock.json',
    'service',
    'tsconfig.json',
  ];

  // Its own command lines, in what it is given: what .dockerignore leaves out must not be missed.
  test('makes those files from what it copies', () => {
    const source = mkdtempSync(join(tmpdir(), 'bucket-exif-build-'));
    try {
      const names = project.filter((name) => !ignored.includes(name));
      for (const name of names) cpSync(join(root, name), join(source, name), { recursive: true });
      symlinkSync(join(root, 'node_modules'), join(source, 'node_modules'), 'junction');
      const target = join(source, 'app');
      const [, command = '', cache = ''] = lines.filter((line) => line.startsWith('RUN ')).map((line) => line.slice(4));
      const { status, stderr } = spawnSync('sh', ['-c', command.replace(' /app', ` ${target}`)], {
        cwd: source,
        encoding: 'utf8',
      });
      expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
      const [, ...args] = exec(cache);
      const places: Record<string, string> = {
        '/code-cache.js': join(source, 'dist', 'code-cache.js'),
        '/app': target,
      };
      execFileSync(
        process.execPath,
        args.map((arg) => places[arg] ?? arg),
        { env: { ...process.env, EXIF_CALLERS: 'platform' } }, // has no effect
      );
      expect(listFiles(target)).toEqual(listFiles(workdir));
    } finally {
      rmSync(source, { recursive: true, force: true });
    }
  });
});

/** All files below a folder; the page's without the hash in their names, in which the way to node_modules counts. */
function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).replace(/^(page\/.*)-[0-9A-Z]{8}\./, '$1.'))
    .sort();
}
