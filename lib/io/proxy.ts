// Proxies in environment variables: whether one is used for a server, and how requests go through it. https goes
// through a tunnel (CONNECT) [RFC 9110 9.3.6], http as a request with the whole address [RFC 9112 3.2.2].
//
// The usual libraries pass on a proxy's refusal as the reply of the server: a 404 of a proxy would mean that an object does
// not exist. Here it is a connection error, and the wait for a proxy has a time limit.

import * as http from 'node:http';
import * as https from 'node:https';
import { BlockList, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { encodeBase64 } from '../bytes/base64';
import { ProblemError } from '../problem';
import type { Env } from '../types';
import { closeOnStrayData } from './pooled-connections';
import { type ConnectionOptions, idleConnections, type Route, type Server } from './route';

/**
 * The proxy for a server, from `https_proxy` or `http_proxy`, lower case first as in Node and curl. Null without a proxy,
 * for a server in `no_proxy`, and with NODE_USE_ENV_PROXY=0. As in curl the `http://` may be left out, so any single word is
 * a host name. Throws ProblemError ConfigInvalid that repeats no value: it may contain a password.
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
      `${name.toUpperCase()} has a % in its user or password that starts no percent-encoding: write %25 for it`,
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
 * Whether a list exempts a server: `*`, a name (and all its subdomains, with or without a `.` or `*.` before it),
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

/** False for an entry that is not an address, a block or a range. */
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
  const hop = toProxyServer(proxy);
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
  const agent = closeOnStrayData(hop.secure ? new https.Agent(options) : new http.Agent(options));
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

type ProxyServer = Readonly<{ secure: boolean; hostname: string; port: number; headers: Record<string, string> }>;

function toProxyServer({ protocol, hostname, port, username, password }: URL): ProxyServer {
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

/** The method that Agent calls for a new connection, with the types that are needed here. */
type Connect = (
  options: https.RequestOptions & { socket?: Duplex },
  done: (error: Error | null, socket?: Duplex) => void,
) => Duplex | undefined;

/** An agent whose connections are TLS through a tunnel. It reuses TLS sessions like any agent. */
function tunnelAgent(hop: ProxyServer, keepAlive: boolean, tryMs: number): https.Agent {
  const agent = closeOnStrayData(new https.Agent({ keepAlive, maxFreeSockets: idleConnections }));
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
function openTunnel(hop: ProxyServer, authority: string, tryMs: number): Promise<Duplex> {
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
      // In TLS the client speaks first, so the server must not have sent anything yet.
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
