import fc from 'fast-check';
import type { Access } from '../../lib/auth';
import { parseKeyRing } from '../../lib/auth/key-ring';
import { isExcluded } from '../../lib/bytes/etag';
import { withReads } from '../../lib/http/answer';
import { type JobDeps, type LogLine, refuseJob, runJob } from '../../lib/job';
import { defaultLimits } from '../../lib/limits';
import { ProblemError } from '../../lib/problem';
import { newTrace } from '../../lib/read/trace';
import { defaultStyle, styles } from '../../lib/style';
import { splitQuery } from '../../lib/trigger/query';
import type { Answer, Bucket, HttpRequest, Job, ObjectRef, Outcome } from '../../lib/types';
import { clock, cosRequest, host, key, sigV4Request } from '../../testing/auth/requests';
import { plainThumbnail, thumbnailJpeg } from '../../testing/build/thumbnail';
import { quickest } from '../../testing/compare/quickest';
import { everyone } from '../../testing/fakes/access';
import { spyCache } from '../../testing/fakes/spy-cache';

/** A grey PNG of one pixel up to its IDAT, which is all that is read: no EXIF. */
const png = Uint8Array.from([
  ...[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8, 0,
  ],
  ...[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82],
]);

type World = { deps: JobDeps; lines: LogLine[]; refs: ObjectRef[] };

function world(fetch?: Bucket['fetch']): World {
  const lines: LogLine[] = [];
  const refs: ObjectRef[] = [];
  const bucket: Bucket = {
    fetch: async (ref, range, condition, signal) => {
      refs.push(ref);
      if (fetch !== undefined) return fetch(ref, range, condition, signal);
      return {
        bytes: png.subarray(range.start, range.end),
        stat: { size: png.length, etag: '"1"', lastModified: null },
      };
    },
  };
  const deps: JobDeps = {
    routes: { hosts: new Map(), fallback: { bucketId: 'b', bucket: 'photos' } },
    hostHeader: null,
    access: everyone,
    buckets: new Map([['b', bucket]]),
    named: new Map(),
    cache: null,
    limits: defaultLimits,
    dropGroups: [],
    answers: { cacheControl: 'no-cache', corsOrigins: [], revision: '' },
    defaultStyle,
    showReads: false,
    now: () => new Date(0),
    log: (line) => void lines.push(line),
  };
  return { deps, lines, refs };
}

function job(path: string, query = 'exif', more: Partial<HttpRequest> = {}): Job {
  const request = { method: 'GET', path, pathDecoded: false, query: splitQuery(query), headers: {}, ...more };
  return { id: 'id-1', trigger: 'test', act: 'answer', request };
}

async function run(work: Promise<Outcome>): Promise<Answer> {
  const { answer } = await work;
  if (answer === null) throw new Error('a request was not answered');
  return answer;
}

/** The object, unless its one version is held. */
const conditional: Bucket['fetch'] = async (_ref, range, condition) =>
  isExcluded(condition, '"1"') || isExcluded(condition, '"t"')
    ? null
    : { bytes: png.subarray(range.start, range.end), stat: { size: png.length, etag: '"1"', lastModified: null } };

test('answers, and logs one line of names and numbers', async () => {
  const { deps, lines, refs } = world();
  const answer = await run(runJob(job('/a%20b.png', 'exif&x-cos-security-token=token'), deps, null));
  expect(answer).toMatchObject({ status: 200, body: '{"error" : "no exif data"}' });
  expect(refs).toEqual([{ bucketId: 'b', bucket: 'photos', key: 'a b.png' }]);
  expect(lines).toEqual([
    {
      level: 'info',
      id: 'id-1',
      requestId: 'aWQtMQ==',
      door: 'test',
      act: 'answer',
      bucket: 'photos',
      key: 'a b.png',
      status: 200,
      code: 'OK',
      caller: null,
      view: 'cos',
      container: 'png',
      warnings: 0,
      cache: 'off',
      requests: 1,
      bytes: png.length,
      ms: expect.any(Number),
    },
  ]);
  expect(JSON.stringify(lines)).not.toContain('token');
});

describe('the view that was asked for, in the log', () => {
  const jpeg = thumbnailJpeg(plainThumbnail);
  const { deps, lines } = world(async (_ref, { start, end }) => ({
    bytes: jpeg.subarray(start, end),
    stat: { size: jpeg.length, etag: '"1"', lastModified: null },
  }));

  test.each([
    ['exif', 'cos', 'OK', 'jpeg'],
    ['exif/style/typed', 'typed', 'OK', 'jpeg'],
    ['exif/only/Make,Model', 'cos/only', 'OK', 'jpeg'],
    ['exif/only/Make/style/typed', 'typed/only', 'OK', 'jpeg'],
    ['imageInfo', 'imageInfo', 'OK', 'jpeg'],
    ['x-oss-process=image/info', 'oss', 'OK', 'jpeg'],
    ['exif/thumbnail', 'thumbnail', 'OK', 'jpeg'],
    ['exif/thumbnail/orient', 'thumbnail/orient', 'OK', 'jpeg'],
    ['exif/secret', null, 'OperationUnknown', null],
  ])('%s: %s', async (query, view, code, container) => {
    lines.length = 0;
    await run(runJob(job('/a.jpg', query), deps, null));
    expect(lines).toMatchObject([{ view, code, container }]);
  });

  test('also of who may not ask, and of what has no thumbnail', async () => {
    const closed: JobDeps = { ...deps, access: { ...everyone, callers: 'signed', isPublic: () => false } };
    lines.length = 0;
    await run(runJob(job('/a.jpg', 'exif/thumbnail'), closed, null));
    const other = world();
    await run(runJob(job('/a.png', 'exif/thumbnail'), other.deps, null));
    expect([...lines, ...other.lines]).toMatchObject([
      { view: 'thumbnail', code: 'SignatureMissing', container: null },
      { view: 'thumbnail', code: 'ThumbnailMissing', container: null },
    ]);
  });
});

test('what has the same ETag has the same body, whatever the object is called and whenever it was written', async () => {
  const jpeg = thumbnailJpeg(plainThumbnail);
  const told = async (key: string, written: Date | null, query: string) => {
    const { deps } = world(async (_ref, { start, end }) => ({
      bytes: jpeg.subarray(start, end),
      stat: { size: jpeg.length, etag: '"1"', lastModified: written },
    }));
    const { headers, body } = await run(runJob(job(key, query), deps, null));
    return { etag: headers['etag'], body };
  };
  const queries = [...styles.keys()].map((name) => `exif/style/${name}`);
  for (const query of [...queries, 'imageInfo', 'exif/thumbnail']) {
    const one = await told('/a.jpg', new Date(0), query);
    expect(one.etag).toEqual(expect.any(String));
    expect(await told('/b/c.tif', new Date(86_400_000), query)).toEqual(one);
    expect(await told('/a.jpg', null, query)).toEqual(one);
  }
});

describe('x-exif-reads', () => {
  const size = png.length;
  const showing = (fetch?: Bucket['fetch']): JobDeps => ({ ...world(fetch).deps, showReads: true });
  const readsOf = async (deps: JobDeps, query = 'exif', path = '/a.png') =>
    (await run(runJob(job(path, query), deps, null))).headers['x-exif-reads'];

  test('tells what was read, where it is turned on', async () => {
    const line = new RegExp(
      `^requests=1, bytes=${size}, size=${size}, ms=\\d+\\.\\d, cache=off, ranges=0-${size - 1}$`,
    );
    expect(await readsOf(showing())).toMatch(line);
    expect(await readsOf(world().deps)).toBeUndefined();
  });

  test('tells the ranges of each GET, as they would stand in Range', async () => {
    const long = new Uint8Array(300_000);
    long.set(png.subarray(0, 33));
    long.set([0, 4, 0, 0, 0x49, 0x44, 0x41, 0x54], 33); // 256 KiB of image data, behind which EXIF may stand
    const deps = showing(async (_ref, range) => ({
      bytes: long.subarray(range.start, range.end),
      stat: { size: long.length, etag: '"1"', lastModified: null },
    }));
    expect(await readsOf(deps)).toMatch(/^requests=2, bytes=\d+, size=300000, .*ranges=0-65535 \d+-299999$/);
  });

  test('tells so many ranges that it is no long header, and how many more there are', () => {
    const ranges = Array.from({ length: 70 }, (_, i) => ({ start: i * 10, end: i * 10 + 5 }));
    const told = (count: number) => {
      const cost = { requests: 1, bytes: 1, ranges: ranges.slice(0, count) };
      return withReads({ status: 200, headers: {}, body: '' }, { cost, cache: null, size: null }, 1).headers;
    };
    expect(told(64)['x-exif-reads']).toMatch(/^requests=1, bytes=1, ms=1\.0, ranges=0-4 10-14 [\d -]* 630-634$/);
    expect(told(70)['x-exif-reads']).toBe(`${told(64)['x-exif-reads']}, more=6`);
  });

  test('nothing is noted of ranges where nobody is told of them', () => {
    expect(newTrace().cost).toStrictEqual({ requests: 0, bytes: 0 });
  });

  test('tells of requests that failed, too', async () => {
    const deps = showing(() => Promise.reject(new ProblemError('NoSuchKey', 'x')));
    expect(await readsOf(deps)).toMatch(/^requests=1, bytes=0, ms=/);
    expect(await readsOf(deps, 'nothing')).toMatch(/^requests=0, bytes=0, ms=/);
  });
});

test('exif that names no style is answered in the one that is set', async () => {
  const { deps } = world();
  const own = { ...deps, defaultStyle: { name: 'own', render: async () => '"own"' } };
  const answer = await run(runJob(job('/a.png'), own, null));
  expect(answer).toMatchObject({ status: 200, body: '"own"', headers: { 'content-length': '5' } });
  expect(answer.headers['etag']).not.toBe((await run(runJob(job('/a.png'), deps, null))).headers['etag']);
});

test("If-None-Match with the answer's ETag gives 304", async () => {
  const { deps } = world();
  const first = await run(runJob(job('/a.png'), deps, null));
  const headers = { 'if-none-match': first.headers['etag'] ?? '' };
  const second = await run(runJob(job('/a.png', 'exif', { headers }), deps, null));
  expect(second).toMatchObject({ status: 304, body: '' });
});

describe('who may ask', () => {
  const toJob = (request: HttpRequest): Job => ({ id: 'id-1', trigger: 'test', act: 'answer', request });

  /** A private bucket with one key, at the time the requests are signed. */
  function closed() {
    const made = world();
    const access: Access = {
      ...everyone,
      callers: 'signed',
      isPublic: () => false,
      keys: async () => parseKeyRing(JSON.stringify({ [key.id]: key.secret })),
      hosts: new Map([[host, { bucketId: 'b' }]]),
      regions: new Map([['b', 'eu-west-1']]),
    };
    return { ...made, deps: { ...made.deps, access, now: () => new Date(clock * 1000) } };
  }

  test.each([
    ['not signed', { ...cosRequest('header'), headers: { host } }, 'SignatureMissing', 'AccessDenied'],
    ['wrong', cosRequest('query', { secret: 'x' }), 'SignatureDoesNotMatch', 'SignatureDoesNotMatch'],
    ['of an unknown key', sigV4Request('query', { keyId: 'AKID2' }), 'KeyUnknown', 'InvalidAccessKeyId'],
    ['expired', cosRequest('sign', { start: 1, end: 2 }), 'SignatureExpired', 'AccessDenied'],
  ])('%s: refused before the bucket is asked, nothing of the signature in the log', async (_, request, code, shown) => {
    const { deps, lines, refs } = closed();
    const answer = await run(runJob(toJob(request), deps, null));
    expect(answer.status).toBe(403);
    expect(answer.body).toContain(`<Code>${shown}</Code>`);
    expect(refs).toEqual([]);
    expect(lines[0]).toMatchObject({ level: 'info', code, caller: null, requests: 0 });
    expect(JSON.stringify(lines)).not.toMatch(/[0-9a-f]{40}|q-sign|X-Amz-|AKID/);
  });

  const many = Array.from({ length: 10_000 }, (_, i) => `q-ak=${i}`).join('&');
  test.each<[string, HttpRequest]>([
    [
      'an Authorization of 100 KB',
      { ...cosRequest('header'), headers: { host, authorization: `q-ak=${'a'.repeat(100_000)}` } },
    ],
    [
      'one of AWS',
      { ...cosRequest('header'), headers: { host, authorization: `AWS4-HMAC-SHA256 ${'A=b,'.repeat(25_000)}` } },
    ],
    ['10,000 parameters', { ...cosRequest('header'), query: splitQuery(many) }],
    ['a path of 1 MB', { ...cosRequest('header'), path: `/${'%41'.repeat(350_000)}` }],
    [
      'a list of 4,000 names',
      cosRequest('header', {}, (all) => all.map(([n, v]) => [n, n === 'q-header-list' ? 'a;'.repeat(4000) : v])),
    ],
  ])('%s is refused in no time', async (_, request) => {
    const { deps, refs } = closed();
    await runJob(toJob(request), deps, null); // once before, so that the code is compiled
    const ms = await quickest(async () => {
      const answer = await run(runJob(toJob(request), deps, null));
      expect(answer.status).toBe(400);
    });
    expect(ms).toBeLessThan(25); // under 5 on a quiet machine
    expect(refs).toEqual([]);
  });

  test('the words of the contract, which SDKs match on', async () => {
    const expired = await run(runJob(toJob(cosRequest('query', { start: 1, end: 2 })), closed().deps, null));
    expect(expired.body).toContain('<Message>Request has expired</Message>');
    const late = cosRequest('query', { start: clock + 5000, end: clock + 6000 });
    const early = await run(runJob(toJob(late), closed().deps, null));
    expect(early.body).toContain('<Code>RequestTimeTooSkewed</Code>');
    expect(early.body).toContain('<ServerTime>2023-11-14T22:13:20Z</ServerTime>');
    expect(early.headers['date']).toBe('Tue, 14 Nov 2023 22:13:20 GMT');
    const { deps } = closed();
    const echo = { ...deps, access: { ...deps.access, rules: { ...deps.access.rules, echo: true } } };
    const wrong = await run(runJob(toJob(cosRequest('query', { secret: 'x' })), echo, null));
    expect(wrong.body).toContain('<FormatString>get\n/a b.jpg\nexif=\nhost=photos.example.com\n</FormatString>');
    expect(wrong.body).toContain('<StringToSign>sha1\n1700000000;1700000900\n');
    const json = cosRequest('query', { secret: 'x', unsignedHeaders: [['accept', 'application/json']] });
    const details = JSON.parse(String((await run(runJob(toJob(json), echo, null))).body));
    expect(details).toMatchObject({ code: 'SignatureDoesNotMatch', FormatString: expect.stringContaining('get\n') });
  });

  test.each([
    cosRequest('header'),
    cosRequest('query'),
    cosRequest('sign'),
    sigV4Request('header'),
    sigV4Request('query'),
  ])('a valid signature reads the key that was signed, and its answer is not for shared caches', async (request) => {
    const { deps, lines, refs } = closed();
    const shared = { ...deps, answers: { ...deps.answers, cacheControl: 'public, max-age=60' } };
    const answer = await run(runJob(toJob(request), shared, null));
    expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'private, no-cache' } });
    expect(refs.map((ref) => ref.key)).toEqual(['a b.jpg']);
    expect(lines[0]).toMatchObject({ caller: key.id, code: 'OK' });
    const own = { ...deps, answers: { ...deps.answers, cacheControl: 'private, max-age=60' } };
    expect((await run(runJob(toJob(request), own, null))).headers['cache-control']).toBe('private, max-age=60');
  });

  test('fetched key equals signed key, whatever it holds', async () => {
    const piece = fc.oneof(
      fc.constantFrom('/', '//', '..', '.', '%', '%2F', '+', ' ', '\\', '?', '#', '&', '='),
      fc.string({ unit: 'grapheme' }),
    );
    const keys = fc
      .array(piece, { minLength: 1, maxLength: 8 })
      .map((pieces) => pieces.join(''))
      .filter((text) => text.isWellFormed() && text !== '');
    const carriers = [cosRequest, sigV4Request].flatMap((sign) =>
      (['header', 'query'] as const).map((at) => (own: string) => sign(at, { key: own })),
    );
    await fc.assert(
      fc.asyncProperty(keys, fc.constantFrom(...carriers), async (own, make) => {
        const { deps, refs } = closed();
        const answer = await run(runJob(toJob(make(own)), deps, null));
        expect([answer.status, refs.map((ref) => ref.key)]).toEqual([200, [own]]);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['exif;versionid', 'exif&VERSIONID=1', 'VersionUnsupported'],
    ['imageinfo', 'exif&IMAGEINFO', 'OperationRepeated'],
    ['imageave', 'exif&ImageAve', 'OperationRepeated'],
  ])('%s is not to be had by another spelling of its name', async (_, query, code) => {
    const params = splitQuery(query).map(([name, value]) => [name, value ?? ''] as const);
    const { deps, lines, refs } = closed();
    await runJob(toJob(cosRequest('query', { params })), deps, null);
    expect(lines[0]).toMatchObject({ code });
    expect(refs).toEqual([]);
  });

  test('keys that are slow to come take no more than the time of the request', async () => {
    const { deps } = closed();
    const slow = { ...deps, access: { ...deps.access, keys: () => new Promise<never>(() => {}) } };
    const startedAt = performance.now();
    const answer = await run(runJob(toJob(cosRequest('query')), slow, 700));
    expect(answer.status).toBe(503);
    expect(performance.now() - startedAt).toBeLessThan(2_500); // a place of keys has 3 s
  });

  test('who is refused by a policy is in the log', async () => {
    const { deps, lines } = closed();
    const policy = {
      version: '2.0',
      statement: { effect: 'allow', action: 'cos:GetObject', resource: 'qcs::cos:*:uid/*:photos/shared/*' },
    };
    const keys = async () => parseKeyRing(JSON.stringify({ [key.id]: { secrets: key.secret, policy } }));
    await runJob(toJob(cosRequest('query')), { ...deps, access: { ...deps.access, keys } }, null);
    expect(lines[0]).toMatchObject({ code: 'PolicyDenied', caller: key.id });
  });

  test('a header of an odd name is no host', async () => {
    const { deps } = closed();
    const answer = await run(runJob(toJob(cosRequest('query')), { ...deps, hostHeader: 'constructor' }, null));
    expect(answer.status).toBe(200);
  });

  test('a directive that only looks private does not make an answer so', async () => {
    const { deps } = closed();
    const shared = { ...deps, answers: { ...deps.answers, cacheControl: 'public, max-age=60, private="set-cookie"' } };
    const answer = await run(runJob(toJob(cosRequest('query')), shared, null));
    expect(answer.headers['cache-control']).toBe('private, no-cache');
  });

  test('the Host that a trusted gateway hands on is the one that was signed, where that is set', async () => {
    const { deps, refs } = closed();
    const signed = cosRequest('query');
    const request = {
      ...signed,
      headers: { host: 'internal', 'x-forwarded-host': host },
      gateway: { host: 'internal', prefix: '/x' },
    };
    expect((await run(runJob(toJob(request), deps, null))).status).toBe(403);
    expect(refs).toEqual([]);
    const behind = { ...deps, hostHeader: 'x-forwarded-host' };
    expect((await run(runJob(toJob(request), behind, null))).status).toBe(200);
    expect((await run(runJob(toJob(signed), behind, null))).status).toBe(200);
  });
});

test.each([
  ['/a.png', '', 'GET', 400, 'OperationMissing'],
  ['/a.png', 'exif', 'PUT', 405, 'MethodNotAllowed'],
  ['/a.png', 'exif', 'OPTIONS', 405, 'MethodNotAllowed'],
  ['/%zz', 'exif', 'GET', 400, 'InvalidURI'],
  ['/', 'exif', 'GET', 400, 'KeyMissing'],
])('%s?%s by %s is refused before the bucket is asked', async (path, query, method, status, code) => {
  const { deps, lines, refs } = world();
  const answer = await run(runJob(job(path, query, { method }), deps, null));
  expect(answer.status).toBe(status);
  expect(refs).toEqual([]);
  expect(lines[0]).toMatchObject({ level: 'info', code, requests: 0 });
});

test('a fault of the bucket is an error line with its reason, which the caller does not see', async () => {
  const fault = new ProblemError('BucketFault', 'Cannot read from 10.0.0.1', {
    cause: Object.assign(new Error('connect to /secret/path'), { code: 'ECONNRESET' }),
  });
  const { deps, lines } = world(() => Promise.reject(fault));
  const answer = await run(runJob(job('/a.png'), deps, null));
  expect(answer.status).toBe(503);
  expect(answer.body).not.toContain('10.0.0.1');
  expect(lines[0]).toMatchObject({
    level: 'error',
    code: 'BucketFault',
    problem: 'Cannot read from 10.0.0.1 (ECONNRESET)',
  });
});

test('a reason that the message has already is not said twice', async () => {
  const cause = { code: 'ECONNRESET' };
  const { deps, lines } = world(() =>
    Promise.reject(new ProblemError('BucketFault', 'Cannot read: ECONNRESET', { cause })),
  );
  await run(runJob(job('/a.png'), deps, null));
  expect(lines[0]?.problem).toBe('Cannot read: ECONNRESET');
});

test('a bug is a bare 500 and is logged whole', async () => {
  const { deps, lines } = world(() => Promise.reject(new TypeError('no such property')));
  const answer = await run(runJob(job('/a.png'), deps, null));
  expect(answer.status).toBe(500);
  expect(answer.body).not.toContain('property');
  expect(lines[0]).toMatchObject({ level: 'error', code: 'InternalError' });
  expect(lines[0]?.['problem']).toMatch(/TypeError: no such property\n\s+at /);
});

test('If-None-Match: * gives 304 for what has an answer, and only for that', async () => {
  const headers = { 'if-none-match': '*' };
  const { deps } = world();
  expect((await run(runJob(job('/a.png', 'exif', { headers }), deps, null))).status).toBe(304);
  const text = world(async () => ({ bytes: new Uint8Array(9), stat: { size: 9, etag: '"1"', lastModified: null } }));
  expect((await run(runJob(job('/a.txt', 'exif', { headers }), text.deps, null))).status).toBe(400);
});

test('a path with half a surrogate pair gets an answer', async () => {
  const { deps } = world();
  const answer = await run(runJob(job('/\ud800x', 'exif', { pathDecoded: true }), deps, null));
  expect(answer.status).toBe(400);
  expect(answer.body).toContain('<Resource>/%EF%BF%BDx</Resource>');
});

test('a refused job is answered and logged', async () => {
  const { deps, lines, refs } = world();
  const answer = await run(refuseJob(job('/a.png'), deps, new ProblemError('SlowDown', 'Cannot run more')));
  expect(answer.status).toBe(503);
  expect(answer.body).toContain('<Code>SlowDown</Code>');
  expect(lines).toMatchObject([{ code: 'SlowDown', status: 503 }]);
  expect(refs).toEqual([]);
});

test('a long key is cut in the log', async () => {
  const { deps, lines } = world();
  await runJob(job(`/${'a'.repeat(1000)}`), deps, null);
  expect(lines[0]?.['key']).toBe(`${'a'.repeat(200)}...`);
});

test('reading stops before the platform does', async () => {
  const { deps, lines } = world(
    (_ref, _range, _condition, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new ProblemError('Timeout', 'Cannot read in time')));
      }),
  );
  const startedAt = performance.now();
  const answer = await run(runJob(job('/a.png'), deps, 550));
  expect(answer.status).toBe(503);
  expect(performance.now() - startedAt).toBeLessThan(3000);
  expect(lines[0]).toMatchObject({ code: 'Timeout' });
});

describe('with a cache', () => {
  test('nobody who may not ask learns of what it holds: the verdict comes before any look at it', async () => {
    for (const freshness of ['verify', 'trust'] as const) {
      const { deps, lines, refs } = world();
      const spy = spyCache({ freshness });
      await run(runJob(job('/a.png'), { ...deps, cache: spy.cache }, null));
      const looks = spy.gets.length;
      const closed: JobDeps = {
        ...deps,
        cache: spy.cache,
        access: { ...everyone, callers: 'signed', isPublic: () => false },
      };
      const answer = await run(runJob(job('/a.png'), closed, null));
      expect(answer.status).toBe(403);
      expect(lines.at(-1)).toMatchObject({ code: 'SignatureMissing', cache: null, requests: 0 });
      expect([spy.gets.length, spy.puts.length, refs.length]).toEqual([looks, 1, 1]);
    }
  });

  test('a hit answers as a miss does, by GET, by HEAD and with If-None-Match', async () => {
    for (const freshness of ['verify', 'trust'] as const) {
      const { deps, lines } = world(conditional);
      const spied = { ...deps, cache: spyCache({ freshness }).cache };
      const missed = await run(runJob(job('/a.png'), spied, null));
      expect(lines.at(-1)).toMatchObject({ cache: 'miss', requests: 1, bytes: png.length });
      expect(await run(runJob(job('/a.png'), spied, null))).toEqual(missed);
      expect(lines.at(-1)).toMatchObject({
        cache: 'hit',
        code: 'OK',
        requests: freshness === 'verify' ? 1 : 0,
        bytes: 0,
      });
      const head = await run(runJob(job('/a.png', 'exif', { method: 'HEAD' }), spied, null));
      expect(head).toEqual({ ...missed, body: '' });
      for (const tag of [missed.headers['etag'] ?? '', '*']) {
        const headers = { 'if-none-match': tag };
        expect(await run(runJob(job('/a.png', 'exif', { headers }), spied, null))).toMatchObject({
          status: 304,
          body: '',
        });
      }
    }
  });

  test('a fault that is held is answered as the first time, and logged by its name', async () => {
    const text = new TextEncoder().encode('Not an image.\n');
    const { deps, lines } = world(async (ref, range, condition, signal) =>
      condition === null
        ? { bytes: text, stat: { size: text.length, etag: '"t"', lastModified: null } }
        : conditional(ref, range, condition, signal),
    );
    const spied = { ...deps, cache: spyCache().cache };
    const missed = await run(runJob(job('/a.txt'), spied, null));
    const { headers, ...hit } = await run(runJob(job('/a.txt'), spied, null));
    expect({ headers, ...hit }).toEqual(missed);
    expect(lines).toMatchObject([
      { code: 'NotAnImage', cache: 'miss', requests: 1, bytes: text.length },
      { code: 'NotAnImage', cache: 'hit', requests: 1, bytes: 0 },
    ]);
  });

  test('its faults are a warning in the log and nothing else', async () => {
    const { deps, lines } = world();
    const spy = spyCache();
    spy.failing.get = 'fault';
    const answer = await run(runJob(job('/a.png'), { ...deps, cache: spy.cache }, null));
    expect(answer.status).toBe(200);
    expect(lines).toMatchObject([
      { level: 'warn', code: 'OK', cache: 'miss', cacheProblem: 'Cannot reach the cache', requests: 1 },
    ]);
    expect(lines[0]).not.toHaveProperty('problem');
  });
});

test('the error of a job is told to its door too', async () => {
  const { deps } = world();
  expect((await runJob(job('/a.png'), deps, null)).error).toBeNull();
  expect((await runJob(job('/%zz'), deps, null)).error).toMatchObject({ code: 'InvalidURI' });
});
