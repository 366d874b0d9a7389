// The handler of a function: opens the event, runs its jobs, replies in the form that the platform expects.

import { randomUUID } from 'node:crypto';
import { eventJobs } from '../lib/limits';
import { ProblemError } from '../lib/problem';
import type { OpenedEvent, Trigger } from '../lib/types';
import { type JobRunner, runJobs } from './schedule';
import { defaultLog, writeLog } from './write-log';

export type Handler = (event: unknown, context: unknown) => Promise<unknown>;

/**
 * A handler for the events that `triggers` open. It throws InternalError for any other event; the message names the triggers
 * and repeats nothing of the event, which may contain signatures and keys. It throws what `OpenedEvent.reply` throws.
 */
export function createHandler(triggers: readonly Trigger[], run: JobRunner): Handler {
  return async (event, context) => {
    const remainingMs = countdown(context);
    const { trigger, opened } = openEvent(triggers, event);
    for (const id of opened.unreadable) logUnreadable(trigger.name, id);
    const outcomes = await runJobs(opened.jobs, run, { running: eventJobs, remainingMs });
    return opened.reply(outcomes);
  };
}

function openEvent(triggers: readonly Trigger[], event: unknown): Readonly<{ trigger: Trigger; opened: OpenedEvent }> {
  for (const trigger of triggers) {
    const opened = trigger.open(event, () => randomUUID());
    if (opened !== null) return { trigger, opened };
  }
  const names = triggers.map(({ name }) => name).join(', ');
  throw new ProblemError('InternalError', `Cannot handle an event of this shape; known triggers: ${names}`);
}

/** Until such a message is found in the dead-letter queue, this line is the only sign of it. */
function logUnreadable(trigger: string, id: string): void {
  const problem = 'Cannot read a message: it is not an S3 event in a known form';
  writeLog({ level: 'error', id, door: trigger, code: 'InternalError', problem }, defaultLog);
}

/** Returns a function that returns the milliseconds that are left now; null when the platform does not say. */
function countdown(context: unknown): () => number | null {
  const atStart = readRemainingMs(context);
  const startedAt = performance.now();
  return () => (atStart === null ? null : atStart - Math.floor(performance.now() - startedAt));
}

/** From `getRemainingTimeInMillis()` (Lambda) or `time_limit_in_ms` (SCF: the limit of an invocation, which has just started). */
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
