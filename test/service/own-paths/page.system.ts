// The page as it goes over the wire: what is answered, and what is left to the service.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Answer, HttpRequest } from '../../../lib/types';
import { withOwnPaths } from '../../../service/own-paths/own-paths';
import type { JobRunner } from '../../../service/schedule';

const root = join(__dirname, '..', '..', '..');

beforeAll(() => {
  // `npm test` has built it already; a single test file may run alone.
  if (existsSync(join(root, 'dist', 'page', 'index.html.gz'))) return;
  execFileSync(process.execPath, [join(root, 'page', 'build.mjs')], { cwd: root });
});

/** Stands for the service: a request that it gets is not one for the page. */
const service: JobRunner = async (job) => ({ job, answer: null, error: null });
const run = withOwnPaths(
  service,
  { page: true, health: false, openapi: false },
  {
    site: { keys: ['gps.jpg', '</script>'], list: true },
  },
);

async function get(path: string, more: Partial<HttpRequest> = {}): Promise<Answer | null> {
  const request = { method: 'GET', path, pathDecoded: false, query: [], headers: {}, ...more };
  const { answer } = await run({ id: '1', trigger: 'test', act: 'answer', request }, { remainingMs: null });
  return answer;
}

async function text(path: string): Promise<string> {
  return new TextDecoder().decode((await get(path))?.body as Uint8Array);
}

async function assetPaths(): Promise<string[]> {
  return [...(await text('/')).matchAll(/(?:src|href)="(-\/page\/[^"]+)"/g)].map(([, path]) => `/${path}`);
}

test('the start page names only files that are there', async () => {
  const paths = await assetPaths();
  expect(paths.length).toBeGreaterThanOrEqual(4);
  for (const path of paths) expect([path, (await get(path))?.status]).toEqual([path, 200]);
});

test('everything comes under a strict policy, and is kept as its name allows', async () => {
  for (const path of ['/', '/-/page/site.json', ...(await assetPaths())]) {
    const headers = (await get(path))?.headers ?? {};
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; script-src 'self';.* trusted-types 'none'$/,
    );
    expect(headers['content-security-policy']).not.toMatch(/unsafe|\*|https?:/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    const kept = /-[A-Z0-9]{8}\./.test(path) ? 'public, max-age=31536000, immutable' : /no-(cache|store)/;
    expect(headers['cache-control']).toMatch(kept);
  }
});

test.each(['gzip', 'br, gzip;q=0.5', 'GZIP', ' gzip ; q=1.000 ,br', 'gzip;q=0.001'])(
  'Accept-Encoding: %s gets gzip',
  async (encoding) => {
    const zipped = await get('/', { headers: { 'accept-encoding': encoding } });
    expect(zipped?.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
    expect(zipped?.headers['content-length']).toBe(String(zipped?.body.length));
    expect(gunzipSync(zipped?.body as Uint8Array).toString()).toBe(await text('/'));
  },
);

test.each(['', 'br', 'gzip;q=0', 'gzip;q=0.0', 'xgzip', 'gzip;q=', 'gzip;q=x', 'gzip;q=-1'])(
  'Accept-Encoding: %s gets it plain',
  async (encoding) => {
    expect((await get('/', { headers: { 'accept-encoding': encoding } }))?.headers['content-encoding']).toBeUndefined();
  },
);

test.each([
  ['accept-encoding', `gzip;q=0.${'1'.repeat(1_000)}x`],
  ['accept-encoding', 'gzip;q=0,'.repeat(1_500)],
  ['accept-encoding', `gzip${' '.repeat(15_000)}x`],
  ['if-none-match', '"a",'.repeat(4_000)],
])('a long %s is read quickly (%#)', async (name, value) => {
  await get('/');
  const startedAt = performance.now();
  for (let n = 0; n < 500; n++) await get('/', { headers: { [name]: value } });
  expect(performance.now() - startedAt).toBeLessThan(3_000);
});

test('a copy that is current is not sent again', async () => {
  const etag = (await get('/'))?.headers['etag'] ?? '';
  expect(await get('/', { headers: { 'if-none-match': `"x", W/${etag}` } })).toMatchObject({ status: 304, body: '' });
  expect(await get('/', { headers: { 'if-none-match': '"x"' } })).toMatchObject({ status: 200 });
});

test('HEAD has the headers of GET', async () => {
  const { headers, body } = (await get('/', { method: 'HEAD' })) ?? {};
  const date = expect.any(String);
  expect([headers, body]).toEqual([{ ...(await get('/'))?.headers, date }, '']);
});

test('site.json has what the page may offer', async () => {
  const site = { keys: ['gps.jpg', '</script>'], list: true, docs: false, openapi: false };
  expect(JSON.parse(await text('/-/page/site.json'))).toEqual(site);
});

test.each([
  ['an object', '/gps.jpg', {}],
  ['an object below the prefix', '/-/page/site.json', { query: [['exif', null]] as const }],
  ['the start with an operation', '/', { query: [['exif', null]] as const }],
  ['another method', '/', { method: 'POST' }],
  ['a file that is not there', '/-/page/nothing.js', {}],
  ['the start page by its file name', '/-/page/index.html', {}],
  ['the zipped file by its name', '/-/page/index.html.gz', {}],
  ['a way out of the folder', '/-/page/../handler/page.js', {}],
  ['the same, encoded', '/-/page/..%2fhandler%2fpage.js', {}],
  ['a member of every object', '/-/page/constructor', {}],
])('%s is left to the service', async (_, path, more) => {
  expect(await get(path, more)).toBeNull();
});
