// S3 Batch Operations: an invocation has tasks. Each task names an object to read into the cache, and gets a result.

import { percentDecode } from '../bytes/percent';
import { type ProblemCode, ProblemError } from '../problem';
import { problems } from '../problem-table';
import type { Job, Outcome, Trigger } from '../types';
import { type Fields, isFields, own } from './event-fields';

/** Invocation schema 1.0, the default. Recognised by `invocationSchemaVersion`; a task has the ARN of its bucket. */
export const s3Batch1 = batchTrigger('s3-batch-1', '1.0', (task) => nameOfArn(own(task, 's3BucketArn')));

/** Invocation schema 2.0, for jobs that set it. Recognised by `invocationSchemaVersion`; a task has its bucket's name. */
export const s3Batch2 = batchTrigger('s3-batch-2', '2.0', (task) => own(task, 's3Bucket'));

type TaskObject = Readonly<{ bucket: string; key: string }>;

/** A task with an id, so that a result can name it. `object` is a problem when the task does not name one. */
type Task = Readonly<{ id: string; object: TaskObject | ProblemError }>;

/** One result [S3 User Guide, "Invoke AWS Lambda function", response and result codes]. */
type Result = Readonly<{
  taskId: string;
  resultCode: 'Succeeded' | 'TemporaryFailure' | 'PermanentFailure';
  resultString: string;
}>;

/** Characters of the text of a result, which S3 writes into the completion report. */
const maxResultText = 1024;

function batchTrigger(name: string, version: string, bucketOf: (task: Fields) => unknown): Trigger {
  return {
    name,
    open: (event, newId) => {
      if (!isFields(event) || own(event, 'invocationSchemaVersion') !== version) return null;
      const invocationId = own(event, 'invocationId');
      const list = own(event, 'tasks');
      if (typeof invocationId !== 'string' || !Array.isArray(list)) return null;
      const tasks = list.flatMap((task) => readTask(task, bucketOf));
      return {
        jobs: tasks.flatMap(({ object }) => (object instanceof ProblemError ? [] : [toJob(name, object, newId)])),
        unreadable: [],
        reply: (outcomes) => ({
          invocationSchemaVersion: version,
          // For tasks without an id only: no result can name them.
          treatMissingKeysAs: 'PermanentFailure',
          invocationId,
          results: toResults(name, tasks, outcomes),
        }),
      };
    },
  };
}

function readTask(task: unknown, bucketOf: (task: Fields) => unknown): readonly Task[] {
  if (!isFields(task)) return [];
  const id = own(task, 'taskId');
  return typeof id === 'string' ? [{ id, object: readTaskObject(own(task, 's3Key'), bucketOf(task)) }] : [];
}

/**
 * The object of a task. The key is URL-encoded as in the manifest. A space is `+` in manifests that S3 writes (inventories,
 * generated manifests) and `%20` in many others; a plus sign is `%2B` in both. `s3VersionId` is ignored: the cache has
 * the current version only, and a `warm` job reads the object as it is now.
 */
function readTaskObject(key: unknown, bucket: unknown): TaskObject | ProblemError {
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

function toJob(trigger: string, object: TaskObject, newId: () => string): Job {
  const order = { lastModified: null, sequencer: null };
  return { id: newId(), trigger, act: 'warm', object: { ...object, order, listed: { etag: null, isNew: false } } };
}

/** One result for each task, in the order of the tasks, which is also the order of the outcomes. */
function toResults(name: string, tasks: readonly Task[], outcomes: readonly Outcome[]): readonly Result[] {
  const jobs = tasks.filter(({ object }) => !(object instanceof ProblemError)).length;
  if (jobs !== outcomes.length) {
    const count = `${outcomes.length} outcomes, ${jobs} expected`;
    throw new ProblemError('InternalError', `Cannot reply to an event of ${name}: ${count}`);
  }
  const errors = outcomes.map(({ error }) => error).values();
  return tasks.map(({ id, object }) => ({
    taskId: id,
    ...toResult(object instanceof ProblemError ? object : errors.next().value),
  }));
}

/** An error that is not a ProblemError is a bug, perhaps of this deployment only: S3 tries the task again. */
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
