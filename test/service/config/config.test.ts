import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultLimits } from '../../../lib/limits';
import { readConfig, settingNames } from '../../../service/config/config';
import { jobDeps } from '../../../service/job-runner';

const base = { EXIF_BUCKET: './samples', EXIF_PUBLIC: '*' };

test('defaults are those of limits.ts', () => {
  expect(readConfig(base)).toMatchObject({
    limits: defaultLimits,
    readAhead: 'requests',
    dropGroups: [],
    corsOrigins: [],
    cacheControl: 'private, no-cache',
    region: null,
  });
});

test('docs/settings.md names every setting', () => {
  const text = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'settings.md'), 'utf8');
  expect(settingNames.filter((name) => !text.includes(name))).toEqual([]);
});

test('an empty variable counts as unset', () => {
  const env = {
    ...base,
    EXIF_MAX_SIDE: '',
    EXIF_HOSTS: '',
    EXIF_DROP: '',
    EXIF_CACHE_CONTROL: '',
    EXIF_CORS_ORIGINS: '',
  };
  expect(readConfig(env)).toMatchObject({ limits: defaultLimits, cacheControl: 'private, no-cache' });
});

test('reads every setting', () => {
  const config = readConfig({
    EXIF_PUBLIC: '*',
    EXIF_HOSTS: 'a.example=./a, B.Example = s3://photos?region=eu-west-1',
    EXIF_METRICS: 'emf',
    EXIF_SHOW_READS: '1',
    EXIF_PAGE: '1',
    EXIF_HEALTH: '1',
    EXIF_STYLE: 'cos',
    EXIF_CACHE: 'memory:',
    EXIF_MAX_OBJECT_BYTES: '1',
    EXIF_MAX_SIDE: '2',
    EXIF_MAX_WEBP_SIDE: '16383',
    EXIF_MAX_FRAMES: '300',
    EXIF_MAX_PIXELS: '3',
    EXIF_FIRST_READ: '4096',
    EXIF_MAX_REQUESTS: '5',
    EXIF_MAX_READ_BYTES: '65536',
    EXIF_TRY_MS: '70',
    EXIF_TOTAL_MS: '80',
    EXIF_DROP: 'gps, serial',
    EXIF_CACHE_CONTROL: 'public, max-age=60',
    EXIF_CORS_ORIGINS: 'https://a.example, http://localhost:8080',
    EXIF_CORS_HEADERS: 'Authorization, x-amz-*',
    EXIF_COMPRESS: 'none',
    EXIF_READ_AHEAD: 'latency',
    AWS_REGION: 'eu-north-1',
  });
  expect(config).toMatchObject({
    fallback: null,
    limits: {
      objectBytes: 1,
      side: 2,
      webpSide: 16_383,
      frames: 300,
      pixels: 3,
      firstRead: 4096,
      requests: 5,
      readBytes: 65536,
      tryMs: 70,
      totalMs: 80,
    },
    readAhead: 'latency',
    dropGroups: ['gps', 'serial'],
    cacheControl: 'public, max-age=60',
    corsOrigins: ['https://a.example', 'http://localhost:8080'],
    corsHeaders: ['authorization', 'x-amz-*'],
    compression: 'none',
    region: 'eu-north-1',
    metrics: 'emf',
    log: { level: 'info', format: 'json' },
    cache: { location: { kind: 'memory' }, freshness: 'verify', watch: [] },
  });
  expect([...config.hosts.keys()]).toEqual(['a.example', 'b.example']);
});

test('answers do not depend on EXIF_READ_AHEAD: the revision is the same', () => {
  const depsWith = (value: string) => jobDeps(readConfig({ ...base, EXIF_CACHE: 'memory:', EXIF_READ_AHEAD: value }));
  const [requests, latency] = ['requests', 'latency'].map(depsWith);
  expect(requests?.openAhead).toBeUndefined();
  expect(latency?.openAhead).toBeDefined();
  expect(latency?.answers.revision).toBe(requests?.answers.revision);
  expect(latency?.cache?.revision).toBe(requests?.cache?.revision);
});

test.each([
  [{}, /^EXIF_BUCKET is not set/],
  [{ EXIF_BUCKET: 'ftp://x' }, /^EXIF_BUCKET cannot be used: .*must be/],
  [{ ...base, EXIF_BUKET: 'x' }, /^EXIF_BUKET is not a known setting; did you mean EXIF_BUCKET\?$/],
  [{ ...base, EXIF_MAX_FRAME: '1' }, /^EXIF_MAX_FRAME is not a known setting; did you mean EXIF_MAX_FRAMES\?$/],
  [
    { ...base, EXIF_FACES_WANTED: 'x' },
    /^EXIF_FACES_WANTED is not a known setting; known settings: EXIF_BUCKET, .*EXIF_TOTAL_MS$/,
  ],
  [{ ...base, EXIF_HOSTS: 'a.example' }, /^EXIF_HOSTS must be host=location/],
  [{ ...base, EXIF_HOSTS: 'a.example:80=./a' }, /^EXIF_HOSTS/],
  [{ ...base, EXIF_HOSTS: 'a.example=./a,A.example=./b' }, /^EXIF_HOSTS names host a.example twice/],
  [{ ...base, EXIF_HOSTS: 'a.example=nowhere://' }, /^EXIF_HOSTS cannot be used: .*must be/],
  [{ ...base, EXIF_MAX_SIDE: '0' }, /^EXIF_MAX_SIDE must be a whole number from 1/],
  [{ ...base, EXIF_MAX_SIDE: '1e3' }, /^EXIF_MAX_SIDE/],
  [{ ...base, EXIF_MAX_SIDE: '-1' }, /^EXIF_MAX_SIDE/],
  [{ ...base, EXIF_FIRST_READ: '1000' }, /^EXIF_FIRST_READ must be a whole number from 1024/],
  [{ ...base, EXIF_FIRST_READ: '131072', EXIF_MAX_READ_BYTES: '65536' }, /^EXIF_FIRST_READ must not be more/],
  [{ ...base, EXIF_DROP: 'gps,place' }, /^EXIF_DROP must be .*gps, serial, owner, thumbnail, makernote/],
  [{ ...base, EXIF_DROP: 'constructor' }, /^EXIF_DROP/],
  [{ ...base, EXIF_CACHE_CONTROL: 'a\r\nset-cookie: b' }, /^EXIF_CACHE_CONTROL/],
  [{ ...base, EXIF_CORS_ORIGINS: 'a.example' }, /^EXIF_CORS_ORIGINS/],
  [{ ...base, EXIF_CORS_HEADERS: 'x-amz-*-id' }, /^EXIF_CORS_HEADERS must be names of request headers/],
  [{ ...base, EXIF_CORS_HEADERS: 'x-a: b' }, /^EXIF_CORS_HEADERS/],
  [{ ...base, EXIF_CORS_HEADERS: ',' }, /^EXIF_CORS_HEADERS must be names/],
  [{ ...base, EXIF_CORS_HEADERS: 'x-a' }, /^EXIF_CORS_HEADERS has no effect without EXIF_CORS_ORIGINS/],
  [{ ...base, EXIF_READ_AHEAD: '1' }, /^EXIF_READ_AHEAD must be requests or latency, or unset/],
  [{ ...base, EXIF_COMPRESS: '1' }, /^EXIF_COMPRESS must be none or all/],
  [{ ...base, EXIF_LOG: 'debug' }, /^EXIF_LOG must be info, warn or error, or unset$/],
  [{ ...base, EXIF_LOG_FORMAT: 'xml' }, /^EXIF_LOG_FORMAT must be json or text/],
  [{ ...base, EXIF_METRICS: 'emf', EXIF_LOG: 'warn' }, /^EXIF_LOG is warn, but the metrics/],
  [{ ...base, EXIF_METRICS: 'emf', EXIF_LOG_FORMAT: 'text' }, /^EXIF_LOG_FORMAT is text, but the metrics/],
  [{ ...base, EXIF_MAX_FRAMES: '0' }, /^EXIF_MAX_FRAMES must be a whole number from 1/],
])('refuses %j by name', (env, message) => {
  expect(() => readConfig(env)).toThrow(
    expect.objectContaining({ code: 'ConfigInvalid', message: expect.stringMatching(message) }),
  );
});
