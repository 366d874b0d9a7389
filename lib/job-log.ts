// What is noted of a job while it runs, and the one line of the log that is made of it.

import type { Caller } from './auth';
import { requestId } from './http/answer';
import { ProblemError } from './problem';
import type { ViewNotes } from './read/view';
import type { EventNotes } from './read/warm';
import type { Answer, Job } from './types';

/** One line of the log. `problem` is the reason in our words, for the operator. */
export type LogLine = Readonly<Record<string, string | number | null>>;

/** What is noted of any job. `view` is the id of what is asked for; `error` is what it failed with, `code` how it ended otherwise. */
export type Trace = ViewNotes & EventNotes & { caller: Caller | null; view: string | null; error: unknown };

/** Nothing noted yet. */
export function newTrace(): Trace {
  return {
    ref: null,
    caller: null,
    view: null,
    container: null,
    record: null,
    size: null,
    cost: { requests: 0, bytes: 0 },
    cache: null,
    cacheProblem: null,
    code: 'OK',
    error: null,
  };
}

/** Names and numbers only: no header, query or event ever reaches the log. */
export function logLine(job: Job, answer: Answer | null, trace: Trace, ms: number): LogLine {
  const { error, cacheProblem } = trace;
  const problem = error instanceof ProblemError ? error : null;
  return {
    level: levelOf(trace, answer),
    id: job.id,
    requestId: requestId(job.id),
    door: job.trigger,
    act: job.act,
    bucket: trace.ref?.bucket ?? null,
    key: trace.ref === null ? null : shorten(trace.ref.key, 200),
    caller: trace.caller?.keyId ?? null,
    // Without the names of tags, which are the caller's text.
    view: trace.view === null ? null : trace.view.replace(/\/only\/.*$/s, '/only'),
    status: answer?.status ?? null,
    code: problem?.code ?? (error === null ? trace.code : 'InternalError'),
    container: trace.record?.container ?? trace.container,
    warnings: trace.record?.document?.warnings.length ?? 0,
    cache: trace.cache,
    requests: trace.cost.requests,
    bytes: trace.cost.bytes,
    ms: Math.round(ms * 10) / 10,
    ...(error === null ? {} : { problem: describe(error) }),
    ...(cacheProblem === null ? {} : { cacheProblem: describe(cacheProblem) }),
  };
}

/** An answer of 4xx is the caller's business; a job that nobody waits for has only the log. */
function levelOf({ error, cacheProblem }: Trace, answer: Answer | null): 'info' | 'warn' | 'error' {
  const isAnswered = error === null || (error instanceof ProblemError && answer !== null && answer.status < 500);
  if (!isAnswered) return 'error';
  return cacheProblem === null ? 'info' : 'warn';
}

/** A bug is logged whole, with its stack; a problem by its message and the code of its cause. */
function describe(error: unknown): string {
  if (error instanceof ProblemError) {
    // The text of a system error repeats paths; its code says enough.
    const code =
      typeof error.cause === 'object' && error.cause !== null && 'code' in error.cause ? error.cause.code : '';
    const isTold = !code || error.message.endsWith(`: ${code}`);
    return shorten(isTold ? error.message : `${error.message} (${code})`, 400);
  }
  return error instanceof Error ? (error.stack ?? error.message) : 'a value that is no error was thrown';
}

function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}...`;
}
