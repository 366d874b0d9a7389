// Requests to a store through a proxy of the environment: which servers, how, at retries too, and what a proxy can break.
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { openBucket, parseLocation } from '../../../lib/bucket';
import { proxyFor } from '../../../lib/io/proxy';
import { defaultLimits } from '../../../lib/limits';
import { fakeKeys, fakeS3 } from '../../../testing/servers/fake-s3';
import { type ProxyAct, type ProxyServer, startProxy } from '../../../testing/servers/proxy';
import { type RawServer, rawReply, rawServer } from '../../../testing/servers/raw-s3';

const keys = { AWS_ACCESS_KEY_ID: fakeKeys.accessKeyId, AWS_SECRET_ACCESS_KEY: fakeKeys.secretAccessKey };

describe('the proxy for a server', () => {
  const https = { secure: true, hostname: 'photos.s3.eu-west-1.amazonaws.com', port: null, host: '' };
  const http = { secure: false, hostname: '10.1.2.3', port: 8086, host: '' };
  const proxy = 'http://proxy.example:3128';

  test.each([
    [https, { HTTPS_PROXY: proxy }, 'http://proxy.example:3128/'],
    [https, { https_proxy: proxy, HTTPS_PROXY: 'http://other:1' }, 'http://proxy.example:3128/'],
    [https, { HTTPS_PROXY: 'proxy.example:3128' }, 'http://proxy.example:3128/'],
    [https, { HTTPS_PROXY: proxy, NODE_USE_ENV_PROXY: '1' }, 'http://proxy.example:3128/'],
    [https, { HTTPS_PROXY: proxy, NODE_USE_ENV_PROXY: '0' }, null],
    [https, { HTTP_PROXY: proxy }, null],
    [https, { HTTPS_PROXY: '' }, null],
    [http, { HTTP_PROXY: proxy, HTTPS_PROXY: 'http://other:1' }, 'http://proxy.example:3128/'],
    [http, { HTTPS_PROXY: proxy }, null],
  ])('%#', (server, env, url) => {
    expect(proxyFor(env, server)?.href ?? null).toBe(url);
  });

  test.each([
    ['*', true],
    ['photos.s3.eu-west-1.amazonaws.com', true],
    ['PHOTOS.S3.EU-WEST-1.AMAZONAWS.COM', true],
    ['amazonaws.com', true],
    ['.amazonaws.com', true],
    ['*.amazonaws.com', true],
    ['localhost, .eu-west-1.amazonaws.com', true],
    ['localhost .amazonaws.com', true],
    ['amazonaws.com:443', true],
    ['amazonaws.com:444', false],
    ['aws.com', false],
    ['s3.eu-west-1.amazonaws.com.cn', false],
    ['localhost,127.0.0.1', false],
    [',', false],
    ['.', false],
    ['10.0.0.0/8', false],
  ])('NO_PROXY=%s: left out %p', (list, out) => {
    expect(proxyFor({ HTTPS_PROXY: proxy, NO_PROXY: list }, https) === null).toBe(out);
    expect(proxyFor({ HTTPS_PROXY: proxy, NO_PROXY: 'x', no_proxy: list }, https) === null).toBe(out);
  });

  test.each([
    ['10.1.2.3', true],
    ['10.0.0.0/8', true],
    ['10.1.2.3:8086', true],
    ['10.1.2.3:80', false],
    ['10.1.2.1-10.1.2.9', true],
    ['10.1.2.4-10.1.2.9', false],
    ['10.2.0.0/16', false],
    ['10.0.0.0/99', false],
    ['::/0', false],
    ['2.3', false],
    ['*', true],
  ])('NO_PROXY=%s for an address: left out %p', (list, out) => {
    expect(proxyFor({ HTTP_PROXY: proxy, NO_PROXY: list }, http) === null).toBe(out);
  });

  test('an IPv6 address', () => {
    const server = { ...http, hostname: '2001:db8::1' };
    const out = (NO_PROXY: string) => proxyFor({ HTTP_PROXY: proxy, NO_PROXY }, server) === null;
    expect(['2001:db8::/32', '[2001:db8::1]', '[2001:db8::1]:8086', '[2001:db8::1]:1', '10.0.0.0/8'].map(out)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  test.each(['socks5://proxy:1', 'http://', '://x', 'http://PASSWORD:x@:1'])('%s stops the start', (text) => {
    const open = () => openAt('https://store.test', { HTTPS_PROXY: text });
    expect(open).toThrow(expect.objectContaining({ name: 'ProblemError', code: 'ConfigInvalid' }));
    expect(open).toThrow(/^HTTPS_PROXY must be http:/);
    expect(open).not.toThrow(/PASSWORD/);
  });

  test.each(['http://user:PASSWORD%@proxy:1', 'http://us%ZZer:PASSWORD@proxy:1', 'http://user:PASSWORD%FF@proxy:1'])(
    'the percent sign in %j that begins no escape stops the start',
    (text) => {
      const open = () => openAt('https://store.test', { HTTPS_PROXY: text });
      expect(open).toThrow(expect.objectContaining({ name: 'ProblemError', code: 'ConfigInvalid' }));
      expect(open).toThrow(/^HTTPS_PROXY has a % in its user or password/);
      expect(open).not.toThrow(/PASSWORD/);
    },
  );
});

/** A program that reads an object `reads` times, two at once each time, by the code as it is, and says what came of it. */
const program = `
  const { transformSync } = require('@swc/core');
  const { readFileSync } = require('node:fs');
  require.extensions['.ts'] = (module, path) => module._compile(transformSync(readFileSync(path, 'utf8'), {
    filename: path, swcrc: false, jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' },
  }).code, path);
  const { openBucket, parseLocation } = require('./lib/bucket/index.ts');
  const { defaultLimits } = require('./lib/limits.ts');
  const { location, reads, tryMs } = JSON.parse(process.env.ASK);
  const limits = { ...defaultLimits, tryMs };
  const bucket = openBucket(parseLocation(location), { region: null, env: process.env, limits, maxTries: 3 });
  const ref = { bucketId: 'b', bucket: 'b', key: 'a.jpg' };
  const read = () => bucket.fetch(ref, { start: 0, end: 100 }, null, AbortSignal.timeout(60_000)).then(
    ({ bytes }) => new TextDecoder().decode(bytes), ({ code, message }) => code + ' ' + message);
  (async () => {
    const said = [];
    for (let i = 0; i < reads; i++) said.push(...(await Promise.all([read(), read()])));
    const loaded = Object.keys(require.cache).some((path) => /lib.io.proxy[.]ts/.test(path));
    const sockets = () => process.getActiveResourcesInfo().filter((name) => /^(TCP|TLS)/.test(name)).length;
    // Those that are closing may close.
    for (let i = 0; i < 200 && sockets() > 0; i++) await new Promise((done) => setTimeout(done, 10));
    process.stdout.write(JSON.stringify({ said, loaded, sockets: sockets() }));
    process.exit();
  })();
`;

/** `sockets`: connections that are open and in use at the end; idle ones that are kept do not count. */
type ChildReport = Readonly<{ said: readonly string[]; loaded: boolean; sockets: number }>;
type Ask = Readonly<{ location: string; reads?: number; tryMs?: number }>;

const root = join(__dirname, '..', '..', '..');

/** What the program said: another process, since what it trusts and its proxies are its environment's. */
async function run(ask: Ask, env: Record<string, string> = {}): Promise<ChildReport> {
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', program], {
    cwd: root,
    env: { PATH: process.env['PATH'], ...keys, ASK: JSON.stringify({ reads: 1, tryMs: 10_000, ...ask }), ...env },
  });
  expect(stdout).not.toMatch(/PASSWORD|UEFTU1dPUkQ/);
  return JSON.parse(stdout) as ChildReport;
}

const body = 'an image of this test';
const image = new TextEncoder().encode(body);

describe('a store at http', () => {
  let store: RawServer;
  let proxy: ProxyServer;
  afterEach(() => Promise.all([store.close(), proxy.close()]));

  test('is asked through the proxy by its whole address, signed as without', async () => {
    const good = fakeS3('photos', new Map([['a.jpg', image]]));
    store = await rawServer((socket, request) => {
      if (request.index === 0) socket.write(rawReply(503, {}, ''));
      else good(socket, request);
    });
    proxy = await startProxy();
    const endpoint = `http://store.test:${store.port}`;
    const location = `s3://photos?endpoint=${endpoint}&region=eu-west-1`;
    const { said } = await run({ location }, { HTTP_PROXY: `http://me:PASSWORD@127.0.0.1:${proxy.port}` });
    expect(said).toEqual([body, body]);
    expect(new Set(proxy.asked.map(({ target }) => target))).toEqual(new Set([`${endpoint}/photos/a.jpg`]));
    // The retry too.
    expect(proxy.asked).toHaveLength(3);
    const authorization = `Basic ${Buffer.from('me:PASSWORD').toString('base64')}`;
    expect(proxy.asked.every(({ headers }) => headers['proxy-authorization'] === authorization)).toBe(true);
    expect(store.requests.every(({ headers }) => headers['host'] === `store.test:${store.port}`)).toBe(true);
  });

  test('is asked directly without a proxy, or where NO_PROXY names it; nothing for proxies is loaded without one', async () => {
    store = await rawServer(fakeS3('photos', new Map([['a.jpg', image]])));
    proxy = await startProxy();
    const location = `s3://photos?endpoint=${store.endpoint.origin}&region=eu-west-1`;
    const HTTP_PROXY = `http://127.0.0.1:${proxy.port}`;
    expect(await run({ location })).toMatchObject({ said: [body, body], loaded: false });
    expect(await run({ location }, { HTTP_PROXY, NO_PROXY: '127.0.0.0/8' })).toMatchObject({
      said: [body, body],
      loaded: true,
    });
    expect(await run({ location }, { HTTP_PROXY, NODE_USE_ENV_PROXY: '0' })).toMatchObject({ said: [body, body] });
    expect(proxy.asked).toEqual([]);
  });
});

const leftOut = 'a store at https through a proxy: openssl, which makes its certificate, is not here';
if (spawnSync('openssl', ['version']).status === 0) describe('a store at https', withTls);
else test.skip(leftOut, () => {});

function withTls(): void {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  let store: Server;
  let proxy: ProxyServer;
  let replies: (number | 'break')[];
  let names: (string | false | null)[];
  let requests: number;

  beforeAll(() => {
    const subject = ['-subj', '/CN=store.test', '-addext', 'subjectAltName=DNS:store.test'];
    const options = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '3'];
    execFileSync('openssl', ['req', '-x509', ...options, ...subject, '-keyout', key, '-out', cert], {
      stdio: 'ignore',
    });
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeEach(async () => {
    [replies, names, requests] = [[], [], 0];
    store = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
      names.push((request.socket as TLSSocket & { servername: string | false | null }).servername);
      const reply = replies[requests++] ?? 206;
      if (reply === 'break') return void request.socket.destroy();
      const range = `bytes 0-${image.length - 1}/${image.length}`;
      response.writeHead(reply, reply === 206 ? { etag: '"1"', 'content-range': range } : {});
      response.end(reply === 206 ? image : '');
    });
    store.listen(0, '127.0.0.1');
    await once(store, 'listening');
  });
  afterEach(async () => {
    store.closeAllConnections();
    store.close();
    await proxy.close();
  });

  const portOf = (): number => (store.address() as AddressInfo).port;
  async function through(
    act: ProxyAct,
    ask: Partial<Ask> = {},
    env: Record<string, string> = {},
  ): Promise<ChildReport> {
    proxy = await startProxy(act);
    const location = `s3://photos?endpoint=https://store.test:${portOf()}&region=eu-west-1`;
    const proxies = { HTTPS_PROXY: `http://me:PASSWORD@127.0.0.1:${proxy.port}`, NODE_EXTRA_CA_CERTS: cert };
    return run({ location, ...ask }, { ...proxies, ...env });
  }
  test('is reached through tunnels, which are kept; its certificate must have its own name', async () => {
    const { said } = await through(() => 'open', { reads: 5 });
    expect(said).toEqual(Array.from({ length: 10 }, () => body));
    // Two at once, then kept. Where the next two are asked before Node has noted that the first two requests were sent whole,
    // those two connections are not free yet, and two more are opened; without keeping there would be ten.
    expect([2, 3, 4]).toContain(proxy.asked.length);
    for (const { method, target, headers } of proxy.asked) {
      expect({ method, target }).toEqual({ method: 'CONNECT', target: `store.test:${portOf()}` });
      expect(headers['proxy-authorization']).toBe(`Basic ${Buffer.from('me:PASSWORD').toString('base64')}`);
    }
    expect(new Set(names)).toEqual(new Set(['store.test']));
  });

  test('is asked through a proxy with NODE_USE_ENV_PROXY=1 as well, once', async () => {
    expect((await through(() => 'open', {}, { NODE_USE_ENV_PROXY: '1' })).said).toEqual([body, body]);
    expect(proxy.asked).toHaveLength(2);
  });

  test('is reached through the proxy at each retry, over a new tunnel', async () => {
    replies = ['break', 503, 206, 503, 206];
    const { said, sockets } = await through(() => 'open');
    expect(said).toEqual([body, body]);
    expect(sockets).toBe(0);
    expect(requests).toBe(5);
    expect(proxy.asked).toHaveLength(5);
  });

  test.each<[string, ProxyAct, number]>([
    ['breaks a tunnel twice', (index) => (index < 2 ? 'reset' : 'open'), 4],
    ['is overloaded at first', (index) => (index < 2 ? 503 : 'open'), 4],
  ])('a proxy that %s is asked again', async (_name, act, tunnels) => {
    expect((await through(act)).said).toEqual([body, body]);
    expect(proxy.asked).toHaveLength(tunnels);
  });

  test.each<[string, ProxyAct, RegExp, number]>([
    ['wants a password', () => 407, /^BucketMisconfigured .*: PROXY_407$/, 2],
    ['forbids the store', () => 403, /^BucketMisconfigured .*: PROXY_403$/, 2],
    ['says 404, which says nothing of the object', () => 404, /^BucketMisconfigured .*: PROXY_404$/, 2],
    ['is down', () => 502, /^BucketFault .*: PROXY_502$/, 6],
    ['breaks each tunnel', () => 'reset', /^BucketFault /, 6],
  ])('a proxy that %s', async (_name, act, problem, tunnels) => {
    const { said, sockets } = await through(act);
    for (const text of said) expect(text).toMatch(problem);
    expect(proxy.asked).toHaveLength(tunnels);
    expect(requests).toBe(0);
    expect(sockets).toBe(0);
  });

  test('a proxy that never answers is given up with the try, and nothing stays open', async () => {
    const { said, sockets } = await through(() => 'hang', { tryMs: 300 });
    for (const text of said) expect(text).toMatch(/^Timeout /);
    expect(proxy.asked).toHaveLength(6);
    expect(sockets).toBe(0);
  });

  test('a certificate that is not trusted, or of another name, is refused through a tunnel as without', async () => {
    expect((await through(() => 'open', {}, { NODE_EXTRA_CA_CERTS: '' })).said[0]).toMatch(/^BucketMisconfigured /);
    await proxy.close();
    const location = `s3://photos?endpoint=https://other.test:${portOf()}&region=eu-west-1`;
    expect((await through(() => 'open', { location })).said[0]).toMatch(/^BucketMisconfigured .*CERT/);
    expect(requests).toBe(0);
  });
}

function openAt(endpoint: string, env: Record<string, string>): unknown {
  const location = parseLocation(`s3://photos?endpoint=${endpoint}&region=eu-west-1`);
  return openBucket(location, { region: null, env: { ...keys, ...env }, limits: defaultLimits, maxTries: 3 });
}
