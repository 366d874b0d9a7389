// Faults in how a reply is framed: its first line, its headers, its length, its coding.
import { gzipSync } from 'node:zlib';
import { endless, rawReply } from '../../testing/servers/raw-s3';
import {
  bytesOf,
  cut,
  final,
  harmless,
  headLines,
  kindsOf,
  ofObject,
  type Part,
  partAt,
  partReply,
  retried,
  type Stage,
} from './kind';

/** A part in chunks of random lengths, with the last chunk. */
function chunked(bytes: Uint8Array, { random }: Stage): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const piece = bytes.subarray(at, at + 1 + random.below(bytes.length));
    pieces.push(Buffer.from(`${piece.length.toString(16)}\r\n`), Buffer.from(piece), Buffer.from('\r\n'));
    at += piece.length;
  }
  return Buffer.concat([...pieces, Buffer.from('0\r\n\r\n')]);
}

function chunkedReply(stage: Stage, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${headLines(partAt(stage))}Transfer-Encoding: chunked\r\n\r\n`), body]);
}

function chunkedPart(stage: Stage): Buffer {
  return chunkedReply(stage, chunked(bytesOf(partAt(stage)), stage));
}

/** A reply with an additional header line, as its first. */
function withLine(reply: Buffer, line: string): Buffer {
  const at = reply.indexOf('\r\n') + 2;
  return Buffer.concat([reply.subarray(0, at), Buffer.from(line), Buffer.from('\r\n'), reply.subarray(at)]);
}

/** A right reply of HTTP/1.0 without a length: it ends when the connection does. */
function oldReply(stage: Stage): Buffer {
  const part = partAt(stage);
  return Buffer.concat([Buffer.from(`${headLines(part, 'HTTP/1.0 206 Partial')}\r\n`), bytesOf(part)]);
}

/** The right part under another Content-Length. */
function withLength(stage: Stage, of: (length: number) => number | string): Buffer {
  const part: Part = partAt(stage);
  return partReply(part, { 'Content-Length': of(part.range.end - part.range.start) });
}

const garbledLines = [
  'HTTP/1.1 abc OK',
  'HTTP/1.1 20',
  'HTP/1.1 206 OK',
  '206 OK',
  'HTTP/9.9 206 OK',
  'HTTP/1.1206 OK',
  '\0\0\0\0',
];
const garbledHeaders = ['no colon', 'X Y: z', ': empty', `X-Nul: a${'\0'}b`, 'X-Cr: a\rb', ' folded'];
const garbledChunks = ['xyz\r\n', '\r\n', '-5\r\n', 'fffffffffffffffff\r\n', '5;\0\r\n'];

const refused = final('BucketFault');
const brokenOff = { ...ofObject(retried('BucketFault')), places: ['body', 'end'] } as const;

export const framingKinds = kindsOf([
  [
    'garbled status line',
    refused,
    ({ reply, random }) =>
      Buffer.concat([Buffer.from(random.pick(garbledLines)), reply.subarray(reply.indexOf('\r\n'))]),
  ],
  ['no HTTP', refused, ({ socket }) => void socket.end(Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x28]))],
  ['garbled header', refused, ({ reply, random }) => withLine(reply, random.pick(garbledHeaders))],
  ['header too long', refused, ({ reply }) => withLine(reply, `X-Long: ${'a'.repeat(20_000)}`)],
  [
    'headers without end',
    refused,
    ({ socket, request }) => void endless('HTTP/1.1 206 OK\r\n', `X-A: ${'a'.repeat(500)}\r\n`)(socket, request),
  ],
  ['two lengths', refused, ({ reply }) => withLine(reply, 'Content-Length: 1')],
  ['a length and chunks', refused, ({ reply }) => withLine(reply, 'Transfer-Encoding: chunked')],
  [
    'a coding of the transfer that is not known',
    ofObject(refused),
    (stage) => {
      const head = `${headLines(partAt(stage))}Transfer-Encoding: gzip\r\n\r\n`;
      stage.socket.end(Buffer.concat([Buffer.from(head), gzipSync(bytesOf(partAt(stage)))]));
    },
  ],
  [
    'length too large',
    ofObject(refused),
    (stage) => void stage.socket.end(withLength(stage, (length) => length + stage.random.pick([1, 100, 2 ** 40]))),
  ],
  ['length too small', ofObject(refused), (stage) => withLength(stage, (length) => stage.random.below(length))],
  [
    'length not a number',
    ofObject(refused),
    (stage) => withLength(stage, () => stage.random.pick(['x', '-1', '1e3', '0x10'])),
  ],
  ['chunks', ofObject(harmless), chunkedPart],
  ['chunks that break off', brokenOff, (stage) => void stage.socket.end(cut(stage, chunkedPart(stage)))],
  [
    'chunks that end too early',
    ofObject(retried('BucketFault')),
    (stage) => {
      const bytes = bytesOf(partAt(stage));
      return chunkedReply(stage, chunked(bytes.subarray(0, stage.random.below(bytes.length)), stage));
    },
  ],
  [
    'chunks with too many bytes',
    ofObject(refused),
    (stage) => chunkedReply(stage, chunked(Buffer.concat([bytesOf(partAt(stage)), Buffer.from('more')]), stage)),
  ],
  [
    'chunks of garbled length',
    ofObject(refused),
    (stage) => {
      const line = Buffer.from(stage.random.pick(garbledChunks));
      stage.socket.end(chunkedReply(stage, Buffer.concat([line, bytesOf(partAt(stage))])));
    },
  ],
  ['HTTP/1.0', ofObject(harmless), (stage) => void stage.socket.end(oldReply(stage))],
  ['HTTP/1.0 that breaks off', brokenOff, (stage) => void stage.socket.end(cut(stage, oldReply(stage)))],
  [
    'compressed on the way',
    ofObject(refused),
    (stage) => partReply(partAt(stage), { 'Content-Encoding': 'gzip' }, gzipSync(bytesOf(partAt(stage)))),
  ],
  [
    'said to be compressed',
    ofObject(harmless),
    (stage) => partReply(partAt(stage), { 'Content-Encoding': stage.random.pick(['gzip', 'br', 'zstd']) }),
  ],
  [
    'several parts',
    ofObject(refused),
    () => rawReply(206, { 'Content-Type': 'multipart/byteranges; boundary=b' }, '--b\r\n\r\nx\r\n--b--'),
  ],
]);
