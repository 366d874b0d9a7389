import { scfApiGateway, scfFunctionUrl } from '../../../lib/trigger/scf-http';
import { opens, requestOf, sample, withContext } from './platforms';

describe.each([
  ['scf-api-gateway', scfApiGateway],
  ['scf-function-url', scfFunctionUrl],
])('%s', (name, trigger) => {
  const queryOf = (queryString: unknown) => requestOf(trigger, { ...sample(name), queryString }).query;

  test.each([
    ['', [['exif', '']]],
    [true, [['exif', null]]],
    [null, [['exif', null]]],
    [
      ['', true],
      [
        ['exif', ''],
        ['exif', null],
      ],
    ],
  ])('bare exif as %j', (value, pairs) => {
    expect(queryOf({ exif: value })).toEqual(pairs);
  });

  test('a text is the raw query', () => {
    expect(queryOf('exif&q-key-time=1%3B2&a=1&a=2')).toEqual([
      ['exif', null],
      ['q-key-time', '1%3B2'],
      ['a', '1'],
      ['a', '2'],
    ]);
    expect(queryOf('')).toEqual([]);
  });

  test('absent and null mean no query', () => {
    expect(queryOf(undefined)).toEqual([]);
    expect(queryOf(null)).toEqual([]);
  });

  test('a value of another type: no match', () => {
    for (const value of [1, false, {}, [1]])
      expect(opens(trigger, { ...sample(name), queryString: { exif: value } })).toBe(false);
    for (const value of [1, true, []]) expect(opens(trigger, { ...sample(name), queryString: value })).toBe(false);
  });
});

test.each([
  ['/bucket-exif', '/bucket-exif/a%20b.jpg', '/a%20b.jpg'],
  ['/bucket-exif', '/bucket-exif', '/'],
  ['/bucket-exif', '/bucket-exif2/a.jpg', '/bucket-exif2/a.jpg'],
  ['/', '/a.jpg', '/a.jpg'],
  ['/', '//a.jpg', '//a.jpg'],
  ['', '/a.jpg', '/a.jpg'],
  ['/photos/{key}', '/photos/a.jpg', '/photos/a.jpg'],
  [undefined, '/a.jpg', '/a.jpg'],
])('API path %j: %s is %s', (apiPath, path, expected) => {
  const event = withContext({ ...sample('scf-api-gateway'), path }, { path: apiPath });
  expect(requestOf(scfApiGateway, event).path).toBe(expected);
});

test("an event with a requestContext that is not API Gateway's matches neither", () => {
  const event = { ...sample('scf-function-url'), requestContext: { envId: 'x' } };
  expect([opens(scfApiGateway, event), opens(scfFunctionUrl, event)]).toEqual([false, false]);
});

test('a Function URL event may have a null requestContext', () => {
  const event = { ...sample('scf-function-url'), requestContext: null };
  expect([opens(scfApiGateway, event), opens(scfFunctionUrl, event)]).toEqual([false, true]);
});
