// A store that breaks, lies or stalls: the right bytes or a problem by name, in time, and no connection left behind.
import type { S3Options } from '../../../lib/bucket/s3';
import {
  endless,
  inTurn,
  type RawReply,
  type RawServer,
  rawReply,
  rawServer,
  refusal,
  say,
  sayAndReset,
  sayLast,
} from '../../../testing/servers/raw-s3';
import { pinnedTo, refTo, soon } from './contract';
import { bucketAt, etag, good, leftOver, object, part, size, told } from './scripted';

type Case = Readonly<{
  name: string;
  reply: RawReply;
  /** A problem's code, or 'right' for exactly the bytes of the object. */
  want: string;
  requests: number;
  options?: Partial<S3Options>;
  range?: readonly [number, number];
  ifMatch?: string;
  ifNoneMatch?: string;
}>;

const head206 = `HTTP/1.1 206 Partial\r\nETag: ${etag}\r\nContent-Range: bytes 0-99/${size}\r\n`;
const notModified = `HTTP/1.1 304 Not\r\nETag: ${etag}\r\n\r\n`;
const whole = rawReply(200, { ETag: etag }, object);
const error200 = refusal(200, 'InternalError');
const first100 = object.subarray(0, 100);
/** For the cases that cannot end before a try does. */
const short = { tryMs: 30 };
/** The first bytes of a gzip stream. */
const gzipStart = Uint8Array.of(0x1f, 0x8b, 0x08);
const xml = '<Error><Code>NoSuchKey</Code>';

const cases: readonly Case[] = [
  { name: 'nothing wrong', reply: good, want: 'right', requests: 1 },
  // the connection
  {
    name: 'a reset before the head, once',
    reply: inTurn((socket) => socket.resetAndDestroy(), good),
    want: 'right',
    requests: 2,
  },
  { name: 'a reset at each try', reply: (socket) => socket.resetAndDestroy(), want: 'BucketFault', requests: 3 },
  {
    name: 'a reset in the body, once',
    reply: inTurn(sayAndReset(part(0, 100).subarray(0, -50)), good),
    want: 'right',
    requests: 2,
  },
  {
    name: 'a reset in the body at each try',
    reply: sayAndReset(part(0, 100).subarray(0, -1)),
    want: 'BucketFault',
    requests: 3,
  },
  { name: 'hanging up at once', reply: (socket) => socket.end(), want: 'BucketFault', requests: 3 },
  { name: 'never answering', reply: () => {}, want: 'Timeout', requests: 3, options: short },
  { name: 'never answering, once', reply: inTurn(() => {}, good), want: 'right', requests: 2, options: { tryMs: 150 } },
  {
    name: 'a body of one byte at a time',
    reply: endless(`${head206}Content-Length: 100\r\n\r\n`, 'x', 20),
    want: 'Timeout',
    requests: 3,
    options: short,
  },
  {
    name: 'a head of one byte at a time',
    reply: endless('HTTP/1.1 206 O', 'K', 20),
    want: 'Timeout',
    requests: 3,
    options: short,
  },
  {
    name: 'interim replies without end',
    reply: endless('', 'HTTP/1.1 100 Continue\r\n\r\n', 5),
    want: 'Timeout',
    requests: 3,
    options: short,
  },
  // the protocol
  {
    name: 'interim replies before the reply',
    reply: say('HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 103 Early\r\nLink: x\r\n\r\n', part(0, 100)),
    want: 'right',
    requests: 1,
  },
  {
    name: 'an upgrade nobody asked for',
    reply: say('HTTP/1.1 101 Switch\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
    want: 'BucketFault',
    requests: 3,
    // Not by the end of the time: the connection is closed, so nothing will come.
    options: { tryMs: 60_000 },
  },
  { name: 'bytes that are no HTTP', reply: sayLast('\x16\x03\x01 garbage\r\n\r\n'), want: 'BucketFault', requests: 1 },
  { name: 'large headers', reply: say(part(0, 100, { 'X-A': 'a'.repeat(8000) })), want: 'right', requests: 1 },
  {
    name: 'headers over the limit',
    reply: say(part(0, 100, { 'X-A': 'a'.repeat(20_000) })),
    want: 'BucketFault',
    requests: 1,
  },
  {
    name: 'headers without end',
    reply: endless('HTTP/1.1 206 OK\r\n', 'X-A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n'),
    want: 'BucketFault',
    requests: 1,
  },
  {
    name: 'two lengths',
    reply: say(`${head206}Content-Length: 100\r\nContent-Length: 99\r\n\r\n`, first100),
    want: 'BucketFault',
    requests: 1,
  },
  {
    name: 'a chunked part',
    reply: say(
      `${head206}Transfer-Encoding: chunked\r\n\r\n3c\r\n`,
      object.subarray(0, 60),
      '\r\n28\r\n',
      object.subarray(60, 100),
      '\r\n0\r\n\r\n',
    ),
    want: 'right',
    requests: 1,
  },
  {
    name: 'a chunked part that is too short',
    reply: say(`${head206}Transfer-Encoding: chunked\r\n\r\n3c\r\n`, object.subarray(0, 60), '\r\n0\r\n\r\n'),
    want: 'BucketFault',
    requests: 3,
  },
  {
    name: 'a chunked part that is too long',
    reply: say(`${head206}Transfer-Encoding: chunked\r\n\r\n65\r\n`, object.subarray(0, 101), '\r\n0\r\n\r\n'),
    want: 'BucketFault',
    requests: 1,
  },
  {
    name: 'a chunked part without end',
    reply: endless(`${head206}Transfer-Encoding: chunked\r\n\r\n`, '5\r\nxxxxx\r\n'),
    want: 'BucketFault',
    requests: 1,
  },
  {
    name: 'HTTP/1.0, closed at the end',
    reply: sayLast(head206.replace('1.1', '1.0'), '\r\n', first100),
    want: 'right',
    requests: 1,
  },
  {
    name: 'HTTP/1.0, closed too early',
    reply: sayLast(head206.replace('1.1', '1.0'), '\r\n', first100.subarray(1)),
    want: 'BucketFault',
    requests: 3,
  },
  // lengths and ranges
  { name: 'fewer bytes than declared', reply: sayLast(part(0, 100).subarray(0, -1)), want: 'BucketFault', requests: 3 },
  {
    name: 'fewer bytes than declared, once',
    reply: inTurn(sayLast(part(0, 100).subarray(0, -1)), good),
    want: 'right',
    requests: 2,
  },
  {
    name: 'a length that is not the range',
    reply: say(part(0, 100, { 'Content-Length': 99 })),
    want: 'BucketFault',
    requests: 1,
  },
  { name: 'no Content-Range', reply: say(part(0, 100, { 'Content-Range': null })), want: 'BucketFault', requests: 1 },
  {
    name: 'a garbled Content-Range',
    reply: say(part(0, 100, { 'Content-Range': `bytes 0-99/${size}x` })),
    want: 'BucketFault',
    requests: 1,
  },
  {
    name: 'two Content-Ranges',
    reply: say(`${head206}Content-Range: bytes 0-99/2000\r\nContent-Length: 100\r\n\r\n`, first100),
    want: 'BucketFault',
    requests: 1,
  },
  {
    name: 'a Content-Range without size',
    reply: say(part(0, 100, { 'Content-Range': 'bytes 0-99/*' })),
    want: 'BucketFault',
    requests: 1,
  },
  { name: 'another start', reply: say(part(1, 100)), want: 'BucketFault', requests: 1 },
  { name: 'another range', reply: say(part(1, 101)), want: 'BucketFault', requests: 1 },
  { name: 'less than the range', reply: say(part(0, 99)), want: 'BucketFault', requests: 1 },
  { name: 'more than the range', reply: say(part(0, 101)), want: 'BucketFault', requests: 1 },
  {
    name: 'several parts',
    reply: say(rawReply(206, { 'Content-Type': 'multipart/byteranges; boundary=b' }, '--b--')),
    want: 'BucketFault',
    requests: 1,
  },
  // the whole object instead
  { name: 'all of a small object', reply: say(whole), want: 'right', requests: 1 },
  { name: 'all of it, from the middle', reply: say(whole), want: 'right', requests: 1, range: [500, 600] },
  { name: 'all of it, to beyond its end', reply: say(whole), want: 'right', requests: 1, range: [900, 1900] },
  {
    name: 'all of it, the range beyond what may be read',
    reply: say(whole),
    want: 'BucketFault',
    requests: 1,
    options: { maxBytes: 99 },
  },
  {
    name: 'all of a huge object',
    reply: endless(
      Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nETag: ${etag}\r\nContent-Length: 99999999999\r\n\r\n`), object]),
      'x'.repeat(65536),
    ),
    want: 'right',
    requests: 1,
  },
  {
    name: 'all of it, without length',
    reply: say(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n`, first100, '\r\n0\r\n\r\n'),
    want: 'BucketFault',
    requests: 1,
  },
  { name: 'all of it, too short', reply: sayLast(whole.subarray(0, -901)), want: 'BucketFault', requests: 3 },
  { name: 'all of it, which is nothing', reply: say(rawReply(200, {}, '')), want: 'EmptyObject', requests: 1 },
  {
    name: 'all of it, which ends before',
    reply: say(whole),
    want: 'RangeNotSatisfiable',
    requests: 1,
    range: [1000, 1001],
  },
  { name: 'all of another version', reply: say(whole), want: 'ObjectChanged', requests: 1, ifMatch: '"e0"' },
  { name: 'an error of S3 with status 200', reply: say(error200), want: 'BucketFault', requests: 3 },
  { name: 'an error of S3 with status 200, once', reply: inTurn(say(error200), good), want: 'right', requests: 2 },
  { name: 'nothing with success', reply: say('HTTP/1.1 204 No\r\n\r\n'), want: 'BucketFault', requests: 1 },
  // codings
  {
    name: 'gzip, by its header and its bytes',
    reply: say(rawReply(206, { ETag: etag, 'Content-Range': 'bytes 0-2/3', 'Content-Encoding': 'gzip' }, gzipStart)),
    want: 'NotAnImage',
    requests: 1,
  },
  {
    name: 'gzip, all of it',
    reply: say(rawReply(200, { ETag: etag, 'Content-Encoding': 'x-gzip' }, gzipStart)),
    want: 'NotAnImage',
    requests: 1,
  },
  {
    name: 'gzip, by its header alone',
    reply: say(part(0, 100, { 'Content-Encoding': 'gzip' })),
    want: 'right',
    requests: 1,
  },
  {
    name: 'br under another',
    reply: say(part(0, 100, { 'Content-Encoding': 'aws-chunked, BR' })),
    want: 'right',
    requests: 1,
  },
  {
    name: 'aws-chunked and identity',
    reply: say(part(0, 100, { 'Content-Encoding': 'aws-chunked,identity' })),
    want: 'right',
    requests: 1,
  },
  {
    name: 'a coding that is none',
    reply: say(part(0, 100, { 'Content-Encoding': 'base64' })),
    want: 'right',
    requests: 1,
  },
  // versions
  { name: 'another tag, If-Match ignored', reply: good, want: 'ObjectChanged', requests: 1, ifMatch: '"e0"' },
  {
    name: 'a weak tag that stays',
    reply: say(part(0, 100, { ETag: 'W/"w"' })),
    want: 'right',
    requests: 1,
    ifMatch: 'W/"w"',
  },
  {
    name: 'a weak tag that changes',
    reply: say(part(0, 100, { ETag: 'W/"w"' })),
    want: 'ObjectChanged',
    requests: 1,
    ifMatch: 'W/"v"',
  },
  {
    name: 'no tag where there was one',
    reply: say(part(0, 100, { ETag: null })),
    want: 'ObjectChanged',
    requests: 1,
    ifMatch: etag,
  },
  { name: '412', reply: say(refusal(412, 'PreconditionFailed')), want: 'ObjectChanged', requests: 1, ifMatch: etag },
  { name: '304', reply: say('HTTP/1.1 304 Not\r\n\r\n'), want: 'BucketFault', requests: 1 },
  // what is held
  { name: '304 as asked', reply: say(notModified), want: 'unchanged', requests: 1, ifNoneMatch: etag },
  {
    name: '304 with the length of the object',
    reply: say('HTTP/1.1 304 Not\r\nContent-Length: 1000\r\n\r\n'),
    want: 'unchanged',
    requests: 1,
    ifNoneMatch: etag,
  },
  { name: '304 of a weak tag', reply: say(notModified), want: 'unchanged', requests: 1, ifNoneMatch: `W/${etag}` },
  { name: '304 of another version', reply: say(notModified), want: 'BucketFault', requests: 1, ifNoneMatch: '"e0"' },
  { name: '304, asked with no tag', reply: say(notModified), want: 'BucketFault', requests: 1, ifNoneMatch: 'e1' },
  { name: '304, asked for a pinned read', reply: say(notModified), want: 'BucketFault', requests: 1, ifMatch: etag },
  { name: 'a held version, If-None-Match ignored', reply: good, want: 'unchanged', requests: 1, ifNoneMatch: etag },
  { name: 'all of a held version', reply: say(whole), want: 'unchanged', requests: 1, ifNoneMatch: etag },
  {
    name: 'a held version without end',
    reply: endless(`${head206}Content-Length: 99999999999\r\n\r\n`, 'x'.repeat(65536)),
    want: 'unchanged',
    requests: 1,
    ifNoneMatch: etag,
  },
  { name: 'a new version', reply: good, want: 'right', requests: 1, ifNoneMatch: '"e0"' },
  {
    name: 'a version without a tag',
    reply: say(part(0, 100, { ETag: null })),
    want: 'right',
    requests: 1,
    ifNoneMatch: etag,
  },
  {
    name: '503 and then 304',
    reply: inTurn(say(refusal(503, 'ServiceUnavailable')), say(notModified)),
    want: 'unchanged',
    requests: 2,
    ifNoneMatch: etag,
  },
  {
    name: 'gone, where one is held',
    reply: say(refusal(404, 'NoSuchKey')),
    want: 'NoSuchKey',
    requests: 1,
    ifNoneMatch: etag,
  },
  // refusals
  { name: '404', reply: say(refusal(404, 'NoSuchKey')), want: 'NoSuchKey', requests: 1 },
  { name: '404 of the bucket', reply: say(refusal(404, 'NoSuchBucket')), want: 'NoSuchBucket', requests: 1 },
  { name: '404 without a word', reply: say(rawReply(404, {}, '')), want: 'NoSuchKey', requests: 1 },
  {
    name: '404 with text that breaks off',
    reply: sayLast(`HTTP/1.1 404 No\r\nContent-Length: 9999\r\n\r\n${xml}`),
    want: 'NoSuchKey',
    requests: 1,
  },
  {
    name: '404 with text without end',
    reply: endless(`HTTP/1.1 404 No\r\nContent-Length: 99999999999\r\n\r\n${xml}`, 'x'.repeat(65536)),
    want: 'NoSuchKey',
    requests: 1,
  },
  {
    name: 'a code beyond what is read of the text',
    reply: say(rawReply(404, {}, `${' '.repeat(9000)}<Code>NoSuchBucket</Code>`)),
    want: 'NoSuchKey',
    requests: 1,
  },
  { name: '403', reply: say(refusal(403, 'AccessDenied')), want: 'AccessDenied', requests: 1 },
  {
    name: '403 of an archive',
    reply: say(refusal(403, 'InvalidObjectState')),
    want: 'InvalidObjectState',
    requests: 1,
  },
  {
    name: '403 of the signature',
    reply: say(refusal(403, 'SignatureDoesNotMatch')),
    want: 'BucketMisconfigured',
    requests: 1,
  },
  { name: '403 of the key', reply: say(refusal(403, 'InvalidAccessKeyId')), want: 'BucketMisconfigured', requests: 1 },
  {
    name: '403 of the clock',
    reply: say(refusal(403, 'RequestTimeTooSkewed')),
    want: 'BucketMisconfigured',
    requests: 1,
  },
  {
    name: '400 of an expired token',
    reply: say(refusal(400, 'ExpiredToken')),
    want: 'BucketMisconfigured',
    requests: 1,
  },
  {
    name: '400 of the region',
    reply: say(refusal(400, 'AuthorizationHeaderMalformed')),
    want: 'BucketMisconfigured',
    requests: 1,
  },
  { name: '400 of the key', reply: say(refusal(400, 'KeyTooLongError')), want: 'NoSuchKey', requests: 1 },
  { name: '401', reply: say(refusal(401, 'Unauthorized')), want: 'AccessDenied', requests: 1 },
  { name: '405', reply: say(refusal(405, 'MethodNotAllowed')), want: 'BucketMisconfigured', requests: 1 },
  { name: '409', reply: say(refusal(409, 'Conflict')), want: 'BucketFault', requests: 1 },
  { name: '416 from the start', reply: say(refusal(416, 'InvalidRange')), want: 'EmptyObject', requests: 1 },
  {
    name: '416 of an empty object',
    reply: say(refusal(416, 'InvalidRange', { 'Content-Range': 'bytes */0' })),
    want: 'EmptyObject',
    requests: 1,
    range: [5, 6],
  },
  {
    name: '416 from the start of what has bytes',
    reply: say(refusal(416, 'InvalidRange', { 'Content-Range': 'bytes */1000' })),
    want: 'BucketFault',
    requests: 1,
  },
  {
    name: '416',
    reply: say(refusal(416, 'InvalidRange', { 'Content-Range': 'bytes */5' })),
    want: 'RangeNotSatisfiable',
    requests: 1,
    range: [5, 6],
  },
  {
    name: '416 of another version',
    reply: say(refusal(416, 'InvalidRange', { ETag: '"e2"' })),
    want: 'ObjectChanged',
    requests: 1,
    range: [5, 6],
    ifMatch: etag,
  },
  { name: '501', reply: say(refusal(501, 'NotImplemented')), want: 'BucketFault', requests: 1 },
  // what may pass
  { name: '429, once', reply: inTurn(say(refusal(429, 'TooManyRequests')), good), want: 'right', requests: 2 },
  {
    name: '429, asking to wait an hour',
    reply: say(refusal(429, 'x', { 'Retry-After': '3600' })),
    want: 'SlowDown',
    requests: 3,
  },
  { name: '503 SlowDown', reply: say(refusal(503, 'SlowDown')), want: 'SlowDown', requests: 3 },
  { name: '503', reply: say(refusal(503, 'ServiceUnavailable')), want: 'BucketFault', requests: 3 },
  {
    name: '500, twice',
    reply: inTurn(say(refusal(500, 'InternalError')), say(refusal(500, 'InternalError')), good),
    want: 'right',
    requests: 3,
  },
  {
    name: '502 and 504',
    reply: inTurn(say(rawReply(502, {}, '<html>')), say(rawReply(504, {}, ''))),
    want: 'BucketFault',
    requests: 3,
  },
  {
    name: '500, only one try',
    reply: say(refusal(500, 'InternalError')),
    want: 'BucketFault',
    requests: 1,
    options: { maxTries: 1 },
  },
];

describe('a store that breaks, lies or stalls', () => {
  let server: RawServer | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  test.each(cases)('$name: $want', async (one) => {
    const { reply, want, requests, options, range = [0, 100], ifMatch, ifNoneMatch } = one;
    server = await rawServer(reply);
    const started = performance.now();
    const bucket = bucketAt(server.endpoint, options);
    const condition = ifNoneMatch === undefined ? pinnedTo(ifMatch ?? null) : { ifNoneMatch };
    const work = bucket.fetch(refTo('a.jpg'), { start: range[0], end: range[1] }, condition, soon(2000));
    expect(await told(work, range)).toBe(want);
    expect(performance.now() - started).toBeLessThan(1900);
    expect(server.requests).toHaveLength(requests);
    expect(await leftOver(server, 1)).toBe(0);
  });
});
