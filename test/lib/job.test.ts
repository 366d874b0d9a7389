import { withReads } from '../../lib/http/answer';
import { type JobDeps, type LogLevel, refuseJob, runJob } from '../../lib/job';
import { ProblemError } from '../../lib/problem';
import { newTrace } from '../../lib/read/trace';
import { styles } from '../../lib/style';
import type { Bucket } from '../../lib/types';
import { plainThumbnail, thumbnailJpeg } from '../../testing/build/thumbnail';
import { everyone } from '../../testing/fakes/access';
import { job, png, run, world } from './job-world';

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
      method: 'GET',
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

test('the line of a job whose level is hidden is not made; an error is still logged', async () => {
  const { deps, lines } = world();
  const isLogged = jest.fn((level: LogLevel) => level !== 'info');
  await runJob(job('/a.png'), { ...deps, isLogged }, null);
  expect(lines).toEqual([]);
  await runJob(job('/a.png'), { ...deps, isLogged, buckets: new Map() }, null);
  expect(isLogged.mock.calls).toEqual([['info'], ['error']]);
  expect(lines).toMatchObject([{ level: 'error', code: 'InternalError' }]);
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
    ['exif/preview', 'preview', 'OK', 'jpeg'],
    ['exif/preview/orient', 'preview/orient', 'OK', 'jpeg'],
    ['exif/secret', null, 'OperationUnknown', null],
  ])('%s: %s', async (query, view, code, container) => {
    lines.length = 0;
    await run(runJob(job('/a.jpg', query), deps, null));
    expect(lines).toMatchObject([{ view, code, container }]);
  });

  test('also for callers without access, and for images without a thumbnail', async () => {
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

test('answers with the same ETag have the same body, whatever the key and the date of the object', async () => {
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

  test('shows what was read, when it is turned on', async () => {
    const line = new RegExp(
      `^requests=1, bytes=${size}, size=${size}, ms=\\d+\\.\\d, cache=off, ranges=0-${size - 1}$`,
    );
    expect(await readsOf(showing())).toMatch(line);
    expect(await readsOf(world().deps)).toBeUndefined();
  });

  test('lists the ranges of each GET in the form of the header Range', async () => {
    const long = new Uint8Array(300_000);
    long.set(png.subarray(0, 33));
    long.set([0, 4, 0, 0, 0x49, 0x44, 0x41, 0x54], 33); // 256 KiB of image data, behind which EXIF may stand
    const deps = showing(async (_ref, range) => ({
      bytes: long.subarray(range.start, range.end),
      stat: { size: long.length, etag: '"1"', lastModified: null },
    }));
    expect(await readsOf(deps)).toMatch(/^requests=2, bytes=\d+, size=300000, .*ranges=0-65535 \d+-299999$/);
  });

  test('lists a limited number of ranges, and how many more there are', () => {
    const ranges = Array.from({ length: 70 }, (_, i) => ({ start: i * 10, end: i * 10 + 5 }));
    const told = (count: number) => {
      const cost = { requests: 1, bytes: 1, ranges: ranges.slice(0, count) };
      return withReads({ status: 200, headers: {}, body: '' }, { cost, cache: null, size: null }, 1).headers;
    };
    expect(told(64)['x-exif-reads']).toMatch(/^requests=1, bytes=1, ms=1\.0, ranges=0-4 10-14 [\d -]* 630-634$/);
    expect(told(70)['x-exif-reads']).toBe(`${told(64)['x-exif-reads']}, more=6`);
  });

  test('ranges are not recorded when no header shows them', () => {
    expect(newTrace().cost).toStrictEqual({ requests: 0, bytes: 0 });
  });

  test('counts failed requests too', async () => {
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

test('a reason that is already in the message is not repeated', async () => {
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

test('If-None-Match: * gives 304 only for objects that have an answer', async () => {
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
  const limits = { ...deps.limits, totalMs: 60_000 }; // longer than a test has
  const answer = await run(runJob(job('/a.png'), { ...deps, limits }, 550));
  expect(answer.status).toBe(503);
  expect(lines[0]).toMatchObject({ code: 'Timeout' });
});

test('the error of a job is also in its outcome', async () => {
  const { deps } = world();
  expect((await runJob(job('/a.png'), deps, null)).error).toBeNull();
  expect((await runJob(job('/%zz'), deps, null)).error).toMatchObject({ code: 'InvalidURI' });
});

test.each([
  ['GET', 'GET'],
  ['TRACE', 'TRACE'],
  ['get', 'other'],
  ['GET\u001b[2J', 'other'],
  ['A'.repeat(11), 'other'],
])('the method %j is logged as %j', async (method, logged) => {
  const { deps, lines } = world();
  await run(runJob(job('/a.png', 'exif', { method }), deps, null));
  expect(lines).toMatchObject([{ method: logged }]);
  expect(lines[0]).not.toHaveProperty('trace');
});

test('a valid trace id of the caller is logged', async () => {
  const { deps, lines } = world();
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  await run(runJob(job('/a.png', 'exif', { headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01` } }), deps, null));
  expect(lines).toMatchObject([{ trace }]);
});
