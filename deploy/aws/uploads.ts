// The events of the bucket on their way to the function `upload`, which keeps the cache up to date:
//
//   bucket -> EventBridge -> rule -> queue -> function -> cache
//                              '--------'----------'-> dead letters, kept for 14 days
//
// The bucket must send its events to EventBridge. CloudFormation cannot set that for an existing bucket:
//   aws s3api put-bucket-notification-configuration --bucket <bucket> \
//     --notification-configuration '{"EventBridgeConfiguration": {}}'        (replaces the present configuration)
import { allowService, arnOf, type NamedValues, policy, resource } from './cloudformation';
import type { StackParameters } from './parameters';

const day = 24 * 60 * 60; // seconds

/** The queues, their policies, and the rule for the events of `bucket`. */
export function uploadResources(
  { prefix, eventAge, jobTimeout, receives }: StackParameters,
  bucket: string,
): NamedValues {
  const object = prefix === '' ? {} : { object: { key: [{ prefix }] } };
  return {
    UploadQueue: resource('AWS::SQS::Queue', {
      // Six times the function's timeout, as Lambda recommends: a message must not arrive again during the work on it.
      VisibilityTimeout: 6 * jobTimeout,
      MessageRetentionPeriod: 4 * day,
      SqsManagedSseEnabled: true,
      RedrivePolicy: { deadLetterTargetArn: arnOf('UploadDeadLetters'), maxReceiveCount: receives },
    }),
    UploadDeadLetters: resource('AWS::SQS::Queue', { MessageRetentionPeriod: 14 * day, SqsManagedSseEnabled: true }),
    ...queuePolicy('UploadQueue'),
    ...queuePolicy('UploadDeadLetters'),
    UploadRule: resource('AWS::Events::Rule', {
      Description: 'Objects written to the bucket or removed from it',
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created', 'Object Deleted'],
        detail: { bucket: { name: [bucket] }, ...object },
      },
      Targets: [
        {
          Id: 'queue',
          Arn: arnOf('UploadQueue'),
          RetryPolicy: { MaximumEventAgeInSeconds: eventAge, MaximumRetryAttempts: 185 },
          DeadLetterConfig: { Arn: arnOf('UploadDeadLetters') },
        },
      ],
    }),
  };
}

/** Only this rule may send to the queue: rules of other accounts act under the same service name. */
function queuePolicy(queue: string): NamedValues {
  const condition = { ArnEquals: { 'aws:SourceArn': arnOf('UploadRule') } };
  const statement = allowService('events.amazonaws.com', 'sqs:SendMessage', arnOf(queue), condition);
  return {
    [`${queue}Policy`]: resource('AWS::SQS::QueuePolicy', {
      Queues: [{ Ref: queue }],
      PolicyDocument: policy(statement),
    }),
  };
}
