// The program as a user starts it, over the compiled files that `npm test` builds first.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const samples = join(root, 'samples');
const children: ChildProcess[] = [];
/** The working directory: empty, because the one of the tests may hold folders of the user, such as ./photos. */
let empty = '';
beforeAll(() => {
  empty = mkdtempSync(join(tmpdir(), 'bucket-exif-empty-'));
});
afterAll(() => rmSync(empty, { recursive: true }));

type ProgramEnd = Readonly<{ code: number | null; out: string; err: string }>;

function start(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, [join(root, 'dist', 'bin', 'serve.js'), ...args], {
    cwd: empty,
    env: {
      PATH: process.env['PATH'],
      AWS_EC2_METADATA_DISABLED: 'true',
      HOME: '/nonexistent',
      XDG_CACHE_HOME: join(empty, 'cache'),
      EXIF_CACHE: 'none',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

async function run(args: readonly string[], env: Record<string, string> = {}): Promise<ProgramEnd> {
  const child = start(args, env);
  let out = '';
  let err = '';
  child.stdout?.on('data', (text) => {
    out += text;
  });
  child.stderr?.on('data', (text) => {
    err += text;
  });
  const [code] = await once(child, 'close');
  return { code, out, err };
}

/** The status of a request that names another host, as a browser whose name server was changed would send. */
async function statusFor(origin: string, path: string, host: string): Promise<number | undefined> {
  const request = get(`${origin}${path}`, { headers: { host } });
  const [reply]: IncomingMessage[] = await once(request, 'response');
  reply?.resume();
  return reply?.statusCode;
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** The commands of a greeting, by the operation that they ask for. */
function commandsOf(greeting: unknown): Map<string, string> {
  const lines = String(greeting)
    .split('\n')
    .filter((line) => line.startsWith('  curl '));
  return new Map(lines.map((line) => [/\?([A-Za-z/]+)/.exec(line)?.[1] ?? '', line.trim()]));
}

/** What a shell prints for a command. */
async function paste(command: string): Promise<string> {
  const shell = spawn('sh', ['-c', command], { cwd: empty, stdio: ['ignore', 'pipe', 'ignore'] });
  let out = '';
  shell.stdout.on('data', (text) => {
    out += text;
  });
  await once(shell, 'close');
  return out;
}

test.each([
  [
    'the samples, public',
    [],
    '1-camera.jpg',
    /^ {2}curl 'http:\/\/127\.0\.0\.1:\d+\/1-camera\.jpg\?exif\/style\/flat'$/m,
  ],
  ['a folder, private', ['--bucket', samples], 'big-endian.tif', /^ {2}signed, valid for an hour:$/m],
])('%s: the printed commands work when pasted', async (_, args, first, shown) => {
  const child = start(['--port', '0', '--quiet', ...args]);
  const [greeting] = await once(child.stderr as NodeJS.ReadableStream, 'data');
  expect(String(greeting)).toMatch(shown);
  const commands = commandsOf(greeting);
  expect([...commands.keys()]).toEqual([
    'exif/style/flat',
    'exif/style/readable',
    'metadata',
    'imageInfo',
    'exif/thumbnail',
    'exif',
  ]);
  for (const [operation, command] of commands)
    expect(command).toContain(operation === 'metadata' ? '/captioned.jpg?' : `/${first}?`);
  const asked = async (operation: string): Promise<string> => paste(commands.get(operation) ?? '');
  expect(JSON.parse(await asked('exif/style/flat'))).toMatchObject({ make: 'Example Camera Co.' });
  expect(JSON.parse(await asked('exif/style/readable'))).toHaveProperty('summary');
  expect(JSON.parse(await asked('metadata'))).toHaveProperty('keywords');
  expect(JSON.parse(await asked('imageInfo'))).toHaveProperty('width');
  rmSync(join(empty, 'thumbnail.jpg'), { force: true });
  await asked('exif/thumbnail');
  expect(existsSync(join(empty, 'thumbnail.jpg'))).toBe(first === '1-camera.jpg'); // the TIFF has none
  expect(await asked('exif')).toMatch(/^x-exif-reads: requests=1, bytes=\d+, size=\d+/);
});

test('serves the samples by local names only, and stops on a signal', async () => {
  const child = start(['--port', '0']);
  const [greeting] = await once(child.stderr as NodeJS.ReadableStream, 'data');
  const urls = [...String(greeting).matchAll(/curl '([^']+)'/g)].map((match) => match[1] ?? '');
  const { origin } = new URL(urls[0] ?? '');
  for (const [host, status] of [
    ['attacker.example', 403],
    ['localhost', 200],
    ['127.attacker.example', 403],
    ['127.0.0.1.attacker.example:80', 403],
    ['ec2-192-0-2-1.compute-1.amazonaws.com', 403],
  ]) {
    for (const path of ['/gps.jpg?exif', '/-/list/?list', '/-/docs/', '/-/page/site.json']) {
      expect([host, path, await statusFor(origin, path, String(host))]).toEqual([host, path, status]);
    }
  }
  child.kill('SIGTERM');
  const [code] = await once(child, 'close');
  expect(code).toBe(0);
});

test('a bucket of the user is private: the printed URLs are signed, and valid only as printed', async () => {
  const child = start(['--port', '0', '--bucket', samples]);
  const [greeting] = await once(child.stderr as NodeJS.ReadableStream, 'data');
  expect(String(greeting)).toMatch(/Private: only signed requests/);
  const urls = [...String(greeting).matchAll(/curl '([^']+)'/g)].map((match) => match[1] ?? '');
  expect(urls.length).toBeGreaterThanOrEqual(3);
  for (const url of urls) {
    expect(url).toMatch(/q-signature=[0-9a-f]{40}$/);
    expect([url, (await fetch(url)).status]).toEqual([url, 200]);
  }
  const url = urls[0] ?? '';
  const unsigned = await fetch(url.replace(/&q-.*/, ''));
  expect([unsigned.status, await unsigned.text()]).toEqual([403, expect.stringContaining('<Code>AccessDenied</Code>')]);
  const other = await fetch(url.replace(/\/[^/?]+\?/, '/gps.jpg?x&'));
  expect([other.status, await other.text()]).toEqual([403, expect.stringContaining('SignatureDoesNotMatch')]);
});

test('--try prints the signed URL of an object, also for buckets that are not listed', async () => {
  const child = start(['--port', '0', '--bucket', samples, '--try', 'reise/Zürich 1+1.jpg']);
  const [greeting] = await once(child.stderr as NodeJS.ReadableStream, 'data');
  const urls = [...String(greeting).matchAll(/curl '([^']+)'/g)].map((match) => match[1] ?? '');
  expect(urls).toEqual([expect.stringMatching(/\/reise\/Z%C3%BCrich%201%2B1\.jpg\?exif&q-/)]);
  expect((await fetch(urls[0] ?? '')).status).toBe(200);
  const store = ['--no-check', '--bucket', 's3://photos?region=us-east-1&credentials=none', '--port', '0'];
  const [listed] = await once(start(store).stderr as NodeJS.ReadableStream, 'data');
  expect(String(listed)).toMatch(/Try:\n {2}--try <ObjectKey> prints its signed URL; the page signs by itself\n/);
  const [open] = await once(start([...store, '--public']).stderr as NodeJS.ReadableStream, 'data');
  expect(String(open)).toMatch(/Try:\n {2}curl '[^']*\/<ObjectKey>\?exif'\n/);
});

test('the cache is kept for the next start', async () => {
  const home = mkdtempSync(join(tmpdir(), 'bucket-exif-home-'));
  const uses: unknown[] = [];
  for (const args of [[], [], ['--cache', 'none'], ['--cache', join(home, 'other')]]) {
    const child = start(['--port', '0', ...args], { XDG_CACHE_HOME: home, EXIF_CACHE: '' });
    const [greeting] = await once(child.stderr as NodeJS.ReadableStream, 'data');
    const [, url = ''] = /curl '([^']+)'/.exec(String(greeting)) ?? [];
    const line = once(child.stdout as NodeJS.ReadableStream, 'data');
    expect((await fetch(url)).status).toBe(200);
    uses.push(JSON.parse(String((await line)[0])).cache);
    child.kill('SIGKILL');
  }
  expect(uses).toEqual(['miss', 'hit', 'off', 'miss']);
  expect(statSync(join(home, 'bucket-exif')).mode & 0o77).toBe(0);
  rmSync(home, { recursive: true });
});

test('without a writable cache folder the samples are served, and the greeting says why', async () => {
  const child = start(['--port', '0'], { XDG_CACHE_HOME: '/etc/passwd' });
  const [greeting] = await once(child.stderr as NodeJS.ReadableStream, 'data');
  expect(String(greeting)).toMatch(
    /\nNo demonstration images: cannot write \/etc\/passwd\/bucket-exif\/samples: .*\nTry:\n/,
  );
  expect(String(greeting)).toMatch(/\/big-endian\.tif\?exif/);
});

test('--public answers everybody', async () => {
  const child = start(['--port', '0', '--public', '--bucket', samples]);
  const [greeting] = await once(child.stderr as NodeJS.ReadableStream, 'data');
  expect(String(greeting)).toMatch(/Public: anyone/);
  const [, url = ''] = /curl '([^']+)'/.exec(String(greeting)) ?? [];
  expect(url).toMatch(/\?exif\/style\/flat$/);
  expect((await fetch(url)).status).toBe(200);
});

test('keys of the user are used: no other key is made', async () => {
  const env = { EXIF_KEYS: 'env:MY_KEYS', MY_KEYS: '{"AKIDEXAMPLE":"secret"}' };
  const child = start(['--port', '0', '--bucket', samples], env);
  const [greeting] = await once(child.stderr as NodeJS.ReadableStream, 'data');
  expect(String(greeting)).not.toMatch(/curl|secret/);
  expect(String(greeting)).toMatch(
    /Private: .*\nCache: none\nPage: .*\nTry:\n {2}sign requests with a key of EXIF_KEYS: see docs\/auth.md/,
  );
});

test('--help explains every option', async () => {
  const { code, out } = await run(['--help']);
  expect(code).toBe(0);
  for (const option of ['--bucket', '--host', '--port', '--quiet', 's3://', 'cos://']) expect(out).toContain(option);
});

describe('a failed start prints one clear line and exits with an error:', () => {
  test('a busy port', async () => {
    const busy = createServer().listen(0, '127.0.0.1');
    await once(busy, 'listening');
    const { port } = busy.address() as { port: number };
    const ended = await run(['--port', String(port)]);
    busy.close();
    expect(ended).toEqual({
      code: 1,
      out: '',
      err: `Port ${port} of 127.0.0.1 is in use: choose another with --port\n`,
    });
  });

  test.each([
    [['--bucket', './no-such-folder'], {}, /no-such-folder/, 1],
    [
      ['--bucket', 'photos'],
      {},
      /^Cannot use directory:\/.*\/photos: Cannot open the directory .*: it does not exist\n/,
      1,
    ],
    [['--bucket', ''], {}, /^--bucket is empty/],
    [['--host', ''], {}, /^--host is empty/],
    [['--host', '192.0.2.1', '--public'], {}, /^192\.0\.2\.1 is not an address of this machine: .*--host/, 1],
    [['--cache', ''], {}, /^--cache is empty/],
    [['--bucket', '.', '--cache', './cache'], {}, /^--cache is inside the folder of the bucket/],
    [['--bucket', '.'], { EXIF_CACHE: './cache' }, /^EXIF_CACHE is inside the folder of the bucket/],
    [['--cache', '/etc/passwd'], {}, /^Cannot write the cache at \/etc\/passwd: a part of the path is not a folder/],
    [['--cache', '/proc/x'], {}, /^Cannot write the cache at \/proc\/x: /],
    [['--cache', 'redis://x'], {}, /^--cache cannot be used: cannot read the location of the cache/],
    [['--bucket', 'ftp://photos'], {}, /^--bucket cannot be used: cannot read the location .*\.\/path/],
    [[], { EXIF_BUCKET: '../no-such-folder' }, /^Cannot use \.\.\/no-such-folder: /, 1],
    [['--bucket', 's3://photos?endpoint=http://127.0.0.1:1'], {}, /credentials/i, 1],
    [['--bucket', 's3://photos'], {}, /region/i],
    [['--port', '70000'], {}, /--port must be a whole number/],
    [
      ['--host', '0.0.0.0', '--bucket', samples],
      {},
      /^EXIF_KEYS is not set, and bucket samples is private, .* or --public\)/,
    ],
    [[], { EXIF_KEYS: 'env:MY_KEYS' }, /MY_KEYS/],
    [[], { EXIF_KEYS: 'env:MY_KEYS', MY_KEYS: '{"a":' }, /JSON/],
    [[], { EXIF_KEYS: 'vault:x' }, /^EXIF_KEYS .*env:/],
    [[], { EXIF_KEYS: 'file:/nonexistent/keys.json' }, /keys/, 1],
    [
      ['--bucket', samples],
      { EXIF_PUBLIC: 'foto/*' },
      /^EXIF_PUBLIC names bucket "foto", which is not configured; the buckets are samples/,
    ],
    [
      [],
      { EXIF_HOSTS: 'a.example=./a/samples,b.example=./b/samples', EXIF_PUBLIC: '*' },
      /^EXIF_HOSTS has two buckets with the name samples/,
    ],
    [[], { EXIF_PUBLIC: '/' }, /^EXIF_PUBLIC cannot be used: cannot read "\/": it must be/],
    [['--verbose'], {}, /--verbose.*--help/],
    [['stray'], {}, /stray.*--help/],
    [[], { EXIF_MAX_SIDE: 'x' }, /^EXIF_MAX_SIDE must be/],
  ] as [string[], Record<string, string>, RegExp, number?][])('%j %j', async (args, env, message, expected = 2) => {
    const { code, out, err } = await run(args, env);
    expect(code).toBe(expected);
    expect(out).toBe('');
    expect(err).toMatch(message);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });
});
