// Which web pages may read answers: CORS, and Cross-Origin-Resource-Policy for requests without it [Fetch 3.2, 3.7].
import type { HttpRequest } from '../types';

/** What a deployment decides. `corsHeaders`: request headers that pages may send; null = `defaultCorsHeaders`. */
export type CorsSettings = Readonly<{ corsOrigins: readonly string[]; corsHeaders?: readonly string[] | null }>;

/**
 * What the SDKs of both clouds send from a browser, and conditions. A name that ends in `*` is the start of names: SDKs get
 * new headers with each year. What a page sends is held to the same rules as what any other client sends.
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
  // COS SDK; the last three are what it calls parts of an authorization that was made elsewhere
  'x-ci-*',
  'x-cos-*',
  'clientip',
  'clientua',
  'token',
];

/** Characters and names of `Access-Control-Request-Headers` that are looked at. An SDK asks for about ten. */
const maxAsked = { characters: 4096, names: 100 } as const;

const exposed = 'etag, last-modified, date, x-cos-request-id, x-cos-trace-id, x-errno, x-exif-reads';

/** Headers of every answer, and the request header that they differ by: null, or `Origin`. */
export type CorsAnswer = Readonly<{ headers: Readonly<Record<string, string>>; vary: 'Origin' | null }>;

/**
 * Says whether the page of the request's `Origin` may read the answer. Where it may, a page may also embed it without CORS
 * (`<img>`, `Cross-Origin-Resource-Policy: cross-origin`); otherwise only pages of the same site may.
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
 * The names in `Access-Control-Request-Headers` that pages may send, in lower case. The answer lists what was asked for,
 * because `*` does not mean `Authorization` [Fetch 4.8].
 */
export function allowedHeaders({ headers }: HttpRequest, { corsHeaders }: CorsSettings): readonly string[] {
  const asked = (headers['access-control-request-headers'] ?? '').slice(0, maxAsked.characters).toLowerCase();
  const names = asked.split(',', maxAsked.names).map((name) => name.trim());
  const patterns = corsHeaders ?? defaultCorsHeaders;
  const isAllowed = (name: string): boolean =>
    patterns.some((pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern));
  return [...new Set(names.filter((name) => /^[\w!#$%&'*+.^`|~-]+$/.test(name) && isAllowed(name)))];
}
