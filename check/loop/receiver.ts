// The upload function behind a push endpoint: `node dist/check/loop/receiver.js`. It accepts each event at once, as a queue
// does, and follows it later, out of order, some twice. When it is killed, the events that it has not followed are lost.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { handler } from '../../handler/upload';

/** The counts so far. `failed`: events that failed in all tries. */
export type ReceiverCounts = {
  got: number;
  dropped: number;
  followed: number;
  again: number;
  failed: number;
  left: number;
};

/** Events that are followed at the same time. */
const lanes = 8;
const twice = 0.1;
const maxTries = 5;

const counts: ReceiverCounts = { got: 0, dropped: 0, followed: 0, again: 0, failed: 0, left: 0 };
const waiting: Readonly<{ event: unknown; tries: number }>[] = [];
let dropping = false;
let running = 0;

async function follow(): Promise<void> {
  running++;
  for (let next = takeAny(); next !== undefined; next = takeAny()) {
    const { event, tries } = next;
    try {
      await handler(event, {});
      counts.followed++;
    } catch {
      if (tries + 1 < maxTries) {
        counts.again++;
        waiting.push({ event, tries: tries + 1 });
      } else counts.failed++;
    }
  }
  running--;
}

function takeAny(): (typeof waiting)[number] | undefined {
  return waiting.splice(Math.floor(Math.random() * waiting.length), 1)[0];
}

function take(event: unknown): void {
  counts.got++;
  waiting.push({ event, tries: 0 });
  if (Math.random() < twice) waiting.push({ event, tries: 0 });
  while (running < lanes && waiting.length > 0) void follow();
}

async function answer(request: IncomingMessage): Promise<string> {
  const body = await text(request);
  if (request.url === '/counts') return JSON.stringify({ ...counts, left: waiting.length + running });
  if (request.url === '/drop' || request.url === '/take') dropping = request.url === '/drop';
  else if (dropping) counts.dropped++;
  else take(JSON.parse(body));
  return 'ok';
}

const server = createServer((request, response) => {
  // Ceph 16 does not notice closed connections, and may wait on one for ever.
  response.setHeader('connection', 'close');
  answer(request).then(
    (told) => response.end(told),
    () => response.writeHead(500).end(),
  );
});
server.listen(Number(process.env['DOOR_PORT']), '127.0.0.1', () => {
  process.stderr.write(`receiver on ${(server.address() as AddressInfo).port}\n`);
});
