// What a reply to a ranged GET in the S3 protocol means: the bytes of an object, or a problem by name.

import { parseContentRange, parseUnsatisfiedRange } from '../bytes/range';
import { type ProblemCode, ProblemError } from '../problem';
import type { BodyPlan, Head } from '../store/http-exchange';
import { readRefusal, refusalPlan } from '../store/s3-refusal';
import { isTag } from '../store/s3-request';
import type { ByteRange, Condition, ObjectStat } from '../types';
import { heldTag, isHeld, pinnedTag } from './version';

export type Asked = Readonly<{
  /** The action, for the log. */
  doing: string;
  range: ByteRange;
  condition: Condition;
  /** Bytes from the start of an object that are read for want of a ranged reply. */
  maxBytes: number;
}>;

/** A reply is of the object, or says that it is still the version not to be read, or is a refusal, whose body is text. */
export type ReplyPlan = BodyPlan &
  (Readonly<{ is: 'object'; stat: ObjectStat }> | Readonly<{ is: 'unchanged' | 'refusal' }>);

/**
 * What to keep of the body that follows `head`. Throws ProblemError ObjectChanged, EmptyObject, RangeNotSatisfiable,
 * NotAnImage, or BucketFault for a reply that contradicts itself or the request.
 */
export function planReply(head: Head, asked: Asked): ReplyPlan {
  if (isUnchanged(head, asked)) return { start: 0, end: 0, rest: 'any', is: 'unchanged' };
  if (head.status !== 200 && head.status !== 206) return { ...refusalPlan, is: 'refusal' };
  checkCoding(head, asked);
  return head.status === 206 ? planPart(head, asked) : planWhole(head, asked);
}

/** A 304, or the object itself with the tag it had: some stores ignore If-None-Match. */
function isUnchanged({ status, headers }: Head, asked: Asked): boolean {
  if (status === 200 || status === 206) return isHeld(asked.condition, headers.etag ?? null);
  const held = heldTag(asked.condition);
  if (status !== 304 || held === null || !isTag(held)) return false;
  if (headers.etag !== undefined && !isHeld(asked.condition, headers.etag)) {
    throw fault(asked, `304 for another version: ${quoted(headers.etag)}`);
  }
  return true;
}

function planPart(head: Head, asked: Asked): ReplyPlan {
  const { range } = asked;
  const text = head.headers['content-range'] ?? '';
  const part = parseContentRange(text);
  if (part === null) throw fault(asked, `206 with Content-Range ${quoted(text)}`);
  const stat = statOf(head, part.size, asked);
  if (part.start !== range.start || part.end !== Math.min(range.end, part.size)) {
    throw fault(asked, `206 with other bytes: ${quoted(text)}`);
  }
  const length = part.end - part.start;
  const declared = head.headers['content-length'];
  if (declared !== undefined && Number(declared) !== length) {
    throw fault(asked, `206 of ${length} bytes with Content-Length ${quoted(declared)}`);
  }
  return { start: 0, end: length, rest: 'none', is: 'object', stat };
}

/** Some stores, and gateways before them, do not know ranges and answer the object from its start. */
function planWhole(head: Head, asked: Asked): ReplyPlan {
  const { range, maxBytes, doing } = asked;
  const size = Number(head.headers['content-length'] ?? Number.NaN);
  if (!Number.isSafeInteger(size))
    throw fault(asked, '200 to a ranged request, without Content-Length', { code: 'NO_LENGTH' });
  const stat = statOf(head, size, asked);
  if (size === 0) throw new ProblemError('EmptyObject', `Cannot ${doing}: it is empty`);
  if (range.start >= size) throw new ProblemError('RangeNotSatisfiable', `Cannot ${doing}: it has ${size} bytes`);
  const end = Math.min(range.end, size);
  if (end > maxBytes) throw fault(asked, `200 to a ranged request, which needs more than ${maxBytes} bytes`);
  return { start: range.start, end, rest: end < size ? 'unwanted' : 'none', is: 'object', stat };
}

/**
 * Codings that some process really applied: compressed bytes are no image, whoever compressed them. All other values
 * are text that was stored with the object (`aws-chunked`, `base64`, `utf-8` are common) and say nothing of the bytes,
 * which S3 answers as stored. A gateway that compresses on the way is also caught by the lengths.
 */
const codings = new Set(['gzip', 'x-gzip', 'compress', 'x-compress', 'deflate', 'br', 'zstd', 'dcb', 'dcz']);

function checkCoding(head: Head, asked: Asked): void {
  const names = (head.headers['content-encoding'] ?? '').toLowerCase().split(',');
  const coding = names.map((name) => name.trim()).find((name) => codings.has(name));
  if (coding === undefined) return;
  throw new ProblemError('NotAnImage', `Cannot ${asked.doing}: it has Content-Encoding ${coding}`);
}

/** The tags are compared here too: weak ones are never sent, and some stores ignore If-Match. */
function statOf(head: Head, size: number, asked: Asked): ObjectStat {
  const etag = head.headers.etag ?? null;
  const pinned = pinnedTag(asked.condition);
  if (pinned !== null && etag !== pinned) throw changed(asked);
  const time = Date.parse(head.headers['last-modified'] ?? '');
  return { size, etag, lastModified: Number.isNaN(time) ? null : new Date(time) };
}

/** The problem a refusal stands for, and whether the same request may be tried again. */
export function readProblem(
  head: Head,
  body: Uint8Array,
  asked: Asked,
): Readonly<{ problem: ProblemError; again: boolean }> {
  const { code, text, again } = readRefusal(head, body, asked.doing);
  return { problem: new ProblemError(problemOf(head, code, asked), text), again };
}

function problemOf(head: Head, code: string, asked: Asked): ProblemCode {
  const { status } = head;
  if (status === 401 || status === 403) return forbidden(code);
  if (status === 404) return code === 'NoSuchBucket' ? 'NoSuchBucket' : 'NoSuchKey';
  if (status === 412) return 'ObjectChanged';
  if (status === 416) return unsatisfied(head, asked);
  if (status === 429 || (status >= 500 && throttling.has(code))) return 'SlowDown';
  // InvalidURI and KeyTooLong: no object can have that key. All else is a request this store cannot take from us.
  if (status === 400) return /^(InvalidURI|KeyTooLong(Error)?)$/.test(code) ? 'NoSuchKey' : 'BucketMisconfigured';
  // A redirect is never followed: the credentials are for this address.
  if (status === 405 || (status > 300 && status < 400 && status !== 304)) return 'BucketMisconfigured';
  return 'BucketFault';
}

const throttling = new Set(['SlowDown', 'SlowDownRead', 'RequestLimitExceeded', 'TooManyRequests', 'Throttling']);

/** Codes of 403 that are about our keys or our clock, not about the object. */
const ours = new Set([
  'SignatureDoesNotMatch',
  'InvalidAccessKeyId',
  'RequestTimeTooSkewed',
  'RequestExpired',
  'ExpiredToken',
  'InvalidToken',
  'InvalidSecurityToken',
  'TokenRefreshRequired',
  'InvalidSecurity',
  'AuthorizationHeaderMalformed',
  'XAmzContentSHA256Mismatch',
]);

function forbidden(code: string): ProblemCode {
  if (code === 'InvalidObjectState') return 'InvalidObjectState';
  return ours.has(code) ? 'BucketMisconfigured' : 'AccessDenied';
}

function unsatisfied(head: Head, asked: Asked): ProblemCode {
  const { etag } = head.headers;
  const empty = asked.range.start === 0 || parseUnsatisfiedRange(head.headers['content-range'] ?? '') === 0;
  // A pinned version was read before, so it is not empty.
  const pinned = pinnedTag(asked.condition);
  if (pinned !== null && (empty || (etag !== undefined && etag !== pinned))) return 'ObjectChanged';
  return empty ? 'EmptyObject' : 'RangeNotSatisfiable';
}

function changed(asked: Asked): ProblemError {
  return new ProblemError('ObjectChanged', `Cannot ${asked.doing}: it changed since its first read`);
}

/** `cause` where the caller may know what helps. */
function fault(asked: Asked, reply: string, cause?: Readonly<{ code: string }>): ProblemError {
  return new ProblemError('BucketFault', `Cannot ${asked.doing}: the store answered ${reply}`, { cause });
}

/** A header for the log, cut short. */
function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 64));
}
