// The region that the files of the AWS tools give to a profile.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, NODE_REGION_CONFIG_FILE_OPTIONS, NODE_REGION_CONFIG_OPTIONS } from '@smithy/core/config';
import { regionIn } from '../../../lib/bucket';
import { readConfig } from '../../../service/config/config';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'profile-'));
  mkdirSync(join(home, '.aws'));
});
afterEach(() => rmSync(home, { recursive: true }));

const write = (name: string, text: string) => writeFileSync(join(home, '.aws', name), text);

const config = `# a comment
[default]
region = eu-west-1 ; of most
output = json
[profile work]
role_arn = arn:aws:iam::1:role/x
region=eu-central-1
s3 =
  region = us-east-1
[profile "quoted"]
region = eu-north-1
[profile none]
output = json
[other]
region = us-west-2
`;

describe('the region of a profile', () => {
  test.each([
    [{}, 'eu-west-1'],
    [{ AWS_PROFILE: '' }, 'eu-west-1'],
    [{ AWS_PROFILE: 'work' }, 'eu-central-1'],
    [{ AWS_PROFILE: 'quoted' }, 'eu-north-1'],
    [{ AWS_PROFILE: 'none' }, null],
    [{ AWS_PROFILE: 'other' }, null],
    [{ AWS_PROFILE: 'absent' }, null],
    [{ AWS_REGION: 'ap-south-1' }, 'ap-south-1'],
    [{ AWS_REGION: '', AWS_DEFAULT_REGION: 'ap-south-2' }, 'ap-south-2'],
  ])('%j is %s, as the AWS SDK has it', async (env, region) => {
    write('config', config);
    expect(regionIn({ HOME: home, ...env }, true)).toBe(region);
    if ('AWS_REGION' in env) return; // the SDK reads the first of the two from the process alone
    const files = { configFilepath: join(home, '.aws', 'config'), filepath: join(home, '.aws', 'credentials') };
    const profile = (env as { AWS_PROFILE?: string }).AWS_PROFILE || 'default';
    const { configFileSelector } = NODE_REGION_CONFIG_OPTIONS;
    const selectors = { environmentVariableSelector: () => undefined, configFileSelector, default: () => 'none' };
    const ask = loadConfig(selectors, { ...NODE_REGION_CONFIG_FILE_OPTIONS, ...files, profile, ignoreCache: true });
    expect(await ask()).toBe(region ?? 'none');
  });

  test('in the credentials file wins, as in the AWS SDK', () => {
    write('config', '[default]\nregion = eu-west-1\n');
    write('credentials', '[default]\r\naws_access_key_id = A\r\nregion = eu-west-2\r\n');
    expect(regionIn({ HOME: home }, true)).toBe('eu-west-2');
  });

  test('is read from the files that the environment names, and from no home that it does not', () => {
    write('config', config);
    writeFileSync(join(home, 'own'), '[profile default]\nregion = me-south-1\n[default]\nregion = eu-west-1\n');
    expect(regionIn({ HOME: home, AWS_CONFIG_FILE: join(home, 'own') }, true)).toBe('me-south-1');
    expect(regionIn({ USERPROFILE: home }, true)).toBe('eu-west-1');
    expect(regionIn({}, true)).toBeNull();
    expect(regionIn({ HOME: join(home, 'nowhere') }, true)).toBeNull();
  });

  test('that is not valid is ignored', () => {
    write('config', '[default]\nregion = x.evil.example/\n');
    expect(regionIn({ HOME: home }, true)).toBeNull();
  });
});

describe('the settings', () => {
  const regionOf = (env: Record<string, string>) => readConfig({ EXIF_CALLERS: 'platform', HOME: home, ...env }).region;

  test.each([
    [{ EXIF_BUCKET: 's3://photos' }, 'eu-west-1'],
    [{ EXIF_BUCKET: './test', EXIF_CACHE: 's3://exif' }, 'eu-west-1'],
    [{ EXIF_BUCKET: './test', EXIF_CACHE: 'dynamodb://exif' }, 'eu-west-1'],
    [{ EXIF_BUCKET: './test', EXIF_CALLERS: 'signed', EXIF_KEYS: 'ssm:keys' }, 'eu-west-1'],
    [{ EXIF_BUCKET: 's3://photos', AWS_REGION: 'us-east-1' }, 'us-east-1'],
    [{ EXIF_BUCKET: 's3://photos?region=us-east-1' }, null],
    [{ EXIF_BUCKET: 's3://photos?endpoint=http://store.example' }, null],
    [{ EXIF_BUCKET: 'cos://photos-1250000000?region=ap-guangzhou' }, null],
    [{ EXIF_BUCKET: './test' }, null],
  ])('%j: %s', (env, region) => {
    write('config', config);
    expect(regionOf(env)).toBe(region);
  });
});
