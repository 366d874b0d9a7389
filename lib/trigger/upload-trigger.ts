// All triggers for objects that were written to a bucket or removed from it: an event has parts, each part asks for work, and a
// part fails when a later try may succeed.

import { fitsUtf8 } from '../bytes/utf8';
import { maxEventJobs, maxKeyBytes, sequencerDigits } from '../limits';
import { isLasting, isOfObject, type ProblemCode, ProblemError } from '../problem';
import type { Job, ObjectEvent, Outcome, Trigger } from '../types';
import { type Fields, isFields, own, readId } from './event-fields';

/** Work for the cache: a job without its id and its trigger. */
export type CacheWork = Readonly<{ act: 'warm' | 'forget'; object: ObjectEvent }>;

/** The meaning of one record. `irrelevant`: the cache need not change. `unreadable`: the record has no known form. */
export type Meaning = CacheWork | 'irrelevant' | 'unreadable';

/** The smallest part of an event that fails as one: an SQS or SNS message, else a record. `id`: the platform's, of any type. */
export type EventPart = Readonly<{ id: unknown; meanings: readonly Meaning[] }>;

/** An event as read. `reply` makes the platform's reply from one problem, or null, for each part. */
export type UploadEvent = Readonly<{
  parts: readonly EventPart[];
  /** Set when the reply names the parts that failed: nothing is thrown then, so unreadable parts must be logged. */
  namesFailures?: true;
  reply(failures: readonly (ProblemError | null)[]): unknown;
}>;

/** The fields of a record, of any type. `removed`: the current version is gone, not only one of several versions. */
export type ChangeFields = Readonly<{
  bucket: unknown;
  key: unknown;
  removed: boolean;
  sequencer: unknown;
  time: unknown;
}>;

/** The trigger that `read` makes. `read` returns null for an event of another shape, and never throws. */
export function uploadTrigger(name: string, read: (event: Fields) => UploadEvent | null): Trigger {
  return {
    name,
    open: (event, newId) => {
      const found = isFields(event) ? read(event) : null;
      if (found === null) return null;
      const plans = planParts(name, found.parts, newId);
      const unreadable = found.namesFailures === true ? found.parts.filter(isUnreadable) : [];
      return {
        jobs: plans.flatMap(({ jobs }) => jobs),
        unreadable: unreadable.map(({ id }) => readId(id) ?? ''),
        reply: (outcomes) => found.reply(toFailures(name, plans, outcomes)),
      };
    },
  };
}

/** The reply to a platform that can only deliver the whole event again: null, or it throws the first failure. */
export function replyWhole(failures: readonly (ProblemError | null)[]): null {
  const failure = failures.find((each) => each !== null);
  if (failure !== undefined) throw failure;
  return null;
}

/** The records of an event whose first record passes `isOurs`; null for any other event. */
export function recordsFrom(event: Fields, isOurs: (record: Fields) => boolean): readonly unknown[] | null {
  const records = recordsOf(event);
  const [first] = records;
  return isFields(first) && isOurs(first) ? records : null;
}

/** The list `Records` of an event; empty when there is none. */
export function recordsOf(event: Fields): readonly unknown[] {
  const records = own(event, 'Records');
  return Array.isArray(records) ? records : [];
}

/**
 * The work that a change of an object asks for. `forget` needs an event that can be put in order with others; without that, the
 * object is read, which also finds out that it is gone.
 */
export function toMeaning({ bucket, key, removed, sequencer, time }: ChangeFields): Meaning {
  if (typeof bucket !== 'string' || bucket === '' || !isKey(key)) return 'unreadable';
  const order = { lastModified: readTime(time), sequencer: readSequencer(sequencer) };
  const known = order.lastModified !== null && order.sequencer !== null;
  if (removed && known) return { act: 'forget', object: { bucket, key, order } };
  // The time of the event is not the time when the object was written, which the store will report.
  return { act: 'warm', object: { bucket, key, order: { ...order, lastModified: null } } };
}

/** Whether a record names a version. Absent, null and '' name none; the string `null` is the id of a version. */
export function hasVersion(id: unknown): boolean {
  return id !== undefined && id !== null && id !== '';
}

/** A part with its jobs. `problem`: why it fails whatever its jobs do. */
type PartPlan = Readonly<{ jobs: readonly Job[]; problem: ProblemError | null }>;

/** Plans the jobs of all parts. Parts beyond `maxEventJobs` get none, and fail: the platform must deliver them again. */
function planParts(name: string, parts: readonly EventPart[], newId: () => string): readonly PartPlan[] {
  let count = 0;
  return parts.map((part) => {
    const works = part.meanings.filter((meaning) => typeof meaning === 'object');
    count += works.length;
    if (count > maxEventJobs) {
      const problem = `Cannot follow a whole event of ${name}: it is about more than ${maxEventJobs} objects`;
      return { jobs: [], problem: new ProblemError('InternalError', problem) };
    }
    const jobs = works.map((work) => ({ id: readId(part.id) ?? newId(), trigger: name, ...work }));
    const problem = `Cannot read a record in an event of ${name}: it does not have a known form`;
    return { jobs, problem: isUnreadable(part) ? new ProblemError('InternalError', problem) : null };
  });
}

function isUnreadable({ meanings }: EventPart): boolean {
  return meanings.includes('unreadable');
}

/** One problem, or null, for each part. */
function toFailures(
  name: string,
  plans: readonly PartPlan[],
  outcomes: readonly Outcome[],
): readonly (ProblemError | null)[] {
  let used = 0;
  const failures = plans.map(({ jobs, problem }) => {
    const from = used;
    used += jobs.length;
    return problem ?? toFailure(name, outcomes.slice(from, used));
  });
  if (used === outcomes.length) return failures;
  const count = `${outcomes.length} outcomes, ${used} expected`;
  throw new ProblemError('InternalError', `Cannot reply to an event of ${name}: ${count}`);
}

/** The first problem that a later try may solve. Its text repeats nothing of the event; the log has the error itself. */
function toFailure(name: string, outcomes: readonly Outcome[]): ProblemError | null {
  const outcome = outcomes.find(({ error }) => isRetryable(error));
  if (outcome === undefined) return null;
  const code = outcome.error instanceof ProblemError ? outcome.error.code : 'InternalError';
  return new ProblemError(code, `Cannot finish a job for an event of ${name} (${code}): a later try may succeed`);
}

/**
 * True for a problem that another try, or another deployment, may solve: so all but problems of the object itself or of
 * systems outside. A role without a permission must not lose events: they wait in the dead-letter queue, when there is
 * one. An error that is not a ProblemError is a bug of ours.
 */
function isRetryable(error: unknown): boolean {
  if (error === null) return false;
  if (!(error instanceof ProblemError)) return true;
  return !isLasting(error.code) && !isOfObject(error.code) && !settled.has(error.code);
}

/** Other problems that another try of the same event does not solve. */
const settled: ReadonlySet<ProblemCode> = new Set<ProblemCode>(['NoSuchKey', 'BucketUnknown']);

/** True for a key that a bucket can have. */
function isKey(key: unknown): key is string {
  if (typeof key !== 'string' || key === '' || key.length > maxKeyBytes || !key.isWellFormed()) return false;
  return fitsUtf8(key, maxKeyBytes);
}

/** The sequencer; null for text that S3 never sends, also by its length: the event then counts as without a sequencer. */
function readSequencer(text: unknown): string | null {
  const { least, most } = sequencerDigits;
  if (typeof text !== 'string' || text.length < least || text.length > most) return null;
  return /^[0-9A-Fa-f]+$/.test(text) ? text : null;
}

/** A time as S3 and EventBridge write it [RFC 3339], or null. */
function readTime(text: unknown): Date | null {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(text)) return null;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? null : time;
}
