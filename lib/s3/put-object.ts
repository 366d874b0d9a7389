// Writes an object.

import type { BodyPlan } from '../io/http-exchange';
import type { TryResult } from '../io/retry';
import type { S3Client } from './client';
import { readRefusal, refusalPlan, type StoreRefusal } from './refusal';

export type Put<T> = Readonly<{
  key: string;
  /** Sent with the request: conditions, Content-Type. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  /** The action, for the log. */
  doing: string;
  /** What the call returns when the store has the object. */
  done: T;
  /** What a refusal means. May throw ProblemError, which ends all tries. */
  refused(refusal: StoreRefusal): TryResult<T>;
}>;

/** Writes an object by one PUT, which is sent again after a temporary fault. Throws what `send` and `refused` throw. */
export function putObject<T>(send: S3Client, put: Put<T>, signal: AbortSignal): Promise<T> {
  const { key, headers, body, doing, done, refused } = put;
  return send<BodyPlan, T>(
    {
      method: 'PUT',
      key,
      headers,
      body,
      doing,
      plan: () => refusalPlan,
      read: (head, _plan, bytes) =>
        head.status >= 200 && head.status < 300 ? { value: done } : refused(readRefusal(head, bytes, doing)),
    },
    signal,
  );
}
