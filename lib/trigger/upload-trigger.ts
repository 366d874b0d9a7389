// What all doors of uploads share: an event is some parcels, each with the work it asks for; an outcome that a later try
// may better makes its parcel fail.

import { maxEventJobs, maxKeyBytes, sequencerDigits } from '../limits';
import { isLasting, type ProblemCode, ProblemError } from '../problem';
import type { Job, ObjectEvent, Outcome, Trigger } from '../types';
import { type Fields, isFields, own, readId } from './event-fields';

/** A job without its id and its door. */
export type Work = Readonly<{ act: 'warm' | 'forget'; object: ObjectEvent }>;

/** What a record says: work; `nothing` that concerns the cache; or it is not understood. */
export type Reading = Work | 'nothing' | 'unread';

/** What a record holds, of any type. `removed`: the current version is gone, and not only one of several. */
export type Told = Readonly<{ bucket: unknown; key: unknown; removed: boolean; sequencer: unknown; time: unknown }>;

/** What the platform delivers and takes back as one: an SQS message; a record elsewhere. `id`: its own, of any type. */
export type Parcel = Readonly<{ id: unknown; readings: readonly Reading[] }>;

/** What differs between the doors. `matches` is cheap; `read` never throws; `failures` has one for each parcel. */
export type UploadDoor = Readonly<{
  name: string;
  matches(event: unknown): event is Fields;
  read(event: Fields): readonly Parcel[];
  reply(failures: readonly (ProblemError | null)[], event: Fields): unknown;
}>;

/**
 * A trigger of a door. Throws InternalError for an event that it does not match, and for outcomes that are not those of
 * its jobs. Pure: what the outcomes belong to is read from the event again.
 */
export function uploadTrigger({ name, matches, read, reply }: UploadDoor): Trigger {
  const parcelsOf = (event: Fields): readonly Parcel[] => bound(read(event));
  const checked = (event: unknown): Fields => {
    if (!matches(event)) throw new ProblemError('InternalError', `Cannot read a ${name} event: it has another shape`);
    return event;
  };
  return {
    name,
    matches,
    toJobs: (event, newId) => parcelsOf(checked(event)).flatMap((parcel) => toJobs(name, parcel, newId)),
    toReply: (outcomes, event) => reply(toFailures(name, parcelsOf(checked(event)), outcomes), checked(event)),
  };
}

/** The reply where the platform knows only the whole event: none, or the first failure, thrown so that it tries again. */
export function replyWhole(failures: readonly (ProblemError | null)[]): null {
  const failure = failures.find((each) => each !== null);
  if (failure !== undefined) throw failure;
  return null;
}

/** Leaves what is more than one event may ask for to a later delivery. */
function bound(parcels: readonly Parcel[]): readonly Parcel[] {
  let jobs = 0;
  return parcels.map((parcel) => {
    jobs += parcel.readings.filter(isWork).length;
    return jobs <= maxEventJobs ? parcel : { ...parcel, readings: ['unread'] };
  });
}

function toJobs(name: string, { id, readings }: Parcel, newId: () => string): readonly Job[] {
  return readings.filter(isWork).map((work) => ({ id: readId(id) ?? newId(), trigger: name, ...work }));
}

function toFailures(
  name: string,
  parcels: readonly Parcel[],
  outcomes: readonly Outcome[],
): readonly (ProblemError | null)[] {
  let used = 0;
  const failures = parcels.map(({ readings }) => {
    const from = used;
    used += readings.filter(isWork).length;
    return toFailure(name, readings, outcomes.slice(from, used));
  });
  if (used === outcomes.length) return failures;
  throw new ProblemError(
    'InternalError',
    `Cannot reply to a ${name} event: ${outcomes.length} outcomes, ${used} needed`,
  );
}

/** What makes a parcel fail. The errors themselves are in the log; nothing of the event is repeated. */
function toFailure(name: string, readings: readonly Reading[], outcomes: readonly Outcome[]): ProblemError | null {
  if (readings.includes('unread')) {
    return new ProblemError('InternalError', `Cannot read a record of a ${name} event: it is of no known form`);
  }
  const outcome = outcomes.find(({ error }) => isRetryable(error));
  if (outcome === undefined) return null;
  const code = outcome.error instanceof ProblemError ? outcome.error.code : 'InternalError';
  return new ProblemError(code, `Cannot finish a job of a ${name} event (${code}): it may be tried again`);
}

/**
 * What another try, or another deployment, may cure: all but what is so by the object itself, or is not ours. A wrong role
 * must not lose events: where there is a dead-letter queue they wait there. What is no ProblemError is our bug.
 */
function isRetryable(error: unknown): boolean {
  if (error === null) return false;
  if (!(error instanceof ProblemError)) return true;
  return !isLasting(error.code) && !settled.has(error.code);
}

/** Problems of the object, or of nobody here, that no other try of the same event cures, though they may pass one day. */
const settled: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'NoSuchKey',
  'InvalidObjectState',
  'KmsKeyUnusable',
  'ObjectRefused',
  'BudgetExceeded',
  'BucketUnknown',
]);

function isWork(reading: Reading): reading is Work {
  return typeof reading === 'object';
}

/**
 * The work that a record asks for. A removal is forgotten without a look only where the event can be put in order;
 * everywhere else the object is read, which finds out for itself that it is gone.
 */
export function toWork({ bucket, key, removed, sequencer, time }: Told): Reading {
  if (typeof bucket !== 'string' || bucket === '' || !isKey(key)) return 'unread';
  const order = { lastModified: readTime(time), sequencer: readSequencer(sequencer) };
  const known = order.lastModified !== null && order.sequencer !== null;
  if (removed && known) return { act: 'forget', object: { bucket, key, order } };
  // When the object was written is not when the event came about: the store will say.
  return { act: 'warm', object: { bucket, key, order: { ...order, lastModified: null } } };
}

/** Whether there is a version id: absent, null and empty are none, `null` as a text is the version of that name. */
export function hasVersion(id: unknown): boolean {
  return id !== undefined && id !== null && id !== '';
}

/** True for a key that a store can hold. */
function isKey(key: unknown): key is string {
  if (typeof key !== 'string' || key === '' || key.length > maxKeyBytes || !key.isWellFormed()) return false;
  return new TextEncoder().encode(key).length <= maxKeyBytes;
}

/** Null for what S3 never sends, also by its length: the object is then read, as without a sequencer. */
function readSequencer(text: unknown): string | null {
  const { least, most } = sequencerDigits;
  if (typeof text !== 'string' || text.length < least || text.length > most) return null;
  return /^[0-9A-Fa-f]+$/.test(text) ? text : null;
}

/** A time as S3 and EventBridge write it [RFC 3339]. */
function readTime(text: unknown): Date | null {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(text)) return null;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? null : time;
}

/** The own list `Records` of an event; empty for anything else. */
export function recordsOf(event: Fields): readonly unknown[] {
  const records = own(event, 'Records');
  return Array.isArray(records) ? records : [];
}

/** True for an event whose first record `tells` so. */
export function firstTells(event: unknown, tells: (record: Fields) => boolean): event is Fields {
  if (!isFields(event)) return false;
  const [first] = recordsOf(event);
  return isFields(first) && tells(first);
}
