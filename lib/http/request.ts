// Which object an HTTP request names, by host and path. Decodes the key once.
import { percentDecode } from '../bytes/percent';
import { maxKeyBytes, maxPathBytes } from '../limits';
import { ProblemError } from '../problem';
import type { HttpRequest, ObjectRef } from '../types';

/** The bucket that a host name leads to, as every `ObjectRef` of it names it. */
export type Route = Omit<ObjectRef, 'key'>;

/** Host names (lower case, no port) that lead to a bucket; every other leads to `fallback`, or nowhere when it is null. */
export type Routes = Readonly<{ hosts: ReadonlyMap<string, Route>; fallback: Route | null }>;

/** The object that the request names. Throws ProblemError for a bad path (`InvalidURI`, `KeyMissing`, `KeyTooLong`) or host. */
export function toObjectRef(request: HttpRequest, routes: Routes): ObjectRef {
  const key = toKey(request);
  const route = routes.hosts.get(hostName(request)) ?? routes.fallback;
  if (route === null) throw new ProblemError('NoSuchBucket', 'No bucket is configured for this host name');
  return { ...route, key };
}

/** The key: the path behind its first slash, percent-decoded exactly once and never folded. */
export function toKey({ path, pathDecoded }: HttpRequest): string {
  if (!path.startsWith('/'))
    throw new ProblemError('InvalidURI', 'Cannot read a path that does not begin with a slash');
  if (path.length > maxPathBytes) throw new ProblemError('KeyTooLong', `Cannot read a path of ${path.length} bytes`);
  const key = pathDecoded ? path.slice(1) : percentDecode(path.slice(1));
  if (key === '') throw new ProblemError('KeyMissing', 'The path names no object');
  if (!key.isWellFormed()) throw new ProblemError('InvalidURI', 'Cannot read a key that is not well-formed Unicode');
  const bytes = new TextEncoder().encode(key).length;
  if (bytes > maxKeyBytes) throw new ProblemError('KeyTooLong', `Cannot read a key of ${bytes} bytes`);
  return key;
}

/**
 * The request with the Host that a gateway hands on in the header `name`, when it does: the name that the caller signed.
 * Only for a gateway that always sets the header itself.
 */
export function withHandedOnHost(request: HttpRequest, name: string | null): HttpRequest {
  const host = name !== null && Object.hasOwn(request.headers, name) ? request.headers[name] : undefined;
  if (host === undefined) return request;
  const { gateway: _, ...rest } = request; // the gateway's own name is not the one that was signed
  return { ...rest, headers: { ...request.headers, host } };
}

/** The name that `Host` gives: lower case, without port and trailing dot; empty when there is none. */
export function hostName({ headers }: HttpRequest): string {
  const host = headers['host'] ?? '';
  return host.replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase();
}
