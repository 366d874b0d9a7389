// `npm run deploy:scf` against the API on loopback.

import type { World } from '../../deploy/scf/deploy';
import { type ScfApiServer, scfApi, scfKeys } from '../../testing/servers/scf-api';
import { cloudKeys, publicBucket, runDeploy } from './scf-world';

const web = ['--region', 'ap-guangzhou', '--function', 'exif', '--bucket', 'photos-1250000000', '--role', 'exif-role'];
const both = [...web, '--event-function', 'exif-upload', '--prefix', 'in/'];
const cached = { ...publicBucket, EXIF_CACHE: 'cos://cache-1250000000/entries?region=ap-guangzhou' };
const url = 'https://1250000000-abc.ap-guangzhou.tencentscf.com';

type Variable = Readonly<{ Key: string; Value: string }>;

let api: ScfApiServer;
beforeEach(async () => {
  api = await scfApi();
});
afterEach(() => api.close());

const changes = (): string[] => api.calls.map(({ action }) => action).filter((action) => !/^(Get|List)/.test(action));

function variables(name: string): Record<string, string> {
  const found = api.functions.get(name)?.state['Environment'] as { Variables: Variable[] } | undefined;
  return Object.fromEntries((found?.Variables ?? []).map(({ Key, Value }) => [Key, Value]));
}

function triggers(name: string): unknown[] {
  return (api.functions.get(name)?.triggers ?? []).map(({ Type, TriggerName, TriggerDesc, Qualifier, Enable }) => ({
    Type,
    TriggerName,
    Qualifier,
    Enable,
    ...(JSON.parse(String(TriggerDesc)) as object),
  }));
}

test('creates both functions with code, settings, role, URL and triggers, waits, and prints the URL', async () => {
  const { code, out, err, progress } = await runDeploy(api, [...both, '--concurrency', '20'], {
    ...cached,
    EXIF_DROP: 'gps',
  });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain(`URL: ${url} (the function checks the callers)`);
  expect(progress.filter((text) => text.startsWith('Creating')).length).toBeGreaterThan(0);
  expect(changes()).toEqual(['CreateFunction', 'CreateTrigger', 'CreateFunction', 'CreateTrigger', 'CreateTrigger']);
  expect(api.functions.get('exif')).toMatchObject({
    state: {
      Type: 'HTTP',
      Runtime: 'Nodejs20.19',
      MemorySize: 256,
      Timeout: 10,
      Role: 'exif-role',
      Status: 'Active',
      InstanceConcurrencyConfig: { DynamicEnabled: 'FALSE', MaxConcurrency: 20 },
    },
    code: { ZipFile: Buffer.from('a zip, both').toString('base64'), CodeSource: 'ZipFile' },
  });
  expect(api.functions.get('exif-upload')).toMatchObject({
    state: {
      Type: 'Event',
      Runtime: 'Nodejs20.19',
      Handler: 'index.main_handler',
      Role: 'exif-role',
      Status: 'Active',
    },
  });
  expect(variables('exif')).toEqual({
    EXIF_BUCKET: 'cos://photos-1250000000?region=ap-guangzhou',
    EXIF_CACHE: cached.EXIF_CACHE,
    EXIF_DROP: 'gps',
    EXIF_PUBLIC: '*',
    EXIF_WATCH: 'in/*',
  });
  const { EXIF_PUBLIC, ...shared } = variables('exif');
  expect(variables('exif-upload')).toEqual({ ...shared, EXIF_CALLERS: 'platform' });
  expect(triggers('exif')).toEqual([
    {
      Type: 'http',
      TriggerName: 'url',
      Qualifier: '$DEFAULT',
      Enable: 1,
      AuthType: 'NONE',
      NetConfig: { EnableIntranet: false, EnableExtranet: true, ExtranetUrl: url },
    },
  ]);
  const cos = { Type: 'cos', TriggerName: 'photos-1250000000.cos.ap-guangzhou.myqcloud.com', Qualifier: '$DEFAULT' };
  const filter = { Prefix: 'in/', Suffix: '' };
  expect(triggers('exif-upload')).toEqual([
    { ...cos, Enable: 1, event: 'cos:ObjectCreated:*', filter },
    { ...cos, Enable: 1, event: 'cos:ObjectRemove:*', filter },
  ]);
});

test('a second run sends the code and changes nothing else, and says so', async () => {
  await runDeploy(api, both, cached);
  const before = structuredClone([...api.functions].map(([, { state, triggers: present }]) => ({ state, present })));
  api.calls.length = 0;
  const { code, out } = await runDeploy(api, both, cached);
  expect(code).toBe(0);
  expect(changes()).toEqual(['UpdateFunctionCode', 'UpdateFunctionCode']);
  expect(out).toContain('Settings, URL and triggers need no change: only the code is sent.');
  expect(out).toContain(`URL: ${url}`);
  expect([...api.functions].map(([, { state, triggers: present }]) => ({ state, present }))).toEqual(before);
});

test('changes what differs, names it without its value, and keeps variables of others', async () => {
  await runDeploy(api, both, cached);
  const { Environment } = api.functions.get('exif')?.state ?? {};
  (Environment as { Variables: unknown[] }).Variables.push({ Key: 'TZ', Value: 'UTC' });
  api.calls.length = 0;
  const env = { ...cached, EXIF_PUBLIC: '', EXIF_CALLERS: 'platform' };
  const { code, out } = await runDeploy(api, [...web, '--event-function', 'exif-upload', '--memory', '512'], env);
  expect(code).toBe(0);
  expect(out).toContain('change exif: memory 256 to 512 MB, EXIF_CALLERS, EXIF_PUBLIC, EXIF_WATCH');
  expect(out).toContain('(CAM checks the callers)');
  expect(variables('exif')).toEqual({
    EXIF_BUCKET: 'cos://photos-1250000000?region=ap-guangzhou',
    EXIF_CACHE: cached.EXIF_CACHE,
    EXIF_CALLERS: 'platform',
    TZ: 'UTC',
  });
  expect(triggers('exif')).toMatchObject([{ AuthType: 'CAM', NetConfig: { ExtranetUrl: url } }]);
  expect(triggers('exif-upload')).toMatchObject([{ filter: { Prefix: '' } }, { filter: { Prefix: '' } }]);
  expect(changes().filter((action) => action === 'DeleteTrigger')).toHaveLength(2);
});

test('a dry run prints the steps and changes nothing', async () => {
  const { code, out } = await runDeploy(api, [...both, '--dry-run'], cached);
  expect(code).toBe(0);
  expect(changes()).toEqual([]);
  expect(out).toContain('1. create Web function exif (Nodejs20.19, 256 MB, 10 s, role exif-role)');
  expect(out).toContain('create the trigger cos:ObjectRemove:* for in/* of exif-upload');
  expect(out).toContain('Dry run: nothing was changed.');
});

test.each([
  [[], ['node'], 'exif: done'],
  [['--dry-run'], [null], 'Dry run: nothing was changed, and no code cache was made.'],
])('with options %j the code cache is made by %j', async (options, makers, text) => {
  const seen: (string | null)[] = [];
  const zip: World['zip'] = (_root, _sharp, codeCache) => {
    seen.push(codeCache);
    return { bytes: new Uint8Array(9), files: [], native: true };
  };
  const { out } = await runDeploy(api, [...web, '--code-cache', 'node', ...options], publicBucket, { zip });
  expect(seen).toEqual(makers);
  expect(out).toContain(text);
});

test('keys in a variable go along, and no key is ever printed', async () => {
  const env = { ...cloudKeys, EXIF_KEYS: 'env:MY_KEYS', MY_KEYS: '{"gallery":"its secret is long enough"}' };
  const { code, out, err, progress } = await runDeploy(api, web, env);
  expect(code).toBe(0);
  expect(variables('exif')).toMatchObject({ EXIF_KEYS: 'env:MY_KEYS', MY_KEYS: env.MY_KEYS });
  const again = await runDeploy(api, web, { ...env, MY_KEYS: '{"gallery":"another secret, long enough"}' });
  expect(again.out).toContain('change exif: MY_KEYS');
  expect(variables('exif')['MY_KEYS']).toContain('another');
  const printed = [out, err, ...progress, again.out, again.err].join('\n');
  for (const secret of [...Object.values(scfKeys), 'long enough']) expect(printed).not.toContain(secret);
});

describe('after a failure a repeat completes', () => {
  const actions = ['CreateFunction 0', 'CreateTrigger 0', 'CreateFunction 1', 'CreateTrigger 1', 'CreateTrigger 2'];
  const faults = [
    ['an error of the API', { kind: 'code', code: 'InternalError' }],
    ['one that came when it was done', { kind: 'code', code: 'InternalError.System', done: true }],
    ['a gateway', { kind: 'http', status: 502 }],
    ['a reset, not done', { kind: 'reset', done: false }],
    ['a reset, but done', { kind: 'reset', done: true }],
  ] as const;
  const cases = actions.flatMap((action) => faults.map(([what, fault]) => [action, what, fault] as const));

  test.each(cases)('%s: %s', async (action, _what, fault) => {
    api.faults.set(action, fault);
    const first = await runDeploy(api, both, cached);
    expect(first.code).toBe(1);
    expect(first.err).toContain('Done before the failure:');
    expect(first.err).toContain('Not done:');
    expect(first.err).toContain('run the same command again');
    expect(first.err).toContain('the API did not answer whether it was done');
    for (const secret of Object.values(scfKeys)) expect(first.err).not.toContain(secret);
    const { code, out } = await runDeploy(api, both, cached);
    expect(code).toBe(0);
    expect(out).toContain(`URL: ${url}`);
    expect(triggers('exif')).toHaveLength(1);
    expect(triggers('exif-upload')).toHaveLength(2);
    expect([...api.functions.values()].map(({ state }) => state['Status'])).toEqual(['Active', 'Active']);
  });

  const updates = ['UpdateFunctionCode 0', 'UpdateFunctionConfiguration 0', 'UpdateTrigger 0', 'DeleteTrigger 0'];
  test.each(updates.flatMap((action) => faults.map(([what, fault]) => [action, what, fault] as const)))(
    'of a change, %s: %s',
    async (action, _what, fault) => {
      await runDeploy(api, both, cached);
      api.calls.length = 0;
      api.faults.set(action, fault);
      const args = [...web, '--event-function', 'exif-upload', '--prefix', 'out/', '--timeout', '20'];
      const env = { ...cached, EXIF_PUBLIC: '', EXIF_CALLERS: 'platform' };
      const first = await runDeploy(api, args, env);
      expect(first.code).toBe(1);
      const { code } = await runDeploy(api, args, env);
      expect(code).toBe(0);
      expect(triggers('exif')).toMatchObject([{ AuthType: 'CAM' }]);
      expect(triggers('exif-upload')).toMatchObject([{ filter: { Prefix: 'out/' } }, { filter: { Prefix: 'out/' } }]);
      expect(variables('exif-upload')['EXIF_WATCH']).toBe('out/*');
      expect(api.functions.get('exif')?.state['Timeout']).toBe(20);
    },
  );
});

test.each([true, false])('a call that is never answered fails like a reset (it was done: %p)', async (done) => {
  api.faults.set('CreateTrigger 1', { kind: 'hang', done });
  const first = await runDeploy(api, both, cached, { callMs: 2_000 });
  expect(first).toMatchObject({ code: 1, err: expect.stringContaining('the API did not answer whether it was done') });
  expect((await runDeploy(api, both, cached)).code).toBe(0);
  expect(triggers('exif-upload')).toHaveLength(2);
});

test('calls that only read are tried again, but not for ever', async () => {
  for (const index of [0, 1, 2]) api.faults.set(`GetFunction ${index}`, { kind: 'reset', done: false });
  expect((await runDeploy(api, web, publicBucket)).code).toBe(0);
  api.calls.length = 0;
  for (const index of [0, 1, 2, 3]) api.faults.set(`GetFunction ${index}`, { kind: 'http', status: 503 });
  const { code, err } = await runDeploy(api, web, publicBucket);
  expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('GetFunction: HTTP 503') });
  expect(changes()).toEqual([]);
});

test('a refusal of the API is printed with its code and request id', async () => {
  api.faults.set('CreateFunction 0', { kind: 'code', code: 'UnauthorizedOperation.CreateFunction' });
  const { code, err } = await runDeploy(api, web, publicBucket);
  expect(code).toBe(1);
  expect(err).toContain('CreateFunction: UnauthorizedOperation.CreateFunction: *** cannot be used (request f00d)');
  expect(err).not.toContain('did not answer');
});

test('keys under the names of the SDKs are taken, before those that SCF sets', async () => {
  const { id, secret, token } = scfKeys;
  const own = { TENCENTCLOUD_SECRET_ID: id, TENCENTCLOUD_SECRET_KEY: secret, TENCENTCLOUD_SECURITY_TOKEN: token };
  const other = { TENCENTCLOUD_SECRETID: 'other', TENCENTCLOUD_SECRETKEY: 'other', TENCENTCLOUD_TOKEN: 'other' };
  const { code, err } = await runDeploy(api, [...web, '--dry-run'], { ...other, ...own, EXIF_PUBLIC: '*' });
  expect({ code, err }).toEqual({ code: 0, err: '' });
});

test('a wrong key is refused by the API and changes nothing', async () => {
  const { code, err } = await runDeploy(api, web, { ...publicBucket, TENCENTCLOUD_SECRETKEY: 'another' });
  expect(code).toBe(1);
  expect(err).toContain('AuthFailure.SignatureFailure');
  expect(api.calls).toEqual([]);
});

test('a failed creation is printed with its reason; the next run removes the function and creates it again', async () => {
  api.settings.createFails = true;
  const first = await runDeploy(api, web, publicBucket);
  expect(first.code).toBe(1);
  expect(first.err).toContain('Function exif is CreateFailed');
  api.settings.createFails = false;
  const { code, out } = await runDeploy(api, web, publicBucket);
  expect(code).toBe(0);
  expect(out).toContain('remove exif, whose creation failed');
  expect(api.functions.get('exif')?.state['Status']).toBe('Active');
});

test('an update that failed is sent again', async () => {
  await runDeploy(api, web, publicBucket);
  Object.assign(api.functions.get('exif')?.state ?? {}, { Status: 'UpdateFailed' });
  expect((await runDeploy(api, web, publicBucket)).code).toBe(0);
  expect(api.functions.get('exif')?.state['Status']).toBe('Active');
});

test('waiting for a function that never becomes active ends after a time limit', async () => {
  api.settings.looks = 1_000;
  const { code, err, slept } = await runDeploy(api, web, publicBucket);
  expect(code).toBe(1);
  expect(err).toContain('Function exif is still Creating after 20 s');
  expect(slept).toBeLessThanOrEqual(20_000);
});

test.each([
  ['an event function', { Type: 'Event' }],
  ['another runtime', { Runtime: 'Python3.6' }],
])('%s of that name is left alone', async (_what, other) => {
  await runDeploy(api, web, publicBucket);
  Object.assign(api.functions.get('exif')?.state ?? {}, other);
  api.calls.length = 0;
  const { code, err } = await runDeploy(api, web, publicBucket);
  expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('exists with another type or runtime') });
  expect(changes()).toEqual([]);
});

test('triggers of others are left alone', async () => {
  await runDeploy(api, both, cached);
  const timer = {
    Type: 'timer',
    TriggerName: 'nightly',
    TriggerDesc: '0 0 3 * * * *',
    Enable: 1,
    Qualifier: '$DEFAULT',
  };
  const elsewhere = { ...timer, Type: 'cos', TriggerName: 'other-1250000000.cos.ap-guangzhou.myqcloud.com' };
  const description = '{"event":"cos:ObjectCreated:*","filter":{"Prefix":"in/","Suffix":""}}';
  api.functions.get('exif-upload')?.triggers.push(timer, { ...elsewhere, TriggerDesc: description });
  expect((await runDeploy(api, both, cached)).code).toBe(0);
  expect(api.functions.get('exif-upload')?.triggers).toHaveLength(4);
  expect(changes().slice(-2)).toEqual(['UpdateFunctionCode', 'UpdateFunctionCode']);
});

test('of the triggers for one bucket and event those of this command go when the prefix changes, others stay', async () => {
  await runDeploy(api, both, cached);
  const present = api.functions.get('exif-upload')?.triggers ?? [];
  const others = ['raw/', 'scans/'].map((Prefix) => {
    const TriggerDesc = JSON.stringify({ event: 'cos:ObjectCreated:*', filter: { Prefix, Suffix: '.jpg' } });
    return { ...present[0], TriggerDesc, Description: Prefix === 'raw/' ? 'of somebody' : undefined };
  });
  present.push(...others);
  const { code, out } = await runDeploy(api, [...both.slice(0, -1), 'out/'], cached);
  expect({ code, removed: out.match(/remove the old trigger.*: done/g)?.length }).toEqual({ code: 0, removed: 2 });
  expect(present).toEqual(expect.arrayContaining(others));
  const prefixes = triggers('exif-upload').map((trigger) => (trigger as { filter: { Prefix: string } }).filter.Prefix);
  expect(prefixes.sort()).toEqual(['out/', 'out/', 'raw/', 'scans/']);
});
