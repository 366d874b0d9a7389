// Controls the receiver of events in a separate process: starts it, kills it, and reads its counts.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Env } from '../../lib/types';
import type { ReceiverCounts } from './receiver';

export type Receiver = Readonly<{
  url: string;
  start(): Promise<void>;
  /** Kills it with SIGKILL. Events that it has not followed are lost. */
  kill(): Promise<void>;
  /** Sets whether it drops the events that arrive. */
  drop(dropping: boolean): Promise<void>;
  /** The counts of all its processes together. */
  counts(): Promise<ReceiverCounts>;
  /** Resolves when it has followed all events that arrived. */
  idle(): Promise<void>;
}>;

/** A receiver of the compiled files in `dist` with the settings `env`; it must be started. */
export async function openReceiver(dist: string, env: Env): Promise<Receiver> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;
  let before: readonly ReceiverCounts[] = [];
  const ask = async (path: string): Promise<string> => (await fetch(`${url}${path}`)).text();
  const now = async (): Promise<ReceiverCounts> => JSON.parse(await ask('/counts'));
  return {
    url,
    async start() {
      const stdio = ['ignore', 'ignore', 'pipe'] as const;
      const made = spawn(process.execPath, [join(dist, 'check', 'loop', 'receiver.js')], {
        env: { ...env, PATH: process.env['PATH'], DOOR_PORT: String(port) },
        stdio: [...stdio],
      });
      child = made;
      // It prints one line when it listens; any other output is an error.
      const [said] = made.stderr === null ? [] : await once(made.stderr, 'data');
      if (!String(said).startsWith('receiver on')) throw new Error(`the receiver did not start: ${said}`);
      made.stderr?.pipe(process.stderr);
    },
    async kill() {
      if (child === null) return;
      before = [...before, { ...(await now()), left: 0 }];
      child.kill('SIGKILL');
      await once(child, 'exit');
      child = null;
    },
    async drop(dropping) {
      await ask(dropping ? '/drop' : '/take');
    },
    async counts() {
      return [...before, ...(child === null ? [] : [await now()])].reduce(sum, none);
    },
    async idle() {
      while ((await now()).left > 0) await delay(50);
    },
  };
}

const none: ReceiverCounts = { got: 0, dropped: 0, followed: 0, again: 0, failed: 0, left: 0 };

function sum(a: ReceiverCounts, b: ReceiverCounts): ReceiverCounts {
  return {
    got: a.got + b.got,
    dropped: a.dropped + b.dropped,
    followed: a.followed + b.followed,
    again: a.again + b.again,
    failed: a.failed + b.failed,
    left: a.left + b.left,
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
