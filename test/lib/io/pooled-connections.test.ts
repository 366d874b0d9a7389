// A kept connection over which something comes that nobody asked for: it is closed, so nothing is taken for a later reply.
import * as http from 'node:http';
import { closeOnStrayData } from '../../../lib/io/pooled-connections';
import { type RawServer, rawReply, rawServer } from '../../../testing/servers/raw-s3';

let server: RawServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

function bodyOf(agent: http.Agent, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = http.get({ host: '127.0.0.1', port, agent }, (incoming) => {
      let text = '';
      incoming.on('data', (chunk) => {
        text += String(chunk);
      });
      incoming.on('end', () => resolve(text));
      incoming.on('error', reject);
    });
    request.on('error', reject);
  });
}

/** Until `done` is true; the time is for a machine that is busy. */
async function until(done: () => boolean): Promise<void> {
  for (let waits = 0; waits < 2_000 && !done(); waits++) await new Promise((next) => setTimeout(next, 5));
}

/** Each connection answers with its own name and the number of its request. */
async function namingServer(): Promise<RawServer> {
  const names = new WeakMap<object, { name: number; count: number }>();
  let connections = 0;
  return rawServer((socket) => {
    const own = names.get(socket) ?? { name: ++connections, count: 0 };
    names.set(socket, own);
    socket.write(rawReply(200, {}, `connection ${own.name}, request ${++own.count}`));
  });
}

test('a connection on which no data arrives is used again', async () => {
  server = await namingServer();
  const agent = closeOnStrayData(new http.Agent({ keepAlive: true }));
  expect(await bodyOf(agent, server.port)).toBe('connection 1, request 1');
  expect(await bodyOf(agent, server.port)).toBe('connection 1, request 2');
  // A body in two pieces comes while the connection is in use: it is no stray.
  expect(server.sockets.size).toBe(1);
});

test.each([
  ['a line break', '\r\n'],
  ['half a reply', 'HTTP/1.1 200 OK\r\nContent-Le'],
  ['a whole reply', rawReply(200, {}, 'of another request')],
  ['a last word', rawReply(408, { Connection: 'close' }, '')],
])('%s on a kept connection closes it', async (_name, stray) => {
  server = await namingServer();
  const { port, sockets } = server;
  const agent = closeOnStrayData(new http.Agent({ keepAlive: true }));
  expect(await bodyOf(agent, port)).toBe('connection 1, request 1');
  await until(() => Object.keys(agent.freeSockets).length > 0);
  for (const socket of sockets) socket.write(stray);
  await until(() => sockets.size === 0);
  expect(sockets.size).toBe(0);
  expect(await bodyOf(agent, port)).toBe('connection 2, request 1');
  expect(Object.values(agent.freeSockets).flat()).toHaveLength(1);
});

test('a connection that goes from one waiting request to the next is left alone', async () => {
  server = await namingServer();
  const { port } = server;
  const agent = closeOnStrayData(new http.Agent({ keepAlive: true, maxSockets: 1 }));
  const bodies = await Promise.all([1, 2, 3, 4].map(() => bodyOf(agent, port)));
  expect(bodies).toEqual([1, 2, 3, 4].map((count) => `connection 1, request ${count}`));
});
