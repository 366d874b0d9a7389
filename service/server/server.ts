// node:http: the local run, the SCF Web function, a container.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { answerProblem } from '../../lib/http/answer';
import { serverConnections } from '../../lib/limits';
import { type ProblemCode, ProblemError } from '../../lib/problem';
import { readSourceIp } from '../../lib/trigger/event-fields';
import { splitQuery } from '../../lib/trigger/query';
import type { Answer, HttpRequest } from '../../lib/types';
import type { Run } from '../create-handler';
import { type Connection, type ConnectionBounds, type Connections, createConnections, type Turn } from './connections';

const trigger = 'server';

/** Times in milliseconds, sizes in bytes. */
const options = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16 * 1024,
};

/** An HTTP server whose every request is one job, within `bounds` (default: `serverConnections`). Not listening yet. */
export function createHttpServer(run: Run, bounds: Partial<ConnectionBounds> = {}): Server {
  const all = { ...serverConnections, ...bounds };
  const connections = createConnections(
    (turn, connection) => serve(run, turn, { connection, connections, bounds: all }),
    all,
  );
  const server = createServer(options, connections.request);
  // Beyond it Node drops headers without a word; `maxHeaderSize` is what bounds them.
  server.maxHeadersCount = 0;
  server.on('connection', connections.open);
  server.on('clientError', (error, socket) => refuse(error, socket, connections.isBusy(socket)));
  return server;
}

/** The connection of a request, and how it may be used. */
type Line = Readonly<{ connection: Connection; connections: Connections; bounds: ConnectionBounds }>;

async function serve(run: Run, { req, res, arrivedAt }: Turn, line: Line): Promise<void> {
  const gone = line.connection.gone.signal;
  req.resume(); // a body is of no use here, but must be read for the connection to be used again
  try {
    const tooMany = req.rawHeaders.length / 2 > line.bounds.headers;
    if (tooMany) return await send(res, withClose(refusal('HeadersTooLong', null)), line);
    const job = { id: randomUUID(), trigger, act: 'answer', request: toHttpRequest(req), compress: true } as const;
    const arrival = { waitedMs: performance.now() - arrivedAt, gone };
    const { answer } = await run(job, { remainingMs: null, arrival });
    if (answer === null) throw new ProblemError('InternalError', 'A request was not answered');
    await send(res, answer, line);
  } catch {
    res.destroy(); // a Run never throws; should it, nothing of the error may reach the caller
    line.connection.socket.destroy();
  }
}

/** Sends an answer piece by piece, each when the client has taken the one before. Resolves when all is taken. */
async function send(res: ServerResponse, { status, headers, body }: Answer, line: Line): Promise<void> {
  const { connection, connections, bounds } = line;
  connection.doing = 'send';
  connection.activeAt = performance.now();
  res.writeHead(status, headers);
  if (body.length <= bounds.pieceBytes) {
    res.end(body);
    if (connection.socket.writableLength > 0) connections.hold(connection, body.length);
    await connections.until(connection, res, 'finish', bounds.answerMs);
  } else {
    await sendPieces(res, typeof body === 'string' ? Buffer.from(body) : body, line);
  }
  connections.hold(connection, 0);
}

async function sendPieces(res: ServerResponse, bytes: Uint8Array, line: Line): Promise<void> {
  const { connection, connections, bounds } = line;
  const endsAt = performance.now() + bounds.answerMs;
  for (let at = 0; at < bytes.length && !connection.gone.signal.aborted; at += bounds.pieceBytes) {
    connections.hold(connection, bytes.length - at);
    const taken = res.write(bytes.subarray(at, at + bounds.pieceBytes));
    if (!taken) await connections.until(connection, res, 'drain', endsAt - performance.now());
  }
  res.end();
  await connections.until(connection, res, 'finish', endsAt - performance.now());
}

/** What is not HTTP never becomes a job: bytes above 0x7f in a path, headers over 16 KiB, requests that never end. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex, isBusy: boolean): void {
  // While an answer is due, ours would be taken for it.
  if (!socket.writable || error.code === 'ECONNRESET' || isBusy) return void socket.destroy();
  const codes: Readonly<Record<string, ProblemCode>> = {
    HPE_HEADER_OVERFLOW: 'HeadersTooLong',
    ERR_HTTP_REQUEST_TIMEOUT: 'RequestTimeout',
  };
  const { status, headers, body } = withClose(refusal(codes[error.code ?? ''] ?? 'BadRequest', error));
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
}

/** The answer to what is not looked at any further. */
function refusal(code: ProblemCode, cause: unknown): Answer {
  const problem = new ProblemError(code, 'Cannot parse a request', { cause });
  const request = { method: 'GET', path: '', pathDecoded: false, query: [], headers: {} };
  const settings = { cacheControl: 'no-store', corsOrigins: [], revision: '' };
  return answerProblem({ id: randomUUID(), now: new Date(), request, settings }, problem);
}

/** The answer, after which the connection is closed. */
function withClose(answer: Answer): Answer {
  return { ...answer, headers: { ...answer.headers, connection: 'close' } };
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
