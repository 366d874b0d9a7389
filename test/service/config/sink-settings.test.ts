import type { Env } from '../../../lib/types';
import { watchedObjects } from '../../../service/caching';
import { readConfig } from '../../../service/config/config';
import { readSinks } from '../../../service/config/sink-settings';

const secret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const webhook: Env = { EXIF_SINK: 'https://hooks.example.com/exif', EXIF_SINK_SECRET: secret };
const base: Env = {
  EXIF_BUCKET: 's3://photos?region=eu-west-1',
  EXIF_CALLERS: 'platform',
  EXIF_CACHE: 's3://entries/exif?region=eu-west-1',
};
const read = (env: Env) => readConfig({ ...base, ...env }).sinks;

test('by default there is no sink', () => {
  for (const env of [{}, { EXIF_SINK: '', EXIF_SINK_STYLE: '', EXIF_SINK_SECRET: '', EXIF_SINK_PRIVATE: '' }])
    expect(readSinks(env)).toEqual({ locations: [], style: 'flat', secret: null, allowPrivate: false });
});

test('reads several sinks and every setting', () => {
  const env = {
    EXIF_SINK: 'https://hooks.example.com/a%2Cb?c=d, s3://lake/photos?region=eu-west-1',
    EXIF_SINK_STYLE: 'metadata',
    EXIF_SINK_SECRET: `${secret} ${secret}`,
    EXIF_SINK_PRIVATE: '1',
  };
  expect(read(env)).toMatchObject({
    locations: [
      { kind: 'https', url: new URL('https://hooks.example.com/a%2Cb?c=d') },
      { kind: 's3', bucket: 'lake', prefix: 'photos' },
    ],
    style: 'metadata',
    secret: env.EXIF_SINK_SECRET,
    allowPrivate: true,
  });
});

const base64 = (bytes: number): string => Buffer.alloc(bytes, 7).toString('base64');

test.each<[Env, RegExp]>([
  [{ EXIF_SINK: ',' }, /^EXIF_SINK names no sink/],
  [{ EXIF_SINK: 'kafka://x' }, /^EXIF_SINK cannot be used: .*it must be eventbridge:bus/],
  [{ EXIF_SINK_STYLE: 'flat' }, /^EXIF_SINK_STYLE has no effect without EXIF_SINK/],
  [{ EXIF_SINK_SECRET: secret }, /^EXIF_SINK_SECRET has no effect without EXIF_SINK/],
  [{ EXIF_SINK: 's3://lake/x', EXIF_SINK_SECRET: secret }, /^EXIF_SINK_SECRET has no effect without a webhook/],
  [{ EXIF_SINK: 's3://lake/x', EXIF_SINK_PRIVATE: '1' }, /^EXIF_SINK_PRIVATE has no effect without a webhook/],
  [{ ...webhook, EXIF_SINK_STYLE: 'xml' }, /^EXIF_SINK_STYLE must be /],
  [{ ...webhook, EXIF_SINK_PRIVATE: 'yes' }, /^EXIF_SINK_PRIVATE must be 1/],
  [{ ...webhook, EXIF_SINK_SECRET: '' }, /^EXIF_SINK has a webhook but EXIF_SINK_SECRET.* is not set$/],
  ...[
    'whsec_',
    'C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
    'WHSEC_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
    'whsec_not base64 at all but quite long',
    `whsec_${base64(23)}`,
    `whsec_${base64(65)}`,
    `whsec_${base64(25).replace(/=+$/, '')}`,
    `${secret},${secret}`,
    `${secret} whsec_c2hvcnQ=`,
  ].map((text): [Env, RegExp] => [
    { ...webhook, EXIF_SINK_SECRET: text },
    /^EXIF_SINK_SECRET must be whsec_ and 24 to 64 random bytes in Base64/,
  ]),
  [{ ...webhook, EXIF_SINK_SECRET: Array(5).fill(secret).join(' ') }, /^EXIF_SINK_SECRET must have at most 4 secrets/],
  ...['http://hooks.example.com/', 'http://127.0.0.1/'].map((text): [Env, RegExp] => [
    { ...webhook, EXIF_SINK: text },
    /^EXIF_SINK has a webhook without TLS: use https/,
  ]),
  ...['127.0.0.1', '[::1]', '10.1.2.3', 'localhost', '0x7f.1', '169.254.169.254', '[::ffff:10.0.0.1]'].map(
    (host): [Env, RegExp] => [
      { ...webhook, EXIF_SINK: `https://${host}/` },
      /^EXIF_SINK has a webhook at a private address: allow that with EXIF_SINK_PRIVATE=1/,
    ],
  ),
  [
    { ...webhook, EXIF_SINK: 'https://user:SECRET@hooks.example.com/' },
    /^EXIF_SINK cannot be used: .*takes no user name/,
  ],
  [{ ...webhook, EXIF_SINK: 'https://hooks.example.com/#a' }, /^EXIF_SINK cannot be used: .*no #/],
])('refuses %j by name, and repeats no secret', (env, message) => {
  const attempt = () => read(env);
  expect(attempt).toThrow(expect.objectContaining({ code: 'ConfigInvalid', message: expect.stringMatching(message) }));
  expect(attempt).not.toThrow(/C2FVs|SECRET@|BwcH/);
});

test.each(['http://127.0.0.1:9100/exif', 'https://localhost/', 'http://hooks.internal/'])(
  'with EXIF_SINK_PRIVATE=1, %s is allowed',
  (EXIF_SINK) => {
    expect(read({ ...webhook, EXIF_SINK, EXIF_SINK_PRIVATE: '1' }).locations).toHaveLength(1);
  },
);

test.each(['none', 'memory:', ''])('a sink with EXIF_CACHE=%s is refused', (EXIF_CACHE) => {
  expect(() => read({ ...webhook, EXIF_CACHE })).toThrow(/^EXIF_SINK needs (EXIF_CACHE|a cache in S3)/);
});

describe('a sink inside the bucket with the images', () => {
  const inside: Env = { EXIF_SINK: 's3://photos/data?region=eu-west-1' };

  test.each<[Env]>([
    [inside],
    [{ EXIF_SINK: 's3://photos?region=eu-west-1' }],
    [{ ...inside, EXIF_WATCH: '*' }],
    [{ ...inside, EXIF_WATCH: '*.jpg,data/*' }],
    [{ ...inside, EXIF_WATCH: '*.ndjson' }],
    [{ ...inside, EXIF_WATCH: 'data/changes/2026-*' }],
    [{ ...inside, EXIF_SINK: `s3://other/data,${inside['EXIF_SINK']}` }],
    [{ ...inside, EXIF_BUCKET: '', EXIF_HOSTS: 'a.example=s3://photos?region=eu-west-1' }],
    [{ ...inside, EXIF_BUCKET: 's3://alias-abc-s3alias?region=eu-west-1&events=photos' }],
  ])('would follow what it writes: %j is refused', (env) => {
    expect(() => read(env)).toThrow(/^EXIF_SINK is inside the bucket photos with the images.*use another bucket/);
  });

  test.each<[Env]>([
    [{ ...inside, EXIF_WATCH: '*.jpg,*.png' }],
    [{ ...inside, EXIF_WATCH: 'images/*' }],
    [{ EXIF_SINK: 's3://lake/data?region=eu-west-1' }],
    [{ EXIF_SINK: 'cos://photos-1250000000/data?region=ap-guangzhou' }],
  ])('is no loop with %j', (env) => {
    expect(read(env).locations).toHaveLength(1);
  });

  test('its objects are never followed, and others are', () => {
    const config = readConfig({ ...base, ...inside, EXIF_WATCH: '*.jpg' });
    const isFollowed = watchedObjects({ ...config, cache: { ...config.cache, watch: [] } });
    const follows = (key: string, bucket = 'photos') =>
      isFollowed({ bucketId: config.fallback?.text ?? '', bucket, key });
    const own = 'data/changes/2026-11-03/10/20261103T102030456Z-0123456789abcdef.ndjson';
    expect([own, 'data/changes/x.ndjson'].map((key) => follows(key))).toEqual([false, false]);
    expect(
      ['a.jpg', 'data/a.jpg', 'data/changes/a.jpg', `x/${own}`, 'changes/x.ndjson'].map((key) => follows(key)),
    ).toEqual(Array(5).fill(true));
  });
});

describe('a sink in the table of the cache', () => {
  const tables = (cache: string, sink: string, region = 'eu-west-1') =>
    readConfig({ ...base, EXIF_CACHE: cache, EXIF_SINK: sink, AWS_REGION: region });

  test.each([
    ['dynamodb://exif', 'dynamodb:exif'],
    ['dynamodb://exif', 'dynamodb://exif?columns=flat'],
    ['dynamodb://exif?days=3', 'sqs:arn:aws:sqs:eu-west-1:123456789012:q,dynamodb:exif?region=eu-west-1'],
    ['dynamodb://exif?endpoint=http://127.0.0.1:8000', 'dynamodb:exif?endpoint=http://127.0.0.1:8000/'],
  ])('is refused: %s and %s', (cache, sink) => {
    expect(() => tables(cache, sink)).toThrow(
      'EXIF_SINK has the table of EXIF_CACHE, whose items it would replace: use another table',
    );
  });

  test.each([
    ['dynamodb://exif', 'dynamodb:images'],
    ['dynamodb://exif', 'dynamodb:exif?region=us-east-1'],
    ['dynamodb://exif', 'dynamodb:exif?endpoint=http://127.0.0.1:8000'],
    ['s3://exif', 'dynamodb:exif'],
  ])('is another table: %s and %s', (cache, sink) => {
    expect(tables(cache, sink).sinks.locations).toHaveLength(1);
  });
});
