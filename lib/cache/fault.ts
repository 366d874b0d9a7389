// The edge of every cache: within the caller's time, and one code for whatever goes wrong with the store.

import { checkDeadline, withinDeadline } from '../io/deadline';
import { errorCode } from '../io/error-code';
import { ProblemError } from '../problem';
import type { ObjectRef } from '../types';

/**
 * What `work` gives, or ProblemError CacheFault: for its ProblemErrors, the errors of the system, and as soon as `signal`
 * fires, while `work` runs on unseen. Any other error is a bug and thrown as it is.
 */
export async function orCacheFault<T>(doing: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    checkDeadline(signal, doing);
    return await withinDeadline(signal, doing, work());
  } catch (cause) {
    if (cause instanceof ProblemError) throw cause.code === 'CacheFault' ? cause : cacheFault(cause.message, cause);
    const code = errorCode(cause);
    throw code === null ? cause : cacheFault(`Cannot ${doing}: ${code}`, cause);
  }
}

export function cacheFault(message: string, cause?: unknown): ProblemError {
  return new ProblemError('CacheFault', message, { cause });
}

/** The object for the log. */
export function named({ bucket, key }: ObjectRef): string {
  return JSON.stringify(`${bucket}/${key}`);
}
