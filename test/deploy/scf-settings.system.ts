// What is refused before anything is sent, and what the functions get.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { scfApi } from '../../testing/servers/scf-api';
import { cloudKeys, publicBucket, runDeploy } from './scf-world';

const root = join(__dirname, '..', '..');
const good = ['--region', 'ap-guangzhou', '--function', 'exif', '--bucket', 'photos-1250000000'];
/** The right options, with another value for one of them. */
const but = (option: string, value: string) => [
  ...good.filter((_, at) => good[at - 1] !== option && good[at] !== option),
  option,
  value,
];
const event = [...good, '--event-function', 'exif-upload'];
const cache = { EXIF_CACHE: 'cos://cache-1250000000?region=ap-guangzhou' };

test.each([
  ['an option given twice', [...good, '--region', 'ap-beijing'], publicBucket, '--region is given twice'],
  ['a zip and more', ['--zip', 'a.zip', ...good], publicBucket, '--zip only writes the file: leave out --region'],
  ['no program for the cache', [...good, '--code-cache', ''], publicBucket, '--code-cache must be a program'],
  ['an unknown option', [...good, '--colour', 'red'], publicBucket, "Unknown option '--colour'"],
  ['no region', good.slice(2), publicBucket, '--region is missing'],
  ['no function', [...good.slice(0, 2), ...good.slice(4)], publicBucket, '--function is missing'],
  ['a region that is none', but('--region', '../x'), publicBucket, '--region must be a region such as'],
  ['a name that SCF does not take', but('--function', '1x'), publicBucket, '--function must be the name'],
  ['a bucket without appid', but('--bucket', 'photos'), publicBucket, '--bucket must be name-appid'],
  ['the same function twice', [...good, '--event-function', 'exif'], publicBucket, 'must be different functions'],
  ['memory between the steps', [...good, '--memory', '200'], publicBucket, '--memory must be 64, or a multiple of 128'],
  ['too much time', [...good, '--timeout', '901'], publicBucket, '--timeout must be a whole number from 1 to 900'],
  ['too many at once', [...good, '--concurrency', '0'], publicBucket, '--concurrency must be a whole number'],
  [
    'plain http to elsewhere',
    [...good, '--endpoint', 'http://scf.tencentcloudapi.com'],
    publicBucket,
    '--endpoint must be',
  ],
  ['a prefix for nothing', [...good, '--prefix', 'in/'], publicBucket, '--prefix needs --event-function'],
  [
    'no keys of the cloud',
    good,
    { EXIF_PUBLIC: '*' },
    'No credentials are set: set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY',
  ],
  [
    'halves of two pairs of keys',
    good,
    { EXIF_PUBLIC: '*', TENCENTCLOUD_SECRET_ID: 'one', TENCENTCLOUD_SECRETKEY: 'two' },
    'TENCENTCLOUD_SECRET_KEY is not set',
  ],
  ['no bucket', good.slice(0, 4), { ...cloudKeys, EXIF_PUBLIC: '*' }, 'EXIF_BUCKET is not set'],
  ['two buckets', good, { ...publicBucket, EXIF_BUCKET: 's3://other' }, 'name different buckets'],
  [
    'a folder',
    good.slice(0, 4),
    { ...publicBucket, EXIF_BUCKET: './photos' },
    'EXIF_BUCKET names a folder on this machine',
  ],
  ['an unknown setting', good, { ...publicBucket, EXIF_COLOUR: 'red' }, 'EXIF_COLOUR is not a known setting'],
  ['a wrong setting', good, { ...publicBucket, EXIF_DROP: 'place' }, 'EXIF_DROP must be names of tag groups'],
  ['nobody who may ask', good, cloudKeys, 'EXIF_KEYS is not set'],
  ['keys in a file', good, { ...cloudKeys, EXIF_KEYS: 'file:./keys.json' }, 'EXIF_KEYS names a file on this machine'],
  ['keys that are not there', good, { ...cloudKeys, EXIF_KEYS: 'env:MY_KEYS' }, 'MY_KEYS is not set'],
  [
    'keys in a variable without a name',
    good,
    { ...cloudKeys, EXIF_KEYS: 'env:' },
    'env: needs the name of an environment variable',
  ],
  [
    'requests that end too late',
    [...good, '--timeout', '8'],
    publicBucket,
    'EXIF_TOTAL_MS is 8000, but --timeout stops the function after 8 s',
  ],
  [
    'settings that are too long',
    good,
    { ...publicBucket, EXIF_CORS_ORIGINS: 'https://a.example,'.repeat(300) },
    'a function takes at most 4096',
  ],
  ['events without a cache', event, publicBucket, '--event-function needs a cache that functions share'],
  [
    'events for a memory',
    event,
    { ...publicBucket, EXIF_CACHE: 'memory:' },
    '--event-function needs a cache that functions share',
  ],
  ['a folder for a cache', good, { ...publicBucket, EXIF_CACHE: '/var/cache' }, 'can only write below /tmp'],
  [
    'events of S3',
    [...event.slice(0, 4), ...event.slice(6)],
    { ...publicBucket, ...cache, EXIF_BUCKET: 's3://photos' },
    'needs a COS bucket',
  ],
  [
    'events of another region',
    event,
    { ...publicBucket, ...cache, EXIF_BUCKET: 'cos://photos-1250000000?region=ap-beijing' },
    'different buckets',
  ],
  [
    'a cache that follows itself',
    event,
    { ...publicBucket, EXIF_CACHE: 'cos://photos-1250000000/e?region=ap-guangzhou' },
    'EXIF_CACHE is inside the bucket',
  ],
  [
    'a sink at AWS',
    event,
    { ...publicBucket, ...cache, EXIF_SINK: 'dynamodb:photos' },
    'EXIF_SINK names a sink (dynamodb) that is at AWS, and a function of SCF has no keys of AWS',
  ],
  [
    'a sink for the Web function',
    good,
    { ...publicBucket, ...cache, EXIF_SINK: 'cos://data-1250000000/set?region=ap-guangzhou' },
    'EXIF_SINK needs --event-function',
  ],
  [
    'a secret in a file',
    event,
    { ...publicBucket, ...cache, EXIF_SINK: 'https://hooks.example/exif', EXIF_SINK_SECRET: 'file:./secret' },
    'EXIF_SINK_SECRET names a file on this machine',
  ],
] as const)('%s is refused and nothing is sent', async (_what, args, env, told) => {
  const api = await scfApi();
  const { code, err, out } = await runDeploy(args.includes('--endpoint' as never) ? null : api, args, { ...env });
  await api.close();
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(told) });
  expect(out).toBe('');
  expect(api.calls).toEqual([]);
});

test('every line of the help fits a terminal, and every option is in it', async () => {
  const { code, out } = await runDeploy(null, ['--help'], {});
  expect(code).toBe(0);
  expect(out.split('\n').filter((line) => line.length > 120)).toEqual([]);
  for (const name of [
    'event-function',
    'prefix',
    'role',
    'memory',
    'timeout',
    'concurrency',
    'namespace',
    'code-bucket',
    'code-cache',
    'dry-run',
    'zip',
  ])
    expect(out).toContain(`--${name} `);
});

describe('the command as a program', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bucket-exif-scf-'));
  const program = join(folder, 'main.js');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('starts, refuses with code 2 on the error output, and needs no key for its help', () => {
    buildSync({
      entryPoints: [join(root, 'deploy', 'scf', 'main.ts')],
      outfile: program,
      bundle: true,
      packages: 'external',
      platform: 'node',
      // The project is looked for from where the program is.
      define: { __dirname: JSON.stringify(root) },
      nodePaths: [join(root, 'node_modules')],
      logLevel: 'error',
    });
    const env = { PATH: process.env['PATH'], NODE_PATH: join(root, 'node_modules') };
    const help = execFileSync(process.execPath, [program, '--help'], { env, encoding: 'utf8' });
    expect(help).toContain('Usage: npm run deploy:scf --');
    const { status, stderr, stdout } = spawnSync(process.execPath, [program], { env, encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('--function is missing'),
    });
    expect(existsSync(program)).toBe(true);
  });
});
