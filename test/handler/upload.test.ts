// The entry point over the samples and a cache in a folder, as `npm run invoke` runs it, but without serverless.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Handler } from '../../service/create-handler';
import { listenOnLoopback } from '../../testing/servers/loopback';
import { sample } from '../lib/trigger/platforms';
import { message, s3Event } from '../lib/trigger/uploads';

const folder = mkdtempSync(join(tmpdir(), 'upload-'));
const cache = join(folder, 'cache');
const before = process.env;
let lines: string[] = [];
let written: jest.SpyInstance;

beforeEach(() => {
  process.env = {
    EXIF_BUCKET: `directory:${join(__dirname, '../../samples')}`,
    EXIF_CALLERS: 'platform',
    EXIF_CACHE: `directory:${cache}`,
  };
  lines = [];
  written = jest.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
});
afterEach(() => {
  written.mockRestore();
  process.env = before;
  jest.resetModules();
});
afterAll(() => rmSync(folder, { recursive: true }));

const load = () => (require('../../handler/upload') as { handler: Handler }).handler;
const log = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);

test('follows each sample', async () => {
  const handler = load();
  for (const name of ['s3-put', 's3-delete', 's3-test', 'eventbridge-created', 'sns-s3']) {
    await expect(handler(sample(name), {})).resolves.toBeNull();
  }
  for (const name of ['sqs-s3', 'sqs-sns']) {
    await expect(handler(sample(name), {})).resolves.toEqual({ batchItemFailures: [] });
  }
  const jobs = log().map(({ act, key, code }) => `${act} ${key} ${code}`);
  expect(jobs.sort()).toEqual([
    'forget gone.jpg OK',
    ...Array.from({ length: 4 }, () => 'warm gps.jpg OK'),
    ...Array.from({ length: 2 }, () => 'warm reise/Zürich 1+1.jpg OK'),
  ]);
  expect(readdirSync(cache, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())).toHaveLength(
    3,
  );
});

test('a message that cannot be read is logged by its id only', async () => {
  const event = s3Event(message('m1', '{"SECRET":'), message('m2', sample('s3-put')));
  await expect(load()(event, {})).resolves.toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
  expect(log()).toMatchObject([
    { level: 'error', id: 'm1', door: 'sqs', code: 'InternalError' },
    { level: 'info', id: 'm2', key: 'gps.jpg', code: 'OK' },
  ]);
  expect(lines.join('')).not.toContain('SECRET');
});

test('does not start without a cache', () => {
  delete process.env.EXIF_CACHE;
  expect(load).toThrow(
    expect.objectContaining({ code: 'ConfigInvalid', message: expect.stringMatching(/^EXIF_CACHE /) }),
  );
});

test('of a batch, only the messages whose changes a sink did not accept are delivered again', async () => {
  const got: string[] = [];
  const receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      const isRefused = body.includes('gps.jpg');
      if (!isRefused) got.push(body);
      response.writeHead(isRefused ? 400 : 204).end();
    });
  });
  const { endpoint, close } = await listenOnLoopback(receiver);
  Object.assign(process.env, {
    EXIF_SINK: `${endpoint}/secret-path`,
    EXIF_SINK_SECRET: `whsec_${Buffer.alloc(32).toString('base64')}`,
    EXIF_SINK_PRIVATE: '1',
  });
  const put = JSON.stringify(sample('s3-put'));
  const event = s3Event(message('m1', put), message('m2', put.replaceAll('gps.jpg', 'turned.jpg')));
  await expect(load()(event, {})).resolves.toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
  await close();
  expect(got.map((body) => JSON.parse(body).messages)).toMatchObject([[{ type: 'read', key: 'turned.jpg' }]]);
  const failed = expect.objectContaining({ id: 'm1', key: 'gps.jpg', code: 'SinkFault', level: 'error' });
  expect(log()).toContainEqual(failed);
  expect(lines.join('')).not.toMatch(/whsec|secret-path/);
});
