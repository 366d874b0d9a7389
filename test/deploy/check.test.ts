// The settings of a deployment on AWS, checked before anything is sent.
import { checkDeployment } from '../../deploy/aws/package';
import { DeployError, type Variables } from '../../deploy/check';

type Deployment = Parameters<typeof checkDeployment>[1];

const good = { EXIF_BUCKET: 's3://photos', EXIF_CALLERS: 'platform' };
const check = (environment: Variables, more: Partial<Deployment> = {}) =>
  checkDeployment(environment, { region: 'us-east-1', timeout: 10, isDeploy: true, ...more });

test('good settings pass without a message', () => {
  expect(check(good)).toBeNull();
});

test.each<readonly [Variables, RegExp]>([
  [{ ...good, EXIF_DORP: 'gps' }, /EXIF_DORP is not a known setting/],
  [{ ...good, EXIF_DROP: 'place' }, /EXIF_DROP must be/],
  [{ ...good, EXIF_FRESHNESS: 'trust' }, /EXIF_FRESHNESS is trust/],
  [{ EXIF_BUCKET: 's3://photos', EXIF_CALLERS: 'signed' }, /EXIF_KEYS is not set/],
  [{ ...good, EXIF_METRICS: 'prometheus' }, /needs a server; for functions use EXIF_METRICS=emf/],
  [{ ...good, EXIF_CACHE: 's3://photos/exif' }, /EXIF_CACHE is inside the bucket photos/],
])('%j is refused before anything is sent', (environment, message) => {
  expect(() => check(environment)).toThrow(message);
  expect(() => check(environment, { isDeploy: false })).toThrow(DeployError);
});

test('no bucket: a package may be made, a deployment not', () => {
  const environment = { EXIF_CALLERS: 'platform' };
  expect(() => check(environment)).toThrow('No bucket is given: add --param bucket=<name>');
  expect(check(environment, { isDeploy: false })).toMatch(/^No bucket is given: .*--param bucket=<name>/);
  expect(check({ ...environment, EXIF_HOSTS: 'a.example=s3://photos' })).toBeNull();
});

test.each<readonly [Variables, RegExp]>([
  [{ ...good, EXIF_BUCKET: './photos' }, /^EXIF_BUCKET names a folder on this machine/],
  [{ ...good, EXIF_HOSTS: 'a.example=./other' }, /^EXIF_HOSTS names a folder on this machine/],
  [{ ...good, EXIF_CACHE: './cache' }, /^EXIF_CACHE is a folder, and a function can only write below \/tmp/],
])('a function cannot use a folder on this machine: %j', (environment, message) => {
  expect(() => check(environment)).toThrow(message);
  expect(check(environment, { isDeploy: false })).toBeNull();
  expect(check({ ...good, EXIF_CACHE: '/tmp/cache' })).toBeNull();
});

test.each(['file:./keys.json', 'env:KEYS'])(
  'keys of callers must be where a function can read them, not at %s',
  (keys) => {
    const environment = { ...good, EXIF_CALLERS: 'signed', EXIF_KEYS: keys };
    expect(() => check(environment)).toThrow(/^EXIF_KEYS \(or --param keys\) must be ssm:<name>/);
    expect(() => check(environment, { isDeploy: false })).toThrow(/must be ssm:<name>/);
    expect(check({ ...environment, EXIF_KEYS: 'ssm:/keys' })).toBeNull();
  },
);

describe('a store for which a function has no keys', () => {
  const own = 's3://photos?endpoint=https://store.example';
  const cos = 'cos://photos-1250000000?region=ap-guangzhou';
  test.each<readonly [Variables, RegExp]>([
    [{ ...good, EXIF_BUCKET: own }, /^EXIF_BUCKET names a bucket outside AWS .*credentials=none/],
    [{ ...good, EXIF_BUCKET: cos }, /^EXIF_BUCKET names a bucket outside AWS/],
    [{ ...good, EXIF_HOSTS: `a.example=s3://more,b.example=${cos}` }, /^EXIF_HOSTS names a bucket/],
    [{ ...good, EXIF_CACHE: `cos://exif-1250000000/entries?region=ap-guangzhou` }, /^EXIF_CACHE is in a store/],
    [{ ...good, EXIF_CACHE: 's3://exif/entries?endpoint=https://store.example' }, /^EXIF_CACHE is in a store/],
  ])('%j is not deployed, but may be packaged', (environment, message) => {
    expect(() => check(environment)).toThrow(message);
    expect(check(environment, { isDeploy: false })).toBeNull();
  });

  test('public buckets need none, those of AWS have the role', () => {
    expect(check({ ...good, EXIF_BUCKET: `${own}&credentials=none` })).toBeNull();
    expect(check({ ...good, EXIF_HOSTS: `b.example=${cos}&credentials=none,c.example=s3://more` })).toBeNull();
    expect(check({ ...good, EXIF_CACHE: 's3://exif/entries?region=eu-west-1' })).toBeNull();
    expect(check({ ...good, EXIF_CACHE: 'dynamodb://exif' })).toBeNull();
  });
});

test('the settings must fit what a function takes', () => {
  const watching = (list: string): Variables => ({
    ...good,
    EXIF_CACHE: 's3://exif',
    EXIF_WATCH: list,
  });
  const spare = 4096 - Buffer.byteLength(JSON.stringify(watching('')));
  const list = 'images/*,'.repeat(spare).slice(0, spare - 2);
  expect(check(watching(`${list}a*`))).toBeNull();
  for (const isDeploy of [true, false]) {
    const message = 'The settings have 4097 bytes, but a function takes at most 4096';
    expect(() => check(watching(`${list}ab*`), { isDeploy })).toThrow(message);
  }
});

test('a request must end before its function is stopped', () => {
  expect(() => check(good, { timeout: 8 })).toThrow(/EXIF_TOTAL_MS is 8000, but --param timeout .* after 8 s/);
  expect(() => check({ ...good, EXIF_TOTAL_MS: '9600' })).toThrow(/EXIF_TOTAL_MS is 9600/);
  expect(check({ ...good, EXIF_TOTAL_MS: '9500' })).toBeNull();
});

describe('sinks', () => {
  const cached = { ...good, EXIF_CACHE: 's3://exif' };
  const own = 's3://data?endpoint=https://store.example';
  test.each<readonly [Variables, RegExp]>([
    [{ ...good, EXIF_SINK: 'eventbridge:photos' }, /^EXIF_SINK needs EXIF_CACHE/],
    [{ ...cached, EXIF_SINK: 'eventbrige:photos' }, /^EXIF_SINK cannot be used/],
    [{ ...cached, EXIF_SINK_STYLE: 'flat' }, /^EXIF_SINK_STYLE has no effect without EXIF_SINK/],
    [{ ...cached, EXIF_SINK: own }, /^EXIF_SINK names a sink \(s3\) that is outside AWS/],
    [{ ...cached, EXIF_SINK: 'dynamodb:photos?endpoint=http://127.0.0.1:1' }, /\(dynamodb\) that is outside AWS/],
    [{ ...cached, EXIF_SINK: 'cos://data-1250000000?region=ap-guangzhou' }, /\(cos\) that is outside AWS/],
  ])('%j is not deployed', (environment, message) => {
    expect(() => check(environment)).toThrow(message);
  });

  test('those of AWS and webhooks are', () => {
    const sink = 'eventbridge:photos,dynamodb:photos,https://hooks.example/exif';
    expect(check({ ...cached, EXIF_SINK: sink, EXIF_SINK_SECRET: 'ssm:/hook' })).toBeNull();
  });

  test('the secret of webhooks is not a variable of the function, nor in a file', () => {
    const hook = { ...cached, EXIF_SINK: 'https://hooks.example/exif' };
    const plain = { ...hook, EXIF_SINK_SECRET: `whsec_${'c2VjcmV0'.repeat(4)}` };
    expect(() => check(plain)).toThrow(/^EXIF_SINK_SECRET must be ssm:<name> or secretsmanager:<name>/);
    expect(() => check(plain)).not.toThrow(/c2Vj/);
    expect(() => check({ ...hook, EXIF_SINK_SECRET: 'file:/run/secret' })).toThrow(/names a file on this machine/);
    expect(() => check({ ...hook, EXIF_SINK_SECRET: 'ssm:' })).toThrow(/^EXIF_SINK_SECRET cannot be used/);
    expect(check({ ...hook, EXIF_SINK_SECRET: 'secretsmanager:photos/hook' })).toBeNull();
  });
});
