// Signs requests to a store, by AWS Signature Version 4 with the rules of S3
// [Amazon S3 API Reference, Authenticating Requests (AWS Signature Version 4)]. lib/auth/sigv4.ts verifies such signatures.

import { createHmac, hash } from 'node:crypto';
import { ProblemError } from '../problem';

/** Permanent keys; with a session token, temporary ones. */
export type Credentials = Readonly<{ accessKeyId: string; secretAccessKey: string; sessionToken: string | null }>;

/** The method and body of a request; null = no body. */
export type MethodAndBody = Readonly<{ method: 'GET' | 'PUT'; body: Uint8Array | null }>;

/** Names and values of headers in turns, as node:http takes them. */
export type HeaderList = readonly string[];

/**
 * A request to sign. `path` and `query` are as they are sent: every byte except the unreserved characters is percent-encoded.
 * `headers` have names in lower case.
 */
export type RequestToSign = MethodAndBody &
  Readonly<{ host: string; path: string; query: string | undefined; headers: Readonly<Record<string, string>> }>;

export type Signer = (request: RequestToSign, credentials: Credentials, now: Date) => HeaderList;

const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'; // SHA-256 of no bytes

/**
 * A signer for requests to one region. It returns the headers that were signed, and the one with the signature. The key of a day
 * is derived once, until the credentials change.
 */
export function signerFor(region: string): Signer {
  let last: Readonly<{ date: string; secret: string; key: Uint8Array }> | null = null;
  const keyOf = (secret: string, date: string): Uint8Array => {
    if (last?.date !== date || last.secret !== secret) last = { date, secret, key: signingKey(secret, date, region) };
    return last.key;
  };
  return ({ method, body, host, path, query, headers }, credentials, now) => {
    const { accessKeyId, secretAccessKey, sessionToken } = checked(credentials);
    const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
    const date = time.slice(0, 8);
    const bodyHash = body === null ? emptyHash : hash('sha256', body);
    const signed = ['Host', host, 'X-Amz-Content-Sha256', bodyHash, 'X-Amz-Date', time];
    if (sessionToken !== null) signed.push('X-Amz-Security-Token', sessionToken);
    for (const [name, value] of Object.entries(headers)) signed.push(name, value);

    const { lines, names } = canonicalHeaders(signed);
    const canonical = `${method}\n${path}\n${canonicalQuery(query)}\n${lines}\n${names}\n${bodyHash}`;
    const scope = `${date}/${region}/s3/aws4_request`;
    const toSign = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash('sha256', canonical)}`;
    const signature = createHmac('sha256', keyOf(secretAccessKey, date)).update(toSign).digest('hex');
    const members = `Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
    return [...signed, 'Authorization', `AWS4-HMAC-SHA256 ${members}`];
  };
}

function checked(credentials: Credentials): Credentials {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const isText = /^[\x21-\x7e]+$/;
  if (isText.test(accessKeyId) && isText.test(secretAccessKey) && isText.test(sessionToken ?? '-')) return credentials;
  throw new ProblemError(
    'BucketMisconfigured',
    'Cannot sign: a credential is empty or contains a space or a line break',
  );
}

/** The lines of the headers, and their names, both in the order of the names. */
function canonicalHeaders(headers: HeaderList): Readonly<{ lines: string; names: string }> {
  const named: [name: string, value: string][] = [];
  for (let at = 0; at < headers.length; at += 2) {
    named.push([(headers[at] ?? '').toLowerCase(), (headers[at + 1] ?? '').trim().replace(/\s+/g, ' ')]);
  }
  named.sort(([a], [b]) => compare(a, b));
  return {
    lines: named.map(([name, value]) => `${name}:${value}\n`).join(''),
    names: named.map(([name]) => name).join(';'),
  };
}

/** The parameters in the order of their names; one without a value has an empty one. */
function canonicalQuery(query: string | undefined): string {
  if (query === undefined) return '';
  return query
    .split('&')
    .map((parameter) => parameter.split('='))
    .sort(([nameA = '', valueA = ''], [nameB = '', valueB = '']) => compare(nameA, nameB) || compare(valueA, valueB))
    .map(([name, value = '']) => `${name}=${value}`)
    .join('&');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function signingKey(secret: string, date: string, region: string): Uint8Array {
  return hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), 's3'), 'aws4_request');
}

function hmac(key: string | Uint8Array, text: string): Uint8Array {
  return createHmac('sha256', key).update(text).digest();
}
