// A server on a raw socket that sends exactly the bytes that a test gives, also bytes that no HTTP library would send.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A request as it came: `path` is not decoded, header names are lower case. `index` counts from 0; no `body` is an empty one. */
export type RawRequest = Readonly<{
  index: number;
  method: string;
  path: string;
  headers: Readonly<Record<string, string>>;
  body?: Uint8Array;
}>;

export type RawReply = (socket: Socket, request: RawRequest) => void;

export type RawServer = Readonly<{
  port: number;
  endpoint: URL;
  requests: RawRequest[];
  /** Connections open now. */
  sockets: Set<Socket>;
  close(): Promise<void>;
}>;

/** Listens on loopback and answers each request by `reply`. */
export async function rawServer(reply: RawReply): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const requests: RawRequest[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const head = parseHead(text.slice(0, end), requests.length);
        const bodyEnd = end + 4 + Number(head.headers['content-length'] ?? 0);
        if (text.length < bodyEnd) break;
        const request = { ...head, body: new Uint8Array(Buffer.from(text.slice(end + 4, bodyEnd), 'latin1')) };
        text = text.slice(bodyEnd);
        requests.push(request);
        reply(socket, request);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    endpoint: new URL(`http://127.0.0.1:${port}`),
    requests,
    sockets,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function parseHead(head: string, index: number): RawRequest {
  const [line = '', ...lines] = head.split('\r\n');
  const [method = '', path = ''] = line.split(' ');
  const headers = Object.fromEntries(
    lines.map((text) => {
      const colon = text.indexOf(':');
      return [text.slice(0, colon).toLowerCase(), text.slice(colon + 1).trim()];
    }),
  );
  return { index, method, path, headers };
}

/** The bytes of a reply. Content-Length is added unless named: null leaves it out. */
export function rawReply(
  status: number,
  headers: Readonly<Record<string, string | number | null>>,
  body: string | Uint8Array,
): Buffer {
  const bytes = Buffer.from(body);
  const all = { 'Content-Length': bytes.length, ...headers };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}\r\n`]));
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} Scripted\r\n${lines.join('')}\r\n`, 'latin1'), bytes]);
}

/** A refusal in the form of S3. */
export function refusal(status: number, code: string, headers: Readonly<Record<string, string>> = {}): Buffer {
  return rawReply(status, headers, `<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>no</Message></Error>`);
}

/** The range of a request as end-exclusive numbers; `size` is that of the object, for a request of its last bytes. */
export function askedRange(request: RawRequest, size = Number.NaN): { start: number; end: number } {
  const [, last] = /^bytes=-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  if (last !== undefined) return { start: Math.max(0, size - Number(last)), end: size };
  const [, start, inclusiveEnd] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  return { start: Number(start), end: Number(inclusiveEnd) + 1 };
}

/** Sends it and waits for more requests. */
export function say(...pieces: readonly (string | Uint8Array)[]): RawReply {
  return (socket) => {
    for (const piece of pieces) socket.write(piece);
  };
}

/** Sends it and closes the connection. */
export function sayLast(...pieces: readonly (string | Uint8Array)[]): RawReply {
  return (socket) => socket.end(Buffer.concat(pieces.map((piece) => Buffer.from(piece))));
}

/** Sends it and resets the connection. */
export function sayAndReset(piece: Uint8Array): RawReply {
  return (socket) => socket.write(piece, () => setTimeout(() => socket.resetAndDestroy(), 5));
}

/** Writes `piece` again and again, as fast as it is taken, or every `ms`. */
export function endless(first: string | Uint8Array, piece: string, ms: number | null = null): RawReply {
  return (socket) => {
    const more = (): void => {
      if (socket.destroyed) return;
      socket.write(piece, () => (ms === null ? setImmediate(more) : setTimeout(more, ms)));
    };
    socket.write(first, more);
  };
}

/** The replies in turn; the last one again and again. */
export function inTurn(...replies: readonly RawReply[]): RawReply {
  return (socket, request) => replies[Math.min(request.index, replies.length - 1)]?.(socket, request);
}
