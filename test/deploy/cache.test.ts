// What serverless.yml takes from deploy/cache.cjs: nothing without a cache, and with one the way from bucket to function.

type Json = Record<string, unknown>;
type Asked = Readonly<{ bucket: string; cache: string; prefix: string; report: string }>;
type Parts = Readonly<{
  uploadFunction(asked: Asked): Json | null;
  cacheResources(asked: Asked): Readonly<{ Resources?: Readonly<Record<string, { Type: string; Properties: Json }>> }>;
  batchFunction(asked: Asked): Json | null;
  upload(tools: { resolveVariable(name: string): Promise<unknown> }): Promise<Json | null>;
}>;

const parts = require('../../deploy/cache.cjs') as Parts;
const asked = { bucket: 'photos', cache: 's3://photos-exif/v1/x?region=eu-west-1', prefix: '', report: '' };
const resourcesOf = (change: Partial<Asked> = {}) => parts.cacheResources({ ...asked, ...change }).Resources ?? {};
const propertiesOf = (name: string, change?: Partial<Asked>) => resourcesOf(change)[name]?.Properties ?? {};
const statementsOf = (cache: string) =>
  (propertiesOf('CachePolicy', { cache }) as { PolicyDocument?: { Statement: readonly Json[] } }).PolicyDocument
    ?.Statement;

test.each(['', 'none', 'memory:', 'memory:64'])('with the cache %j there is neither function nor resource', (cache) => {
  expect(parts.uploadFunction({ ...asked, cache })).toBeNull();
  expect(parts.batchFunction({ ...asked, cache })).toBeNull();
  expect(parts.cacheResources({ ...asked, cache })).toEqual({});
});

test('the function takes batches of the queue and reports which messages failed', () => {
  expect(parts.uploadFunction(asked)).toMatchObject({
    handler: 'handler/upload.handler',
    events: [
      {
        sqs: {
          arn: { 'Fn::GetAtt': ['UploadQueue', 'Arn'] },
          functionResponseType: 'ReportBatchItemFailures',
          maximumConcurrency: 10,
        },
      },
    ],
  });
});

test('a message is hidden for six times the time of the function, and ends as a dead letter', () => {
  const { timeout } = parts.uploadFunction(asked) as { timeout: number };
  expect(propertiesOf('UploadQueue')).toMatchObject({
    VisibilityTimeout: 6 * timeout,
    RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['UploadDeadLetters', 'Arn'] }, maxReceiveCount: 5 },
  });
  expect(resourcesOf().UploadDeadLetters).toMatchObject({
    Type: 'AWS::SQS::Queue',
    Properties: { MessageRetentionPeriod: 1_209_600 },
  });
});

test('only the rule may send to the queue', () => {
  expect(propertiesOf('UploadQueuePolicy').PolicyDocument).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: { 'Fn::GetAtt': ['UploadQueue', 'Arn'] },
        Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': ['UploadRule', 'Arn'] } } },
      },
    ],
  });
});

test.each([
  ['', { bucket: { name: ['photos'] } }],
  ['in/', { bucket: { name: ['photos'] }, object: { key: [{ prefix: 'in/' }] } }],
])('the rule for prefix %j', (prefix, detail) => {
  expect(propertiesOf('UploadRule', { prefix })).toMatchObject({
    EventPattern: { source: ['aws.s3'], 'detail-type': ['Object Created', 'Object Deleted'], detail },
    Targets: [{ Arn: { 'Fn::GetAtt': ['UploadQueue', 'Arn'] } }],
  });
});

describe('the right to the cache', () => {
  test.each([
    ['s3://photos-exif', 'arn:aws:s3:::photos-exif/*'],
    ['s3://photos-exif/', 'arn:aws:s3:::photos-exif/*'],
    ['s3://photos-exif?region=eu-west-1', 'arn:aws:s3:::photos-exif/*'],
    ['s3://photos-exif/v1/x', 'arn:aws:s3:::photos-exif/v1/x/*'],
    ['s3://photos-exif/v1/x/?region=eu-west-1', 'arn:aws:s3:::photos-exif/v1/x/*'],
  ])('%s', (cache, resource) => {
    expect(statementsOf(cache)).toEqual([
      { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: resource },
      { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::photos-exif' },
    ]);
  });

  test.each([
    ['dynamodb://exif', { Ref: 'AWS::Region' }],
    ['dynamodb://exif?days=30&region=eu-west-1', 'eu-west-1'],
  ])('%s', (cache, region) => {
    const arn = ['arn', { Ref: 'AWS::Partition' }, 'dynamodb', region, { Ref: 'AWS::AccountId' }, 'table/exif'];
    expect(statementsOf(cache)).toEqual([
      { Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Resource: { 'Fn::Join': [':', arn] } },
    ]);
  });

  test.each(['memory:', 'directory:/tmp/x', 'cos://photos-1250000000?region=ap-guangzhou'])(
    '%s needs none',
    (cache) => {
      expect(resourcesOf({ cache })).not.toHaveProperty('CachePolicy');
    },
  );
});

test('reads what serverless.yml says', async () => {
  const names: string[] = [];
  const resolveVariable = async (name: string) => {
    names.push(name);
    return '';
  };
  await expect(parts.upload({ resolveVariable })).resolves.toBeNull();
  expect(names).toEqual(['bucket', 'cache', 'prefix', 'report'].map((name) => `self:custom.${name}`));
});

test('jobs of S3 Batch Operations have a role of their own where their report has a place', () => {
  expect(parts.batchFunction(asked)).toMatchObject({ handler: 'handler/batch.handler' });
  expect(resourcesOf()).not.toHaveProperty('BatchRole');
  const role = propertiesOf('BatchRole', { report: 's3://photos-exif/jobs' }) as {
    AssumeRolePolicyDocument: { Statement: readonly Json[] };
    Policies: readonly { PolicyDocument: { Statement: readonly Json[] } }[];
  };
  expect(role.AssumeRolePolicyDocument.Statement).toEqual([
    expect.objectContaining({
      Principal: { Service: 'batchoperations.s3.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    }),
  ]);
  expect(role.Policies[0]?.PolicyDocument.Statement).toEqual([
    {
      Effect: 'Allow',
      Action: 'lambda:InvokeFunction',
      Resource: [
        { 'Fn::GetAtt': ['BatchLambdaFunction', 'Arn'] },
        { 'Fn::Join': [':', [{ 'Fn::GetAtt': ['BatchLambdaFunction', 'Arn'] }, '*']] },
      ],
    },
    { Effect: 'Allow', Action: 's3:PutInventoryConfiguration', Resource: 'arn:aws:s3:::photos' },
    { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: 'arn:aws:s3:::photos-exif/jobs/*' },
  ]);
});
