import { readConfig } from '../../../service/config/config';
import { jobDeps } from '../../../service/job-runner';

const bucket = { EXIF_BUCKET: 'cos://photos-1250000000?region=ap-guangzhou&credentials=none' };
const keys = { ...bucket, EXIF_KEYS: 'env:MY_KEYS', MY_KEYS: '{"AKIDEXAMPLE":"secret"}' };

test('defaults', () => {
  expect(readConfig(keys).auth).toEqual({
    callers: 'signed',
    publicParts: [],
    keys: { kind: 'env', name: 'MY_KEYS' },
    keysTtlMs: 300_000,
    scopeRegion: null,
    hostHeader: null,
    rules: {
      skew: 900,
      maxLifetime: null,
      unsignedOperation: new Set(['cos']),
      unsignedHost: false,
      hideKeys: false,
      echo: false,
    },
  });
});

test('reads every setting', () => {
  const { auth } = readConfig({
    ...keys,
    EXIF_PUBLIC: 'photos-1250000000/shared/*',
    EXIF_KEYS_TTL: '60',
    EXIF_CLOCK_SKEW: '0',
    EXIF_MAX_LIFETIME: '3600',
    EXIF_UNSIGNED_OPERATION: 'cos, sigv4',
    EXIF_UNSIGNED_HOST: 'cos',
    EXIF_SCOPE_REGION: 'eu-west-1',
    EXIF_HOST_HEADER: 'x-forwarded-host',
    EXIF_HIDE_KEYS: '1',
    EXIF_ECHO_SIGNED: '1',
  });
  expect(auth).toMatchObject({
    publicParts: [{ bucket: 'photos-1250000000', prefix: 'shared/', exact: false }],
    keysTtlMs: 60_000,
    scopeRegion: 'eu-west-1',
    hostHeader: 'x-forwarded-host',
    rules: {
      skew: 0,
      maxLifetime: 3600,
      unsignedOperation: new Set(['cos', 'sigv4']),
      unsignedHost: true,
      hideKeys: true,
      echo: true,
    },
  });
  expect(readConfig({ ...keys, EXIF_UNSIGNED_OPERATION: 'none' }).auth.rules.unsignedOperation.size).toBe(0);
});

test.each<[Record<string, string>, RegExp]>([
  [
    {},
    /^EXIF_KEYS is not set, and bucket photos-1250000000 is private, .*env:NAME.*EXIF_PUBLIC=photos-1250000000\/\*.*EXIF_CALLERS/,
  ],
  [
    { EXIF_PUBLIC: 'other/*' },
    /^EXIF_PUBLIC names bucket "other", which is not configured; the buckets are photos-1250000000$/,
  ],
  [{ EXIF_PUBLIC: 'photos-1250000000/a/' }, /^EXIF_PUBLIC cannot be used: cannot read ".*": it must be/],
  [
    { EXIF_KEYS: 'env:A', EXIF_UNSIGNED_HOST: 'cos', EXIF_HOSTS: 'b.example=./b' },
    /^EXIF_UNSIGNED_HOST would make a signature valid for every bucket/,
  ],
  [
    { EXIF_KEYS: 'env:A', EXIF_HOSTS: 'b.example=cos://photos-1250000000?region=ap-beijing' },
    /^EXIF_HOSTS has two buckets with the name photos-1250000000/,
  ],
  [{ EXIF_PUBLIC: '*', EXIF_HOSTS: '' }, /^$/],
  [
    { EXIF_PUBLIC: 'photos-1250000000/*', EXIF_HOSTS: 'b.example=./b' },
    /^EXIF_KEYS is not set, and bucket b is private/,
  ],
  [{ EXIF_PUBLIC: 'photos' }, /^EXIF_PUBLIC cannot be used: cannot read "photos": it must be/],
  [{ EXIF_CALLERS: 'everybody' }, /^EXIF_CALLERS must be signed or platform/],
  [{ EXIF_CALLERS: 'platform', EXIF_KEYS: 'env:A' }, /^EXIF_CALLERS is platform/],
  [{ EXIF_CALLERS: 'platform', EXIF_PUBLIC: 'other/*' }, /^EXIF_PUBLIC names bucket "other"/],
  [{ EXIF_KEYS: 'env:A', EXIF_KEYS_TTL: '0' }, /^EXIF_KEYS_TTL must be a whole number from 1/],
  [{ EXIF_KEYS: 'env:A', EXIF_CLOCK_SKEW: '-1' }, /^EXIF_CLOCK_SKEW/],
  [{ EXIF_KEYS: 'env:A', EXIF_MAX_LIFETIME: 'x' }, /^EXIF_MAX_LIFETIME/],
  [{ EXIF_KEYS: 'env:A', EXIF_UNSIGNED_OPERATION: 'all' }, /^EXIF_UNSIGNED_OPERATION must be none, cos, sigv4/],
  [{ EXIF_KEYS: 'env:A', EXIF_UNSIGNED_HOST: 'yes' }, /^EXIF_UNSIGNED_HOST must be cos/],
  [{ EXIF_KEYS: 'env:A', EXIF_SCOPE_REGION: 'EU' }, /^EXIF_SCOPE_REGION must be a region/],
  [
    { EXIF_KEYS: 'env:A', EXIF_HOST_HEADER: 'X-Forwarded-Host' },
    /^EXIF_HOST_HEADER must be a header name in lower case/,
  ],
  [{ EXIF_KEYS: 'env:A', EXIF_HIDE_KEYS: 'yes' }, /^EXIF_HIDE_KEYS must be 1/],
  [{ EXIF_KEYS: 'env:A', EXIF_ECHO_SIGNED: 'true' }, /^EXIF_ECHO_SIGNED must be 1/],
])('%j', (env, message) => {
  const read = () => readConfig({ ...bucket, ...env });
  if (message.source === '^$') read();
  else expect(read).toThrow(message);
});

test('hosts are those of the settings and of the stores, and no other', async () => {
  const deps = jobDeps(readConfig({ ...keys, EXIF_HOSTS: 'a.example=s3://album?region=eu-west-1&credentials=none' }));
  const leadsTo = (host: string) => deps.access.hosts.get(host)?.bucketId;
  expect(leadsTo('photos-1250000000.cos.ap-guangzhou.myqcloud.com')).toBe(keys.EXIF_BUCKET);
  expect(leadsTo('album.s3.eu-west-1.amazonaws.com')).toBe('s3://album?region=eu-west-1&credentials=none');
  expect(leadsTo('a.example')).toBe('s3://album?region=eu-west-1&credentials=none');
  expect(leadsTo('b.example')).toBeUndefined();
  expect(deps.access.regions.get(keys.EXIF_BUCKET)).toBe('ap-guangzhou');
  expect((await deps.access.keys()).keys.has('AKIDEXAMPLE')).toBe(true);
  const open = jobDeps(readConfig({ ...bucket, EXIF_PUBLIC: '*' })).access;
  expect((await open.keys()).keys.size).toBe(0);
  expect(open.isPublic({ bucketId: 'x', bucket: 'photos-1250000000', key: 'a' })).toBe(true);
});
