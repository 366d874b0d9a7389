// Time limits: the end of the caller's time as an AbortSignal, and shorter limits within it.

import { setMaxListeners } from 'node:events';
import { ProblemError } from '../problem';

/** Throws ProblemError Timeout when the caller's time is over. `doing` is the action, for the message. */
export function checkDeadline(signal: AbortSignal, doing: string): void {
  if (signal.aborted) throw timeoutProblem(doing);
}

/** The problem of work that is not done when the caller's time is over. */
export function timeoutProblem(doing: string): ProblemError {
  return new ProblemError('Timeout', `Cannot ${doing}: the time for the whole request is over`);
}

/** Calls `stop` when `signal` fires. Returns a function that ends the wait for it. */
export function onAbort(signal: AbortSignal, stop: () => void): () => void {
  setMaxListeners(0, signal); // many reads listen at the same time
  signal.addEventListener('abort', stop, { once: true });
  return () => signal.removeEventListener('abort', stop);
}

/** The result of `work`, or ProblemError Timeout as soon as `signal` fires. `work` itself is not stopped. */
export async function withinDeadline<T>(signal: AbortSignal, doing: string, work: Promise<T>): Promise<T> {
  let expire = (): void => {};
  const expiry = new Promise<never>((_, reject) => {
    expire = () => reject(timeoutProblem(doing));
  });
  if (signal.aborted) expire();
  const stopWaiting = onAbort(signal, expire);
  try {
    return await Promise.race([expiry, work]);
  } finally {
    stopWaiting();
  }
}

/** The longest time of a timer, 24 days; Node fires a longer one at once. */
export const longestTimer = 2 ** 31 - 1;

/** The result of `work`, or after `ms` milliseconds what `late` returns or throws. `work` itself is not stopped. */
export async function withinMs<T>(ms: number, work: Promise<T>, late: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.min(ms, longestTimer));
  });
  try {
    return await Promise.race([timeUp.then(late), work]);
  } finally {
    clearTimeout(timer);
  }
}

/** A signal with a time limit. `end` stops the timer; afterwards the signal does not fire any more. */
export type TimedSignal = Readonly<{ signal: AbortSignal; end(): void }>;

/**
 * A signal that fires after `ms` milliseconds, or when `outer` does (null = it never does). Not by AbortSignal.any: Node 20 may
 * collect its signals before they fire.
 */
export function timedSignal(outer: AbortSignal | null, ms: number): TimedSignal {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, Math.min(ms, longestTimer));
  const stopWaiting = outer === null ? null : onAbort(outer, abort);
  if (outer?.aborted === true) abort();
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer);
      stopWaiting?.();
    },
  };
}

/**
 * The same from now on, but the signal and its timer are made when the signal is asked for: some works never ask. `endsAt` is the
 * end of the time, as `performance.now()` counts.
 *
 * A class, because V8 makes a hidden class for each object literal with a getter. Those stay until a full garbage collection.
 */
export class LazyTimedSignal implements TimedSignal {
  readonly endsAt: number;
  readonly #outer: AbortSignal | null;
  #made: TimedSignal | null = null;
  #isOver = false;

  constructor(outer: AbortSignal | null, ms: number) {
    this.endsAt = performance.now() + ms;
    this.#outer = outer;
  }

  get signal(): AbortSignal {
    this.#made ??= timedSignal(this.#outer, Math.max(1, this.endsAt - performance.now()));
    if (this.#isOver) this.#made.end();
    return this.#made.signal;
  }

  end(): void {
    this.#isOver = true;
    this.#made?.end();
  }
}

/** The result of `work`. It gets a signal that fires after `ms` milliseconds, or when `outer` does (null = it never does). */
export async function withinTime<T>(
  outer: AbortSignal | null,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal, end } = timedSignal(outer, ms);
  try {
    return await work(signal);
  } finally {
    end();
  }
}
