import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { type ProblemCode, ProblemError } from '../../../lib/problem';
import { problems } from '../../../lib/problem-table';
import { lambdaBatchTriggers } from '../../../lib/trigger';
import { s3Batch1, s3Batch2 } from '../../../lib/trigger/s3-batch';
import type { Job, Outcome, Trigger } from '../../../lib/types';
import { createHandler } from '../../../service/create-handler';
import { openedBy, openersIn } from './platforms';

type Reply = {
  invocationSchemaVersion: string;
  treatMissingKeysAs: string;
  invocationId: string;
  results: { taskId: string; resultCode: string; resultString: string }[];
};

const sample = (name: string) =>
  JSON.parse(readFileSync(join(__dirname, '../../../events', `${name}.json`), 'utf8')) as Record<string, unknown>;
const order = { lastModified: null, sequencer: null };
const listed = { etag: null, isNew: false };

function invocation(tasks: unknown, version = '2.0'): Record<string, unknown> {
  return { invocationSchemaVersion: version, invocationId: 'inv', job: { id: 'job' }, tasks };
}

function objectsOf(trigger: Trigger, event: unknown): unknown[] {
  return openedBy(trigger, event).jobs.map((job) => (job.act === 'answer' ? null : job.object));
}

/** What the trigger replies when every job ends in `error`. */
function replyTo(trigger: Trigger, event: unknown, error: unknown): Reply {
  const { jobs, reply } = openedBy(trigger, event);
  const outcomes = jobs.map((job): Outcome => ({ job, answer: null, error }));
  return reply(outcomes) as Reply;
}

test.each([
  ['s3-batch-1', s3Batch1, '1.0'],
  ['s3-batch-2', s3Batch2, '2.0'],
] as const)('the sample %s', (name, trigger, version) => {
  const event = sample(name);
  expect(openersIn(lambdaBatchTriggers, event)).toEqual([trigger]);
  expect(openedBy(trigger, event).jobs).toEqual([
    { id: 'new-id', trigger: name, act: 'warm', object: { bucket: 'samples', key: 'gps.jpg', order, listed } },
    {
      id: 'new-id',
      trigger: name,
      act: 'warm',
      object: { bucket: 'samples', key: 'reise/Zürich 1+1.jpg', order, listed },
    },
  ]);
  expect(replyTo(trigger, event, null)).toEqual({
    invocationSchemaVersion: version,
    treatMissingKeysAs: 'PermanentFailure',
    invocationId: event['invocationId'],
    results: (event['tasks'] as { taskId: string }[]).map(({ taskId }) => ({
      taskId,
      resultCode: 'Succeeded',
      resultString: 'cached',
    })),
  });
});

test.each([
  ['a.jpg', 'a.jpg'],
  ['a%20b.jpg', 'a b.jpg'],
  ['a+b.jpg', 'a b.jpg'],
  ['a%2Bb.jpg', 'a+b.jpg'],
  ['100%25.jpg', '100%.jpg'],
  ['100%2525.jpg', '100%25.jpg'],
  ['%2Fa//b', '/a//b'],
  ['%F0%9F%93%B7/%C3%BC.jpg', '📷/ü.jpg'],
  ['%EF%BF%BD', '�'],
  ['__proto__', '__proto__'],
])('a key %j is decoded once: %j', (s3Key, key) => {
  const task = { taskId: 't', s3Key, s3BucketArn: 'arn:aws-cn:s3:::photos', s3Bucket: 'photos' };
  for (const [trigger, version] of [
    [s3Batch1, '1.0'],
    [s3Batch2, '2.0'],
  ] as const) {
    expect(objectsOf(trigger, invocation([task], version))).toEqual([{ bucket: 'photos', key, order, listed }]);
  }
});

test('the bucket of an ARN with region and account, as in the examples of S3', () => {
  const task = { taskId: 't', s3Key: 'a', s3BucketArn: 'arn:aws:s3:us-east-1:0123456788:awsexamplebucket1' };
  expect(objectsOf(s3Batch1, invocation([task], '1.0'))).toEqual([
    { bucket: 'awsexamplebucket1', key: 'a', order, listed },
  ]);
});

test('1,000 tasks of which every 7th fails: each has its own result, in order', async () => {
  const tasks = Array.from({ length: 1000 }, (_, i) => ({
    taskId: `task-${i}`,
    s3Key: i % 100 === 99 ? `%zz-${i}` : `photo+${i}.jpg`,
    s3Bucket: 'photos',
  }));
  const seen: string[] = [];
  const handler = createHandler(lambdaBatchTriggers, async (job: Job) => {
    const key = job.act === 'answer' ? '' : job.object.key;
    seen.push(key);
    const i = Number(/\d+/.exec(key)?.[0]);
    await new Promise((resolve) => setTimeout(resolve, (i * 7) % 5));
    if (i % 7 !== 0) return { job, answer: null, error: null };
    if (i % 3 === 0) return { job, answer: null, error: new ProblemError('SlowDown', `secret ${key}`) };
    if (i % 3 === 1) return { job, answer: null, error: new TypeError(`secret ${key}`) };
    return { job, answer: null, error: new ProblemError('AccessDenied', `secret ${key}`) };
  });
  const reply = (await handler(invocation(tasks), { getRemainingTimeInMillis: () => 60_000 })) as Reply;
  expect(seen).toHaveLength(990);
  expect(new Set(seen).size).toBe(990);
  expect(reply.results.map(({ taskId }) => taskId)).toEqual(tasks.map(({ taskId }) => taskId));
  reply.results.forEach((result, i) => {
    const wanted =
      i % 100 === 99
        ? ['PermanentFailure', `InvalidURI: ${problems.InvalidURI.message}`]
        : i % 7 !== 0
          ? ['Succeeded', 'cached']
          : ([
              ['TemporaryFailure', `SlowDown: ${problems.SlowDown.message}`],
              ['TemporaryFailure', `InternalError: ${problems.InternalError.message}`],
              ['PermanentFailure', `AccessDenied: ${problems.AccessDenied.message}`],
            ][i % 3] ?? []);
    expect([i, result.resultCode, result.resultString]).toEqual([i, ...wanted]);
  });
  expect(JSON.stringify(reply)).not.toContain('secret');
});

test('tasks for which no time is left may be tried again', async () => {
  const tasks = [1, 2, 3].map((i) => ({ taskId: `${i}`, s3Key: `${i}.jpg`, s3Bucket: 'photos' }));
  const handler = createHandler(lambdaBatchTriggers, async (job) => ({ job, answer: null, error: null }));
  const { results } = (await handler(invocation(tasks), { getRemainingTimeInMillis: () => 5 })) as Reply;
  expect(results.map(({ resultCode }) => resultCode)).toEqual(Array(3).fill('TemporaryFailure'));
});

test.each(Object.keys(problems) as ProblemCode[])(
  '%s: temporary when a later try may succeed, at most 1,024 characters',
  (code) => {
    const event = invocation([{ taskId: 't', s3Key: 'a', s3Bucket: 'b' }]);
    const plain = replyTo(s3Batch2, event, new ProblemError(code, 'for the log'));
    const [result] = plain.results;
    expect(result?.resultCode).toBe(problems[code].retry === true ? 'TemporaryFailure' : 'PermanentFailure');
    expect(result?.resultString).toBe(`${code}: ${problems[code].message}`);
    const long = replyTo(s3Batch2, event, new ProblemError(code, 'for the log', { safeDetail: 'x'.repeat(5000) }));
    expect(long.results[0]?.resultString).toHaveLength(1024);
  },
);

test.each([undefined, 0, '', 'text', {}, new Error('secret')])(
  'a bug that threw %p is temporary and says nothing',
  (error) => {
    const [result] = replyTo(s3Batch2, invocation([{ taskId: 't', s3Key: 'a', s3Bucket: 'b' }]), error).results;
    expect(result).toEqual({
      taskId: 't',
      resultCode: 'TemporaryFailure',
      resultString: `InternalError: ${problems.InternalError.message}`,
    });
  },
);

describe('hostile shapes:', () => {
  test.each([
    ['no bucket', { taskId: 't', s3Key: 'a' }, 'NoSuchBucket'],
    ['a bucket of another type', { taskId: 't', s3Key: 'a', s3Bucket: ['b'], s3BucketArn: 7 }, 'NoSuchBucket'],
    ['an empty bucket', { taskId: 't', s3Key: 'a', s3Bucket: '', s3BucketArn: 'arn:aws:s3:::' }, 'NoSuchBucket'],
    ['no ARN', { taskId: 't', s3Key: 'a', s3Bucket: '', s3BucketArn: 'photos' }, 'NoSuchBucket'],
    ['no key', { taskId: 't', s3Bucket: 'b', s3BucketArn: 'arn:aws:s3:::b' }, 'KeyMissing'],
    ['an empty key', { taskId: 't', s3Key: '', s3Bucket: 'b', s3BucketArn: 'arn:aws:s3:::b' }, 'KeyMissing'],
    ['a key of another type', { taskId: 't', s3Key: 5, s3Bucket: 'b', s3BucketArn: 'arn:aws:s3:::b' }, 'KeyMissing'],
    ['a half escape', { taskId: 't', s3Key: '%e', s3Bucket: 'b', s3BucketArn: 'arn:aws:s3:::b' }, 'InvalidURI'],
    ['no UTF-8', { taskId: 't', s3Key: '%ff', s3Bucket: 'b', s3BucketArn: 'arn:aws:s3:::b' }, 'InvalidURI'],
  ])('%s is a permanent failure of that task', (_name, task, code) => {
    for (const [trigger, version] of [
      [s3Batch1, '1.0'],
      [s3Batch2, '2.0'],
    ] as const) {
      const event = invocation([task], version);
      expect(openedBy(trigger, event).jobs).toEqual([]);
      expect(replyTo(trigger, event, null).results).toEqual([
        {
          taskId: 't',
          resultCode: 'PermanentFailure',
          resultString: `${code}: ${problems[code as ProblemCode].message}`,
        },
      ]);
    }
  });

  test('what has no task id is left to treatMissingKeysAs', () => {
    const tasks = [null, 'x', 5, [], {}, { taskId: 7, s3Key: 'a', s3Bucket: 'b' }, Object.create({ taskId: 't' })];
    expect(replyTo(s3Batch2, invocation(tasks), null)).toMatchObject({
      treatMissingKeysAs: 'PermanentFailure',
      results: [],
    });
  });

  test('no tasks', () => {
    expect(replyTo(s3Batch1, invocation([], '1.0'), null).results).toEqual([]);
  });

  const event = sample('s3-batch-2');
  test.each([
    ['null', null],
    ['a text', JSON.stringify(event)],
    ['a list', [event]],
    ['inherited', Object.create(event)],
    ['another version', { ...event, invocationSchemaVersion: '3.0' }],
    ['a version that is a number', { ...event, invocationSchemaVersion: 2 }],
    ['no id', { ...event, invocationId: undefined }],
    ['tasks that are no list', { ...event, tasks: { 0: {} } }],
    ['an upload', { Records: [{ eventSource: 'aws:s3' }] }],
  ])('%s: no trigger opens it', (_name, other) => {
    expect(openersIn(lambdaBatchTriggers, other)).toEqual([]);
  });

  test('outcomes of other jobs are never mixed up with these tasks', () => {
    expect(() => openedBy(s3Batch2, event).reply([])).toThrow(expect.objectContaining({ code: 'InternalError' }));
  });

  test('any tasks: a result for each that has an id, exactly one trigger opens it', () => {
    const tasks = fc.array(
      fc.oneof(
        fc.jsonValue(),
        fc.record(
          { taskId: fc.string(), s3Key: fc.string(), s3Bucket: fc.jsonValue(), s3BucketArn: fc.jsonValue() },
          { requiredKeys: [] },
        ),
      ),
    );
    fc.assert(
      fc.property(tasks, fc.constantFrom('1.0', '2.0'), (list, version) => {
        const found = openersIn(lambdaBatchTriggers, invocation(list, version));
        expect(found).toHaveLength(1);
        const wanted = list.filter((task) => typeof (task as { taskId?: unknown } | null)?.taskId === 'string');
        for (const trigger of found) {
          expect(replyTo(trigger, invocation(list, version), null).results).toHaveLength(wanted.length);
        }
      }),
      { numRuns: 500 },
    );
  });
});
