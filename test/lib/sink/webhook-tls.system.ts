// A webhook at https: directly and through a proxy. Another process sends, since what it trusts and its proxies are its
// environment's.
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { type ProxyAct, type ProxyServer, startProxy } from '../../../testing/servers/proxy';
import { outgoings } from './outgoing';

const root = join(__dirname, '..', '..', '..');
const secret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

/** Sends messages by the code as it is, and prints what came of it. */
const program = `
  const { transformSync } = require('@swc/core');
  const { readFileSync } = require('node:fs');
  require.extensions['.ts'] = (module, path) => module._compile(transformSync(readFileSync(path, 'utf8'), {
    filename: path, swcrc: false, jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' },
  }).code, path);
  const { openWebhook } = require('./lib/sink/webhook.ts');
  const { url, messages, allowPrivate, secret } = JSON.parse(process.env.ASK);
  const deps = { region: null, env: process.env, limits: { tryMs: 10_000 }, maxTries: 3, secret, allowPrivate };
  const print = (outcome) => { process.stdout.write(JSON.stringify(outcome)); process.exit(); };
  openWebhook({ kind: 'https', url: new URL(url) }, deps).send(messages, AbortSignal.timeout(60_000)).then(
    print, ({ code, message }) => print(code + ': ' + message));
`;

const leftOut = 'a webhook at https: openssl, which makes its certificate, is not here';
if (spawnSync('openssl', ['version']).status === 0) describe('a webhook at https', withTls);
else test.skip(leftOut, () => {});

function withTls(): void {
  const folder = mkdtempSync(join(tmpdir(), 'webhook-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const trusting = { NODE_EXTRA_CA_CERTS: cert };
  let server: Server;
  let proxy: ProxyServer | null;
  let received: unknown[];

  beforeAll(() => {
    const names = 'subjectAltName=DNS:hooks.test,DNS:localhost';
    const options = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '3'];
    execFileSync(
      'openssl',
      ['req', '-x509', ...options, '-subj', '/CN=hooks.test', '-addext', names, '-keyout', key, '-out', cert],
      { stdio: 'ignore' },
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeEach(async () => {
    [received, proxy] = [[], null];
    server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        received.push(new Webhook(secret).verify(body, request.headers as Record<string, string>));
        response.writeHead(204).end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await proxy?.close();
  });

  const messages = outgoings(2);
  const arrived = [{ messages: messages.map(({ message }) => message) }];

  /** What sending to a host came to. */
  async function send(host: string, allowPrivate: boolean, env: Readonly<Record<string, string>>): Promise<unknown> {
    const url = `https://${host}:${(server.address() as AddressInfo).port}/exif`;
    const ASK = JSON.stringify({ url, messages, allowPrivate, secret });
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', program], {
      cwd: root,
      env: { PATH: process.env['PATH'], ASK, ...env },
    });
    expect(stdout).not.toMatch(/PASSWORD|C2FVsBQ/);
    return JSON.parse(stdout);
  }

  /** The same through a proxy. */
  async function through(act: ProxyAct, host = 'hooks.test'): Promise<unknown> {
    proxy = await startProxy(act);
    return send(host, false, { ...trusting, HTTPS_PROXY: `http://me:PASSWORD@127.0.0.1:${proxy.port}` });
  }

  test('gets the messages', async () => {
    expect(await send('localhost', true, trusting)).toEqual([null, null]);
    expect(received).toEqual(arrived);
  });

  test('with a certificate that is not trusted, or of another name, gets nothing', async () => {
    expect(await send('localhost', true, {})).toMatch(/^SinkFault: the connection failed \(.*CERT.*\)$/);
    expect(await send('127.0.0.1', true, trusting)).toBe(
      'SinkFault: the connection failed (ERR_TLS_CERT_ALTNAME_INVALID)',
    );
    expect(received).toEqual([]);
  });

  test('gets the messages through a tunnel of the proxy, which looks up its name', async () => {
    expect(await through(() => 'open')).toEqual([null, null]);
    expect(received).toEqual(arrived);
    expect(proxy?.asked.map(({ method }) => method)).toEqual(['CONNECT']);
  });

  test.each<[string, ProxyAct, string, number]>([
    ['forbids the host', () => 403, 'SinkFault: the connection failed (PROXY_403)', 1],
    ['is down', () => 502, 'SinkFault: the connection failed (PROXY_502)', 3],
  ])('a proxy that %s', async (_, act, outcome, tunnels) => {
    expect(await through(act)).toBe(outcome);
    expect(proxy?.asked).toHaveLength(tunnels);
  });
}
