// Runs one job: what is asked, read, answer; or what is told of an object, into the cache. One line for the log.

import { type Access, authorize, type Caller } from './auth';
import {
  type AnswerSettings,
  type Asked,
  answerPreflight,
  answerProblem,
  answerView,
  type Content,
  encodeContent,
  forOneCaller,
  isReadMethod,
  mayCompress,
  withReads,
} from './http/answer';
import { answerETag, isConditional, judge, type Representation, toKnown, type Verdict } from './http/conditional';
import { chooseEncoding } from './http/negotiation';
import { toOperation, type View } from './http/operation';
import { hostName, type Routes, toObjectRef, withHandedOnHost } from './http/request';
import { withinDeadline, withinTime } from './io/deadline';
import { type LogLine, logLine, newTrace, type Trace } from './job-log';
import type { Limits } from './limits';
import { ProblemError } from './problem';
import { type Look, readView, type Sources } from './read/view';
import { followEvent, type WarmDeps } from './read/warm';
import type { Answer, Bucket, Job, ObjectRef, ObjectStat, Outcome, Style } from './types';

export type { LogLine } from './job-log';
export type { Caching, Freshness } from './read/entry';

/** All that running a job needs; nothing is taken from the surroundings. */
export type JobDeps = WarmDeps &
  Readonly<{
    routes: Routes;
    /** Header in which a trusted gateway hands on the Host it was asked for; null = Host itself. */
    hostHeader: string | null;
    access: Access;
    answers: AnswerSettings;
    /** The style of `?exif` that names none. */
    defaultStyle: Style;
    /** Each answer says in `x-exif-reads` what was read for it. */
    showReads: boolean;
    now: () => Date;
    log: (line: LogLine) => void;
    /** Decides when a request may read its object, in a process that runs many; absent = at once. */
    admit?: Admit;
  }>;

/** One request's wish to read from a bucket: `endsAt` is when its time is over, as `performance.now()` counts. */
export type AdmitAsk = Readonly<{ bucketId: string; sources: Sources; endsAt: number; signal: AbortSignal }>;

/** Runs `read` when it may begin, with the sources to read from. Throws ProblemError `SlowDown` when it may not in time. */
export type Admit = <T>(ask: AdmitAsk, read: (sources: Sources) => Promise<T>) => Promise<T>;

/** How a request reached a server: milliseconds since then, and a signal that fires when its client is gone. */
export type Arrival = Readonly<{ waitedMs: number; gone: AbortSignal | null }>;

/** The time of one job: its end, as `performance.now()` counts, and the signal that fires then. */
type JobTime = Readonly<{ endsAt: number; signal: AbortSignal }>;

type AnswerJob = Extract<Job, { act: 'answer' }>;

/**
 * Runs a job within `remainingMs` and the time that the settings give it, which begins when it arrived; never throws. A
 * request whose time was over before it could be run is answered `SlowDown`.
 */
export function runJob(
  job: Job,
  deps: JobDeps,
  remainingMs: number | null,
  arrival: Arrival = { waitedMs: 0, gone: null },
): Promise<Outcome> {
  const ms = timeLeft(deps.limits, remainingMs, arrival.waitedMs);
  if (job.act === 'answer') {
    const compress = mayCompress(deps.answers, job);
    return finishAnswer(job, deps, (asked, trace) =>
      whileWaitedFor(arrival, ms, (time) => answerJob({ ...asked, compress }, deps, trace, time)),
    );
  }
  return finishEvent(job, deps, (trace) =>
    withinTime(null, Math.max(1, ms), (signal) => followEvent(job, deps, trace, signal)),
  );
}

/** What `work` answers within `ms`. Throws ProblemError `ClientClosed` for whatever fails after the client is gone. */
async function whileWaitedFor(
  { gone, waitedMs }: Arrival,
  ms: number,
  work: (time: JobTime) => Promise<Answer>,
): Promise<Answer> {
  try {
    if (gone?.aborted === true) throw new ProblemError('ClientClosed', 'Cannot answer: the client is gone');
    if (ms <= 0 && waitedMs > 0) {
      throw new ProblemError('SlowDown', `Cannot answer in time: the request waited for ${Math.round(waitedMs)} ms`);
    }
    const endsAt = performance.now() + ms;
    return await withinTime(gone, Math.max(1, ms), (signal) => work({ endsAt, signal }));
  } catch (error) {
    if (gone?.aborted !== true || (error instanceof ProblemError && error.code === 'ClientClosed')) throw error;
    throw new ProblemError('ClientClosed', 'The client closed the connection before its answer', { cause: error });
  }
}

/** The outcome of a job that is not run, for `error`; never throws. */
export function refuseJob(job: Job, deps: JobDeps, error: ProblemError): Promise<Outcome> {
  const refuse = (): Promise<never> => Promise.reject(error);
  return job.act === 'answer' ? finishAnswer(job, deps, refuse) : finishEvent(job, deps, refuse);
}

/** The answer that `work` makes, or that to its error, and one line of the log. */
async function finishAnswer(
  job: AnswerJob,
  deps: JobDeps,
  work: (asked: Asked, trace: Trace) => Promise<Answer>,
): Promise<Outcome> {
  const startedAt = performance.now();
  const trace = newTrace();
  const request = withHandedOnHost(job.request, deps.hostHeader);
  const asked: Asked = { id: job.id, now: deps.now(), request, settings: deps.answers };
  let answer: Answer;
  try {
    answer = await work(asked, trace);
  } catch (error) {
    trace.error = error;
    answer = answerFailure(asked, error);
  }
  const ms = performance.now() - startedAt;
  deps.log(logLine(job, answer, trace, ms));
  return { job, answer: deps.showReads ? withReads(answer, trace, ms) : answer, error: trace.error };
}

async function finishEvent(job: Job, deps: JobDeps, work: (trace: Trace) => Promise<void>): Promise<Outcome> {
  const startedAt = performance.now();
  const trace = newTrace();
  try {
    await work(trace);
  } catch (error) {
    trace.error = error;
  }
  deps.log(logLine(job, null, trace, performance.now() - startedAt));
  return { job, answer: null, error: trace.error };
}

/** The answer to an error; should making it fail, a bare one. */
function answerFailure(asked: Asked, error: unknown): Answer {
  try {
    return answerProblem(asked, error);
  } catch {
    return { status: 500, headers: { date: asked.now.toUTCString(), 'content-length': '0' }, body: '' };
  }
}

type Answering = Asked & Readonly<{ compress: boolean }>;

async function answerJob(asked: Answering, deps: JobDeps, trace: Trace, { endsAt, signal }: JobTime): Promise<Answer> {
  const { request } = asked;
  const preflight = answerPreflight(asked);
  if (preflight !== null) return preflight;
  if (!isReadMethod(request.method)) throw new ProblemError('MethodNotAllowed', 'Cannot answer this method');
  const ref = toObjectRef(request, deps.routes);
  trace.ref = ref;
  const { name: operation, view } = toOperation(request, deps.defaultStyle);
  trace.view = view.id;
  // The verdict comes before all that looks at the object, or at what a cache has of it.
  const question = { request, ref, operation, host: hostName(request) };
  const proved = (caller: Caller): void => {
    trace.caller = caller;
  };
  await withinDeadline(signal, 'check the signature', authorize(question, deps.access, asked.now, proved));
  if (deps.showReads) trace.cost.ranges = [];
  const shown = represent(view, asked);
  const verdictOn = conditionsOf(asked, shown);
  const isKnown = (stat: ObjectStat) => toKnown(verdictOn(stat));
  const sources = { bucket: bucketOf(deps, ref), cache: deps.cache };
  const reading = admitted(deps, { bucketId: ref.bucketId, sources, endsAt, signal });
  const encode = (content: Content): Promise<Content> => encodeContent(content, shown.encoding);
  const seen = await readView(view, { ref, deps, reading, noted: trace, isKnown, encode, signal });
  const verdict = verdictOn(seen.stat);
  if (verdict.kind === 'failed')
    throw new ProblemError('PreconditionFailed', 'Cannot answer: a condition does not hold');
  const isForOne = trace.caller !== null || (deps.access.callers === 'platform' && !deps.access.isPublic(ref));
  const own = isForOne ? forOneCaller(asked) : asked;
  return answerView(own, shown, verdict.kind === 'unchanged' ? { ...seen, content: null } : seen);
}

/** The representation of a view that this caller gets. Thumbnails are compressed already. */
function represent({ id, weak, kind }: View, { request, compress }: Answering): Representation {
  if (!compress || kind !== 'record') return { id, weak };
  return { id, weak, encoding: chooseEncoding(request.headers['accept-encoding']) };
}

/** What the conditions of the request say of a version of the object. */
function conditionsOf({ request, settings, now }: Asked, shown: Representation): (stat: ObjectStat) => Verdict {
  if (!isConditional(request)) return () => ({ kind: 'proceed' });
  return (stat) =>
    judge(request, { etag: answerETag(stat, shown, settings.revision), lastModified: stat.lastModified }, now);
}

function bucketOf({ buckets }: JobDeps, { bucketId }: ObjectRef): Bucket {
  const bucket = buckets.get(bucketId);
  if (bucket === undefined) throw new ProblemError('InternalError', `No bucket is open for id ${bucketId}`);
  return bucket;
}

/** How this request reads: at once, or as a busy process has room for it. */
function admitted({ admit }: JobDeps, ask: AdmitAsk): Look['reading'] {
  return admit === undefined ? (read) => read(ask.sources) : (read) => admit(ask, read);
}

/** Milliseconds for the whole job: the setting, or less where the platform stops it sooner. 0 or less: it is over. */
function timeLeft(limits: Limits, remainingMs: number | null, waitedMs: number): number {
  const reserve = 500; // to answer and log
  const ms = Math.min(limits.totalMs - waitedMs, remainingMs === null ? Infinity : remainingMs - reserve);
  return Math.floor(ms);
}
