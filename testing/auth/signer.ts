// Signs as the two documents say, with node:crypto only: shares nothing with lib/auth.
//   COS: cloud.tencent.com/document/product/436/7778
//   SigV4: the "Authenticating Requests" pages of the S3 API reference
import { createHash, createHmac } from 'node:crypto';
import { encode } from './percent';

/** What is signed: decoded parameters, header names in lower case. */
export type SigningInput = Readonly<{
  method: string;
  key: string;
  params: readonly (readonly [name: string, value: string])[];
  headers: readonly (readonly [name: string, value: string])[];
}>;

export type CosStamp = Readonly<{ algorithm: string; signTime: string; keyTime: string }>;
export type SigV4Stamp = Readonly<{ algorithm: string; date: string; scope: string; payload: string }>;

/** A name in the lists of COS. */
export function cosName(name: string): string {
  return encode(name).toLowerCase();
}

export function cosSignature({ method, key, params, headers }: SigningInput, stamp: CosStamp, secret: string): string {
  const join = (pairs: SigningInput['params']) =>
    sortPairs(pairs.map(([name, value]) => [cosName(name), encode(value)] as const))
      .map((pair) => pair.join('='))
      .join('&');
  const httpString = `${method.toLowerCase()}\n/${key}\n${join(params)}\n${join(headers)}\n`;
  const stringToSign = `${stamp.algorithm}\n${stamp.signTime}\n${createHash('sha1').update(httpString).digest('hex')}\n`;
  const signKey = createHmac('sha1', secret).update(stamp.keyTime).digest('hex');
  return createHmac('sha1', signKey).update(stringToSign).digest('hex');
}

export function sigV4Signature(
  { method, key, params, headers }: SigningInput,
  stamp: SigV4Stamp,
  secret: string,
): string {
  const sorted = sortPairs(headers.map(([name, value]) => [name, value.trim().replace(/ +/g, ' ')] as const));
  const canonicalRequest = [
    method,
    `/${key.split('/').map(encode).join('/')}`,
    sortPairs(params.map(([name, value]) => [encode(name), encode(value)] as const))
      .map((pair) => pair.join('='))
      .join('&'),
    ...sorted.map((pair) => pair.join(':')),
    '',
    sorted.map(([name]) => name).join(';'),
    stamp.payload,
  ].join('\n');
  const hash = createHash('sha256').update(canonicalRequest).digest('hex');
  let signingKey: Buffer | string = `AWS4${secret}`;
  for (const part of stamp.scope.split('/')) signingKey = createHmac('sha256', signingKey).update(part).digest();
  return createHmac('sha256', signingKey)
    .update(`${stamp.algorithm}\n${stamp.date}\n${stamp.scope}\n${hash}`)
    .digest('hex');
}

function sortPairs(pairs: readonly (readonly [string, string])[]): (readonly [string, string])[] {
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return [...pairs].sort(([a, x], [b, y]) => order(a, b) || order(x, y));
}
