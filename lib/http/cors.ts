// Which web pages may read answers: CORS, and Cross-Origin-Resource-Policy for requests without it [Fetch 3.2, 3.7].
import type { HttpRequest } from '../types';

/** `corsOrigins`: the pages that may read answers. `corsHeaders`: the headers that they may send; null = `defaultCorsHeaders`. */
export type CorsSettings = Readonly<{ corsOrigins: readonly string[]; corsHeaders?: readonly string[] | null }>;

/**
 * The headers that the SDKs of both clouds send from a browser, and conditions. A name with `*` at its end stands for all names
 * that start so, because new versions of SDKs add headers. Requests of pages follow the same rules as all others.
 */
export const defaultCorsHeaders: readonly string[] = [
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
  // COS SDK; the last three are its names for parts of an authorization that another program made
  'x-ci-*',
  'x-cos-*',
  'clientip',
  'clientua',
  'token',
];

/** Characters and names of `Access-Control-Request-Headers` that are read. An SDK sends about ten names. */
const maxRequested = { characters: 4096, names: 100 } as const;

const exposed = 'etag, last-modified, date, x-cos-request-id, x-cos-trace-id, x-errno, x-exif-reads';

/** Headers of every answer; `vary` is the request header that changes them. */
export type CorsAnswer = Readonly<{ headers: Readonly<Record<string, string>>; vary: 'Origin' | null }>;

/**
 * The headers that let the page of the request's `Origin` read the answer, when it may. Then a page may also embed it without
 * CORS (`<img>`, `Cross-Origin-Resource-Policy: cross-origin`); otherwise only pages of the same site may.
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
