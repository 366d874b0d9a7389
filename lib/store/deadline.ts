// The end of the caller's time, as every store tells it.

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

function timeout(doing: string): ProblemError {
  return new ProblemError('Timeout', `Cannot ${doing}: the time for the whole request is over`);
}
