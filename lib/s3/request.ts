// A request for an object in the S3 protocol: its address, its path and its signature.

import { createHash } from 'node:crypto';
import { sign } from 'aws4';
import { ProblemError } from '../problem';
import { awsPartition } from './aws-partition';

/** Permanent keys; with a session token, temporary ones. */
export type Credentials = Readonly<{ accessKeyId: string; secretAccessKey: string; sessionToken: string | null }>;

/** The address of a bucket. `host` is the value of the Host header; `prefix` comes before the encoded key in the path. */
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

/** The address of the objects of a bucket. */
export function s3Address(place: S3Place): S3Address {
  const endpoint = place.endpoint ?? awsEndpoint(place.region);
  const secure = endpoint.protocol === 'https:';
  // A certificate for `*.endpoint` covers one label, so a name with a dot would not match it.
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
 * The path of a key, as it is sent and signed: every byte of its UTF-8 except `A-Za-z0-9-_.~/` is percent-encoded
 * [SigV4, UriEncode]. aws4 decodes and encodes the path again; only with this form does it sign what is sent.
 */
export function encodeKey(key: string): string {
  return Array.from(new TextEncoder().encode(key), (byte) => encodedBytes[byte]).join('');
}

const encodedBytes: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  return /[A-Za-z0-9\-_.~/]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});

/**
 * Whether an object can have this key. An empty key would list the bucket, a lone surrogate would read another key, and a
 * path with `..` above the bucket may be normalised on the way and lead to another bucket. No S3 stores such keys.
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

/** The method and body of a request, which are signed; null = no body. */
export type MethodAndBody = Readonly<{ method: 'GET' | 'PUT'; body: Uint8Array | null }>;

/** What a signature needs. `headers` are signed, too. */
export type SigningInput = Readonly<{ region: string; credentials: Credentials | null; now: Date }> &
  Pick<S3Place, 'headers'>;

/**
 * Host, the `headers` of `signing`, and, unless the request is unsigned, those of its signature. Others may be added unsigned: proxies
 * before some stores rewrite headers such as Accept-Encoding, which would break the signature.
 */
export function s3Headers(
  host: string,
  path: string,
  sent: MethodAndBody,
  signing: SigningInput,
): Record<string, string> {
  const { credentials, headers } = signing;
  return credentials === null ? { Host: host, ...headers } : signed(host, path, sent, credentials, signing);
}

function signed(
  host: string,
  path: string,
  { method, body }: MethodAndBody,
  credentials: Credentials,
  signing: SigningInput,
): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  if (![accessKeyId, secretAccessKey, sessionToken ?? '-'].every((text) => /^[\x21-\x7e]+$/.test(text))) {
    throw new ProblemError(
      'BucketMisconfigured',
      'Cannot sign: a credential is empty or contains a space or a line break',
    );
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
