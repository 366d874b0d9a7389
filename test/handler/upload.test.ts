// The entry point over the samples and a cache in a folder, as `npm run invoke` runs it, but without serverless.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Handler } from '../../service/create-handler';
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
