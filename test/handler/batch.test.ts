// The entry point for S3 Batch Operations, over the samples.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const before = process.env;
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'batch-'));
  jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
});
afterEach(() => {
  process.env = before;
  jest.restoreAllMocks();
  jest.resetModules();
  rmSync(folder, { recursive: true });
});

/** The entry point with these settings, which it reads when it is loaded. */
function load(settings: Readonly<Record<string, string>>): (event: unknown, context: unknown) => Promise<unknown> {
  process.env = { EXIF_BUCKET: `directory:${join(root, 'samples')}`, EXIF_CALLERS: 'platform', ...settings };
  return (require('../../handler/batch') as typeof import('../../handler/batch')).handler;
}

test.each(['s3-batch-1', 's3-batch-2'])('%s: the samples are cached', async (name) => {
  const event = JSON.parse(readFileSync(join(root, 'events', `${name}.json`), 'utf8'));
  event.tasks.push({ ...event.tasks[0], taskId: 'third', s3Key: 'none.jpg' });
  event.tasks.push({ ...event.tasks[0], taskId: 'fourth', s3Bucket: 'other', s3BucketArn: 'arn:aws:s3:::other' });
  const handler = load({ EXIF_CACHE: `directory:${folder}` });
  const reply = (await handler(event, {})) as { results: { resultCode: string; resultString: string }[] };
  expect(reply.results.map(({ resultCode, resultString }) => [resultCode, resultString.split(':')[0]])).toEqual([
    ['Succeeded', 'cached'],
    ['Succeeded', 'cached'],
    ['Succeeded', 'cached'],
    ['PermanentFailure', 'BucketUnknown'],
  ]);
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.json'));
  expect(entries).toHaveLength(3);
});

test('without a cache it does not start', () => {
  expect(() => load({})).toThrow(/^EXIF_CACHE is not set/);
});
