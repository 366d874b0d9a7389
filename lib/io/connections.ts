// How requests reach one server: over kept connections, or each over one of its own, directly or through a proxy.

import * as http from 'node:http';
import * as https from 'node:https';
import { closingStrays } from './kept-connections';
import { type ConnectionOptions, idleConnections, type Route, type Server } from './route';

export type { ConnectionOptions } from './route';

const proxyVariables = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'];

/**
 * The way to a server. With `fresh` a request opens a connection of its own: a kept one may have died while the function
 * was frozen. Throws ProblemError ConfigInvalid for a proxy that cannot be used.
 */
export function routeTo(server: Server, options: ConnectionOptions): Route {
  const { env = {}, lookup } = options;
  if (proxyVariables.some((name) => env[name])) {
    // Loaded only where a proxy is named: a deployed function has none.
    const { proxyFor, routeThrough } = require('./proxy') as typeof import('./proxy');
    const proxy = proxyFor(env, server);
    if (proxy !== null) return routeThrough(proxy, server, options);
  }
  const { secure, hostname, port } = server;
  const agentOptions = { keepAlive: true, maxFreeSockets: idleConnections };
  const agent = closingStrays(secure ? new https.Agent(agentOptions) : new http.Agent(agentOptions));
  const target = { hostname, port, ...(lookup === undefined ? {} : { lookup }) };
  return { secure, headers: {}, request: (path, fresh) => ({ ...target, path, agent: fresh ? false : agent }) };
}
