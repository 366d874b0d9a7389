import { host, sigV4Request } from '../../../testing/auth/requests';
import { cosPlaces, edit, okOf, places, verdict, withHeader, withParam } from './verdicts';

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

  test.each(cosPlaces)('%s: the same is true for parameters', async (place, make) => {
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
      expect(await verdict(withHeader(make(), 'my-x-amz-meta-a', 'v'))).toBe(okOf(place));
    },
  );
});

describe.each(places)('%s', (place, make) => {
  test.each([
    ['a b', ' \ta b\t '],
    ['a', 'a\t'],
    ['a', ' a'],
    ['', '\t \t'],
    ['', ''],
  ])('blanks at the ends of a signed header are not part of it: "%s" arrives as %j', async (signed, arrived) => {
    const request = make({
      headers: [
        ['host', host],
        ['x-a', signed],
      ],
    });
    expect(await verdict(withHeader(request, 'x-a', arrived))).toBe(okOf(place));
    expect(await verdict(withHeader(request, 'x-a', `x${arrived}`))).toBe('SignatureDoesNotMatch');
  });

  test('a parameter without = has an empty value', async () => {
    const request = make();
    const query = request.query.map(([name, value]) => [name, name === 'exif' ? null : value] as const);
    expect(await verdict({ ...request, query })).toBe(okOf(place));
  });
});
