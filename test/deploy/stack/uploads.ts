// The functions upload and batch, and the way that leads there.
import { arnOf, here, properties, stackOf, sub } from './deployments';
import { at, ofType, roleStatements, statementsOf } from './package-stack';

/** Its tests. */
export function testUploads(): void {
  describe('uploads and jobs', () => {
    test('the functions upload and batch may not read the keys of callers', () => {
      for (const role of ['UploadFunctionRole', 'BatchFunctionRole']) {
        const text = JSON.stringify(roleStatements(stackOf('full'), role));
        expect(text).toContain('photos/in/*');
        expect(text).toContain('photos-exif/v1/x/*');
        expect(text).not.toContain('secretsmanager:Get');
      }
      expect(JSON.stringify(roleStatements(stackOf('full'), 'UploadFunctionRole'))).toContain('sqs:ReceiveMessage');
      expect(JSON.stringify(roleStatements(stackOf('full'), 'BatchFunctionRole'))).not.toContain('sqs:');
    });

    test('upload is fed by the queue, ten messages at once, and reports which failed', () => {
      expect(ofType(stackOf('full'), 'AWS::Lambda::EventSourceMapping').map(([, source]) => source)).toEqual([
        expect.objectContaining({
          EventSourceArn: arnOf('UploadQueue'),
          BatchSize: 10,
          FunctionResponseTypes: ['ReportBatchItemFailures'],
          ScalingConfig: { MaximumConcurrency: 10 },
        }),
      ]);
      expect(properties('full', 'UploadLambdaFunction')).toMatchObject({
        Timeout: 60,
        ReservedConcurrentExecutions: 20,
      });
      expect(properties('full', 'UploadQueue')).toMatchObject({
        VisibilityTimeout: 360,
        RedrivePolicy: { deadLetterTargetArn: arnOf('UploadDeadLetters'), maxReceiveCount: 5 },
      });
      expect(properties('full', 'UploadDeadLetters')).toMatchObject({ MessageRetentionPeriod: 1_209_600 });
    });

    test('an event that reaches it another way is tried again and ends in the same place', () => {
      expect(properties('full', 'UploadLambdaEvConf')).toMatchObject({
        MaximumRetryAttempts: 1,
        MaximumEventAgeInSeconds: 21_600,
        DestinationConfig: { OnFailure: { Destination: arnOf('UploadDeadLetters') } },
      });
      expect(roleStatements(stackOf('full'), 'UploadFunctionRole')).toContainEqual({
        Effect: 'Allow',
        Action: 'sqs:SendMessage',
        Resource: arnOf('UploadDeadLetters'),
      });
    });

    test('only the rule may send to the queues, and it follows the keys below the prefix', () => {
      for (const queue of ['UploadQueue', 'UploadDeadLetters']) {
        expect(statementsOf(properties('full', `${queue}Policy`)['PolicyDocument'])).toEqual([
          {
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: arnOf(queue),
            Condition: { ArnEquals: { 'aws:SourceArn': arnOf('UploadRule') }, ...here },
          },
        ]);
      }
      expect(at(properties('full', 'UploadRule'), 'EventPattern')).toEqual({
        source: ['aws.s3'],
        'detail-type': ['Object Created', 'Object Deleted'],
        detail: { bucket: { name: ['photos'] }, object: { key: [{ prefix: 'in/' }] } },
      });
    });

    test('jobs of S3 Batch Operations have their own role', () => {
      expect(statementsOf(properties('full', 'BatchRole')['AssumeRolePolicyDocument'])).toEqual([
        expect.objectContaining({ Principal: { Service: 'batchoperations.s3.amazonaws.com' }, Condition: here }),
      ]);
      expect(roleStatements(stackOf('full'), 'BatchRole')).toEqual([
        {
          Effect: 'Allow',
          Action: 'lambda:InvokeFunction',
          Resource: [arnOf('BatchLambdaFunction'), { 'Fn::Join': [':', [arnOf('BatchLambdaFunction'), '*']] }],
        },
        {
          Effect: 'Allow',
          Action: 's3:PutInventoryConfiguration',
          Resource: sub(`arn:\${AWS::Partition}:s3:::photos`),
        },
        {
          Effect: 'Allow',
          Action: ['s3:GetObject', 's3:PutObject'],
          Resource: sub(`arn:\${AWS::Partition}:s3:::photos-jobs/exif/*`),
        },
      ]);
      expect(stackOf('httpApi').Resources).not.toHaveProperty('BatchRole');
      expect(stackOf('httpApi').Resources).toHaveProperty('BatchLambdaFunction');
    });

    test('the cache is made where that is asked for', () => {
      expect(properties('full', 'CacheBucket')).toMatchObject({
        BucketName: 'photos-exif',
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      });
      expect(properties('httpApi', 'CacheTable')).toMatchObject({
        TableName: 'exif',
        KeySchema: [{ AttributeName: 'object', KeyType: 'HASH' }],
        TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      });
      expect(roleStatements(stackOf('httpApi'), 'HttpFunctionRole')).toContainEqual({
        Effect: 'Allow',
        Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
        Resource: sub(`arn:\${AWS::Partition}:dynamodb:\${AWS::Region}:\${AWS::AccountId}:table/exif`),
      });
    });
  });
}
