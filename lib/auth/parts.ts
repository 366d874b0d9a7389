// What both schemes take from a request and hold it to.

import { percentDecode } from '../bytes/percent';
import { ProblemError } from '../problem';
import type { HttpRequest } from '../types';
import type { Terms } from './claim';

/** A parameter of the query, decoded once; without `=` its value is empty. */
export type Parameter = Readonly<{ name: string; value: string }>;

/** The parameters of the query in their order. Throws ProblemError `InvalidURI` for bad percent-encoding. */
export function parameters({ query }: HttpRequest): readonly Parameter[] {
  return query.map(([name, value]) => ({ name: percentDecode(name), value: percentDecode(value ?? '') }));
}

/** A 400 for a signature that cannot be read. `detail` is for callers and holds no value of theirs. */
export function malformed(detail: string): ProblemError {
  return new ProblemError('AuthorizationMalformed', `Cannot read a signature: ${detail}`, {
    safeDetail: `The signature is malformed: ${detail}.`,
  });
}

/** A 400 for a signature that can be read in two ways. */
export function ambiguous(detail: string): ProblemError {
  return new ProblemError('AuthorizationAmbiguous', `Cannot read a signature: ${detail}`, {
    safeDetail: `The signature is ambiguous: ${detail}.`,
  });
}

/** A 403 for what was signed but did not arrive. */
export function absent(kind: 'header' | 'parameter'): ProblemError {
  return new ProblemError('SignatureDoesNotMatch', `Cannot verify a signature: a signed ${kind} did not arrive`, {
    safeDetail: `A signed ${kind} is not in the request.`,
  });
}

/** The text of `Authorization`, empty when there is none. */
export function authorization(request: HttpRequest): string {
  return headerValue(request, 'authorization') ?? '';
}

/** The value of a header, without the blanks around it that HTTP does not count [RFC 9110 5.5]; null when absent. */
export function headerValue({ headers }: HttpRequest, name: string): string | null {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  return value === undefined ? null : trimBlanks(value);
}

/** `text` without blanks at its ends. By hand: a regular expression takes quadratic time over blanks in the middle. */
function trimBlanks(text: string): string {
  const isBlank = (at: number): boolean => text[at] === ' ' || text[at] === '\t';
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(start)) start++;
  while (end > start && isBlank(end - 1)) end--;
  return text.slice(start, end);
}

/** What stores give a meaning to: unsigned, it could be added by whoever holds a signed URL. */
const vendor = /^x-(amz|cos|ci)-/;
/** Neither changes what is read: the hash of a body that is not there, and the id that CloudFront adds on the way. */
const exempt: ReadonlySet<string> = new Set(['x-amz-content-sha256', 'x-amz-cf-id']);

/**
 * Throws ProblemError `HeaderUnsigned` when an `x-amz-`, `x-cos-` or `x-ci-` header arrived that is not signed. It walks
 * what arrived, never the client's list: that was the hole of 2026 (CVE-2026-97731, CVE-2026-54330).
 */
export function refuseUnsignedHeaders({ headers }: HttpRequest, isSigned: (name: string) => boolean): void {
  for (const name of Object.keys(headers)) {
    const lower = name.toLowerCase();
    if (vendor.test(lower) && !exempt.has(lower) && !isSigned(lower)) {
      throw new ProblemError('HeaderUnsigned', 'Cannot accept an unsigned x-amz-, x-cos- or x-ci- header');
    }
  }
}

/** The same for parameters of the query, by their lower-case names. */
export function refuseUnsignedParameters(names: Iterable<string>, isSigned: (name: string) => boolean): void {
  for (const name of names) {
    if (vendor.test(name) && !isSigned(name)) {
      throw new ProblemError('ParameterUnsigned', 'Cannot accept an unsigned x-amz-, x-cos- or x-ci- parameter');
    }
  }
}

/** Parameters that ask for nothing of their own: an `exif` added beside them asks for what the signer granted. */
const harmless = /^(response-[a-z-]+|x-amz-checksum-mode|x-amz-content-sha256|x-cos-traffic-limit)$/;

/** Whether a signed request is for the object itself, so that a view of it may be asked for unsigned. */
export function isForObject(signed: readonly Parameter[]): boolean {
  return signed.every(({ name, value }) => {
    const lower = name.toLowerCase();
    return harmless.test(lower) || (lower === 'x-id' && value === 'GetObject');
  });
}

/** Throws ProblemError `HostUnknown` when the signed host does not lead to the bucket. */
export function checkHost({ hostKnown }: Terms): void {
  if (!hostKnown) throw new ProblemError('HostUnknown', 'Cannot accept a signature for a host that is not configured');
}

/** A 403 for a time too far from the server's, which it tells so that a client can set its clock. */
export function tooSkewed(now: Date): ProblemError {
  return new ProblemError('RequestTimeTooSkewed', 'Cannot accept a signature that begins in the future or long ago', {
    members: { ServerTime: `${now.toISOString().slice(0, 19)}Z` },
  });
}

/** Unix seconds, as fine as signatures tell time. */
export function wholeSeconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}

/** Throws ProblemError when a signature of `start` to `end`, unix seconds, is not valid yet, no longer, or for too long. */
export function checkWindow(start: number, end: number, { now, skew, maxLifetime }: Terms): void {
  const seconds = wholeSeconds(now);
  if (maxLifetime !== null && end - start > maxLifetime) {
    throw new ProblemError('LifetimeTooLong', `Cannot accept a signature of ${end - start} s`);
  }
  if (start > seconds + skew) throw tooSkewed(now);
  if (end < seconds) throw new ProblemError('SignatureExpired', 'Cannot accept a signature that has expired');
}
