// S3 Batch Operations: an invocation names tasks, each an object to warm the cache for, and wants a result for each.

import { percentDecode } from '../bytes/percent';
import { type ProblemCode, ProblemError, problems } from '../problem';
import type { Job, Outcome, Trigger } from '../types';
import { type Fields, isFields, own } from './event-fields';

/** The invocation schema that is the default: a task names its bucket by ARN. */
export const s3Batch1 = batchTrigger('s3-batch-1', '1.0', (task) => nameOfArn(own(task, 's3BucketArn')));

/** The invocation schema of jobs that ask for it: a task names its bucket by name. */
export const s3Batch2 = batchTrigger('s3-batch-2', '2.0', (task) => own(task, 's3Bucket'));

type Place = Readonly<{ bucket: string; key: string }>;

/** A task that can be answered; `place` is a problem where the task does not say which object it means. */
type Task = Readonly<{ id: string; place: Place | ProblemError }>;

/** One result [S3 User Guide, "Invoke AWS Lambda function", response and result codes]. */
type Result = Readonly<{
  taskId: string;
  resultCode: 'Succeeded' | 'TemporaryFailure' | 'PermanentFailure';
  resultString: string;
}>;

/** Characters of a result's text, which ends up in the completion report. */
const maxResultText = 1024;

function batchTrigger(name: string, version: string, bucketOf: (task: Fields) => unknown): Trigger {
  const matches = (event: unknown): event is Fields =>
    isFields(event) &&
    own(event, 'invocationSchemaVersion') === version &&
    typeof own(event, 'invocationId') === 'string' &&
    Array.isArray(own(event, 'tasks'));
  const checked = (event: unknown): Fields => {
    if (!matches(event)) throw new ProblemError('InternalError', `Cannot read a ${name} event: it has another shape`);
    return event;
  };
  const tasksOf = (event: Fields): readonly Task[] =>
    (own(event, 'tasks') as readonly unknown[]).flatMap((task) => readTask(task, bucketOf));
  return {
    name,
    matches,
    toJobs: (event, newId) => tasksOf(checked(event)).flatMap(({ place }) => toJob(place, name, newId)),
    toReply: (outcomes, event) => ({
      invocationSchemaVersion: version,
      // Only for a task without an id, which no result can name.
      treatMissingKeysAs: 'PermanentFailure',
      invocationId: own(checked(event), 'invocationId'),
      results: toResults(tasksOf(checked(event)), outcomes),
    }),
  };
}

function readTask(task: unknown, bucketOf: (task: Fields) => unknown): readonly Task[] {
  if (!isFields(task)) return [];
  const id = own(task, 'taskId');
  return typeof id === 'string' ? [{ id, place: readPlace(own(task, 's3Key'), bucketOf(task)) }] : [];
}

/**
 * The object of a task. Its key is URL-encoded as in the manifest, where a space is `+` in those that S3 writes itself
 * (inventories, generated manifests) and `%20` in many others; a plus sign is `%2B` in both. `s3VersionId` is not looked
 * at: the cache holds the current version only, and a warm job reads the object as it is now.
 */
function readPlace(key: unknown, bucket: unknown): Place | ProblemError {
  if (typeof bucket !== 'string' || bucket === '') return new ProblemError('NoSuchBucket', 'The task names no bucket');
  if (typeof key !== 'string' || key === '') return new ProblemError('KeyMissing', 'The task names no key');
  try {
    return { bucket, key: percentDecode(key.replaceAll('+', ' ')) };
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
}

/** `arn:aws:s3:::name`, in any partition; S3's own examples have a region and an account too. */
function nameOfArn(arn: unknown): unknown {
  return typeof arn === 'string' && arn.startsWith('arn:') ? arn.slice(arn.lastIndexOf(':') + 1) : null;
}

function toJob(place: Task['place'], trigger: string, newId: () => string): readonly Job[] {
  if (place instanceof ProblemError) return [];
  const order = { lastModified: null, sequencer: null };
  return [{ id: newId(), trigger, act: 'warm', object: { ...place, order, listed: true } }];
}

/** A result for each task, in their order, which is that of the outcomes. */
function toResults(tasks: readonly Task[], outcomes: readonly Outcome[]): readonly Result[] {
  const jobs = tasks.filter(({ place }) => !(place instanceof ProblemError)).length;
  if (jobs !== outcomes.length) {
    throw new ProblemError('InternalError', `Cannot reply to tasks: ${outcomes.length} outcomes, ${jobs} needed`);
  }
  const errors = outcomes.map(({ error }) => error).values();
  return tasks.map(({ id, place }) => ({
    taskId: id,
    ...toResult(place instanceof ProblemError ? place : errors.next().value),
  }));
}

/** What is not a problem of the table is our bug, perhaps of this deployment only: S3 tries the task again. */
function toResult(error: unknown): Omit<Result, 'taskId'> {
  if (error === null) return { resultCode: 'Succeeded', resultString: 'cached' };
  const known = error instanceof ProblemError;
  const code: ProblemCode = known ? error.code : 'InternalError';
  const { message, retry } = problems[code];
  const text = `${code}: ${known ? (error.safeDetail ?? message) : message}`;
  return {
    resultCode: retry === true || !known ? 'TemporaryFailure' : 'PermanentFailure',
    resultString: text.slice(0, maxResultText),
  };
}
