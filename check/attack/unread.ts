// Clients that send requests and never read an answer.
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type GoodClient, goodClient, percentile } from './client';
import { atLeast, atMost, type Finding, noted } from './finding';
import { longName, plainName } from './pictures';
import type { Target } from './target';

const connections = 10;
const pipelined = 100;
/** Milliseconds that the attack lasts. */
const attackMs = 30_000;
const MiB = 2 ** 20;

/** An attacker: how long its connection was open, in milliseconds, or null while it is. */
type Attacker = { readonly socket: Socket; openMs: number | null };

/** 10 connections with 100 requests each for an answer of 430 KB. Meanwhile a normal client sends requests. */
export async function unreadAnswers(target: Target): Promise<readonly Finding[]> {
  const server = await target.start(['--max-old-space-size=128']);
  let good: GoodClient | null = null;
  try {
    const warm = goodClient(server.origin, `/${plainName}?exif`, 20);
    await delay(2_000);
    await warm.stop();
    const before = server.rss() ?? Number.NaN;
    good = goodClient(server.origin, `/${plainName}?exif`, 100);
    const attackers = Array.from({ length: connections }, () => attack(server.origin));
    let peak = before;
    let alive = 0;
    for (const endsAt = performance.now() + attackMs; performance.now() < endsAt; await delay(100)) {
      const rss = server.rss();
      if (rss === null) break;
      alive = performance.now() - (endsAt - attackMs);
      peak = Math.max(peak, rss);
    }
    const asked = await good.stop();
    const closed = attackers.filter(({ openMs }) => openMs !== null);
    for (const { socket } of attackers) socket.destroy();
    return [
      atLeast('the process lives', alive / 1000, attackMs / 1000 - 1, 's'),
      atMost('memory grows by', (peak - before) / MiB, 64, 'MiB'),
      atLeast('connections closed', closed.length, connections, ''),
      atMost('the last one after', Math.max(...closed.map(({ openMs }) => openMs ?? 0)) / 1000, 15, 's'),
      atMost(
        'other clients, not answered',
        asked.filter(({ status }) => status !== 200).length,
        0,
        `of ${asked.length}`,
      ),
      noted('other clients, p99', `${percentile(asked, 0.99).toFixed(0)} ms`),
    ];
  } finally {
    await good?.stop();
    await server.stop();
  }
}

/** Sends all its requests, then one more every half second, to notice when it is disconnected. */
function attack(origin: string): Attacker {
  const { hostname, port } = new URL(origin);
  const request = `GET /${longName}?exif/style/typed HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`;
  const startedAt = performance.now();
  const socket = connect({ host: hostname, port: Number(port) } satisfies Partial<AddressInfo> & { host: string });
  const attacker: Attacker = { socket, openMs: null };
  socket.pause();
  socket.write(request.repeat(pipelined));
  const timer = setInterval(() => socket.write(request), 500);
  socket.on('error', () => {});
  socket.on('close', () => {
    clearInterval(timer);
    attacker.openMs ??= performance.now() - startedAt;
  });
  return attacker;
}
