// Signed requests, made with the signers of testing/auth, which share nothing with lib/auth.

import { splitQuery } from '../../lib/trigger/query';
import type { HttpRequest } from '../../lib/types';
import { encode } from './percent';
import { cosName, cosSignature, sigV4Signature } from './signer';

export type Pair = readonly [name: string, value: string];
export type CosCarrier = 'header' | 'query' | 'sign';

/** What is to be signed; names of headers in lower case, all decoded. `signed` false leaves a part out of the signature. */
export type SigningRequest = Readonly<{
  method?: string;
  key?: string;
  params?: readonly Pair[];
  unsignedParams?: readonly Pair[];
  headers?: readonly Pair[];
  unsignedHeaders?: readonly Pair[];
  keyId?: string;
  secret?: string;
  /** Unix seconds. */
  start?: number;
  end?: number;
}>;

export const clock = 1_700_000_000;
export const key = { id: 'AKIDEXAMPLE', secret: 'wJalrXUtnFEMI' };
export const host = 'photos.example.com';

const defaults = {
  method: 'GET',
  key: 'a b.jpg',
  params: [['exif', '']] as readonly Pair[],
  unsignedParams: [] as readonly Pair[],
  headers: [['host', host]] as readonly Pair[],
  unsignedHeaders: [] as readonly Pair[],
  keyId: key.id,
  secret: key.secret,
  start: clock,
  end: clock + 900,
};

/** A request with a COS signature in one of its three places. `change` edits the seven members before they are placed. */
export function cosRequest(
  carrier: CosCarrier,
  what: SigningRequest = {},
  change: (members: [string, string][]) => [string, string][] = (members) => members,
): HttpRequest {
  const all = { ...defaults, ...what };
  const time = `${all.start};${all.end}`;
  const list = (pairs: readonly Pair[]): string =>
    pairs
      .map(([name]) => cosName(name))
      .sort()
      .join(';');
  const signature = cosSignature(all, { algorithm: 'sha1', signTime: time, keyTime: time }, all.secret);
  const members = change([
    ['q-sign-algorithm', 'sha1'],
    ['q-ak', all.keyId],
    ['q-sign-time', time],
    ['q-key-time', time],
    ['q-header-list', list(all.headers)],
    ['q-url-param-list', list(all.params)],
    ['q-signature', signature],
  ]);
  const text = members.map((pair) => pair.join('=')).join('&');
  const params = [...all.params, ...all.unsignedParams];
  const query = carrier === 'query' ? members : carrier === 'sign' ? [['sign', text] as const] : [];
  const headers = carrier === 'header' ? [['authorization', text] as const] : [];
  return toRequest(all, [...params, ...query], headers);
}

/** A request with an AWS signature, in its header or presigned. */
export function sigV4Request(
  carrier: 'header' | 'query',
  what: SigningRequest = {},
  change: (members: [string, string][]) => [string, string][] = (members) => members,
): HttpRequest {
  const all = { ...defaults, ...what };
  const date = new Date(all.start * 1000).toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${date.slice(0, 8)}/eu-west-1/s3/aws4_request`;
  const stampHeaders: readonly Pair[] = carrier === 'header' ? [['x-amz-date', date]] : [];
  const headers = [...all.headers, ...stampHeaders];
  const list = headers
    .map(([name]) => name)
    .sort()
    .join(';');
  const credential = `${all.keyId}/${scope}`;
  const stampParams: [string, string][] =
    carrier === 'header'
      ? []
      : [
          ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
          ['X-Amz-Credential', credential],
          ['X-Amz-Date', date],
          ['X-Amz-Expires', String(all.end - all.start)],
          ['X-Amz-SignedHeaders', list],
        ];
  const payload = carrier === 'header' ? emptyHash : 'UNSIGNED-PAYLOAD';
  const params = [...all.params, ...stampParams];
  const stamp = { algorithm: 'AWS4-HMAC-SHA256', date, scope, payload };
  const signature = sigV4Signature({ ...all, params, headers }, stamp, all.secret);
  if (carrier === 'query') {
    const members = change([...stampParams, ['X-Amz-Signature', signature]]);
    return toRequest(all, [...all.params, ...all.unsignedParams, ...members], []);
  }
  const members = change([
    ['Credential', credential],
    ['SignedHeaders', list],
    ['Signature', signature],
  ]);
  const text = `AWS4-HMAC-SHA256 ${members.map((pair) => pair.join('=')).join(', ')}`;
  const request = toRequest(all, [...all.params, ...all.unsignedParams], [['authorization', text], ...stampHeaders]);
  return request;
}

const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

function toRequest(all: typeof defaults, params: readonly Pair[], more: readonly Pair[]): HttpRequest {
  return {
    method: all.method,
    path: `/${all.key.split('/').map(encode).join('/')}`,
    pathDecoded: false,
    query: splitQuery(params.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')),
    headers: Object.fromEntries([...all.headers, ...all.unsignedHeaders, ...more]),
  };
}
