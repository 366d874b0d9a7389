// The list of a served folder: what it has, and that names of private objects stay private.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canList, withFolderList } from '../../../bin/serve/folder-list';
import { localKey } from '../../../bin/serve/local-key';
import { splitQuery } from '../../../lib/trigger/query';
import type { Env, Job } from '../../../lib/types';
import { signGet } from '../../../page/sign';
import { readConfig } from '../../../service/config/config';
import { jobDeps } from '../../../service/job-runner';
import type { JobRunner } from '../../../service/schedule';

const host = '127.0.0.1:9000';
const key = localKey();
const owners = { id: 'owner', secret: 'f'.repeat(40) };

let root = '';
beforeAll(() => {
  const base = mkdtempSync(join(tmpdir(), 'list-'));
  root = join(base, 'photos');
  const names = [
    'b.jpg',
    'a.png',
    'notes.txt',
    '.hidden.jpg',
    'shared/one.jpg',
    'shared/deep/two.jpg',
    'secret/three.jpg',
  ];
  for (const name of [...names, '.git/four.jpg', 'odd name%2e/<b>.jpg', '../outside/five.jpg']) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), 'x');
  }
  symlinkSync(join(base, 'outside'), join(root, 'link'));
  symlinkSync(join(root, 'b.jpg'), join(root, 'linked.jpg'));
});
afterAll(() => {
  rmSync(join(root, '..'), { recursive: true });
});

/** The service: it answers what is not a list. */
const service: JobRunner = async (job) => ({ job, answer: { status: 418, headers: {}, body: '' }, error: null });

type Asked = Readonly<{
  path: string;
  env?: Env;
  method?: string;
  query?: string;
  authorization?: string;
  hasKey?: boolean;
}>;

/** The status, and the list or the reason of a refusal. */
async function ask({
  path,
  env = {},
  method = 'GET',
  query = 'list',
  authorization,
  hasKey = true,
}: Asked): Promise<unknown[]> {
  const keys = hasKey ? key.text : JSON.stringify({ [owners.id]: owners.secret });
  const config = readConfig({
    EXIF_BUCKET: `directory:${root}`,
    EXIF_KEYS: 'env:KEYS',
    KEYS: keys,
    EXIF_PAGE: '1',
    ...env,
  });
  const place = config.fallback;
  if (place === null) throw new Error('no bucket');
  const deps = { ...jobDeps({ ...config, hosts: new Map([['127.0.0.1', place]]) }), log: () => undefined };
  const run = withFolderList(service, config, deps, hasKey ? key : null);
  const headers = { host, ...(authorization === undefined ? {} : { authorization }) };
  const request = { method, path, pathDecoded: false, query: splitQuery(query), headers };
  const job: Job = { id: '1', trigger: 'server', act: 'answer', request };
  const { answer } = await run(job, { remainingMs: null });
  const body = String(answer?.body);
  return [answer?.status, answer?.status === 200 ? JSON.parse(body) : (/<Code>(\w+)/.exec(body)?.[1] ?? body)];
}

const sign = (
  path: string,
  { operation = 'list', ago = 0, credential = { id: key.id, secret: key.secret }, to = host } = {},
) => signGet(credential, { host: to, path, operation }, Date.now() - ago);

const nothing = { folders: [], keys: [], isCut: false };

test('the key of this run lists folders and images by name, without hidden files, links and other files', async () => {
  const lists = ['/-/list/', '/-/list/shared/', '/-/list/odd%20name%252e/'].map(async (path) =>
    ask({ path, authorization: await sign(path) }),
  );
  expect(await Promise.all(lists)).toEqual([
    [200, { folders: ['odd name%2e/', 'secret/', 'shared/'], keys: ['a.png', 'b.jpg'], isCut: false }],
    [200, { folders: ['deep/'], keys: ['one.jpg'], isCut: false }],
    [200, { folders: [], keys: ['<b>.jpg'], isCut: false }],
  ]);
});

test.each([
  ['nothing is public', {}, { '': nothing, 'shared/': nothing, 'secret/': nothing, 'none/': nothing }],
  [
    'a prefix is public',
    { EXIF_PUBLIC: 'photos/shared/*' },
    {
      '': { ...nothing, folders: ['shared/'] },
      'shared/': { folders: ['deep/'], keys: ['one.jpg'], isCut: false },
      'secret/': nothing,
      'none/': nothing,
    },
  ],
  [
    'one object is public',
    { EXIF_PUBLIC: 'photos/secret/three.jpg' },
    { '': { ...nothing, folders: ['secret/'] }, 'secret/': { ...nothing, keys: ['three.jpg'] }, 'shared/': nothing },
  ],
  [
    'a part of a name is public',
    { EXIF_PUBLIC: 'photos/sh*' },
    { '': { ...nothing, folders: ['shared/'] }, 'shared/deep/': { ...nothing, keys: ['two.jpg'] }, 'secret/': nothing },
  ],
])('without a signature only public names are listed: %s', async (_, env, lists) => {
  for (const [folder, list] of Object.entries(lists)) {
    expect([folder, await ask({ path: `/-/list/${folder}`, env })]).toEqual([folder, [200, list]]);
  }
});

test.each([
  ['a wrong secret', { credential: { id: key.id, secret: '0'.repeat(48) } }, 'SignatureDoesNotMatch'],
  ['an unknown key', { credential: owners }, 'InvalidAccessKeyId'],
  ['another folder', { signed: '/-/list/' }, 'SignatureDoesNotMatch'],
  ['another operation', { operation: 'exif' }, 'SignatureDoesNotMatch'],
  ['an hour ago', { ago: 3_600_000 }, 'AccessDenied'],
  ['another host', { to: '127.0.0.2:9000' }, 'SignatureDoesNotMatch'],
])(
  'a signature with %s is refused, also where all is public',
  async (_, { signed, ...more }: Record<string, unknown> & { signed?: string }, reason) => {
    const path = '/-/list/secret/';
    const authorization = await sign(signed ?? path, more);
    for (const env of [{}, { EXIF_PUBLIC: '*' }])
      expect(await ask({ path, authorization, env })).toEqual([403, reason]);
  },
);

test('a key of the user lists nothing: its policy is about objects', async () => {
  const path = '/-/list/';
  const authorization = await sign(path, { credential: owners });
  expect(await ask({ path, authorization, hasKey: false })).toEqual([403, 'AccessDenied']);
  expect(await ask({ path, authorization: 'Basic eDp5', hasKey: false })).toEqual([400, 'InvalidArgument']);
});

test.each([
  '../outside/',
  '%2e%2e/outside/',
  'shared/../secret/',
  'link/',
  '.git/',
  '/',
  'shared//',
  'shared',
  'b.jpg/',
  '%00/',
  '..%5coutside/',
  'SHARED/',
])('the folder %s does not exist', async (folder) => {
  const path = `/-/list/${folder}`;
  expect(await ask({ path, authorization: await sign(path) })).toEqual([200, nothing]);
});

test.each([
  [{ path: '/-/list/', query: 'exif' }],
  [{ path: '/-/list/', query: 'list=1' }],
  [{ path: '/-/list/', query: 'list&exif' }],
  [{ path: '/-/list/', query: '' }],
  [{ path: '/-/list/', method: 'POST' }],
  [{ path: '/-/listed', query: 'list' }],
  [{ path: '/list/', query: 'list' }],
])('%j is left to the service', async (asked) => {
  expect(await ask(asked)).toEqual([418, '']);
});

test('lists are for folders, with the page, at an address of this machine only', () => {
  const config = (env: Env) =>
    readConfig({ EXIF_BUCKET: `directory:${root}`, EXIF_PUBLIC: '*', EXIF_PAGE: '1', ...env });
  expect(canList(config({}), '127.0.0.1')).toBe(true);
  expect(canList(config({}), '0.0.0.0')).toBe(false);
  expect(canList(config({ EXIF_PAGE: '' }), '127.0.0.1')).toBe(false);
  expect(canList(config({ EXIF_BUCKET: 's3://photos?region=us-east-1' }), '127.0.0.1')).toBe(false);
});

test('a long list is cut', async () => {
  const folder = join(root, 'many');
  mkdirSync(folder);
  for (let n = 0; n < 1_001; n++) writeFileSync(join(folder, `${n}.jpg`), '');
  const [status, list] = (await ask({ path: '/-/list/many/', env: { EXIF_PUBLIC: '*' } })) as [
    number,
    { keys: string[]; isCut: boolean },
  ];
  expect([status, list.keys.length, list.isCut]).toEqual([200, 1_000, true]);
});
