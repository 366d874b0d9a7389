// How requests reach one server: over pooled connections or a new one for each, directly or through a proxy.

import { nodeClient } from './node-client';
import { closeOnStrayData } from './pooled-connections';
import { type ConnectionOptions, idleConnections, type Route, type Server } from './route';

export type { ConnectionOptions } from './route';

const proxyVariables = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'];

/**
 * The way to a server. A request with `fresh` opens a new connection: a pooled one may have died while the function was
 * frozen. Throws ProblemError ConfigInvalid for a proxy that cannot be used.
 */
export function routeTo(server: Server, options: ConnectionOptions): Route {
  const { env = {}, lookup } = options;
  if (proxyVariables.some((name) => env[name])) {
    // Loaded only when a proxy is set: a deployed function has none.
    const { proxyFor, routeThrough } = require('./proxy') as typeof import('./proxy');
    const proxy = proxyFor(env, server);
    if (proxy !== null) return routeThrough(proxy, server, options);
  }
  const { secure, hostname, port } = server;
  const { Agent } = nodeClient(secure);
  const agent = closeOnStrayData(new Agent({ keepAlive: true, maxFreeSockets: idleConnections }));
  const target = { hostname, port, ...(lookup === undefined ? {} : { lookup }) };
  return { secure, headers: {}, request: (path, fresh) => ({ ...target, path, agent: fresh ? false : agent }) };
}
