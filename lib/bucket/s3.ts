// A bucket in the S3 protocol (AWS S3, COS and compatible stores): one signed ranged GET per read.

import { ifMatchEtag, ifNoneMatchTag, isEtag, strongTag } from '../bytes/etag';
import { checkRange, formatLastBytes, formatRange } from '../bytes/range';
import { ProblemError } from '../problem';
import { orAgain, type S3ClientOptions, s3Client } from '../s3/client';
import { canBeKey } from '../s3/request';
import type { Bucket, Condition, FetchResult } from '../types';
import { planAhead, readAheadReply } from './s3-ahead';
import { checkCoding, errorAs200, isErrorText, planReply, type ReplyPlan, readProblem } from './s3-reply';

export type S3Options = S3ClientOptions &
  Readonly<{
    /** Bytes from the start of an object that may be read when the store answers all of it to a ranged request. */
    maxBytes: number;
  }>;

/**
 * The objects of `options.bucket`; `ref.bucket` is ignored. Throws the codes of `Bucket`, and: InvalidObjectState
 * (archived), ObjectEncrypted (SSE-C), KmsKeyUnusable, ObjectRefused (any other 400 about the object), NotAnImage (stored
 * compressed), BucketMisconfigured (wrong credentials, clock, region or endpoint). No message contains a credential, a
 * signature or text of a reply.
 */
export function s3Bucket(options: S3Options): Bucket {
  const send = s3Client(options);
  return {
    async fetch(ref, range, condition, signal) {
      checkRange(range);
      const doing = `read ${JSON.stringify(`s3://${options.bucket}/${ref.key}`)} at ${range.start}`;
      if (!canBeKey(ref.key)) throw new ProblemError('NoSuchKey', `Cannot ${doing}: no object has that key`);
      const wanted = { doing, range, condition, maxBytes: options.maxBytes };
      return send<ReplyPlan, FetchResult | null>(
        {
          method: 'GET',
          key: ref.key,
          headers: { Range: formatRange(range), ...conditionHeader(condition) },
          body: null,
          doing,
          plan: (head) => planReply(head, wanted),
          read(head, plan, bytes) {
            if (plan.is === 'unchanged') return { value: null };
            if (plan.is === 'object') {
              if (isErrorText(head, plan.stat, bytes)) return orAgain(errorAs200(bytes, wanted), true);
              checkCoding(plan.coding, bytes, wanted);
              return { value: { bytes, stat: plan.stat, received: plan.end } };
            }
            const { problem, again } = readProblem(head, bytes, wanted);
            return orAgain(problem, again);
          },
        },
        signal,
      );
    },
    async fetchAhead(ref, range, signal) {
      const doing = `read ahead in ${JSON.stringify(`s3://${options.bucket}/${ref.key}`)}`;
      if (!canBeKey(ref.key)) throw new ProblemError('NoSuchKey', `Cannot ${doing}: no object has that key`);
      const wanted = { doing, range, maxBytes: options.maxBytes };
      return send(
        {
          method: 'GET',
          key: ref.key,
          headers: { Range: 'last' in range ? formatLastBytes(range) : formatRange(range) },
          body: null,
          doing,
          maxTries: 1,
          plan: (head) => planAhead(head, wanted),
          read: (head, plan, bytes) => readAheadReply(head, plan, bytes, wanted),
        },
        signal,
      );
    },
  };
}

/** The header of a condition. A tag that cannot be sent is compared with the reply. */
export function conditionHeader(condition: Condition): Readonly<Record<string, string>> {
  const [strong, held] = [strongTag(ifMatchEtag(condition)), ifNoneMatchTag(condition)];
  if (strong !== null) return { 'If-Match': strong };
  return held !== null && isEtag(held) ? { 'If-None-Match': held } : {};
}
