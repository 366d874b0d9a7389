import { keyVariable, parseKeyLocation } from '../../../lib/auth/key-location';
import { ProblemError } from '../../../lib/problem';
import { opened, told } from './opened-keys';

test.each([
  ['env:KEYS', 'KEYS'],
  ['env:', null],
  ['env:{"AK1":"hush"}', null],
  ['env:1KEYS', null],
  ['env:KEYS-1', null],
  ['env:_KEYS_1', '_KEYS_1'],
  ['file:KEYS', null],
  ['KEYSKEYS', null],
  ['', null],
])('the variable that %j names is %j', (text, name) => {
  expect(keyVariable(text)).toBe(name);
});

describe('a location', () => {
  const forms =
    'it must be env:NAME, file:PATH, secretsmanager:<name or ARN>[?region=..&endpoint=..] or ' +
    'ssm:<name or ARN>[?region=..&endpoint=..]';
  const endpoint =
    'option "endpoint" must be http://host[:port] or https://host[:port], without path, query or user name';
  const option = 'it has an unknown option; known options: region, endpoint';
  const region = 'option "region" may contain only a-z, 0-9 and -';
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
    ].map((path): [string, string] => [`file:${path}`, 'file: needs a path, such as /etc/keys.json or keys.json']),
    ['secretsmanager:', 'secretsmanager: needs a name or an ARN'],
    ...['{"hush"}', '{hush', 'hush}', 'h'.repeat(2049)].map((name): [string, string] => [
      `ssm:${name}`,
      'ssm: needs a name or an ARN',
    ]),
    [`ssm:${arn}`, 'the ARN must be one of ssm'],
    ['secretsmanager:arn:aws:secretsmanager', 'the ARN must be one of secretsmanager'],
    ['ssm:hush?', option],
    ['ssm:hush?hush=1', option],
    ['ssm:hush?region=eu-west-1?endpoint=http://a', region],
    ['ssm:hush?regoin=eu-west-1', 'it has an unknown option; did you mean "region"?'],
    ['ssm:hush?region=eu-west-1&region=eu-west-2', 'option "region" is given twice'],
    ['ssm:hush?region', 'option "region" has no value'],
    ['ssm:hush?region=evil.example/', region],
    ['ssm:hush?endpoint', 'option "endpoint" has no value'],
    ['ssm:hush?endpoint=ftp://host', endpoint],
    ['ssm:hush?endpoint=http:host', endpoint],
    ['ssm:hush?endpoint=http://host/path', endpoint],
    ['ssm:hush?endpoint=http://user:hush@host', endpoint],
    ['ssm:hush?endpoint=http://host?a=b', endpoint],
    ['ssm:hush?endpoint=http://host:99999', endpoint],
  ])('%j is refused at once and not repeated', (location, message) => {
    expect(() => opened(location)).toThrow(ProblemError);
    try {
      opened(location);
    } catch (error) {
      expect(told(error)).toBe(`ConfigInvalid: Cannot read the location of the keys: ${message}`);
    }
  });

  test('may be a variable', () => {
    expect(parseKeyLocation('env:KEYS')).toEqual({ kind: 'env', name: 'KEYS' });
  });

  test.each(['/keys{1}.json', "./it's.json", '../a:b', 'keys.json', 'a/b'])('may be the path %s', (name) => {
    expect(parseKeyLocation(`file:${name}`)).toEqual({ kind: 'file', name });
  });

  test.each([
    [arn, 'eu-west-1'],
    [`${arn}?region=us-east-1`, 'us-east-1'],
    ['keys', null],
    [`keys/${arn}`, null],
  ])('%s has the region %s', (name, region) => {
    expect(parseKeyLocation(`secretsmanager:${name}`)).toMatchObject({ region });
  });

  test('needs a region', () => {
    expect(() => opened('ssm:keys', { region: null })).toThrow('ssm: add ?region=.. or set AWS_REGION');
    for (const location of [arn, 'keys?region=eu-west-1', 'keys?endpoint=http://[::1]:4566'])
      expect(() => opened(`secretsmanager:${location}`, { region: null })).not.toThrow();
  });
});
