// What `serverless deploy --param cache=...` adds: a function that follows uploads, the way that leads them to it, one for
// S3 Batch Operations with the role of its jobs, and the right to the cache. serverless.yml takes its parts from here,
// because YAML cannot leave out what was not asked for.
//
//   bucket -> EventBridge -> rule -> queue -> function -> cache
//                                     '-> after five tries: dead letters, kept 14 days
//
// The bucket must send its events to EventBridge, which CloudFormation cannot set for a bucket that is there already:
//   aws s3api put-bucket-notification-configuration --bucket <bucket> \
//     --notification-configuration '{"EventBridgeConfiguration": {}}'        (it replaces what was configured before)

const day = 24 * 60 * 60; // seconds
/** Seconds that the function may take: ten messages, eight at once, with EXIF_TOTAL_MS for each. */
const timeout = 60;
const arnOf = (resource) => ({ 'Fn::GetAtt': [resource, 'Arn'] });

/** Events cannot reach a cache in the memory of another function. (A folder is for `serverless invoke local`.) */
const isNone = (cache) => cache === '' || cache === 'none' || cache.startsWith('memory:');

/** The function; null without a cache, and serverless leaves it out. */
function uploadFunction({ cache }) {
  if (isNone(cache)) return null;
  return {
    handler: 'handler/upload.handler',
    description: 'Keeps the EXIF in the cache as the bucket is',
    memorySize: 512,
    timeout,
    events: [
      {
        sqs: {
          arn: arnOf('UploadQueue'),
          batchSize: 10,
          // The reply names the messages that failed; only they come again.
          functionResponseType: 'ReportBatchItemFailures',
          // So that a mass upload leaves the account's other functions their share.
          maximumConcurrency: 10,
        },
      },
    ],
  };
}

/** The function that the jobs of `npm run backfill` call; null without a cache. */
function batchFunction({ cache }) {
  if (isNone(cache)) return null;
  return {
    handler: 'handler/batch.handler',
    description: 'Fills the cache for the tasks of S3 Batch Operations',
    memorySize: 512,
    timeout,
  };
}

/** The resources behind them; none without a cache. */
function cacheResources({ bucket, cache, prefix, report }) {
  if (isNone(cache)) return {};
  if (bucket === '') throw new Error('--param cache needs --param bucket: the rule must know whose events to follow');
  if (report !== '' && !/^s3:\/\/[^/?]+\/[^?]*[^/?]/.test(report)) {
    throw new Error('--param report must be s3://bucket/prefix: the role of the jobs may write there');
  }
  return {
    Resources: { ...queues(), ...rule(bucket, prefix), ...cachePolicy(cache), ...batchRole(bucket, report) },
    Outputs: {
      UploadDeadLetters: { Description: 'Events that could not be followed', Value: { Ref: 'UploadDeadLetters' } },
      BatchFunction: { Description: 'For backfill --function-arn', Value: arnOf('BatchLambdaFunction') },
      ...(report === '' ? {} : { BatchRole: { Description: 'For backfill --role-arn', Value: arnOf('BatchRole') } }),
    },
  };
}

/**
 * The role of the jobs: to call the function, to list the bucket by S3's own list, and to write that list and the report
 * below `report`, which also may hold a manifest.
 */
function batchRole(bucket, report) {
  const [, name, path = ''] = /^s3:\/\/([^/?]+)\/?([^?]*)$/.exec(report) ?? [];
  if (name === undefined) return {};
  const keys = path.replace(/\/$/, '');
  const allow = (Action, Resource) => ({ Effect: 'Allow', Action, Resource });
  const Statement = [
    // Also by its versions, which outputs and aliases name.
    allow('lambda:InvokeFunction', [
      arnOf('BatchLambdaFunction'),
      { 'Fn::Join': [':', [arnOf('BatchLambdaFunction'), '*']] },
    ]),
    allow('s3:PutInventoryConfiguration', `arn:aws:s3:::${bucket}`),
    allow(['s3:GetObject', 's3:PutObject'], `arn:aws:s3:::${name}/${keys === '' ? '*' : `${keys}/*`}`),
  ];
  return {
    BatchRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'batchoperations.s3.amazonaws.com' },
              Action: 'sts:AssumeRole',
              Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
            },
          ],
        },
        Policies: [{ PolicyName: 'exif-batch', PolicyDocument: { Version: '2012-10-17', Statement } }],
      },
    },
  };
}

function queues() {
  return {
    UploadQueue: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        // Six times the function's time, as Lambda asks for: a message must not come again while it is worked on.
        VisibilityTimeout: 6 * timeout,
        MessageRetentionPeriod: 4 * day,
        SqsManagedSseEnabled: true,
        RedrivePolicy: { deadLetterTargetArn: arnOf('UploadDeadLetters'), maxReceiveCount: 5 },
      },
    },
    UploadDeadLetters: {
      Type: 'AWS::SQS::Queue',
      Properties: { MessageRetentionPeriod: 14 * day, SqsManagedSseEnabled: true },
    },
    UploadQueuePolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'UploadQueue' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: arnOf('UploadQueue'),
              // Not the rules of other accounts, which act under the same name.
              Condition: { ArnEquals: { 'aws:SourceArn': arnOf('UploadRule') } },
            },
          ],
        },
      },
    },
  };
}

function rule(bucket, prefix) {
  const object = prefix === '' ? {} : { object: { key: [{ prefix }] } };
  return {
    UploadRule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        Description: 'Objects written to the bucket or removed from it',
        EventPattern: {
          source: ['aws.s3'],
          'detail-type': ['Object Created', 'Object Deleted'],
          detail: { bucket: { name: [bucket] }, ...object },
        },
        Targets: [{ Id: 'queue', Arn: arnOf('UploadQueue') }],
      },
    },
  };
}

/** To read and write entries of the cache, and nothing else; for all functions, which share a role. */
function cachePolicy(cache) {
  const Statement = cacheStatements(cache);
  if (Statement.length === 0) return {};
  return {
    CachePolicy: {
      Type: 'AWS::IAM::Policy',
      Properties: {
        PolicyName: 'exif-cache',
        PolicyDocument: { Version: '2012-10-17', Statement },
        Roles: [{ Ref: 'IamRoleLambdaExecution' }],
      },
    },
  };
}

/** A location as lib/cache/location.ts reads it; for the kinds that IAM knows nothing of, none. */
function cacheStatements(cache) {
  const [, kind, name, path = '', options = ''] = /^(s3|dynamodb):\/\/([^/?]+)(\/[^?]*)?(\?.*)?$/.exec(cache) ?? [];
  if (new URLSearchParams(options).has('endpoint')) return []; // no store of AWS
  if (kind === 's3') {
    const prefix = path.replace(/^\/|\/$/g, '');
    const keys = prefix === '' ? '*' : `${prefix}/*`;
    return [
      { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: `arn:aws:s3:::${name}/${keys}` },
      // Without it S3 answers 403 instead of 404 for an entry that is not there.
      { Effect: 'Allow', Action: 's3:ListBucket', Resource: `arn:aws:s3:::${name}` },
    ];
  }
  if (kind === 'dynamodb') {
    const region = new URLSearchParams(options).get('region') ?? { Ref: 'AWS::Region' };
    const Resource = {
      'Fn::Join': [
        ':',
        ['arn', { Ref: 'AWS::Partition' }, 'dynamodb', region, { Ref: 'AWS::AccountId' }, `table/${name}`],
      ],
    };
    return [{ Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Resource }];
  }
  return [];
}

/** A part as a variable of serverless.yml. */
function variable(part) {
  return async ({ resolveVariable }) =>
    part({
      bucket: await resolveVariable('self:custom.bucket'),
      cache: await resolveVariable('self:custom.cache'),
      prefix: await resolveVariable('self:custom.prefix'),
      report: await resolveVariable('self:custom.report'),
    });
}

module.exports = {
  upload: variable(uploadFunction),
  batch: variable(batchFunction),
  resources: variable(cacheResources),
  uploadFunction,
  batchFunction,
  cacheResources,
};
