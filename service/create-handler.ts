// createHandler: match the event, run its jobs, reply in the event's shape.

import { randomUUID } from 'node:crypto';
import type { Arrival } from '../lib/job';
import { eventJobs } from '../lib/limits';
import { ProblemError } from '../lib/problem';
import type { Job, Outcome, Trigger } from '../lib/types';
import { runJobs } from './schedule';

/** `remainingMs`: until the platform stops the function; null where it does not say. `arrival`: of a request to a server. */
export type Budget = Readonly<{ remainingMs: number | null; arrival?: Arrival }>;

/** Runs a job. Never throws: a failure is an answer too. */
export type Run = (job: Job, budget: Budget) => Promise<Outcome>;

export type Handler = (event: unknown, context: unknown) => Promise<unknown>;

/**
 * A function handler over the first of `triggers` that matches. Throws InternalError for an event that none matches;
 * the message names what is accepted and nothing of the event, which may hold signatures and keys.
 */
export function createHandler(triggers: readonly Trigger[], run: Run): Handler {
  return async (event, context) => {
    const trigger = triggers.find((candidate) => candidate.matches(event));
    if (trigger === undefined) {
      const accepted = triggers.map(({ name }) => name).join(', ');
      throw new ProblemError('InternalError', `Cannot handle an event of this shape: accepted are ${accepted}`);
    }
    const jobs = trigger.toJobs(event, () => randomUUID());
    const schedule = { running: eventJobs, remainingMs: countdown(context) };
    const outcomes = await runJobs(jobs, run, schedule);
    return trigger.toReply(outcomes, event);
  };
}

/** The time that is left, whenever it is asked for. */
function countdown(context: unknown): () => number | null {
  const atStart = readRemainingMs(context);
  const startedAt = performance.now();
  return () => (atStart === null ? null : atStart - Math.floor(performance.now() - startedAt));
}

/** From `getRemainingTimeInMillis()` (Lambda) or `time_limit_in_ms` (SCF: the limit of an invocation that just began). */
function readRemainingMs(context: unknown): number | null {
  if (typeof context !== 'object' || context === null) return null;
  if ('getRemainingTimeInMillis' in context && typeof context.getRemainingTimeInMillis === 'function') {
    return readMs(context.getRemainingTimeInMillis());
  }
  return 'time_limit_in_ms' in context ? readMs(context.time_limit_in_ms) : null;
}

function readMs(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
