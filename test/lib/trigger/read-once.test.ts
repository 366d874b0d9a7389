// An event is read once: by the trigger that opens it, and never again for the reply.

import { lambdaBatchTriggers, lambdaHttpTriggers, lambdaUploadTriggers, scfTriggers } from '../../../lib/trigger';
import type { Trigger } from '../../../lib/types';
import { createHandler } from '../../../service/create-handler';
import type { JobRunner } from '../../../service/schedule';
import { sample } from './platforms';
import { envelope, message, s3Event } from './uploads';

const answer = { status: 200, headers: {}, body: '{}' };
const run: JobRunner = async (job) => ({ job, answer: job.act === 'answer' ? answer : null, error: null });

/** The fields by which several triggers recognise an event. Each trigger of a list may read them. */
const recognition =
  /^\.(version|resource|requestContext|requestContext\.domainName|Event|source|detail-type|invocationSchemaVersion|Records|Records\.0|Records\.\d+\.(eventSource|EventSource|cos))$/;

type WatchedEvent = Readonly<{ event: unknown; reads: ReadonlyMap<string, number>; close(): void }>;

/** `value` with a count of how often each of its fields is read. After `close`, reading any of them throws. */
function watch(value: object): WatchedEvent {
  const reads = new Map<string, number>();
  let closed = false;
  const wrap = (target: object, path: string): object =>
    new Proxy(target, {
      get: (of, name) => {
        if (closed) throw new Error(`${path}.${String(name)} is read after the event was opened`);
        const part: unknown = Reflect.get(of, name);
        if (typeof name === 'symbol' || !Object.hasOwn(of, name)) return part;
        const place = `${path}.${name}`;
        if (name !== 'length') reads.set(place, (reads.get(place) ?? 0) + 1);
        return typeof part === 'object' && part !== null ? wrap(part, place) : part;
      },
    });
  const close = (): void => {
    closed = true;
  };
  return { event: wrap(value, ''), reads, close };
}

const samples: readonly (readonly [string, readonly Trigger[]])[] = [
  ...['rest-api', 'http-api-1', 'http-api-2', 'function-url', 'alb', 'alb-multi'].map(
    (name) => [name, lambdaHttpTriggers] as const,
  ),
  ...['s3-put', 's3-delete', 's3-test', 'eventbridge-created', 'sqs-s3', 'sqs-sns', 'sns-s3'].map(
    (name) => [name, lambdaUploadTriggers] as const,
  ),
  ...['s3-batch-1', 's3-batch-2'].map((name) => [name, lambdaBatchTriggers] as const),
  ...['scf-function-url', 'scf-api-gateway', 'cos-created', 'cos-removed'].map((name) => [name, scfTriggers] as const),
];

test.each(samples)('%s: no field is read twice', async (name, triggers) => {
  const { event, reads, close } = watch(sample(name));
  const closing: JobRunner = async (job, budget) => {
    close();
    return run(job, budget);
  };
  const reply = await createHandler(triggers, closing)(event, {});
  expect(reply).toEqual(await createHandler(triggers, run)(sample(name), {}));
  expect(reads.size).toBeGreaterThan(0);
  expect([...reads].filter(([path, count]) => count > 1 && !recognition.test(path))).toEqual([]);
});

test('the text of each message is parsed once', async () => {
  const event = s3Event(
    message('m1', sample('s3-put')),
    message('m2', envelope(sample('eventbridge-created'))),
    message('m3', 'not JSON'),
  );
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const parse = jest.spyOn(JSON, 'parse');
  const reply = await createHandler(lambdaUploadTriggers, run)(event, {});
  const parsed = parse.mock.calls.length;
  jest.restoreAllMocks();
  expect(reply).toEqual({ batchItemFailures: [{ itemIdentifier: 'm3' }] });
  expect(parsed).toBe(4); // three bodies, and the message in the envelope
});
