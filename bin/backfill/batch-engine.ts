// The engine that lets S3 Batch Operations call the deployed function: it creates the job, shows its progress, and lists failures.

import { setTimeout as delay } from 'node:timers/promises';
import type { JobDescriptor, S3ControlClient } from '@aws-sdk/client-s3-control';
import { ProblemError } from '../../lib/problem';
import { problems } from '../../lib/problem-table';
import { formatCount, formatObjects, type Screen, showProgress } from '../terminal/progress';
import { emptyTally } from '../terminal/tally';
import type { S3Path } from './batch-options';
import { firstFailures, openFailures } from './failures';
import { type JobParts, toJobRequest } from './job-request';
import { failedTasks } from './report';
import { storeProblem } from './store-client';

/** The parts of a backfill by a job. */
export type Batch = Readonly<{
  control: S3ControlClient;
  s3: Parameters<typeof failedTasks>[0];
  accountId: string;
  /** Milliseconds between two status requests. */
  pollMs: number;
  failuresPath: string;
  screen: Screen;
  out(text: string): void;
  stop: AbortSignal;
}>;

/** The result of the job; `failed` null: the job did not complete. */
export type BatchEnd = Readonly<{ failed: number | null; stopped: boolean }>;

/** Creates the job and returns its id. The SDK's token prevents a second job when the request is repeated. */
export async function createJob({ control }: Pick<Batch, 'control'>, parts: JobParts): Promise<string> {
  const { CreateJobCommand } = await import('@aws-sdk/client-s3-control');
  try {
    const { JobId } = await control.send(new CreateJobCommand(toJobRequest(parts)));
    if (JobId !== undefined) return JobId;
  } catch (error) {
    throw storeProblem(error, 'create the job');
  }
  throw new ProblemError('BucketFault', 'Cannot create the job: the reply has no id');
}

/** Statuses that do not change any more [JobDescriptor, Status]. */
const ended = new Set(['Complete', 'Failed', 'Cancelled']);
/** Statuses in which a job waits for a person. */
const waiting = new Set(['Suspended', 'Paused']);

/** Shows a job until it ends, then lists the failed tasks. When `stop` fires, the job keeps running. */
export async function followJob(batch: Batch, jobId: string): Promise<BatchEnd> {
  let job = await describeJob(batch, jobId);
  let status = '';
  const progress = showProgress(batch.screen, () => seen(job));
  try {
    for (;;) {
      if (job.Status !== status) progress.note(`Job ${jobId}: ${job.Status}${adviceFor(job)}`);
      status = job.Status ?? '';
      if (ended.has(status)) break;
      await delay(batch.pollMs, undefined, { signal: batch.stop }).catch(() => {});
      if (batch.stop.aborted) return { failed: null, stopped: true };
      job = await describePatiently(batch, jobId);
    }
  } finally {
    progress.stop();
  }
  await sayFailures(batch, job, jobId);
  return { failed: status === 'Complete' ? (job.ProgressSummary?.NumberOfTasksFailed ?? 0) : null, stopped: false };
}

function adviceFor({ Status, FailureReasons }: JobDescriptor): string {
  if (waiting.has(Status ?? '')) return ', confirm or resume it in the S3 console';
  const reasons = (FailureReasons ?? []).map(({ FailureCode, FailureReason }) => `${FailureCode}: ${FailureReason}`);
  return reasons.length === 0 ? '' : `, ${reasons.join('; ')}`;
}

/** Status requests that may fail in a row, each after the SDK's own tries. The job itself continues. */
const maxBlindLooks = 10;

async function describePatiently(batch: Batch, jobId: string): Promise<JobDescriptor> {
  for (let blind = 1; ; blind++) {
    try {
      return await describeJob(batch, jobId);
    } catch (error) {
      const passing = error instanceof ProblemError && problems[error.code].retry === true;
      if (!passing || blind === maxBlindLooks || batch.stop.aborted) throw error;
      await delay(batch.pollMs, undefined, { signal: batch.stop }).catch(() => {});
    }
  }
}

async function describeJob({ control, accountId }: Batch, jobId: string): Promise<JobDescriptor> {
  const { DescribeJobCommand } = await import('@aws-sdk/client-s3-control');
  const doing = `get the status of job ${jobId}`;
  try {
    const { Job } = await control.send(new DescribeJobCommand({ AccountId: accountId, JobId: jobId }));
    if (Job !== undefined) return Job;
  } catch (error) {
    throw storeProblem(error, doing);
  }
  throw new ProblemError('BucketFault', `Cannot ${doing}: the reply has no job`);
}

function seen({ ProgressSummary }: JobDescriptor) {
  const { TotalNumberOfTasks, NumberOfTasksSucceeded = 0, NumberOfTasksFailed = 0 } = ProgressSummary ?? {};
  const codes = { Succeeded: NumberOfTasksSucceeded, Failed: NumberOfTasksFailed };
  const tally = { ...emptyTally, done: NumberOfTasksSucceeded, failed: NumberOfTasksFailed, codes };
  return { tally, total: TotalNumberOfTasks || null };
}

/** Failed tasks that are shown. */
const shownFailures = 20;

async function sayFailures(batch: Batch, job: JobDescriptor, jobId: string): Promise<void> {
  const { NumberOfTasksSucceeded = 0, NumberOfTasksFailed: failed = 0 } = job.ProgressSummary ?? {};
  batch.out(`${job.Status}: ${formatObjects(NumberOfTasksSucceeded)} cached, ${formatCount(failed)} failed\n`);
  const report = reportOf(job);
  if (failed === 0 || report === null) return;
  const file = await openFailures(batch.failuresPath, 0);
  let found = 0;
  try {
    for await (const failures of failedTasks(batch.s3, report, jobId)) {
      await file.add(failures);
      found += failures.length;
    }
  } finally {
    await file.close();
  }
  for (const line of await firstFailures(batch.failuresPath, shownFailures)) batch.out(`  ${line}\n`);
  if (found > shownFailures) batch.out(`  and ${formatCount(found - shownFailures)} more\n`);
  batch.out(`The failed keys are in ${batch.failuresPath}\n`);
}

/** The place of the job's report. */
function reportOf({ Report }: JobDescriptor): S3Path | null {
  if (Report?.Enabled !== true || Report.Bucket === undefined) return null;
  return { bucket: Report.Bucket.slice(Report.Bucket.lastIndexOf(':') + 1), key: Report.Prefix ?? '' };
}
