// Reads a reply to a ranged GET in the S3 protocol: the bytes of an object, or a problem by name.

import { ifMatchEtag, ifNoneMatchTag, isEtag, isExcluded } from '../bytes/etag';
import { parseContentRange, parseUnsatisfiedRange } from '../bytes/range';
import type { BodyPlan, Head } from '../io/http-exchange';
import { type ProblemCode, ProblemError } from '../problem';
import { aboutSettings, readRefusal, refusalPlan, type StoreRefusal } from '../s3/refusal';

import type { ByteRange, Condition, ObjectStat } from '../types';

export type RangedRead = Readonly<{
  /** The action, for the log. */
  doing: string;
  range: ByteRange;
  condition: Condition;
  /** Bytes from the start of an object to read at most when the store ignores the range. */
  maxBytes: number;
}>;

/** The kinds of reply: bytes of the object; its version is unchanged; or a refusal, whose body is text. */
export type ReplyPlan = BodyPlan &
  (Readonly<{ is: 'object'; stat: ObjectStat; coding: string | null }> | Readonly<{ is: 'unchanged' | 'refusal' }>);

/**
 * The part of the body to keep, by the head of the reply. Throws ProblemError ObjectChanged, EmptyObject,
 * RangeNotSatisfiable, or BucketFault for a reply that contradicts itself or the request.
 */
export function planReply(head: Head, wanted: RangedRead): ReplyPlan {
  if (isUnchanged(head, wanted)) return { start: 0, end: 0, rest: 'any', is: 'unchanged' };
  if (head.status !== 200 && head.status !== 206) return { ...refusalPlan, is: 'refusal' };
  return head.status === 206 ? planPart(head, wanted) : planWhole(head, wanted);
}

/** A 304, or the object itself with the known tag: some stores ignore If-None-Match. */
function isUnchanged({ status, headers }: Head, wanted: RangedRead): boolean {
  if (status === 200 || status === 206) return isExcluded(wanted.condition, headers.etag ?? null);
  const held = ifNoneMatchTag(wanted.condition);
  if (status !== 304 || held === null || !isEtag(held)) return false;
  if (headers.etag !== undefined && !isExcluded(wanted.condition, headers.etag)) {
    throw fault(wanted, `304 for another version: ${quoted(headers.etag)}`);
  }
  return true;
}

function planPart(head: Head, wanted: RangedRead): ReplyPlan {
  const { range } = wanted;
  const text = head.headers['content-range'] ?? '';
  const part = parseContentRange(text);
  if (part === null) throw fault(wanted, `206 with Content-Range ${quoted(text)}`);
  const stat = statOf(head, part.size, wanted);
  if (part.start !== range.start || part.end !== Math.min(range.end, part.size)) {
    throw fault(wanted, `206 with other bytes: ${quoted(text)}`);
  }
  const length = part.end - part.start;
  const declared = head.headers['content-length'];
  if (declared !== undefined && Number(declared) !== length) {
    throw fault(wanted, `206 of ${length} bytes with Content-Length ${quoted(declared)}`);
  }
  return { start: 0, end: length, rest: 'none', is: 'object', stat, coding: codingOf(head) };
}

/** Some stores and gateways do not support ranges and send the object from its start. */
function planWhole(head: Head, wanted: RangedRead): ReplyPlan {
  const { range, maxBytes, doing } = wanted;
  const size = Number(head.headers['content-length'] ?? Number.NaN);
  if (!Number.isSafeInteger(size))
    throw fault(wanted, '200 to a ranged request, without Content-Length', { code: 'NO_LENGTH' });
  const stat = statOf(head, size, wanted);
  if (size === 0) throw new ProblemError('EmptyObject', `Cannot ${doing}: it is empty`);
  if (range.start >= size) throw new ProblemError('RangeNotSatisfiable', `Cannot ${doing}: it has ${size} bytes`);
  const end = Math.min(range.end, size);
  if (end > maxBytes) throw fault(wanted, `200 to a ranged request, which needs more than ${maxBytes} bytes`);
  return {
    start: range.start,
    end,
    rest: end < size ? 'unwanted' : 'none',
    is: 'object',
    stat,
    coding: codingOf(head),
  };
}

/** `Content-Encoding`, shortened; null without that header. */
function codingOf({ headers }: Head): string | null {
  return headers['content-encoding']?.slice(0, 64) ?? null;
}

/**
 * Throws ProblemError NotAnImage when an object has a `Content-Encoding` and starts like gzip [RFC 1952 2.3.1]. The bytes
 * decide: S3 keeps the header of the upload, and some tools set it for images that are not compressed. Other codings have
 * no signature: their objects are refused when no container recognises the first bytes.
 */
export function checkCoding(coding: string | null, bytes: Uint8Array, { doing, range }: RangedRead): void {
  if (coding === null || range.start !== 0 || bytes[0] !== 0x1f || bytes[1] !== 0x8b) return;
  throw new ProblemError('NotAnImage', `Cannot ${doing}: it is compressed (Content-Encoding ${quoted(coding)})`);
}

/** Tags are compared here, too: weak ones are never sent, and some stores ignore If-Match. */
function statOf(head: Head, size: number, wanted: RangedRead): ObjectStat {
  const etag = head.headers.etag ?? null;
  const pinned = ifMatchEtag(wanted.condition);
  if (pinned !== null && etag !== pinned) throw changed(wanted);
  const time = Date.parse(head.headers['last-modified'] ?? '');
  return { size, etag, lastModified: Number.isNaN(time) ? null : new Date(time) };
}

/**
 * Whether a 200 has an error of S3 instead of an object: some gateways send that when their store fails. Every store in
 * the S3 protocol sends an ETag with an object, so an image is never mistaken for an error.
 */
export function isErrorText({ status }: Head, { etag }: ObjectStat, bytes: Uint8Array): boolean {
  if (status !== 200 || etag !== null) return false;
  return /^\s*(<\?xml[^>]*>\s*)?<Error[\s>]/.test(new TextDecoder().decode(bytes.subarray(0, 512)));
}

/** The problem of such a 200. */
export function errorAs200(bytes: Uint8Array, wanted: RangedRead): ProblemError {
  const { text } = readRefusal({ status: 200, headers: {} }, bytes.subarray(0, refusalPlan.end), wanted.doing);
  return new ProblemError('BucketFault', text);
}

/** The problem of a refusal, and whether a retry makes sense. */
export function readProblem(
  head: Head,
  body: Uint8Array,
  wanted: RangedRead,
): Readonly<{ problem: ProblemError; again: boolean }> {
  const refusal = readRefusal(head, body, wanted.doing);
  return { problem: new ProblemError(problemOf(head, refusal, wanted), refusal.text), again: refusal.again };
}

function problemOf(head: Head, { status, code, again, cause }: StoreRefusal, wanted: RangedRead): ProblemCode {
  if (cause === 'throttled') return 'SlowDown';
  if (cause === 'timeout') return 'Timeout';
  if (again) return 'BucketFault';
  if (cause === 'customer-key') return 'ObjectEncrypted';
  if (code.startsWith('KMS.')) return code === 'KMS.AccessDeniedException' ? 'AccessDenied' : 'KmsKeyUnusable';
  if (status === 400) return badRequest(code);
  if (status === 401 || status === 403) return forbidden(code);
  if (status === 404) return code === 'NoSuchBucket' ? 'NoSuchBucket' : 'NoSuchKey';
  // The read starts over once, with the new version: see `readObject` in lib/read/object.ts.
  if (status === 412) return 'ObjectChanged';
  if (status === 416) return unsatisfied(head, wanted);
  // A redirect is never followed: the credentials are for this address. 407: a proxy wants a password.
  if (status === 405 || status === 407 || (status > 300 && status < 400 && status !== 304))
    return 'BucketMisconfigured';
  return 'BucketFault';
}

/** A 400 without a code counts as an error in our request. */
function badRequest(code: string): ProblemCode {
  // No object can have that key.
  if (/^(InvalidURI|KeyTooLong(Error)?)$/.test(code)) return 'NoSuchKey';
  if (code === 'InvalidObjectState') return 'InvalidObjectState';
  return code === '' || code === 'BadRequest' || aboutSettings.has(code) ? 'BucketMisconfigured' : 'ObjectRefused';
}

function forbidden(code: string): ProblemCode {
  if (code === 'InvalidObjectState') return 'InvalidObjectState';
  return aboutSettings.has(code) ? 'BucketMisconfigured' : 'AccessDenied';
}

function unsatisfied(head: Head, wanted: RangedRead): ProblemCode {
  const { etag } = head.headers;
  const size = parseUnsatisfiedRange(head.headers['content-range'] ?? '');
  const empty = size === null ? wanted.range.start === 0 : size === 0;
  // A pinned version was read before, so it is not empty.
  const pinned = ifMatchEtag(wanted.condition);
  if (pinned !== null && (empty || (etag !== undefined && etag !== pinned))) return 'ObjectChanged';
  if (empty) return 'EmptyObject';
  return size !== null && size > wanted.range.start ? 'BucketFault' : 'RangeNotSatisfiable';
}

function changed(wanted: RangedRead): ProblemError {
  return new ProblemError('ObjectChanged', `Cannot ${wanted.doing}: it changed since its first read`);
}

/** `cause` has a code for causes that have their own advice for the caller. */
function fault(wanted: RangedRead, reply: string, cause?: Readonly<{ code: string }>): ProblemError {
  return new ProblemError('BucketFault', `Cannot ${wanted.doing}: the store answered ${reply}`, { cause });
}

/** A header for the log, shortened. */
function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 64));
}
