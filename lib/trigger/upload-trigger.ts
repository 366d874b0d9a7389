// What all doors of uploads share: an event is some parcels, each with the work it asks for; an outcome that a later try
// may better makes its parcel fail.

import { maxEventJobs } from '../limits';
import { isLasting, type ProblemCode, ProblemError } from '../problem';
import type { Job, Outcome, Trigger } from '../types';
import type { Fields } from './http-event';
import { readId } from './http-trigger';
import type { Reading, Work } from './object-event';

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
