// Signatures of requests to a store, compared with those of aws4 and with what a server computes from what arrives.
import { RequestSigner } from 'aws4';
import fc from 'fast-check';
import { percentEncode } from '../../../lib/bytes/percent';
import { encodeKey } from '../../../lib/s3/request';
import { type Credentials, type RequestToSign, signerFor } from '../../../lib/s3/sign';
import { expectedAuthorization, fakeKeys } from '../../../testing/servers/fake-s3';
import { oddKeys } from '../bucket/contract';

const now = new Date('2026-11-03T10:20:30.456Z');
const plain: RequestToSign = {
  method: 'GET',
  body: null,
  host: 'photos.example:8080',
  path: '/photos/a.jpg',
  query: undefined,
  headers: {},
};

/** The headers of a request as a record with names in lower case. */
function headersOf(
  request: Partial<RequestToSign>,
  credentials: Credentials = fakeKeys,
  sign = signerFor('eu-west-1'),
  at = now,
): Readonly<Record<string, string>> {
  const list = sign({ ...plain, ...request }, credentials, at);
  return Object.fromEntries(
    list.flatMap((name, index) => (index % 2 === 0 ? [[name.toLowerCase(), list[index + 1] ?? '']] : [])),
  );
}

/** What aws4 signs for the same request. It takes the region, the date and the hash of the body from its own arguments. */
function byAws4(request: Partial<RequestToSign>, credentials: Credentials, region: string, at: Date): string {
  const { method, body, host, path, query, headers } = { ...plain, ...request };
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const signer = new RequestSigner(
    {
      service: 's3',
      region,
      method,
      path: query === undefined ? path : `${path}?${query}`,
      headers: {
        ...headers,
        Host: host,
        'X-Amz-Date': at.toISOString().replace(/[-:]|\.\d+/g, ''),
        'X-Amz-Content-Sha256': String(headersOf({ body })['x-amz-content-sha256']),
      },
    },
    { accessKeyId, secretAccessKey, ...(sessionToken === null ? {} : { sessionToken }) },
  );
  return String(signer.sign().headers?.['Authorization']);
}

const anyKey = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: fc.constantFrom('/', '.', '%', '2', 'F', '+', ' ', '?', '#', '&', 'a', 'é'), maxLength: 12 }),
);
const printable = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
  maxLength: 60,
});
const parameter = fc.tuple(
  fc.stringMatching(/^[a-z][a-z-]{0,12}$/),
  fc.string({ unit: 'grapheme', maxLength: 12 }).map(percentEncode),
);

describe('the signature', () => {
  test('is that of aws4 for random keys, parameters, headers, credentials, regions and times', () => {
    const anyRequest = fc.record({
      path: anyKey.map((key) => `/photos/${encodeKey(key)}`),
      query: fc.option(
        fc
          .uniqueArray(parameter, { minLength: 1, maxLength: 5, selector: ([name]) => name })
          .map((all) => all.map(([name, value]) => (value === '' ? name : `${name}=${value}`)).join('&')),
        { nil: undefined },
      ),
      headers: fc.dictionary(fc.stringMatching(/^x-(amz|cos)-[a-z]{1,9}$/), printable, { maxKeys: 3 }),
      method: fc.constantFrom('GET' as const, 'PUT' as const),
      body: fc.option(fc.uint8Array({ maxLength: 50 })),
    });
    const anyKeys = fc.record({
      accessKeyId: printable,
      secretAccessKey: printable,
      sessionToken: fc.option(printable),
    });
    const anyTime = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
    const anyRegion = fc.stringMatching(/^[a-z]{2}-[a-z]{1,9}-\d$/);
    fc.assert(
      fc.property(anyRequest, anyKeys, anyTime, anyRegion, (request, credentials, at, region) => {
        const { authorization } = headersOf(request, credentials, signerFor(region), at);
        expect(authorization).toBe(byAws4(request, credentials, region, at));
      }),
      { numRuns: 1_000 },
    );
  });

  test('is for the request as it arrives, whatever the key', () => {
    const check = (key: string): void => {
      const path = `/photos/${encodeKey(key)}`;
      const headers = headersOf({ path });
      expect(headers['authorization']).toBe(expectedAuthorization({ index: 0, method: 'GET', path, headers }));
    };
    oddKeys.forEach(check);
    fc.assert(fc.property(anyKey, check), { numRuns: 300 });
  });

  test.each([
    ['PUT', '{"a":"é"}'],
    ['PUT', ''],
    ['GET', null],
  ] as const)('covers the method and the body of a %s of %j', (method, text) => {
    const body = text === null ? null : new TextEncoder().encode(text);
    const headers = headersOf({ method, body });
    const sent = { index: 0, method, path: plain.path, headers, ...(body === null ? {} : { body }) };
    expect(headers['authorization']).toBe(expectedAuthorization(sent));
    expect(headers['authorization']).not.toBe(expectedAuthorization({ ...sent, body: new Uint8Array(3) }));
    expect(headers['authorization']).not.toBe(expectedAuthorization({ ...sent, method: 'DELETE' }));
  });

  test('is dated by the given clock', () => {
    expect(headersOf({})['x-amz-date']).toBe('20261103T102030Z');
  });

  test('follows the day and the secret, although the key of a day is kept', () => {
    const sign = signerFor('eu-west-1');
    const nextDay = new Date('2026-11-04T00:00:00Z');
    const rotated = { ...fakeKeys, secretAccessKey: 'another' };
    for (const [credentials, at] of [
      [fakeKeys, now],
      [fakeKeys, nextDay],
      [rotated, nextDay],
      [fakeKeys, nextDay],
      [fakeKeys, now],
    ] as const) {
      expect(headersOf({}, credentials, sign, at)['authorization']).toBe(byAws4({}, credentials, 'eu-west-1', at));
    }
  });

  test.each([
    ['an empty key id', { accessKeyId: '' }],
    ['a space in a key id', { accessKeyId: 'A K' }],
    ['a line break after a secret', { secretAccessKey: 'secret\n' }],
    ['an empty session token', { sessionToken: '' }],
    ['a letter that is not ASCII', { sessionToken: 'é' }],
  ])('is not made with %s', (_, wrong) => {
    expect(() => headersOf({}, { ...fakeKeys, ...wrong })).toThrow('a credential is empty or contains a space');
  });
});
