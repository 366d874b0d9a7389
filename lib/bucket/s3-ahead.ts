// Reads the reply to a GET of bytes that will probably be needed. The size of the object is not known yet, so the range may be
// one of the last bytes [RFC 9110 14.1.2].

import { parseContentRange, partOf } from '../bytes/range';
import type { BodyPlan, Head } from '../io/http-exchange';
import type { ProblemCode } from '../problem';
import { orAgain } from '../s3/client';
import type { ByteRange, FetchResult, LastBytes } from '../types';
import { planReply, type RangedRead, type ReplyPlan, readProblem } from './s3-reply';

export type AheadRead = Readonly<{ doing: string; range: ByteRange | LastBytes; maxBytes: number }>;

/** Also: `ignored`, a reply of the whole of a longer object. */
type AheadPlan = ReplyPlan | (BodyPlan & Readonly<{ is: 'ignored' }>);

/** The problems of a store that does not support such a range. */
const unsupported: readonly ProblemCode[] = ['ObjectRefused', 'BucketMisconfigured', 'BucketFault'];

/** The part of the body to keep. Throws ProblemError as `planReply` does. */
export function planAhead(head: Head, wanted: AheadRead): AheadPlan {
  const { range, doing, maxBytes } = wanted;
  const size = sizeIn(head);
  if (head.status === 200 && !('last' in range && size !== null && size <= range.last)) {
    return { start: 0, end: 0, rest: 'any', is: 'ignored' };
  }
  const part = partOf(range, size ?? 0);
  return planReply(head, { doing, range: part, condition: null, maxBytes });
}

function sizeIn({ status, headers }: Head): number | null {
  if (status === 206) return parseContentRange(headers['content-range'] ?? '')?.size ?? null;
  const size = Number(headers['content-length'] ?? Number.NaN);
  return Number.isSafeInteger(size) ? size : null;
}

/** The bytes of the reply; null when the store does not support the range. */
export function readAheadReply(
  head: Head,
  plan: AheadPlan,
  bytes: Uint8Array,
  { doing, range }: AheadRead,
): ReturnType<typeof orAgain> | Readonly<{ value: FetchResult | null }> {
  if (plan.is === 'object') return { value: { bytes, stat: plan.stat, received: plan.end } };
  if (plan.is !== 'refusal') return { value: null };
  const wanted: RangedRead = { doing, range: 'last' in range ? partOf(range, 1) : range, condition: null, maxBytes: 0 };
  const { problem, again } = readProblem(head, bytes, wanted);
  return !again && unsupported.includes(problem.code) ? { value: null } : orAgain(problem, again);
}
