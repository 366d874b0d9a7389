// node:http: the local run, the SCF Web function, a container.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { answerProblem } from '../lib/answer';
import { ProblemError } from '../lib/problem';
import { splitQuery } from '../lib/trigger/query';
import type { HttpRequest } from '../lib/types';
import type { Run } from './create';

const door = 'server';

/** An HTTP server whose every request is one job. Not listening yet. */
export function createHttpServer(run: Run): Server {
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 15_000, keepAliveTimeout: 65_000 },
    (req, res) => {
      void serve(run, req, res);
    },
  );
  server.maxHeadersCount = 200;
  server.on('clientError', refuse);
  return server;
}

async function serve(run: Run, req: IncomingMessage, res: ServerResponse): Promise<void> {
  req.resume(); // a body is of no use here, but must be read for the connection to be used again
  const job = { id: randomUUID(), door, act: 'answer', request: toHttpRequest(req) } as const;
  try {
    const { answer } = await run(job, { remainingMs: null });
    res.writeHead(answer.status, answer.headers).end(answer.body);
  } catch {
    res.destroy(); // a Run never throws; should it, nothing of the error may reach the caller
  }
}

/** What is not HTTP never becomes a job: bytes above 0x7f in a path, headers over 16 KiB, requests that never end. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const statuses: Readonly<Record<string, string>> = {
    HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
    ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  };
  const status = statuses[error.code ?? ''] ?? '400 Bad Request';
  const request = { method: 'GET', path: '', pathDecoded: false, query: [], headers: {} };
  const settings = { cacheControl: 'no-store', corsOrigins: [], variant: '' };
  const problem = new ProblemError('BadRequest', 'Cannot parse a request', { cause: error });
  const { headers, body } = answerProblem({ id: randomUUID(), now: new Date(), request, settings }, problem);
  const lines = Object.entries({ ...headers, connection: 'close' }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n${body}`);
}

/** The request as it came over the wire. */
export function toHttpRequest(req: Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders'>): HttpRequest {
  const target = originForm(req.url ?? '/');
  const queryAt = target.indexOf('?');
  return {
    method: req.method ?? 'GET',
    path: queryAt < 0 ? target : target.slice(0, queryAt),
    pathDecoded: false,
    query: queryAt < 0 ? [] : splitQuery(target.slice(queryAt + 1)),
    headers: joinHeaders(req.rawHeaders),
  };
}

/** The path and query of a target that names the host too [RFC 9112 3.2.2]. */
function originForm(target: string): string {
  const [authority] = /^https?:\/\/[^/?]*/i.exec(target) ?? [];
  if (authority === undefined) return target;
  const rest = target.slice(authority.length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** Lower-case names; values of a repeated header joined, so that a repetition stays visible. */
function joinHeaders(raw: readonly string[]): Readonly<Record<string, string>> {
  const headers = new Map<string, string>();
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] ?? '').toLowerCase();
    const before = headers.get(name);
    const value = raw[i + 1] ?? '';
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(headers);
}
