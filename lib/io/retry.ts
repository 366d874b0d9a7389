// Trying again after a fault that may pass, with full jitter, within the caller's time.

import { setTimeout as delay } from 'node:timers/promises';
import type { ProblemError } from '../problem';
import { checkDeadline, withinDeadline } from './deadline';

/** What came of one try: a value, or a problem that another try may cure. A problem that none can is thrown. */
export type Tried<T> = Readonly<{ value: T } | { problem: ProblemError }>;

export type RetryOptions = Readonly<{
  /** Tries in all. */
  maxTries: number;
  /** 0 up to, not including, 1. */
  random: () => number;
  /** May end early, however it likes, when the signal fires. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}>;

/** Milliseconds: the first wait is at most this, about one round trip to a near store; each further one twice as long. */
const firstWaitMs = 50;
/** Milliseconds: no wait is longer, so that three tries fit in a request's time. */
const longestWaitMs = 1_000;

export const patience: Pick<RetryOptions, 'random' | 'sleep'> = {
  random: Math.random,
  // Given up, it resolves: that the time is over is told elsewhere.
  sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => {}),
};

/** The first value `attempt` yields; else the problem of its last try, or Timeout. `attempt` gets the number of the try. */
export async function retried<T>(
  attempt: (index: number) => Promise<Tried<T>>,
  options: RetryOptions,
  doing: string,
  signal: AbortSignal,
): Promise<T> {
  for (let index = 0; ; index++) {
    checkDeadline(signal, doing);
    const tried = await attempt(index);
    if ('value' in tried) return tried.value;
    if (index + 1 >= options.maxTries) throw tried.problem;
    // The store's Retry-After is not asked: it could stretch the wait beyond the caller's time.
    const wait = options.random() * Math.min(longestWaitMs, firstWaitMs * 2 ** index);
    await withinDeadline(signal, doing, options.sleep(wait, signal));
  }
}
