// Proxies that the environment names: whether one is used for a server, and how requests go through it. https goes
// through a tunnel (CONNECT) [RFC 9110 9.3.6], http as a request with the whole address [RFC 9112 3.2.2].
//
// The usual libraries hand a proxy's refusal of a tunnel on as the server's own reply: a 404 of a proxy would say that an
// object is not there. Here it is an error of the connection, and a proxy that does not answer is given up in time.

import * as http from 'node:http';
import * as https from 'node:https';
import { BlockList, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { encodeBase64 } from '../bytes/base64';
import { ProblemError } from '../problem';
import type { Env } from '../types';
import { closingStrays } from './kept-connections';
import { type ConnectionOptions, idleConnections, type Route, type Server } from './route';

/**
 * The proxy for a server by `https_proxy` or `http_proxy`, in small letters first as in Node and curl; null for none, for a
 * server that `no_proxy` names, and with NODE_USE_ENV_PROXY=0. Throws ProblemError ConfigInvalid that repeats no value
 * (a password may be in it).
 */
export function proxyFor(env: Env, server: Server): URL | null {
  const name = server.secure ? 'https_proxy' : 'http_proxy';
  const text = env[name] || env[name.toUpperCase()] || '';
  if (text === '' || env['NODE_USE_ENV_PROXY'] === '0') return null;
  if (isExempt(env['no_proxy'] || env['NO_PROXY'] || '', server)) return null;
  const whole = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    throw new ProblemError(
      'ConfigInvalid',
      `${name.toUpperCase()} must be http://[user:password@]host:port, or the same with https://`,
    );
  }
  if (!isDecodable(url.username + url.password)) {
    throw new ProblemError(
      'ConfigInvalid',
      `${name.toUpperCase()} has a % in its user or password that begins no escape: write %25 for it`,
    );
  }
  return url;
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether a list of names exempts a server: `*`, a name (itself and all below it, with or without a dot or `*.` in front),
 * an address, a block (`10.0.0.0/8`), a range (`10.0.0.1-10.0.0.9`), each also with a port.
 */
function isExempt(list: string, { hostname, port, secure }: Server): boolean {
  const name = hostname.toLowerCase().replace(/\.$/, '');
  const ownPort = port ?? (secure ? 443 : 80);
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      const [, bare = entry, onlyPort] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
      if (onlyPort !== undefined && Number(onlyPort) !== ownPort) return false;
      return isNamed(bare.replace(/^\[(.*)\]$/, '$1'), name);
    });
}

function isNamed(entry: string, name: string): boolean {
  if (entry === '*') return true;
  if (isIP(name) !== 0) return isInBlock(entry, name);
  const domain = entry.replace(/^\*?\./, '');
  return domain !== '' && (name === domain || name.endsWith(`.${domain}`));
}

/** An entry that is no address holds none. */
function isInBlock(entry: string, address: string): boolean {
  const [, first = '', bits, last] = /^([0-9a-f.:]+)(?:\/(\d{1,3})|-([0-9a-f.:]+))?$/.exec(entry) ?? [];
  const familyOf = (text: string) => (isIP(text) === 6 ? 'ipv6' : 'ipv4');
  if (isIP(first) !== isIP(address)) return false;
  const block = new BlockList();
  try {
    if (bits !== undefined) block.addSubnet(first, Number(bits), familyOf(first));
    else block.addRange(first, last ?? first, familyOf(first));
  } catch {
    return false;
  }
  return block.check(address, familyOf(address));
}

/** The way to a server through `proxy`. */
export function routeThrough(proxy: URL, server: Server, { tryMs }: ConnectionOptions): Route {
  const hop = hopOf(proxy);
  if (server.secure) {
    const { hostname, port } = server;
    const [kept, fresh] = [true, false].map((keepAlive) => tunnelAgent(hop, keepAlive, tryMs));
    return {
      secure: true,
      headers: {},
      request: (path, isFresh) => ({ hostname, port, path, agent: isFresh ? fresh : kept }),
    };
  }
  const options = { keepAlive: true, maxFreeSockets: idleConnections };
  const agent = closingStrays(hop.secure ? new https.Agent(options) : new http.Agent(options));
  return {
    secure: hop.secure,
    headers: hop.headers,
    request: (path, isFresh) => ({
      hostname: hop.hostname,
      port: hop.port,
      path: `http://${server.host}${path}`,
      agent: isFresh ? false : agent,
    }),
  };
}

type Hop = Readonly<{ secure: boolean; hostname: string; port: number; headers: Record<string, string> }>;

function hopOf({ protocol, hostname, port, username, password }: URL): Hop {
  const secure = protocol === 'https:';
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const basic = `Basic ${encodeBase64(new TextEncoder().encode(user))}`;
  return {
    secure,
    hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (secure ? 443 : 80) : Number(port),
    headers: username === '' && password === '' ? {} : { 'Proxy-Authorization': basic },
  };
}

/** What Agent calls for a new connection; typed here as it is used. */
type Connect = (
  options: https.RequestOptions & { socket?: Duplex },
  done: (error: Error | null, socket?: Duplex) => void,
) => Duplex | undefined;

/** An agent whose connections are TLS through a tunnel; sessions of TLS are kept as by any agent. */
function tunnelAgent(hop: Hop, keepAlive: boolean, tryMs: number): https.Agent {
  const agent = closingStrays(new https.Agent({ keepAlive, maxFreeSockets: idleConnections }));
  const own = agent as unknown as { createConnection: Connect };
  const connect = own.createConnection.bind(agent);
  own.createConnection = (options, done) => {
    openTunnel(hop, `${authorityOf(options)}`, tryMs).then(
      (socket) =>
        done(
          null,
          connect({ ...options, socket }, () => {}),
        ),
      (error: Error) => done(error),
    );
    return undefined;
  };
  return agent;
}

function authorityOf({ host, port }: https.RequestOptions): string {
  const name = String(host);
  return `${name.includes(':') ? `[${name}]` : name}:${port ?? 443}`;
}

/** A connection to `authority` through the proxy. Rejects with a code of node:http, PROXY_TIMEOUT or PROXY_<status>. */
function openTunnel(hop: Hop, authority: string, tryMs: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const { secure, hostname, port } = hop;
    const headers = { ...hop.headers, Host: authority };
    const options = { method: 'CONNECT', hostname, port, path: authority, headers, agent: false } as const;
    const request = (secure ? https : http).request(options);
    const timer = setTimeout(() => request.destroy(withCode('PROXY_TIMEOUT')), tryMs);
    const end = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
    };
    request.once('connect', (reply: http.IncomingMessage, socket: Duplex, first: Uint8Array) => {
      clearTimeout(timer);
      // A server speaks first in no protocol that is tunnelled here.
      if (reply.statusCode === 200 && first.length === 0) return resolve(socket);
      socket.destroy();
      reject(withCode(`PROXY_${reply.statusCode ?? 0}`));
    });
    request.on('error', end);
    request.once('close', () => end(withCode('PROXY_CLOSED')));
    request.end();
  });
}

function withCode(code: string): Error {
  return Object.assign(new Error(code), { code });
}
