// Decides which web pages may read answers: by CORS, and for requests without CORS by Cross-Origin-Resource-Policy [Fetch 3.2,
// 3.7].
import type { HttpRequest } from '../types';

/** `corsOrigins`: the pages that may read answers. `corsHeaders`: the headers that they may send; null = `defaultCorsHeaders`. */
export type CorsSettings = Readonly<{ corsOrigins: readonly string[]; corsHeaders?: readonly string[] | null }>;

/**
 * The headers that the SDKs of both clouds send from a browser, and those of conditional requests. A name with `*` at its end
 * is a prefix, because new versions of the SDKs add headers. A request from a page is checked like any other request.
 */
const defaultCorsHeaders: readonly string[] = [
  'authorization',
  'cache-control',
  'content-type',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-unmodified-since',
  'pragma',
  'range',
  // AWS SDK
  'amz-sdk-*',
  'x-amz-*',
  // COS SDK; it sends the last three when another program made the authorization
  'x-ci-*',
  'x-cos-*',
  'clientip',
  'clientua',
  'token',
];

/** The most characters and names of `Access-Control-Request-Headers` that are read. An SDK sends about ten names. */
const maxRequested = { characters: 4096, names: 100 } as const;

const exposed = 'etag, last-modified, date, x-cos-request-id, x-cos-trace-id, x-errno, x-exif-reads';

/** Headers that every answer gets. `vary` is the request header on which they depend. */
export type CorsAnswer = Readonly<{ headers: Readonly<Record<string, string>>; vary: 'Origin' | null }>;

/**
 * The CORS headers, when the page of the request's `Origin` may read the answer. Such a page may also embed the answer without
 * CORS, for example in `<img>` (`Cross-Origin-Resource-Policy: cross-origin`). For all others only pages of the same site may
 * embed it.
 */
export function corsAnswer({ headers }: HttpRequest, { corsOrigins }: CorsSettings): CorsAnswer {
  const origin = headers['origin'];
  const closed = { 'cross-origin-resource-policy': 'same-site' };
  if (corsOrigins.length === 0) return { headers: closed, vary: null };
  const isOpen = corsOrigins.includes('*');
  const vary = isOpen ? null : 'Origin';
  const allowed = isOpen ? '*' : origin !== undefined && corsOrigins.includes(origin) ? origin : null;
  if (allowed === null) return { headers: closed, vary };
  return {
    headers: {
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': allowed,
      'access-control-expose-headers': exposed,
    },
    vary,
  };
}

/**
 * The names in `Access-Control-Request-Headers` that pages may send, in lower case. The answer repeats the names, because `*`
 * does not include `Authorization` [Fetch 4.8].
 */
export function allowedHeaders({ headers }: HttpRequest, { corsHeaders }: CorsSettings): readonly string[] {
  const requested = (headers['access-control-request-headers'] ?? '').slice(0, maxRequested.characters).toLowerCase();
  const names = requested.split(',', maxRequested.names).map((name) => name.trim());
  const patterns = corsHeaders ?? defaultCorsHeaders;
  const isAllowed = (name: string): boolean =>
    patterns.some((pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern));
  return [...new Set(names.filter((name) => /^[\w!#$%&'*+.^`|~-]+$/.test(name) && isAllowed(name)))];
}
