// The parameters of a deployment on AWS, and the settings and functions that follow from them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parameterNames, readParameters } from '../../deploy/aws/parameters';
import { bucketsOf, settingsOf } from '../../deploy/aws/settings';
import { buildTemplate } from '../../deploy/aws/template';
import type { Variables } from '../../deploy/check';

const root = join(__dirname, '..', '..');
/** The defaults in serverless.yml, and a bucket. */
const [, block = ''] =
  /^ {2}default:\n([\s\S]*?)^ {2}prod:/m.exec(readFileSync(join(root, 'serverless.yml'), 'utf8')) ?? [];
const rows = [...block.matchAll(/^ {4}(\w+): '?([^'#\n]*?)'?( +#.*)?$/gm)];
const defaults: Variables = {
  ...Object.fromEntries(rows.map(([, name, value]) => [String(name), String(value)])),
  bucket: 'photos',
  callers: 'platform',
};
const parametersOf = (texts: Variables = {}) => readParameters({ ...defaults, ...texts });
const settings = (texts: Variables = {}, env: Variables = {}) => settingsOf(parametersOf(texts), { env, stage: 'dev' });
const certificate = 'arn:aws:acm:us-east-1:123456789012:certificate/x';
const listener = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/a/b/c';

test('every parameter has its default in serverless.yml and its line in docs/aws.md', () => {
  expect(Object.keys(defaults)).toEqual(expect.arrayContaining([...parameterNames]));
  expect([...parameterNames]).toEqual(expect.arrayContaining(Object.keys(defaults)));
  const [, table = ''] =
    /^## Parameters\n([\s\S]*?)^## /m.exec(readFileSync(join(root, 'docs', 'aws.md'), 'utf8')) ?? [];
  expect(parameterNames.filter((name) => !table.includes(`\`${name}\``))).toEqual([]);
});

test('texts become values', () => {
  expect(parametersOf({ concurrency: '0', kmsKeys: '', subnets: '' })).toMatchObject({
    memory: 256,
    concurrency: 0,
    jobConcurrency: null,
    kmsKeys: [],
    logRetention: 14,
  });
});

describe('refused, by name and with what is allowed', () => {
  test.each([
    [{ bukcet: 'photos' }, /--param bukcet is not a known parameter; known parameters: bucket,/],
    [{ bucket: 's3://photos' }, /--param bucket must be the name of a bucket/],
    [{ bucket: 'photos/*' }, /--param bucket must/],
    [{ prefix: '*' }, /--param prefix must be a key prefix, without \* \?/],
    [{ prefix: 'a$b' }, /--param prefix must/],
    [{ cache: 's3://*' }, /--param cache must/],
    [{ sink: 's3://photos/*' }, /--param sink must be locations of sinks separated by commas/],
    [{ createSink: 'yes' }, /--param createSink must be off or on/],
    [{ keys: 'ssm:/bucket-exif/*' }, /--param keys must be ssm:<name or ARN>/],
    [{ keys: 'ssm:/keys?region=%2A' }, /--param keys must/],
    [{ report: 's3://photos' }, /--param report must be s3:\/\/bucket\/prefix/],
    [{ callers: 'anybody' }, /--param callers must be platform or signed or public/],
    [{ architecture: 'x64' }, /--param architecture must be arm64 or x86_64/],
    [{ memory: '64' }, /--param memory must be a whole number from 128 to 10240/],
    [{ memory: '256.5' }, /--param memory must/],
    [{ concurrency: '' }, /--param concurrency must/],
    [{ logRetention: '10' }, /--param logRetention must be one of 1, 3, 5,/],
    [{ kmsKeys: 'alias/mine' }, /--param kmsKeys must be ARNs of KMS keys/],
    [{ alarmEmail: 'nobody' }, /--param alarmEmail must be an e-mail address/],
  ])('%j', (texts, message) => {
    expect(() => parametersOf(texts)).toThrow(message);
  });

  test.each<readonly [Variables, RegExp]>([
    [{ door: 'http-api', timeout: '30' }, /timeout is longer than the API or load balancer waits/],
    [{ cdn: 'on', callers: 'public', timeout: '31' }, /timeout is longer than CloudFront waits/],
    [{ cdn: 'on', callers: 'public', door: 'rest-api' }, /cdn=on works with door=url only/],
    [{ cdn: 'on' }, /CloudFront would sign every request/],
    [{ cdn: 'on', callers: 'signed' }, /needs domain=<host name> and certificate=/],
    [{ domain: 'a.example' }, /domain needs cdn=on/],
    [
      { cdn: 'on', callers: 'signed', domain: 'a.example', certificate: certificate.replace('us-east-1', 'eu-west-1') },
      /must be in us-east-1/,
    ],
    [{ listener }, /listener and subnets need door=alb/],
    [{ door: 'alb', callers: 'signed' }, /needs either listener=/],
    [{ door: 'alb', callers: 'signed', listener, subnets: 'subnet-0a,subnet-0b' }, /needs either listener=/],
    [{ door: 'alb', callers: 'signed', subnets: 'subnet-0a,subnet-0b' }, /subnets must be two or more, with vpc/],
    [{ door: 'alb', listener }, /a load balancer does not check callers/],
    [{ keys: 'ssm:/x' }, /keys \(or EXIF_KEYS\) needs callers=signed/],
    [{ jobConcurrency: '5' }, /jobConcurrency is less than uploadConcurrency/],
    [{ createCache: 'on', cache: 'memory:' }, /createCache=on needs cache=s3/],
    [{ sink: 'eventbridge:photos' }, /sink \(or EXIF_SINK\) needs cache=s3/],
    [{ sink: 'eventbridge:photos', cache: 'memory:' }, /sink \(or EXIF_SINK\) needs cache=s3/],
    [{ createSink: 'on' }, /createSink=on needs sink=dynamodb:table/],
    [{ createSink: 'on', cache: 's3://exif', sink: 'sns:x' }, /createSink=on needs sink=dynamodb:table/],
  ])('together: %j', (texts, message) => {
    expect(() => parametersOf(texts)).toThrow(message);
  });

  test('a bucket without rights in the role, a public part, uploads without a bucket', () => {
    expect(() => settings({}, { EXIF_BUCKET: 's3://other?region=eu-west-1' })).toThrow(/EXIF_BUCKET names other/);
    const isPublic = { callers: 'public', cdn: 'on' };
    expect(() => settings(isPublic, { EXIF_PUBLIC: 'open/*' })).toThrow(/makes everything public/);
    const deployment = { service: 'bucket-exif', stage: 'dev', env: {} };
    expect(() => buildTemplate({ ...defaults, bucket: '', cache: 's3://exif' }, deployment)).toThrow(
      /needs --param bucket/,
    );
  });
});

describe('settings', () => {
  test('those of the environment go along, empty ones do not', () => {
    const env = { EXIF_DROP: 'gps', EXIF_METRICS: '', HOME: '/root', EXIF_BUCKET: 's3://photos?region=eu-west-1' };
    expect(settings({}, env)).toEqual({
      EXIF_DROP: 'gps',
      EXIF_BUCKET: 's3://photos?region=eu-west-1',
      EXIF_CALLERS: 'platform',
    });
  });

  test('callers', () => {
    expect(settings({ callers: 'signed' })).toMatchObject({
      EXIF_CALLERS: 'signed',
      EXIF_KEYS: 'ssm:/bucket-exif/dev/keys',
    });
    expect(settings({ callers: 'public' })).toMatchObject({ EXIF_CALLERS: 'signed', EXIF_PUBLIC: '*' });
    expect(settings({ callers: 'public', cdn: 'on' })).toMatchObject({ EXIF_CALLERS: 'platform', EXIF_PUBLIC: '*' });
    expect(settings({ callers: 'platform' })).not.toHaveProperty('EXIF_PUBLIC');
  });

  test('only keys below the prefix are followed', () => {
    expect(settings({ cache: 's3://exif', prefix: 'in/' })).toMatchObject({ EXIF_WATCH: 'in/*' });
    expect(settings({ cache: 's3://exif', prefix: 'in/' }, { EXIF_WATCH: 'in/*.jpg' })).toMatchObject({
      EXIF_WATCH: 'in/*.jpg',
    });
    expect(settings({ cache: 's3://exif' })).not.toHaveProperty('EXIF_WATCH');
  });

  test('a request ends before a function with a short timeout is stopped', () => {
    expect(settings({ timeout: '5' })).toMatchObject({ EXIF_TOTAL_MS: '4000' });
    expect(settings({ timeout: '9' })).not.toHaveProperty('EXIF_TOTAL_MS');
  });

  test('hosts in EXIF_HOSTS stay with CloudFront', () => {
    const texts = { cdn: 'on', callers: 'signed', domain: 'a.example', certificate };
    expect(settings(texts, { EXIF_HOSTS: 'b.example=s3://more' })).toMatchObject({
      EXIF_HOSTS: 'a.example=s3://photos,b.example=s3://more',
    });
    expect(settings(texts, { EXIF_HOSTS: 'A.example=s3://more' })).toMatchObject({ EXIF_HOSTS: 'A.example=s3://more' });
  });

  test('the buckets that are read are those of AWS, the prefix is that of the first', () => {
    const env = { EXIF_HOSTS: 'a=s3://more?region=eu-west-1,b=cos://x-1250000000?region=ap-guangzhou,c=s3://photos' };
    expect(bucketsOf(settings({ prefix: 'in/' }, env), parametersOf({ prefix: 'in/' }))).toEqual([
      { name: 'photos', prefix: 'in/' },
      { name: 'more', prefix: '' },
    ]);
    const elsewhere = { EXIF_BUCKET: 's3://photos?endpoint=https://store.example' };
    expect(bucketsOf(settings({}, elsewhere), parametersOf())).toEqual([]);
  });
});

describe('sinks', () => {
  const deployment = { service: 'bucket-exif', stage: 'dev', env: {} };
  const built = (sink: string, env: Variables = {}) =>
    buildTemplate({ ...defaults, cache: 's3://exif', createSink: 'on', sink }, { ...deployment, env });

  test('come from the environment when the parameter is not given', () => {
    const env = { EXIF_SINK: 'dynamodb:photos', EXIF_SINK_STYLE: 'flat' };
    const { environment, upload, batch, http } = built('', env);
    expect(upload).toMatchObject({ environment: env });
    expect(batch).toMatchObject({ environment: env });
    expect(http).not.toHaveProperty('environment');
    expect(environment).not.toHaveProperty('EXIF_SINK');
    expect(built('dynamodb:other', env)['upload']).toMatchObject({ environment: { EXIF_SINK: 'dynamodb:other' } });
  });

  test('createSink creates one table, in the region of the stack', () => {
    expect(() => built('dynamodb:one,dynamodb:two')).toThrow(/creates one table at AWS/);
    expect(() => built('dynamodb:one?endpoint=http://127.0.0.1:8000')).toThrow(/creates one table at AWS/);
    expect(() => built('dynamodb:one?region=eu-west-1')).toThrow(/remove \?region= from the sink/);
  });

  test('other regions, ARNs, webhooks and a bucket without a prefix', () => {
    const bus = 'arn:aws-cn:events:cn-north-1:123456789012:event-bus/photos';
    const sink = `eventbridge:${bus},eventbridge:own?region=eu-west-1,https://a.example,s3://data,dynamodb:photos`;
    const { Resources } = built(sink)['resources'] as { Resources: Record<string, unknown> };
    const text = JSON.stringify(Resources['BatchFunctionRole']);
    expect(text).toContain(`"Action":"events:PutEvents","Resource":"${bus}"`);
    expect(text).toContain(`arn:\${AWS::Partition}:events:eu-west-1:\${AWS::AccountId}:event-bus/own`);
    expect(text).toContain(`arn:\${AWS::Partition}:s3:::data/changes/*`);
    expect(text).not.toMatch(/a\.example|kms:/);
  });
});

describe('functions', () => {
  const built = (cache: string) =>
    buildTemplate({ ...defaults, cache }, { service: 'bucket-exif', stage: 'dev', env: { EXIF_CACHE: '' } });

  test.each(['', 'none', 'memory:', 'memory:64'])('with the cache %j there are no uploads to follow', (cache) => {
    expect(built(cache)).toMatchObject({ upload: null, batch: null });
    expect(JSON.stringify(built(cache)['resources'])).not.toContain('AWS::SQS');
  });

  test.each(['cos://photos-1250000000?region=ap-guangzhou', 's3://x?endpoint=https://store.example'])(
    'a cache that IAM knows nothing of needs no right: %s',
    (cache) => {
      expect(built(cache)).toMatchObject({ upload: { handler: 'handler/upload.handler' } });
      expect(JSON.stringify(built(cache)['resources'])).not.toContain('PutObject');
    },
  );

  test('the environment says what the parameters do not', () => {
    const env = { EXIF_CALLERS: 'signed', EXIF_KEYS: 'ssm:/mine', EXIF_CACHE: 'dynamodb://exif' };
    const { environment } = buildTemplate({ ...defaults, callers: '' }, { service: 'bucket-exif', stage: 'dev', env });
    expect(environment).toMatchObject(env);
  });
});
