// The signature of a request with a body must cover the body, and the policy decides on each object.
import { type Access, authenticate } from '../../../lib/auth';
import { parseKeyRing } from '../../../lib/auth/key-ring';
import { isPublic, parsePublic } from '../../../lib/auth/public';
import { ProblemError } from '../../../lib/problem';
import type { HttpRequest } from '../../../lib/types';
import { type BatchWish, batchSigners } from '../../../testing/auth/batch-signers';
import { clock, cosRequest, host, key, sigV4Request } from '../../../testing/auth/requests';
import { everyone } from '../../../testing/fakes/access';
import { rules, withHeader } from './verdicts';

const body = '{"keys":["shared/a.jpg","private/b.jpg"]}';
const now = new Date(clock * 1000);

const policy = {
  version: '2.0',
  statement: [{ effect: 'allow', action: 'name/cos:GetObject', resource: 'qcs::cos:*:uid/*:photos/shared/*' }],
};

function access(open = '', more: Partial<Access> = {}): Access {
  return {
    ...everyone,
    callers: 'signed',
    isPublic: (ref) => isPublic(parsePublic(open), ref),
    keys: async () => parseKeyRing(JSON.stringify({ [key.id]: { secrets: [key.secret], policy } })),
    hosts: new Map([[host, { bucketId: 'b' }]]),
    regions: new Map([['b', 'eu-west-1']]),
    rules,
    ...more,
  };
}

function batch(headers: Readonly<Record<string, string>>, sent = body): HttpRequest {
  const bytes = new TextEncoder().encode(sent);
  return {
    method: 'POST',
    path: '/-/batch',
    pathDecoded: false,
    query: [],
    headers: { host, ...headers },
    body: bytes,
  };
}

async function signed(name: keyof typeof batchSigners, change: Partial<BatchWish> = {}): Promise<HttpRequest> {
  return batch(await batchSigners[name]({ host, region: 'eu-west-1', body, date: now, key, ...change }));
}

const ref = { bucketId: 'b', bucket: 'photos', key: '-/batch' };

/** What is decided on each key, or on the whole request: the caller and `OK`, or the code of the problem. */
async function verdicts(request: HttpRequest, granted = access()): Promise<readonly string[]> {
  const problemOf = (error: unknown): string => {
    if (error instanceof ProblemError) return error.code;
    throw error;
  };
  try {
    const question = { request, ref, operation: 'exif', host: request.headers['host'] ?? '' };
    const { caller, permit } = await authenticate(question, granted, now, () => undefined);
    return ['shared/a.jpg', 'private/b.jpg'].map((one) => {
      try {
        permit({ ...ref, key: one });
        return `OK ${caller?.keyId ?? 'anonymous'}`;
      } catch (error) {
        return problemOf(error);
      }
    });
  } catch (error) {
    return [problemOf(error)];
  }
}

describe.each(['aws4', 'smithy'] as const)('signed by %s', (name) => {
  test('the policy of the key decides on each object, also on public ones', async () => {
    const request = await signed(name);
    expect(await verdicts(request)).toEqual([`OK ${key.id}`, 'PolicyDenied']);
    expect(await verdicts(request, access('*'))).toEqual([`OK ${key.id}`, 'PolicyDenied']);
  });

  test.each(['{"keys":["shared/a.jpg","private/c.jpg"]}', `${body} `, '', body.slice(1)])(
    'another body is refused: %j',
    async (sent) => {
      const { headers } = await signed(name);
      expect(await verdicts(batch(headers, sent))).toEqual(['BodyMismatch']);
      expect(await verdicts(batch(headers, sent), access('*'))).toEqual(['BodyMismatch']);
    },
  );

  test('the hash of another body, or none, does not match the signature', async () => {
    const { headers } = await signed(name);
    const other = await signed(name, { body: '{"keys":["private/c.jpg"]}' });
    const moved = { ...headers, 'x-amz-content-sha256': other.headers['x-amz-content-sha256'] ?? '' };
    expect(await verdicts(batch(moved, '{"keys":["private/c.jpg"]}'))).toEqual(['SignatureDoesNotMatch']);
    const { 'x-amz-content-sha256': _, ...without } = headers;
    expect(await verdicts(batch(without))).toEqual([
      expect.stringMatching(/^(AuthorizationMalformed|SignatureDoesNotMatch)$/),
    ]);
  });

  test.each([
    ['another path', (request: HttpRequest) => ({ ...request, path: '/-/batch2' }), 'SignatureDoesNotMatch'],
    ['another method', (request: HttpRequest) => ({ ...request, method: 'GET' }), 'SignatureDoesNotMatch'],
    [
      'a parameter',
      (request: HttpRequest) => ({ ...request, query: [['exif', null] as const] }),
      'SignatureDoesNotMatch',
    ],
    ['an unsigned x-amz header', (request: HttpRequest) => withHeader(request, 'x-amz-meta-a', '1'), 'HeaderUnsigned'],
    ['another host', (request: HttpRequest) => withHeader(request, 'host', 'other.example'), 'HostUnknown'],
  ])('%s is refused', async (_, change, code) => {
    const changed = change(await signed(name));
    const place = { ...ref, key: changed.path.slice(1) };
    const question = { request: changed, ref: place, operation: 'exif', host: changed.headers['host'] ?? '' };
    const verdict = async () => authenticate(question, access(), now, () => undefined);
    await expect(verdict()).rejects.toMatchObject({ code });
  });

  test('a wrong secret, an unknown key and an old date are refused', async () => {
    expect(await verdicts(await signed(name, { key: { ...key, secret: 'wrong' } }))).toEqual(['SignatureDoesNotMatch']);
    expect(await verdicts(await signed(name, { key: { ...key, id: 'AKIDOTHER' } }))).toEqual(['KeyUnknown']);
    const old = new Date(now.getTime() - 1_000_000);
    expect(await verdicts(await signed(name, { date: old }))).toEqual(['RequestTimeTooSkewed']);
  });
});

test.each(['UNSIGNED-PAYLOAD', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'E3B0', ''])(
  'x-amz-content-sha256 %j is not the hash of a body',
  async (hash) => {
    const request = withHeader(await signed('aws4'), 'x-amz-content-sha256', hash);
    expect(await verdicts(request)).toEqual(['AuthorizationMalformed']);
  },
);

test.each([
  ['cos header', () => cosRequest('header', { method: 'POST', key: '-/batch', params: [] })],
  ['cos query', () => cosRequest('query', { method: 'POST', key: '-/batch', params: [] })],
  ['cos sign', () => cosRequest('sign', { method: 'POST', key: '-/batch', params: [] })],
  ['sigv4 query', () => sigV4Request('query', { method: 'POST', key: '-/batch', params: [] })],
])('a valid signature that does not cover the body is refused: %s', async (_, make) => {
  const request = make();
  expect(await verdicts(request)).not.toEqual(['AuthorizationUnsupported']);
  const withBody = { ...request, body: new TextEncoder().encode(body) };
  expect(await verdicts(withBody)).toEqual(['AuthorizationUnsupported']);
  expect(await verdicts(withBody, access('*'))).toEqual(['AuthorizationUnsupported']);
});

test('without a signature the public objects are answered', async () => {
  expect(await verdicts(batch({}))).toEqual(['SignatureMissing', 'SignatureMissing']);
  expect(await verdicts(batch({}), access('photos/shared/*'))).toEqual(['OK anonymous', 'SignatureMissing']);
});

test('callers that the platform checks may read all; without a check nothing is answered', async () => {
  const platform = access('', { callers: 'platform' });
  expect(await verdicts({ ...batch({}), iamCaller: 'arn:aws:iam::1:user/a' }, platform)).toEqual([
    'OK anonymous',
    'OK anonymous',
  ]);
  expect(await verdicts({ ...batch({}), iamCaller: null }, platform)).toEqual(['CallerUnchecked']);
});
