// What only API Gateway and Function URL do: stages, domains, payload versions.

import { lambdaHttpTriggers } from '../../../lib/trigger';
import { functionUrl, httpApi1, httpApi2, restApi } from '../../../lib/trigger/api-gateway';
import { openersIn, requestOf, sample, withContext } from './platforms';

describe('stage', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['prod', '/prod/gps.jpg', '/gps.jpg'],
    ['prod', '/prod//gps.jpg', '//gps.jpg'],
    ['prod', '/prod/prod/gps.jpg', '/prod/gps.jpg'],
    ['prod', '/prod/', '/'],
    ['prod', '/prod', '/'],
    ['prod', '/gps.jpg', '/gps.jpg'],
    ['prod', '/production/gps.jpg', '/production/gps.jpg'],
    ['$default', '/$default/gps.jpg', '/$default/gps.jpg'],
    ['$default', '/gps.jpg', '/gps.jpg'],
  ];
  test.each(cases)('HTTP API in %s: %s is %s', (stage, path, expected) => {
    expect(requestOf(httpApi2, withContext({ ...sample('http-api-2'), rawPath: path }, { stage })).path).toBe(expected);
    expect(requestOf(httpApi1, withContext({ ...sample('http-api-1'), path }, { stage })).path).toBe(expected);
  });

  test('REST API and Function URL have none in the path', () => {
    expect(requestOf(restApi, { ...sample('rest-api'), path: '/prod/gps.jpg' }).path).toBe('/prod/gps.jpg');
    const event = withContext({ ...sample('function-url'), rawPath: '/prod/gps.jpg' }, { stage: 'prod' });
    expect(requestOf(functionUrl, event).path).toBe('/prod/gps.jpg');
  });
});

test.each([
  ['abc.lambda-url.us-east-1.on.aws', 'function-url'],
  ['abc.lambda-url.cn-north-1.on.cn', 'function-url'],
  ['images.example.com', 'http-api-2'],
  ['abc.execute-api.us-east-1.amazonaws.com', 'http-api-2'],
  ['abc.lambda-url.us-east-1.on.aws.example.com/', 'http-api-2'],
  ['lambda-url.us-east-1.on.aws', 'http-api-2'],
  ['abcXlambda-url.us-east-1.on.aws', 'http-api-2'],
])('payload 2.0 on %s is %s', (domainName, name) => {
  for (const from of ['function-url', 'http-api-2']) {
    const event = withContext(sample(from), { domainName });
    expect(openersIn(lambdaHttpTriggers, event).map((trigger) => trigger.name)).toEqual([name]);
  }
});

test.each([
  ['1.0', ['http-api-1']],
  [undefined, ['rest-api']],
  ['2.0', []],
  [1, []],
  [null, []],
])('version %j of payload 1', (version, names) => {
  const event = { ...sample('rest-api'), version };
  expect(openersIn(lambdaHttpTriggers, event).map(({ name }) => name)).toEqual(names);
});

test('a REST API event of the console test has null maps', () => {
  const event = {
    ...sample('rest-api'),
    headers: null,
    multiValueHeaders: null,
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
  };
  expect(requestOf(restApi, event)).toMatchObject({ path: '/gps.jpg', query: [], headers: {} });
});

test('maps of single values serve where the others are missing', () => {
  const event = { ...sample('rest-api'), multiValueHeaders: null, multiValueQueryStringParameters: undefined };
  expect(requestOf(restApi, event).query).toEqual([['exif', '']]);
  expect(requestOf(restApi, event).headers.host).toBe('abcdef1234.execute-api.us-east-1.amazonaws.com');
});
