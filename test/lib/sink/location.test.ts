// Every form of the location of a sink, and every wrong one.
import { parseSinkLocation } from '../../../lib/sink';
import { sinkObjects } from '../../../lib/sink/location';
import { queueUrl } from '../../../lib/sink/sqs';
import { sinksAt } from './states';

const none = { region: null, endpoint: null };
const bus = 'arn:aws:events:eu-west-1:123456789012:event-bus/photos/a.b';
const queue = 'arn:aws:sqs:eu-west-1:123456789012:images';
const topic = 'arn:aws-cn:sns:cn-north-1:123456789012:images.fifo';
const local = new URL('http://127.0.0.1:4566');

test.each<[string, object]>([
  ['eventbridge:photos', { kind: 'eventbridge', bus: 'photos', ...none }],
  [
    'eventbridge:default?region=eu-west-1',
    { kind: 'eventbridge', bus: 'default', region: 'eu-west-1', endpoint: null },
  ],
  [`eventbridge:${bus}`, { kind: 'eventbridge', bus, region: 'eu-west-1', endpoint: null }],
  [`sqs:${queue}`, { kind: 'sqs', arn: queue, region: 'eu-west-1', endpoint: null }],
  [`sqs:${queue}.fifo`, { kind: 'sqs', arn: `${queue}.fifo`, region: 'eu-west-1', endpoint: null }],
  [`sqs:${queue}?endpoint=http://127.0.0.1:4566`, { kind: 'sqs', arn: queue, region: 'eu-west-1', endpoint: local }],
  [`sqs:${queue}?region=us-east-1`, { kind: 'sqs', arn: queue, region: 'us-east-1', endpoint: null }],
  [`sns:${topic}`, { kind: 'sns', arn: topic, region: 'cn-north-1', endpoint: null }],
  ['dynamodb:images', { kind: 'dynamodb', table: 'images', ...none }],
  ['dynamodb:images?columns=flat', { kind: 'dynamodb', table: 'images', ...none }],
  [
    'dynamodb://a.b_c-D?columns=flat&region=eu-west-1&endpoint=http://127.0.0.1:4566',
    { kind: 'dynamodb', table: 'a.b_c-D', region: 'eu-west-1', endpoint: local },
  ],
  ['https://hooks.example.com/a?b=c', { kind: 'https', url: new URL('https://hooks.example.com/a?b=c') }],
  ['http://127.0.0.1:8080', { kind: 'https', url: new URL('http://127.0.0.1:8080') }],
  ['s3://lake/photos?region=eu-west-1', { kind: 's3', bucket: 'lake', prefix: 'photos', region: 'eu-west-1' }],
  ['cos://lake-1250000000/a?region=ap-guangzhou', { kind: 'cos', bucket: 'lake-1250000000', prefix: 'a' }],
])('%s', (text, location) => {
  expect(parseSinkLocation(text)).toMatchObject(location);
});

const bad = (reason: RegExp, ...texts: readonly string[]) => texts.map((text): [string, RegExp] => [text, reason]);

test.each([
  ...bad(
    /it must be eventbridge:bus/,
    '',
    'photos',
    'kafka:a',
    'EVENTBRIDGE:a',
    './folder',
    '/folder',
    'ftp://a/b',
    ' sqs:a',
  ),
  ...bad(/eventbridge: needs the name or the ARN of an event bus/, 'eventbridge:', 'eventbridge:a b', 'eventbridge:ä'),
  ...bad(
    /eventbridge: needs the name or the ARN of an event bus/,
    `eventbridge:${'b'.repeat(257)}`,
    'eventbridge:arn:aws:events:eu-west-1:123456789012:rule/photos',
    `eventbridge:${queue}`,
    'eventbridge:arn:aws:events:eu-west-1:12345678901:event-bus/photos',
  ),
  ...bad(
    /sqs: needs the ARN of a queue, arn:aws:sqs:region:account:name/,
    'sqs:',
    'sqs:images',
    `sqs:${topic}`,
    'sqs:https://sqs.eu-west-1.amazonaws.com/123456789012/images',
    `sqs:${queue}.other`,
    `sqs:${queue}/x`,
    'sqs:arn:aws:sqs::123456789012:images',
    `sqs:arn:aws:sqs:eu-west-1:123456789012:${'q'.repeat(257)}`,
  ),
  ...bad(/sns: needs the ARN of a topic, arn:aws:sns:region:account:name/, 'sns:', 'sns:images', `sns:${queue}`),
  ...bad(/dynamodb: needs the name of a table/, 'dynamodb:', 'dynamodb:ab', 'dynamodb:a b c', 'dynamodb:///images'),
  ...bad(/option "columns" must be flat/, 'dynamodb:images?columns=all'),
  ...bad(/did you mean "columns"\?/, 'dynamodb:images?column=flat'),
  ...bad(/unknown option/, `sqs:${queue}?columns=flat`, 'dynamodb:images?days=3', 'eventbridge:a?detail=x'),
  ...bad(/option "region" may contain only/, 'eventbridge:a?region=EU West', `sqs:${queue}?region=a.example.com/`),
  ...bad(/option "endpoint" must be http/, `sns:${topic}?endpoint=127.0.0.1`, 'dynamodb:images?endpoint=http://a/b'),
  ...bad(/option "region" is given twice/, 'dynamodb:images?region=a&region=b'),
  ...bad(/option "region" has no value/, 'dynamodb:images?region', 'dynamodb:images?region='),
  ...bad(/% that starts no percent-encoding/, 'dynamodb:images?region=%'),
  ...bad(/https:\/\/ needs a host/, 'https://', 'https://user@host/', 'https://host/#a', 'https://host:99999/'),
  ...bad(/s3:\/\/ needs the name of a bucket/, 's3://', 's3:///a'),
  ...bad(/cos:\/\/ needs/, 'cos://lake/a?region=ap-guangzhou', 'cos://lake-1250000000/a'),
])('%s is refused', (text, reason) => {
  expect(() => parseSinkLocation(text)).toThrow(expect.objectContaining({ code: 'ConfigInvalid' }));
  expect(() => parseSinkLocation(text)).toThrow(reason);
});

test('a message about a wrong location repeats no value of it', () => {
  for (const text of [
    'sqs:TOP-SECRET',
    'https://user:TOP-SECRET@host/',
    'dynamodb:images?region=TOP-SECRET',
    'TOP-SECRET',
  ])
    expect(() => parseSinkLocation(text)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('SECRET') }),
    );
});

test.each([
  ['arn:aws:sqs:eu-west-1:123456789012:images', 'https://sqs.eu-west-1.amazonaws.com/123456789012/images'],
  ['arn:aws:sqs:us-east-1:123456789012:a.fifo', 'https://sqs.us-east-1.amazonaws.com/123456789012/a.fifo'],
  ['arn:aws-cn:sqs:cn-north-1:123456789012:images', 'https://sqs.cn-north-1.amazonaws.com.cn/123456789012/images'],
  ['arn:aws-us-gov:sqs:us-gov-west-1:123456789012:a', 'https://sqs.us-gov-west-1.amazonaws.com/123456789012/a'],
  ['arn:aws-eusc:sqs:eusc-de-east-1:123456789012:a', 'https://sqs.eusc-de-east-1.amazonaws.eu/123456789012/a'],
])('the URL of the queue %s', (arn, url) => {
  const { region, endpoint } = parseSinkLocation(`sqs:${arn}`) as { region: string; endpoint: null };
  expect(queueUrl(arn, { region, endpoint })).toBe(url);
});

test('with an endpoint the URL of a queue has its host', () => {
  expect(queueUrl(queue, { region: 'eu-west-1', endpoint: local })).toBe('http://127.0.0.1:4566/123456789012/images');
});

test('without a region a sink is not opened, unless it has an endpoint or an ARN', () => {
  expect(() => sinksAt(['eventbridge:photos'])).toThrow(
    'Cannot open eventbridge:photos: add ?region=.. or set AWS_REGION',
  );
  expect(() => sinksAt(['dynamodb:images'])).toThrow('Cannot open dynamodb:images: add ?region=.. or set AWS_REGION');
  for (const text of [
    `eventbridge:${bus}`,
    `sqs:${queue}`,
    `sns:${topic}`,
    'dynamodb:images?endpoint=http://127.0.0.1:1',
  ])
    expect(() => sinksAt([text])).not.toThrow();
  expect(() => sinksAt(['dynamodb:images'], { region: 'eu-west-1' })).not.toThrow();
});

test('only a sink in a bucket writes objects', () => {
  expect(sinkObjects(parseSinkLocation('s3://lake/a'))).toEqual({ bucket: 'lake', prefix: 'a/changes/' });
  for (const text of ['eventbridge:photos', `sqs:${queue}`, 'dynamodb:images', 'https://host/'])
    expect(sinkObjects(parseSinkLocation(text))).toBeNull();
});
