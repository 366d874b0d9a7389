import type { Env } from '../../../lib/types';
import { type CacheConfig, isWatched, readCache } from '../../../service/config/cache-settings';
import { readConfig } from '../../../service/config/config';
import { jobDeps } from '../../../service/job-runner';

const base = { EXIF_BUCKET: 's3://photos?region=eu-west-1', EXIF_CALLERS: 'platform' };
const apart = { ...base, EXIF_CACHE: 's3://entries/exif?region=eu-west-1' };
const inside = { ...base, EXIF_CACHE: 's3://photos/exif?region=eu-west-1' };

test('by default there is no cache', () => {
  for (const env of [{}, { EXIF_CACHE: '', EXIF_FRESHNESS: '', EXIF_WATCH: '' }, { EXIF_CACHE: 'none' }]) {
    expect(readCache(env)).toEqual({
      location: null,
      freshness: 'verify',
      freshMs: 0,
      answerBytes: 8 * 1024 * 1024,
      watch: [],
    });
    expect(jobDeps(readConfig({ ...base, ...env })).cache).toBeNull();
  }
});

test('reads every setting', () => {
  const env = {
    EXIF_CACHE: 'memory:8',
    EXIF_FRESHNESS: 'trust',
    EXIF_ANSWERS_MIB: '1',
    EXIF_WATCH: 'photos/*, *.jpg,raw/*.dng',
  };
  expect(readCache(env)).toEqual({
    location: { kind: 'memory', maxBytes: 8 * 1024 * 1024 },
    freshness: 'trust',
    freshMs: 0,
    answerBytes: 1024 * 1024,
    watch: [
      { prefix: 'photos/', suffix: '' },
      { prefix: '', suffix: '.jpg' },
      { prefix: 'raw/', suffix: '.dng' },
    ],
  });
});

test.each<[Env, RegExp]>([
  [{ EXIF_CACHE: 'redis://x' }, /^EXIF_CACHE cannot be used: .*it must be none, memory/],
  [{ EXIF_CACHE: 's3://x:SECRET@y' }, /^EXIF_CACHE cannot be used: (?!.*SECRET)/],
  ...['always', '0', '-1', '1.5', '60s', '1e3', ' 60', '86401', '9999999999999999999'].map((text): [Env, RegExp] => [
    { EXIF_CACHE: 'memory:', EXIF_FRESHNESS: text },
    /^EXIF_FRESHNESS must be verify, trust, or a whole number of seconds from 1 to 86400/,
  ]),
  [{ EXIF_FRESHNESS: 'trust' }, /^EXIF_FRESHNESS is trust, which needs a cache/],
  [{ EXIF_FRESHNESS: '60' }, /^EXIF_FRESHNESS is 60, which needs a cache/],
  [{ EXIF_ANSWERS_MIB: '8' }, /^EXIF_ANSWERS_MIB has no effect without a cache/],
  [{ EXIF_CACHE: 'memory:', EXIF_ANSWERS_MIB: '65537' }, /^EXIF_ANSWERS_MIB must be a whole number from 0 to 65536/],
  [{ EXIF_CACHE: 'memory:', EXIF_ANSWERS_MIB: 'all' }, /^EXIF_ANSWERS_MIB must be a whole number/],
  [
    { EXIF_CACHE: 'memory:', EXIF_ANSWERS_MIB: '0', EXIF_FRESHNESS: '60' },
    /^EXIF_ANSWERS_MIB is 0, but EXIF_FRESHNESS/,
  ],
  [{ EXIF_WATCH: 'a.jpg' }, /^EXIF_WATCH must be patterns/],
  [{ EXIF_WATCH: '*.jpg,a*b*c' }, /^EXIF_WATCH must be patterns/],
  [{ EXIF_METRICS: 'statsd' }, /^EXIF_METRICS must be emf/],
])('refuses %j by name', (env, message) => {
  expect(() => readConfig({ ...base, ...env })).toThrow(
    expect.objectContaining({ code: 'ConfigInvalid', message: expect.stringMatching(message) }),
  );
});

test.each([
  ['1', 1_000],
  ['060', 60_000],
  ['86400', 86_400_000],
])('EXIF_FRESHNESS=%s verifies what is older than %d ms', (text, freshMs) => {
  expect(readCache({ EXIF_CACHE: 'memory:', EXIF_FRESHNESS: text })).toMatchObject({ freshness: 'verify', freshMs });
});

test('answers are kept in memory only with a cache', () => {
  const answersOf = (env: Env) => jobDeps(readConfig({ ...base, ...env })).cache?.answers;
  expect(answersOf({})).toBeUndefined();
  expect(answersOf({ EXIF_ANSWERS_MIB: '0' })).toBeUndefined();
  expect(answersOf({ EXIF_CACHE: 'memory:', EXIF_ANSWERS_MIB: '0' })).toBeUndefined();
  expect(answersOf({ EXIF_CACHE: 'memory:' })).toBeDefined();
});

const watching = (...patterns: string[]): CacheConfig => readCache({ EXIF_WATCH: patterns.join(',') });
const photo = (key: string) => ({ bucket: 'photos', key });

test.each([
  [[], 'a.jpg', true],
  [['*'], 'a.jpg', true],
  [['*.jpg'], 'a/b.jpg', true],
  [['*.jpg'], 'a.JPG', false],
  [['*.jpg'], '.jpg', true],
  [['photos/*'], 'photos/', true],
  [['photos/*'], 'photo', false],
  [['photos/*.jpg'], 'photos/a.jpg', true],
  [['photos/*.jpg'], 'photos/a.png', false],
  [['a*a'], 'a', false],
  [['a*a'], 'aa', true],
  [['*.jpg', '*.png'], 'a.png', true],
] as const)('of %j, %s is watched: %s', (patterns, key, watched) => {
  expect(isWatched(watching(...patterns), photo(key))).toBe(watched);
});

test("the cache's own entries are never watched", () => {
  const config = readCache({ EXIF_CACHE: 's3://photos/exif' });
  expect(isWatched(config, photo('exif/photos/a.jpg.json'))).toBe(false);
  expect(isWatched(config, photo('exif/photos/~00.json'))).toBe(false);
  expect(isWatched(config, photo('exif/a.jpg'))).toBe(true);
  expect(isWatched(config, photo('a.json'))).toBe(true);
  expect(isWatched(config, { bucket: 'others', key: 'exif/a.json' })).toBe(true);
});

describe('a cache inside the bucket that it caches', () => {
  test.each<[Env]>([
    [inside],
    [{ ...inside, EXIF_WATCH: '*' }],
    [{ ...inside, EXIF_WATCH: '*.jpg,exif/*' }],
    [{ ...inside, EXIF_WATCH: 'ex*' }],
    [{ ...inside, EXIF_WATCH: 'exif/photos/2026/*' }],
    [{ ...inside, EXIF_WATCH: '*.json' }],
    [{ ...inside, EXIF_WATCH: '*n' }],
    [{ ...inside, EXIF_WATCH: '*.jpg.json' }],
    [{ ...inside, EXIF_CACHE: 's3://photos', EXIF_WATCH: 'raw/*' }],
    [{ ...inside, EXIF_BUCKET: 's3://front', EXIF_HOSTS: 'a.example=s3://photos' }],
    [
      {
        ...base,
        EXIF_BUCKET: 'cos://p-1250000000?region=ap-guangzhou',
        EXIF_CACHE: 'cos://p-1250000000/exif?region=ap-guangzhou',
      },
    ],
  ])('is refused where its keys may be watched: %j', (env) => {
    expect(() => readConfig(env)).toThrow(
      expect.objectContaining({
        code: 'ConfigInvalid',
        message: expect.stringMatching(
          /^EXIF_CACHE is inside the bucket .*use another bucket for the cache, or name only the images in EXIF_WATCH/,
        ),
      }),
    );
  });

  test.each<[Env]>([
    [apart],
    [{ ...inside, EXIF_WATCH: '*.jpg,*.png' }],
    [{ ...inside, EXIF_WATCH: 'uploads/*' }],
    [{ ...inside, EXIF_WATCH: 'uploads/*.json' }],
    [{ ...base, EXIF_CACHE: 'memory:' }],
    [{ ...base, EXIF_CACHE: 'dynamodb://photos?region=eu-west-1' }],
    [{ ...inside, EXIF_BUCKET: './photos' }],
  ])('is accepted where they cannot: %j', (env) => {
    expect(() => readConfig(env)).not.toThrow();
  });
});

test('two buckets of one name cannot share a cache', () => {
  const two = { ...apart, EXIF_HOSTS: 'a.example=s3://photos?endpoint=https://s3.example' };
  expect(() => readConfig(two)).toThrow(/^EXIF_HOSTS has two buckets with the name photos/);
  const same = { ...apart, EXIF_HOSTS: `a.example=${base.EXIF_BUCKET},b.example=${base.EXIF_BUCKET}` };
  expect(() => readConfig(same)).not.toThrow();
});

test.each([
  [{ EXIF_CACHE: 'memory:', EXIF_FRESHNESS: 'trust' }, /^EXIF_FRESHNESS is trust, but events cannot reach/],
  [{ EXIF_BUCKET: './samples', EXIF_FRESHNESS: 'trust' }, /^EXIF_FRESHNESS is trust, but a folder sends no events/],
  [
    { EXIF_BUCKET: './samples', EXIF_CACHE: './samples/.cache' },
    /^EXIF_CACHE is inside the folder of the bucket samples/,
  ],
  [{ EXIF_BUCKET: './samples', EXIF_CACHE: './samples' }, /^EXIF_CACHE is inside the folder of the bucket samples/],
])('%j is refused', (env, message) => {
  expect(() => readConfig({ ...apart, ...env })).toThrow(message);
});

describe('what jobs get', () => {
  test('the cache, its use, and the buckets by the names that events give them', () => {
    const store = 's3://other?endpoint=https://store.example';
    const deps = jobDeps(readConfig({ ...apart, EXIF_HOSTS: `a.example=./samples,b.example=${store}` }));
    expect(deps.cache).toMatchObject({ freshness: 'verify', store: { name: 's3' } });
    expect([...deps.named]).toEqual([
      // A hash of where it is: another folder or store may have a bucket of the same name.
      [
        'samples',
        { bucketId: './samples', bucket: 'samples', cacheName: expect.stringMatching(/^samples~[0-9a-f]{12}$/) },
      ],
      ['other', { bucketId: store, bucket: 'other', cacheName: expect.stringMatching(/^other~[0-9a-f]{12}$/) }],
      ['photos', { bucketId: base.EXIF_BUCKET, bucket: 'photos' }],
    ]);
  });

  test('a revision that changes with each setting that changes what is found', () => {
    const revisionOf = (env: Env) => jobDeps(readConfig({ ...apart, ...env })).cache?.revision;
    const plain = revisionOf({});
    expect(plain).toMatch(/^[\w.]+-[0-9a-f]{8}$/);
    const telling = {
      EXIF_DROP: 'gps',
      EXIF_MAX_OBJECT_BYTES: '1000',
      EXIF_MAX_SIDE: '1000',
      EXIF_MAX_PIXELS: '1000',
      EXIF_MAX_WEBP_SIDE: '1000',
      EXIF_MAX_FRAMES: '1000',
      EXIF_FIRST_READ: '1024',
      EXIF_MAX_REQUESTS: '3',
      EXIF_MAX_READ_BYTES: '70000',
      EXIF_MAX_PREVIEW_BYTES: '70000',
    };
    const makers = Object.entries(telling).map(([name, value]) => revisionOf({ [name]: value }));
    expect(new Set([plain, ...makers]).size).toBe(11);
    expect(revisionOf({ EXIF_DROP: 'gps,serial' })).toBe(revisionOf({ EXIF_DROP: 'serial,gps' }));
    expect(revisionOf({ EXIF_CACHE_CONTROL: 'no-store', EXIF_FRESHNESS: 'trust', EXIF_TOTAL_MS: '5000' })).toBe(plain);
  });
});
