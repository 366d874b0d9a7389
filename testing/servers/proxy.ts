// An HTTP proxy on loopback: tunnels (CONNECT), and requests with the whole address. All names lead to this machine.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** What the proxy was asked: `target` is `host:port` of a tunnel, or a whole address. */
export type ProxyRequest = Readonly<{ method: string; target: string; headers: IncomingHttpHeaders }>;

/** What it does with the tunnel number `index`, from 0: opens it, says a status, never answers, or breaks the connection. */
export type ProxyAct = (index: number) => 'open' | 'hang' | 'reset' | number;

export type ProxyServer = Readonly<{
  port: number;
  asked: ProxyRequest[];
  close(): Promise<void>;
}>;

/** Listens on loopback. */
export async function startProxy(act: ProxyAct = () => 'open'): Promise<ProxyServer> {
  const asked: ProxyRequest[] = [];
  const sockets = new Set<Duplex>();
  const keep = (socket: Duplex): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  const note = ({ method = '', url = '', headers }: IncomingMessage): number =>
    asked.push({ method, target: url, headers }) - 1;
  const server = createServer((incoming, outgoing) => {
    note(incoming);
    forward(incoming, outgoing);
  });
  server.on('connection', keep);
  server.on('connect', (incoming: IncomingMessage, socket: Socket) => {
    const what = act(note(incoming));
    if (what === 'hang') return;
    if (what === 'reset') return void socket.resetAndDestroy();
    if (typeof what === 'number') return void socket.end(`HTTP/1.1 ${what} Refused\r\nContent-Length: 0\r\n\r\n`);
    const upstream = connect(Number(incoming.url?.split(':').at(-1)), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(upstream).pipe(socket);
    });
    keep(upstream);
    socket.on('close', () => upstream.destroy());
    upstream.on('close', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { port, pathname, search } = new URL(incoming.url ?? '');
  const { 'proxy-authorization': _, ...headers } = incoming.headers;
  const path = pathname + search;
  const onward = request({ host: '127.0.0.1', port, method: incoming.method, path, headers, agent: false }, (reply) => {
    outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(outgoing);
  });
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
}
