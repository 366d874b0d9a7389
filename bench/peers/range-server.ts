// An HTTP server on loopback that answers ranges of files, and counts what is asked of it.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ByteRange, ReadCost } from '../../lib/types';

export type RangeServer = Readonly<{
  endpoint: string;
  /** What requests below `/<name>/` cost: their number, and the bytes of the bodies that answered them. */
  costOf(name: string): ReadCost;
  close(): void;
}>;

/**
 * Serves `paths` of `folder` as `/<name>/<path>` under any name, so that each reading of a file has its own account; each
 * answer `delayMs` late.
 */
export async function rangeServer(folder: string, paths: readonly string[], delayMs = 0): Promise<RangeServer> {
  const known = new Set(paths);
  const costs = new Map<string, ReadCost>();
  const costOf = (name: string): ReadCost => {
    const cost = costs.get(name) ?? { requests: 0, bytes: 0 };
    costs.set(name, cost);
    return cost;
  };
  const server = createServer((req, res) => {
    const [, name = '', ...parts] = (req.url ?? '').split('/').map(decodeURIComponent);
    const path = parts.join('/');
    const cost = costOf(name);
    cost.requests++;
    const reply = (): void => {
      if (known.has(path)) cost.bytes += answer(readFileSync(join(folder, path)), req, res);
      else res.writeHead(404).end();
    };
    if (delayMs > 0) setTimeout(reply, delayMs);
    else reply();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, costOf, close };
}

/** Answers from `file`; returns the length of the body. */
function answer(file: Uint8Array, { headers }: IncomingMessage, res: ServerResponse): number {
  if (headers['if-none-match'] === '"1"') {
    res.writeHead(304, { etag: '"1"' }).end();
    return 0;
  }
  const range = headers.range === undefined ? null : toRange(headers.range, file.length);
  if (range !== null && range.start >= range.end) {
    res.writeHead(416, { 'content-range': `bytes */${file.length}` }).end();
    return 0;
  }
  const { start, end } = range ?? { start: 0, end: file.length };
  const always = { 'accept-ranges': 'bytes', 'content-length': end - start, etag: '"1"' };
  if (range === null) res.writeHead(200, always);
  else res.writeHead(206, { ...always, 'content-range': `bytes ${start}-${end - 1}/${file.length}` });
  res.end(file.subarray(start, end));
  return end - start;
}

/** The part of `size` bytes that a Range header names; null for one to ignore, empty when nothing of it is there [RFC 9110 14.2]. */
export function toRange(header: string, size: number): ByteRange | null {
  const [matched, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? [];
  if (matched === undefined || (first === '' && last === '')) return null;
  if (first === '') return { start: Math.max(0, size - Number(last)), end: size };
  return { start: Number(first), end: last === '' ? size : Math.min(size, Number(last) + 1) };
}
