// Signs requests to a store, by AWS Signature Version 4 with the rules of S3
// [Amazon S3 API Reference, Authenticating Requests (AWS Signature Version 4)]. lib/auth/sigv4.ts verifies such signatures.

import { createHmac, hash } from 'node:crypto';
import { ProblemError } from '../problem';

/** Permanent keys; with a session token, temporary ones. */
export type Credentials = Readonly<{ accessKeyId: string; secretAccessKey: string; sessionToken: string | null }>;

/** The method and body of a request; null = no body. */
export type MethodAndBody = Readonly<{ method: 'GET' | 'PUT' | 'POST' | 'DELETE'; body: Uint8Array | null }>;

/**
 * A request to sign. `path` and `query` are as they are sent: every byte except the unreserved characters is percent-encoded.
 * `headers` have names in lower case.
 */
export type RequestToSign = MethodAndBody &
  Readonly<{ host: string; path: string; query: string | undefined; headers: Readonly<Record<string, string>> }>;

/** Returns names and values of headers in turns, as node:http takes them. */
export type Signer = (request: RequestToSign, credentials: Credentials, now: Date) => string[];

const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'; // SHA-256 of no bytes

/**
 * A signer for requests to one region. It returns the headers that were signed, and the one with the signature. The key of a day
 * is derived once, until the credentials change.
 */
export function signerFor(region: string): Signer {
  let last: Day | null = null;
  return ({ method, body, host, path, query, headers }, credentials, now) => {
    const iso = now.toISOString(); // 2026-11-03T10:20:30.456Z
    const date = iso.slice(0, 4) + iso.slice(5, 7) + iso.slice(8, 10);
    const time = `${date}T${iso.slice(11, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`;
    if (last === null || !isFor(last, date, credentials)) last = dayOf(date, credentials, region);
    const { scope, key } = last;

    const { accessKeyId, sessionToken: token } = credentials;
    const bodyHash = body === null ? emptyHash : hash('sha256', body);
    const signed = ['Host', host, 'X-Amz-Content-Sha256', bodyHash, 'X-Amz-Date', time];
    let lines = `host:${host}\nx-amz-content-sha256:${bodyHash}\nx-amz-date:${time}\n`;
    let names = 'host;x-amz-content-sha256;x-amz-date';
    if (token !== null) {
      signed.push('X-Amz-Security-Token', token);
      lines += `x-amz-security-token:${token}\n`;
      names += ';x-amz-security-token';
    }
    const others = Object.entries(headers);
    if (others.length > 0) {
      signed.push(...others.flat());
      ({ lines, names } = withOthers(lines, others));
    }
    const canonical = `${method}\n${path}\n${canonicalQuery(query)}\n${lines}\n${names}\n${bodyHash}`;
    const toSign = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash('sha256', canonical)}`;
    const signature = createHmac('sha256', key).update(toSign).digest('hex');
    const members = `Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
    signed.push('Authorization', `AWS4-HMAC-SHA256 ${members}`);
    return signed;
  };
}

/** What all requests of one day have in common that are signed with the same credentials. */
type Day = Readonly<{ date: string; credentials: Credentials; scope: string; key: Uint8Array }>;

function isFor(day: Day, date: string, { accessKeyId, secretAccessKey, sessionToken }: Credentials): boolean {
  const { credentials } = day;
  return (
    day.date === date &&
    credentials.secretAccessKey === secretAccessKey &&
    credentials.accessKeyId === accessKeyId &&
    credentials.sessionToken === sessionToken
  );
}

function dayOf(date: string, credentials: Credentials, region: string): Day {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  if (![accessKeyId, secretAccessKey, sessionToken ?? '-'].every((text) => /^[\x21-\x7e]+$/.test(text))) {
    throw new ProblemError(
      'BucketMisconfigured',
      'Cannot sign: a credential is empty or contains a space or a line break',
    );
  }
  const key = hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, date), region), 's3'), 'aws4_request');
  return { date, credentials, scope: `${date}/${region}/s3/aws4_request`, key };
}

/** The lines of all headers and their names, in the order of the names. */
function withOthers(
  lines: string,
  others: readonly (readonly [name: string, value: string])[],
): Readonly<{ lines: string; names: string }> {
  const all = lines.trimEnd().split('\n');
  all.push(...others.map(([name, value]) => `${name}:${value.trim().replace(/\s+/g, ' ')}`));
  const nameOf = (line: string): string => line.slice(0, line.indexOf(':'));
  all.sort((a, b) => compare(nameOf(a), nameOf(b)));
  return { lines: all.map((line) => `${line}\n`).join(''), names: all.map(nameOf).join(';') };
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

function hmac(key: string | Uint8Array, text: string): Uint8Array {
  return createHmac('sha256', key).update(text).digest();
}
