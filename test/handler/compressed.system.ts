// Compressed answers through the entry points: as the gateways of Lambda take them, and over a real connection.
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { lambdaHttpTriggers, scfTriggers } from '../../lib/trigger';
import { readConfig } from '../../service/config/config';
import { createHandler } from '../../service/create-handler';
import { createRun } from '../../service/job-runner';
import { createHttpServer } from '../../service/server/server';
import { platforms } from '../lib/trigger/platforms';

const settings = { EXIF_BUCKET: join(__dirname, '..', '..', 'samples'), EXIF_PUBLIC: '*' };
const sent = { path: '/gps.jpg', query: 'exif/style/typed', headers: [['accept-encoding', 'gzip']] } as const;

type Reply = Readonly<{
  statusCode: number;
  headers?: Readonly<Record<string, string>>;
  multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  body: string;
  isBase64Encoded: boolean;
}>;

beforeEach(() => {
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** What the gateway makes of a reply. */
async function ask(sample: string, more: Readonly<Record<string, string>> = {}) {
  const platform = platforms.find((one) => one.sample === sample);
  const triggers = sample.startsWith('scf-') ? scfTriggers : lambdaHttpTriggers;
  const handle = createHandler(triggers, createRun(readConfig({ ...settings, ...more })));
  const reply = (await handle(platform?.present(sent), {})) as Reply;
  const headers =
    reply.headers ?? Object.fromEntries(Object.entries(reply.multiValueHeaders ?? {}).map(([n, v]) => [n, v[0]]));
  return { headers, bytes: Buffer.from(reply.body, reply.isBase64Encoded ? 'base64' : 'utf8') };
}

test.each(['function-url', 'http-api-1', 'http-api-2', 'alb', 'alb-multi'])('%s: compressed', async (sample) => {
  const { headers, bytes } = await ask(sample);
  expect(headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
  expect(headers['content-length']).toBe(String(bytes.length));
  expect(JSON.parse(gunzipSync(bytes).toString('utf8'))).toMatchObject({ format: 'jpeg' });
  expect((await ask(sample, { EXIF_COMPRESS: 'none' })).headers).not.toHaveProperty('content-encoding');
});

test.each(['rest-api', 'scf-api-gateway', 'scf-function-url'])('%s: only with the setting', async (sample) => {
  const { headers, bytes } = await ask(sample);
  expect(headers).not.toHaveProperty('content-encoding');
  expect(headers).not.toHaveProperty('vary');
  expect(JSON.parse(bytes.toString('utf8'))).toMatchObject({ format: 'jpeg' });
  const all = await ask(sample, { EXIF_COMPRESS: 'all' });
  expect(all.headers).toMatchObject({ 'content-encoding': 'gzip' });
  expect(JSON.parse(gunzipSync(all.bytes).toString('utf8'))).toMatchObject({ format: 'jpeg' });
});

describe('the server', () => {
  const server = createHttpServer(createRun(readConfig(settings)));
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => {
    server.close();
  });

  async function get(method: string, headers: Readonly<Record<string, string>>): Promise<[IncomingMessage, Buffer]> {
    const { port } = server.address() as AddressInfo;
    const path = '/gps.jpg?exif/style/typed';
    const outgoing = request({ host: '127.0.0.1', port, path, method, headers, agent: false }).end();
    const [reply] = (await once(outgoing, 'response')) as [IncomingMessage];
    return [reply, await buffer(reply)];
  }

  test.each([
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
  ] as const)('%s, and HEAD with the same headers', async (coding, unpack) => {
    const [plain, text] = await get('GET', {});
    const [packed, bytes] = await get('GET', { 'accept-encoding': coding });
    expect(packed.headers).toMatchObject({ 'content-encoding': coding, 'content-length': String(bytes.length) });
    expect(unpack(bytes)).toEqual(text);
    expect(bytes.length).toBeLessThan(text.length / 3);
    const [head, nothing] = await get('HEAD', { 'accept-encoding': coding });
    expect(nothing).toHaveLength(0);
    for (const name of ['etag', 'content-length', 'content-encoding', 'vary', 'content-type', 'last-modified']) {
      expect([name, head.headers[name]]).toEqual([name, packed.headers[name]]);
    }
    for (const tag of [plain.headers.etag, packed.headers.etag]) {
      const [known] = await get('GET', { 'accept-encoding': coding, 'if-none-match': tag ?? '' });
      expect([known.statusCode, known.headers.etag]).toEqual([304, tag]);
    }
  });
});

test('a start, and an answer that is not compressed, load no zlib', () => {
  const { execFileSync } = require('node:child_process') as typeof import('node:child_process');
  const handler = join(__dirname, '..', '..', 'dist', 'handler', 'http.js');
  const script = `
    process.env.EXIF_BUCKET = ${JSON.stringify(settings.EXIF_BUCKET)};
    process.env.EXIF_PUBLIC = '*';
    const { handler } = require(${JSON.stringify(handler)});
    const ask = (headers) => handler({ ...${JSON.stringify(platforms.find(({ sample }) => sample === 'function-url')?.present({ path: '/gps.jpg', query: 'exif' }))}, headers }, {});
    const loaded = () => process.moduleLoadList.includes('NativeModule zlib');
    (async () => {
      const [atStart] = [loaded(), await ask({})];
      const plain = loaded();
      const { headers } = await ask({ 'accept-encoding': 'gzip' });
      console.log(JSON.stringify([atStart, plain, loaded(), headers['content-encoding']]));
    })();`;
  const env = { PATH: process.env['PATH'] };
  const said =
    execFileSync(process.execPath, ['-e', script], { encoding: 'utf8', env }).trim().split('\n').at(-1) ?? '';
  expect(JSON.parse(said)).toEqual([false, false, true, 'gzip']);
});
