import { clock, host, key, sigV4Request } from '../../../testing/auth/requests';
import { ask, detailOf, edit, type Make, set, verdict, withHeader, withParam } from './verdicts';

describe('sigv4 header', () => {
  const make: Make = (what, change) => sigV4Request('header', what, change);

  test.each<[string, string | null, string]>([
    ['Credential', null, 'AuthorizationMalformed'],
    ['SignedHeaders', null, 'AuthorizationMalformed'],
    ['Signature', null, 'AuthorizationMalformed'],
    ['Signature', '', 'AuthorizationMalformed'],
    ['Signature', 'A'.repeat(64), 'AuthorizationMalformed'],
    ['Signature', 'a'.repeat(63), 'AuthorizationMalformed'],
    ['Signature', 'a'.repeat(65), 'AuthorizationMalformed'],
    ['Signature', `${'a'.repeat(32)} ${'a'.repeat(32)}`, 'AuthorizationMalformed'],
    ['Signature', `${'a'.repeat(64)} x`, 'AuthorizationMalformed'],
    ['Credential', '', 'AuthorizationMalformed'],
    ['SignedHeaders', '', 'AuthorizationMalformed'],
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

  test('each member occurs once, in any order, with or without blanks', async () => {
    expect(await verdict(make({}, (all) => [...all].reverse()))).toBe('ok AKIDEXAMPLE sigv4');
    const request = make();
    const tight = (request.headers['authorization'] ?? '').replaceAll(', ', ',');
    expect(await verdict(withHeader(request, 'authorization', tight))).toBe('ok AKIDEXAMPLE sigv4');
    const wide = (request.headers['authorization'] ?? '').replaceAll(', ', '\t ,  ');
    expect(await verdict(withHeader(request, 'authorization', wide))).toBe('ok AKIDEXAMPLE sigv4');
    for (const name of ['Other', 'x Credential', 'x_Credential']) {
      const renamed = make({}, (all) => all.map(([own, value]) => [own === 'Credential' ? name : own, value]));
      expect([name, await verdict(renamed)]).toEqual([name, 'AuthorizationMalformed']);
    }
    expect(await verdict(make({}, (all) => [...all, ['Other', '1']]))).toBe('AuthorizationMalformed');
    expect(await verdict(make({}, (all) => [...all.slice(0, 2), ...all.slice(1, 2)]))).toBe('AuthorizationAmbiguous');
  });

  test.each([
    '',
    '20231114T221320',
    '20231314T221320Z',
    '20230231T221320Z',
    '2023-11-14T22:13:20Z',
    '2023-11-14T22:13:20.000Z',
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

  test('blanks within a signed header count as one', async () => {
    const request = make({
      headers: [
        ['host', host],
        ['x-a', 'a b c'],
      ],
    });
    expect(await verdict(withHeader(request, 'x-a', 'a   b \tc'))).toBe('ok AKIDEXAMPLE sigv4');
    expect(await verdict(withHeader(request, 'x-a', 'ab c'))).toBe('SignatureDoesNotMatch');
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
    expect(await verdict(make({ params: [...params, ['a', '1'], ['a', '0'], ['a', '2']] }))).toBe(
      'ok AKIDEXAMPLE sigv4',
    );
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
    const valued = make({ params: [], unsignedParams: [['exif', '1']] });
    expect(await verdict(valued, loose)).toBe('SignatureDoesNotMatch');
    expect(await detailOf(make({ params: [], unsignedParams: [['exif', '']], secret: 'x' }), loose)).toBeNull();
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
