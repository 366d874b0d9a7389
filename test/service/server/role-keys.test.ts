// Keys of a role that come with each request: whose they are, and what is left of the headers.

import type { Job } from '../../../lib/types';
import { requestRole } from '../../../service/server/role-keys';

const names = ['TENCENTCLOUD_SECRETID', 'TENCENTCLOUD_SECRETKEY', 'TENCENTCLOUD_SESSIONTOKEN'];
const role = { 'x-scf-secret-id': 'ROLE', 'x-scf-secret-key': 'role-secret', 'x-scf-session-token': 'role-token' };

type JobView = Readonly<{
  id: string;
  headers: Readonly<Record<string, string>>;
  keys: readonly (string | undefined)[];
}>;

/** What a job sees, after it waited a moment in which others run. */
async function seen(base: Record<string, string>, all: readonly Record<string, string>[]): Promise<JobView[]> {
  const role = requestRole(base);
  const found: JobView[] = [];
  const run = role.wrap(async (job) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (job.act === 'answer')
      found.push({ id: job.id, headers: job.request.headers, keys: names.map((name) => role.env[name]) });
    return { job, answer: null, error: null };
  });
  await Promise.all(
    all.map((headers) => {
      const request = { method: 'GET', path: '/a.jpg', pathDecoded: false, query: [], headers };
      return run({ id: 'own-id', trigger: 'server', act: 'answer', request } as Job, { remainingMs: null });
    }),
  );
  expect(names.map((name) => role.env[name])).toEqual(names.map((name) => base[name]));
  return found;
}

test('each request has the keys that came with it, at the same time as others have theirs', async () => {
  const found = await seen({}, [role, { ...role, 'x-scf-secret-id': 'OTHER' }, {}]);
  expect(found.map(({ keys }) => keys[0])).toEqual(['ROLE', 'OTHER', undefined]);
});

test('the rest of the headers stays, the secrets do not, and the id is the platform’s', async () => {
  const [found] = await seen({}, [{ ...role, host: 'a', 'x-scf-request-id': 'abcd-1234' }]);
  expect(found).toMatchObject({ id: 'abcd-1234', headers: { host: 'a', 'x-scf-request-id': 'abcd-1234' } });
  expect(Object.keys(found?.headers ?? {})).toEqual(['host', 'x-scf-request-id']);
});

test.each([
  ['a part of them', { ...role, 'x-scf-session-token': '' }],
  ['a repeated header, which has a comma', { ...role, 'x-scf-secret-key': 'first,second' }],
  ['one with a space', { ...role, 'x-scf-secret-key': 'one two' }],
  ['one that is too long', { ...role, 'x-scf-session-token': 'x'.repeat(5_000) }],
])('%s is not used, and not mixed with other variables', async (_what, headers) => {
  const base = { TENCENTCLOUD_SECRETID: 'OLD', TENCENTCLOUD_SECRETKEY: 'old-secret', TENCENTCLOUD_SESSIONTOKEN: 'old' };
  const [found] = await seen(base, [headers]);
  expect(found?.keys).toEqual(['OLD', 'old-secret', 'old']);
});

test('permanent keys of the environment win', async () => {
  const [found] = await seen({ TENCENTCLOUD_SECRETID: 'MINE', TENCENTCLOUD_SECRETKEY: 'my-secret' }, [role]);
  expect(found?.keys).toEqual(['MINE', 'my-secret', undefined]);
  expect(found?.headers).toEqual({});
});

test('keys under the names that SCF never sets win, temporary ones too', async () => {
  const base = { TENCENTCLOUD_SECRET_ID: 'MINE', TENCENTCLOUD_SECRET_KEY: 'my', TENCENTCLOUD_SECURITY_TOKEN: 'token' };
  const [found] = await seen(base, [role]);
  expect(found?.keys).toEqual([undefined, undefined, undefined]);
  expect(found?.headers).toEqual({});
});

test('an id that is not safe for the log is ignored', async () => {
  const [found] = await seen({}, [{ 'x-scf-request-id': 'a\u001b[2Jb' }]);
  expect(found?.id).toBe('own-id');
});
