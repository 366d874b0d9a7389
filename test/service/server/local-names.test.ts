import type { Job } from '../../../lib/types';
import { isLoopback, onlyLocalNames } from '../../../service/server/local-names';
import { jobDeps } from '../../../testing/fakes/job-deps';

test.each([
  ['127.0.0.1', true],
  ['127.1.2.3', true],
  ['::1', true],
  ['[::1]', true],
  ['::ffff:127.0.0.1', true],
  ['localhost', true],
  ['LocalHost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['192.0.2.1', false],
  ['127.0.0.1.attacker.example', false],
  ['localhost.attacker.example', false],
  ['', false],
])('%j is this machine alone: %s', (address, isLocal) => {
  expect(isLoopback(address)).toBe(isLocal);
});

const route = { bucketId: 'b', bucket: 'photos' };
const deps = jobDeps(
  { fetch: () => Promise.reject(new Error('nothing is read')) },
  { routes: { hosts: new Map([['photos.example', route]]), fallback: route }, hostHeader: 'x-forwarded-host' },
);

async function statusFor(headers: Record<string, string>, isLocal: boolean): Promise<number | undefined> {
  const request = { method: 'GET', path: '/a', pathDecoded: false, query: [], headers };
  const job: Job = { id: '1', trigger: 'test', act: 'answer', request };
  const answer = { status: 200, headers: {}, body: '' };
  const guarded = onlyLocalNames(
    async (given) => ({ job: given, answer, error: null }),
    deps,
    () => isLocal,
  );
  return (await guarded(job, { remainingMs: null })).answer?.status;
}

test.each([
  [{ host: 'localhost:9000' }, 200],
  [{ host: '127.0.0.1' }, 200],
  [{ host: '[::1]:9000' }, 200],
  [{ host: 'photos.example' }, 200],
  [{}, 200],
  [{ host: 'attacker.example:9000' }, 403],
  [{ host: 'attacker.example', 'x-forwarded-host': 'photos.example' }, 403],
] as [Record<string, string>, number][])('on a loopback address %j is answered with %i', async (headers, status) => {
  expect(await statusFor(headers, true)).toBe(status);
  expect(await statusFor(headers, false)).toBe(200);
});
