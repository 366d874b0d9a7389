import { splitQuery } from '../../../lib/trigger/query';
import type { Job } from '../../../lib/types';
import { withOwnPaths } from '../../../service/own-paths/own-paths';
import type { JobRunner } from '../../../service/schedule';

/** Says which requests came through to the objects. */
const objects: JobRunner = async (job) => ({ job, answer: { status: 418, headers: {}, body: '' }, error: null });

const on = { page: true, health: true, openapi: false };

async function statusOf(path: string, query = '', method = 'GET'): Promise<number | undefined> {
  const request = { method, path, pathDecoded: false, query: query === '' ? [] : splitQuery(query), headers: {} };
  const job: Job = { id: 'id-1', trigger: 'test', act: 'answer', request };
  const { answer } = await withOwnPaths(objects, on, { site: { keys: ['a b.jpg'], list: false } })(job, {
    remainingMs: null,
  });
  return answer?.status;
}

test('the page is at the root, its files below /-/page/, the health check beside them', async () => {
  expect(await statusOf('/')).toBe(200);
  expect(await statusOf('/', '', 'HEAD')).toBe(200);
  expect(await statusOf('/-/page/site.json')).toBe(200);
  expect(await statusOf('/-/health')).toBe(200);
});

test.each([
  ['/', 'exif', 'GET'],
  ['/', '', 'POST'],
  ['/-/page/site.json', 'exif', 'GET'],
  ['/-/page/../../package.json', '', 'GET'],
  ['/-/page/nothing', '', 'GET'],
  ['/-/other', '', 'GET'],
  ['/-/health', 'exif', 'GET'],
  ['/a.jpg', '', 'GET'],
])('%s?%s by %s is for the objects', async (path, query, method) => {
  expect(await statusOf(path, query, method)).toBe(418);
});

test('events are not for the page', async () => {
  const object = { bucket: 'b', key: '/', order: { lastModified: null, sequencer: null } };
  const job: Job = { id: 'id-1', trigger: 'test', act: 'warm', object };
  expect((await withOwnPaths(objects, on)(job, { remainingMs: null })).answer?.status).toBe(418);
});
