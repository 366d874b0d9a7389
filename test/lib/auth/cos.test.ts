import { createHash, createHmac } from 'node:crypto';
import { cos } from '../../../lib/auth/cos';
import { clock, cosRequest, host, key } from '../../../testing/auth/requests';
import { cosPlaces, detailOf, okOf, rules, set, verdict, withHeader, withParam } from './verdicts';

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

  test('a signed parameter that is given twice is ambiguous; an unsigned one may', async () => {
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

  test('ci-process must be signed, whatever is set', async () => {
    const pair = ['ci-process', 'ImageAIGCMetadata'] as const;
    const terms = { operation: 'ci-process' };
    expect(await verdict(make({ params: [pair] }), terms)).toBe(okOf(name));
    expect(await verdict(make({ params: [], unsignedParams: [pair] }), terms)).toBe('OperationUnsigned');
    const other = make({ params: [['ci-process', 'videoinfo']] });
    const changed = other.query.map(([key, value]) => (key === pair[0] ? pair : ([key, value] as const)));
    expect(await verdict({ ...other, query: changed }, terms)).toBe('SignatureDoesNotMatch');
  });

  test.each([
    ['acl', ''],
    ['uploadId', 'x'],
    ['ci-process', 'x'],
    ['x-id', 'GetObjectAcl'],
    ['acl', 'GetObject'],
    ['my-response-type', 'x'],
    ['x-cos-traffic-limits', '1'],
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

test.each([
  ['q-header-list', 'host;host', 'The signature is malformed: q-header-list has a repeated name.'],
  ['q-url-param-list', ';', 'The signature is malformed: q-url-param-list has a repeated name.'],
  ['q-url-param-list', 'exif;', 'The signature is malformed: q-url-param-list has an empty name.'],
  ['q-header-list', 'host;absent', 'A signed header is not in the request.'],
  ['q-url-param-list', 'exif;absent', 'A signed parameter is not in the request.'],
])('cos: the answer to %s "%s" says what is wrong', async (member, value, detail) => {
  expect(await detailOf(cosRequest('header', {}, set(member, value)))).toBe(detail);
});

test('cos: the answer to a member that is given twice says which', async () => {
  const request = cosRequest('header', {}, (all) => [...all, ...all.slice(1, 2)]);
  expect(await detailOf(request)).toBe('The signature is ambiguous: q-ak is given twice.');
});

test('cos: a list without = is empty', async () => {
  const request = cosRequest('header', { params: [], unsignedParams: [['exif', '']] });
  const text = (request.headers['authorization'] ?? '').replace('q-url-param-list=', 'q-url-param-list');
  expect(await verdict(withHeader(request, 'authorization', text))).toBe('ok AKIDEXAMPLE cos');
});

test.each([
  ['query', 'q-ak', key.id],
  ['sign', 'sign', 'x'],
] as const)('cos %s: the signature cannot sign its own parameter %s', async (carrier, name, value) => {
  const params = [
    ['exif', ''],
    [name, value],
  ] as const;
  const request = cosRequest(carrier, { params });
  const signed = { ...request, query: request.query.filter((_, index) => index !== 1) };
  expect(await detailOf(signed)).toBe('A signed parameter is not in the request.');
});

test.each([
  ['once, where both orders are the same', 'k', 1],
  ['once in each of two orders', 'k[0]', 2],
])('cos: parameters are signed %s', (_name, name, count) => {
  const params = ['exif', name, 'k1'].map((one) => [one, ''] as const);
  const terms = {
    ...rules,
    now: new Date(clock * 1000),
    path: '/a b.jpg',
    region: '',
    hostKnown: true,
    operation: 'exif',
  };
  const claim = cos.read(cosRequest('header', { params }), 'header', terms);
  expect(claim.signatures(() => new Uint8Array(20))).toHaveLength(count);
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

test('cos sign: the parameter has exactly one spelling and occurs once', async () => {
  const request = cosRequest('sign');
  const value = request.query.find(([name]) => name === 'sign')?.[1] ?? '';
  expect(await verdict(withParam(request, 'sign', value))).toBe('AuthorizationAmbiguous');
  const upper = { ...request, query: request.query.map(([n, v]) => [n === 'sign' ? 'Sign' : n, v] as const) };
  expect(await verdict(upper)).toBe('AuthorizationMalformed');
});
