// A batch in one piece, as functions answer it, and as a stream of lines.
import { runBatch } from '../../../lib/batch/run-batch';
import { type AnswerJob, type JobDeps, runJob } from '../../../lib/job';
import { batchLimits } from '../../../lib/limits';
import { ProblemError } from '../../../lib/problem';
import type { Answer, Bucket, HttpRequest } from '../../../lib/types';
import { everyone } from '../../../testing/fakes/access';
import { spyCache } from '../../../testing/fakes/spy-cache';
import { job, png, run, world } from '../job-world';

type Line = Readonly<{ key: string; status: number; etag?: string; exif?: unknown; code?: string; reason?: string }>;

const view = 'exif/style/flat';
const atOnce = { remainingMs: null, arrival: { waitedMs: 0, gone: null } };

function batchJob(body: unknown, more: Partial<HttpRequest> = {}, trigger = 'test'): AnswerJob {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const bytes = new TextEncoder().encode(text);
  const made = job('/-/batch', '', { method: 'POST', query: [], body: bytes, ...more }) as AnswerJob;
  return { ...made, trigger };
}

/** The answer in one piece. */
function whole(body: unknown, deps: JobDeps, more: Partial<HttpRequest> = {}, trigger?: string): Promise<Answer> {
  return run(runBatch(batchJob(body, more, trigger), deps, { ...atOnce, sink: null }));
}

function linesOf({ body }: Answer): readonly Line[] {
  return JSON.parse(String(body)) as readonly Line[];
}

/** An object for each key, except those whose name says what the store answers. */
const store: Bucket['fetch'] = async ({ key }, range) => {
  if (key.startsWith('none')) throw new ProblemError('NoSuchKey', 'no such key');
  if (key.startsWith('text')) {
    const bytes = new TextEncoder().encode('Not an image.\n');
    return { bytes, stat: { size: bytes.length, etag: '"t"', lastModified: null } };
  }
  return { bytes: png.subarray(range.start, range.end), stat: { size: png.length, etag: '"1"', lastModified: null } };
};

test('each object has its own status, in the order of the keys; a repeated key is answered again', async () => {
  const { deps, refs } = world(store);
  const keys = ['b c.png', 'none.jpg', 'a%2F.png', 'text.txt', 'b c.png', '', 'x'.repeat(1025), '\ud800'];
  const answer = await whole({ keys, view }, deps);
  expect(answer).toMatchObject({
    status: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  });
  const lines = linesOf(answer);
  expect(lines.map(({ key }) => key)).toEqual(keys);
  expect(lines.map(({ status, code, reason }) => [status, code, reason])).toEqual([
    [200, undefined, undefined],
    [404, 'NoSuchKey', 'NoSuchKey'],
    [200, undefined, undefined],
    [400, 'InvalidImageFormat', 'NotAnImage'],
    [200, undefined, undefined],
    [400, 'InvalidURI', 'KeyMissing'],
    [400, 'KeyTooLong', 'KeyTooLong'],
    [400, 'InvalidURI', 'InvalidURI'],
  ]);
  expect(refs.map(({ key }) => key)).toEqual(['b c.png', 'none.jpg', 'a%2F.png', 'text.txt', 'b c.png']);
});

test.each(['exif', view, 'exif/style/oss', 'exif/style/typed/only/Make', 'imageInfo', 'x-oss-process=image/info'])(
  'a line has the JSON and the tag that GET with the view %s answers',
  async (asked) => {
    const { deps } = world(store);
    const alone = await run(runJob(job('/a.png', asked), deps, null));
    const [line] = linesOf(await whole({ keys: ['a.png'], view: asked }, deps));
    expect(line).toEqual({
      key: 'a.png',
      status: 200,
      etag: alone.headers['etag'],
      exif: JSON.parse(String(alone.body)),
    });
  },
);

test('the stream has the same lines, one by one', async () => {
  const { deps } = world(store);
  const keys = ['a.png', 'none.jpg', 'b.png'];
  const sent: string[] = [];
  const head: Answer[] = [];
  const sink = {
    start: (answer: Answer) => void head.push(answer),
    write: async (text: string) => void sent.push(text),
    keep: () => undefined,
  };
  const outcome = await runBatch(batchJob({ keys, view: 'exif/style/oss' }), deps, { ...atOnce, sink });
  expect(head).toMatchObject([{ status: 200, headers: { 'content-type': 'application/x-ndjson' }, body: '' }]);
  expect(outcome).toMatchObject({ answer: { status: 200 }, error: null });
  expect(sent.every((line) => /^[^\n]+\n$/.test(line))).toBe(true);
  const array = linesOf(await whole({ keys, view: 'exif/style/oss' }, deps));
  expect(sent.map((line) => JSON.parse(line))).toEqual(array);
});

test('at most 8 objects are read at the same time, and none while the client does not read', async () => {
  let running = 0;
  let most = 0;
  const { deps, refs } = world(async (...args) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    return store(...args);
  });
  const keys = Array.from({ length: 100 }, (_, at) => `${at}.png`);
  let resume = (): void => undefined;
  const [sent, kept]: [string[], number[]] = [[], []];
  const write = (text: string): Promise<void> => {
    sent.push(text);
    return new Promise((resolve) => {
      resume = resolve;
    });
  };
  const end = runBatch(batchJob({ keys }), deps, {
    ...atOnce,
    sink: { start: () => undefined, write, keep: (length) => void kept.push(length) },
  });
  for (let at = 1; at <= 100; at++) {
    while (sent.length < at || running > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(refs.length).toBeLessThanOrEqual(at + batchLimits.running - 1);
    resume();
  }
  await end;
  expect([most, refs.length, sent.length]).toEqual([8, 100, 100]);
  // 7 lines wait while the client does not read the one before them.
  const ofOne = (sent.at(-1) ?? '').length - 1;
  expect([Math.round(Math.max(...kept) / ofOne), kept.at(-1)]).toEqual([7, 0]);
});

test('the log has a line for each object, with the id of the batch, and one for the batch', async () => {
  const { deps, lines } = world(store);
  await whole({ keys: ['a.png', 'none.jpg'], view }, deps);
  const shared = { id: 'id-1', act: 'answer', method: 'POST', bucket: 'photos' };
  expect(lines).toHaveLength(3);
  expect(lines.find((line) => line['batch'] === 0)).toMatchObject({
    ...{ ...shared, key: 'a.png', view: 'flat', status: 200, code: 'OK', container: 'png', requests: 1 },
  });
  expect(lines.find((line) => line['batch'] === 1)).toMatchObject({
    ...{ ...shared, key: 'none.jpg', view: 'flat', status: 404, code: 'NoSuchKey', level: 'info' },
  });
  expect(lines.at(-1)).toMatchObject({
    ...shared,
    key: '-/batch',
    view: 'batch/flat',
    status: 200,
    requests: 0,
    bytes: 0,
  });
  expect(lines.at(-1)).not.toHaveProperty('batch');
});

test('the cache is the one of GET', async () => {
  const { deps, lines } = world(store);
  const spied = { ...deps, cache: spyCache({ freshness: 'trust' }).cache };
  await run(runJob(job('/a.png'), spied, null));
  await whole({ keys: ['a.png', 'b.png'] }, spied);
  await run(runJob(job('/b.png'), spied, null));
  expect(lines.map(({ key, cache }) => [key, cache])).toEqual([
    ['a.png', 'miss'],
    ['a.png', 'hit'],
    ['b.png', 'miss'],
    ['-/batch', null],
    ['b.png', 'hit'],
  ]);
});

test('an object that the caller may not read gets 403, whether it exists or not, and is not read', async () => {
  const { deps, refs } = world(store);
  const closed: JobDeps = {
    ...deps,
    access: { ...everyone, callers: 'signed', isPublic: ({ key }) => key === 'a.png' },
  };
  const lines = linesOf(await whole({ keys: ['a.png', 'none.jpg', 'b.png'] }, closed));
  const { key: _, ...missing } = lines[1] ?? { key: '' };
  const { key: __, ...present } = lines[2] ?? { key: '' };
  expect(lines.map(({ status }) => status)).toEqual([200, 403, 403]);
  expect(missing).toEqual(present);
  expect(refs.map(({ key }) => key)).toEqual(['a.png']);
});

test('the host decides on the bucket', async () => {
  const { deps, refs } = world(store);
  const hosts = new Map([['two.example', { bucketId: 'b', bucket: 'two' }]]);
  const routed = { ...deps, routes: { hosts, fallback: null } };
  await whole({ keys: ['a.png'] }, routed, { headers: { host: 'Two.example:9000' } });
  expect(refs).toEqual([{ bucketId: 'b', bucket: 'two', key: 'a.png' }]);
  expect(await whole({ keys: ['a.png'] }, routed)).toMatchObject({ status: 404 });
});

test.each<[string, unknown, Partial<HttpRequest>, number, string]>([
  ['a bad body', 'keys', {}, 400, 'BatchMalformed'],
  ['no body', '', {}, 400, 'BatchMalformed'],
  ['a query', { keys: ['a'] }, { query: [['exif', null]] }, 400, 'BatchMalformed'],
  ['a thumbnail', { keys: ['a'], view: 'exif/thumbnail' }, {}, 400, 'OperationUnknown'],
  ['a large body', ' '.repeat(batchLimits.bodyBytes + 1), {}, 413, 'BodyTooLarge'],
])('%s is refused as a whole, before anything is sent or read', async (_, body, more, status, code) => {
  const { deps, refs, lines } = world(store);
  const refuse = (): never => {
    throw new Error('used');
  };
  const sink = { start: refuse, write: refuse, keep: refuse };
  const answer = await run(runBatch(batchJob(body, more), deps, { ...atOnce, sink }));
  expect(answer).toMatchObject({ status, headers: { 'content-type': 'application/xml' } });
  expect(refs).toEqual([]);
  expect(lines).toMatchObject([{ status, code }]);
});
