// Finds the object that an HTTP request names, by host and path. Decodes the key once.
import { percentDecode } from '../bytes/percent';
import { remembering } from '../bytes/remember';
import { fitsUtf8 } from '../bytes/utf8';
import { maxKeyBytes, maxPathBytes } from '../limits';
import { ProblemError } from '../problem';
import type { HttpRequest, ObjectRef } from '../types';

/** The bucket that a host name leads to, as every `ObjectRef` of it names it. */
export type HostBucket = Omit<ObjectRef, 'key'>;

/** The bucket for each host name (lower case, no port), and for all others (`fallback`; null = none). */
export type Routes = Readonly<{ hosts: ReadonlyMap<string, HostBucket>; fallback: HostBucket | null }>;

/** The object that the request names. Throws ProblemError for a bad path (`InvalidURI`, `KeyMissing`, `KeyTooLong`) or host. */
export function toObjectRef(request: HttpRequest, routes: Routes): ObjectRef {
  const key = keyFromPath(request);
  const route = routes.hosts.get(hostName(request)) ?? routes.fallback;
  if (route === null) throw new ProblemError('NoSuchBucket', 'No bucket is configured for this host name');
  return { ...route, key };
}

/** The key: the path after its first slash, percent-decoded exactly once. Dot segments and double slashes stay. */
export function keyFromPath({ path, pathDecoded }: HttpRequest): string {
  if (!path.startsWith('/'))
    throw new ProblemError('InvalidURI', 'Cannot read a path that does not start with a slash');
  if (path.length > maxPathBytes) throw new ProblemError('KeyTooLong', `Cannot read a path of ${path.length} bytes`);
  return checkedKey(pathDecoded ? path.slice(1) : percentDecode(path.slice(1)));
}

/** The decoded key itself. Throws ProblemError when no object can have it: `KeyMissing`, `InvalidURI`, `KeyTooLong`. */
export function checkedKey(key: string): string {
  if (key === '') throw new ProblemError('KeyMissing', 'The path names no object');
  if (!key.isWellFormed()) throw new ProblemError('InvalidURI', 'Cannot read a key that is not well-formed Unicode');
  if (!fitsUtf8(key, maxKeyBytes))
    throw new ProblemError('KeyTooLong', `Cannot read a key of more than ${maxKeyBytes} bytes`);
  return key;
}

/**
 * The request with the Host that a gateway passes on in the header `name`: the name that the caller signed. For gateways that
 * always set this header themselves. Without the header, the request is unchanged.
 */
export function withHandedOnHost(request: HttpRequest, name: string | null): HttpRequest {
  const host = name !== null && Object.hasOwn(request.headers, name) ? request.headers[name] : undefined;
  if (host === undefined) return request;
  const { gateway: _, ...rest } = request; // the caller did not sign the gateway's own name
  return { ...rest, headers: { ...request.headers, host } };
}

/** The host name of `Host`: lower case, without port and trailing dot; empty without `Host`. */
export function hostName({ headers }: HttpRequest): string {
  return nameIn(headers['host'] ?? '');
}

const nameIn = remembering((host) => host.replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase(), {
  texts: 16,
  length: 256,
});

/** Where batches are sent. */
export const batchPath = '/-/batch';

/** Whether a request asks for many objects (lib/batch). No other request has a body. */
export function isBatch({ method, path }: Pick<HttpRequest, 'method' | 'path'>): boolean {
  return method === 'POST' && path === batchPath;
}
