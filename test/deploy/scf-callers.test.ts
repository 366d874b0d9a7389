// Who checks the callers of an SCF function, and their keys, from one deployment to the next.

import { readConfig } from '../../service/config/config';
import { type ScfApiServer, scfApi } from '../../testing/servers/scf-api';
import { cloudKeys, runDeploy } from './scf-world';

const web = ['--region', 'ap-guangzhou', '--function', 'exif', '--bucket', 'photos-1250000000', '--role', 'exif-role'];

let api: ScfApiServer;
beforeEach(async () => {
  api = await scfApi();
});
afterEach(() => api.close());

function variables(name = 'exif'): Record<string, string> {
  const { Environment } = api.functions.get(name)?.state ?? {};
  const { Variables } = Environment as { Variables: { Key: string; Value: string }[] };
  return Object.fromEntries(Variables.map(({ Key, Value }) => [Key, Value]));
}

test('caller keys that are no longer named are removed', async () => {
  const keys = '{"gallery":"its secret is long enough"}';
  await runDeploy(api, web, { ...cloudKeys, EXIF_KEYS: 'env:OLD', OLD: keys });
  const { code, out } = await runDeploy(api, web, { ...cloudKeys, EXIF_KEYS: 'env:NEW', NEW: keys });
  expect(code).toBe(0);
  expect(out).toContain('change exif: EXIF_KEYS, NEW, OLD');
  expect(variables()).toMatchObject({ EXIF_KEYS: 'env:NEW', NEW: keys });
  expect(variables()).not.toHaveProperty('OLD');
});

test.each(['UpdateTrigger 0', 'UpdateFunctionConfiguration 0'])(
  'who checks the callers changes without a moment in which nobody does, also when %s fails',
  async (action) => {
    const nobody = (): boolean => {
      const description = String(api.functions.get('exif')?.triggers[0]?.['TriggerDesc']);
      return description.includes('"NONE"') && variables()['EXIF_CALLERS'] === 'platform';
    };
    const signed = { ...cloudKeys, EXIF_KEYS: 'env:KEYS', KEYS: '{"gallery":"its secret is long enough"}' };
    const platform = { ...cloudKeys, EXIF_CALLERS: 'platform' };
    await runDeploy(api, web, signed);
    for (const env of [platform, signed]) {
      api.calls.length = 0;
      api.faults.set(action, { kind: 'code', code: 'InternalError' });
      expect((await runDeploy(api, web, env)).code).toBe(1);
      expect(nobody()).toBe(false);
      expect((await runDeploy(api, web, env)).code).toBe(0);
      expect(nobody()).toBe(false);
    }
  },
);

describe('the event function', () => {
  const both = [...web, '--event-function', 'exif-upload'];
  const secret = '{"gallery":"its secret is long enough"}';
  const cache = 'cos://exif-1250000000/entries?region=ap-guangzhou';
  const signed = { ...cloudKeys, EXIF_CACHE: cache, EXIF_KEYS: 'env:KEYS', KEYS: secret, EXIF_PUBLIC: '*' };

  test('is the only one that gets the settings of sinks', async () => {
    const sinks = {
      EXIF_SINK: 'cos://data-1250000000/set?region=ap-guangzhou,https://hooks.example/exif',
      EXIF_SINK_SECRET: `whsec_${'c2VjcmV0'.repeat(4)}`,
    };
    expect(await runDeploy(api, both, { ...signed, ...sinks })).toMatchObject({ code: 0, err: '' });
    expect(variables('exif-upload')).toMatchObject(sinks);
    expect(JSON.stringify(api.functions.get('exif'))).not.toMatch(/EXIF_SINK|c2Vj/);
    const { code, out } = await runDeploy(api, both, signed);
    expect(code).toBe(0);
    expect(out).toContain('change exif-upload: EXIF_SINK, EXIF_SINK_SECRET');
    expect(variables('exif-upload')).not.toHaveProperty('EXIF_SINK');
  });

  test("has no callers' keys, because it does not need them", async () => {
    expect(await runDeploy(api, both, signed)).toMatchObject({ code: 0, err: '' });
    expect(variables()).toMatchObject({ EXIF_KEYS: 'env:KEYS', KEYS: secret, EXIF_PUBLIC: '*' });
    expect(variables('exif-upload')).toEqual({
      EXIF_BUCKET: variables()['EXIF_BUCKET'],
      EXIF_CACHE: cache,
      EXIF_CALLERS: 'platform',
    });
    expect(JSON.stringify(api.functions.get('exif-upload'))).not.toContain('long enough');
    expect(readConfig(variables('exif-upload')).auth).toMatchObject({ callers: 'platform', keys: null });
  });

  test('loses those that an earlier deployment gave it', async () => {
    await runDeploy(api, both, signed);
    const { Environment } = api.functions.get('exif-upload')?.state ?? {};
    (Environment as { Variables: object[] }).Variables.push(
      { Key: 'EXIF_KEYS', Value: 'env:KEYS' },
      { Key: 'KEYS', Value: secret },
    );
    expect((await runDeploy(api, both, signed)).code).toBe(0);
    expect(Object.keys(variables('exif-upload'))).toEqual(['EXIF_BUCKET', 'EXIF_CACHE', 'EXIF_CALLERS']);
  });

  test('with a URL, by which it would answer everybody, is not deployed', async () => {
    await runDeploy(api, both, signed);
    const url = api.functions.get('exif')?.triggers[0] ?? {};
    api.functions.get('exif-upload')?.triggers.push(url);
    const { code, err } = await runDeploy(api, both, signed);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('Function exif-upload has a URL') });
  });
});
