// A TCP proxy on loopback that delays each request, like a distant store. Replies are passed on at once.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, connect as dial, type Socket } from 'node:net';

export type DelayedDoor = Readonly<{ port: number; close(): void }>;

/** In front of `port` of this machine. A request must fit one write of its client, as one without a body does. */
export async function delayedDoor(port: number, delayMs: number): Promise<DelayedDoor> {
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    const store = dial({ port, host: '127.0.0.1', noDelay: true });
    client.on('data', (part) => setTimeout(() => store.writable && store.write(part), delayMs));
    store.pipe(client);
    for (const [socket, other] of [[client, store] as const, [store, client] as const]) {
      open.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.close();
    for (const socket of open) socket.destroy();
  };
  return { port: (server.address() as AddressInfo).port, close };
}
