// Retries after a temporary fault, with full jitter, within the caller's time.

import { setTimeout as delay } from 'node:timers/promises';
import type { ProblemError } from '../problem';
import { checkDeadline, withinDeadline } from './deadline';

/**
 * The result of one try: a value, or a problem that a retry may solve. Other problems are thrown. `afterMs`: the least wait before
 * the next try, as the server wants it; absent = none.
 */
export type TryResult<T> = Readonly<{ value: T } | { problem: ProblemError; afterMs?: number }>;

export type RetryOptions = Readonly<{
  /** The total number of tries. */
  maxTries: number;
  /** 0 up to, not including, 1. */
  random: () => number;
  /** May resolve or reject early when the signal fires. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}>;

/** Milliseconds: the longest first wait, about one round trip to a near store. Each further wait may be twice as long. */
const firstWaitMs = 50;
/** Milliseconds: no wait is longer, so that three tries fit in a request's time. */
const longestWaitMs = 1_000;

export const patience: Pick<RetryOptions, 'random' | 'sleep'> = {
  random: Math.random,
  // An aborted wait resolves: `withinDeadline` throws the Timeout.
  sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => {}),
};

/** The first value of `attempt`. Throws the problem of the last try, or Timeout. `attempt` gets the number of the try, from 0. */
export async function retried<T>(
  attempt: (index: number) => Promise<TryResult<T>>,
  options: RetryOptions,
  doing: string,
  signal: AbortSignal,
): Promise<T> {
  for (let index = 0; ; index++) {
    checkDeadline(signal, doing);
    const tried = await attempt(index);
    if ('value' in tried) return tried.value;
    if (index + 1 >= options.maxTries) throw tried.problem;
    // A store's Retry-After is not in `afterMs`: the wait could be longer than the time of a reader.
    const jitter = options.random() * Math.min(longestWaitMs, firstWaitMs * 2 ** index);
    const wait = Math.max(jitter, tried.afterMs ?? 0);
    await withinDeadline(signal, doing, options.sleep(wait, signal));
  }
}
