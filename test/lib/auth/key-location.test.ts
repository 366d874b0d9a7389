import { ProblemError } from '../../../lib/problem';
import { opened, told } from './opened-keys';

describe('a location', () => {
  const forms =
    'the location must be env:NAME, file:PATH, secretsmanager:<name or ARN>[?region=..&endpoint=..] or ' +
    'ssm:<name or ARN>[?region=..&endpoint=..]';
  const endpoint = 'endpoint must be http://host[:port] or https://host[:port]';
  const option = 'an option is unknown; allowed are region, endpoint';
  const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:keys-AbCdEf';

  test.each<[string, string]>([
    ['', forms],
    ['hush', forms],
    ['AKID:hush', forms],
    ['constructor:hush', forms],
    ['s3://hush/keys', forms],
    ['env:', 'env: needs the name of an environment variable'],
    ['env:{"AK1":"hush"}', 'env: needs the name of an environment variable'],
    ...[
      '',
      './hush\0',
      './hush\n',
      'hush\0',
      '~/hush.json',
      'AK1:hush',
      '{"AK1":"hush"}',
      "['hush']",
      '{}',
      'hush"',
    ].map((path): [string, string] => [`file:${path}`, 'file: needs a path, as /etc/keys.json or keys.json']),
    ['secretsmanager:', 'secretsmanager: needs a name or an ARN'],
    ['ssm:{"hush"}', 'ssm: needs a name or an ARN'],
    [`ssm:${arn}`, 'the ARN is none of ssm'],
    ['secretsmanager:arn:aws:secretsmanager', 'the ARN is none of secretsmanager'],
    ['ssm:hush?', option],
    ['ssm:hush?hush=1', option],
    ['ssm:hush?region=eu-west-1?endpoint=http://a', 'region may hold only a-z, 0-9 and -'],
    ['ssm:hush?region=eu-west-1&region=eu-west-2', 'option region stands twice'],
    ['ssm:hush?region', 'region may hold only a-z, 0-9 and -'],
    ['ssm:hush?region=evil.example/', 'region may hold only a-z, 0-9 and -'],
    ['ssm:hush?endpoint', endpoint],
    ['ssm:hush?endpoint=ftp://host', endpoint],
    ['ssm:hush?endpoint=http:host', endpoint],
    ['ssm:hush?endpoint=http://host/', endpoint],
    ['ssm:hush?endpoint=http://user:hush@host', endpoint],
    ['ssm:hush?endpoint=http://host?a=b', endpoint],
    ['ssm:hush?endpoint=http://host:99999', endpoint],
  ])('%j is refused at once and not repeated', (location, message) => {
    expect(() => opened(location)).toThrow(ProblemError);
    try {
      opened(location);
    } catch (error) {
      expect(told(error)).toBe(`ConfigInvalid: Cannot read the keys: ${message}`);
    }
  });

  test('needs a region', () => {
    expect(() => opened('ssm:keys', { region: null })).toThrow('ssm: add ?region=.. or set AWS_REGION');
    for (const location of [arn, 'keys?region=eu-west-1', 'keys?endpoint=http://[::1]:4566'])
      expect(() => opened(`secretsmanager:${location}`, { region: null })).not.toThrow();
  });
});
