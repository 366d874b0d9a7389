// Requests for one object at the same time: what they cost, over the run of a server and over HTTP.
import { createServer, get as httpGet } from 'node:http';
import { openBucket, parseLocation } from '../../../lib/bucket';
import { memoryCache } from '../../../lib/cache/memory';
import type { CacheSetup, JobDeps, LogLine } from '../../../lib/job';
import { defaultLimits } from '../../../lib/limits';
import { ProblemError } from '../../../lib/problem';
import { createKeptAnswers } from '../../../lib/read/kept-answers';
import { createSharedReads } from '../../../lib/read/shared-reads';
import type { ViewMember, ViewResult } from '../../../lib/read/view';
import type { Answer, Bucket } from '../../../lib/types';
import type { JobRunner } from '../../../service/schedule';
import { createHttpServer } from '../../../service/server/server';
import { createServerRun } from '../../../service/server/server-run';
import { ascii, buildTiff } from '../../../testing/build/tiff';
import { everyone } from '../../../testing/fakes/access';
import { countingBucket } from '../../../testing/fakes/counting-bucket';
import { jobDeps } from '../../../testing/fakes/job-deps';
import { listenOnLoopback } from '../../../testing/servers/loopback';
import { run as answerOf, job } from '../../lib/job-world';

const image = buildTiff({ fields: [ascii(0x010f, 'Maker'), ascii(0x0110, 'Model')] });
const settled = (): Promise<void> => new Promise(setImmediate);

function cacheOf(freshMs: number): CacheSetup {
  const answers = createKeptAnswers({ maxBytes: 1_000_000, freshMs });
  return {
    store: memoryCache(1_000_000),
    freshness: 'verify',
    revision: 'm',
    isWatched: () => true,
    now: () => 1_000,
    answers,
  };
}

/** The run of a server in which no read counts as slow, however slow this machine is. */
function runOf(deps: JobDeps): JobRunner {
  const rules = { stallMs: 60_000, joinMs: deps.cache?.answers?.freshMs ?? 0 };
  return createServerRun({ ...deps, shared: createSharedReads<ViewMember, ViewResult>(rules) });
}

/** A server whose bucket answers when the test opens it, and has one object, unless it is told to fail. */
function world(cache: CacheSetup | null = null, given: Partial<JobDeps> = {}) {
  const state = { open: false, failure: null as ProblemError | null };
  const waiting: (() => void)[] = [];
  const counting = countingBucket(() => ({ bytes: image, etag: '"v1"' }));
  const fetch: Bucket['fetch'] = async (ref, range, condition, signal) => {
    const reply = counting.bucket.fetch(ref, range, condition, signal);
    if (!state.open) {
      await new Promise<void>((resolve, reject) => {
        waiting.push(resolve);
        signal.addEventListener('abort', () => reject(new ProblemError('Timeout', 'Cannot read: no time')));
      });
    }
    if (state.failure !== null) throw state.failure;
    return reply;
  };
  const lines: LogLine[] = [];
  const deps = jobDeps({ fetch }, { cache, log: (line) => void lines.push(line), ...given });
  const run = runOf(deps);
  const open = (): void => {
    state.open = true;
    for (const go of waiting.splice(0)) go();
  };
  const ask = (query = 'exif', request: Parameters<typeof job>[2] = {}): Promise<Answer> =>
    answerOf(run(job('/a.tif', query, request), { remainingMs: null }));
  return { ask, run, open, state, lines, counting };
}

/** The first request, and the others when its read has begun. */
async function afterFirst<T>(count: number, make: (at: number) => T): Promise<T[]> {
  const first = make(0);
  await settled();
  return [first, ...many(count - 1, (at) => make(at + 1))];
}

const many = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
const total = (lines: readonly LogLine[]): number => lines.reduce((sum, { requests }) => sum + Number(requests), 0);

describe('100 requests for one object at the same time', () => {
  test.each([
    ['without a cache', null, many, 1],
    ['without a cache, when a read has begun', null, afterFirst, 2],
    ['with a cache that is verified', 0, many, 1],
    ['with a cache that is verified, when a read has begun', 0, afterFirst, 2],
    ['with EXIF_FRESHNESS=60, when a read has begun', 60_000, afterFirst, 1],
  ] as const)('%s', async (_name, freshMs, arrive, gets) => {
    const { ask, open, counting, lines } = world(freshMs === null ? null : cacheOf(freshMs));
    const asked = await arrive(100, () => ask());
    await settled();
    open();
    const answers = await Promise.all(asked);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(answers.every(({ body }) => String(body) === String(answers[0]?.body))).toBe(true);
    expect([counting.requests.length, total(lines)]).toEqual([gets, gets]);
    expect(lines.filter(({ requests }) => requests !== 0)).toHaveLength(gets);
    expect(lines.every(({ container }) => container === 'tiff')).toBe(true);
  });

  test('of different views: they share the record, and each gets its own view', async () => {
    const { ask, open, counting } = world(cacheOf(0));
    const queries = ['exif', 'exif/only/Make', 'exif/only/Model', 'exif/style/flat', 'imageInfo'];
    const first = await Promise.all([...queries.map((query) => ask(query)), settled().then(open)]);
    const asked = many(100, (at) => ask(queries[at % queries.length]));
    const answers = await Promise.all(asked);
    answers.forEach(({ body, headers }, at) => {
      const expected = first[at % queries.length] as Answer;
      expect([String(body), headers['etag']]).toEqual([String(expected.body), expected.headers['etag']]);
    });
    expect(counting.requests.length).toBeLessThanOrEqual(4);
  });

  test('with HEAD and with conditions: each is answered by its own', async () => {
    const { ask, open, counting } = world();
    const { headers } = await Promise.all([ask(), settled().then(open)]).then(([answer]) => answer);
    const before = counting.requests.length;
    const current = { 'if-none-match': headers['etag'] ?? '' };
    const kinds = [
      [{ headers: current }, 304],
      [{ method: 'HEAD' }, 200],
      [{ headers: { 'if-match': '"other"' } }, 412],
      [{}, 200],
      [{ headers: { 'if-none-match': '*' } }, 304],
    ] as const;
    const answers = await Promise.all(many(50, (at) => ask('exif', kinds[at % kinds.length]?.[0])));
    expect(answers.map(({ status }) => status)).toEqual(many(50, (at) => kinds[at % kinds.length]?.[1]));
    expect(answers[3]?.body).not.toBe('');
    expect(counting.requests.length - before).toBe(1);
  });

  test('each caller is checked: those who may not read it get their error, and nothing waits for them', async () => {
    let checks = 0;
    const isPublic = (): boolean => checks++ % 2 === 0;
    const { ask, open, counting } = world(null, { access: { ...everyone, callers: 'signed', isPublic } });
    const asked = await afterFirst(100, () => ask());
    await settled();
    open();
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect([statuses.filter((status) => status === 200).length, statuses.includes(403)]).toEqual([50, true]);
    expect(checks).toBeGreaterThanOrEqual(100);
    expect(counting.requests).toHaveLength(2);
  });

  test.each([
    ['a store that fails', new ProblemError('BucketFault', 'Cannot read'), 503, 3],
    ['an object that does not exist', new ProblemError('NoSuchKey', 'Cannot read'), 404, 2],
  ])('%s', async (_name, failure, status, gets) => {
    const { ask, open, state, counting } = world();
    const asked = await afterFirst(100, () => ask());
    state.failure = failure;
    open();
    expect((await Promise.all(asked)).every((answer) => answer.status === status)).toBe(true);
    expect(counting.requests).toHaveLength(gets);
  });

  test('those that wait for a read hold no place: other objects are read meanwhile', async () => {
    const { ask, run, open, counting, state } = world();
    const asked = await afterFirst(100, () => ask());
    expect(counting.requests).toHaveLength(1);
    state.open = true; // for what is asked from now on
    const other = await answerOf(run(job('/b.tif'), { remainingMs: null }));
    expect(other.status).toBe(200);
    open();
    await Promise.all(asked);
  });

  test('a client that disconnects does not end the others; x-exif-reads says who caused the request', async () => {
    const { run, open, counting } = world(null, { showReads: true });
    const clients = many(5, () => new AbortController());
    const arrivalOf = (at: number) => ({ waitedMs: 0, gone: clients[at]?.signal ?? null });
    const asked = await afterFirst(5, (at) =>
      answerOf(run(job('/a.tif'), { remainingMs: null, arrival: arrivalOf(at) })),
    );
    clients[0]?.abort(); // it reads alone: the read stops
    clients[1]?.abort(); // the first of those that wait
    await settled();
    open();
    const answers = await Promise.all(asked);
    expect(answers.map(({ status }) => status)).toEqual([499, 499, 200, 200, 200]);
    const reads = answers.map(({ headers }) => /requests=\d/.exec(headers['x-exif-reads'] ?? '')?.[0]);
    expect(reads).toEqual(['requests=1', 'requests=0', 'requests=1', 'requests=0', 'requests=0']);
    expect(counting.requests).toHaveLength(2);
  });

  test('thumbnails share no read', async () => {
    const { ask, open, counting } = world();
    const asked = many(3, () => ask('exif/thumbnail'));
    await settled();
    open();
    await Promise.all(asked);
    expect(counting.requests).toHaveLength(3);
  });
});

/** The statuses of 100 requests over HTTP, and the GETs that a store on loopback got. It replies after all have arrived. */
async function overHttp(cache: CacheSetup | null) {
  let [gets, arrived] = [0, 0];
  const waiting: (() => void)[] = [];
  const store = await listenOnLoopback(
    createServer((req, res) => {
      gets++;
      const reply = (): void => {
        const headers = { etag: '"v1"', 'content-range': `bytes 0-${image.length - 1}/${image.length}` };
        if (req.headers['if-none-match'] === '"v1"') res.writeHead(304, { etag: '"v1"' }).end();
        else res.writeHead(206, headers).end(image);
      };
      if (arrived >= 100) reply();
      else waiting.push(reply);
    }),
  );
  const location = parseLocation(`s3://photos?endpoint=${store.endpoint}&credentials=none`);
  const bucket = openBucket(location, { region: null, env: {}, limits: defaultLimits, maxTries: 1 });
  const run = runOf(jobDeps(bucket, { cache }));
  const counted: JobRunner = (one, budget) => {
    const outcome = run(one, budget);
    if (++arrived === 100) setImmediate(() => waiting.splice(0).forEach((reply) => void reply()));
    return outcome;
  };
  const service = await listenOnLoopback(createHttpServer(counted));
  const statuses = await Promise.all(many(100, () => statusOf(`${service.endpoint}/a.tif?exif`)));
  await Promise.all([service.close(), store.close()]);
  return { gets, statuses };
}

function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    httpGet(url, { agent: false }, (res) => {
      res.resume();
      resolve(res.statusCode);
    }).on('error', reject);
  });
}

test.each([
  ['without a cache', null, 2],
  ['with a cache that is verified', 0, 2],
  ['with EXIF_FRESHNESS=60', 60_000, 1],
] as const)('100 connections to a server over a store: %s', async (_name, freshMs, gets) => {
  const result = await overHttp(freshMs === null ? null : cacheOf(freshMs));
  expect(result).toEqual({ gets, statuses: many(100, () => 200) });
});
