// The OpenAPI description at `/-/openapi.json`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { splitQuery } from '../../../lib/trigger/query';
import type { Answer, HttpRequest, Job } from '../../../lib/types';
import { withOwnPaths } from '../../../service/own-paths/own-paths';
import type { JobRunner } from '../../../service/schedule';

const objects: JobRunner = async (job) => ({ job, answer: { status: 418, headers: {}, body: '' }, error: null });
const file = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'openapi.json'));

async function ask(
  target: string,
  openapi = true,
  more: Partial<Pick<HttpRequest, 'method' | 'headers'>> = {},
): Promise<Answer> {
  const [path = '', query] = target.split('?');
  const request = {
    method: 'GET',
    path,
    pathDecoded: false,
    query: query ? splitQuery(query) : [],
    headers: {},
    ...more,
  };
  const job: Job = { id: 'id-1', trigger: 'test', act: 'answer', request };
  const run = withOwnPaths(objects, { page: false, health: false, openapi });
  const { answer } = await run(job, { remainingMs: null });
  if (answer === null) throw new Error('not answered');
  return answer;
}

test('it is the file, with its length, its type and a tag', async () => {
  const { status, headers, body } = await ask('/-/openapi.json');
  expect([status, Buffer.from(body as Uint8Array).equals(file)]).toEqual([200, true]);
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'content-length': String(file.length),
    etag: expect.stringMatching(/^"[0-9a-f]{16}"$/),
  });
});

test('HEAD has the same headers; a caller that has the file gets 304', async () => {
  const { headers } = await ask('/-/openapi.json');
  expect(await ask('/-/openapi.json', true, { method: 'HEAD' })).toMatchObject({
    status: 200,
    headers: { etag: headers['etag'], 'content-length': headers['content-length'] },
    body: '',
  });
  const held = { 'if-none-match': headers['etag'] ?? '' };
  expect(await ask('/-/openapi.json', true, { headers: held })).toMatchObject({ status: 304, body: '' });
  const other = { 'if-none-match': '"0000000000000000"' };
  expect(await ask('/-/openapi.json', true, { headers: other })).toMatchObject({ status: 200 });
});

test.each([
  ['/-/openapi.json?exif', true, 'GET'],
  ['/-/openapi.json', true, 'POST'],
  ['/-/openapi.json', false, 'GET'],
  ['/-/openapi', true, 'GET'],
])('%s (setting: %s) by %s is for the objects', async (target, openapi, method) => {
  expect((await ask(target, openapi, { method })).status).toBe(418);
});
