// Faults of the connection: it is refused, breaks, stalls, or carries bytes that belong to no reply.
import type { Socket } from 'node:net';
import { endless } from '../../testing/servers/raw-s3';
import { always, cut, cutAt, everyPlace, type Kind, partReply, type Stage } from './kind';

/** Milliseconds after which a fault after the reply happens: at once, or while the client is at its next step. */
const delays = [0, 0, 1, 3] as const;

/** An address of this machine at which nobody listens. */
const nobody = process.platform === 'linux' ? '127.0.0.2' : '::1';

/** The right reply, and `work` at once or soon after it. */
function both(stage: Stage, work: () => void): void {
  stage.socket.write(stage.reply);
  stage.later(stage.random.pick(delays), work);
}

/** Writes pieces of `rest`, one every `ms`, as long as somebody reads. */
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

/** Bytes that are no reply, or the beginning of one. */
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

export const connectionKinds: readonly Kind[] = [
  {
    name: 'connection refused',
    places: [],
    cure: 'retry',
    codes: always('BucketFault'),
    say() {},
    ofObject: true,
    connect: { address: nobody },
  },
  {
    name: 'name not resolved for now',
    places: [],
    cure: 'retry',
    codes: always('BucketFault'),
    say() {},
    ofObject: true,
    connect: { code: 'EAI_AGAIN' },
  },
  {
    name: 'name unknown',
    places: [],
    cure: 'none',
    codes: always('BucketMisconfigured'),
    say() {},
    ofObject: true,
    connect: { code: 'ENOTFOUND' },
  },
  {
    name: 'reset',
    places: everyPlace,
    cure: 'retry',
    codes: always('BucketFault'),
    say(stage) {
      const { socket } = stage;
      const before = cut(stage);
      if (before.length === 0) socket.resetAndDestroy();
      else socket.write(before, () => setTimeout(() => socket.resetAndDestroy(), 2));
    },
  },
  {
    name: 'closed',
    places: everyPlace,
    cure: 'retry',
    codes: always('BucketFault'),
    say: (stage) => void stage.socket.end(cut(stage)),
  },
  {
    name: 'stall',
    places: everyPlace,
    cure: 'retry',
    codes: always('Timeout'),
    stalls: true,
    say: (stage) => void stage.socket.write(cut(stage)),
  },
  {
    name: 'slow drip',
    places: ['start', 'status line', 'header', 'body'],
    cure: 'retry',
    codes: always('Timeout'),
    stalls: true,
    say(stage) {
      const at = Math.min(cutAt(stage.reply, stage.place, stage.random), Math.floor(stage.reply.length / 2));
      stage.socket.write(stage.reply.subarray(0, at));
      drip(stage.socket, stage.reply.subarray(at), 1, 20);
    },
  },
  {
    name: 'slow but whole',
    places: ['start', 'status line', 'header', 'body', 'end'],
    cure: 'unneeded',
    codes: always(),
    say(stage) {
      const before = cut(stage);
      stage.socket.write(before);
      drip(stage.socket, stage.reply.subarray(before.length), Math.ceil((stage.reply.length - before.length) / 4), 3);
    },
  },
  {
    name: 'closed after the reply',
    places: [],
    cure: 'unneeded',
    codes: always(),
    say: (stage) => both(stage, () => stage.socket.end()),
  },
  {
    name: 'reset after the reply',
    places: [],
    cure: 'retry',
    codes: always('BucketFault'),
    say: (stage) => both(stage, () => stage.socket.resetAndDestroy()),
  },
  {
    name: 'closed when the next request comes',
    places: [],
    cure: 'unneeded',
    codes: always(),
    say(stage) {
      stage.socket.write(stage.reply);
      stage.beforeNext(() => stage.socket.destroy());
    },
  },
  {
    name: 'garbage with the end of the reply',
    places: [],
    cure: 'retry',
    codes: always('BucketFault'),
    say: (stage) => void stage.socket.write(Buffer.concat([stage.reply, garbage(stage)])),
  },
  {
    // It may come right after the next request, for whose reply it is taken then.
    name: 'garbage after the reply',
    places: [],
    cure: 'none',
    codes: always('BucketFault', 'ObjectChanged'),
    say: (stage) => both(stage, () => stage.socket.write(garbage(stage))),
  },
  {
    name: 'a foreign reply with the end of the reply',
    places: [],
    cure: 'restart',
    codes: always('BucketFault', 'ObjectChanged'),
    say: (stage) => void stage.socket.write(Buffer.concat([stage.reply, foreignReply(stage)])),
  },
  {
    name: 'a foreign reply after the reply',
    places: [],
    cure: 'none',
    codes: always('BucketFault', 'ObjectChanged'),
    say: (stage) => both(stage, () => stage.socket.write(foreignReply(stage))),
  },
  {
    name: 'garbage at rest',
    places: [],
    cure: 'unneeded',
    codes: always(),
    say(stage) {
      stage.socket.write(stage.reply);
      stage.atRest(() => stage.socket.write(garbage(stage)));
    },
  },
  {
    // The client may drop what comes at rest, and take the rest for the reply to its next request.
    name: 'a foreign reply, begun at rest and ended with the next request',
    places: [],
    cure: 'unneeded',
    codes: always(),
    ofObject: true,
    say(stage) {
      stage.socket.write(stage.reply);
      stage.atRest(() => {
        stage.socket.write(stage.random.pick(['\r\n', 'HTTP/1.1 100 Continue\r\n\r\n', 'x']));
        stage.beforeNext((next) => next.socket.write(partReply(next.foreign())));
      });
    },
  },
  {
    name: 'body longer than declared',
    places: [],
    cure: 'retry',
    codes: always('BucketFault'),
    say: (stage) => void stage.socket.write(Buffer.concat([stage.reply, longerBody(stage)])),
  },
  {
    name: 'interim replies before the reply',
    places: [],
    cure: 'unneeded',
    codes: always(),
    say(stage) {
      const interim = stage.random.pick([
        'HTTP/1.1 100 Continue\r\n\r\n',
        'HTTP/1.1 102 Processing\r\n\r\n',
        'HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\nETag: "early"\r\n\r\n',
      ]);
      stage.socket.write(interim.repeat(1 + stage.random.below(3)));
      stage.later(stage.random.pick(delays), () => stage.socket.write(stage.reply));
    },
  },
  {
    name: 'interim replies without end',
    places: [],
    cure: 'retry',
    codes: always('Timeout'),
    stalls: true,
    say: ({ socket, request }) => endless('', 'HTTP/1.1 100 Continue\r\n\r\n', 10)(socket, request),
  },
  {
    name: 'an upgrade',
    places: [],
    cure: 'none',
    codes: always('BucketFault'),
    say: ({ socket }) =>
      void socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: other\r\n\r\n'),
  },
];
