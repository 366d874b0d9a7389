// The store of the cache, where `--param createCache=on` asks for one. It goes with the stack: it can be filled again.
const { bucketArn, cacheStore, sub } = require('./statements.cjs');
const { refusal } = require('./ask.cjs');

/** Days after which an entry in a bucket is deleted: an image that is asked for again is read again. */
const keptDays = 365;

/** The bucket or table; none where it is yours already. */
function storeResources({ cache, createCache }) {
  if (createCache === 'off') return {};
  const store = cacheStore(cache);
  if (store === null) throw refusal('--param createCache=on cannot make a cache that is not of AWS');
  if (store.kind === 'dynamodb' && store.region !== null) {
    throw refusal('--param createCache=on makes the table where the stack is: leave ?region= out');
  }
  return store.kind === 's3' ? bucket(store.name) : table(store.name);
}

/** Locked, nobody's but the account's, and emptied by age. */
const bucketProperties = {
  BucketEncryption: {
    ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
  },
  OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  PublicAccessBlockConfiguration: {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  },
  LifecycleConfiguration: { Rules: [{ Id: 'old', Status: 'Enabled', ExpirationInDays: keptDays }] },
};

function bucket(BucketName) {
  const keys = sub(`arn:\${AWS::Partition}:s3:::${BucketName}/*`);
  return {
    CacheBucket: {
      Type: 'AWS::S3::Bucket',
      // CloudFormation deletes none that holds anything: empty it first.
      Properties: { BucketName, ...bucketProperties },
    },
    CacheBucketPolicy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: { Ref: 'CacheBucket' },
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Deny',
              Principal: '*',
              Action: 's3:*',
              Resource: [bucketArn(BucketName), keys],
              Condition: { Bool: { 'aws:SecureTransport': false } },
            },
          ],
        },
      },
    },
  };
}

function table(TableName) {
  return {
    CacheTable: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'object', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'object', KeyType: 'HASH' }],
        TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
        SSESpecification: { SSEEnabled: false }, // AWS' own key, which costs nothing
      },
    },
  };
}

module.exports = { storeResources };
