// The end of the caller's time, as every store tells it, and shorter times within it.

import { setMaxListeners } from 'node:events';
import { ProblemError } from '../problem';

/** Throws ProblemError Timeout when the caller's time is over. `doing` is the action for the log. */
export function checkDeadline(signal: AbortSignal, doing: string): void {
  if (signal.aborted) throw timeout(doing);
}

/** The result of `work`, or ProblemError Timeout as soon as the caller's time is over; `work` itself runs on unseen. */
export async function withinDeadline<T>(signal: AbortSignal, doing: string, work: Promise<T>): Promise<T> {
  let expire = (): void => {};
  const expiry = new Promise<never>((_, reject) => {
    expire = () => reject(timeout(doing));
  });
  if (signal.aborted) expire();
  setMaxListeners(0, signal); // each of many reads together listens
  signal.addEventListener('abort', expire, { once: true });
  try {
    return await Promise.race([expiry, work]);
  } finally {
    signal.removeEventListener('abort', expire);
  }
}

/** The longest time that a timer takes, 24 days; a longer one would be over at once. */
const longestTimer = 2 ** 31 - 1;

/**
 * What `work` gives, which is told by its own signal when `ms` are over or the caller's time is (`outer`; null = no end).
 * Not by AbortSignal.any, whose parts Node 20 may collect before they fire.
 */
export async function withinTime<T>(
  outer: AbortSignal | null,
  ms: number,
  work: (soon: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, Math.min(ms, longestTimer));
  if (outer !== null) setMaxListeners(0, outer); // each of many works together listens
  outer?.addEventListener('abort', abort, { once: true });
  if (outer?.aborted === true) abort();
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', abort);
  }
}

function timeout(doing: string): ProblemError {
  return new ProblemError('Timeout', `Cannot ${doing}: the time for the whole request is over`);
}
