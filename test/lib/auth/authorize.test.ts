// The rules that every signature is held to, for both schemes and all places a signature can be in.
import { createHash, createHmac } from 'node:crypto';
import { type Access, authorize, type Rules } from '../../../lib/auth';
import { parseKeyRing } from '../../../lib/auth/key-ring';
import { isPublic, parsePublic } from '../../../lib/auth/public';
import { percentDecode } from '../../../lib/bytes/percent';
import { hostName } from '../../../lib/http/request';
import { ProblemError } from '../../../lib/problem';
import type { HttpRequest } from '../../../lib/types';
import { clock, cosRequest, host, key, sigV4Request, type ToSign } from '../../../testing/auth/requests';
import { quickest } from '../../../testing/compare/quickest';

type World = Readonly<{
  rules?: Partial<Rules>;
  keys?: unknown;
  open?: string;
  now?: number;
  operation?: string;
  access?: Partial<Access>;
}>;

const rules: Rules = {
  skew: 900,
  maxLifetime: null,
  unsignedOperation: new Set(['cos']),
  unsignedHost: false,
  hideKeys: false,
  echo: false,
};

/** `ok <key id> <scheme>`, `anonymous`, or the code of the problem. */
async function verdict(request: HttpRequest, world: World = {}): Promise<string> {
  try {
    const caller = await ask(request, world);
    return caller === null ? 'anonymous' : `ok ${caller.keyId} ${caller.scheme}`;
  } catch (error) {
    if (error instanceof ProblemError) return error.code;
    throw error;
  }
}

function ask(request: HttpRequest, world: World = {}) {
  const parts = parsePublic(world.open ?? '');
  const access: Access = {
    callers: 'signed',
    isPublic: (ref) => isPublic(parts, ref),
    keys: async () => parseKeyRing(JSON.stringify(world.keys ?? { [key.id]: key.secret })),
    hosts: new Map([
      [host, { bucketId: 'b' }],
      ['other.example.com', { bucketId: 'c' }],
    ]),
    regions: new Map([['b', 'eu-west-1']]),
    scopeRegion: null,
    rules: { ...rules, ...world.rules },
    ...world.access,
  };
  const ref = { bucketId: 'b', bucket: 'photos', key: percentDecode(request.path.slice(1)) };
  const question = { request, ref, operation: world.operation ?? 'exif', host: hostName(request) };
  return authorize(question, access, new Date((world.now ?? clock) * 1000));
}

type Make = (what?: ToSign, change?: (members: [string, string][]) => [string, string][]) => HttpRequest;
type Place = readonly [name: string, make: Make];

const cosPlaces: readonly Place[] = (['header', 'query', 'sign'] as const).map((carrier) => [
  `cos ${carrier}`,
  (what, change) => cosRequest(carrier, what, change),
]);
const sigV4Places: readonly Place[] = (['header', 'query'] as const).map((carrier) => [
  `sigv4 ${carrier}`,
  (what, change) => sigV4Request(carrier, what, change),
]);
const places = [...cosPlaces, ...sigV4Places];
const okOf = (name: string): string => `ok ${key.id} ${name.split(' ')[0]}`;

const withHeader = (request: HttpRequest, name: string, value: string): HttpRequest => ({
  ...request,
  headers: { ...request.headers, [name]: value },
});
const withParam = (request: HttpRequest, name: string, value: string | null): HttpRequest => ({
  ...request,
  query: [...request.query, [name, value]],
});
/** `members` with one value replaced, or the member taken out. */
const set = (name: string, value: string | null) => (members: [string, string][]) =>
  members.flatMap((member): [string, string][] =>
    member[0] !== name ? [member] : value === null ? [] : [[name, value]],
  );
const edit = (name: string, by: (value: string) => string) => (members: [string, string][]) =>
  members.map(([own, value]): [string, string] => [own, own === name ? by(value) : value]);

describe.each(places)('%s', (name, make) => {
  test('a valid signature names its caller', async () => {
    expect(await verdict(make())).toBe(okOf(name));
    const rich: ToSign = {
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

  test('an unknown key id is told as such, or as a wrong signature where that is set, at the same cost', async () => {
    const keys = { [key.id]: ['one', 'two', 'three'] };
    const spy = jest.spyOn(require('node:crypto'), 'createHmac');
    const costs: number[] = [];
    for (const request of [make({ keyId: 'AKIDUNKNOWN' }), make({ secret: 'wrong' })]) {
      spy.mockClear();
      expect(await verdict(request, { keys })).toBe(costs.length === 0 ? 'KeyUnknown' : 'SignatureDoesNotMatch');
      costs.push(spy.mock.calls.length);
    }
    spy.mockRestore();
    expect(costs[0]).toBe(costs[1]);
    expect(costs[0]).toBeGreaterThanOrEqual(3);
    const hidden = { rules: { hideKeys: true } };
    expect(await verdict(make({ keyId: 'AKIDUNKNOWN' }), hidden)).toBe('SignatureDoesNotMatch');
    const messages = await Promise.all(
      [make({ keyId: 'AKIDUNKNOWN' }), make({ secret: 'wrong' })].map((request) =>
        ask(request, hidden).then(String, (error) => [error.code, error.message, error.safeDetail]),
      ),
    );
    expect(messages[0]).toEqual(messages[1]);
  });

  test('each of several secrets verifies while they are rotated, and what stands in for one never does', async () => {
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

  test('the strings behind a wrong signature are told only where that is set', async () => {
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

  test('a signed header or parameter that did not arrive fails, wherever else its value stands', async () => {
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

describe('invariant: what stores give a meaning to is signed, or the request is refused', () => {
  const vendor = ['x-amz-', 'x-cos-', 'x-ci-'];
  const tails =
    'meta-a acl copy-source server-side-encryption storage-class date request-payer tagging website-redirect-location object-lock-mode'.split(
      ' ',
    );
  const names = vendor.flatMap((prefix) => tails.map((tail) => `${prefix}${tail}`));
  const cases: readonly ((text: string) => string)[] = [
    (text) => text,
    (text) => text.toUpperCase(),
    (text) => text.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase()),
  ];

  test.each(places)('%s: none of 30 headers in 3 letter cases is accepted unsigned', async (place, make) => {
    expect(names).toHaveLength(30);
    for (const name of names) {
      if (place === 'sigv4 header' && name === 'x-amz-date') continue; // it is the signature's own: see below
      for (const letters of cases) {
        const request = withHeader(make(), letters(name), 'v');
        expect([letters(name), await verdict(request)]).toEqual([letters(name), 'HeaderUnsigned']);
        expect(await verdict(request, { open: '*' })).toBe('HeaderUnsigned');
      }
      const signed = make({
        headers: [
          ['host', host],
          [name, 'v'],
        ],
      });
      expect([name, await verdict(signed)]).toEqual([name, okOf(place)]);
    }
  });

  test.each(cosPlaces)('%s: nor is any as a parameter', async (place, make) => {
    for (const name of names) {
      for (const letters of cases) {
        expect([name, await verdict(withParam(make(), letters(name), 'v'))]).toEqual([
          name,
          name === 'x-amz-date' ? 'AuthorizationAmbiguous' : 'ParameterUnsigned',
        ]);
      }
      if (name === 'x-amz-date') continue;
      expect([
        name,
        await verdict(
          make({
            params: [
              ['exif', ''],
              [name, 'v'],
            ],
          }),
        ),
      ]).toEqual([name, okOf(place)]);
    }
  });

  test('sigv4 header: x-amz-date must be listed too', async () => {
    const request = sigV4Request(
      'header',
      {},
      edit('SignedHeaders', (value) => value.replace(';x-amz-date', '')),
    );
    expect(await verdict(request)).toBe('HeaderUnsigned');
  });

  test.each(places)(
    '%s: the hash of the body and the id of CloudFront may be added on the way',
    async (place, make) => {
      expect(await verdict(withHeader(make(), 'x-amz-cf-id', 'v'))).toBe(okOf(place));
      if (place !== 'sigv4 header') {
        expect(await verdict(withHeader(make(), 'x-amz-content-sha256', 'UNSIGNED-PAYLOAD'))).toBe(okOf(place));
      }
      expect(await verdict(withHeader(make(), 'x-amzn-trace-id', 'Root=1'))).toBe(okOf(place));
    },
  );
});

describe.each(cosPlaces)('%s', (name, make) => {
  const members = 'q-sign-algorithm q-ak q-sign-time q-key-time q-header-list q-url-param-list q-signature'.split(' ');

  test.each(members)('%s must be there once', async (member) => {
    expect(await verdict(make({}, set(member, null)))).toBe('AuthorizationMalformed');
    const doubled = make({}, (all) => [...all, ...all.filter(([own]) => own === member)]);
    expect(await verdict(doubled)).toBe('AuthorizationAmbiguous');
    const renamed = make({}, (all) => all.map(([own, value]) => [own === member ? own.toUpperCase() : own, value]));
    expect(await verdict(renamed)).toBe('AuthorizationMalformed');
  });

  test.each<[string, string, string]>([
    ['q-sign-algorithm', 'SHA1', 'AuthorizationUnsupported'],
    ['q-sign-algorithm', 'sha256', 'AuthorizationUnsupported'],
    ['q-sign-algorithm', '', 'AuthorizationUnsupported'],
    ['q-ak', '', 'AuthorizationMalformed'],
    ['q-signature', '', 'AuthorizationMalformed'],
    ['q-signature', 'A'.repeat(40), 'AuthorizationMalformed'],
    ['q-signature', 'a'.repeat(39), 'AuthorizationMalformed'],
    ['q-signature', 'a'.repeat(41), 'AuthorizationMalformed'],
    ['q-signature', 'a'.repeat(40), 'SignatureDoesNotMatch'],
    ['q-sign-time', '1;2', 'AuthorizationMalformed'],
    ['q-key-time', '1;2', 'AuthorizationMalformed'],
    ['q-header-list', 'host;host', 'AuthorizationMalformed'],
    ['q-header-list', 'host;', 'AuthorizationMalformed'],
    ['q-header-list', '', 'HostUnsigned'],
    ['q-header-list', 'HOST', 'HostUnsigned'],
    ['q-header-list', 'host;absent', 'SignatureDoesNotMatch'],
    ['q-url-param-list', 'exif;exif', 'AuthorizationMalformed'],
    ['q-url-param-list', 'exif;absent', 'SignatureDoesNotMatch'],
    ['q-url-param-list', '', 'SignatureDoesNotMatch'],
  ])('%s "%s": %s', async (member, value, code) => {
    expect(await verdict(make({}, set(member, value)))).toBe(code);
  });

  test.each([
    '',
    ';',
    '01;2',
    '1;02',
    '1',
    '1;',
    ';2',
    '1;2;3',
    '2;1',
    '5;5',
    '-1;2',
    '1.0;2',
    '0x1;0x9',
    ' 1;2',
    '1e3;2e3',
    `1;${'9'.repeat(13)}`,
  ])('times "%s" are malformed', async (time) => {
    const both = (all: [string, string][]) => set('q-key-time', time)(set('q-sign-time', time)(all));
    expect(await verdict(make({}, both))).toBe('AuthorizationMalformed');
  });

  test('a member that is not known is refused', async () => {
    if (name === 'cos query') return; // there it is a parameter like others
    expect(await verdict(make({}, (all) => [...all, ['q-other', '1']]))).toBe('AuthorizationMalformed');
    expect(await verdict(make({}, (all) => [...all, ['', '']]))).toBe('AuthorizationMalformed');
  });

  test('a signed parameter that stands twice is ambiguous; an unsigned one may', async () => {
    const twice = (first: string, second: string) =>
      withParam(
        make({
          params: [
            ['exif', ''],
            ['a', first],
          ],
        }),
        'A',
        second,
      );
    expect(await verdict(twice('1', '1'))).toBe('AuthorizationAmbiguous');
    expect(await verdict(withParam(withParam(make(), 'b', '1'), 'b', '2'))).toBe(okOf(name));
  });

  test('the operation may be unsigned, unless that is set', async () => {
    const plain = make({ params: [], unsignedParams: [['exif', '']] });
    expect(await verdict(plain)).toBe(okOf(name));
    const required = { rules: { unsignedOperation: new Set([]) } };
    expect(await verdict(plain, required)).toBe('OperationUnsigned');
    expect(await verdict(make(), required)).toBe(okOf(name));
    const styled = make({ params: [['exif/style/cos', '']] });
    expect(await verdict(styled, { ...required, operation: 'exif/style/cos' })).toBe(okOf(name));
  });

  test.each([
    ['acl', ''],
    ['uploadId', 'x'],
    ['ci-process', 'x'],
    ['x-id', 'GetObjectAcl'],
  ])('an operation may not be added to what was signed for %s=%s', async (sub, value) => {
    const other = make({ params: [[sub, value]], unsignedParams: [['exif', '']] });
    expect(await verdict(other)).toBe('OperationUnsigned');
    expect(
      await verdict(
        make({
          params: [
            ['exif', ''],
            [sub, value],
          ],
        }),
      ),
    ).toBe(okOf(name));
    const harmless = [
      ['response-content-type', 'a/b'],
      ['x-cos-traffic-limit', '819200'],
    ] as const;
    expect(await verdict(make({ params: harmless, unsignedParams: [['exif', '']] }))).toBe(okOf(name));
  });

  test('host may be unsigned where that is set', async () => {
    const request = make({ headers: [], unsignedHeaders: [['host', 'anything']] });
    expect(await verdict(request)).toBe('HostUnsigned');
    expect(await verdict(request, { rules: { unsignedHost: true } })).toBe(okOf(name));
    expect(await verdict(make({ headers: [['host', 'other.example.com']] }), { rules: { unsignedHost: true } })).toBe(
      'HostUnknown',
    );
  });
});

test('cos: parameters may be sorted by their decoded names, as cos-nodejs-sdk-v5 does', async () => {
  const time = `${clock};${clock + 900}`;
  // `k1` is before `k[0]`, and behind `k%5b0%5d`.
  const format = `get\n/a%20b.jpg\nexif=&k1=2&k%5b0%5d=1\nhost=${host}\n`.replace('%20', ' ');
  const stringToSign = `sha1\n${time}\n${createHash('sha1').update(format).digest('hex')}\n`;
  const signKey = createHmac('sha1', key.secret).update(time).digest('hex');
  const signature = createHmac('sha1', signKey).update(stringToSign).digest('hex');
  const params = [
    ['exif', ''],
    ['k[0]', '1'],
    ['k1', '2'],
  ] as const;
  expect(await verdict(cosRequest('header', { params }))).toBe('ok AKIDEXAMPLE cos');
  const request = cosRequest('header', { params }, set('q-signature', signature));
  expect(await verdict(request)).toBe('ok AKIDEXAMPLE cos');
  expect(await verdict({ ...request, path: '/b.jpg' })).toBe('SignatureDoesNotMatch');
});

test('cos sign: the parameter has one spelling and stands once', async () => {
  const request = cosRequest('sign');
  const value = request.query.find(([name]) => name === 'sign')?.[1] ?? '';
  expect(await verdict(withParam(request, 'sign', value))).toBe('AuthorizationAmbiguous');
  const upper = { ...request, query: request.query.map(([n, v]) => [n === 'sign' ? 'Sign' : n, v] as const) };
  expect(await verdict(upper)).toBe('AuthorizationMalformed');
});

describe('sigv4 header', () => {
  const make: Make = (what, change) => sigV4Request('header', what, change);

  test.each<[string, string | null, string]>([
    ['Credential', null, 'AuthorizationMalformed'],
    ['SignedHeaders', null, 'AuthorizationMalformed'],
    ['Signature', null, 'AuthorizationMalformed'],
    ['Signature', '', 'AuthorizationMalformed'],
    ['Signature', 'A'.repeat(64), 'AuthorizationMalformed'],
    ['Signature', 'a'.repeat(63), 'AuthorizationMalformed'],
    ['Signature', 'a'.repeat(64), 'SignatureDoesNotMatch'],
    ['SignedHeaders', 'x-amz-date;host', 'AuthorizationMalformed'],
    ['SignedHeaders', 'host;host;x-amz-date', 'AuthorizationMalformed'],
    ['SignedHeaders', 'Host;x-amz-date', 'AuthorizationMalformed'],
    ['SignedHeaders', 'x-amz-date', 'HostUnsigned'],
    ['SignedHeaders', 'absent;host;x-amz-date', 'SignatureDoesNotMatch'],
    ['Credential', key.id, 'AuthorizationMalformed'],
    ['Credential', '/20231114/eu-west-1/s3/aws4_request', 'AuthorizationMalformed'],
    ['Credential', `${key.id}/20231113/eu-west-1/s3/aws4_request`, 'AuthorizationMalformed'],
    ['Credential', `${key.id}/20231114/us-east-1/s3/aws4_request`, 'AuthorizationMalformed'],
    ['Credential', `${key.id}/20231114/eu-west-1/lambda/aws4_request`, 'AuthorizationMalformed'],
    ['Credential', `${key.id}/20231114/eu-west-1/s3/aws4_request/x`, 'AuthorizationMalformed'],
    ['Credential', `${key.id}/20231114/eu-west-1/s3/AWS4_request`, 'AuthorizationMalformed'],
  ])('%s %s: %s', async (member, value, code) => {
    expect(await verdict(make({}, set(member, value)))).toBe(code);
  });

  test.each([
    (text: string) => text.replace('HMAC-SHA256', 'HMAC-SHA1'),
    (text: string) => text.replace('AWS4-HMAC-SHA256', 'aws4-hmac-sha256'),
    (text: string) => text.replace('AWS4-HMAC-SHA256', 'AWS4-ECDSA-P256-SHA256'),
  ])('another algorithm is unsupported', async (change) => {
    const request = make();
    const text = change(request.headers['authorization'] ?? '');
    expect(await verdict(withHeader(request, 'authorization', text))).toBe('AuthorizationUnsupported');
  });

  test('members stand once, in any order, with or without blanks', async () => {
    expect(await verdict(make({}, (all) => [...all].reverse()))).toBe('ok AKIDEXAMPLE sigv4');
    const request = make();
    const tight = (request.headers['authorization'] ?? '').replaceAll(', ', ',');
    expect(await verdict(withHeader(request, 'authorization', tight))).toBe('ok AKIDEXAMPLE sigv4');
    expect(await verdict(make({}, (all) => [...all, ['Other', '1']]))).toBe('AuthorizationMalformed');
    expect(await verdict(make({}, (all) => [...all.slice(0, 2), ...all.slice(1, 2)]))).toBe('AuthorizationAmbiguous');
  });

  test.each([
    '',
    '20231114T221320',
    '20231314T221320Z',
    '20230231T221320Z',
    '2023-11-14T22:13:20Z',
    '20231114T251320Z',
  ])('date "%s" is malformed', async (date) => {
    const request = withHeader(
      make(
        {},
        edit('Credential', (value) => value.replace('20231114', date.slice(0, 8))),
      ),
      'x-amz-date',
      date,
    );
    expect(await verdict(request)).toBe('AuthorizationMalformed');
  });

  test('without a date it is malformed', async () => {
    const { 'x-amz-date': _, ...headers } = make().headers;
    expect(await verdict({ ...make(), headers })).toBe('AuthorizationMalformed');
  });

  test('only the hash of an empty body, or none', async () => {
    const hash = (value: string) =>
      make({
        headers: [
          ['host', host],
          ['x-amz-content-sha256', value],
        ],
      });
    expect(await verdict(hash('STREAMING-AWS4-HMAC-SHA256-PAYLOAD'))).toBe('AuthorizationMalformed');
    expect(await verdict(hash('UNSIGNED-PAYLOAD'))).toBe('SignatureDoesNotMatch'); // signed over the other one here
    expect(await verdict(hash('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'))).toBe(
      'ok AKIDEXAMPLE sigv4',
    );
  });
});

describe('sigv4 query', () => {
  const make: Make = (what, change) => sigV4Request('query', what, change);
  const own = 'X-Amz-Algorithm X-Amz-Credential X-Amz-Date X-Amz-Expires X-Amz-SignedHeaders X-Amz-Signature'.split(
    ' ',
  );

  test.each(own)('%s must be there once, as it is spelled', async (name) => {
    const code = await verdict(make({}, set(name, null)));
    expect(code).toBe('AuthorizationMalformed');
    expect(await verdict(make({}, set(name, '')))).toMatch(/^Authorization(Malformed|Unsupported)$/);
    const doubled = make({}, (all) => [...all, ...all.filter(([each]) => each === name)]);
    expect(await verdict(doubled)).toBe('AuthorizationAmbiguous');
    const renamed = make({}, (all) => all.map(([each, value]) => [each === name ? each.toLowerCase() : each, value]));
    expect(await verdict(renamed)).toBe('AuthorizationMalformed');
    // Alone it is a broken signature, not none.
    expect(
      await verdict(
        {
          ...make(),
          query: [
            ['exif', null],
            [name.toUpperCase(), 'x'],
          ],
        },
        { open: '*' },
      ),
    ).toMatch(/^Authorization(Malformed|Unsupported)$/);
  });

  test.each(['0', '-1', '604801', '1.5', '1e3', ' 1', '01', '9999999'])(
    'X-Amz-Expires %s is malformed',
    async (value) => {
      expect(await verdict(make({}, set('X-Amz-Expires', value)))).toBe('AuthorizationMalformed');
    },
  );

  test('seven days at most', async () => {
    expect(await verdict(make({ end: clock + 604_800 }), { now: clock + 604_800 })).toBe('ok AKIDEXAMPLE sigv4');
  });

  test('all parameters are signed, also those that SDKs add', async () => {
    const params = [
      ['exif', ''],
      ['x-id', 'GetObject'],
      ['x-amz-checksum-mode', 'ENABLED'],
    ] as const;
    expect(await verdict(make({ params }))).toBe('ok AKIDEXAMPLE sigv4');
    expect(await verdict(withParam(make(), 'x-id', 'GetObject'))).toBe('SignatureDoesNotMatch');
    expect(await verdict(make({ params: [...params, ['a', '1'], ['a', '0']] }))).toBe('ok AKIDEXAMPLE sigv4');
    const hash = [
      ['exif', ''],
      ['X-Amz-Content-Sha256', 'UNSIGNED-PAYLOAD'],
    ] as const;
    expect(await verdict(make({ params: hash }))).toBe('ok AKIDEXAMPLE sigv4');
    const lower = [
      ['exif', ''],
      ['x-amz-content-sha256', 'UNSIGNED-PAYLOAD'],
    ] as const;
    expect(await verdict(make({ params: lower }))).toBe('ok AKIDEXAMPLE sigv4');
    expect(await verdict(make({ params: [...hash, ...lower.slice(1)] }))).toBe('AuthorizationAmbiguous');
    const other = [
      ['exif', ''],
      ['X-Amz-Content-Sha256', 'abc'],
    ] as const;
    expect(await verdict(make({ params: other }))).toBe('AuthorizationMalformed');
  });

  test('one bare exif may be added later where that is set', async () => {
    const later = make({ params: [], unsignedParams: [['exif', '']] });
    expect(await verdict(later)).toBe('SignatureDoesNotMatch');
    const loose = { rules: { unsignedOperation: new Set(['sigv4'] as const) } };
    expect(await verdict(later, loose)).toBe('ok AKIDEXAMPLE sigv4');
    expect(await verdict(make(), loose)).toBe('ok AKIDEXAMPLE sigv4');
    expect(await verdict(withParam(later, 'exif', null), loose)).toBe('SignatureDoesNotMatch');
    expect(await verdict(withParam(later, 'a', null), loose)).toBe('SignatureDoesNotMatch');
    const styled = make({ params: [], unsignedParams: [['exif/style/cos', '']] });
    expect(await verdict(styled, loose)).toBe('SignatureDoesNotMatch');
    for (const [sub, value] of [
      ['acl', ''],
      ['tagging', ''],
      ['x-id', 'GetObjectAcl'],
    ] as const) {
      const other = make({ params: [[sub, value]], unsignedParams: [['exif', '']] });
      expect([sub, await verdict(other, loose)]).toEqual([sub, 'SignatureDoesNotMatch']);
    }
    const sdk = [
      ['x-id', 'GetObject'],
      ['x-amz-checksum-mode', 'ENABLED'],
      ['response-content-type', 'a/b'],
    ] as const;
    expect(await verdict(make({ params: sdk, unsignedParams: [['exif', '']] }), loose)).toBe('ok AKIDEXAMPLE sigv4');
    const told = await ask(later).then(null, (problem) => problem);
    expect(told.safeDetail).toContain('EXIF_UNSIGNED_OPERATION');
    expect((await ask(make({ params: [], secret: 'x' })).then(null, (problem) => problem)).safeDetail).toBeNull();
  });

  test('the region is the setting, else that of the bucket, else us-east-1', async () => {
    expect(await verdict(make(), { access: { scopeRegion: 'ap-south-1' } })).toBe('AuthorizationMalformed');
    expect(await verdict(make(), { access: { scopeRegion: 'eu-west-1', regions: new Map() } })).toBe(
      'ok AKIDEXAMPLE sigv4',
    );
    const error = await ask(make(), { access: { regions: new Map([['b', '']]) } }).then(null, (problem) => problem);
    expect(error.safeDetail).toContain('us-east-1/s3/aws4_request');
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

  test.each(['Basic YTpi', 'Bearer x', '', 'AWS AKID:x', 'q', 'OSS a:b', 'sha1'])(
    'Authorization "%s" is no anonymous request, not even to a public object',
    async (authorization) => {
      expect(await verdict({ ...plain, headers: { authorization } }, { open: '*' })).toBe('AuthorizationUnsupported');
    },
  );

  test.each(['AWSAccessKeyId', 'Signature', 'OSSAccessKeyId'])('nor is one with %s', async (name) => {
    expect(await verdict(withParam(plain, name, 'x'), { open: '*' })).toBe('AuthorizationUnsupported');
  });

  test.each(['q-ak', 'Q-Signature', 'sign', 'SIGN', 'x-amz-signature', '%71-ak'])('nor one with %s', async (name) => {
    expect(await verdict(withParam(plain, name, 'x'), { open: '*' })).toBe('AuthorizationMalformed');
  });

  // Under 5 on a quiet machine; in quadratic time the long ones took 900.
  const mostMs = 25;

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

  test('where the platform checks the callers, signatures are not looked at', async () => {
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

test('a public bucket without keys refuses whoever signs', async () => {
  const access = { keys: async () => ({ keys: new Map(), rounds: 0 }) };
  expect(await verdict(cosRequest('query'), { open: '*', access })).toBe('KeyUnknown');
});

test('keys that cannot be had are asked for only by who signs', async () => {
  const access = { keys: () => Promise.reject(new ProblemError('KeysUnavailable', 'down')) };
  expect(await verdict(cosRequest('query'), { access })).toBe('KeysUnavailable');
  expect(await verdict({ ...cosRequest('query'), query: [['exif', null]] }, { open: '*', access })).toBe('anonymous');
});
