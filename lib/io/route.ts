// What a way to a server is: directly (connections.ts) or through a proxy (proxy.ts).

import type * as http from 'node:http';
import type { LookupFunction } from 'node:net';
import type { Env } from '../types';

/** A server, and the value of the Host header for it. `port` null = that of the protocol. */
export type Server = Readonly<{ secure: boolean; hostname: string; port: number | null; host: string }>;

export type ConnectionOptions = Readonly<{
  /** Where HTTPS_PROXY and its like are looked for; not there = no proxy. */
  env?: Env;
  /** Milliseconds for one try: a proxy that does not answer is given up with it. */
  tryMs: number;
  lookup?: LookupFunction;
}>;

/** Whether the connection to the next hop is TLS, and the options of node:http for a request for `path`. */
export type Route = Readonly<{
  secure: boolean;
  request(path: string, fresh: boolean): Pick<http.RequestOptions, 'hostname' | 'port' | 'path' | 'agent' | 'lookup'>;
  /** For the proxy itself; of a tunnel it gets them when that is made. */
  headers: Readonly<Record<string, string>>;
}>;

/** Idle connections kept: more than one object's reads together, few enough to leave a small store alone. */
export const idleConnections = 16;
