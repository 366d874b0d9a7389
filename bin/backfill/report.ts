// The completion report of a job of S3 Batch Operations: which tasks failed, and why.

import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { parse } from 'csv-parse';
import { ProblemError } from '../../lib/problem';
import type { S3Path } from './batch-options';
import type { Failure } from './failures';
import { storeProblem } from './store-client';

/** Bytes of a report's manifest.json that are read. It names one or more files with failures. */
const maxManifestBytes = 1024 * 1024;

/** Reads the failed tasks of a job, in groups. `report` is the place that the job was given. */
export async function* failedTasks(s3: S3Client, report: S3Path, jobId: string): AsyncGenerator<readonly Failure[]> {
  const folder = report.key === '' ? '' : `${report.key}/`;
  const manifest = { bucket: report.bucket, key: `${folder}job-${jobId}/manifest.json` };
  for (const file of failedFiles(await readText(s3, manifest))) yield* readFailures(s3, file);
}

/** The files of failed tasks that a manifest.json names. */
function failedFiles(text: string): readonly S3Path[] {
  const { Results } = JSON.parse(text) as Readonly<{ Results?: readonly Readonly<Record<string, unknown>>[] }>;
  return (Results ?? []).flatMap(({ TaskExecutionStatus, Bucket, Key }) =>
    TaskExecutionStatus === 'failed' && typeof Bucket === 'string' && typeof Key === 'string'
      ? [{ bucket: Bucket, key: Key }]
      : [],
  );
}

async function readText(s3: S3Client, path: S3Path): Promise<string> {
  let text = '';
  for await (const part of (await openObject(s3, path)).setEncoding('utf8')) {
    text += part;
    if (text.length > maxManifestBytes)
      throw new ProblemError('BucketFault', `Cannot read ${path.key}: it is too long`);
  }
  return text;
}

async function openObject(s3: S3Client, { bucket, key }: S3Path): Promise<Readable> {
  const { GetObjectCommand } = await import('@aws-sdk/client-s3');
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return Body as Readable;
  } catch (error) {
    throw storeProblem(error, `read the report s3://${bucket}/${key}`);
  }
}

/** Rows in one group. */
const rowsTogether = 500;

async function* readFailures(s3: S3Client, path: S3Path): AsyncGenerator<readonly Failure[]> {
  const body = await openObject(s3, path);
  const rows = body.pipe(parse({ relax_column_count: true, skip_empty_lines: true, max_record_size: 64 * 1024 }));
  body.once('error', (error) => rows.destroy(error));
  let some: Failure[] = [];
  for await (const row of rows) {
    some.push(toFailure(row as readonly string[]));
    if (some.length < rowsTogether) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}

/**
 * A row: bucket, key, version, status; then an HTTP status and a code (in the documented example the code comes first); last a
 * text, which the function returned, or S3 if it could not call the function. The key stays encoded.
 */
function toFailure([bucket = '', encoded = '', , , ...rest]: readonly string[]): Failure {
  const message = rest.at(-1) ?? '';
  const code = rest.slice(0, -1).find((text) => /^[A-Za-z]/.test(text)) ?? '';
  return { bucket, encoded, code, message };
}
