// Reads the body of a request, when it may have one.
import type { IncomingMessage } from 'node:http';
import { isBatch } from '../../lib/http/request';
import type { HttpRequest } from '../../lib/types';
import type { ConnectionBounds } from './connections';
import type { Channel } from './send';

/** Whether the body of a request is kept: it is a batch, and `bodyBytes` allows one. */
export function takesBody(request: HttpRequest, { bodyBytes }: ConnectionBounds): boolean {
  return bodyBytes > 0 && isBatch(request);
}

/**
 * `request` with its body. Of a body that is longer than `bodyBytes`, one byte more than that is kept, by which it is refused.
 * Throws Error for a client that disconnects, or is disconnected by `requestTimeout` because it sends too slowly.
 */
export async function withBody(req: IncomingMessage, request: HttpRequest, channel: Channel): Promise<HttpRequest> {
  const { connection, connections, bounds } = channel;
  const most = bounds.bodyBytes + 1;
  const chunks: Uint8Array[] = [];
  let length = 0;
  connection.doing = 'send'; // like a client that does not read, one that does not send may make room for others
  req.on('data', (chunk: Uint8Array) => {
    connection.activeAt = performance.now();
    if (length >= most) return;
    chunks.push(chunk);
    length += chunk.length;
    connections.hold(connection, length);
  });
  await untilEnd(req);
  if (!req.complete) throw new Error('The client has sent only a part of its body');
  connection.doing = 'run';
  connections.hold(connection, 0);
  return { ...request, body: Buffer.concat(chunks).subarray(0, most) };
}

/** Resolves at the end of a request, also when its connection was closed before. */
function untilEnd(req: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    for (const name of ['end', 'close', 'error']) req.once(name, resolve);
  });
}
