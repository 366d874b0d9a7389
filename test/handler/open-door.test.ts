// The Lambda entry behind a door that nobody guards, where the platform should check the callers.
import { join } from 'node:path';
import { type Event, sample, withContext } from '../lib/trigger/platforms';

const root = join(__dirname, '..', '..');
const before = process.env;
const open = { authorizer: undefined, identity: { sourceIp: '203.0.113.10', userArn: null } };
const guarded = ['function-url', 'http-api-2', 'http-api-1', 'rest-api'];

type Reply = { statusCode: number; body: string; headers: Record<string, string> };

beforeEach(() => {
  jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
});
afterEach(() => {
  process.env = before;
  jest.restoreAllMocks();
  jest.resetModules();
});

/** Asks the entry under these settings, which it reads when it is loaded. */
async function ask(event: Event, settings: Readonly<Record<string, string>>): Promise<Reply> {
  process.env = { EXIF_BUCKET: `directory:${join(root, 'samples')}`, ...settings };
  const { handler } = require('../../handler/http') as typeof import('../../handler/http');
  return (await handler(event, {})) as Reply;
}

test.each(guarded)('%s: whom IAM let in is answered, an open door is not, in no mode but platform', async (name) => {
  const platform = { EXIF_CALLERS: 'platform' };
  expect((await ask(sample(name), platform)).statusCode).toBe(200);
  const refused = await ask(withContext(sample(name), open), platform);
  expect(refused.statusCode).toBe(403);
  expect(refused.body).toContain('AccessDenied');
  expect(refused.body).not.toContain('Make');
  jest.resetModules();
  expect((await ask(withContext(sample(name), open), { EXIF_PUBLIC: '*' })).statusCode).toBe(200);
});

test.each(['alb', 'alb-multi'])('%s: a private network names nobody and is answered', async (name) => {
  expect((await ask(sample(name), { EXIF_CALLERS: 'platform' })).statusCode).toBe(200);
});

describe('an answer to a caller whom the platform let in', () => {
  const shared = { EXIF_CALLERS: 'platform', EXIF_CACHE_CONTROL: 'public, max-age=60' };
  const cacheControl = async (settings: Readonly<Record<string, string>>) =>
    (await ask(sample('function-url'), settings)).headers['cache-control'];

  test('is private, whatever EXIF_CACHE_CONTROL says', async () => {
    expect(await cacheControl(shared)).toBe('private, no-cache');
    jest.resetModules();
    expect(await cacheControl({ ...shared, EXIF_CACHE_CONTROL: 'private, max-age=9' })).toBe('private, max-age=9');
  });

  test('unless EXIF_PUBLIC says that anyone may read the object, as behind CloudFront', async () => {
    expect(await cacheControl({ ...shared, EXIF_PUBLIC: '*' })).toBe('public, max-age=60');
    jest.resetModules();
    expect(await cacheControl({ ...shared, EXIF_PUBLIC: 'samples/other/*' })).toBe('private, no-cache');
  });
});

test('a preflight, which no browser signs, is answered at an open door too', async () => {
  const http = { method: 'OPTIONS', path: '/gps.jpg', sourceIp: '203.0.113.10' };
  const headers = { origin: 'https://page.example', 'access-control-request-method': 'GET' };
  const event = { ...withContext(sample('function-url'), { ...open, http }), headers };
  const settings = { EXIF_CALLERS: 'platform', EXIF_CORS_ORIGINS: 'https://page.example' };
  expect((await ask(event, settings)).statusCode).toBe(204);
});
