// Runs a job of S3 Batch Operations by the options, or shows one that was started before, until it ends.

import { resolve } from 'node:path';
import { lacksRegion, regionIn } from '../../lib/bucket';
import { eventBucket, s3PlaceOf } from '../../lib/s3/location';
import type { Env } from '../../lib/types';
import { type Batch, type BatchEnd, createJob, followJob } from './batch-engine';
import type { BatchOptions, JobOptions, S3Path } from './batch-options';
import { type JobParts, toJobRequest } from './job-request';
import { openControl, openStore, storeProblem } from './store-client';

/** Runs a backfill by a job. In a dry run, only prints the request. */
export async function backfillByJob(
  options: BatchOptions,
  env: Env,
  io: Pick<Batch, 'screen' | 'out' | 'stop'>,
): Promise<BatchEnd> {
  const { place, endpoint, accountId } = options;
  const { region } = s3PlaceOf(place.location, regionIn(env, lacksRegion(place.location))).place;
  if ('functionArn' in options.job && options.dryRun) {
    io.out(`${JSON.stringify(toJobRequest(partsOf(options, options.job, region, null)), null, 2)}\n`);
    return { failed: 0, stopped: false };
  }
  const location = { ...place.location, endpoint, pathStyle: endpoint !== null, signed: true };
  const s3 = await openStore(location, { env, region });
  const control = await openControl(env, region, endpoint);
  const id = 'id' in options.job ? options.job.id : await begin(options, options.job, { control, s3, region });
  const failuresPath = options.failures ?? resolve(options.folder, `bucket-exif-job-${id}-failures.csv`);
  io.out(`Job ${id} of account ${accountId} in ${region}. To watch it from elsewhere, add --job-id ${id}\n`);
  const end = await followJob({ ...io, control, s3, accountId, pollMs: options.pollMs, failuresPath }, id);
  if (end.stopped) io.out(stoppedText(options, id, region));
  return end;
}

async function begin(
  options: BatchOptions,
  job: JobOptions,
  { control, s3, region }: Pick<Batch, 'control' | 's3'> & Readonly<{ region: string }>,
): Promise<string> {
  const tag = job.manifest === null ? null : await tagOf(s3, job.manifest);
  return createJob({ control }, partsOf(options, job, region, tag));
}

function partsOf(options: BatchOptions, job: JobOptions, region: string, manifestTag: string | null): JobParts {
  const { place, accountId, prefix } = options;
  return { ...job, bucket: eventBucket(place.location), region, accountId, prefix, manifestTag };
}

/** The ETag without its quotes, as a job needs it. */
async function tagOf(s3: Batch['s3'], { bucket, key }: S3Path): Promise<string> {
  const { HeadObjectCommand } = await import('@aws-sdk/client-s3');
  try {
    const { ETag } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    return (ETag ?? '').replaceAll('"', '');
  } catch (error) {
    throw storeProblem(error, `find the manifest s3://${bucket}/${key}`);
  }
}

function stoppedText({ program, place, accountId }: BatchOptions, id: string, region: string): string {
  return [
    'The job continues in AWS. To watch it again:',
    `  ${program} --bucket '${place.text}' --account-id ${accountId} --job-id ${id}`,
    'To end it:',
    `  aws s3control update-job-status --region ${region} --account-id ${accountId} --job-id ${id} --requested-job-status Cancelled`,
    '',
  ].join('\n');
}
