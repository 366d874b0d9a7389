// The sinks: who gets their settings and rights, and the table that the stack creates.
import { deployments, environmentOf, kms, properties, queue, stackOf, sub, topic } from './deployments';
import { at, ofType, roleStatements } from './package-stack';

const log = (name: string) =>
  sub(
    `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:/aws/lambda/bucket-exif-dev-${name}:log-stream:*`,
  );
const allow = (Action: string, Resource: unknown) => ({ Effect: 'Allow', Action, Resource });

/** What `upload` and `batch` may do with the sinks, and nothing else. */
const rights = [
  allow('events:PutEvents', sub(`arn:\${AWS::Partition}:events:\${AWS::Region}:\${AWS::AccountId}:event-bus/photos`)),
  allow('sqs:SendMessage', queue),
  allow('sns:Publish', topic),
  allow('dynamodb:PutItem', sub(`arn:\${AWS::Partition}:dynamodb:\${AWS::Region}:\${AWS::AccountId}:table/photo-exif`)),
  allow('s3:PutObject', sub(`arn:\${AWS::Partition}:s3:::photos-data/set/changes/*`)),
  allow('ssm:GetParameter', sub(`arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:parameter/photos/hook`)),
  {
    ...allow('', [kms]),
    Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
    Condition: { StringLike: { 'kms:ViaService': ['s3.*', 'sns.*', 'sqs.*'] } },
  },
];

/** Its tests. */
export function testSinks(): void {
  describe('sinks', () => {
    test('upload and batch get the settings of the sinks, and http gets none', () => {
      const { params, env } = deployments.sinks;
      const ofSinks = { ...env, EXIF_SINK: params.sink };
      expect(JSON.stringify(environmentOf('sinks'))).not.toContain('EXIF_SINK');
      for (const id of ['UploadLambdaFunction', 'BatchLambdaFunction']) {
        expect(environmentOf('sinks', id)).toEqual({ ...(environmentOf('sinks') as object), ...ofSinks });
        expect(environmentOf('httpApi', id)).toEqual(environmentOf('httpApi'));
      }
    });

    test('upload and batch may send to each sink and read the secret, and http may not', () => {
      const http = roleStatements(stackOf('sinks'), 'HttpFunctionRole');
      const shared = http.filter(({ Resource }) => JSON.stringify(Resource) !== JSON.stringify(log('http')));
      expect(shared).toHaveLength(http.length - 1);
      for (const right of rights) expect(http).not.toContainEqual(right);
      expect(roleStatements(stackOf('sinks'), 'BatchFunctionRole').slice(1)).toEqual([...shared, ...rights]);
      const upload = roleStatements(stackOf('sinks'), 'UploadFunctionRole').slice(1);
      expect(upload.slice(0, shared.length)).toEqual(shared);
      expect(upload.slice(shared.length + 2)).toEqual(rights);
      expect(JSON.stringify(http)).not.toMatch(/events:|sns:|sqs:|ssm:Get|photo-exif|photos-data/);
    });

    test('without sinks there is no right to send', () => {
      const text = JSON.stringify(roleStatements(stackOf('full'), 'BatchFunctionRole'));
      expect(text).not.toMatch(/events:|sns:|sqs:|ssm:Get/);
    });

    test('createSink creates the table, which stays when the stack is deleted', () => {
      expect(properties('sinks', 'SinkTable')).toEqual({
        TableName: 'photo-exif',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'object', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'object', KeyType: 'HASH' }],
        TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: false },
      });
      expect(stackOf('sinks').Resources['SinkTable']).toMatchObject({
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
      });
      expect(stackOf('sinks').Resources).not.toHaveProperty('CacheTable');
      expect(stackOf('full').Resources).not.toHaveProperty('SinkTable');
    });

    test('a change that no sink accepts becomes a dead letter, which raises an alarm', () => {
      const { Resources } = stackOf('sinks');
      expect(at(Resources, 'UploadQueue', 'Properties', 'RedrivePolicy')).toEqual({
        deadLetterTargetArn: { 'Fn::GetAtt': ['UploadDeadLetters', 'Arn'] },
        maxReceiveCount: 5,
      });
      const [mapping] = ofType(stackOf('sinks'), 'AWS::Lambda::EventSourceMapping');
      expect(mapping?.[1]).toMatchObject({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
      expect(at(Resources, 'DeadLettersAlarm', 'Properties', 'Dimensions', 0, 'Value')).toEqual({
        'Fn::GetAtt': ['UploadDeadLetters', 'QueueName'],
      });
    });
  });
}
