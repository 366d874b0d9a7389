// The line that a job writes to the log, made from its trace.
import { requestId } from '../http/answer';
import { traceIdOf } from '../http/trace-context';
import { ProblemError } from '../problem';
import type { Answer, HttpRequest, Job } from '../types';
import type { Trace } from './trace';

/** One line of the log. `problem` is the reason in our words, for the operator. */
export type LogLine = Readonly<Record<string, string | number | null>>;

/** How important a line is, from the least to the most. */
export type LogLevel = 'info' | 'warn' | 'error';

/** Where the lines of jobs go. `isLogged`: whether lines of a level are wanted; others are not even made (absent = all). */
export type JobLog = Readonly<{ log: (line: LogLine) => void; isLogged?: (level: LogLevel) => boolean }>;

/** Whether the line of a job is wanted. */
export function isLineWanted({ isLogged }: JobLog, trace: Trace, answer: Answer | null): boolean {
  return isLogged === undefined || isLogged(levelOf(trace, answer));
}

/** The line of a job that took `ms`. It has names and numbers only: no header, query or event ever reaches the log. */
export function logLine(job: Job, answer: Answer | null, trace: Trace, ms: number): LogLine {
  const { ref, error, cacheProblem, cost } = trace;
  return {
    level: levelOf(trace, answer),
    id: job.id,
    requestId: requestId(job.id),
    door: job.trigger,
    act: job.act,
    method: job.act === 'answer' ? methodOf(job.request) : null,
    bucket: ref?.bucket ?? null,
    key: ref === null ? null : shorten(ref.key, 200),
    caller: trace.caller,
    // Without the names of tags, because the caller chooses that text.
    view: trace.view === null ? null : withoutNames(trace.view),
    status: answer?.status ?? null,
    code: trace.code,
    container: trace.container,
    warnings: trace.warnings,
    cache: trace.cache,
    requests: cost.requests,
    bytes: cost.bytes,
    ms: Math.round(ms * 10) / 10,
    ...traceMember(job),
    ...(error === null ? {} : { problem: describeError(error) }),
    ...(cacheProblem === null ? {} : { cacheProblem: describeError(cacheProblem) }),
  };
}

function withoutNames(view: string): string {
  return view.includes('/') ? view.replace(/\/only\/.*$/s, '/only') : view;
}

/** The method as it was sent; `other` for a text that is not the name of a usual method. */
function methodOf({ method }: HttpRequest): string {
  return method === 'GET' || /^[A-Z]{1,10}$/.test(method) ? method : 'other';
}

function traceMember(job: Job): Readonly<{ trace?: string }> {
  const id = job.act === 'answer' ? traceIdOf(job.request) : null;
  return id === null ? {} : { trace: id };
}

/**
 * An answer of 4xx is the caller's mistake. For an event, which has no caller, the log is the only place where a failure can be
 * seen.
 */
function levelOf({ error, cacheProblem }: Trace, answer: Answer | null): LogLevel {
  const isAnswered = error === null || (error instanceof ProblemError && answer !== null && answer.status < 500);
  if (!isAnswered) return 'error';
  return cacheProblem === null ? 'info' : 'warn';
}

/** The message of a problem, with the code of its cause. Any other error is a bug: all of it, with its stack. */
function describeError(error: unknown): string {
  if (!(error instanceof ProblemError)) {
    return error instanceof Error ? (error.stack ?? error.message) : 'a value that is not an Error was thrown';
  }
  const { cause, message } = error;
  // The message of a system error repeats paths; its code is enough.
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : '';
  const hasCode = !code || [`: ${code}`, `(${code})`].some((end) => message.endsWith(end));
  return shorten(hasCode ? message : `${message} (${code})`, 400);
}

function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}...`;
}
