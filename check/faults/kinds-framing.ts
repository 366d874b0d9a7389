// Faults of how a reply is framed: its first line, its headers, its length, its coding.
import { gzipSync } from 'node:zlib';
import { endless, rawReply } from '../../testing/servers/raw-s3';
import { always, bytesOf, cutAt, headLines, type Kind, type Part, partAt, partReply, type Stage } from './kind';

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

/** A reply with one header line more, as its first. */
function withLine(reply: Buffer, line: string | Buffer): Buffer {
  const at = reply.indexOf('\r\n') + 2;
  return Buffer.concat([reply.subarray(0, at), Buffer.from(line), Buffer.from('\r\n'), reply.subarray(at)]);
}

/** A right reply of HTTP/1.0, which has no length: its end is that of the connection. */
function oldReply(stage: Stage): Buffer {
  const part = partAt(stage);
  return Buffer.concat([Buffer.from(`${headLines(part, 'HTTP/1.0 206 Partial')}\r\n`), bytesOf(part)]);
}

function lengthOf({ range }: Part): number {
  return range.end - range.start;
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

export const framingKinds: readonly Kind[] = [
  {
    name: 'garbled status line',
    places: [],
    cure: 'none',
    codes: always('BucketFault'),
    say(stage) {
      const rest = stage.reply.subarray(stage.reply.indexOf('\r\n'));
      stage.socket.write(Buffer.concat([Buffer.from(stage.random.pick(garbledLines)), rest]));
    },
  },
  {
    name: 'no HTTP',
    places: [],
    cure: 'none',
    codes: always('BucketFault'),
    say: ({ socket }) => void socket.end(Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x28])),
  },
  {
    name: 'garbled header',
    places: [],
    cure: 'none',
    codes: always('BucketFault'),
    say: ({ socket, reply, random }) => void socket.write(withLine(reply, random.pick(garbledHeaders))),
  },
  {
    name: 'header too long',
    places: [],
    cure: 'none',
    codes: always('BucketFault'),
    say: ({ socket, reply }) => void socket.write(withLine(reply, `X-Long: ${'a'.repeat(20_000)}`)),
  },
  {
    name: 'headers without end',
    places: [],
    cure: 'none',
    codes: always('BucketFault'),
    say: ({ socket, request }) => endless('HTTP/1.1 206 OK\r\n', `X-A: ${'a'.repeat(500)}\r\n`)(socket, request),
  },
  {
    name: 'two lengths',
    places: [],
    cure: 'none',
    codes: always('BucketFault'),
    say: ({ socket, reply }) => void socket.write(withLine(reply, 'Content-Length: 1')),
  },
  {
    name: 'a length and chunks',
    places: [],
    cure: 'none',
    codes: always('BucketFault'),
    say: ({ socket, reply }) => void socket.write(withLine(reply, 'Transfer-Encoding: chunked')),
  },
  {
    name: 'a coding of the transfer that is not known',
    places: [],
    cure: 'none',
    codes: always('BucketFault'),
    ofObject: true,
    say(stage) {
      const head = `${headLines(partAt(stage))}Transfer-Encoding: gzip\r\n\r\n`;
      stage.socket.end(Buffer.concat([Buffer.from(head), gzipSync(bytesOf(partAt(stage)))]));
    },
  },
  {
    name: 'length too large',
    places: [],
    cure: 'none',
    codes: always('BucketFault'),
    ofObject: true,
    say(stage) {
      const part = partAt(stage);
      const more = stage.random.pick([1, 100, 2 ** 40]);
      stage.socket.end(partReply(part, { 'Content-Length': lengthOf(part) + more }));
    },
  },
  {
    name: 'length too small',
    places: [],
    cure: 'none',
    codes: always('BucketFault'),
    ofObject: true,
    say(stage) {
      const part = partAt(stage);
      stage.socket.write(partReply(part, { 'Content-Length': stage.random.below(lengthOf(part)) }));
    },
  },
  {
    name: 'length not a number',
    places: [],
    cure: 'none',
    codes: always('BucketFault'),
    ofObject: true,
    say: (stage) =>
      void stage.socket.write(
        partReply(partAt(stage), { 'Content-Length': stage.random.pick(['x', '-1', '1e3', '0x10']) }),
      ),
  },
  {
    name: 'chunks',
    places: [],
    cure: 'unneeded',
    codes: always(),
    ofObject: true,
    say: (stage) => void stage.socket.write(chunkedPart(stage)),
  },
  {
    name: 'chunks that break off',
    places: ['body', 'end'],
    cure: 'retry',
    codes: always('BucketFault'),
    ofObject: true,
    say(stage) {
      const reply = chunkedPart(stage);
      stage.socket.end(reply.subarray(0, cutAt(reply, stage.place, stage.random)));
    },
  },
  {
    name: 'chunks that end too early',
    places: [],
    cure: 'retry',
    codes: always('BucketFault'),
    ofObject: true,
    say(stage) {
      const bytes = bytesOf(partAt(stage));
      stage.socket.write(chunkedReply(stage, chunked(bytes.subarray(0, stage.random.below(bytes.length)), stage)));
    },
  },
  {
    name: 'chunks with too many bytes',
    places: [],
    cure: 'none',
    codes: always('BucketFault'),
    ofObject: true,
    say: (stage) =>
      void stage.socket.write(
        chunkedReply(stage, chunked(Buffer.concat([bytesOf(partAt(stage)), Buffer.from('more')]), stage)),
      ),
  },
  {
    name: 'chunks of garbled length',
    places: [],
    cure: 'none',
    codes: always('BucketFault'),
    ofObject: true,
    say(stage) {
      const line = stage.random.pick(['xyz\r\n', '\r\n', '-5\r\n', 'fffffffffffffffff\r\n', '5;\0\r\n']);
      stage.socket.end(chunkedReply(stage, Buffer.concat([Buffer.from(line), bytesOf(partAt(stage))])));
    },
  },
  {
    name: 'HTTP/1.0',
    places: [],
    cure: 'unneeded',
    codes: always(),
    ofObject: true,
    say: (stage) => void stage.socket.end(oldReply(stage)),
  },
  {
    name: 'HTTP/1.0 that breaks off',
    places: ['body', 'end'],
    cure: 'retry',
    codes: always('BucketFault'),
    ofObject: true,
    say(stage) {
      const reply = oldReply(stage);
      stage.socket.end(reply.subarray(0, cutAt(reply, stage.place, stage.random)));
    },
  },
  {
    name: 'compressed on the way',
    places: [],
    cure: 'none',
    codes: always('BucketFault'),
    ofObject: true,
    say: (stage) =>
      void stage.socket.write(
        partReply(partAt(stage), { 'Content-Encoding': 'gzip' }, gzipSync(bytesOf(partAt(stage)))),
      ),
  },
  {
    name: 'said to be compressed',
    places: [],
    cure: 'unneeded',
    codes: always(),
    ofObject: true,
    say: (stage) =>
      void stage.socket.write(
        partReply(partAt(stage), { 'Content-Encoding': stage.random.pick(['gzip', 'br', 'zstd']) }),
      ),
  },
  {
    name: 'several parts',
    places: [],
    cure: 'none',
    codes: always('BucketFault'),
    ofObject: true,
    say({ socket }) {
      socket.write(rawReply(206, { 'Content-Type': 'multipart/byteranges; boundary=b' }, '--b\r\n\r\nx\r\n--b--'));
    },
  },
];
