// The Lambda entry point with EXIF_CALLERS=platform, called with and without an IAM caller.
import { join } from 'node:path';
import { type Event, sample, withContext } from '../lib/trigger/platforms';

const root = join(__dirname, '..', '..');
const before = process.env;
const noCaller = { authorizer: undefined, identity: { sourceIp: '203.0.113.10', userArn: null } };
const reportCallers = ['function-url', 'http-api-2', 'http-api-1', 'rest-api'];

type Reply = { statusCode: number; body: string; headers: Record<string, string> };

beforeEach(() => {
  jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
});
afterEach(() => {
  process.env = before;
  jest.restoreAllMocks();
  jest.resetModules();
});

/** Sends the event to the entry point with these settings, which it reads when it is loaded. */
async function ask(event: Event, settings: Readonly<Record<string, string>>): Promise<Reply> {
  process.env = { EXIF_BUCKET: `directory:${join(root, 'samples')}`, ...settings };
  const { handler } = require('../../handler/http') as typeof import('../../handler/http');
  return (await handler(event, {})) as Reply;
}

test.each(reportCallers)(
  '%s: with EXIF_CALLERS=platform a request without an IAM caller is refused, otherwise not',
  async (name) => {
    const platform = { EXIF_CALLERS: 'platform' };
    expect((await ask(sample(name), platform)).statusCode).toBe(200);
    const refused = await ask(withContext(sample(name), noCaller), platform);
    expect(refused.statusCode).toBe(403);
    expect(refused.body).toContain('AccessDenied');
    expect(refused.body).not.toContain('Make');
    jest.resetModules();
    expect((await ask(withContext(sample(name), noCaller), { EXIF_PUBLIC: '*' })).statusCode).toBe(200);
  },
);

test.each(['alb', 'alb-multi'])('%s: it never reports a caller, and is answered', async (name) => {
  expect((await ask(sample(name), { EXIF_CALLERS: 'platform' })).statusCode).toBe(200);
});

describe('an answer to a caller that the platform checked', () => {
  const shared = { EXIF_CALLERS: 'platform', EXIF_CACHE_CONTROL: 'public, max-age=60' };
  const cacheControl = async (settings: Readonly<Record<string, string>>) =>
    (await ask(sample('function-url'), settings)).headers['cache-control'];

  test('is private, whatever EXIF_CACHE_CONTROL says', async () => {
    expect(await cacheControl(shared)).toBe('private, no-cache');
    jest.resetModules();
    expect(await cacheControl({ ...shared, EXIF_CACHE_CONTROL: 'private, max-age=9' })).toBe('private, max-age=9');
  });

  test('unless EXIF_PUBLIC says that anyone may read the object, as with CloudFront', async () => {
    expect(await cacheControl({ ...shared, EXIF_PUBLIC: '*' })).toBe('public, max-age=60');
    jest.resetModules();
    expect(await cacheControl({ ...shared, EXIF_PUBLIC: 'samples/other/*' })).toBe('private, no-cache');
  });
});

test('a preflight, which no browser signs, is answered without an IAM caller too', async () => {
  const http = { method: 'OPTIONS', path: '/gps.jpg', sourceIp: '203.0.113.10' };
  const headers = { origin: 'https://page.example', 'access-control-request-method': 'GET' };
  const event = { ...withContext(sample('function-url'), { ...noCaller, http }), headers };
  const settings = { EXIF_CALLERS: 'platform', EXIF_CORS_ORIGINS: 'https://page.example' };
  expect((await ask(event, settings)).statusCode).toBe(204);
});
