// Faults of the connection: it is refused, breaks, stalls, or carries bytes outside of any reply.
import type { Socket } from 'node:net';
import { endless } from '../../testing/servers/raw-s3';
import {
  cut,
  cutAt,
  everyPlace,
  final,
  harmless,
  kindsOf,
  ofObject,
  partReply,
  restarted,
  retried,
  type Stage,
} from './kind';

/** Milliseconds between the reply and a fault after it: none, or so few that the client is in its next step. */
const delays = [0, 0, 1, 3] as const;

/** An address of this machine at which nobody listens. */
const nobody = process.platform === 'linux' ? '127.0.0.2' : '::1';

/** The right reply, and `work` at once or soon after it. */
function both(stage: Stage, work: () => void): void {
  stage.socket.write(stage.reply);
  stage.later(stage.random.pick(delays), work);
}

/** Writes pieces of `rest`, one every `ms`, until the connection is closed. */
function drip(socket: Socket, rest: Buffer, length: number, ms: number): void {
  if (socket.destroyed || rest.length === 0) return;
  socket.write(rest.subarray(0, length));
  setTimeout(() => drip(socket, rest.subarray(length), length, ms), ms);
}

/** A whole reply about another object: to the same range, or to one that may be asked for next. */
function foreignReply(stage: Stage): Buffer {
  if (stage.part === null) return Buffer.from('HTTP/1.1 200 OK\r\nETag: "0"\r\nContent-Length: 2\r\n\r\n{}', 'latin1');
  return partReply(stage.foreign());
}

/** More of the object than was asked for. */
function longerBody({ part, random }: Stage): Uint8Array {
  return part === null ? new Uint8Array(100) : part.object.subarray(0, 1 + random.below(5_000));
}

/** Bytes that are not a reply, or only its first part. */
function garbage({ random, reply }: Stage): Buffer {
  return Buffer.from(
    random.pick([
      Uint8Array.from({ length: 1 + random.below(40) }, () => random.below(256)),
      reply.subarray(0, 1 + random.below(reply.length)),
      Buffer.from('\r\n'),
      Buffer.from('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'),
      Buffer.from('<Error><Code>InternalError</Code></Error>'),
    ]),
  );
}

const failing = retried('BucketFault');
const late = { ...retried('Timeout'), stalls: true } as const;
const mixedUp = ['BucketFault', 'ObjectChanged'] as const;

export const connectionKinds = kindsOf([
  ['connection refused', { ...ofObject(failing), connect: { address: nobody } }, () => {}],
  ['name not resolved for now', { ...ofObject(failing), connect: { code: 'EAI_AGAIN' } }, () => {}],
  ['name unknown', { ...ofObject(final('BucketMisconfigured')), connect: { code: 'ENOTFOUND' } }, () => {}],
  [
    'reset',
    { ...failing, places: everyPlace },
    (stage) => {
      const { socket } = stage;
      const before = cut(stage);
      if (before.length === 0) socket.resetAndDestroy();
      else socket.write(before, () => setTimeout(() => socket.resetAndDestroy(), 2));
    },
  ],
  ['closed', { ...failing, places: everyPlace }, (stage) => void stage.socket.end(cut(stage))],
  ['stall', { ...late, places: everyPlace }, (stage) => cut(stage)],
  [
    'slow drip',
    { ...late, places: ['start', 'status line', 'header', 'body'] },
    (stage) => {
      const at = Math.min(cutAt(stage.reply, stage.place, stage.random), Math.floor(stage.reply.length / 2));
      stage.socket.write(stage.reply.subarray(0, at));
      drip(stage.socket, stage.reply.subarray(at), 1, 20);
    },
  ],
  [
    'slow but whole',
    { ...harmless, places: everyPlace },
    (stage) => {
      const before = cut(stage);
      stage.socket.write(before);
      drip(stage.socket, stage.reply.subarray(before.length), Math.ceil((stage.reply.length - before.length) / 4), 3);
    },
  ],
  ['closed after the reply', harmless, (stage) => void both(stage, () => stage.socket.end())],
  ['reset after the reply', failing, (stage) => void both(stage, () => stage.socket.resetAndDestroy())],
  [
    'closed when the next request comes',
    harmless,
    (stage) => {
      stage.socket.write(stage.reply);
      stage.beforeNext(() => stage.socket.destroy());
    },
  ],
  ['garbage with the end of the reply', failing, (stage) => Buffer.concat([stage.reply, garbage(stage)])],
  // It may arrive right after the next request was sent, and is then taken for its reply.
  ['garbage after the reply', final(...mixedUp), (stage) => void both(stage, () => stage.socket.write(garbage(stage)))],
  [
    'a foreign reply with the end of the reply',
    restarted(...mixedUp),
    (stage) => Buffer.concat([stage.reply, foreignReply(stage)]),
  ],
  [
    'a foreign reply after the reply',
    final(...mixedUp),
    (stage) => void both(stage, () => stage.socket.write(foreignReply(stage))),
  ],
  [
    'garbage at rest',
    harmless,
    (stage) => {
      stage.socket.write(stage.reply);
      stage.atRest(() => stage.socket.write(garbage(stage)));
    },
  ],
  [
    // The client may drop what arrives at rest, and take the rest for the reply to its next request.
    'a foreign reply, begun at rest and ended with the next request',
    ofObject(harmless),
    (stage) => {
      stage.socket.write(stage.reply);
      stage.atRest(() => {
        stage.socket.write(stage.random.pick(['\r\n', 'HTTP/1.1 100 Continue\r\n\r\n', 'x']));
        stage.beforeNext((next) => next.socket.write(partReply(next.foreign())));
      });
    },
  ],
  ['body longer than declared', failing, (stage) => Buffer.concat([stage.reply, longerBody(stage)])],
  [
    'interim replies before the reply',
    harmless,
    (stage) => {
      const interim = stage.random.pick([
        'HTTP/1.1 100 Continue\r\n\r\n',
        'HTTP/1.1 102 Processing\r\n\r\n',
        'HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\nETag: "early"\r\n\r\n',
      ]);
      stage.socket.write(interim.repeat(1 + stage.random.below(3)));
      stage.later(stage.random.pick(delays), () => stage.socket.write(stage.reply));
    },
  ],
  [
    'interim replies without end',
    late,
    ({ socket, request }) => void endless('', 'HTTP/1.1 100 Continue\r\n\r\n', 10)(socket, request),
  ],
  [
    'an upgrade',
    final('BucketFault'),
    () => 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: other\r\n\r\n',
  ],
]);
