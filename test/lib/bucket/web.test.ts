// A web address as a bucket, before servers that say right and wrong things.
import { type WebOptions, webAddress, webBucket } from '../../../lib/bucket/web';
import type { FetchResult } from '../../../lib/types';
import {
  inTurn,
  type RawReply,
  type RawServer,
  rawReply,
  rawServer,
  refusal,
  say,
  sayAndReset,
} from '../../../testing/servers/raw-s3';
import { pinnedTo, present, refTo, soon } from './contract';
import { etag, good, object, part, size, told } from './scripted';

const servers: RawServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serve(reply: RawReply): Promise<RawServer> {
  const server = await rawServer(reply);
  servers.push(server);
  return server;
}

/** Reads `start..end` of /a.jpg as `reply` lets it. */
async function read(
  reply: RawReply,
  [start, end]: readonly [number, number] = [0, 100],
  options: Partial<WebOptions> & { pin?: string } = {},
): Promise<{ work: Promise<FetchResult | null>; server: RawServer }> {
  const server = await serve(reply);
  const url = webAddress(`${server.endpoint}a%20b.jpg?token=SECRET#here`);
  const bucket = webBucket({ url, tryMs: 1000, maxTries: 2, maxBytes: 500, sleep: async () => {}, ...options });
  const work = bucket.fetch(refTo('x'), { start, end }, pinnedTo(options.pin ?? null), soon());
  work.catch(() => {});
  return { work, server };
}

const redirect = (status: number, location: string | null): RawReply =>
  say(rawReply(status, location === null ? {} : { Location: location }, 'moved'));

describe('a request', () => {
  test('requests the range from the unchanged address, with only the necessary headers', async () => {
    const { work, server } = await read(good, [10, 20]);
    const { bytes, stat } = await present(work);
    expect(bytes).toStrictEqual(object.slice(10, 20));
    expect(stat).toEqual({ size, etag, lastModified: null });
    expect(server.requests[0]?.path).toBe('/a%20b.jpg?token=SECRET');
    expect(server.requests[0]?.headers).toEqual({
      host: server.endpoint.host,
      accept: '*/*',
      'accept-encoding': 'identity',
      'user-agent': 'bucket-exif',
      range: 'bytes=10-19',
      connection: 'keep-alive',
    });
  });

  test('is pinned by If-Match; a weak tag, which cannot be sent, is compared', async () => {
    const strong = await read(good, [0, 100], { pin: etag });
    expect(await told(strong.work, [0, 100])).toBe('right');
    expect(strong.server.requests[0]?.headers['if-match']).toBe(etag);
    const weak = await read(say(part(0, 100, { ETag: 'W/"e1"' })), [0, 100], { pin: 'W/"e1"' });
    expect(await told(weak.work, [0, 100])).toBe('right');
    expect(weak.server.requests[0]?.headers['if-match']).toBeUndefined();
    const other = await read(say(part(0, 100, { ETag: 'W/"e2"' })), [0, 100], { pin: 'W/"e1"' });
    expect(await told(other.work, [0, 100])).toBe('ObjectChanged');
  });
});

describe('a server that does not know ranges', () => {
  const whole = say(rawReply(200, { ETag: etag }, object));

  test('is read from the start, up to the limit', async () => {
    const { work } = await read(whole, [300, 400]);
    expect(await told(work, [300, 400])).toBe('right');
    expect((await present(work)).received).toBe(400);
    expect(await told((await read(whole, [450, 600])).work, [450, 600])).toBe('BucketFault');
  });

  test('and not its size either is refused', async () => {
    const { work } = await read(say('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'));
    await expect(work).rejects.toMatchObject({
      code: 'BucketFault',
      message: expect.stringContaining('200 to a ranged request, without Content-Length'),
    });
  });
});

test.each([
  ['401', say(refusal(401, '')), 'AccessDenied'],
  ['403', say(refusal(403, '')), 'AccessDenied'],
  ['404', say(refusal(404, '')), 'NoSuchKey'],
  ['410', say(refusal(410, '')), 'NoSuchKey'],
  ['412', say(refusal(412, '')), 'ObjectChanged'],
  ['416 at the start', say(refusal(416, '', { 'Content-Range': 'bytes */0' })), 'EmptyObject'],
  ['429', say(refusal(429, '')), 'SlowDown'],
  ['451', say(refusal(451, '')), 'AccessDenied'],
  ['500', say(refusal(500, '')), 'BucketFault'],
  ['503', say(refusal(503, 'SlowDown')), 'SlowDown'],
  ['304 that nobody asked for', say(rawReply(304, { 'Content-Length': null }, '')), 'BucketFault'],
  ['other bytes', say(part(1, 101)), 'BucketFault'],
  ['an image that is said to be compressed', say(part(0, 100, { 'Content-Encoding': 'gzip' })), 'right'],
  [
    'compressed bytes',
    say(rawReply(200, { 'Content-Encoding': 'gzip' }, Uint8Array.of(0x1f, 0x8b, 0x08, 0x00))),
    'NotAnImage',
  ],
  ['no HTTP', say('hello\r\n\r\n'), 'BucketFault'],
  ['nothing', () => {}, 'Timeout'],
] as [string, RawReply, string][])('%s is %s', async (_name, reply, code) => {
  const { work } = await read(reply, [0, 100], { tryMs: 200 });
  expect(await told(work, [0, 100])).toBe(code);
});

test('temporary faults are tried again, others are not', async () => {
  const cured = await read(inTurn(say(refusal(500, '')), good));
  expect(await told(cured.work, [0, 100])).toBe('right');
  expect(cured.server.requests).toHaveLength(2);
  const reset = await read(inTurn(sayAndReset(part(0, 100).subarray(0, 120)), good));
  expect(await told(reset.work, [0, 100])).toBe('right');
  const refused = await read(say(refusal(404, '')));
  expect(await told(refused.work, [0, 100])).toBe('NoSuchKey');
  expect(refused.server.requests).toHaveLength(1);
});

test('messages have the address without its query', async () => {
  const { work, server } = await read(say(refusal(404, '')));
  await expect(work).rejects.toThrow(`Cannot read "${server.endpoint}a%20b.jpg?..." at 0: the store answered 404`);
});

describe('redirects', () => {
  test.each([301, 302, 303, 307, 308])(
    '%d is followed, relative or to another host, with the same headers',
    async (status) => {
      const target = await serve(good);
      const { work, server } = await read(
        inTurn(redirect(status, '/moved?x=1'), redirect(status, `${target.endpoint}deep/b.jpg`)),
        [5, 9],
        { pin: etag },
      );
      expect(await told(work, [5, 9])).toBe('right');
      expect(server.requests.map(({ path }) => path)).toEqual(['/a%20b.jpg?token=SECRET', '/moved?x=1']);
      expect(
        target.requests.map(({ path, headers }) => [path, headers.host, headers.range, headers['if-match']]),
      ).toEqual([['/deep/b.jpg', target.endpoint.host, 'bytes=5-8', etag]]);
    },
  );

  test('lead directly to the last address the next time', async () => {
    const target = await serve(good);
    const server = await serve(redirect(302, `${target.endpoint}b.jpg`));
    const bucket = webBucket({ url: webAddress(`${server.endpoint}a`), tryMs: 1000, maxTries: 1, maxBytes: 500 });
    for (const start of [0, 50]) {
      expect(await told(bucket.fetch(refTo('x'), { start, end: 100 }, null, soon()), [start, 100])).toBe('right');
    }
    expect([server.requests.length, target.requests.length]).toEqual([1, 2]);
  });

  test.each([400, 401, 403, 404, 410])(
    'are followed anew, once, when where they led is answered with %d: a signed address is over after a while',
    async (status) => {
      const old = await serve(inTurn(good, say(refusal(status, 'AccessDenied'))));
      const target = await serve(good);
      const server = await serve(
        inTurn(redirect(302, `${old.endpoint}b?signature=1`), redirect(302, `${target.endpoint}b?signature=2`)),
      );
      const bucket = webBucket({ url: webAddress(`${server.endpoint}a`), tryMs: 1000, maxTries: 1, maxBytes: 500 });
      for (const start of [0, 50, 60]) {
        expect(await told(bucket.fetch(refTo('x'), { start, end: 100 }, null, soon()), [start, 100])).toBe('right');
      }
      expect([server.requests.length, old.requests.length, target.requests.length]).toEqual([2, 2, 2]);
    },
  );

  test('are followed from the first address again only once, and not if that address itself has refused', async () => {
    const target = await serve(inTurn(good, say(refusal(403, ''))));
    const server = await serve(redirect(302, `${target.endpoint}b`));
    const bucket = webBucket({ url: webAddress(`${server.endpoint}a`), tryMs: 1000, maxTries: 3, maxBytes: 500 });
    const read = () => told(bucket.fetch(refTo('x'), { start: 0, end: 100 }, null, soon()), [0, 100]);
    expect([await read(), await read()]).toEqual(['right', 'AccessDenied']);
    expect([server.requests.length, target.requests.length]).toEqual([2, 3]);
    expect(await read()).toBe('AccessDenied');
    expect([server.requests.length, target.requests.length]).toEqual([3, 4]);
  });

  test.each([
    ['round in a circle', redirect(302, '/a'), 6],
    ['without a Location', redirect(302, null), 1],
    ['to no address', redirect(302, 'http://['), 1],
    ['to a file', redirect(302, 'file:///etc/passwd'), 1],
    ['with a user name', redirect(302, 'http://user:pass@127.0.0.1/'), 1],
  ] as [string, RawReply, number][])('%s end in BucketFault', async (_name, reply, requests) => {
    const { work, server } = await read(reply);
    expect(await told(work, [0, 100])).toBe('BucketFault');
    expect(server.requests).toHaveLength(requests);
  });

  test('are not followed where none are allowed', async () => {
    const { work, server } = await read(redirect(302, '/b'), [0, 100], { redirects: 0 });
    await expect(work).rejects.toThrow(/more than 0 redirects/);
    expect(server.requests).toHaveLength(1);
  });
});

test('a name that does not resolve is reported', async () => {
  const lookup: WebOptions['lookup'] = (_host, _options, done) =>
    done(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), '', 4);
  const bucket = webBucket({
    url: webAddress('http://host.invalid/a'),
    tryMs: 1000,
    maxTries: 1,
    maxBytes: 500,
    lookup,
  });
  const work = bucket.fetch(refTo('x'), { start: 0, end: 100 }, null, soon());
  await expect(work).rejects.toMatchObject({
    code: 'BucketMisconfigured',
    message: expect.stringMatching(/ENOTFOUND$/),
  });
});

test.each(['ftp://host/a', 'https://', 'a.jpg', 'http://user@host/a', 'http://:secret@host/a'])(
  '%s is no address',
  (text) => {
    expect(() => webAddress(text)).toThrow(expect.objectContaining({ code: 'ConfigInvalid' }));
  },
);
