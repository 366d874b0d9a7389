// A request for an object in the S3 protocol: its address and its path.

import { percentEncode } from '../bytes/percent';
import { awsPartition } from './aws-partition';

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
 * [SigV4, UriEncode].
 */
export function encodeKey(key: string): string {
  return key.split('/').map(percentEncode).join('/');
}

/**
 * Whether an object can have this key. An empty key would list the bucket, a lone surrogate would read another key, and a
 * path with `..` above the bucket may be normalised on the way and lead to another bucket. No S3 stores such keys.
 */
export function canBeKey(key: string): boolean {
  if (key === '' || !key.isWellFormed()) return false;
  let depth = 0;
  return key.split('/').every((segment) => {
    if (segment === '..') depth--;
    else if (segment !== '.' && segment !== '') depth++;
    return depth >= 0;
  });
}
