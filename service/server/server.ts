// An HTTP server on node:http: for the local run, the SCF Web function and the container.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import { Server as NetServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { answerProblem } from '../../lib/http/answer';
import { serverConnections } from '../../lib/limits';
import { type ProblemCode, ProblemError } from '../../lib/problem';
import { readSourceIp } from '../../lib/trigger/event-fields';
import { splitQuery } from '../../lib/trigger/query';
import type { Answer, HttpRequest } from '../../lib/types';
import type { JobRunner } from '../schedule';
import { type ConnectionBounds, createConnections, type QueuedRequest } from './connections';
import { takesBody, withBody } from './read-body';
import { answerStream, type Channel, send } from './send';

const trigger = 'server';

/** Times in milliseconds, sizes in bytes. */
const options = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16 * 1024,
};

/** Milliseconds for which a client may read the answer to a request that was refused before it was parsed. */
const refusedCloseMs = 1_000;
/** Milliseconds between two searches for idle connections while a server stops. */
const idleCheckMs = 50;

/** An HTTP server that runs one job for each request, within `bounds` (default: `serverConnections`). It is not listening yet. */
export function createHttpServer(run: JobRunner, bounds: Partial<ConnectionBounds> = {}): Server {
  const all = { ...serverConnections, ...bounds };
  const connections = createConnections(
    (request, connection) => serve(run, request, { connection, connections, bounds: all }),
    all,
  );
  const server = createServer(options, connections.request);
  // No limit: above it Node would drop headers silently. `maxHeaderSize` limits them.
  server.maxHeadersCount = 0;
  server.on('connection', connections.open);
  server.on('clientError', (error, socket) => refuse(error, socket, connections.isBusy(socket)));
  return server;
}

/**
 * Accepts no new connections, finishes the open requests and then calls `onEnd`. Requests that a client sent only in part still
 * end at their usual time limit: http.Server.close() would stop the checks for it, net.Server.close() does not.
 */
export function stopServer(server: Server, onEnd: () => void): void {
  // A connection that is kept alive becomes idle when its last answer is sent.
  const timer = setInterval(() => server.closeIdleConnections(), idleCheckMs).unref();
  server.closeIdleConnections();
  NetServer.prototype.close.call(server, () => {
    clearInterval(timer);
    onEnd();
  });
}

async function serve(run: JobRunner, { req, res, arrivedAt }: QueuedRequest, channel: Channel): Promise<void> {
  const gone = channel.connection.gone.signal;
  try {
    const parsed = toHttpRequest(req);
    const isTaken = takesBody(parsed, channel.bounds);
    const isRefused = req.rawHeaders.length / 2 > channel.bounds.headers;
    if (isRefused || !isTaken) req.resume(); // reads past the body, so that the connection can be used again
    if (isRefused) return await send(res, withClose(refusalAnswer('HeadersTooLong', null)), channel);
    const request = isTaken ? await withBody(req, parsed, channel) : parsed;
    const job = { id: randomUUID(), trigger, act: 'answer', request, compress: true } as const;
    const arrival = { waitedMs: performance.now() - arrivedAt, gone };
    const stream = isTaken ? answerStream(res, channel) : null;
    const budget = { remainingMs: null, arrival };
    const { answer } = await run(job, stream === null ? budget : { ...budget, sink: stream.sink });
    if (answer === null) throw new ProblemError('InternalError', 'A request was not answered');
    if (stream?.isStarted() !== true) return await send(res, answer, channel);
    if (answer.status !== 200) throw new ProblemError('InternalError', 'An answer failed after its start');
    await stream.end();
  } catch {
    res.destroy(); // a Run never throws; if it does, nothing about the error may reach the caller
    channel.connection.socket.destroy();
  }
}

/** Refuses what is not valid HTTP without a job: bytes above 0x7f in a path, headers over 16 KiB, requests that never end. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex, isBusy: boolean): void {
  // While the connection waits for another answer, the client would take this one for that answer.
  if (!socket.writable || error.code === 'ECONNRESET' || isBusy) return void socket.destroy();
  const codes: Readonly<Record<string, ProblemCode>> = {
    HPE_HEADER_OVERFLOW: 'HeadersTooLong',
    ERR_HTTP_REQUEST_TIMEOUT: 'RequestTimeout',
  };
  const { status, headers, body } = withClose(refusalAnswer(codes[error.code ?? ''] ?? 'BadRequest', error));
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  // A client that does not close its end must not keep the connection open.
  setTimeout(() => socket.destroy(), refusedCloseMs).unref();
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
}

/** The answer to a request that is refused before it is parsed. */
function refusalAnswer(code: ProblemCode, cause: unknown): Answer {
  const problem = new ProblemError(code, 'Cannot parse a request', { cause });
  const request = { method: 'GET', path: '', pathDecoded: false, query: [], headers: {} };
  const settings = { cacheControl: 'no-store', corsOrigins: [], revision: '' };
  return answerProblem({ id: randomUUID(), now: new Date(), request, settings }, problem);
}

/** The answer, after which the connection is closed. */
function withClose(answer: Answer): Answer {
  return { ...answer, headers: { ...answer.headers, connection: 'close' } };
}

/** The parts of a request that are read. */
type WireRequest = Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders'> &
  Readonly<{ socket: Pick<IncomingMessage['socket'], 'remoteAddress'> }>;

/** The request as it was sent. A target with a host takes precedence over `Host` [RFC 9112 3.2.2]. */
export function toHttpRequest(req: WireRequest): HttpRequest {
  const { authority, target } = splitTarget(req.url ?? '/');
  const queryAt = target.indexOf('?');
  const headers = joinHeaders(req.rawHeaders);
  if (authority !== null) headers['host'] = authority;
  return {
    method: req.method ?? 'GET',
    path: queryAt < 0 ? target : target.slice(0, queryAt),
    pathDecoded: false,
    query: queryAt < 0 ? [] : splitQuery(target.slice(queryAt + 1)),
    headers,
    ...readSourceIp(peerAddress(req)),
  };
}

/** The address of the peer, which may be a proxy. A socket for IPv6 and IPv4 gives IPv4 addresses as `::ffff:192.0.2.1`. */
function peerAddress({ socket }: WireRequest): string | undefined {
  const address = socket.remoteAddress;
  return address?.includes(':') === true ? address.replace(/^::ffff:(?=[\d.]+$)/i, '') : address;
}

/** Splits a target in absolute form into its authority, and its path and query. One in origin form has no authority. */
function splitTarget(target: string): { authority: string | null; target: string } {
  if (target.startsWith('/')) return { authority: null, target };
  const [whole, authority] = /^https?:\/\/([^/?]*)/i.exec(target) ?? [];
  if (whole === undefined || authority === undefined) return { authority: null, target };
  const rest = target.slice(whole.length);
  return { authority, target: rest.startsWith('/') ? rest : `/${rest}` };
}

/** Lower-case names; values of a repeated header joined as SigV4 does, so that a repetition stays visible. */
function joinHeaders(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null); // any name may be sent, also `__proto__`
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] ?? '').toLowerCase();
    const before = headers[name];
    const value = raw[i + 1] ?? '';
    headers[name] = before === undefined ? value : `${before},${value}`;
  }
  return headers;
}
