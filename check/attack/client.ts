// Clients of a server under attack: a normal client that repeats a request, and a single request.
import { type Agent, get, type IncomingMessage } from 'node:http';

/** How a request ended; `status` 0 = without an answer. `code` is the error code of the XML body. */
export type RequestEnd = Readonly<{ status: number; code: string; ms: number }>;

/** Sends one request; never rejects. */
export function askServer(
  origin: string,
  path: string,
  options: Readonly<{ host?: string; agent?: Agent }> = {},
): Promise<RequestEnd> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const end = (status: number, body: string): void => {
      const [, code = ''] = /<Code>(\w+)<\/Code>/.exec(body) ?? [];
      resolve({ status, code, ms: performance.now() - startedAt });
    };
    const headers = options.host === undefined ? {} : { host: options.host };
    const request = get(`${origin}${path}`, { agent: options.agent ?? false, headers }, (reply: IncomingMessage) => {
      let body = '';
      reply.setEncoding('utf8').on('data', (part: string) => {
        body += part;
      });
      reply.on('end', () => end(reply.statusCode ?? 0, body)).on('error', () => end(0, ''));
    });
    request.on('error', () => end(0, ''));
  });
}

export type GoodClient = Readonly<{ stop(): Promise<readonly RequestEnd[]> }>;

/** A client that requests `path` every `everyMs`, each time over a new connection, until it is stopped. */
export function goodClient(origin: string, path: string, everyMs: number): GoodClient {
  const asked: Promise<RequestEnd>[] = [];
  const timer = setInterval(() => asked.push(askServer(origin, path)), everyMs);
  return {
    stop() {
      clearInterval(timer);
      return Promise.all(asked);
    },
  };
}

/** The time in milliseconds within which the share `part` of all requests was answered. */
export function percentile(ended: readonly RequestEnd[], part: number): number {
  const times = ended.map(({ ms }) => ms).sort((a, b) => a - b);
  return times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? Number.NaN;
}
