// What the head of a Response of `fetch` states: that it succeeded, and the size and version of its object.

import { parseContentRange } from '../bytes/range';
import { type ProblemCode, ProblemError } from '../problem';
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
export function readHead(response: ResponseLike): ResponseHead {
  const { ok, status, headers, body, bodyUsed } = response;
  if (status === 0)
    throw wrongArgument('the Response is opaque: request the address without `no-cors`, or from its own site');
  if (!ok) throw new ProblemError(codes[status] ?? 'BucketFault', `Cannot read the Response: its status is ${status}`);
  if (bodyUsed === true || (typeof body === 'object' && body !== null && 'locked' in body && body.locked === true))
    throw wrongArgument('the body of the Response was already read: pass a new one, or response.clone()');
  if (body === null || body === undefined) throw new ProblemError('EmptyObject', 'The Response has no body');
  const time = Date.parse(headers.get('last-modified') ?? '');
  const lastModified = Number.isNaN(time) ? null : new Date(time);
  const { size, part } = sizeOf(response);
  return { body, part, stat: { size, etag: headers.get('etag'), lastModified } };
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
