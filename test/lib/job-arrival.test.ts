// The time of a request begins when it arrives, and ends when its client is gone.

import { type JobDeps, type LogLine, runJob } from '../../lib/job';
import { defaultLimits } from '../../lib/limits';
import { ProblemError } from '../../lib/problem';
import type { Bucket, Job } from '../../lib/types';
import { createServerRun } from '../../service/server/server-run';
import { buildJpeg, exifSegment, frameHeader } from '../../testing/build/jpeg';
import { ascii, buildTiff } from '../../testing/build/tiff';
import { jobDeps } from '../../testing/fakes/job-deps';

const image = buildJpeg([exifSegment(buildTiff({ fields: [ascii(0x010f, 'Example')] })), frameHeader(16, 16)]);
const job = (path: string): Job => ({
  id: path,
  trigger: 'test',
  act: 'answer',
  request: { method: 'GET', path, pathDecoded: false, query: [['exif', null]], headers: {} },
});

type World = Readonly<{ deps: JobDeps; lines: LogLine[]; asked: string[]; open: Set<string> }>;

/** A bucket in which keys that begin with `dead` are never answered. */
function world(): World {
  const [lines, asked, open]: [LogLine[], string[], Set<string>] = [[], [], new Set()];
  const fetch: Bucket['fetch'] = ({ key }, { start, end }, _condition, signal) => {
    asked.push(key);
    const stat = { size: image.length, etag: '"1"', lastModified: null };
    if (!key.startsWith('dead')) return Promise.resolve({ bytes: image.subarray(start, end), stat });
    open.add(key);
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        open.delete(key);
        reject(new ProblemError('Timeout', 'Cannot read in time'));
      });
    });
  };
  const deps = jobDeps(
    { fetch },
    { limits: { ...defaultLimits, totalMs: 20_000 }, log: (line) => void lines.push(line) },
  );
  return { deps, lines, asked, open };
}

test('a request that has waited for longer than its time is answered SlowDown, and reads nothing', async () => {
  const { deps, lines, asked } = world();
  const { answer } = await runJob(job('/a.jpg'), deps, null, { waitedMs: 20_000, gone: null });
  expect(answer?.status).toBe(503);
  expect(lines[0]).toMatchObject({ code: 'SlowDown', level: 'error' });
  expect(asked).toEqual([]);
});

test('its waiting time counts in its time', async () => {
  const { deps, lines, asked } = world();
  await runJob(job('/dead.jpg'), deps, null, { waitedMs: 19_900, gone: null });
  expect(lines[0]).toMatchObject({ code: 'Timeout' });
  expect(Number(lines[0]?.['ms'])).toBeLessThan(10_000);
  expect(asked).toEqual(['dead.jpg']);
});

test('a request whose client is gone reads nothing; the log does not call it an error', async () => {
  const { deps, lines, asked } = world();
  await runJob(job('/a.jpg'), deps, null, { waitedMs: 0, gone: AbortSignal.abort() });
  expect(lines[0]).toMatchObject({ code: 'ClientClosed', level: 'info', status: 499 });
  expect(asked).toEqual([]);
});

test('a read ends when the client is gone', async () => {
  const { deps, lines, open } = world();
  const gone = new AbortController();
  const outcome = runJob(job('/dead.jpg'), deps, null, { waitedMs: 0, gone: gone.signal });
  while (open.size === 0) await new Promise(setImmediate);
  gone.abort();
  await outcome;
  expect(open.size).toBe(0);
  expect(lines[0]).toMatchObject({ code: 'ClientClosed', level: 'info' });
});

test('a server answers for a healthy object while hundreds of requests hang on the same bucket', async () => {
  const { deps, open } = world();
  const run = createServerRun(deps);
  const gone = new AbortController();
  const arrival = { waitedMs: 0, gone: gone.signal };
  const hanging = Array.from({ length: 200 }, (_, i) => run(job(`/dead-${i}.jpg`), { remainingMs: null, arrival }));
  const healthy = await run(job('/a.jpg'), { remainingMs: null, arrival: { waitedMs: 0, gone: null } });
  expect(healthy.answer?.status).toBe(200);
  expect(open.size).toBe(200); // none of them had to end first
  gone.abort();
  const ends = await Promise.all(hanging);
  expect(new Set(ends.map(({ error }) => (error as ProblemError).code))).toEqual(new Set(['ClientClosed']));
  expect(open.size).toBe(0);
});

test('with too many that hang, one more is refused at once and does not reach the store', async () => {
  const { deps, asked } = world();
  const run = createServerRun(deps);
  const gone = new AbortController();
  const budget = { remainingMs: null, arrival: { waitedMs: 0, gone: gone.signal } };
  const hanging = Array.from({ length: 400 }, (_, i) => run(job(`/dead-${i}.jpg`), budget));
  const refused = await Promise.race(hanging); // the first that ends
  expect((refused.error as ProblemError).code).toBe('SlowDown');
  const before = asked.length;
  expect(before).toBeLessThanOrEqual(256 + 32);
  const healthy = await run(job('/a.jpg'), budget);
  expect((healthy.error as ProblemError).code).toBe('SlowDown');
  expect(asked.length).toBe(before);
  gone.abort();
  await Promise.all(hanging);
});
