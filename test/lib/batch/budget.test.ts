// What a whole batch may cost: time, reads, and room in an answer that cannot be streamed.
import { gunzipSync } from 'node:zlib';
import { runBatch } from '../../../lib/batch/run-batch';
import { type AnswerJob, type JobDeps, runJob } from '../../../lib/job';
import { batchLimits, defaultLimits, maxAnswerBytes } from '../../../lib/limits';
import { ProblemError } from '../../../lib/problem';
import type { Answer, Bucket } from '../../../lib/types';
import { job, png, run, world } from '../job-world';

const atOnce = { remainingMs: null, arrival: { waitedMs: 0, gone: null }, sink: null };
const keysOf = (count: number) => Array.from({ length: count }, (_, at) => `${at}.png`);

function batchJob(keys: readonly string[], more: Partial<AnswerJob> = {}): AnswerJob {
  const body = new TextEncoder().encode(JSON.stringify({ keys }));
  return { ...(job('/-/batch', '', { method: 'POST', query: [], body }) as AnswerJob), ...more };
}

/** Every answer has `bytes` bytes of JSON. */
function sized(deps: JobDeps, bytes: number): JobDeps {
  return { ...deps, defaultStyle: { name: 'sized', render: () => `"${'é'.repeat(bytes / 2 - 1)}"` } };
}

function codesOf({ body }: Answer): readonly string[] {
  const lines = JSON.parse(String(body)) as readonly { status: number; code?: string }[];
  return lines.map(({ status, code }) => (status === 200 ? 'OK' : `${status} ${code}`));
}

test.each([
  ['alb', maxAnswerBytes, 4],
  ['function-url', batchLimits.answerBytes, 28],
])(
  'an answer in one piece for %s has at most %i bytes; the lines without room say so',
  async (trigger, most, fitting) => {
    const { deps, refs } = world();
    const answer = await run(runBatch(batchJob(keysOf(60), { trigger }), sized(deps, 100 * 1024), atOnce));
    const size = Buffer.byteLength(String(answer.body));
    expect(size).toBeLessThanOrEqual(most);
    expect(size).toBeGreaterThan(most - 110 * 1024);
    expect(codesOf(answer)).toEqual(keysOf(60).map((_, at) => (at < fitting ? 'OK' : '503 ResponseTooLarge')));
    expect(refs.length).toBeLessThanOrEqual(fitting + 1 + batchLimits.running);
  },
);

test('a small answer after a large one still has its place', async () => {
  const { deps } = world();
  let count = 0;
  const sizes = [400, 1, 400, 1, 1].map((size) => size * 1024);
  const render = (): string => `"${'x'.repeat(sizes[count++] ?? 0)}"`;
  const answer = await run(
    runBatch(batchJob(keysOf(5), { trigger: 'alb' }), { ...deps, defaultStyle: { name: 'sized', render } }, atOnce),
  );
  expect(codesOf(answer)).toEqual(['OK', 'OK', '503 ResponseTooLarge', 'OK', 'OK']);
});

test('a compressed answer has the same lines', async () => {
  const { deps } = world();
  const plain = await run(runBatch(batchJob(keysOf(20)), deps, atOnce));
  const wished = batchJob(keysOf(20), { compress: true });
  const request = { ...wished.request, headers: { 'accept-encoding': 'gzip' } };
  const zipped = await run(runBatch({ ...wished, request }, deps, atOnce));
  expect(zipped.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
  expect(gunzipSync(zipped.body as Uint8Array).toString()).toBe(plain.body);
});

test('when the objects together have read too much, no further one is read', async () => {
  const fetch: Bucket['fetch'] = async (_ref, range) => ({
    bytes: png.subarray(range.start, range.end),
    stat: { size: png.length, etag: '"1"', lastModified: null },
    received: 4 * 1024 * 1024,
  });
  const { deps, refs } = world(fetch);
  const codes = codesOf(await run(runBatch(batchJob(keysOf(100)), deps, atOnce)));
  const read = codes.filter((code) => code === 'OK').length;
  expect(read).toBeGreaterThanOrEqual(16);
  expect(read).toBeLessThanOrEqual(16 + batchLimits.running);
  expect(codes).toEqual(keysOf(100).map((_, at) => (at < read ? 'OK' : '503 SlowDown')));
  expect(refs).toHaveLength(read);
});

test('when the time of the batch is over, the other objects are not read', async () => {
  const { deps, refs } = world();
  const waitedMs = defaultLimits.totalMs - batchLimits.leastMs + 5;
  const late = { ...atOnce, arrival: { waitedMs, gone: null } };
  const answer = await run(runBatch(batchJob(keysOf(3)), deps, late));
  expect(codesOf(answer)).toEqual(['503 SlowDown', '503 SlowDown', '503 SlowDown']);
  expect(refs).toEqual([]);
  const over = await run(runBatch(batchJob(keysOf(3)), deps, { ...atOnce, remainingMs: 100 }));
  expect(codesOf(over)).toEqual(['503 SlowDown', '503 SlowDown', '503 SlowDown']);
});

test('a client that leaves stops the reads', async () => {
  const gone = new AbortController();
  const { deps, refs, lines } = world(async (_ref, _range, _condition, signal) => {
    if (refs.length === batchLimits.running) setImmediate(() => gone.abort());
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    throw new Error('stopped');
  });
  const sent: string[] = [];
  const write = async (text: string): Promise<void> => {
    sent.push(text);
    if (gone.signal.aborted) throw new ProblemError('ClientClosed', 'gone');
  };
  const sink = { start: () => undefined, write, keep: () => undefined };
  const arrival = { waitedMs: 0, gone: gone.signal };
  await runBatch(batchJob(keysOf(100)), deps, { remainingMs: null, arrival, sink });
  expect([refs.length, sent.length]).toEqual([batchLimits.running, 1]);
  expect(lines.find(({ key }) => key === '-/batch')).toMatchObject({ key: '-/batch', code: 'ClientClosed' });
});

describe('a preflight', () => {
  const ask = async (path: string, batch: boolean) => {
    const { deps } = world();
    const answers = { ...deps.answers, corsOrigins: ['*'], batch };
    const headers = {
      origin: 'https://a.example',
      'access-control-request-headers': 'authorization,content-type,x-amz-date',
    };
    return run(runJob(job(path, '', { method: 'OPTIONS', query: [], headers }), { ...deps, answers }, null));
  };

  test.each([
    ['/-/batch', true, 'GET, HEAD, POST'],
    ['/-/batch', false, 'GET, HEAD'],
    ['/a.jpg', true, 'GET, HEAD'],
  ])('for %s with batches: %s allows %s', async (path, batch, methods) => {
    const { status, headers } = await ask(path, batch);
    expect(status).toBe(204);
    expect(headers['access-control-allow-methods']).toBe(methods);
    expect(headers['access-control-allow-headers']).toBe('authorization, content-type, x-amz-date');
  });
});
