// The SDKs of both clouds in a real browser, on a page of another origin: what their preflights ask for, and that they read
// answers and errors.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import type { HttpRequest } from '../../lib/types';
import { readConfig } from '../../service/config/config';
import { createRun } from '../../service/job-runner';
import { createHttpServer } from '../../service/server/server';
import { findChromium, launch } from './chromium';
import type { CallResult } from './sdk-page';

const root = join(__dirname, '..', '..');
const key = { id: 'AKIDEXAMPLE', secret: 'wJalrXUtnFEMIK7MDENG' };
const program = findChromium('the SDKs in a browser');
const inBrowser = program === null ? test.skip : test;

type Exchange = Readonly<{ request: HttpRequest; status: number; coding: string | undefined }>;

const servers: Server[] = [];
const seen: Exchange[] = [];
let browser: Browser;
let page: Page;
let pageOrigin = '';

async function listen(server: Server): Promise<string> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The service over the samples, private, with these settings of CORS. */
function startService(cors: Readonly<Record<string, string>>): Promise<string> {
  const samples = join(root, 'samples');
  const keys = { EXIF_KEYS: 'env:TEST_KEYS', TEST_KEYS: JSON.stringify({ [key.id]: key.secret }) };
  const run = createRun(readConfig({ EXIF_BUCKET: samples, EXIF_HOSTS: `127.0.0.1=${samples}`, ...keys, ...cors }));
  return listen(
    createHttpServer(async (job, budget) => {
      const outcome = await run(job, budget);
      const { answer } = outcome;
      if (job.act === 'answer' && answer !== null) {
        seen.push({ request: job.request, status: answer.status, coding: answer.headers['content-encoding'] });
      }
      return outcome;
    }),
  );
}

/** The page of another origin, with the SDKs in one script. */
function startPage(): Promise<string> {
  const { outputFiles } = buildSync({
    entryPoints: [join(__dirname, 'sdk-page.ts')],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    define: { global: 'globalThis' },
    logLevel: 'error',
  });
  const script = outputFiles[0]?.contents ?? new Uint8Array();
  return listen(
    createServer(({ url }, res) => {
      const isScript = url === '/sdks.js';
      res.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
      res.end(isScript ? script : '<!doctype html><title>SDKs</title><script src="/sdks.js"></script>');
    }),
  );
}

if (program !== null) {
  beforeAll(async () => {
    jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    [browser, pageOrigin] = await Promise.all([launch(program), startPage()]);
    page = await browser.newPage();
    await page.goto(pageOrigin);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
    jest.restoreAllMocks();
  });
}
beforeEach(() => {
  seen.length = 0;
});

/** Calls a function of the page. */
const call = (name: 'byAws' | 'byCos', ...args: readonly unknown[]): Promise<CallResult> =>
  page.evaluate<CallResult>(`${name}(...${JSON.stringify(args)})`);
const preflights = () => seen.filter(({ request }) => request.method === 'OPTIONS');
const askedFor = () =>
  preflights().flatMap(({ request }) => request.headers['access-control-request-headers']?.split(','));

describe('with the default headers', () => {
  let service = '';
  const open = async (): Promise<void> => {
    service ||= await startService({ EXIF_CORS_ORIGINS: pageOrigin });
  };

  inBrowser('AWS SDK v3 reads an answer, compressed on its way', async () => {
    await open();
    const came = await call('byAws', service, key, { Key: 'gps.jpg' });
    expect(came).toEqual({ status: 200, body: expect.stringContaining('"Make":{"val":"Example Camera Co."}') });
    expect(seen.map(({ status, coding }) => [status, coding])).toEqual([
      [204, undefined],
      [200, 'br'],
    ]);
    const names = ['amz-sdk-invocation-id', 'amz-sdk-request', 'authorization', 'x-amz-checksum-mode', 'x-amz-date'];
    expect(askedFor()).toEqual(expect.arrayContaining(names));
  });

  inBrowser('AWS SDK v3 sends ranges and conditions, and reads what they come to', async () => {
    await open();
    const range = await call('byAws', service, key, { Key: 'gps.jpg', Range: 'bytes=-10', IfMatch: '*' });
    expect(range).toMatchObject({ status: 200, body: expect.stringMatching(/^\{.*\}$/s) });
    const failed = await call('byAws', service, key, { Key: 'gps.jpg', IfMatch: '"other"' });
    expect(failed).toMatchObject({ status: 412, code: 'PreconditionFailed' });
    expect(await call('byAws', service, key, { Key: 'gps.jpg', IfNoneMatch: '*' })).toMatchObject({ status: 304 });
    expect(askedFor()).toEqual(expect.arrayContaining(['range', 'if-match', 'if-none-match']));
  });

  inBrowser('AWS SDK v3 reads errors', async () => {
    await open();
    expect(await call('byAws', service, key, { Key: 'none.jpg' })).toMatchObject({ status: 404, code: 'NoSuchKey' });
    const wrong = await call('byAws', service, { ...key, secret: 'other' }, { Key: 'gps.jpg' });
    expect(wrong).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
    const temporary = await call('byAws', service, { ...key, token: 'a-token' }, { Key: 'gps.jpg' });
    expect(temporary).toMatchObject({
      status: 403,
      code: 'AccessDenied',
      message: expect.stringContaining('Temporary'),
    });
    expect(askedFor()).toEqual(expect.arrayContaining(['x-amz-security-token']));
  });

  inBrowser('the SDK of COS reads answers and errors', async () => {
    await open();
    const came = await call('byCos', service, key, 'gps.jpg');
    expect(came).toEqual({ status: 200, body: expect.stringContaining('"Make":{"val":"Example Camera Co."}') });
    expect(await call('byCos', service, key, 'no-exif.png')).toEqual({
      status: 200,
      body: '{"error" : "no exif data"}',
    });
    expect(await call('byCos', service, key, 'none.jpg')).toMatchObject({ status: 404, code: 'NoSuchKey' });
    const temporary = await call('byCos', service, { ...key, token: 'a-token' }, 'gps.jpg');
    expect(temporary).toMatchObject({ status: 403, code: 'AccessDenied' });
    const own = { Range: 'bytes=-10', 'If-None-Match': '"other"', 'Content-Type': 'application/json' };
    expect(await call('byCos', service, key, 'gps.jpg', own)).toMatchObject({ status: 200 });
    const names = ['authorization', 'x-cos-security-token', 'range', 'if-none-match', 'content-type'];
    expect(askedFor()).toEqual(expect.arrayContaining(names));
  });
});

inBrowser('with a list that lacks them, the browser holds back what the SDKs send', async () => {
  const service = await startService({ EXIF_CORS_ORIGINS: pageOrigin, EXIF_CORS_HEADERS: 'authorization,x-amz-*' });
  expect(await call('byAws', service, key, { Key: 'gps.jpg' })).toMatchObject({ status: null });
  expect(seen.map(({ request }) => request.method)).toEqual(['OPTIONS']);
});

describe('a page without CORS', () => {
  const isPublic = { EXIF_PUBLIC: '*', EXIF_KEYS: '' };
  /** Whether `<img>` of a page at this host name shows a thumbnail of the service. */
  async function shows(hostname: string, service: string): Promise<boolean> {
    const address = new URL(pageOrigin);
    address.hostname = hostname;
    const other = await browser.newPage();
    await other.goto(address.href);
    const loaded = await other.evaluate<boolean>(`new Promise((resolve) => {
      const image = new Image();
      image.onload = () => resolve(true);
      image.onerror = () => resolve(false);
      image.src = ${JSON.stringify(`${service}/gps.jpg?exif/thumbnail`)};
    })`);
    await other.close();
    expect(seen.at(-1)).toMatchObject({ status: 200 }); // it is the browser that says no
    return loaded;
  }

  inBrowser('shows thumbnails of its own site only', async () => {
    // Browsers take every name below localhost for this machine.
    const service = (await startService(isPublic)).replace('127.0.0.1', 'img.one.localhost');
    expect(await shows('www.one.localhost', service)).toBe(true);
    expect(await shows('www.two.localhost', service)).toBe(false);
  });

  inBrowser('shows them from everywhere when every page may read them', async () => {
    const service = await startService({ ...isPublic, EXIF_CORS_ORIGINS: '*' });
    expect(await shows('www.two.localhost', service)).toBe(true);
  });

  inBrowser('cannot read an answer when its origin is not in the list', async () => {
    const service = await startService({ ...isPublic, EXIF_CORS_ORIGINS: 'https://other.example' });
    expect(await call('byAws', service, key, { Key: 'gps.jpg' })).toMatchObject({ status: null });
  });
});
