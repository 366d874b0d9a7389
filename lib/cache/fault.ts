// What all caches share: the caller's time limit, and one code for everything that goes wrong with a store.

import { checkDeadline, withinDeadline } from '../io/deadline';
import { errorCode } from '../io/error-code';
import { ProblemError } from '../problem';
import type { ObjectRef } from '../types';

/**
 * The result of `work`. Throws ProblemError CacheFault for its ProblemErrors, for errors of the system, and as soon as `signal`
 * fires; then `work` goes on, but its result is dropped. Any other error is a bug and is thrown as it is.
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

/** The name of an object for the log. */
export function objectName({ bucket, key }: ObjectRef): string {
  return JSON.stringify(`${bucket}/${key}`);
}
