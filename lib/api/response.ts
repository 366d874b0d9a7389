// What the head of a Response of `fetch` states: that it succeeded, and the size and version of its object.

import { parseContentRange } from '../bytes/range';
import { type ProblemCode, ProblemError } from '../problem';
import type { ObjectStat } from '../types';
import { wrongArgument } from './arguments';

/** The members of a Response that are used. */
export type ResponseLike = Readonly<{
  ok: boolean;
  status: number;
  bodyUsed?: boolean;
  headers: Readonly<{ get(name: string): string | null }>;
  body: unknown;
}>;

/**
 * `size` is null when the head does not state it. `part`: the bytes from the start of the object that the body has; null = all.
 */
export type ResponseHead = Readonly<{
  body: unknown;
  part: number | null;
  stat: Readonly<{ size: number | null; etag: string | null; lastModified: Date | null }>;
}>;

/** True for a Response, also that of another implementation of fetch. */
export function isResponse(source: object): source is ResponseLike {
  const { headers, status } = source as Partial<ResponseLike>;
  return typeof status === 'number' && typeof headers?.get === 'function' && 'body' in source;
}

/** Statuses that have their own code; all others are `BucketFault`. */
const codes: Readonly<Record<number, ProblemCode>> = {
  401: 'AccessDenied',
  403: 'AccessDenied',
  404: 'NoSuchKey',
  410: 'NoSuchKey',
  429: 'SlowDown',
  451: 'AccessDenied',
  503: 'SlowDown',
};

/** Throws ProblemError for a Response that failed, and `ConfigInvalid` for one whose body was already read. */
export function checkResponse({ ok, status, body, bodyUsed }: ResponseLike): void {
  if (status === 0)
    throw wrongArgument('the Response is opaque: request the address without `no-cors`, or from its own site');
  if (!ok) throw new ProblemError(codes[status] ?? 'BucketFault', `Cannot read the Response: its status is ${status}`);
  if (bodyUsed === true || (typeof body === 'object' && body !== null && 'locked' in body && body.locked === true))
    throw wrongArgument('the body of the Response was already read: pass a new one, or response.clone()');
  if (body === null || body === undefined) throw new ProblemError('EmptyObject', 'The Response has no body');
}

/** The version of the object that a Response is about. */
export function versionOf({ headers }: ResponseLike): Pick<ObjectStat, 'etag' | 'lastModified'> {
  const time = Date.parse(headers.get('last-modified') ?? '');
  return { etag: headers.get('etag'), lastModified: Number.isNaN(time) ? null : new Date(time) };
}

/** The head of a Response whose body begins at the start of the object. Throws as `checkResponse` does. */
export function readHead(response: ResponseLike): ResponseHead {
  checkResponse(response);
  const { size, part } = sizeOf(response);
  return { body: response.body, part, stat: { size, ...versionOf(response) } };
}

/** The size of the whole object. A Content-Length counts compressed bytes when the body was compressed. */
function sizeOf({ status, headers }: ResponseLike): Readonly<{ size: number | null; part: number | null }> {
  const range = status === 206 ? parseContentRange(headers.get('content-range') ?? '') : null;
  if (range !== null && range.start > 0)
    throw wrongArgument(`the Response has only bytes from ${range.start} on: an image is read from its start`);
  if (range !== null) return { size: range.size, part: range.end };
  const coding = headers.get('content-encoding') ?? 'identity';
  const length = headers.get('content-length') ?? '';
  const isKnown = coding === 'identity' && status !== 206 && /^\d{1,15}$/.test(length);
  return { size: isKnown ? Number(length) : null, part: null };
}
