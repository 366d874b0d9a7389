// A store whose connection or protocol breaks: a problem by name, in time, and no connection left open.
import { endless, inTurn, say, sayAndReset, sayLast } from '../../../testing/servers/raw-s3';
import { type Case, first100, head206, short, testCases } from './s3-cases';
import { good, object, part } from './scripted';

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
  { name: 'never answering, once', reply: inTurn(() => {}, good), want: 'right', requests: 2, options: { tryMs: 300 } },
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
];

testCases('a store that breaks or stalls', cases);
