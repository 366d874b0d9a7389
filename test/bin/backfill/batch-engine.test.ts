import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BatchEnd } from '../../../bin/backfill/batch-engine';
import { readBackfillOptions } from '../../../bin/backfill/options';
import { backfillByJob } from '../../../bin/backfill/run-batch';
import { type ControlOptions, type FailedTask, type S3Control, s3Control } from '../../../testing/servers/s3-control';
import { serverEnv } from '../../../testing/servers/signed-http';

const needed = [
  '--bucket=s3://photos?region=eu-west-1',
  '--function-arn=arn:aws:lambda:eu-west-1:123456789012:function:bucket-exif-batch',
  '--role-arn=arn:aws:iam::123456789012:role/batch',
  '--account-id=123456789012',
  '--report=s3://reports/exif/',
  '--poll=0.01',
];
const failedTasks: readonly FailedTask[] = Array.from({ length: 25 }, (_, i) => ({
  bucket: 'photos',
  key: `a/%C3%BC+${i}.jpg`,
  message: `AccessDenied: said "no"`,
}));

let folder = '';
let server: S3Control | null = null;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backfill-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  await server?.close();
  server = null;
});

type BackfillResult = BatchEnd & Readonly<{ text: string; shown: string }>;

/** Runs a backfill as the command line would. */
async function run(args: readonly string[], stop = new AbortController()): Promise<BackfillResult> {
  const endpoint = server === null ? [] : [`--endpoint=${server.endpoint}`];
  const options = readBackfillOptions([...args, ...endpoint], { INIT_CWD: folder });
  if (options?.engine !== 's3-batch') throw new Error('another engine');
  let text = '';
  let shown = '';
  const end = await backfillByJob(options, serverEnv, {
    screen: {
      isTerminal: false,
      columns: () => 80,
      write: (written) => {
        shown += written;
      },
    },
    out: (written) => {
      text += written;
    },
    stop: stop.signal,
  });
  return { ...end, text, shown };
}

const open = async (options: Partial<ControlOptions> = {}): Promise<S3Control> => {
  server = await s3Control({ tasks: 1000, failed: [], ...options });
  return server;
};

test('makes a job over a list that S3 makes, follows it to its end', async () => {
  const { jobs } = await open();
  const { failed, stopped, text, shown } = await run([...needed, '--prefix=a&b/', '--include=*.jpg']);
  expect({ failed, stopped }).toEqual({ failed: 0, stopped: false });
  expect(jobs.size).toBe(1);
  const [job] = [...jobs.values()];
  expect(job?.request).toContain('<ConfirmationRequired>false</ConfirmationRequired>');
  expect(job?.request).toContain('<InvocationSchemaVersion>2.0</InvocationSchemaVersion>');
  expect(job?.request).toContain('<MatchAnyPrefix><member>a&amp;b/</member></MatchAnyPrefix>');
  expect(job?.request).toContain('<MatchAnySuffix><member>.jpg</member></MatchAnySuffix>');
  expect(job?.request).toContain('<SourceBucket>arn:aws:s3:::photos</SourceBucket>');
  expect(text).toContain(`Job ${job?.id} of account 123456789012 in eu-west-1`);
  expect(text).toContain('Complete: 1,000 objects cached, 0 failed\n');
  for (const status of ['New', 'Preparing', 'Ready', 'Active', 'Completing', 'Complete']) {
    expect(shown).toContain(`Job ${job?.id}: ${status}\n`);
  }
});

test('a manifest is pinned by its ETag', async () => {
  const { jobs, objects } = await open();
  objects.set('lists/inv/2026/manifest.json', '{}');
  await run([...needed, '--manifest=s3://lists/inv/2026/manifest.json']);
  const request = [...jobs.values()][0]?.request;
  expect(request).toContain('<ObjectArn>arn:aws:s3:::lists/inv/2026/manifest.json</ObjectArn>');
  expect(request).toContain('<ETag>60e460c9d1046e73f7dde5043ac3ae85</ETag>');
  expect(request).toContain('<Format>S3InventoryReport_CSV_20161130</Format>');
  await expect(run([...needed, '--manifest=s3://lists/none.csv'])).rejects.toMatchObject({
    message: expect.stringContaining('Cannot find the manifest s3://lists/none.csv'),
  });
});

test.each([
  ['with a prefix', needed],
  ['without a prefix', needed.map((arg) => (arg.startsWith('--report=') ? '--report=s3://reports' : arg))],
])('failed tasks are listed from a report %s', async (_name, args) => {
  await open({ failed: failedTasks });
  const failures = join(folder, 'failures.csv');
  const { failed, text } = await run([...args, `--failures=${failures}`]);
  expect(failed).toBe(25);
  expect(text).toContain('Complete: 975 objects cached, 25 failed\n');
  expect(text).toContain('  "photos","a/%C3%BC+0.jpg","PermanentFailure","AccessDenied: said ""no"""\n');
  expect(text).toContain('  and 5 more\n');
  expect((await readFile(failures, 'utf8')).trim().split('\n')).toHaveLength(25);
});

test.each(['Failed', 'Cancelled'])(
  'a job that ends %s is no success, what failed is told all the same',
  async (status) => {
    await open({ statuses: ['Active', status], failed: failedTasks });
    const { failed, text, shown } = await run(needed);
    expect(failed).toBeNull();
    expect(text).toContain(`${status}: 975 objects cached, 25 failed`);
    expect(text).toContain('a/%C3%BC+0.jpg');
    if (status === 'Failed') expect(shown).toContain('Failed, JobFailed: too many tasks failed');
  },
);

test('a job that waits for somebody says so', async () => {
  await open({ statuses: ['Suspended', 'Suspended', 'Active', 'Complete'] });
  const { shown } = await run(needed);
  expect(shown.match(/Suspended, confirm or resume it/g)).toHaveLength(1);
});

test('a job that was started before is watched, and no new one is created', async () => {
  const { jobs, calls } = await open({ failed: failedTasks });
  await run(needed);
  const [id = ''] = jobs.keys();
  const { failed } = await run([needed[0] ?? '', '--account-id=123456789012', `--job-id=${id}`, '--poll=0.01']);
  expect(failed).toBe(25);
  expect(calls.filter((call) => call === 'CreateJob')).toHaveLength(1);
});

test('stopping leaves the job running and says how to watch it again', async () => {
  const { jobs } = await open({ statuses: ['Active', ...Array(1000).fill('Active'), 'Complete'] });
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 300);
  const { stopped, text } = await run(needed, stop);
  const [id] = jobs.keys();
  expect(stopped).toBe(true);
  expect(text).toContain(`--account-id 123456789012 --job-id ${id}`);
  expect(text).toContain(`aws s3control update-job-status --region eu-west-1 --account-id 123456789012 --job-id ${id}`);
});

describe('calls that fail', () => {
  test('an answer to CreateJob that is lost makes no second job', async () => {
    const { jobs, faults, calls } = await open();
    faults.CreateJob = [-1, 503, 0];
    expect(await run(needed)).toMatchObject({ failed: 0 });
    expect(calls.filter((call) => call === 'CreateJob')).toHaveLength(3);
    expect(jobs.size).toBe(1);
  });

  test('CreateJob is refused', async () => {
    const { faults } = await open();
    faults.CreateJob = [403];
    await expect(run(needed)).rejects.toMatchObject({
      code: 'AccessDenied',
      message: 'Cannot create the job: the store answered 403 AccessDenied',
    });
  });

  test('DescribeJob fails sometimes', async () => {
    const { faults } = await open();
    faults.DescribeJob = [0, 503, 503, 0, 503, 0];
    expect(await run(needed)).toMatchObject({ failed: 0 });
  });

  test('DescribeJob is refused', async () => {
    const { faults } = await open();
    faults.DescribeJob = [403];
    await expect(run(needed)).rejects.toMatchObject({
      message: expect.stringMatching(/^Cannot get the status of job .* 403/),
    });
  });

  test('an unknown job', async () => {
    await open();
    await expect(
      run([...needed.slice(0, 1), '--account-id=123456789012', '--job-id=00000-none']),
    ).rejects.toMatchObject({
      message: expect.stringContaining('404 NoSuchJob'),
    });
  });

  test('the report cannot be read', async () => {
    const { faults } = await open({ failed: failedTasks });
    faults.GetObject = [403];
    await expect(run(needed)).rejects.toMatchObject({
      message: expect.stringMatching(/^Cannot read the report s3:\/\/reports\/exif\/job-.*: the store answered 403/),
    });
  });

  test('a wrong key is refused', async () => {
    await open();
    const options = readBackfillOptions([...needed, `--endpoint=${server?.endpoint}`], { INIT_CWD: folder });
    if (options?.engine !== 's3-batch') throw new Error('another engine');
    const screen = { isTerminal: false, columns: () => 80, write: () => {} };
    const io = { screen, out: () => {}, stop: new AbortController().signal };
    await expect(backfillByJob(options, { ...serverEnv, AWS_SECRET_ACCESS_KEY: 'wrong' }, io)).rejects.toMatchObject({
      message: expect.stringContaining('403 SignatureDoesNotMatch'),
    });
  });
});

test('--dry-run prints the request and sends nothing', async () => {
  const { calls } = await open();
  const { text, failed } = await run([...needed, '--dry-run']);
  expect(failed).toBe(0);
  expect(JSON.parse(text)).toEqual({
    AccountId: '123456789012',
    ConfirmationRequired: false,
    Operation: {
      LambdaInvoke: {
        FunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:bucket-exif-batch',
        InvocationSchemaVersion: '2.0',
      },
    },
    Description: 'bucket-exif: backfill of s3://photos/',
    Priority: 10,
    RoleArn: 'arn:aws:iam::123456789012:role/batch',
    Report: {
      Enabled: true,
      Bucket: 'arn:aws:s3:::reports',
      Prefix: 'exif',
      Format: 'Report_CSV_20180820',
      ReportScope: 'FailedTasksOnly',
    },
    ManifestGenerator: { S3JobManifestGenerator: { SourceBucket: 'arn:aws:s3:::photos', EnableManifestOutput: false } },
  });
  expect(calls).toEqual([]);
});
