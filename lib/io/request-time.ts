// The time that a job has: from its arrival to the moment when the caller or the platform stops waiting for it.
import { ProblemError } from '../problem';
import { LazyTimedSignal } from './deadline';

/** How a request reached a server: milliseconds since then, and a signal that fires when its client disconnects. */
export type Arrival = Readonly<{ waitedMs: number; gone: AbortSignal | null }>;

/**
 * The end of a job's time, as `performance.now()` counts, and a signal that fires then or when the client disconnects. The signal
 * and its timer are made when somebody asks for it: an answer from memory needs none.
 */
export type JobTime = Readonly<{ endsAt: number; signal: AbortSignal }>;

/** Milliseconds that are kept back to answer and to log before the platform stops the function. */
const reserveMs = 500;

/**
 * Milliseconds that are left for a job: `totalMs` from its arrival on, or less when the platform stops the function in
 * `remainingMs` (null = it does not say). 0 or less when the time is over.
 */
export function timeLeft(totalMs: number, remainingMs: number | null, waitedMs: number): number {
  return Math.floor(Math.min(totalMs - waitedMs, remainingMs === null ? Infinity : remainingMs - reserveMs));
}

/**
 * The result of `work` for a request with `ms` left. Throws ProblemError `SlowDown` for a request that waited for longer than
 * its time, and `ClientClosed` for any failure after the client disconnected.
 */
export async function withinRequestTime<T>(
  { gone, waitedMs }: Arrival,
  ms: number,
  work: (time: JobTime) => Promise<T>,
): Promise<T> {
  const time = new LazyTimedSignal(gone, Math.max(1, ms));
  try {
    if (gone?.aborted === true) throw new ProblemError('ClientClosed', 'Cannot answer: the client has disconnected');
    if (ms <= 0 && waitedMs > 0) {
      throw new ProblemError('SlowDown', `Cannot answer in time: the request waited for ${Math.round(waitedMs)} ms`);
    }
    return await work(time);
  } catch (error) {
    if (gone?.aborted !== true || (error instanceof ProblemError && error.code === 'ClientClosed')) throw error;
    throw new ProblemError('ClientClosed', 'The client disconnected before its answer', { cause: error });
  } finally {
    time.end();
  }
}
