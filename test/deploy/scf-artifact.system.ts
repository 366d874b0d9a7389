// The zip for SCF: what is in it, that it is the same each time, and that it answers from an empty folder as SCF starts it.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ShippedFile } from '../../deploy/artifact/files';
import { codeCacheFiles } from '../../deploy/artifact/start-file';
import { zipOf } from '../../deploy/artifact/zip';
import { scfZip } from '../../deploy/scf/artifact';
import { fakeKeys, fakeS3 } from '../../testing/servers/fake-s3';
import { type RawReply, rawServer } from '../../testing/servers/raw-s3';
import { type StartedServer, start } from './started';

const root = join(__dirname, '..', '..');
const samples = join(root, 'samples');
const folder = mkdtempSync(join(tmpdir(), 'bucket-exif-scf-'));
const user = join(folder, 'var', 'user');
const zip = scfZip(root, 'wasm');
const running: StartedServer[] = [];

beforeAll(() => {
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'var'));
  symlinkSync(process.execPath, join(folder, 'bin', 'node'));
  writeFileSync(join(folder, 'code.zip'), zip.bytes);
  execFileSync('unzip', ['-q', join(folder, 'code.zip'), '-d', user]);
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As SCF does it: the file itself, some other folder, the platform's variables. */
async function bootstrap(env: Record<string, string>, unzipped = user): Promise<StartedServer> {
  const server = await start(join(unzipped, 'scf_bootstrap'), [], {
    cwd: '/',
    env: {
      PATH: `${join(folder, 'bin')}:/usr/bin:/bin`,
      TENCENTCLOUD_RUNENV: 'SCF',
      SCF_FUNCTIONNAME: 'exif',
      SCF_RUNTIME: 'Nodejs20.19',
      PORT: '0',
      ...env,
    },
  });
  running.push(server);
  return server;
}

const platformHeaders = {
  'X-Scf-Request-Id': '52476aa8-7e63-11eb-8d09-5254008cf9de',
  'X-Scf-Memory': '256',
  'X-Scf-Timeout': '10000',
  'X-Scf-Version': '$LATEST',
  'X-Scf-Name': 'exif',
  'X-Scf-Namespace': 'default',
  'X-Scf-Region': 'ap-guangzhou',
  'X-Scf-Appid': '1250000000',
  'X-Scf-Uin': '100000000001',
  'X-Scf-Remote-Addr': '192.0.2.7',
};

function roleHeaders(id: string, secret: string, token: string): Record<string, string> {
  return {
    ...platformHeaders,
    'X-Scf-Secret-Id': id,
    'X-Scf-Secret-Key': secret,
    'X-Scf-Session-Token': token,
  };
}

describe('the zip', () => {
  test('has the entry points, the packages that they load, and nothing that only development needs', () => {
    const paths = zip.files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        'scf_bootstrap',
        'index.js',
        'handler/web.js',
        'handler/scf.js',
        'package.json',
        'LICENSE',
        'docs/openapi.json',
        'node_modules/exifr/package.json',
        'node_modules/sharp/package.json',
        'node_modules/@img/sharp-wasm32/package.json',
      ]),
    );
    const manifests = ['package.json', 'service/package.json'].map(
      (path) => JSON.parse(readFileSync(join(root, path), 'utf8')) as { devDependencies: Record<string, string> },
    );
    const development = manifests.flatMap(({ devDependencies }) => Object.keys(devDependencies));
    const packages = new Set(paths.flatMap((path) => /^node_modules\/(@[^/]+\/[^/]+|[^/]+)\//.exec(path)?.[1] ?? []));
    for (const name of ['typescript', 'aws4', 'esbuild', 'jest', 'tencentcloud-sdk-nodejs-scf', 'fflate']) {
      expect(development).toContain(name);
      expect(packages).not.toContain(name);
    }
    expect(
      paths.filter((path) => /^(test|bench|samples|events|lib|bin|deploy)\/|\.(ts|map)$|readme/i.test(path)),
    ).toEqual([]);
    expect(new Set(paths).size).toBe(paths.length);
  });

  test('is the same whenever, wherever and in whatever order it is made', () => {
    const file = (path: string, executable: boolean) => ({ path, bytes: Buffer.from(path.repeat(99)), executable });
    const files = [file('b/a', false), file('a', true), file('ä', false)];
    const zone = process.env['TZ'];
    const [one, two] = ['America/New_York', 'Asia/Tokyo'].map((name, index) => {
      process.env['TZ'] = name;
      return zipOf(index === 0 ? files : [...files].reverse());
    });
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
    expect(one).toEqual(two);
    expect(Buffer.compare(scfZip(root, 'wasm').bytes, zip.bytes)).toBe(0);
    expect(() => zipOf([...files, file('a', false)])).toThrow('Two files have the same path');
  });

  test('unpacks with a bootstrap that can be executed, in lines that end as the kernel wants', () => {
    expect(statSync(join(user, 'scf_bootstrap')).mode & 0o777).toBe(0o755);
    expect(statSync(join(user, 'index.js')).mode & 0o777).toBe(0o644);
    const text = readFileSync(join(user, 'scf_bootstrap'), 'utf8');
    expect(text.startsWith('#!/bin/bash\n')).toBe(true);
    expect(text).not.toContain('\r');
  });

  test('has a sharp that works where the native one cannot be loaded', () => {
    const script =
      "require('sharp')({create:{width:8,height:4,channels:3,background:'red'}}).rotate(90).png().toBuffer({resolveWithObject:true}).then(({info})=>console.log(info.width,info.height))";
    expect(execFileSync(process.execPath, ['-e', script], { cwd: user, encoding: 'utf8' })).toBe('4 8\n');
  });

  test('follows uploads to COS as an event function', () => {
    const event = readFileSync(join(root, 'events', 'cos-created.json'), 'utf8');
    const script = `require('./index.js').main_handler(${event}, { time_limit_in_ms: 5000 }).then((reply) => console.log(JSON.stringify(reply)))`;
    const env = {
      PATH: process.env['PATH'],
      EXIF_BUCKET: `directory:${samples}`,
      EXIF_PUBLIC: '*',
      EXIF_CACHE: `directory:${join(folder, 'cache')}`,
    };
    const out = execFileSync(process.execPath, ['-e', script], { cwd: user, env, encoding: 'utf8' });
    const lines = out.trim().split('\n');
    expect(lines.some((line) => line.includes('"act":"warm"'))).toBe(true);
  });
});

/** COS has it in base64. */
function requestId(headers: IncomingHttpHeaders): string {
  return Buffer.from(String(headers['x-cos-request-id']), 'base64').toString('utf8');
}

describe('the code cache', () => {
  const cached = join(folder, 'cached');
  const env = { EXIF_BUCKET: `directory:${samples}`, EXIF_PUBLIC: '*' };
  const { bytes, files } = scfZip(root, 'wasm', process.execPath);
  const caches = files.map(({ path }) => path).filter((path) => path.endsWith('.cache'));
  const problem = 'The code cache is not for Node ';
  const sizeOf = (all: readonly ShippedFile[]): number =>
    all.reduce((sum, { path, bytes }) => (path.endsWith('.cache') ? sum + bytes.length : sum), 0);

  beforeAll(() => {
    writeFileSync(join(folder, 'cached.zip'), bytes);
    execFileSync('unzip', ['-q', join(folder, 'cached.zip'), '-d', cached]);
  });

  test('is in the zip on request only, and is used by the Node that made it', async () => {
    expect(zip.files.filter(({ path }) => /start\.js$|\.cache$/.test(path))).toEqual([]);
    expect(caches).toHaveLength(2);
    const server = await bootstrap(env, cached);
    expect((await server.get('/gps.jpg?exif', platformHeaders)).status).toBe(200);
    expect(server.printed()).not.toContain(problem);
  });

  test.each([
    [{}, '{"level":"warn","code":"OK","note":"'],
    [{ EXIF_LOG_FORMAT: 'text' }, ' warn '],
    [{ EXIF_WORKERS: '2' }, '{"level":"warn","code":"OK","note":"'],
  ])(
    'of another Node does no harm, and one line of the log has the version that is needed, with %j',
    async (settings, before) => {
      const other = join(folder, 'other');
      cpSync(cached, other, { recursive: true });
      for (const path of caches) renameSync(join(other, path), join(other, path.replace(process.version, 'v20.0.0')));
      const server = await bootstrap({ ...env, ...settings }, other);
      expect((await server.get('/gps.jpg?exif', platformHeaders)).status).toBe(200);
      expect(server.printed().split(`${before}${problem}${process.version} ${process.arch}`)).toHaveLength(2);
      expect(server.printed().split(problem)).toHaveLength(2);
      rmSync(other, { recursive: true });
    },
  );

  test.each([
    ['EXIF_CALLERS', 'platform'],
    ['EXIF_CACHE', `directory:${join(folder, 'entries')}`],
    ['EXIF_WORKERS', '2'],
  ])('is made without the settings of the user: %s=%s', (name, value) => {
    process.env[name] = value;
    try {
      const code = files.filter(({ path }) => !path.endsWith('.cache'));
      const made = codeCacheFiles(root, code, process.execPath);
      // The same functions have run. The bytes differ a little from run to run.
      expect(sizeOf(made)).toBeGreaterThan(0.9 * sizeOf(files));
      expect(existsSync(join(folder, 'entries'))).toBe(false);
    } finally {
      delete process.env[name];
    }
  });

  test('cannot be made by what is not Node', () => {
    expect(() => scfZip(root, 'wasm', join(folder, 'none'))).toThrow('Cannot make the code cache: ');
  });
});

describe('scf_bootstrap', () => {
  test('answers with the headers of the platform, under its request id', async () => {
    const server = await bootstrap({ EXIF_BUCKET: `directory:${samples}`, EXIF_PUBLIC: '*', EXIF_HEALTH: '1' });
    expect(server.printed()).toContain('Listening on 0.0.0.0:');
    const { status, headers, body } = await server.get('/gps.jpg?exif', platformHeaders);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toHaveProperty('Make');
    expect(requestId(headers)).toBe(platformHeaders['X-Scf-Request-Id']);
    expect((await server.get('/-/health', platformHeaders)).body).toBe('{"status":"ok"}');
    const odd = await server.get('/gps.jpg?exif', { 'x-scf-request-id': 'a"b <script>' });
    expect(requestId(odd.headers)).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('reads with the keys that came with a request, and nobody else does', async () => {
    const objects = new Map<string, Uint8Array>([['gps.jpg', readFileSync(join(samples, 'gps.jpg'))]]);
    const store = await rawServer(fakeS3('photos', objects));
    const server = await bootstrap({
      EXIF_BUCKET: `s3://photos?endpoint=${store.endpoint.origin}`,
      EXIF_PUBLIC: '*',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    const good = roleHeaders(fakeKeys.accessKeyId, fakeKeys.secretAccessKey, 'token-of-the-role');
    const forged = roleHeaders('FORGEDID', 'forged-secret-key', 'forged-session-token');
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) => server.get('/gps.jpg?exif', index % 2 === 0 ? good : forged)),
    );
    const without = await server.get('/gps.jpg?exif', platformHeaders);
    await store.close();
    expect(replies.map(({ status }) => status === 200)).toEqual(replies.map((_, index) => index % 2 === 0));
    expect(without.status).toBe(500);
    expect(
      store.requests.filter(({ headers }) => headers['x-amz-security-token'] === 'token-of-the-role'),
    ).toHaveLength(10);
    const told = [server.printed(), ...replies.map(({ headers, body }) => JSON.stringify([headers, body]))].join('\n');
    for (const secret of ['token-of-the-role', fakeKeys.secretAccessKey, 'forged-secret-key', 'forged-session-token'])
      expect(told).not.toContain(secret);
  });

  test('keeps to the permanent keys of its environment, whatever headers say', async () => {
    const objects = new Map<string, Uint8Array>([['gps.jpg', readFileSync(join(samples, 'gps.jpg'))]]);
    const store = await rawServer(fakeS3('photos', objects));
    const server = await bootstrap({
      EXIF_BUCKET: `s3://photos?endpoint=${store.endpoint.origin}`,
      EXIF_PUBLIC: '*',
      TENCENTCLOUD_SECRETID: fakeKeys.accessKeyId,
      TENCENTCLOUD_SECRETKEY: fakeKeys.secretAccessKey,
    });
    const { status } = await server.get('/gps.jpg?exif', roleHeaders('FORGEDID', 'forged-secret-key', 'forged-token'));
    await store.close();
    expect(status).toBe(200);
  });

  test('shows the secrets to nobody, not even to a caller who signed the header that contains them', async () => {
    const server = await bootstrap({
      EXIF_BUCKET: `directory:${samples}`,
      EXIF_KEYS: 'env:KEYS',
      KEYS: '{"AKIDEXAMPLE":"some secret of a caller"}',
      EXIF_ECHO_SIGNED: '1',
      EXIF_SCOPE_REGION: 'us-east-1',
    });
    const headers = roleHeaders('ROLEID00', 'secret-key-of-the-role', 'token-of-the-role');
    const day = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    const sigv4 = {
      ...headers,
      'x-amz-date': day,
      'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
      authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${day.slice(0, 8)}/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-scf-secret-key;x-scf-session-token, Signature=${'0'.repeat(64)}`,
    };
    const now = Math.floor(Date.now() / 1000);
    const cos = {
      ...headers,
      authorization: `q-sign-algorithm=sha1&q-ak=AKIDEXAMPLE&q-sign-time=${now};${now + 60}&q-key-time=${now};${now + 60}&q-header-list=host;x-scf-secret-key;x-scf-session-token&q-url-param-list=exif&q-signature=${'0'.repeat(40)}`,
    };
    const replies = await Promise.all([server.get('/gps.jpg?exif', sigv4), server.get('/gps.jpg?exif', cos)]);
    expect(replies.map(({ status }) => status)).toEqual([403, 403]);
    const told = JSON.stringify([replies, server.printed()]);
    for (const secret of ['secret-key-of-the-role', 'token-of-the-role', 'ROLEID00'])
      expect(told).not.toContain(secret);
  });

  test('finishes open requests on a signal to stop', async () => {
    const object = readFileSync(join(samples, 'gps.jpg'));
    const inner = fakeS3('photos', new Map([['gps.jpg', object]]));
    const slow: RawReply = (socket, request) => void setTimeout(() => inner(socket, request), 400);
    const store = await rawServer(slow);
    const server = await bootstrap({
      EXIF_BUCKET: `s3://photos?endpoint=${store.endpoint.origin}`,
      EXIF_PUBLIC: '*',
    });
    const asked = server.get('/gps.jpg?exif', {
      ...roleHeaders(fakeKeys.accessKeyId, fakeKeys.secretAccessKey, 'token-of-the-role'),
      connection: 'keep-alive',
    });
    while (store.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const begun = performance.now();
    const [{ status }, code] = await Promise.all([asked, server.stop('SIGTERM')]);
    await store.close();
    expect({ status, code }).toEqual({ status: 200, code: 0 });
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  test.each([
    ['settings that are wrong', { EXIF_BUCKET: './x', EXIF_PUBLIC: '*', EXIF_DROP: 'place' }, 'EXIF_DROP must be'],
    ['keys that are wrong', { EXIF_BUCKET: './x', EXIF_KEYS: 'env:KEYS', KEYS: 'no json' }, 'EXIF_KEYS cannot be used'],
    ['a port that is none', { EXIF_BUCKET: './x', EXIF_PUBLIC: '*', PORT: 'http' }, 'PORT must be a whole number'],
  ])('ends at once for %s', async (_what, env, told) => {
    const ended = await bootstrap(env).then(
      // It ends by itself; the signal only tells a stopped process to go on.
      (server) => server.stop('SIGCONT').then(() => server.printed()),
      (error: unknown) => String(error),
    );
    expect(ended).toContain(told);
  });
});
