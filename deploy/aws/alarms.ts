// Alarms for errors, throttles, slow answers and dead letters. docs/aws.md says what to do about each.
import { allowService, attribute, metric, type NamedValues, policy, resource, sub } from './cloudformation';
import type { StackParameters } from './parameters';
import type { FunctionNames } from './roles';

type Row = readonly [id: string, suffix: string, properties: NamedValues];

const fiveMinutes = 300; // seconds
/** Seconds that an event may wait before an alarm: when nothing is wrong, it is tried again earlier. */
const oldEvent = 900;

/**
 * The alarms, and a topic for them when there is an e-mail address; nothing with alarms=off. `faults` is the metric of
 * answers 5xx, `name` the start of every alarm's name.
 */
export function alarmResources(
  parameters: StackParameters,
  { name, functionNames, faults }: Readonly<{ name: string; functionNames: FunctionNames; faults: NamedValues }>,
): NamedValues {
  if (parameters.alarms === 'off') return {};
  const rows = [
    ...Object.entries(functionNames).flatMap(([key, functionName]) => functionRows(parameters, key, functionName)),
    ['HttpFaults', 'http-faults', sum(faults, parameters.alarmFaults)] as const,
    ...('upload' in functionNames ? queueRows() : []),
  ];
  const actions = actionsOf(parameters);
  const alarms = rows.map(([id, suffix, properties]) => [
    `${id}Alarm`,
    resource('AWS::CloudWatch::Alarm', {
      AlarmName: `${name}-${suffix}`,
      ...properties,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
      ...actions,
    }),
  ]);
  return { ...topic(parameters, name), ...Object.fromEntries(alarms) };
}

function functionRows(parameters: StackParameters, key: string, FunctionName: string): readonly Row[] {
  const id = `${key.slice(0, 1).toUpperCase()}${key.slice(1)}`;
  const of = (name: string): NamedValues => metric('AWS/Lambda', name, { FunctionName });
  // Milliseconds. No caller waits for uploads and tasks, but those that reach the timeout are repeated.
  const slow = key === 'http' ? parameters.alarmP99 : 900 * parameters.jobTimeout;
  return [
    [`${id}Errors`, `${key}-errors`, sum(of('Errors'), parameters.alarmErrors)],
    [`${id}Throttles`, `${key}-throttles`, sum(of('Throttles'), parameters.alarmThrottles)],
    [`${id}P99`, `${key}-p99`, { ...of('Duration'), ExtendedStatistic: 'p99', Period: fiveMinutes, Threshold: slow }],
  ];
}

function queueRows(): readonly Row[] {
  const highest = (queue: string, name: string, Threshold: number): NamedValues => ({
    ...metric('AWS/SQS', name, { QueueName: attribute(queue, 'QueueName') }),
    Statistic: 'Maximum',
    Period: fiveMinutes,
    Threshold,
  });
  return [
    ['DeadLetters', 'dead-letters', highest('UploadDeadLetters', 'ApproximateNumberOfMessagesVisible', 1)],
    ['UploadAge', 'upload-age', highest('UploadQueue', 'ApproximateAgeOfOldestMessage', oldEvent)],
  ];
}

function sum(row: NamedValues, Threshold: number): NamedValues {
  return { ...row, Statistic: 'Sum', Period: fiveMinutes, Threshold };
}

function actionsOf({ alarmTopic, alarmEmail }: StackParameters): NamedValues {
  const topics = [...(alarmTopic === '' ? [] : [alarmTopic]), ...(alarmEmail === '' ? [] : [{ Ref: 'AlarmTopic' }])];
  return topics.length === 0 ? {} : { AlarmActions: topics, OKActions: topics };
}

/** A topic for the e-mail address. Its owner must confirm it with a link in the first mail. */
function topic({ alarmEmail }: StackParameters, name: string): NamedValues {
  if (alarmEmail === '') return {};
  const alarms = sub(`arn:\${AWS::Partition}:cloudwatch:\${AWS::Region}:\${AWS::AccountId}:alarm:${name}-*`);
  const condition = { ArnLike: { 'aws:SourceArn': alarms } };
  const statement = allowService('cloudwatch.amazonaws.com', 'sns:Publish', { Ref: 'AlarmTopic' }, condition);
  return {
    AlarmTopic: resource('AWS::SNS::Topic', { Subscription: [{ Protocol: 'email', Endpoint: alarmEmail }] }),
    AlarmTopicPolicy: resource('AWS::SNS::TopicPolicy', {
      Topics: [{ Ref: 'AlarmTopic' }],
      PolicyDocument: policy(statement),
    }),
  };
}
