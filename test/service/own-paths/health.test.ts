// The health check: its path is not one of an object.

import type { Job, Outcome } from '../../../lib/types';
import { withOwnPaths } from '../../../service/own-paths/own-paths';
import type { JobRunner } from '../../../service/schedule';

function job(method: string, path: string, query: readonly (readonly [string, string])[] = []): Job {
  return {
    id: '1',
    trigger: 'server',
    act: 'answer',
    request: { method, path, pathDecoded: false, query, headers: {} },
  } as Job;
}

const asked: Job[] = [];
const objects: JobRunner = async (inner) => {
  asked.push(inner);
  return { job: inner, answer: { status: 418, headers: {}, body: 'an object' }, error: null } satisfies Outcome;
};
const run = withOwnPaths(objects, { page: false, health: true, openapi: false });
beforeEach(() => asked.splice(0));

test.each([
  ['GET', '{"status":"ok"}'],
  ['HEAD', ''],
])('%s /-/health is answered without asking for an object', async (method, body) => {
  const { answer } = await run(job(method, '/-/health'), { remainingMs: null });
  expect(answer).toMatchObject({ status: 200, body });
  expect(answer?.headers['content-length']).toBe('15');
  expect(asked).toEqual([]);
});

test.each([
  ['an object of that name', job('GET', '/-/health', [['exif', '']])],
  ['another path', job('GET', '/-/health/')],
  ['another method', job('POST', '/-/health')],
  ['an encoded path', job('GET', '/-/%68ealth')],
])('%s is left to the service', async (_what, other) => {
  const { answer } = await run(other, { remainingMs: null });
  expect(answer?.status).toBe(418);
  expect(asked).toEqual([other]);
});
