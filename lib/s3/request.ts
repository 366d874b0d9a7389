// A request for an object in the S3 protocol: where it goes, its path, its signature.

import { createHash } from 'node:crypto';
import { sign } from 'aws4';
import { ProblemError } from '../problem';
import { awsPartition } from './aws-partition';

/** Permanent keys, or with a session token temporary ones. */
export type Credentials = Readonly<{ accessKeyId: string; secretAccessKey: string; sessionToken: string | null }>;

/** Where a bucket answers. `host` is the value of the Host header; `prefix` precedes the encoded key. */
export type S3Address = Readonly<{
  secure: boolean;
  hostname: string;
  port: number | null;
  host: string;
  prefix: string;
}>;

export type S3Place = Readonly<{
  bucket: string;
  /** null = AWS, by region. */
  endpoint: URL | null;
  region: string;
  /** `endpoint/bucket/key`, not `bucket.endpoint/key`. */
  pathStyle: boolean;
  /** Sent and signed with each request. */
  headers?: Readonly<Record<string, string>>;
}>;

/** Resolves where the objects of a bucket are. */
export function s3Address(place: S3Place): S3Address {
  const endpoint = place.endpoint ?? awsEndpoint(place.region);
  const secure = endpoint.protocol === 'https:';
  // A certificate for `*.endpoint` covers one label: a dot in the name would fail it.
  const pathStyle = place.pathStyle || (secure && place.bucket.includes('.'));
  const ofBucket = pathStyle ? '' : `${place.bucket}.`;
  return {
    secure,
    hostname: ofBucket + endpoint.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: endpoint.port === '' ? null : Number(endpoint.port),
    host: ofBucket + endpoint.host,
    prefix: pathStyle ? `/${encodeKey(place.bucket)}/` : '/',
  };
}

function awsEndpoint(region: string): URL {
  return new URL(`https://s3.${region}.${awsPartition(region).domain}`);
}

/**
 * The path of a key as it is sent and as it is signed: every byte of its UTF-8 but `A-Za-z0-9-_.~/` percent-encoded
 * [SigV4, UriEncode]. For such a path aws4, which decodes and encodes again, signs what is sent; for any other (`+`,
 * `%2F` for a slash) it would not.
 */
export function encodeKey(key: string): string {
  return Array.from(new TextEncoder().encode(key), (byte) => encodedBytes[byte]).join('');
}

const encodedBytes: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  return /[A-Za-z0-9\-_.~/]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});

/**
 * Whether a request can name the object. An empty key would list the bucket, a lone surrogate would read another key, and
 * a path that climbs above the bucket may be folded on its way into one of another bucket; no S3 stores that.
 */
export function canBeKey(key: string): boolean {
  if (key === '' || /\p{Surrogate}/u.test(key)) return false;
  let depth = 0;
  return key.split('/').every((segment) => {
    if (segment === '..') depth--;
    else if (segment !== '.' && segment !== '') depth++;
    return depth >= 0;
  });
}

/** What of a request is signed besides where it goes; null for a body = none. */
export type S3Sent = Readonly<{ method: 'GET' | 'PUT'; body: Uint8Array | null }>;

/** `headers` are signed with the rest; not there = none. */
export type Signing = Readonly<{ region: string; credentials: Credentials | null; now: Date }> &
  Pick<S3Place, 'headers'>;

/**
 * Host, the `headers` of `signing`, and, unless the request is unsigned, those of its signature. Others may be added unsigned: proxies
 * before some stores rewrite headers such as Accept-Encoding, which would break the signature.
 */
export function s3Headers(host: string, path: string, sent: S3Sent, signing: Signing): Record<string, string> {
  const { credentials, headers } = signing;
  return credentials === null ? { Host: host, ...headers } : signed(host, path, sent, credentials, signing);
}

function signed(
  host: string,
  path: string,
  { method, body }: S3Sent,
  credentials: Credentials,
  signing: Signing,
): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  if (![accessKeyId, secretAccessKey, sessionToken ?? '-'].every((text) => /^[\x21-\x7e]+$/.test(text))) {
    throw new ProblemError('BucketMisconfigured', 'Cannot sign: a credential is empty or holds a space or line break');
  }
  const headers = {
    ...signing.headers,
    Host: host,
    'X-Amz-Date': signing.now.toISOString().replace(/[-:]|\.\d+/g, ''),
    'X-Amz-Content-Sha256': createHash('sha256')
      .update(body ?? '')
      .digest('hex'),
  };
  const request = sign(
    { service: 's3', region: signing.region, method, path, headers },
    { accessKeyId, secretAccessKey, ...(sessionToken === null ? {} : { sessionToken }) },
  );
  return Object.fromEntries(Object.entries(request.headers ?? {}).map(([name, value]) => [name, String(value)]));
}
