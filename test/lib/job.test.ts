import { type JobDeps, type LogLine, refuseJob, runJob } from '../../lib/job';
import { defaultLimits } from '../../lib/limits';
import { ProblemError } from '../../lib/problem';
import { splitQuery } from '../../lib/trigger/query';
import type { Bucket, HttpRequest, Job, ObjectRef } from '../../lib/types';
import { everyone } from '../build/access';

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
    fetch: async (ref, range, ifMatch, signal) => {
      refs.push(ref);
      if (fetch !== undefined) return fetch(ref, range, ifMatch, signal);
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
    limits: defaultLimits,
    dropGroups: [],
    answers: { cacheControl: 'no-cache', corsOrigins: [], variant: '' },
    now: () => new Date(0),
    log: (line) => void lines.push(line),
  };
  return { deps, lines, refs };
}

function job(path: string, query = 'exif', more: Partial<HttpRequest> = {}): Job {
  const request = { method: 'GET', path, pathDecoded: false, query: splitQuery(query), headers: {}, ...more };
  return { id: 'id-1', door: 'test', act: 'answer', request };
}

test('answers, and logs one line of names and numbers', async () => {
  const { deps, lines, refs } = world();
  const { answer } = await runJob(job('/a%20b.png', 'exif&x-cos-security-token=token'), deps, null);
  expect(answer).toMatchObject({ status: 200, body: '{"error" : "no exif data"}' });
  expect(refs).toEqual([{ bucketId: 'b', bucket: 'photos', key: 'a b.png' }]);
  expect(lines).toEqual([
    {
      level: 'info',
      id: 'id-1',
      requestId: 'aWQtMQ==',
      door: 'test',
      bucket: 'photos',
      key: 'a b.png',
      status: 200,
      code: 'OK',
      container: 'png',
      warnings: 0,
      requests: 1,
      bytes: png.length,
      ms: expect.any(Number),
    },
  ]);
  expect(JSON.stringify(lines)).not.toContain('token');
});

test("If-None-Match with the answer's ETag gives 304", async () => {
  const { deps } = world();
  const first = await runJob(job('/a.png'), deps, null);
  const headers = { 'if-none-match': first.answer.headers['etag'] ?? '' };
  const second = await runJob(job('/a.png', 'exif', { headers }), deps, null);
  expect(second.answer).toMatchObject({ status: 304, body: '' });
});

test.each([
  ['/a.png', '', 'GET', 400, 'OperationMissing'],
  ['/a.png', 'exif', 'PUT', 405, 'MethodNotAllowed'],
  ['/a.png', 'exif', 'OPTIONS', 405, 'MethodNotAllowed'],
  ['/%zz', 'exif', 'GET', 400, 'InvalidURI'],
  ['/', 'exif', 'GET', 400, 'KeyMissing'],
])('%s?%s by %s is refused before the bucket is asked', async (path, query, method, status, code) => {
  const { deps, lines, refs } = world();
  const { answer } = await runJob(job(path, query, { method }), deps, null);
  expect(answer.status).toBe(status);
  expect(refs).toEqual([]);
  expect(lines[0]).toMatchObject({ level: 'info', code, requests: 0 });
});

test('a fault of the bucket is an error line with its reason, which the caller does not see', async () => {
  const fault = new ProblemError('BucketFault', 'Cannot read from 10.0.0.1', {
    cause: Object.assign(new Error('connect to /secret/path'), { code: 'ECONNRESET' }),
  });
  const { deps, lines } = world(() => Promise.reject(fault));
  const { answer } = await runJob(job('/a.png'), deps, null);
  expect(answer.status).toBe(503);
  expect(answer.body).not.toContain('10.0.0.1');
  expect(lines[0]).toMatchObject({
    level: 'error',
    code: 'BucketFault',
    problem: 'Cannot read from 10.0.0.1 (ECONNRESET)',
  });
});

test('a bug is a bare 500 and is logged whole', async () => {
  const { deps, lines } = world(() => Promise.reject(new TypeError('no such property')));
  const { answer } = await runJob(job('/a.png'), deps, null);
  expect(answer.status).toBe(500);
  expect(answer.body).not.toContain('property');
  expect(lines[0]).toMatchObject({ level: 'error', code: 'InternalError' });
  expect(lines[0]?.['problem']).toMatch(/TypeError: no such property\n\s+at /);
});

test('If-None-Match: * gives 304 for what has an answer, and only for that', async () => {
  const headers = { 'if-none-match': '*' };
  const { deps } = world();
  expect((await runJob(job('/a.png', 'exif', { headers }), deps, null)).answer.status).toBe(304);
  const text = world(async () => ({ bytes: new Uint8Array(9), stat: { size: 9, etag: '"1"', lastModified: null } }));
  expect((await runJob(job('/a.txt', 'exif', { headers }), text.deps, null)).answer.status).toBe(400);
});

test('a path with half a surrogate pair gets an answer', async () => {
  const { deps } = world();
  const { answer } = await runJob(job('/\ud800x', 'exif', { pathDecoded: true }), deps, null);
  expect(answer.status).toBe(400);
  expect(answer.body).toContain('<Resource>/%EF%BF%BDx</Resource>');
});

test('a refused job is answered and logged', async () => {
  const { deps, lines, refs } = world();
  const { answer } = await refuseJob(job('/a.png'), deps, new ProblemError('SlowDown', 'Cannot run more'));
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
    (_ref, _range, _ifMatch, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new ProblemError('Timeout', 'Cannot read in time')));
      }),
  );
  const startedAt = performance.now();
  const { answer } = await runJob(job('/a.png'), deps, 550);
  expect(answer.status).toBe(503);
  expect(performance.now() - startedAt).toBeLessThan(3000);
  expect(lines[0]).toMatchObject({ code: 'Timeout' });
});
