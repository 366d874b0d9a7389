import { opens, platforms, requestOf, sample, withContext } from './platforms';

/** Maps of single values hold only the last of a repeated header. */
const keepsLast = new Set(['alb', 'scf-api-gateway', 'scf-function-url']);

const lists = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));

describe.each(platforms.map((platform) => [platform.sample, platform] as const))('%s', (name, { trigger, present }) => {
  const headersOf = (headers: readonly (readonly [string, string])[]) =>
    requestOf(trigger, present({ path: '/gps.jpg', headers })).headers;

  test('names are lower case, values are as sent', () => {
    const sent = [
      ['HOST', 'Images.Example.com'],
      ['X-Cos-Security-Token', 'Ab+/='],
      ['If-None-Match', '"A", W/"b"'],
    ] as const;
    expect(headersOf(sent)).toEqual({
      host: 'Images.Example.com',
      'x-cos-security-token': 'Ab+/=',
      'if-none-match': '"A", W/"b"',
    });
  });

  test('names are lower case where the platform sends them in any case', () => {
    const headers = {
      'X-AMZ-Date': '20260102T030405Z',
      'x-Cos-Security-TOKEN': 'Ab',
      AUTHORIZATION: 'AWS4-HMAC-SHA256 X',
    };
    const multiValueHeaders = name.startsWith('scf-') || name === 'alb' ? undefined : lists(headers);
    expect(requestOf(trigger, { ...sample(name), headers, multiValueHeaders }).headers).toMatchObject({
      'x-amz-date': '20260102T030405Z',
      'x-cos-security-token': 'Ab',
      authorization: 'AWS4-HMAC-SHA256 X',
    });
    for (const key of Object.keys(requestOf(trigger, sample(name)).headers)) expect(key).toBe(key.toLowerCase());
  });

  test('a repeated header can be seen', () => {
    const { host, authorization } = headersOf([
      ['Host', 'a.example'],
      ['Host', 'b.example'],
      ['Authorization', 'x'],
      ['Authorization', 'y'],
    ]);
    expect(host).toMatch(keepsLast.has(name) ? /^b\.example$/ : /^a\.example,b\.example$/);
    expect(authorization).toMatch(keepsLast.has(name) ? /^y$/ : /^x,y$/);
  });

  test('absent and null maps are empty', () => {
    for (const headers of [null, undefined]) {
      const event = { ...sample(name), headers, multiValueHeaders: headers };
      expect(opens(trigger, event)).toBe(true);
      expect(Object.keys(requestOf(trigger, event).headers).filter((key) => key !== 'host')).toEqual([]);
    }
  });

  test('a name of the prototype is a name', () => {
    const event = {
      ...sample(name),
      multiValueHeaders: null,
      headers: JSON.parse('{"__proto__":"x","constructor":"y"}'),
    };
    const { headers } = requestOf(trigger, event);
    expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
    expect(Object.entries(headers).filter(([key]) => key !== 'host')).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });

  test('a value that is not a string: no trigger opens the event', () => {
    for (const value of [1, {}, [1], [['x']], false]) {
      const event = { ...sample(name), multiValueHeaders: null, headers: { a: value } };
      expect(opens(trigger, event)).toBe(false);
    }
  });
});

test.each(['rest-api', 'http-api-1', 'http-api-2', 'function-url'])(
  '%s: the domain is used when there is no Host',
  (name) => {
    const found = platforms.find((platform) => platform.sample === name);
    const domainName = name === 'function-url' ? 'abc.lambda-url.eu-west-1.on.aws' : 'images.example.com';
    const event = withContext({ ...sample(name), headers: { accept: '*/*' }, multiValueHeaders: null }, { domainName });
    expect(found && requestOf(found.trigger, event).headers).toEqual({ accept: '*/*', host: domainName });
  },
);

test('names that differ only in case are one header', () => {
  const [rest] = platforms;
  const event = { ...sample('rest-api'), multiValueHeaders: { Host: ['a'], host: ['b', 'c'] } };
  expect(rest && requestOf(rest.trigger, event).headers).toEqual({ host: 'a,b,c' });
});
