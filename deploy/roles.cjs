// A role for each function, and one for the jobs of S3 Batch Operations.
const { allow, arnOf, bucketArn, keysArn, ...statements } = require('./statements.cjs');

const version = '2012-10-17';
/** Services act for any account under one name: only what they do for this one counts. */
const fromHere = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };

function role(service, policyName, Statement) {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: version,
        Statement: [
          { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole', Condition: fromHere },
        ],
      },
      Policies: [{ PolicyName: policyName, PolicyDocument: { Version: version, Statement } }],
    },
  };
}

/** What each function may do beside writing its log: all read images and the cache, one the keys of callers, one its queue. */
function functionRoles({ asked, settings, buckets, functionNames }) {
  const shared = [
    ...statements.imageStatements(buckets),
    ...statements.cacheStatements(asked.cache),
    ...statements.kmsStatements(asked.kmsKeys, asked.cache),
  ];
  const own = {
    http: statements.keyStatements(settings.EXIF_KEYS),
    upload: [
      allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], arnOf('UploadQueue')),
      allow('sqs:SendMessage', arnOf('UploadDeadLetters')),
    ],
    batch: [],
  };
  const roles = Object.entries(functionNames).map(([name, functionName]) => [
    roleName(name),
    role('lambda.amazonaws.com', `exif-${name}`, [statements.logStatement(functionName), ...shared, ...own[name]]),
  ]);
  return Object.fromEntries(roles);
}

/** The logical id of the role of a function. */
function roleName(name) {
  return `${name[0].toUpperCase()}${name.slice(1)}FunctionRole`;
}

/**
 * The role of the jobs: to call the function, to list the bucket by S3's own list, and to write that list and the report
 * below `report`, which also may hold a manifest. None without a place for the report.
 */
function batchRole(report, bucket) {
  const [, name, path = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(report) ?? [];
  if (name === undefined) return {};
  const Statement = [
    // Also by its versions, which outputs and aliases name.
    allow('lambda:InvokeFunction', [
      arnOf('BatchLambdaFunction'),
      { 'Fn::Join': [':', [arnOf('BatchLambdaFunction'), '*']] },
    ]),
    allow('s3:PutInventoryConfiguration', bucketArn(bucket)),
    allow(['s3:GetObject', 's3:PutObject'], keysArn(name, `${path.replace(/\/$/, '')}/`)),
  ];
  return { BatchRole: role('batchoperations.s3.amazonaws.com', 'exif-batch', Statement) };
}

module.exports = { functionRoles, roleName, batchRole };
