// What an HTTP request asks for: the object, by host and path, and the operation, by the query. Decodes each once.
import { percentDecode } from './bytes/percent';
import { maxKeyBytes, maxPathBytes, maxQueryBytes, maxQueryPairs } from './limits';
import { ProblemError } from './problem';
import { defaultStyle, styles } from './style';
import type { HttpRequest, ObjectRef, Style } from './types';

/** The bucket that a host name leads to. */
export type Route = Readonly<{ bucketId: string; bucket: string }>;

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

/** What the query asks for: the decoded name of its parameter, and the style it means. */
export type Operation = Readonly<{ name: string; style: Style }>;

/** The operation of a request. Throws ProblemError when its query names none, an unknown one, or several. */
export function toOperation({ query }: HttpRequest): Operation {
  const length = query.reduce((sum, [name, value]) => sum + name.length + (value?.length ?? 0) + 2, 0);
  if (query.length > maxQueryPairs || length > maxQueryBytes) {
    throw new ProblemError('QueryTooLong', `Cannot read a query of ${query.length} parameters`);
  }
  const names = query.map(([name]) => percentDecode(name));
  // A COS signature covers names in lower case: any other spelling would be as well signed.
  if (names.some((name) => name.toLowerCase() === 'versionid'))
    throw new ProblemError('VersionUnsupported', 'Cannot read a version by its id');
  const operations = query.filter((_, i) => isOperation(names[i] ?? ''));
  const [operation] = operations;
  if (operation === undefined) throw new ProblemError('OperationMissing', 'The query names no operation');
  if (operations.length > 1)
    throw new ProblemError('OperationRepeated', `The query names ${operations.length} operations`);
  const name = percentDecode(operation[0]);
  return { name, style: styleOf(name, operation[1]) };
}

/**
 * Operations have path-like names (`exif`, `imageView2/1/w/400`); what signatures and clients add to a query has not. In
 * any letter case: to a signature `IMAGEINFO` is `imageInfo`.
 */
function isOperation(name: string): boolean {
  return ['exif', 'imageinfo', 'imageave'].includes(name.toLowerCase()) || name.includes('/');
}

function styleOf(operation: string, value: string | null): Style {
  const [verb, word, name, ...rest] = operation.split('/');
  if (verb !== 'exif' || (value !== null && value !== '')) {
    throw new ProblemError('OperationUnknown', 'The operation is not exif, or has a value');
  }
  if (word === undefined) return defaultStyle;
  const style = word === 'style' && rest.length === 0 ? styles.get(name ?? '') : undefined;
  if (style === undefined) {
    const safeDetail = `Unknown style. Supported: exif, ${[...styles.keys()].map((known) => `exif/style/${known}`).join(', ')}.`;
    throw new ProblemError('OperationUnknown', 'The operation asks for an unknown style', { safeDetail });
  }
  return style;
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
