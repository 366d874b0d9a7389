// A server that has too much to do: which requests it refuses, and what it counts.
import type { JobDeps, LogLine } from '../../../lib/job';
import type { ProblemError } from '../../../lib/problem';
import type { Job, Style } from '../../../lib/types';
import type { Overload } from '../../../service/server/overload';
import { createServerRun } from '../../../service/server/server-run';
import { ascii, buildTiff } from '../../../testing/build/tiff';
import { countingBucket } from '../../../testing/fakes/counting-bucket';
import { jobDeps } from '../../../testing/fakes/job-deps';

const image = buildTiff({ fields: [ascii(0x010f, 'Maker')] });
const answers = { cacheControl: 'no-cache', corsOrigins: ['https://a.example'], revision: '', batch: true };

function jobOf(method: string, path: string, query: [string, null][] = [['exif', null]]): Job {
  const body = new TextEncoder().encode('{"keys":["a.tif"]}');
  const headers = { origin: 'https://a.example', 'access-control-request-method': 'GET' };
  return {
    id: path,
    trigger: 'test',
    act: 'answer',
    request: { method, path, pathDecoded: false, query, headers, body },
  };
}

/** A server with one object, `a.tif`, whose load is as the test says. `ends`: for each request that ended, whether it was answered. */
function world(isReached: boolean, given: Partial<JobDeps> = {}) {
  const [lines, ends]: [LogLine[], boolean[]] = [[], []];
  let running = 0;
  const overload: Overload = {
    isReached: () => isReached,
    begin() {
      running++;
      return (isAnswered) => {
        running--;
        ends.push(isAnswered);
      };
    },
  };
  const counting = countingBucket((_request, key) => (key === 'a.tif' ? { bytes: image, etag: '"v1"' } : null));
  const deps = jobDeps(counting.bucket, { answers, log: (line) => void lines.push(line), ...given });
  const run = createServerRun(deps, { overload });
  return { lines, ends, counting, running: () => running, ask: (job: Job) => run(job, { remainingMs: null }) };
}

test.each([
  ['an object', jobOf('GET', '/a.tif'), { key: 'a.tif', view: 'cos' }],
  ['a batch', jobOf('POST', '/-/batch', []), { key: '-/batch' }],
])(
  'with too much to do, a request for %s is refused before it reads; the log says what it was for',
  async (_name, job, line) => {
    const { ask, lines, ends, counting, running } = world(true);
    const { answer, error } = await ask(job);
    expect((error as ProblemError).code).toBe('SlowDown');
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(lines).toMatchObject([{ code: 'SlowDown', bucket: 'photos', ...line }]);
    expect(counting.requests).toEqual([]);
    expect([ends, running()]).toEqual([[false], 0]);
  },
);

test('with too much to do, a preflight is answered: the browser would not show the refusal to its page', async () => {
  const { answer } = await world(true).ask(jobOf('OPTIONS', '/a.tif'));
  expect(answer?.status).toBe(204);
});

test.each([
  ['an answer', '/a.tif', true],
  ['a failure', '/none.tif', false],
])('otherwise %s is counted as such', async (_name, path, isAnswered) => {
  const { ask, ends, running } = world(false);
  await ask(jobOf('GET', path));
  expect([ends, running()]).toEqual([[isAnswered], 0]);
});

test('a request is counted as long as it runs', async () => {
  let during = 0;
  const style: Style = {
    name: 'counting',
    render() {
      during = server.running();
      return '{}';
    },
  };
  const server = world(false, { defaultStyle: style });
  await server.ask(jobOf('GET', '/a.tif'));
  expect([during, server.running()]).toEqual([1, 0]);
});
