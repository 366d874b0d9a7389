import { eventJobs } from '../../lib/limits';
import { lambdaHttpTriggers, lambdaUploadTriggers, scfTriggers } from '../../lib/trigger';
import type { Job } from '../../lib/types';
import { createHandler } from '../../service/create-handler';
import type { Budget, JobRunner } from '../../service/schedule';
import { sample } from '../lib/trigger/platforms';
import { message, retryable, s3Event, s3Record } from '../lib/trigger/uploads';

const answer = { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' };

/** A `run` that keeps what it was given. */
function recorder(): { run: JobRunner; calls: { job: Job; budget: Budget }[] } {
  const calls: { job: Job; budget: Budget }[] = [];
  const run: JobRunner = async (job, budget) => {
    calls.push({ job, budget });
    return { job, answer: job.act === 'answer' ? answer : null, error: null };
  };
  return { run, calls };
}

test('runs the job of the trigger that opens the event, and replies in its form', async () => {
  const { run, calls } = recorder();
  const handler = createHandler(lambdaHttpTriggers, run);
  await expect(handler(sample('http-api-2'), {})).resolves.toEqual({
    statusCode: 200,
    headers: { 'content-type': 'application/json' },
    body: '{}',
    isBase64Encoded: false,
  });
  await expect(handler(sample('alb-multi'), {})).resolves.toMatchObject({
    statusDescription: '200 OK',
    multiValueHeaders: { 'content-type': ['application/json'] },
  });
  expect(calls.map(({ job }) => job.trigger)).toEqual(['http-api-2', 'alb']);
  expect(calls[0]?.job).toMatchObject({ request: { path: '/gps.jpg', query: [['exif', null]] } });
});

test('serves SCF', async () => {
  const { run, calls } = recorder();
  const reply = await createHandler(scfTriggers, run)(sample('scf-function-url'), { time_limit_in_ms: 3000 });
  expect(reply).toMatchObject({ statusCode: 200, body: '{}', isBase64Encoded: false });
  expect(calls[0]?.budget).toEqual({ remainingMs: 3000 });
});

test('runs the jobs of an event of uploads, a bounded number at once, and replies with what failed', async () => {
  const ids = Array.from({ length: 40 }, (_, i) => `m${i}`);
  const event = s3Event(...ids.map((id) => message(id, s3Event(s3Record('ObjectCreated:Put', { key: `${id}.jpg` })))));
  let running = 0;
  let most = 0;
  const run: JobRunner = async (job) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    return { job, answer: null, error: job.id.endsWith('7') ? retryable : null };
  };
  const failed = ['m7', 'm17', 'm27', 'm37'].map((id) => ({ itemIdentifier: id }));
  await expect(createHandler(lambdaUploadTriggers, run)(event, {})).resolves.toEqual({ batchItemFailures: failed });
  expect(most).toBe(eventJobs);
});

test('logs each message that cannot be read, by its id and nothing else', async () => {
  const lines: string[] = [];
  const written = jest.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  const event = s3Event(message('m1', '{"SECRET":'), message('m 2', 'SECRET'), message('m3', sample('s3-put')));
  const { run, calls } = recorder();
  await createHandler(lambdaUploadTriggers, run)(event, {});
  written.mockRestore();
  expect(calls).toHaveLength(1);
  const line = { level: 'error', door: 'sqs', code: 'InternalError', problem: expect.stringMatching(/^Cannot read/) };
  expect(lines.map((text) => JSON.parse(text))).toEqual([
    { ...line, id: 'm1' },
    { ...line, id: '' },
  ]);
  expect(lines.join('')).not.toContain('SECRET');
});

/** The remaining time is counted from here: on a busy machine some of it is gone before the first job. */
function stopClock(): void {
  jest.spyOn(performance, 'now').mockReturnValue(1000);
}
afterEach(() => jest.restoreAllMocks());

test('serves uploads to COS', async () => {
  const { run, calls } = recorder();
  stopClock();
  await expect(createHandler(scfTriggers, run)(sample('cos-created'), { time_limit_in_ms: 3000 })).resolves.toBeNull();
  expect(calls).toMatchObject([{ job: { trigger: 'cos-event', act: 'warm' }, budget: { remainingMs: 3000 } }]);
});

test('a job without an id of the platform gets a new UUID', async () => {
  const { run, calls } = recorder();
  const handler = createHandler(lambdaHttpTriggers, run);
  const event = { ...sample('alb'), headers: {} };
  await handler(event, {});
  await handler(event, {});
  const ids = calls.map(({ job }) => job.id);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(new Set(ids).size).toBe(2);
});

class LambdaContext {
  readonly limit = 2500;
  getRemainingTimeInMillis(): number {
    return this.limit;
  }
}

test.each([
  ['Lambda', new LambdaContext(), 2500],
  ['SCF', { time_limit_in_ms: 3000, request_id: 'x' }, 3000],
  ['neither', {}, null],
  ['no context', undefined, null],
  ['null', null, null],
  ['a text', 'x', null],
  ['other types', { getRemainingTimeInMillis: 5, time_limit_in_ms: '3000' }, null],
  ['no number', { getRemainingTimeInMillis: () => Number.NaN }, null],
])('remaining time: %s', async (_name, context, remainingMs) => {
  const { run, calls } = recorder();
  stopClock();
  await createHandler(lambdaHttpTriggers, run)(sample('rest-api'), context);
  expect(calls[0]?.budget).toEqual({ remainingMs });
});

test('an event that no trigger opens: the error names the triggers and repeats nothing of the event', async () => {
  const { run, calls } = recorder();
  const handler = createHandler(lambdaHttpTriggers, run);
  const event = { Records: [{ authorization: 'SECRET' }], SECRET: 1 };
  const error: unknown = await handler(event, {}).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'ProblemError', code: 'InternalError' });
  expect((error as Error).message).toContain('function-url, http-api-2, http-api-1, rest-api, alb');
  expect((error as Error).message).not.toContain('SECRET');
  expect(calls).toEqual([]);
});
