// Answers that are kept in memory: what the bucket and the cache are asked for a second answer.
import { memoryCache } from '../../lib/cache/memory';
import { type CacheSetup, type JobDeps, type LogLine, runJob } from '../../lib/job';
import { createKeptAnswers } from '../../lib/read/kept-answers';
import type { Answer } from '../../lib/types';
import { ascii, buildTiff } from '../../testing/build/tiff';
import { everyone } from '../../testing/fakes/access';
import { countingBucket, type Version } from '../../testing/fakes/counting-bucket';
import { jobDeps } from '../../testing/fakes/job-deps';
import { type SpyCache, spyCache } from '../../testing/fakes/spy-cache';
import { job, run } from './job-world';

const versionOf = (name: string): Version => ({
  bytes: buildTiff({ fields: [ascii(0x010f, name)] }),
  etag: `"${name}"`,
});

type Given = Readonly<{ freshMs?: number; maxBytes?: number; store?: CacheSetup['store'] }> & Partial<CacheSetup>;

/** One object that a test changes, and a process that keeps answers. */
function process({ freshMs = 0, maxBytes = 1_000_000, ...cache }: Given = {}) {
  const world = { now: versionOf('one') as Version | null, ms: 0, rendered: 0 };
  const counting = countingBucket(() => world.now);
  const answers = createKeptAnswers({ maxBytes, freshMs, now: () => world.ms });
  const spy: SpyCache = spyCache({ answers, ...cache }, cache.store ?? memoryCache(1_000_000));
  const lines: LogLine[] = [];
  const deps = jobDeps(counting.bucket, { cache: spy.cache, log: (line) => void lines.push(line) });
  const render: JobDeps['defaultStyle']['render'] = (...args) => {
    world.rendered++;
    return deps.defaultStyle.render(...args);
  };
  const counted: JobDeps = { ...deps, defaultStyle: { ...deps.defaultStyle, render } };
  /** The answer to a request, and what it cost: requests to the bucket, look-ups, rendered records. */
  async function ask(query = 'exif', request: Parameters<typeof job>[2] = {}, given: Partial<JobDeps> = {}) {
    const before = [counting.requests.length, spy.gets.length, world.rendered] as const;
    const asked = { ...job('/a.tif', query, request), compress: true };
    const answer = await run(runJob(asked, { ...counted, ...given }, null));
    return {
      answer,
      requests: counting.requests.length - before[0],
      gets: spy.gets.length - before[1],
      rendered: world.rendered - before[2],
      line: lines.at(-1) ?? {},
    };
  }
  return { world, counting, spy, ask, answers };
}

const textOf = ({ body }: Answer): string => (typeof body === 'string' ? body : new TextDecoder().decode(body));

describe('verify', () => {
  test('a hit is one conditional request: no look-up, nothing rendered, the same answer', async () => {
    const { ask, counting } = process();
    const first = await ask();
    expect(first).toMatchObject({ requests: 1, gets: 1, rendered: 1, line: { cache: 'miss' } });
    const second = await ask();
    expect(second).toMatchObject({ requests: 1, gets: 0, rendered: 0 });
    expect(second.answer).toEqual(first.answer);
    expect(second.line).toMatchObject({ cache: 'hit', container: 'tiff', requests: 1, bytes: 0, warnings: 0 });
    expect(counting.requests.at(-1)).toMatchObject({ condition: { ifNoneMatch: '"one"' }, answered: 0 });
  });

  test.each([
    ['HEAD', 'exif', { method: 'HEAD' }, 200],
    ['the tag of the answer', 'exif', { headers: { 'if-none-match': 'TAG' } }, 304],
    ['any tag', 'exif', { headers: { 'if-none-match': '*' } }, 304],
    ['another tag', 'exif', { headers: { 'if-match': '"x"' } }, 412],
  ] as const)('a hit renders nothing: %s', async (_name, query, given, status) => {
    const { ask } = process();
    const { answer } = await ask();
    const headers = Object.fromEntries(
      Object.entries('headers' in given ? given.headers : {}).map(([name, value]) => [
        name,
        value === 'TAG' ? (answer.headers['etag'] ?? '') : value,
      ]),
    );
    const again = await ask(query, { ...given, headers });
    expect(again).toMatchObject({ requests: 1, gets: 0, rendered: 0, answer: { status } });
    if (status === 200) expect(again.answer).toEqual({ ...answer, body: '' });
  });

  test('each view and coding is kept, and the record of another view comes from the cache', async () => {
    const { ask } = process();
    const queries = ['exif', 'exif/only/Make', 'exif/only/Model', 'exif/style/flat', 'imageInfo'];
    const codings = ['', 'gzip', 'br', 'identity;q=0, gzip'];
    const asked = queries.flatMap((query) => codings.map((coding) => [query, coding] as const));
    const ofAll = async (): Promise<Answer[]> => {
      const answers: Answer[] = [];
      for (const [query, coding] of asked) {
        const { answer, requests } = await ask(query, { headers: { 'accept-encoding': coding } });
        expect(requests).toBe(1);
        answers.push(answer);
      }
      return answers;
    };
    const first = await ofAll();
    const looked = (await ask()).gets;
    expect(await ofAll()).toEqual(first);
    expect(looked).toBe(0);
    expect(new Set(first.map(({ headers }) => headers['etag'])).size).toBe(asked.length);
    expect(first.map(({ headers }) => headers['content-encoding'] ?? '')).toEqual(
      asked.map(([, coding]) => (coding.includes('q=0') ? 'gzip' : '')),
    );
  });

  test('a changed object is answered at once; the next request puts it, the third is a hit', async () => {
    const { ask, world, spy } = process();
    await ask();
    world.now = versionOf('two');
    const changed = await ask();
    expect(textOf(changed.answer)).toContain('two');
    expect(changed).toMatchObject({ requests: 1, gets: 0, line: { cache: 'stale' } });
    expect(await ask()).toMatchObject({ requests: 1, gets: 1, line: { cache: 'stale' } });
    expect(spy.puts.at(-1)).toMatchObject({ content: { record: { stat: { etag: '"two"' } } } });
    expect(await ask()).toMatchObject({ requests: 1, gets: 0, rendered: 0, line: { cache: 'hit', bytes: 0 } });
  });

  test('an object that is gone gives its error, and comes back', async () => {
    const { ask, world, spy } = process();
    await ask();
    world.now = null;
    expect(await ask()).toMatchObject({ answer: { status: 404 }, gets: 0, line: { cache: 'stale' } });
    expect(await ask()).toMatchObject({ answer: { status: 404 }, gets: 1 });
    expect(spy.puts.at(-1)).toMatchObject({ content: { kind: 'gone' } });
    world.now = versionOf('one');
    expect(await ask()).toMatchObject({ answer: { status: 200 }, requests: 1, gets: 1 });
  });

  test('an object without an ETag cannot be verified', async () => {
    const { ask, world } = process();
    world.now = { ...versionOf('one'), etag: null };
    await ask();
    expect(await ask()).toMatchObject({ requests: 1, gets: 1, rendered: 1 });
  });

  test('after eviction an answer is made from the cache', async () => {
    const { ask } = process({ maxBytes: 100 });
    await ask();
    expect(await ask()).toMatchObject({ requests: 1, gets: 1, rendered: 1, line: { cache: 'hit', bytes: 0 } });
  });

  test('what a caller may see is decided first, and headers for one caller are made for that caller', async () => {
    const { ask } = process();
    const cors = { answers: { cacheControl: 'public', corsOrigins: ['https://a.example'], revision: '' } };
    const origin = { headers: { origin: 'https://a.example' } };
    const one = await ask('exif', origin, cors);
    expect(one.answer.headers).toMatchObject({ 'access-control-allow-origin': 'https://a.example' });
    const two = await ask('exif', {}, { ...cors, access: { ...everyone, callers: 'platform', isPublic: () => false } });
    expect(two).toMatchObject({ rendered: 0, answer: { headers: { 'cache-control': 'private, no-cache' } } });
    expect(two.answer.headers).not.toHaveProperty('access-control-allow-origin');
    const closed = { access: { ...everyone, callers: 'signed', isPublic: () => false } } as const;
    expect(await ask('exif', {}, closed)).toMatchObject({ answer: { status: 403 }, requests: 0, gets: 0 });
  });
});

describe('a number of seconds', () => {
  test('a fresh answer asks nobody; an older one is verified, and is fresh again', async () => {
    const { ask, world } = process({ freshMs: 60_000 });
    const first = await ask();
    world.ms = 59_999;
    const second = await ask();
    expect(second).toMatchObject({ requests: 0, gets: 0, rendered: 0 });
    expect(second.answer).toEqual(first.answer);
    expect(second.line).toMatchObject({ cache: 'hit', container: 'tiff', requests: 0, bytes: 0 });
    world.ms = 60_000;
    expect(await ask()).toMatchObject({ requests: 1, gets: 0, rendered: 0 });
    world.ms = 119_999;
    expect(await ask()).toMatchObject({ requests: 0, gets: 0 });
  });

  test('the age is that of the request to the bucket, not of its reply', async () => {
    const { ask, world, counting } = process({ freshMs: 60_000 });
    const { fetch } = counting.bucket;
    const slow: typeof fetch = async (...args) => {
      const reply = await fetch(...args);
      world.ms += 40_000;
      return reply;
    };
    await ask('exif', {}, { buckets: new Map([['b', { fetch: slow }]]) });
    world.ms += 20_000;
    expect(await ask()).toMatchObject({ requests: 1 });
  });

  test('a change is seen when the time is over, and not before', async () => {
    const { ask, world } = process({ freshMs: 60_000 });
    const { answer } = await ask();
    for (const now of [versionOf('two'), null]) {
      world.now = now;
      expect((await ask()).answer).toEqual(answer);
    }
    world.ms = 60_000;
    expect(await ask()).toMatchObject({ requests: 1, answer: { status: 404 } });
    expect(await ask()).toMatchObject({ requests: 1, answer: { status: 404 } });
  });

  test('another view of a fresh object comes from the cache, also the error for a text', async () => {
    const { ask, world } = process({ freshMs: 60_000 });
    await ask();
    expect(await ask('exif/style/flat')).toMatchObject({ requests: 0, gets: 1, answer: { status: 200 } });
    const text = process({ freshMs: 60_000 });
    text.world.now = { bytes: new TextEncoder().encode('Not an image.\n'), etag: '"t"' };
    for (const requests of [1, 0]) {
      expect(await text.ask()).toMatchObject({ requests, gets: 1, line: { code: 'NotAnImage' } });
    }
    world.ms = 60_000;
    expect(await ask('exif/style/typed')).toMatchObject({ requests: 1, gets: 1 });
  });

  test('every request is authorised', async () => {
    const { ask } = process({ freshMs: 60_000 });
    await ask();
    const closed = { access: { ...everyone, callers: 'signed', isPublic: () => false } } as const;
    expect(await ask('exif', {}, closed)).toMatchObject({ answer: { status: 403 } });
  });

  test('an event of the object ends the freshness', async () => {
    const { ask, world, spy, counting } = process({ freshMs: 60_000 });
    await ask();
    world.now = versionOf('two');
    const object = { bucket: 'photos', key: 'a.tif', order: { lastModified: null, sequencer: null } };
    const deps = jobDeps(counting.bucket, {
      cache: spy.cache,
      named: new Map([['photos', { bucketId: 'b', bucket: 'photos' }]]),
    });
    await runJob({ id: '1', trigger: 'test', act: 'warm', object }, deps, null);
    expect(textOf((await ask()).answer)).toContain('two');
  });
});

describe('trust', () => {
  test('the entry is looked up each time; while it is the same, its answer is reused', async () => {
    const { ask, spy } = process({ freshness: 'trust' });
    await ask(); // read from the bucket
    const first = await ask(); // from the entry
    expect(first).toMatchObject({ requests: 0, gets: 1, rendered: 1 });
    expect(await ask()).toMatchObject({ requests: 0, gets: 1, rendered: 0, answer: first.answer });
    const entry = spy.puts.at(-1) ?? never();
    await spy.store.put(entry, soon());
    expect(await ask()).toMatchObject({ requests: 0, gets: 1, rendered: 1, answer: first.answer });
  });

  test('an entry that another process has put is answered', async () => {
    const { ask, spy, world } = process({ freshness: 'trust' });
    for (let i = 0; i < 3; i++) await ask();
    const other = process({ freshness: 'trust' });
    other.world.now = versionOf('two');
    await other.ask();
    const entry = other.spy.puts.at(-1) ?? never();
    await spy.store.put(entry, soon());
    const { answer, requests } = await ask();
    expect([textOf(answer).includes('two'), requests]).toEqual([true, 0]);
    await spy.store.put({ ...entry, revision: 'm0' }, soon());
    world.now = versionOf('three');
    expect(textOf((await ask()).answer)).toContain('three');
  });

  test('objects whose events are not followed are verified', async () => {
    const { ask } = process({ freshness: 'trust', isWatched: () => false });
    await ask();
    expect(await ask()).toMatchObject({ requests: 1, gets: 0, rendered: 0 });
  });
});

const soon = (): AbortSignal => AbortSignal.timeout(5_000);

function never(): never {
  throw new Error('nothing was put');
}
