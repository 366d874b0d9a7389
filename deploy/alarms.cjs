// Alarms: what fails, is throttled, is slow, or waits as a dead letter. docs/aws.md says what to do about each.
const { sub } = require('./statements.cjs');

const fiveMinutes = 300; // seconds
/** Seconds that an event may wait before somebody should know: it comes again in less when nothing is wrong. */
const oldEvent = 900;

/** The alarms, and the topic that tells of them where an address or a topic is given; none where they are off. */
function alarmResources(asked, { name, functionNames, faults }) {
  if (asked.alarms === 'off') return {};
  const rows = [
    ...Object.entries(functionNames).flatMap(([key, functionName]) => functionRows(asked, key, functionName)),
    ['HttpFaults', 'http-faults', sum(faults, asked.alarmFaults)],
    ...('upload' in functionNames ? queueRows() : []),
  ];
  const actions = actionsOf(asked);
  const alarms = rows.map(([id, suffix, properties]) => [
    `${id}Alarm`,
    {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        AlarmName: `${name}-${suffix}`,
        ...properties,
        EvaluationPeriods: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'notBreaching',
        ...actions,
      },
    },
  ]);
  return { ...topic(asked, name), ...Object.fromEntries(alarms) };
}

function functionRows(asked, key, FunctionName) {
  const id = `${key[0].toUpperCase()}${key.slice(1)}`;
  const of = (MetricName) => metric('AWS/Lambda', MetricName, { FunctionName });
  // Nobody waits for uploads and tasks, but one that is stopped is done again.
  const slow = key === 'http' ? asked.alarmP99 : 900 * asked.jobTimeout;
  return [
    [`${id}Errors`, `${key}-errors`, sum(of('Errors'), asked.alarmErrors)],
    [`${id}Throttles`, `${key}-throttles`, sum(of('Throttles'), asked.alarmThrottles)],
    [`${id}P99`, `${key}-p99`, { ...of('Duration'), ExtendedStatistic: 'p99', Period: fiveMinutes, Threshold: slow }],
  ];
}

function queueRows() {
  const of = (queue, MetricName) =>
    metric('AWS/SQS', MetricName, { QueueName: { 'Fn::GetAtt': [queue, 'QueueName'] } });
  const most = (row, Threshold) => ({ ...row, Statistic: 'Maximum', Period: fiveMinutes, Threshold });
  return [
    ['DeadLetters', 'dead-letters', most(of('UploadDeadLetters', 'ApproximateNumberOfMessagesVisible'), 1)],
    ['UploadAge', 'upload-age', most(of('UploadQueue', 'ApproximateAgeOfOldestMessage'), oldEvent)],
  ];
}

function metric(Namespace, MetricName, dimensions) {
  return { Namespace, MetricName, Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })) };
}

function sum(row, Threshold) {
  return { ...row, Statistic: 'Sum', Period: fiveMinutes, Threshold };
}

function actionsOf({ alarmTopic, alarmEmail }) {
  const topics = [...(alarmTopic === '' ? [] : [alarmTopic]), ...(alarmEmail === '' ? [] : [{ Ref: 'AlarmTopic' }])];
  return topics.length === 0 ? {} : { AlarmActions: topics, OKActions: topics };
}

/** A topic for the address, which has to confirm it by a link in its first mail. */
function topic({ alarmEmail }, name) {
  if (alarmEmail === '') return {};
  const alarms = sub(`arn:\${AWS::Partition}:cloudwatch:\${AWS::Region}:\${AWS::AccountId}:alarm:${name}-*`);
  return {
    AlarmTopic: {
      Type: 'AWS::SNS::Topic',
      Properties: { Subscription: [{ Protocol: 'email', Endpoint: alarmEmail }] },
    },
    AlarmTopicPolicy: {
      Type: 'AWS::SNS::TopicPolicy',
      Properties: {
        Topics: [{ Ref: 'AlarmTopic' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'cloudwatch.amazonaws.com' },
              Action: 'sns:Publish',
              Resource: { Ref: 'AlarmTopic' },
              Condition: {
                ArnLike: { 'aws:SourceArn': alarms },
                StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
              },
            },
          ],
        },
      },
    },
  };
}

module.exports = { alarmResources };
