// The parts of a request that both signature schemes read, and the checks that both make.

import { percentDecode } from '../bytes/percent';
import { ProblemError } from '../problem';
import type { HttpRequest } from '../types';
import type { Terms } from './scheme';

/** A parameter of the query, decoded once. The value is empty when there is no `=`. */
export type Parameter = Readonly<{ name: string; value: string }>;

/** The parameters of the query, in their order. Throws ProblemError `InvalidURI` for bad percent-encoding. */
export function parameters({ query }: HttpRequest): readonly Parameter[] {
  return query.map(([name, value]) => ({ name: percentDecode(name), value: percentDecode(value ?? '') }));
}

/** The names of the parameters in lower case. Throws as `parameters` does, also for a value. */
export function parameterNames(request: HttpRequest): ReadonlySet<string> {
  return new Set(parameters(request).map(({ name }) => name.toLowerCase()));
}

/** The error (400) for a signature that cannot be read. Callers see `detail`, so it must not repeat values of the request. */
export function malformed(detail: string): ProblemError {
  return new ProblemError('AuthorizationMalformed', `Cannot read a signature: ${detail}`, {
    safeDetail: `The signature is malformed: ${detail}.`,
  });
}

/** The error (400) for a signature that can be read in two ways. */
export function ambiguous(detail: string): ProblemError {
  return new ProblemError('AuthorizationAmbiguous', `Cannot read a signature: ${detail}`, {
    safeDetail: `The signature is ambiguous: ${detail}.`,
  });
}

/** The error (403) for a header or parameter that was signed but did not arrive. */
export function absent(kind: 'header' | 'parameter'): ProblemError {
  return new ProblemError('SignatureDoesNotMatch', `Cannot verify a signature: a signed ${kind} did not arrive`, {
    safeDetail: `A signed ${kind} is not in the request.`,
  });
}

/** The value of the header `Authorization`; empty when the request does not have it. */
export function authorization(request: HttpRequest): string {
  return headerValue(request, 'authorization') ?? '';
}

/** The value of a header without blanks at its ends, which are not part of it [RFC 9110 5.5]; null when absent. */
export function headerValue({ headers }: HttpRequest, name: string): string | null {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  return value === undefined ? null : trimBlanks(value);
}

/** `text` without blanks at its ends. Not with a regular expression: it takes quadratic time for blanks in the middle. */
function trimBlanks(text: string): string {
  const isBlank = (at: number): boolean => text[at] === ' ' || text[at] === '\t';
  let start = 0;
  let end = text.length;
  // No blank is before the start or after the end of a text, so both loops stop there.
  while (isBlank(start)) start++;
  while (isBlank(end - 1)) end--;
  return text.slice(start, end);
}

/** Names that stores give a meaning. Anybody who has a signed URL could add them, unless they must be signed. */
const vendor = /^x-(amz|cos|ci)-/;
/** These two have no effect on the read: the hash of an empty body, and the request id that CloudFront adds. */
const exempt: ReadonlySet<string> = new Set(['x-amz-content-sha256', 'x-amz-cf-id']);

/**
 * Throws ProblemError `HeaderUnsigned` when an `x-amz-`, `x-cos-` or `x-ci-` header arrived that is not signed. It goes
 * through the headers that arrived, never through the client's list: that was the bug in CVE-2026-97731 and CVE-2026-54330.
 */
export function refuseUnsignedHeaders({ headers }: HttpRequest, isSigned: (name: string) => boolean): void {
  for (const name of Object.keys(headers)) {
    const lower = name.toLowerCase();
    if (vendor.test(lower) && !exempt.has(lower) && !isSigned(lower)) {
      throw new ProblemError('HeaderUnsigned', 'Cannot accept an unsigned x-amz-, x-cos- or x-ci- header');
    }
  }
}

/** The same check for the parameters of the query, given by their lower-case names. Throws `ParameterUnsigned`. */
export function refuseUnsignedParameters(names: Iterable<string>, isSigned: (name: string) => boolean): void {
  for (const name of names) {
    if (vendor.test(name) && !isSigned(name)) {
      throw new ProblemError('ParameterUnsigned', 'Cannot accept an unsigned x-amz-, x-cos- or x-ci- parameter');
    }
  }
}

/** Parameters that do not select another resource: with them, a request still reads the object that the signer granted. */
const harmless = /^(response-[a-z-]+|x-amz-checksum-mode|x-amz-content-sha256|x-cos-traffic-limit)$/;

/** Whether a signed request reads the object itself. Then an unsigned parameter may ask for a view of it. */
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

/** The error (403) for a signing time too far from the server's. It has the server's time, so that clients can set their clocks. */
export function tooSkewed(now: Date): ProblemError {
  return new ProblemError(
    'RequestTimeTooSkewed',
    'Cannot accept a signature that starts in the future or too long ago',
    {
      members: { ServerTime: `${now.toISOString().slice(0, 19)}Z` },
    },
  );
}

/** Whole unix seconds: signatures have no finer times. */
export function wholeSeconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}

/** Throws ProblemError when a signature from `start` to `end` (unix seconds) is not yet valid, expired, or valid for too long. */
export function checkWindow(start: number, end: number, { now, skew, maxLifetime }: Terms): void {
  const seconds = wholeSeconds(now);
  if (maxLifetime !== null && end - start > maxLifetime) {
    throw new ProblemError('LifetimeTooLong', `Cannot accept a signature of ${end - start} s`);
  }
  if (start > seconds + skew) throw tooSkewed(now);
  if (end < seconds) throw new ProblemError('SignatureExpired', 'Cannot accept a signature that has expired');
}
