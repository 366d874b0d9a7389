// Runs one job: what is asked, read, answer; one line for the log.
import {
  type AnswerSettings,
  type Asked,
  answerETag,
  answerPreflight,
  answerProblem,
  answerRecord,
  forOneCaller,
  isReadMethod,
  matchesAny,
  matchesETag,
  requestId,
} from './answer';
import { type Access, authorize, type Caller } from './auth';
import { withinDeadline } from './bucket/deadline';
import { readExif } from './exif';
import type { Limits } from './limits';
import { ProblemError } from './problem';
import { hostName, type Routes, toObjectRef, toOperation, withHandedOnHost } from './request';
import type { TagGroup } from './tag/groups';
import type { Answer, Bucket, ExifRecord, Job, ObjectRef, ObjectStat, Outcome, ReadCost } from './types';

/** One line of the log. `problem` is the reason in our words, for the operator. */
export type LogLine = Readonly<Record<string, string | number | null>>;

/** All that running a job needs; nothing is taken from the surroundings. */
export type JobDeps = Readonly<{
  routes: Routes;
  /** Header in which a trusted gateway hands on the Host it was asked for; null = Host itself. */
  hostHeader: string | null;
  access: Access;
  buckets: ReadonlyMap<string, Bucket>;
  limits: Limits;
  dropGroups: readonly TagGroup[];
  answers: AnswerSettings;
  now: () => Date;
  log: (line: LogLine) => void;
}>;

type Trace = {
  ref: ObjectRef | null;
  caller: Caller | null;
  record: ExifRecord | null;
  cost: ReadCost;
  error: unknown;
};

/** Runs a job to its answer within `remainingMs`; never throws. */
export function runJob(job: Job, deps: JobDeps, remainingMs: number | null): Promise<Outcome> {
  return finish(job, deps, (asked, trace) => answerJob(asked, deps, trace, timeLeft(deps.limits, remainingMs)));
}

/** The outcome of a job that is not run, for `error`; never throws. */
export function refuseJob(job: Job, deps: JobDeps, error: ProblemError): Promise<Outcome> {
  return finish(job, deps, () => Promise.reject(error));
}

/** The answer that `work` makes, or that to its error, and one line of the log. */
async function finish(
  job: Job,
  deps: JobDeps,
  work: (asked: Asked, trace: Trace) => Promise<Answer>,
): Promise<Outcome> {
  const startedAt = performance.now();
  const trace: Trace = { ref: null, caller: null, record: null, cost: { requests: 0, bytes: 0 }, error: null };
  const request = withHandedOnHost(job.request, deps.hostHeader);
  const asked: Asked = { id: job.id, now: deps.now(), request, settings: deps.answers };
  let answer: Answer;
  try {
    answer = await work(asked, trace);
  } catch (error) {
    trace.error = error;
    answer = answerFailure(asked, error);
  }
  deps.log(logLine(job, answer, trace, performance.now() - startedAt));
  return { job, answer };
}

/** The answer to an error; should making it fail, a bare one. */
function answerFailure(asked: Asked, error: unknown): Answer {
  try {
    return answerProblem(asked, error);
  } catch {
    return { status: 500, headers: { date: asked.now.toUTCString(), 'content-length': '0' }, body: '' };
  }
}

async function answerJob(asked: Asked, deps: JobDeps, trace: Trace, totalMs: number): Promise<Answer> {
  const { request } = asked;
  const signal = AbortSignal.timeout(totalMs);
  const preflight = answerPreflight(asked);
  if (preflight !== null) return preflight;
  if (!isReadMethod(request.method)) throw new ProblemError('MethodNotAllowed', 'Cannot answer this method');
  const ref = toObjectRef(request, deps.routes);
  trace.ref = ref;
  const { name: operation, style } = toOperation(request);
  // The verdict comes before all that looks at the object.
  const question = { request, ref, operation, host: hostName(request) };
  const proved = (caller: Caller): void => {
    trace.caller = caller;
  };
  await withinDeadline(signal, 'check the signature', authorize(question, deps.access, asked.now, proved));
  const bucket = deps.buckets.get(ref.bucketId);
  if (bucket === undefined) throw new ProblemError('InternalError', `No bucket is open for id ${ref.bucketId}`);
  const known = request.headers['if-none-match'];
  const isKnown = (stat: ObjectStat): boolean =>
    known !== undefined && matchesETag(known, answerETag(stat, style, deps.answers.variant));
  const read = await readExif(ref, { ...deps, bucket }, trace.cost, isKnown, signal);
  trace.record = read.record;
  const own = trace.caller === null ? asked : forOneCaller(asked);
  return answerRecord(own, style, matchesAny(known) ? { ...read, record: null } : read);
}

/** Milliseconds for the whole job: the setting, or less where the platform stops it sooner. */
function timeLeft(limits: Limits, remainingMs: number | null): number {
  const reserve = 500; // to answer and log
  return Math.max(1, Math.floor(Math.min(limits.totalMs, remainingMs === null ? Infinity : remainingMs - reserve)));
}

/** Names and numbers only: no header, query or event ever reaches the log. */
function logLine(job: Job, answer: Answer, trace: Trace, ms: number): LogLine {
  const { error } = trace;
  const problem = error instanceof ProblemError ? error : null;
  return {
    level: error === null || (problem !== null && answer.status < 500) ? 'info' : 'error',
    id: job.id,
    requestId: requestId(job.id),
    door: job.door,
    bucket: trace.ref?.bucket ?? null,
    key: trace.ref === null ? null : shorten(trace.ref.key, 200),
    caller: trace.caller?.keyId ?? null,
    status: answer.status,
    code: problem?.code ?? (error === null ? 'OK' : 'InternalError'),
    container: trace.record?.container ?? null,
    warnings: trace.record?.document?.warnings.length ?? 0,
    requests: trace.cost.requests,
    bytes: trace.cost.bytes,
    ms: Math.round(ms * 10) / 10,
    ...(error === null ? {} : { problem: describe(error) }),
  };
}

/** A bug is logged whole, with its stack; a problem by its message and the code of its cause. */
function describe(error: unknown): string {
  if (error instanceof ProblemError) {
    // The text of a system error repeats paths; its code says enough.
    const code =
      typeof error.cause === 'object' && error.cause !== null && 'code' in error.cause ? error.cause.code : '';
    return shorten(code ? `${error.message} (${code})` : error.message, 400);
  }
  return error instanceof Error ? (error.stack ?? error.message) : 'a value that is no error was thrown';
}

function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}...`;
}
