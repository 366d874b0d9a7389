import { once } from 'node:events';
import { IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, Socket } from 'node:net';
import { keyFromPath } from '../../../lib/http/request';
import type { HttpRequest } from '../../../lib/types';
import { createHttpServer, stopServer, toHttpRequest } from '../../../service/server/server';
import { formatLog } from '../../../service/write-log';

let server: Server;
let seen: HttpRequest[] = [];

beforeAll(async () => {
  server = createHttpServer(async (job) => {
    if (job.act !== 'answer') throw new Error('no request');
    seen.push(job.request);
    if (job.request.path === '/event') return { job, answer: null, error: null };
    if (job.request.path === '/bug') throw new Error('a run never throws');
    return {
      job,
      answer: { status: 200, headers: { 'content-length': '2', date: 'Fri, 02 Jan 2026 03:04:05 GMT' }, body: 'ok' },
      error: null,
    };
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
beforeEach(() => {
  seen = [];
});
afterAll(() => {
  server.close();
});

/** Sends bytes as they are, which no HTTP client would, and answers all that comes back. */
async function send(bytes: string): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let reply = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    reply += text;
  });
  socket.end(Buffer.from(bytes, 'latin1'));
  await once(socket, 'close');
  return reply;
}

const get = (target: string, headers = 'Host: h.example\r\n') =>
  send(`GET ${target} HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`);

test.each([
  ['/a.jpg?exif', 'a.jpg'],
  ['/a//b/../c/./d.jpg?exif', 'a//b/../c/./d.jpg'],
  ['//a.jpg?exif', '/a.jpg'],
  ['/a/?exif', 'a/'],
  ['/a%252Fb%20c+d.jpg?exif', 'a%2Fb c+d.jpg'],
  ['/a%3Fb%23c.jpg?exif', 'a?b#c.jpg'],
  ['/caf%C3%A9.jpg?exif', 'caf\u00e9.jpg'],
  ['/cafe%CC%81.jpg?exif', 'cafe\u0301.jpg'],
  ['/%F0%9F%93%B7.jpg?exif', '📷.jpg'],
  ['/a\\b.jpg?exif', 'a\\b.jpg'],
  ['http://h.example/a/../b.jpg?exif', 'a/../b.jpg'],
  ['/http://h.example/a.jpg?exif', 'http://h.example/a.jpg'],
])('%s names exactly its key', async (target, key) => {
  await get(target);
  expect(seen.map(keyFromPath)).toEqual([key]);
  expect(seen[0]?.query).toEqual([['exif', null]]);
});

test('a target that names the host wins over Host', async () => {
  await get('http://one.example:8080/a?exif', 'Host: two.example\r\n');
  expect(seen[0]?.headers['host']).toBe('one.example:8080');
});

test('bytes after a request that are not HTTP are not answered in its place', async () => {
  expect(await send('GET /a?exif HTTP/1.1\r\nHost: h\r\n\r\n\x00garbage\r\n\r\n')).not.toContain('BadRequest');
});

test('raw bytes above 0x7f are refused with a reason', async () => {
  const reply = await get('/caf\xc3\xa9.jpg?exif');
  expect(reply).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  expect(reply).toContain('<Code>BadRequest</Code>');
  expect(reply).toContain('Percent-encode');
  expect(seen).toEqual([]);
});

test('the query keeps order, repetition and encoding', async () => {
  await get('/a?b=%2F&a=&a&exif&&c=d=e');
  expect(seen[0]?.query).toEqual([
    ['b', '%2F'],
    ['a', ''],
    ['a', null],
    ['exif', null],
    ['c', 'd=e'],
  ]);
});

test('repeated headers stay visible', async () => {
  await get('/a?exif', 'Host: one\r\nAuthorization: x\r\nauthorization: y\r\n');
  expect(seen[0]?.headers).toMatchObject({ host: 'one', authorization: 'x,y' });
});

test('a header may have the name of a member of every object', async () => {
  await get('/a?exif', 'Host: h\r\n__proto__: a\r\nconstructor: b\r\n');
  expect(Object.entries(seen[0]?.headers ?? {})).toEqual(
    expect.arrayContaining([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]),
  );
  expect(seen[0]?.headers['tostring']).toBeUndefined();
});

test('header names are lower case, values are as sent', async () => {
  await get('/a?exif', 'HOST: H.example\r\nX-Amz-DATE: 20260102T030405Z\r\nx-COS-Security-Token: Ab+/=\r\n');
  expect(seen[0]?.headers).toEqual({
    host: 'H.example',
    'x-amz-date': '20260102T030405Z',
    'x-cos-security-token': 'Ab+/=',
    connection: 'close',
  });
});

test('the address of the caller is that of the connection, whatever headers say; there is no gateway', async () => {
  await get('/a?exif', 'Host: h\r\nX-Forwarded-For: 192.0.2.1\r\nX-Scf-Remote-Addr: 192.0.2.1\r\n');
  expect(seen[0]?.sourceIp).toBe('127.0.0.1');
  expect(seen[0]).not.toHaveProperty('gateway');
});

test.each([
  ['203.0.113.10', '203.0.113.10'],
  ['::ffff:203.0.113.10', '203.0.113.10'],
  ['::ffff:cb00:710a', '::ffff:cb00:710a'],
  ['2001:db8::1', '2001:db8::1'],
  [undefined, undefined],
])('the address %s of a socket is %s', (remoteAddress, sourceIp) => {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: remoteAddress });
  const request = toHttpRequest(new IncomingMessage(socket));
  expect(request.sourceIp).toBe(sourceIp);
  expect(Object.hasOwn(request, 'sourceIp')).toBe(sourceIp !== undefined);
});

test('Date is sent once, as the answer has it', async () => {
  const reply = await get('/a?exif');
  expect(reply.match(/^date: .*$/gim)).toEqual(['date: Fri, 02 Jan 2026 03:04:05 GMT']);
});

test('a request body is read past, and the connection serves the next request', async () => {
  const reply = await send(
    'POST /a?exif HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhelloGET /b?exif HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n',
  );
  expect(reply.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
  expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /a', 'GET /b']);
});

test('after a tunnel that breaks the protocol, the connection is closed, and no error repeats its bytes', async () => {
  expect(await get('/bug?exif')).toBe('');
  expect(await get('/event?exif')).toBe('');
});

test('a header larger than the server takes is refused by it', async () => {
  expect(await get('/a?exif', `Host: h\r\nX: ${'x'.repeat(100_000)}\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  expect(seen).toEqual([]);
});

test('a key cannot forge or hide a line of the log', () => {
  const text = formatLog({ key: 'a\n{"code":"OK"}\u202e\u2028\u007f\u0085é' });
  expect(text).toBe('{"key":"a\\n{\\"code\\":\\"OK\\"}\\u202e\\u2028\\u007f\\u0085\\u00e9"}');
  expect(JSON.parse(text)).toEqual({ key: 'a\n{"code":"OK"}\u202e\u2028\u007f\u0085é' });
});

test('a server that stops does not wait for ever for the rest of a request', async () => {
  const stopping = createHttpServer(() => Promise.reject(new Error('no request is complete')));
  stopping.headersTimeout = 100;
  stopping.requestTimeout = 200;
  stopping.listen(0, '127.0.0.1');
  await once(stopping, 'listening');
  const socket = connect((stopping.address() as AddressInfo).port, '127.0.0.1');
  let reply = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    reply += text;
  });
  const isClosed = once(socket, 'close');
  const isConnected = once(stopping, 'connection');
  socket.write('GET /a.jpg?exif HTTP/1.1\r\nHost: h.exam');
  await isConnected;
  await new Promise((resolve) => setImmediate(resolve)); // the first bytes begin the request
  await new Promise<void>((resolve) => stopServer(stopping, resolve));
  await isClosed;
  expect(reply).toMatch(/^HTTP\/1\.1 408 /);
});
