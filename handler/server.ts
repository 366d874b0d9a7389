// node:http: the local run, the SCF Web function, a container.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { answerProblem } from '../lib/answer';
import { type ProblemCode, ProblemError } from '../lib/problem';
import { splitQuery } from '../lib/trigger/query';
import { readSourceIp } from '../lib/trigger/vouched';
import type { HttpRequest } from '../lib/types';
import type { Run } from './create';

const door = 'server';

/** Milliseconds. */
const timeouts = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 2_000,
};

/** Answers under way on each connection. */
const pending = new WeakMap<Duplex, number>();

/** An HTTP server whose every request is one job. Not listening yet. */
export function createHttpServer(run: Run): Server {
  const server = createServer(timeouts, (req, res) => {
    void serve(run, req, res);
  });
  server.maxHeadersCount = 200;
  server.on('clientError', refuse);
  return server;
}

async function serve(run: Run, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { socket } = req;
  pending.set(socket, (pending.get(socket) ?? 0) + 1);
  req.resume(); // a body is of no use here, but must be read for the connection to be used again
  const job = { id: randomUUID(), door, act: 'answer', request: toHttpRequest(req), compress: true } as const;
  try {
    const { answer } = await run(job, { remainingMs: null });
    if (answer === null) throw new ProblemError('InternalError', 'A request was not answered');
    res.writeHead(answer.status, answer.headers).end(answer.body);
  } catch {
    res.destroy(); // a Run never throws; should it, nothing of the error may reach the caller
  } finally {
    pending.set(socket, (pending.get(socket) ?? 1) - 1);
  }
}

/** What is not HTTP never becomes a job: bytes above 0x7f in a path, headers over 16 KiB, requests that never end. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  // With an answer under way, ours would be taken for it.
  if (!socket.writable || error.code === 'ECONNRESET' || (pending.get(socket) ?? 0) > 0) return void socket.destroy();
  const codes: Readonly<Record<string, ProblemCode>> = {
    HPE_HEADER_OVERFLOW: 'HeadersTooLong',
    ERR_HTTP_REQUEST_TIMEOUT: 'RequestTimeout',
  };
  const problem = new ProblemError(codes[error.code ?? ''] ?? 'BadRequest', 'Cannot parse a request', { cause: error });
  const request = { method: 'GET', path: '', pathDecoded: false, query: [], headers: {} };
  const settings = { cacheControl: 'no-store', corsOrigins: [], variant: '' };
  const { status, headers, body } = answerProblem({ id: randomUUID(), now: new Date(), request, settings }, problem);
  const lines = Object.entries({ ...headers, connection: 'close' }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
}

/** What is read of a request. */
type WireRequest = Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders'> &
  Readonly<{ socket: Pick<IncomingMessage['socket'], 'remoteAddress'> }>;

/** The request as it came over the wire. A target that names the host too wins over `Host` [RFC 9112 3.2.2]. */
export function toHttpRequest(req: WireRequest): HttpRequest {
  const { authority, target } = splitTarget(req.url ?? '/');
  const queryAt = target.indexOf('?');
  const headers = joinHeaders(req.rawHeaders);
  return {
    method: req.method ?? 'GET',
    path: queryAt < 0 ? target : target.slice(0, queryAt),
    pathDecoded: false,
    query: queryAt < 0 ? [] : splitQuery(target.slice(queryAt + 1)),
    headers: authority === null ? headers : { ...headers, host: authority },
    ...readSourceIp(peerAddress(req)),
  };
}

/** Who is connected: behind a proxy that is the proxy. A socket for IPv6 and IPv4 gives the latter as `::ffff:192.0.2.1`. */
function peerAddress({ socket }: WireRequest): string | undefined {
  return socket.remoteAddress?.replace(/^::ffff:(?=[\d.]+$)/i, '');
}

/** A target in absolute form as its authority and its path and query; one in origin form as it is. */
function splitTarget(target: string): { authority: string | null; target: string } {
  const [whole, authority] = /^https?:\/\/([^/?]*)/i.exec(target) ?? [];
  if (whole === undefined || authority === undefined) return { authority: null, target };
  const rest = target.slice(whole.length);
  return { authority, target: rest.startsWith('/') ? rest : `/${rest}` };
}

/** Lower-case names; values of a repeated header joined as SigV4 does, so that a repetition stays visible. */
function joinHeaders(raw: readonly string[]): Readonly<Record<string, string>> {
  const headers = new Map<string, string>();
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] ?? '').toLowerCase();
    const before = headers.get(name);
    const value = raw[i + 1] ?? '';
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(headers);
}
