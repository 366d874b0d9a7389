// Alarms, and who is told.
import { here, type Name, properties, stackOf } from './deployments';
import { ofType, statementsOf } from './package-stack';

/** Its tests. */
export function testAlarms(): void {
  describe('alarms', () => {
    const alarmsOf = (name: Name) =>
      ofType(stackOf(name), 'AWS::CloudWatch::Alarm').map(([, { AlarmName, Threshold }]) => [AlarmName, Threshold]);

    test('errors, throttles and p99 of each function, 5xx of the door, dead letters and their age', () => {
      expect(Object.fromEntries(alarmsOf('full'))).toEqual({
        ...Object.fromEntries(
          ['http', 'upload', 'batch'].flatMap((key) => [
            [`bucket-exif-prod-${key}-errors`, 1],
            [`bucket-exif-prod-${key}-throttles`, 1],
            [`bucket-exif-prod-${key}-p99`, key === 'http' ? 3000 : 54_000],
          ]),
        ),
        'bucket-exif-prod-http-faults': 10,
        'bucket-exif-prod-dead-letters': 1,
        'bucket-exif-prod-upload-age': 900,
      });
      expect(properties('full', 'DeadLettersAlarm')).toMatchObject({
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['UploadDeadLetters', 'QueueName'] } }],
        AlarmActions: [{ Ref: 'AlarmTopic' }],
      });
      expect(alarmsOf('plain')).toHaveLength(4);
      expect(alarmsOf('httpApi')).toEqual([]);
    });

    test('the address gets mails from a topic to which only these alarms may publish', () => {
      expect(properties('full', 'AlarmTopic')).toMatchObject({
        Subscription: [{ Protocol: 'email', Endpoint: 'ops@example.com' }],
      });
      expect(statementsOf(properties('full', 'AlarmTopicPolicy')['PolicyDocument'])).toMatchObject([
        { Principal: { Service: 'cloudwatch.amazonaws.com' }, Action: 'sns:Publish', Condition: here },
      ]);
      expect(stackOf('plain').Resources).not.toHaveProperty('AlarmTopic');
    });
  });
}
