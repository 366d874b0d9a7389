// The command line over a bucket and over web addresses: the same reader, by ranges.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromFile, readExif, render } from '../../../lib';
import { fakeKeys, fakeS3 } from '../../../testing/servers/fake-s3';
import { askedRange, type RawServer, rawReply, rawServer, refusal } from '../../../testing/servers/raw-s3';
import { root, run, start } from './program';

const samples = join(root, 'samples');
const sample = new Uint8Array(readFileSync(join(samples, 'gps.jpg')));
const env = { AWS_ACCESS_KEY_ID: fakeKeys.accessKeyId, AWS_SECRET_ACCESS_KEY: fakeKeys.secretAccessKey };
const servers: RawServer[] = [];
let expected: string;

beforeAll(async () => {
  expected = `${await render(await readExif(fromFile(join(samples, 'gps.jpg'))), 'cos')}\n`;
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

/** A bucket with the sample under keys that are easily mistaken. */
async function bucket(...keys: readonly string[]): Promise<RawServer> {
  const server = await rawServer(fakeS3('photos', new Map(keys.map((key) => [key, sample]))));
  servers.push(server);
  return server;
}

test.each(['gps.jpg', 'a b/ü%20+.jpg', 'what?.jpg', 'a//b', 'photo [1].jpg'])(
  'an object of a bucket: %s',
  async (key) => {
    const { endpoint, requests } = await bucket(key);
    const { code, out, err } = await run([`s3://photos/${key}?endpoint=${endpoint.origin}`, '--style', 'cos'], { env });
    expect([code, out, err]).toEqual([0, expected, '']);
    expect(requests.map(({ headers }) => headers.range)).toEqual(['bytes=0-65535']);
  },
);

test('objects of one bucket, one of them missing', async () => {
  const { endpoint } = await bucket('a.jpg', 'c.jpg');
  const names = ['a.jpg', 'b.jpg', 'c.jpg'].map((key) => `s3://photos/${key}?endpoint=${endpoint.origin}`);
  const { code, out, err } = await run([...names, '--style', 'cos'], { env });
  expect(code).toBe(1);
  const lines = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).source);
  expect(lines).toEqual([names[0], names[2]]);
  expect(err).toMatch(/\/b\.jpg\?endpoint=\S+: NoSuchKey: [^\n]+\nSummary: 2 read, 1 failed \(NoSuchKey 1\)\n$/);
});

test('without keys it says which to set', async () => {
  const { endpoint } = await bucket('a.jpg');
  const { code, err } = await run([`s3://photos/a.jpg?endpoint=${endpoint.origin}`]);
  expect([code, err]).toEqual([1, expect.stringMatching(/BucketMisconfigured: .*AWS_ACCESS_KEY_ID/)]);
});

test('a web address, large, is read by ranges and not whole', async () => {
  const large = new Uint8Array(100 * 1024 * 1024);
  large.set(sample);
  const server = await rawServer((socket, request) => {
    const { start, end } = askedRange(request);
    const headers = { ETag: '"1"', 'Content-Range': `bytes ${start}-${end - 1}/${large.length}` };
    socket.write(rawReply(206, headers, large.subarray(start, end)));
  });
  servers.push(server);
  const { code, out, err } = await run([`${server.endpoint}gps.jpg?token=1`, '--style', 'cos']);
  expect([code, out, err]).toEqual([0, expected, '']);
  expect(server.requests.map(({ path, headers }) => [path, headers.range])).toEqual([
    ['/gps.jpg?token=1', 'bytes=0-65535'],
  ]);
});

test('a refusal of a web server is reported with its code', async () => {
  const server = await rawServer((socket) => socket.write(refusal(404, '')));
  servers.push(server);
  const { code, out, err } = await run([`${server.endpoint}gps.jpg`]);
  expect([code, out, err]).toEqual([1, '', expect.stringMatching(/^http:\S+gps\.jpg: NoSuchKey: /)]);
});

test('for a web server without ranges and sizes the message says what to do', async () => {
  const server = await rawServer((socket) => socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc'));
  servers.push(server);
  const { code, err } = await run([`${server.endpoint}gps.jpg`]);
  expect([code, err]).toEqual([1, expect.stringMatching(/: BucketFault: [^:]+: download it and pipe it into `-`\n$/)]);
});

test('a server that cannot be reached is reported in words', async () => {
  const server = await rawServer(() => {});
  await server.close();
  const { code, err } = await run([`${server.endpoint}gps.jpg`]);
  expect([code, err]).toEqual([1, `${server.endpoint}gps.jpg: BucketFault: the connection was refused\n`]);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s finishes open requests without a message', async (signal, expectedCode) => {
  let asked = (): void => {};
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const server = await rawServer(() => asked());
  servers.push(server);
  const { child, ended } = start([`${server.endpoint}a.jpg`, '-'], { input: null });
  await isAsked;
  child.kill(signal);
  expect(await ended).toEqual({ code: expectedCode, out: '', err: '' });
});
