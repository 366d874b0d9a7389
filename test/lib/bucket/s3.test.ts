// How lib/bucket/s3 talks to a store: connections, time, headers, redirects.
import type { Socket } from 'node:net';
import type { S3Options } from '../../../lib/bucket/s3';
import { endless, inTurn, type RawServer, rawReply, rawServer, refusal, say } from '../../../testing/servers/raw-s3';
import { pinnedTo, present, refTo, soon } from './contract';
import { bucketAt, credentials, etag, good, leftOver, part, size, told } from './scripted';

const head206 = `HTTP/1.1 206 Partial\r\nETag: ${etag}\r\nContent-Range: bytes 0-99/${size}\r\n`;

describe('a bucket in the S3 protocol', () => {
  let server: RawServer | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  test('a redirect is not followed and its region is named', async () => {
    const other = await rawServer(good);
    server = await rawServer(
      say(
        refusal(301, 'PermanentRedirect', {
          Location: `${other.endpoint}photos/a.jpg`,
          'x-amz-bucket-region': 'eu-west-1',
        }),
      ),
    );
    const work = bucketAt(server.endpoint).fetch(refTo('a.jpg'), { start: 0, end: 100 }, null, soon());
    await expect(work).rejects.toMatchObject({
      code: 'BucketMisconfigured',
      message:
        'Cannot read "s3://photos/a.jpg" at 0: the store answered 301 PermanentRedirect, the bucket is in region eu-west-1',
    });
    expect(other.requests).toHaveLength(0);
    await other.close();
  });

  test('a refusal that repeats our headers is not repeated in the message', async () => {
    server = await rawServer((socket, request) =>
      socket.write(refusal(403, request.headers.authorization ?? '', { 'x-amz-bucket-region': 'TOKENTOKEN' })),
    );
    const work = bucketAt(server.endpoint).fetch(refTo('a.jpg'), { start: 0, end: 100 }, null, soon());
    expect(await told(work, [0, 100])).toBe('AccessDenied');
    await expect(work).rejects.toThrow('Cannot read "s3://photos/a.jpg" at 0: the store answered 403');
  });

  test('nobody listening is BucketFault', async () => {
    server = await rawServer(good);
    const { endpoint } = server;
    await server.close();
    server = undefined;
    expect(await told(bucketAt(endpoint).fetch(refTo('a'), { start: 0, end: 1 }, null, soon()), [0, 1])).toBe(
      'BucketFault',
    );
  });

  test('a name that does not resolve is our fault', async () => {
    const lookup: S3Options['lookup'] = (_host, _options, done) =>
      done(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), '', 4);
    const bucket = bucketAt(new URL('http://store.invalid'), { lookup });
    expect(await told(bucket.fetch(refTo('a'), { start: 0, end: 1 }, null, soon()), [0, 1])).toBe(
      'BucketMisconfigured',
    );
  });

  test('https to what never shakes hands is Timeout', async () => {
    server = await rawServer(() => {});
    const bucket = bucketAt(new URL(`https://127.0.0.1:${server.port}`), { tryMs: 30 });
    // The server waits for the end of a head, the client for a handshake.
    expect(await told(bucket.fetch(refTo('a'), { start: 0, end: 1 }, null, soon()), [0, 1])).toBe('Timeout');
    expect(await leftOver(server, 0)).toBe(0);
  });

  test.each([
    ['never answering', 0, () => {}],
    ['a body of one byte at a time', 0, endless(`${head206}Content-Length: 100\r\n\r\n`, 'x', 10)],
    ['503 at each try', 1, say(refusal(503, 'SlowDown'))],
  ] as const)('the caller’s time ends %s', async (_, kept, reply) => {
    server = await rawServer(reply);
    const bucket = bucketAt(server.endpoint, {
      tryMs: 60_000,
      maxTries: 1000,
      sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
    });
    expect(await told(bucket.fetch(refTo('a'), { start: 0, end: 100 }, null, soon(80)), [0, 100])).toBe('Timeout');
    expect(await leftOver(server, kept)).toBe(0);
  });

  test('the caller’s time ends waiting for credentials', async () => {
    const bucket = bucketAt(new URL('http://127.0.0.1:9'), { credentials: () => new Promise(() => {}) });
    expect(await told(bucket.fetch(refTo('a'), { start: 0, end: 1 }, null, soon(30)), [0, 1])).toBe('Timeout');
  });

  test('after a reply that is refused by its headers, the connection is closed', async () => {
    server = await rawServer(say(part(0, 100, { 'Content-Range': 'garbled' })));
    const work = bucketAt(server.endpoint).fetch(refTo('a'), { start: 0, end: 100 }, null, soon());
    expect(await told(work, [0, 100])).toBe('BucketFault');
    expect(await leftOver(server, 0)).toBe(0);
  });

  test('bytes after a reply do not become the next one', async () => {
    const poison = rawReply(206, { ETag: etag, 'Content-Range': `bytes 0-99/${size}` }, new Uint8Array(100).fill(7));
    server = await rawServer((socket, request) =>
      request.index === 0 ? socket.write(Buffer.concat([part(0, 100), poison])) : good(socket, request),
    );
    const bucket = bucketAt(server.endpoint);
    for (let round = 0; round < 3; round++) {
      expect(await told(bucket.fetch(refTo('a'), { start: 0, end: 100 }, null, soon()), [0, 100])).toBe('right');
    }
  });

  test('bytes that come late after a reply do not become the next one', async () => {
    const poison = rawReply(206, { ETag: etag, 'Content-Range': `bytes 0-99/${size}` }, new Uint8Array(100).fill(7));
    server = await rawServer((socket, request) => {
      good(socket, request);
      if (request.index === 0) setTimeout(() => socket.write(poison), 10);
    });
    const bucket = bucketAt(server.endpoint);
    for (let round = 0; round < 3; round++) {
      expect(await told(bucket.fetch(refTo('a'), { start: 0, end: 100 }, null, soon()), [0, 100])).toBe('right');
      await new Promise((done) => setTimeout(done, 20));
    }
  });

  test('bytes that have come when the next request is made do not become its reply', async () => {
    const poison = rawReply(206, { ETag: etag, 'Content-Range': `bytes 0-99/${size}` }, new Uint8Array(100).fill(7));
    server = await rawServer(good);
    const bucket = bucketAt(server.endpoint);
    for (let round = 0; round < 10; round++) {
      expect(await told(bucket.fetch(refTo('a'), { start: 0, end: 100 }, null, soon()), [0, 100])).toBe('right');
      // They lie in this machine from now on, and nobody has read them.
      for (const socket of server.sockets) socket.write(poison);
    }
    expect(server.requests).toHaveLength(10);
  });

  test('a connection that was closed when the next request is made is not used for it', async () => {
    server = await rawServer(good);
    const bucket = bucketAt(server.endpoint, { maxTries: 1 });
    for (let round = 0; round < 10; round++) {
      expect(await told(bucket.fetch(refTo('a'), { start: 0, end: 100 }, null, soon()), [0, 100])).toBe('right');
      for (const socket of server.sockets) socket.end();
    }
  });

  test('one connection serves reads in turn; a dead one is replaced', async () => {
    server = await rawServer(good);
    const bucket = bucketAt(server.endpoint);
    const read = () => told(bucket.fetch(refTo('a'), { start: 0, end: 100 }, null, soon()), [0, 100]);
    for (let round = 0; round < 5; round++) expect(await read()).toBe('right');
    expect(server.sockets.size).toBe(1);
    for (const socket of server.sockets) socket.resetAndDestroy();
    expect(await read()).toBe('right');
  });

  test('after a dead connection comes a new one, not another that was kept as long', async () => {
    const used = new WeakSet<Socket>();
    server = await rawServer((socket, request) => {
      if (used.has(socket)) socket.resetAndDestroy();
      else good(socket, request);
      used.add(socket);
    });
    const bucket = bucketAt(server.endpoint, { maxTries: 2 });
    const read = () => told(bucket.fetch(refTo('a'), { start: 0, end: 100 }, null, soon()), [0, 100]);
    expect(await Promise.all([read(), read(), read()])).toEqual(['right', 'right', 'right']);
    expect(server.sockets.size).toBe(3);
    for (let round = 0; round < 3; round++) expect(await read()).toBe('right');
  });

  test('weak tags are not sent, strong ones are; signed only as far as it must be', async () => {
    server = await rawServer(say(part(0, 100)));
    const bucket = bucketAt(server.endpoint);
    for (const ifMatch of [null, etag, 'W/"w"', '"with\nbreak"', 'bare']) {
      await told(bucket.fetch(refTo('a b'), { start: 0, end: 100 }, pinnedTo(ifMatch), soon()), [0, 100]);
    }
    expect(server.requests.map(({ headers }) => headers['if-match'])).toEqual([
      undefined,
      etag,
      undefined,
      undefined,
      undefined,
    ]);
    const [first] = server.requests;
    expect(first).toMatchObject({ method: 'GET', path: '/photos/a%20b' });
    expect(first?.headers).toMatchObject({
      range: 'bytes=0-99',
      'accept-encoding': 'identity',
      'x-amz-security-token': 'TOKENTOKEN',
    });
    expect(first?.headers.authorization).toContain(
      'SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,',
    );
  });

  test('a known ETag is sent, weak or strong, if it is valid', async () => {
    server = await rawServer(say(part(0, 100, { ETag: '"new"' })));
    const bucket = bucketAt(server.endpoint);
    for (const ifNoneMatch of [etag, 'W/"w"', '"with\nbreak"', 'bare', '*', '']) {
      await told(bucket.fetch(refTo('a'), { start: 0, end: 100 }, { ifNoneMatch }, soon()), [0, 100]);
    }
    expect(server.requests.map(({ headers }) => headers['if-none-match'])).toEqual([
      etag,
      'W/"w"',
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('without credentials nothing is signed; unfit ones are never sent', async () => {
    server = await rawServer(good);
    const unsigned = bucketAt(server.endpoint, { credentials: async () => null });
    await unsigned.fetch(refTo('a'), { start: 0, end: 1 }, null, soon());
    expect(Object.keys(server.requests[0]?.headers ?? {}).sort()).toEqual([
      'accept-encoding',
      'connection',
      'host',
      'range',
    ]);
    for (const secretAccessKey of ['', 'SECRET\n', 'SECRET SECRET']) {
      const unfit = bucketAt(server.endpoint, { credentials: async () => ({ ...credentials, secretAccessKey }) });
      expect(await told(unfit.fetch(refTo('a'), { start: 0, end: 1 }, null, soon()), [0, 1])).toBe(
        'BucketMisconfigured',
      );
    }
    expect(server.requests).toHaveLength(1);
  });

  test('Last-Modified and a missing ETag are returned as they are', async () => {
    const date = 'Tue, 03 Nov 2026 10:00:00 GMT';
    server = await rawServer(
      inTurn(say(part(0, 100, { 'Last-Modified': date })), say(part(0, 100, { 'Last-Modified': 'soon', ETag: null }))),
    );
    const bucket = bucketAt(server.endpoint);
    const read = async () => (await present(bucket.fetch(refTo('a'), { start: 0, end: 100 }, null, soon()))).stat;
    expect(await read()).toEqual({ size, etag, lastModified: new Date(date) });
    expect(await read()).toEqual({ size, etag: null, lastModified: null });
  });
});
