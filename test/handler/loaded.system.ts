// What a function loads for a plain signed GET, in the bundles that are deployed: each file and each module of Node that it does
// not need would make every cold start longer.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { sign } from 'aws4';
import { handlerFiles, writeFiles } from '../../deploy/artifact/files';
import { fakeKeys, fakeS3 } from '../../testing/servers/fake-s3';
import { type RawServer, rawServer } from '../../testing/servers/raw-s3';

type Loaded = Readonly<{ status: number; files: readonly string[]; builtins: readonly string[] }>;

const root = join(__dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'bucket-exif-loaded-'));
const caller = { accessKeyId: 'AKIDCALLER', secretAccessKey: 'a/secret+of+the+caller' };
const host = 'exif.example.com';
let store: RawServer;

beforeAll(async () => {
  writeFiles(handlerFiles(root, ['http']), folder);
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const names = ['gps.jpg', 'exif.png'];
  const objects = names.map((name) => [name, readFileSync(join(root, 'samples', name))] as const);
  store = await rawServer(fakeS3('photos', new Map(objects)));
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Sends a signed request to the function in a process of its own, and lists what that process has loaded by then. */
async function ask(name: string, operation: string): Promise<Loaded> {
  const path = `/${name}`;
  const { headers } = sign({ host, path: `${path}?${operation}`, service: 's3', region: 'us-east-1' }, caller);
  const event = JSON.parse(readFileSync(join(root, 'events', 'function-url.json'), 'utf8')) as object;
  const lower = Object.entries(headers ?? {}).map(([header, value]) => [header.toLowerCase(), value]);
  const request = { ...event, rawPath: path, rawQueryString: operation, headers: Object.fromEntries(lower) };
  const program = join(folder, 'ask.js');
  writeFileSync(
    program,
    `const { handler } = require('./handler/http.js');
handler(${JSON.stringify(request)}, {}).then(({ statusCode }) => {
  const builtins = process.moduleLoadList.filter((name) => name.startsWith('NativeModule ')).map((name) => name.slice(13));
  const loaded = { status: statusCode, files: Object.keys(require.cache), builtins };
  require('node:fs').writeFileSync('loaded.json', JSON.stringify(loaded));
});`,
  );
  const settings = {
    AWS_ACCESS_KEY_ID: fakeKeys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: fakeKeys.secretAccessKey,
    EXIF_BUCKET: '',
    EXIF_HOSTS: `${host}=s3://photos?region=us-east-1&style=path&endpoint=${store.endpoint.origin}`,
    EXIF_KEYS: 'env:CALLERS',
    CALLERS: JSON.stringify({ [caller.accessKeyId]: caller.secretAccessKey }),
  };
  await promisify(execFile)(process.execPath, [program], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...settings },
  });
  const { status, files, builtins } = JSON.parse(readFileSync(join(folder, 'loaded.json'), 'utf8')) as Loaded;
  const own = files.filter((file) => !/node_modules|ask\.js$/.test(file)).map((file) => relative(folder, file));
  return { status, files: own.map((file) => file.replaceAll('\\', '/')).sort(), builtins };
}

test('a plain signed GET loads one bundle, and no module of Node that only others need', async () => {
  const { status, files, builtins } = await ask('gps.jpg', 'exif');
  expect(status).toBe(200);
  expect(files).toEqual(['handler/http.bundle.js', 'handler/http.js']);
  const unwanted = ['https', 'tls', 'zlib', 'fs/promises', 'child_process', 'worker_threads', 'cluster', 'http2', 'os'];
  expect(builtins).toContain('http');
  expect(unwanted.filter((name) => builtins.includes(name))).toEqual([]);
});

test.each([
  ['another style', 'gps.jpg', 'exif/style/readable'],
  ['the thumbnail', 'gps.jpg', 'exif/thumbnail'],
])('%s loads the second bundle', async (_, name, operation) => {
  const { files } = await ask(name, operation);
  expect(files).toEqual(['handler/http.bundle.js', 'handler/http.js', 'handler/http.later.js']);
});

test('the first bundle stays small, and is ASCII, which V8 keeps in one byte for each character', () => {
  const path = join(folder, 'handler', 'http.bundle.js');
  expect(statSync(path).size).toBeLessThan(393_000);
  expect(readFileSync(path).every((byte) => byte < 0x80)).toBe(true);
});
