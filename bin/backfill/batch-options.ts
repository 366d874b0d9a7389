// The options of a backfill by S3 Batch Operations.

import { endpointForm, parseEndpoint } from '../../lib/io/location-text';
import type { S3Location } from '../../lib/s3/location';
import type { BucketPlace } from '../../service/config/bucket-settings';
import { wrongUse } from '../terminal/command-line';
import type { CommonOptions, Values } from './option-table';

/** An object in S3, or with a prefix as its key all objects with that prefix. */
export type S3Path = Readonly<{ bucket: string; key: string }>;

/** A job to create. `manifest` null: AWS lists the bucket. */
export type JobOptions = Readonly<{
  functionArn: string;
  roleArn: string;
  report: S3Path;
  manifest: S3Path | null;
  suffix: string | null;
}>;

/** A backfill by a job of S3 Batch Operations: a new job, or one that was started before. */
export type BatchOptions = CommonOptions &
  Readonly<{
    engine: 's3-batch';
    place: BucketPlace<S3Location>;
    accountId: string;
    job: JobOptions | Readonly<{ id: string }>;
    pollMs: number;
    endpoint: URL | null;
  }>;

/** Reads the options of this engine. Throws ProblemError `ConfigInvalid`. */
export function readBatchOptions(values: Values, common: CommonOptions, place: BucketPlace<S3Location>): BatchOptions {
  const id = values['job-id'];
  if (id !== undefined && common.dryRun)
    throw wrongUse('--dry-run and --job-id cannot be combined: use only one of them');
  return {
    ...common,
    engine: 's3-batch',
    place,
    accountId: matching(values, 'account-id', /^\d{12}$/, '12 digits', common),
    job:
      id === undefined
        ? readJob(values, common)
        : { id: matching(values, 'job-id', jobId, 'the id of a job, 5 to 36 letters, digits and hyphens', common) },
    pollMs: readPoll(values.poll ?? '10'),
    endpoint: readEndpoint(values.endpoint),
  };
}

const jobId = /^[A-Za-z0-9-]{5,36}$/;
const arn = (service: string) => new RegExp(`^arn:[a-z-]+:${service}:[\\w./:$-]{1,512}$`);

function readJob(values: Values, common: CommonOptions): JobOptions {
  const manifest = values.manifest === undefined ? null : readPath('manifest', values.manifest);
  if (manifest !== null && !/\.(json|csv)$/.test(manifest.key)) {
    throw wrongUse('--manifest must be the manifest.json of an S3 Inventory report, or a .csv of bucket,key');
  }
  if (manifest !== null && (common.prefix !== '' || common.include !== null)) {
    throw wrongUse(
      '--prefix and --include cannot be combined with --manifest: S3 Batch Operations reads all of a manifest',
    );
  }
  return {
    functionArn: matching(values, 'function-arn', arn('lambda'), 'the ARN of a Lambda function', common),
    roleArn: matching(values, 'role-arn', arn('iam'), 'the ARN of a role', common),
    report: readPath('report', required(values, 'report', common)),
    manifest,
    suffix: readSuffix(common.include),
  };
}

/** S3 Batch Operations filters by one suffix [KeyNameConstraint: "an array of strings with a length of 1 string"]. */
function readSuffix(include: CommonOptions['include']): string | null {
  if (include === null) return null;
  const [pattern = '', ...more] = include;
  const suffix = pattern.slice(1);
  if (more.length > 0 || !pattern.startsWith('*') || suffix === '' || /[*?]/.test(suffix)) {
    throw wrongUse(
      '--include must be one suffix with --engine s3-batch, such as *.jpg (for several suffixes use --manifest)',
    );
  }
  return suffix;
}

function readPath(name: string, text: string): S3Path {
  const [, bucket, key] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/?(.*)$/s.exec(text) ?? [];
  if (bucket === undefined || key === undefined) throw wrongUse(`--${name} must be s3://bucket/path`);
  return { bucket, key: name === 'report' ? key.replace(/\/+$/, '') : key };
}

function readPoll(text: string): number {
  const seconds = /^\d{1,4}(\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (seconds < 0.01 || seconds > 3600) throw wrongUse('--poll must be a number of seconds from 0.01 to 3600');
  return seconds * 1000;
}

function readEndpoint(text: string | undefined): URL | null {
  if (text === undefined) return null;
  const url = parseEndpoint(text);
  if (url === null) throw wrongUse(`--endpoint must be ${endpointForm}`);
  return url;
}

type TextName = 'function-arn' | 'role-arn' | 'account-id' | 'report' | 'job-id';

function required(values: Values, name: TextName, { program }: CommonOptions): string {
  const value = values[name];
  if (value === undefined) {
    throw wrongUse(`--${name} is missing: --engine s3-batch needs it (or use --engine local); see ${program} --help`);
  }
  return value;
}

function matching(values: Values, name: TextName, pattern: RegExp, what: string, common: CommonOptions): string {
  const value = required(values, name, common);
  if (!pattern.test(value)) throw wrongUse(`--${name} must be ${what}`);
  return value;
}
