// Runs one job and logs one line about it. For a request: finds the operation, checks the caller, reads the object through the
// cache, and answers. For an event of an object: brings the cache up to date.
import { type Access, authorize } from './auth';
import {
  type AnswerSettings,
  answerPreflight,
  answerProblem,
  answerView,
  forOneCaller,
  isReadMethod,
  mayCompress,
  type RequestContext,
  representationOf,
  withReads,
} from './http/answer';
import { conditionsOf, toKnown } from './http/conditional';
import { toOperation } from './http/operation';
import { hostName, type Routes, toObjectRef, withHandedOnHost } from './http/request';
import { withinDeadline, withinTime } from './io/deadline';
import { type Arrival, type JobTime, timeLeft, withinRequestTime } from './io/request-time';
import { ProblemError, problemCode } from './problem';
import type { WarmDeps } from './read/follow-event';
import { isLineWanted, type JobLog, logLine } from './read/log-line';
import { newTrace, type Trace } from './read/trace';
import { type Admit, type ReadSources, readView, type SharedViews, type ViewResult } from './read/view';
import type { Answer, Job, ObjectRef, ObjectStat, Outcome, Style } from './types';

export type { Arrival } from './io/request-time';
export type { CacheSetup, Freshness } from './read/entry';
export type { LogLevel, LogLine } from './read/log-line';

/** A request. */
export type AnswerJob = Extract<Job, { act: 'answer' }>;

/** Everything that a job needs. A job uses no other clock, setting or connection. */
export type JobDeps = WarmDeps &
  JobLog &
  Readonly<{
    routes: Routes;
    /** The header in which a trusted gateway passes on the Host of the request; null = Host itself. */
    hostHeader: string | null;
    access: Access;
    answers: AnswerSettings;
    /** The style for `?exif` without a style. */
    defaultStyle: Style;
    /** Whether each answer reports in `x-exif-reads` what was read for it. */
    showReads: boolean;
    now: () => Date;
    /** Throws ProblemError `SlowDown` for a request that would wait too long in a busy process; absent = never. */
    checkLoad?: () => void;
    /** Decides when a request may start to read, in a process that runs many requests; absent = at once. */
    admit?: Admit;
    /** The reads that requests for one object share, in such a process; absent or null = each request reads. */
    shared?: SharedViews | null;
  }>;

/**
 * Runs a job within `remainingMs` and the time that the settings give it from its arrival on. Never throws. A request that
 * waited until its time was over is answered `SlowDown`.
 */
export function runJob(
  job: Job,
  deps: JobDeps,
  remainingMs: number | null,
  arrival: Arrival = { waitedMs: 0, gone: null },
): Promise<Outcome> {
  if (job.act === 'answer') return runAnswer(job, deps, { remainingMs, arrival }, (work) => answerRequest(work, deps));
  const ms = timeLeft(deps.limits.totalMs, remainingMs, arrival.waitedMs);
  return finish(job, deps, null, async (trace) => {
    await withinTime(null, Math.max(1, ms), (signal) => loadFollow().followEvent(job, deps, trace, signal));
    return null;
  });
}

/** The code for events is loaded by the first event: a function has either requests or events. */
function loadFollow(): typeof import('./read/follow-event') {
  return require('./read/follow-event') as typeof import('./read/follow-event');
}

/** A request that is being answered. */
export type AnswerWork = Readonly<{ context: RequestContext; trace: Trace; time: JobTime }>;

/** Runs `work` as the answer to a request, as `runJob` does. */
export function runAnswer(
  job: AnswerJob,
  deps: JobDeps,
  { remainingMs, arrival }: Readonly<{ remainingMs: number | null; arrival: Arrival }>,
  work: (work: AnswerWork) => Promise<Answer>,
): Promise<Outcome> {
  const ms = timeLeft(deps.limits.totalMs, remainingMs, arrival.waitedMs);
  const context = contextOf(job, deps);
  return finish(job, deps, context, (trace) =>
    withinRequestTime(arrival, ms, (time) => work({ context, trace, time })),
  );
}

/** The outcome of a job that is refused with `error` instead of being run. Never throws. */
export function refuseJob(job: Job, deps: JobDeps, error: ProblemError): Promise<Outcome> {
  const context = job.act === 'answer' ? contextOf(job, deps) : null;
  return finish(job, deps, context, () => Promise.reject(error));
}

async function answerRequest({ context, trace, time }: AnswerWork, deps: JobDeps): Promise<Answer> {
  const { request, settings, now } = context;
  const preflight = answerPreflight(context);
  if (preflight !== null) return preflight;
  if (!isReadMethod(request.method)) throw new ProblemError('MethodNotAllowed', 'Cannot answer this method');

  const ref = toObjectRef(request, deps.routes);
  trace.ref = ref;
  const { name: operation, view } = toOperation(request, deps.defaultStyle);
  trace.view = view.id;
  deps.checkLoad?.();

  // Before anything is read from the bucket or the cache.
  const question = { request, ref, operation, host: hostName(request) };
  const permitted = authorize(question, deps.access, now, ({ keyId }) => {
    trace.caller = keyId; // also of a request that the policy of the key refuses
  });
  // Not `instanceof Promise`: for a promise of another kind, that would let a request pass before its verdict.
  if (permitted !== null && !('keyId' in permitted))
    await withinDeadline(time.signal, 'check the signature', permitted);

  if (deps.showReads) trace.cost.ranges = [];
  const representation = representationOf(view, context);
  const verdictOn = conditionsOf(request, representation, settings.revision, now);
  const result = await readView(view, {
    ref,
    deps,
    trace,
    read: reader(ref, deps, time),
    isKnown: (stat: ObjectStat) => toKnown(verdictOn(stat)),
    encoding: representation.encoding,
    time,
  });

  const verdict = verdictOn(result.stat);
  if (verdict.kind === 'failed') throw new ProblemError('PreconditionFailed', 'Cannot answer: a condition is not met');
  const shown: ViewResult = verdict.kind === 'unchanged' ? { ...result, content: null } : result;
  return answerView(isForOneCaller(ref, deps, trace) ? forOneCaller(context) : context, representation, shown);
}

function isForOneCaller(ref: ObjectRef, { access }: JobDeps, { caller }: Trace): boolean {
  return caller !== null || (access.callers === 'platform' && !access.isPublic(ref));
}

/** A function that runs a read of the object over its bucket and the cache: at once, or when a busy process admits it. */
export function reader({ bucketId }: ObjectRef, { buckets, cache, admit }: JobDeps, time: JobTime): ReadSources {
  const bucket = buckets.get(bucketId);
  if (bucket === undefined) throw new ProblemError('InternalError', `No bucket is open for the id ${bucketId}`);
  const sources = { bucket, cache };
  if (admit === undefined) return (read) => read(sources);
  return (read, by = time) => admit({ bucketId, sources, time: by }, read);
}

function contextOf(job: AnswerJob, { answers, hostHeader, now }: JobDeps): RequestContext {
  const request = withHandedOnHost(job.request, hostHeader);
  return { id: job.id, now: now(), request, settings: answers, compress: mayCompress(answers, job) };
}

/** The outcome of `work`, and one line in the log. An error of a request (`context`) becomes its answer. */
async function finish(
  job: Job,
  deps: JobDeps,
  context: RequestContext | null,
  work: (trace: Trace) => Promise<Answer | null>,
): Promise<Outcome> {
  const startedAt = performance.now();
  const trace = newTrace();
  let answer: Answer | null;
  try {
    answer = await work(trace);
  } catch (error) {
    trace.error = error;
    trace.code = problemCode(error);
    answer = context === null ? null : answerFailure(context, error);
  }
  const ms = performance.now() - startedAt;
  if (isLineWanted(deps, trace, answer)) deps.log(logLine(job, answer, trace, ms));
  const { code, container, cost, cache } = trace;
  return {
    job,
    answer: answer !== null && deps.showReads && !isBatchAnswer(trace) ? withReads(answer, trace, ms) : answer,
    error: trace.error,
    summary: { code, container, cost, cache },
  };
}

/** Whether the answer is that of a batch. Its objects were read one by one, and the trace of each has its cost. */
function isBatchAnswer({ view, error }: Trace): boolean {
  return error === null && view?.startsWith('batch/') === true;
}

/** The answer to an error. If making it fails too, a plain answer 500. */
function answerFailure(context: RequestContext, error: unknown): Answer {
  try {
    return answerProblem(context, error);
  } catch {
    return { status: 500, headers: { date: context.now.toUTCString(), 'content-length': '0' }, body: '' };
  }
}
