// The type of a way to a server: direct (connections.ts) or through a proxy (proxy.ts).

import type * as http from 'node:http';
import type { LookupFunction } from 'node:net';
import type { Env } from '../types';

/** A server, and the value of its Host header. `port` null = the default port of the protocol. */
export type Server = Readonly<{ secure: boolean; hostname: string; port: number | null; host: string }>;

export type ConnectionOptions = Readonly<{
  /** The environment with HTTPS_PROXY and similar variables; undefined = no proxy. */
  env?: Env;
  /** Milliseconds for one try; also the limit for connecting to a proxy. */
  tryMs: number;
  lookup?: LookupFunction;
}>;

/** Whether the connection to the next hop is TLS, and the options of node:http for a request for `path`. */
export type Route = Readonly<{
  secure: boolean;
  request(path: string, fresh: boolean): Pick<http.RequestOptions, 'hostname' | 'port' | 'path' | 'agent' | 'lookup'>;
  /** Headers for the proxy. A tunnel sends them when it is opened, so they are empty here. */
  headers: Readonly<Record<string, string>>;
}>;

/** Idle connections to keep: as many as a backfill uses at once (32 reads and puts), and few enough for a small store. */
export const idleConnections = 64;
