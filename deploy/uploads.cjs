// The way from the bucket to the function `upload`, which keeps the cache as the bucket is:
//
//   bucket -> EventBridge -> rule -> queue -> function -> cache
//                              '--------'----------'-> dead letters, kept 14 days
//
// The bucket must send its events to EventBridge, which CloudFormation cannot set for a bucket that is there already:
//   aws s3api put-bucket-notification-configuration --bucket <bucket> \
//     --notification-configuration '{"EventBridgeConfiguration": {}}'        (it replaces what was configured before)
const { arnOf } = require('./statements.cjs');

const day = 24 * 60 * 60; // seconds

/** Queues, their policies and the rule for the events of `bucket`. */
function uploadResources(asked, bucket) {
  return {
    ...queues(asked),
    ...queuePolicy('UploadQueue'),
    ...queuePolicy('UploadDeadLetters'),
    ...rule(asked, bucket),
  };
}

function queues({ jobTimeout, receives }) {
  return {
    UploadQueue: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        // Six times the function's time, as Lambda asks for: a message must not come again while it is worked on.
        VisibilityTimeout: 6 * jobTimeout,
        MessageRetentionPeriod: 4 * day,
        SqsManagedSseEnabled: true,
        RedrivePolicy: { deadLetterTargetArn: arnOf('UploadDeadLetters'), maxReceiveCount: receives },
      },
    },
    UploadDeadLetters: {
      Type: 'AWS::SQS::Queue',
      Properties: { MessageRetentionPeriod: 14 * day, SqsManagedSseEnabled: true },
    },
  };
}

/** The rule may send to the queue: not the rules of others, which act under the same name. */
function queuePolicy(queue) {
  return {
    [`${queue}Policy`]: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: queue }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: arnOf(queue),
              Condition: {
                ArnEquals: { 'aws:SourceArn': arnOf('UploadRule') },
                StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
              },
            },
          ],
        },
      },
    },
  };
}

function rule({ prefix, eventAge }, bucket) {
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
        Targets: [
          {
            Id: 'queue',
            Arn: arnOf('UploadQueue'),
            RetryPolicy: { MaximumEventAgeInSeconds: eventAge, MaximumRetryAttempts: 185 },
            DeadLetterConfig: { Arn: arnOf('UploadDeadLetters') },
          },
        ],
      },
    },
  };
}

module.exports = { uploadResources };
