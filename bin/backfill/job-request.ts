// The request that makes a job of S3 Batch Operations.

import type { CreateJobCommandInput, JobManifestSpec, KeyNameConstraint } from '@aws-sdk/client-s3-control';
import { awsPartition } from '../../lib/s3/aws-partition';
import type { S3Path } from './batch-options';
import type { CommonOptions } from './option-table';

/**
 * The values in the request. `manifestTag` is the ETag of the manifest, so that the job reads this version; null in a dry run.
 */
export type JobParts = Readonly<{
  bucket: string;
  region: string;
  accountId: string;
  prefix: CommonOptions['prefix'];
  functionArn: string;
  roleArn: string;
  report: S3Path;
  suffix: string | null;
  manifest: S3Path | null;
  manifestTag: string | null;
}>;

/** Above the priority of jobs that do not set one. */
const priority = 10;

/** The request for a job that calls the function for each object, and reports those that failed. */
export function toJobRequest(parts: JobParts): CreateJobCommandInput {
  const { bucket, region, accountId, functionArn, roleArn, report } = parts;
  return {
    AccountId: accountId,
    ConfirmationRequired: false,
    // Version 2.0 has the name of the bucket, version 1.0 its ARN. lib/trigger/s3-batch.ts reads both.
    Operation: { LambdaInvoke: { FunctionArn: functionArn, InvocationSchemaVersion: '2.0' } },
    Description: `bucket-exif: backfill of s3://${bucket}/${parts.prefix}`.slice(0, 256),
    Priority: priority,
    RoleArn: roleArn,
    Report: {
      Enabled: true,
      Bucket: bucketArn(report.bucket, region),
      ...(report.key === '' ? {} : { Prefix: report.key }),
      Format: 'Report_CSV_20180820',
      ReportScope: 'FailedTasksOnly',
    },
    ...(parts.manifest === null ? generated(parts) : given(parts.manifest, parts.manifestTag, region)),
  };
}

function generated({ bucket, region, prefix, suffix }: JobParts): Partial<CreateJobCommandInput> {
  const names: KeyNameConstraint = {
    ...(prefix === '' ? {} : { MatchAnyPrefix: [prefix] }),
    ...(suffix === null ? {} : { MatchAnySuffix: [suffix] }),
  };
  return {
    ManifestGenerator: {
      S3JobManifestGenerator: {
        SourceBucket: bucketArn(bucket, region),
        EnableManifestOutput: false,
        ...(Object.keys(names).length === 0 ? {} : { Filter: { KeyNameConstraint: names } }),
      },
    },
  };
}

function given({ bucket, key }: S3Path, tag: string | null, region: string): Partial<CreateJobCommandInput> {
  const location = { ObjectArn: `${bucketArn(bucket, region)}/${key}`, ETag: tag ?? 'read when the job is made' };
  return { Manifest: { Location: location, Spec: key.endsWith('.json') ? inventory : list } };
}

const inventory: JobManifestSpec = { Format: 'S3InventoryReport_CSV_20161130' };
const list: JobManifestSpec = { Format: 'S3BatchOperations_CSV_20180820', Fields: ['Bucket', 'Key'] };

/** The ARN of a bucket must name the partition. */
function bucketArn(bucket: string, region: string): string {
  return `arn:${awsPartition(region).name}:s3:::${bucket}`;
}
