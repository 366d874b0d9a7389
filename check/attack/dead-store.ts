// Requests for objects whose store accepts the connection and never answers.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { askServer, type RequestEnd } from './client';
import { atMost, type Finding, noted } from './finding';
import { plainImage } from './pictures';
import type { Target } from './target';

/** Milliseconds: the default of EXIF_TOTAL_MS, and the time by which an answer may exceed it. */
const mostMs = 8_500;
/** Milliseconds within which a request that cannot be served must be refused. */
const atOnceMs = 1_000;

/** A store that never answers for keys with `dead` in their path. */
type Store = Readonly<{ server: Server; endpoint: string; open: Set<ServerResponse>; asked: string[] }>;

/** 200 and 600 requests hang on a dead store; then one for a healthy object, of the same and of another bucket. */
export async function deadStore(target: Target): Promise<readonly Finding[]> {
  const store = await startStore();
  const place = (name: string): string =>
    `s3://${name}?endpoint=${store.endpoint}&region=r&style=path&credentials=none`;
  const env = { EXIF_HOSTS: `one.example=${place('one')},two.example=${place('two')}`, EXIF_BUCKET: '' };
  try {
    return [
      ...(await underLoad(target, env, 200, 'one.example')),
      ...(await underLoad(target, env, 200, 'two.example')),
      ...(await underLoad(target, env, 600, 'two.example')),
      ...(await leavingClients(target, env, store)),
    ];
  } finally {
    store.server.closeAllConnections();
    store.server.close();
  }
}

async function underLoad(
  target: Target,
  env: Readonly<Record<string, string>>,
  count: number,
  healthyHost: string,
): Promise<readonly Finding[]> {
  const server = await target.start([], env);
  const name = `${count} hang, ${healthyHost === 'one.example' ? 'same' : 'other'} bucket:`;
  try {
    await askServer(server.origin, '/good.jpg?exif', { host: healthyHost });
    const hanging = Array.from({ length: count }, (_, i) =>
      askServer(server.origin, `/dead-${i}.jpg?exif`, { host: 'one.example' }),
    );
    await delay(200);
    const cpuBefore = server.cpuMs();
    const healthy = await askServer(server.origin, '/good.jpg?exif', { host: healthyHost });
    const ended = await Promise.all(hanging);
    return [
      atMost(`${name} healthy object answered after`, healthy.ms / 1000, mostMs / 1000, 's'),
      noted(`${name} its status`, `${healthy.status} ${healthy.code}`),
      atMost(`${name} slowest of all`, Math.max(...ended.map(({ ms }) => ms)) / 1000, mostMs / 1000, 's'),
      noted(`${name} the others`, summary(ended)),
      noted(`${name} CPU of the server`, `${((server.cpuMs() ?? 0) - (cpuBefore ?? 0)).toFixed(0)} ms`),
    ];
  } finally {
    await server.stop();
  }
}

function summary(ended: readonly RequestEnd[]): string {
  const slow = ended.filter(({ code }) => code === 'SlowDown');
  const atOnce = slow.filter(({ ms }) => ms <= atOnceMs).length;
  const timedOut = ended.filter(({ status, code }) => status === 503 && code !== 'SlowDown').length;
  return `${slow.length} SlowDown, ${atOnce} of them within ${atOnceMs / 1000} s; ${timedOut} timed out`;
}

/** 100 clients request objects of the dead store and disconnect. */
async function leavingClients(
  target: Target,
  env: Readonly<Record<string, string>>,
  store: Store,
): Promise<readonly Finding[]> {
  const server = await target.start([], env);
  const { hostname, port } = new URL(server.origin);
  try {
    store.asked.length = 0;
    const sockets = Array.from({ length: 100 }, (_, i) => {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => {});
      socket.write(`GET /dead-left-${i}.jpg?exif HTTP/1.1\r\nHost: one.example\r\n\r\n`);
      return socket;
    });
    await delay(150);
    for (const socket of sockets) socket.destroy();
    await delay(1_000);
    return [
      noted('100 clients leave: requests that reached the store', String(store.asked.length)),
      atMost('100 clients leave: requests still open at the store', store.open.size, 0, ''),
    ];
  } finally {
    await server.stop();
  }
}

async function startStore(): Promise<Store> {
  const image = plainImage();
  const open = new Set<ServerResponse>();
  const asked: string[] = [];
  const answer = (req: IncomingMessage, res: ServerResponse): void => {
    asked.push(req.url ?? '');
    open.add(res);
    res.once('close', () => open.delete(res));
    if (req.url?.includes('dead') === true) return;
    res.writeHead(206, {
      etag: '"1"',
      'content-length': image.length,
      'content-range': `bytes 0-${image.length - 1}/${image.length}`,
    });
    res.end(image);
  };
  const server = createServer({ keepAliveTimeout: 60_000 }, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, open, asked };
}
