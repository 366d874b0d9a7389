// The rules for every signature, for both schemes and for all places that a signature can be in.
import { ProblemError } from '../../../lib/problem';
import type { HttpRequest } from '../../../lib/types';
import { clock, cosRequest, host, key, type SigningRequest } from '../../../testing/auth/requests';
import { quickest } from '../../../testing/compare/cpu-time';
import { ask, okOf, places, verdict, type World, withHeader, withParam } from './verdicts';

describe.each(places)('%s', (name, make) => {
  test('a valid signature names its caller', async () => {
    expect(await verdict(make())).toBe(okOf(name));
    const rich: SigningRequest = {
      method: 'HEAD',
      key: "照片/../a//b%2F+ ;&=?#'()*!~.jpg",
      params: [
        ['exif/style/cos', ''],
        ['a b', 'c+d&é'],
        ['[x]', ''],
      ],
      headers: [
        ['host', host],
        ['range', 'bytes=0-1'],
        ['x-amz-meta-a', 'b, c'],
        ['x-cos-meta-a', '100%'],
        ['x-ci-a', ''],
      ],
    };
    expect(await verdict(make(rich), { operation: 'exif/style/cos' })).toBe(okOf(name));
  });

  test.each<[string, (request: HttpRequest) => HttpRequest]>([
    ['another key', (request) => ({ ...request, path: '/a%20b.jpg2' })],
    ['another method', (request) => ({ ...request, method: 'HEAD' })],
    ['a folded path', (request) => ({ ...request, path: '/./a%20b.jpg' })],
    ['a doubled slash', (request) => ({ ...request, path: '//a%20b.jpg' })],
    ['a trailing slash', (request) => ({ ...request, path: '/a%20b.jpg/' })],
    ['a doubly encoded path', (request) => ({ ...request, path: '/a%2520b.jpg' })],
    ['another value', (request) => ({ ...request, query: request.query.map(([n, v]) => [n, n === 'exif' ? '1' : v]) })],
    ['another port', (request) => withHeader(request, 'host', `${host}:8080`)],
  ])('%s is a wrong signature', async (_, change) => {
    expect(await verdict(change(make()))).toBe('SignatureDoesNotMatch');
    // Nor does it pass where anyone may read: who signs is held to it.
    expect(await verdict(change(make()), { open: '*' })).toBe('SignatureDoesNotMatch');
  });

  test('an unknown key id gets its own code, or with the setting that of a wrong signature, for the same work', async () => {
    const keys = { [key.id]: ['one', 'two', 'three'] };
    const spy = jest.spyOn(require('node:crypto'), 'createHmac');
    const costs: number[] = [];
    const cost = async (request: HttpRequest, world: World, expected: string): Promise<void> => {
      spy.mockClear();
      expect(await verdict(request, world)).toBe(expected);
      costs.push(spy.mock.calls.length);
    };
    await cost(make(), {}, okOf(name));
    await cost(make({ keyId: 'AKIDUNKNOWN' }), { keys }, 'KeyUnknown');
    await cost(make({ secret: 'wrong' }), { keys }, 'SignatureDoesNotMatch');
    spy.mockRestore();
    const [ofOne = 0, ...ofThree] = costs;
    expect(ofOne).toBeGreaterThanOrEqual(2);
    expect(ofThree).toEqual([3 * ofOne, 3 * ofOne]);
    const hidden = { rules: { hideKeys: true } };
    expect(await verdict(make({ keyId: 'AKIDUNKNOWN' }), hidden)).toBe('SignatureDoesNotMatch');
    const messages = await Promise.all(
      [make({ keyId: 'AKIDUNKNOWN' }), make({ secret: 'wrong' })].map((request) =>
        ask(request, hidden).then(String, (error) => [error.code, error.message, error.safeDetail]),
      ),
    );
    expect(messages[0]).toEqual(messages[1]);
  });

  test('during rotation each secret verifies; the placeholder for a missing secret never does', async () => {
    const keys = { [key.id]: ['old', 'new'], other: ['1', '2', '3'] };
    for (const secret of ['old', 'new']) expect(await verdict(make({ secret }), { keys })).toBe(okOf(name));
    expect(await verdict(make({ secret: 'decoy' }), { keys })).toBe('SignatureDoesNotMatch');
    expect(await verdict(make({ keyId: 'AKIDUNKNOWN', secret: 'decoy' }), { keys })).toBe('KeyUnknown');
  });

  test.each([
    ['x-amz-security-token', 'X-Amz-Security-Token'],
    ['x-cos-security-token', 'x-cos-security-token'],
  ])('temporary credentials (%s) are refused, signed or not', async (header, parameter) => {
    const headers = [['host', host] as const, [header, 'token'] as const];
    expect(await verdict(make({ headers }))).toBe('TokenUnsupported');
    expect(await verdict(withHeader(make(), header, 'token'))).toBe('TokenUnsupported');
    expect(
      await verdict(
        make({
          params: [
            ['exif', ''],
            [parameter, 'token'],
          ],
        }),
      ),
    ).toBe('TokenUnsupported');
    expect(await verdict(withParam(make(), parameter.toUpperCase(), 'a+/='))).toBe('TokenUnsupported');
  });

  test.each(['my-x-amz-security-token', 'x-amz-security-tokens', 'x-other-security-token'])(
    'the header %s has no credentials',
    async (header) => {
      const headers = [['host', host] as const, [header, 'token'] as const];
      expect(await verdict(make({ headers }))).toBe(okOf(name));
    },
  );

  test('a host that leads to another bucket, or nowhere, is refused', async () => {
    for (const other of ['other.example.com', 'elsewhere.example.com', `${host}.example.com`]) {
      expect(await verdict(make({ headers: [['host', other]] }))).toBe('HostUnknown');
    }
    expect(await verdict(make({ headers: [['host', `${host.toUpperCase()}.:443`]] }))).toBe(okOf(name));
  });

  test("the platform's own name is good with what the door took off the path, and only then", async () => {
    const own = 'abc.lambda-url.eu-west-1.on.aws';
    const headers = [['host', own] as const];
    const gateway = { host: own, prefix: '' };
    expect(await verdict({ ...make({ headers }), gateway })).toBe(okOf(name));
    const staged = make({ headers, key: 'prod/a.jpg' });
    const at = (request: HttpRequest, prefix: string) => ({
      ...request,
      path: '/a.jpg',
      gateway: { host: own, prefix },
    });
    expect(await verdict(at(staged, '/prod'))).toBe(okOf(name));
    expect(await verdict(at(staged, ''))).toBe('SignatureDoesNotMatch');
    expect(await verdict(at(make({ key: 'prod/a.jpg' }), '/prod'))).toBe('SignatureDoesNotMatch');
    expect(await verdict(at(make({ key: 'a.jpg' }), '/prod'))).toBe(okOf(name));
  });

  test('a second signature of any kind is one too many', async () => {
    for (const [other, makeOther] of places) {
      if (other === name) continue;
      const [a, b] = [make(), makeOther()];
      const both = {
        ...a,
        headers: { ...a.headers, ...b.headers },
        query: [...a.query, ...b.query.filter(([param]) => param !== 'exif')],
      };
      const overwritten = a.headers['authorization'] !== undefined && b.headers['authorization'] !== undefined;
      if (!overwritten) expect([other, await verdict(both)]).toEqual([other, 'AuthorizationAmbiguous']);
    }
    for (const more of ['Bearer abc', 'Basic YTpi', '', 'AWS AKID:abc=']) {
      const request = make();
      if (request.headers['authorization'] !== undefined) continue;
      expect(await verdict(withHeader(request, 'authorization', more))).toBe('AuthorizationAmbiguous');
    }
    const request = make();
    const authorization = request.headers['authorization'];
    if (authorization !== undefined) {
      expect(await verdict(withHeader(request, 'authorization', `${authorization},${authorization}`))).toMatch(
        /^Authorization(Malformed|Ambiguous)$/,
      );
    }
  });

  test('expires at its end, begins no more than the skew ahead, to the second', async () => {
    const start = clock;
    const end = clock + 100;
    const isHeader = name === 'sigv4 header';
    const late = isHeader ? 'RequestTimeTooSkewed' : 'SignatureExpired';
    const last = isHeader ? start + 900 : end;
    expect(await verdict(make({ start, end }), { now: last - 1 })).toBe(okOf(name));
    expect(await verdict(make({ start, end }), { now: last })).toBe(okOf(name));
    expect(await verdict(make({ start, end }), { now: last + 1 })).toBe(late);
    expect(await verdict(make({ start, end }), { now: start - 899 })).toBe(okOf(name));
    expect(await verdict(make({ start, end }), { now: start - 900 })).toBe(okOf(name));
    expect(await verdict(make({ start, end }), { now: start - 901 })).toBe('RequestTimeTooSkewed');
    expect(await verdict(make({ start, end }), { now: last + 0.9 })).toBe(okOf(name));
    const strict = { rules: { skew: 0 } };
    expect(await verdict(make({ start, end }), { now: start + 0.9, ...strict })).toBe(okOf(name));
    expect(await verdict(make({ start, end }), { now: start - 1, ...strict })).toBe('RequestTimeTooSkewed');
    expect(await verdict(make({ start, end }), { now: start, ...strict })).toBe(okOf(name));
    const capped = { rules: { maxLifetime: 99 } };
    expect(await verdict(make({ start, end }), capped)).toBe(isHeader ? okOf(name) : 'LifetimeTooLong');
    expect(await verdict(make({ start, end: end - 1 }), capped)).toBe(okOf(name));
  });

  test("a clock that is off is told the server's time", async () => {
    const error = await ask(make(), { now: clock - 5000 }).then(null, (problem) => problem);
    expect(error).toMatchObject({ code: 'RequestTimeTooSkewed', members: { ServerTime: '2023-11-14T20:50:00Z' } });
  });

  test('the strings to sign are shown for a wrong signature only with the setting', async () => {
    const request = make({ secret: 'wrong' });
    const plain = await ask(request).then(null, (problem) => problem);
    expect(plain.members).toEqual({});
    const told = await ask(request, { rules: { echo: true } }).then(null, (problem) => problem);
    expect(Object.keys(told.members)).toEqual(['StringToSign', 'FormatString']);
    expect(told.members.FormatString).toContain('a');
    expect(JSON.stringify(told.members)).not.toContain(key.secret);
  });

  test('the policy of the key decides, for its prefix and no other', async () => {
    const policy = {
      version: '2.0',
      statement: [{ effect: 'allow', action: 'name/cos:GetObject', resource: 'qcs::cos:*:uid/*:photos/shared/*' }],
    };
    const keys = { [key.id]: { secrets: [key.secret], policy } };
    for (const [own, expected] of [
      ['shared/a.jpg', okOf(name)],
      ['shared-private/a.jpg', 'PolicyDenied'],
      ['shared/../private/a.jpg', 'PolicyDenied'],
      ['private/a.jpg', 'PolicyDenied'],
    ] as const) {
      expect([own, await verdict(make({ key: own }), { keys })]).toEqual([own, expected]);
    }
  });

  test('the policy of the key sees the region, the address and the referer', async () => {
    const allow = { effect: 'allow', action: 'name/cos:GetObject', resource: '*' };
    const region = { ...allow, resource: 'qcs::cos:eu-west-1:uid/*:*' };
    const ip = { ...allow, condition: { ip_equal: { 'qcs:ip': '203.0.113.7' } } };
    const referer = { ...allow, condition: { string_like: { 'cos:referer': 'https://example.com/*' } } };
    const ask = (rule: object, change: Partial<HttpRequest>, world: World = {}) => {
      const keys = { [key.id]: { secrets: key.secret, policy: { version: '2.0', statement: [rule].flat() } } };
      return verdict({ ...make(), ...change }, { keys, ...world });
    };
    const from = (text: string) => ({ headers: { ...make().headers, referer: text } });
    expect(await ask(region, {})).toBe(okOf(name));
    const elsewhere = { scopeRegion: 'eu-west-1' };
    expect(await ask(region, {}, { access: { ...elsewhere, regions: new Map([['b', 'eu-west-2']]) } })).toBe(
      'PolicyDenied',
    );
    expect(await ask(region, {}, { access: { ...elsewhere, regions: new Map() } })).toBe('PolicyDenied');
    const denied = [allow, { ...region, effect: 'deny' }];
    expect(await ask(denied, {}, { access: { ...elsewhere, regions: new Map([['b', 'eu-west-2']]) } })).toBe(
      okOf(name),
    );
    expect(await ask(denied, {}, { access: { ...elsewhere, regions: new Map() } })).toBe('PolicyDenied');
    expect(await ask(ip, { sourceIp: '203.0.113.7' })).toBe(okOf(name));
    expect(await ask(ip, { sourceIp: '203.0.113.8' })).toBe('PolicyDenied');
    expect(await ask(ip, {})).toBe('PolicyDenied');
    expect(await ask(referer, from('https://example.com/a'))).toBe(okOf(name));
    expect(await ask(referer, from('https://example.org/a'))).toBe('PolicyDenied');
    expect(await ask(referer, {})).toBe('PolicyDenied');
  });

  test('a signed header or parameter that did not arrive fails, even if its value is somewhere else', async () => {
    const headers = [['host', host] as const, ['x-cos-meta-a', '1'] as const];
    const request = make({ headers });
    const { 'x-cos-meta-a': _, ...left } = request.headers;
    const moved = withParam({ ...request, headers: left }, 'x-cos-meta-a', '1');
    expect(await verdict(moved)).toMatch(/^(SignatureDoesNotMatch|ParameterUnsigned)$/);
    expect(await verdict({ ...request, headers: left })).toBe('SignatureDoesNotMatch');
    const signed = make({
      params: [
        ['exif', ''],
        ['a', '1'],
      ],
    });
    expect(await verdict({ ...signed, query: signed.query.filter(([own]) => own !== 'a') })).toBe(
      'SignatureDoesNotMatch',
    );
  });
});

describe('without a signature', () => {
  const plain: HttpRequest = {
    method: 'GET',
    path: '/shared/a.jpg',
    pathDecoded: false,
    query: [['exif', null]],
    headers: {},
  };

  test('private unless it is made public', async () => {
    expect(await verdict(plain)).toBe('SignatureMissing');
    for (const open of ['*', 'photos/*', 'photos/shared/*', 'photos/shared/a.jpg', 'x/*, photos/s*']) {
      expect([open, await verdict(plain, { open })]).toEqual([open, 'anonymous']);
    }
    for (const open of ['other/*', 'photos/private/*', 'photos/shared', 'photos/shared/a.jpg2', 'photos/a/*']) {
      expect([open, await verdict(plain, { open })]).toEqual([open, 'SignatureMissing']);
    }
  });

  test('a key that a store may fold out of the public prefix is private', async () => {
    for (const path of ['/shared/../private/a.jpg', '/shared/%2e%2e/a.jpg', '/shared/./../a.jpg']) {
      expect(await verdict({ ...plain, path }, { open: 'photos/shared/*' })).toBe('SignatureMissing');
      expect(await verdict({ ...plain, path }, { open: 'photos/*' })).toBe('anonymous');
    }
  });

  test.each(['Basic YTpi', 'Bearer x', '', 'AWS AKID:x', 'q', 'OSS a:b', 'sha1', 'x q-ak=a', 'x AWS4-HMAC-SHA256'])(
    'Authorization "%s" is no anonymous request, not even to a public object',
    async (authorization) => {
      expect(await verdict({ ...plain, headers: { authorization } }, { open: '*' })).toBe('AuthorizationUnsupported');
    },
  );

  test.each([
    [8192, 'AuthorizationUnsupported'],
    [8193, 'AuthorizationMalformed'],
  ])('an Authorization of %i characters is %s', async (length, code) => {
    expect(await verdict({ ...plain, headers: { authorization: 'x'.repeat(length) } })).toBe(code);
  });

  test.each(['AWSAccessKeyId', 'Signature', 'OSSAccessKeyId', 'x-oss-signature'])(
    'nor is one with %s',
    async (name) => {
      expect(await verdict(withParam(plain, name, 'x'), { open: '*' })).toBe('AuthorizationUnsupported');
    },
  );

  test.each(['q-ak', 'Q-Signature', 'sign', 'SIGN', 'x-amz-signature', '%71-ak'])('nor one with %s', async (name) => {
    expect(await verdict(withParam(plain, name, 'x'), { open: '*' })).toBe('AuthorizationMalformed');
  });

  // Under 5 are measured; in quadratic time the long ones took 900.
  const mostMs = 100;

  test.each([
    ['members', `q-sign-algorithm=sha1&${'q-ak=a&'.repeat(20_000)}`],
    ['blanks', `x${' '.repeat(100_000)}x`],
    ['blanks within the limit', `q-ak=${' '.repeat(8000)}x`],
  ])('an Authorization of many %s costs nothing', async (_, text) => {
    const ms = await quickest(async () => {
      expect(await verdict({ ...plain, headers: { authorization: text } }, { open: '*' })).toMatch(/^Authorization/);
    });
    expect(ms).toBeLessThan(mostMs);
  });

  test('nor does a signed header of many blanks', async () => {
    const request = cosRequest('query', {
      headers: [
        ['host', host],
        ['x-a', `1${' '.repeat(60_000)}1`],
      ],
      secret: 'x',
    });
    const ms = await quickest(async () => expect(await verdict(request)).toBe('SignatureDoesNotMatch'));
    expect(ms).toBeLessThan(mostMs);
  });

  test('when the platform checks the callers, signatures are not checked', async () => {
    const access = { callers: 'platform' as const };
    expect(await verdict(plain, { access })).toBe('anonymous');
    expect(await verdict(cosRequest('header', { secret: 'wrong' }), { access })).toBe('anonymous');
    expect(await verdict({ ...plain, iamCaller: 'arn:aws:iam::123456789012:user/a' }, { access })).toBe('anonymous');
  });

  test('without an IAM caller the platform checked nobody: refused, whatever is signed or public', async () => {
    const world = { access: { callers: 'platform' as const }, open: '*' };
    expect(await verdict({ ...plain, iamCaller: null }, world)).toBe('CallerUnchecked');
    expect(await verdict({ ...cosRequest('header'), iamCaller: null }, world)).toBe('CallerUnchecked');
    expect(await verdict({ ...cosRequest('header'), iamCaller: null })).toBe(okOf('cos header'));
    expect(await verdict({ ...plain, iamCaller: null }, { open: '*' })).toBe('anonymous');
  });
});

test('a public bucket without keys refuses all signed requests', async () => {
  const access = { keys: async () => ({ keys: new Map(), rounds: 0 }) };
  expect(await verdict(cosRequest('query'), { open: '*', access })).toBe('KeyUnknown');
});

test('keys that cannot be read affect only signed requests', async () => {
  const access = { keys: () => Promise.reject(new ProblemError('KeysUnavailable', 'down')) };
  expect(await verdict(cosRequest('query'), { access })).toBe('KeysUnavailable');
  expect(await verdict({ ...cosRequest('query'), query: [['exif', null]] }, { open: '*', access })).toBe('anonymous');
});
