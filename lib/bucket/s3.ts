// A bucket in the S3 protocol (AWS S3, COS, and what is compatible): one signed ranged GET a read.

import { ifMatchTag, ifNoneMatchTag, isTag, strongTag } from '../bytes/etag';
import { checkRange, formatRange } from '../bytes/range';
import { ProblemError } from '../problem';
import { orAgain, type S3ClientOptions, s3Client } from '../s3/client';
import { canBeKey } from '../s3/request';
import type { Bucket, Condition, Fetched } from '../types';
import { checkCoding, errorAs200, isErrorText, planReply, type ReplyPlan, readProblem } from './s3-reply';

export type S3Options = S3ClientOptions &
  Readonly<{
    /** Bytes from the start of an object that may be read when the store answers all of it to a ranged request. */
    maxBytes: number;
  }>;

/**
 * The objects of `options.bucket`; `ref.bucket` is not looked at. Besides the codes of `Bucket`: InvalidObjectState
 * (archived), ObjectEncrypted (SSE-C), KmsKeyUnusable, ObjectRefused (any other 400 about the object), NotAnImage (stored
 * compressed), BucketMisconfigured (keys, clock, region or endpoint are wrong). No message holds a credential, a signature
 * or a reply's text.
 */
export function s3Bucket(options: S3Options): Bucket {
  const send = s3Client(options);
  return {
    async fetch(ref, range, condition, signal) {
      checkRange(range);
      const doing = `read ${JSON.stringify(`s3://${options.bucket}/${ref.key}`)} at ${range.start}`;
      if (!canBeKey(ref.key)) throw new ProblemError('NoSuchKey', `Cannot ${doing}: no object has that key`);
      const asked = { doing, range, condition, maxBytes: options.maxBytes };
      return send<ReplyPlan, Fetched | null>(
        {
          method: 'GET',
          key: ref.key,
          headers: { Range: formatRange(range), ...conditionHeader(condition) },
          body: null,
          doing,
          plan: (head) => planReply(head, asked),
          read(head, plan, bytes) {
            if (plan.is === 'unchanged') return { value: null };
            if (plan.is === 'object') {
              if (isErrorText(head, plan.stat, bytes)) return orAgain(errorAs200(bytes, asked), true);
              checkCoding(plan.coding, bytes, asked);
              return { value: { bytes, stat: plan.stat, received: plan.end } };
            }
            const { problem, again } = readProblem(head, bytes, asked);
            return orAgain(problem, again);
          },
        },
        signal,
      );
    },
  };
}

/** The header of a condition. A tag that cannot be sent is compared when the reply comes. */
export function conditionHeader(condition: Condition): Readonly<Record<string, string>> {
  const [strong, held] = [strongTag(ifMatchTag(condition)), ifNoneMatchTag(condition)];
  if (strong !== null) return { 'If-Match': strong };
  return held !== null && isTag(held) ? { 'If-None-Match': held } : {};
}
