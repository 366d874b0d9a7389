// A request as a whole job: who may have the answer.
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import type { Access } from '../../lib/auth';
import { parseKeyRing } from '../../lib/auth/key-ring';
import { runJob } from '../../lib/job';
import { splitQuery } from '../../lib/trigger/query';
import type { HttpRequest, Job } from '../../lib/types';
import { clock, cosRequest, host, key, sigV4Request } from '../../testing/auth/requests';
import { quickest } from '../../testing/compare/cpu-time';
import { everyone } from '../../testing/fakes/access';
import { run, world } from './job-world';

describe('who may ask', () => {
  const toJob = (request: HttpRequest): Job => ({ id: 'id-1', trigger: 'test', act: 'answer', request });

  /** A private bucket with one key, at the time the requests are signed. */
  function closed() {
    const made = world();
    const access: Access = {
      ...everyone,
      callers: 'signed',
      isPublic: () => false,
      keys: async () => parseKeyRing(JSON.stringify({ [key.id]: key.secret })),
      hosts: new Map([[host, { bucketId: 'b' }]]),
      regions: new Map([['b', 'eu-west-1']]),
    };
    return { ...made, deps: { ...made.deps, access, now: () => new Date(clock * 1000) } };
  }

  test.each([
    ['not signed', { ...cosRequest('header'), headers: { host } }, 'SignatureMissing', 'AccessDenied'],
    ['wrong', cosRequest('query', { secret: 'x' }), 'SignatureDoesNotMatch', 'SignatureDoesNotMatch'],
    ['of an unknown key', sigV4Request('query', { keyId: 'AKID2' }), 'KeyUnknown', 'InvalidAccessKeyId'],
    ['expired', cosRequest('sign', { start: 1, end: 2 }), 'SignatureExpired', 'AccessDenied'],
  ])('%s: refused before the bucket is asked, nothing of the signature in the log', async (_, request, code, shown) => {
    const { deps, lines, refs } = closed();
    const answer = await run(runJob(toJob(request), deps, null));
    expect(answer.status).toBe(403);
    expect(answer.body).toContain(`<Code>${shown}</Code>`);
    expect(refs).toEqual([]);
    expect(lines[0]).toMatchObject({ level: 'info', code, caller: null, requests: 0 });
    expect(JSON.stringify(lines)).not.toMatch(/[0-9a-f]{40}|q-sign|X-Amz-|AKID/);
  });

  test.each([
    ['wrong', cosRequest('query', { secret: 'x' }), 403, []],
    ['valid', cosRequest('query'), 200, ['a b.jpg']],
  ])(
    'keys by a promise of another kind: a signature that is %s has its verdict before the bucket is asked',
    async (_, request, status, keys) => {
      const { deps, refs } = closed();
      const ring = await deps.access.keys();
      const OtherPromise = runInNewContext('Promise') as PromiseConstructor;
      const access = { ...deps.access, keys: () => OtherPromise.resolve(ring) };
      expect(access.keys()).not.toBeInstanceOf(Promise);
      expect((await run(runJob(toJob(request), { ...deps, access }, null))).status).toBe(status);
      expect(refs.map((ref) => ref.key)).toEqual(keys);
    },
  );

  const many = Array.from({ length: 10_000 }, (_, i) => `q-ak=${i}`).join('&');
  test.each<[string, HttpRequest]>([
    [
      'an Authorization of 100 KB',
      { ...cosRequest('header'), headers: { host, authorization: `q-ak=${'a'.repeat(100_000)}` } },
    ],
    [
      'one of AWS',
      { ...cosRequest('header'), headers: { host, authorization: `AWS4-HMAC-SHA256 ${'A=b,'.repeat(25_000)}` } },
    ],
    ['10,000 parameters', { ...cosRequest('header'), query: splitQuery(many) }],
    ['a path of 1 MB', { ...cosRequest('header'), path: `/${'%41'.repeat(350_000)}` }],
    [
      'a list of 4,000 names',
      cosRequest('header', {}, (all) => all.map(([n, v]) => [n, n === 'q-header-list' ? 'a;'.repeat(4000) : v])),
    ],
  ])('%s is refused with little work', async (_, request) => {
    const { deps, refs } = closed();
    await runJob(toJob(request), deps, null); // once before, so that the code is compiled
    const ms = await quickest(async () => {
      const answer = await run(runJob(toJob(request), deps, null));
      expect(answer.status).toBe(400);
    });
    expect(ms).toBeLessThan(100); // under 5 are measured
    expect(refs).toEqual([]);
  });

  test('the texts of the contract, which SDKs compare', async () => {
    const expired = await run(runJob(toJob(cosRequest('query', { start: 1, end: 2 })), closed().deps, null));
    expect(expired.body).toContain('<Message>Request has expired</Message>');
    const late = cosRequest('query', { start: clock + 5000, end: clock + 6000 });
    const early = await run(runJob(toJob(late), closed().deps, null));
    expect(early.body).toContain('<Code>RequestTimeTooSkewed</Code>');
    expect(early.body).toContain('<ServerTime>2023-11-14T22:13:20Z</ServerTime>');
    expect(early.headers['date']).toBe('Tue, 14 Nov 2023 22:13:20 GMT');
    const { deps } = closed();
    const echo = { ...deps, access: { ...deps.access, rules: { ...deps.access.rules, echo: true } } };
    const wrong = await run(runJob(toJob(cosRequest('query', { secret: 'x' })), echo, null));
    expect(wrong.body).toContain('<FormatString>get\n/a b.jpg\nexif=\nhost=photos.example.com\n</FormatString>');
    expect(wrong.body).toContain('<StringToSign>sha1\n1700000000;1700000900\n');
    const json = cosRequest('query', { secret: 'x', unsignedHeaders: [['accept', 'application/json']] });
    const details = JSON.parse(String((await run(runJob(toJob(json), echo, null))).body));
    expect(details).toMatchObject({ code: 'SignatureDoesNotMatch', FormatString: expect.stringContaining('get\n') });
  });

  test.each([
    cosRequest('header'),
    cosRequest('query'),
    cosRequest('sign'),
    sigV4Request('header'),
    sigV4Request('query'),
  ])('a valid signature reads the key that was signed, and its answer is not for shared caches', async (request) => {
    const { deps, lines, refs } = closed();
    const shared = { ...deps, answers: { ...deps.answers, cacheControl: 'public, max-age=60' } };
    const answer = await run(runJob(toJob(request), shared, null));
    expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'private, no-cache' } });
    expect(refs.map((ref) => ref.key)).toEqual(['a b.jpg']);
    expect(lines[0]).toMatchObject({ caller: key.id, code: 'OK' });
    const own = { ...deps, answers: { ...deps.answers, cacheControl: 'private, max-age=60' } };
    expect((await run(runJob(toJob(request), own, null))).headers['cache-control']).toBe('private, max-age=60');
  });

  test('fetched key equals signed key, whatever it holds', async () => {
    const piece = fc.oneof(
      fc.constantFrom('/', '//', '..', '.', '%', '%2F', '+', ' ', '\\', '?', '#', '&', '='),
      fc.string({ unit: 'grapheme' }),
    );
    const keys = fc
      .array(piece, { minLength: 1, maxLength: 8 })
      .map((pieces) => pieces.join(''))
      .filter((text) => text.isWellFormed() && text !== '');
    const carriers = [cosRequest, sigV4Request].flatMap((sign) =>
      (['header', 'query'] as const).map((at) => (own: string) => sign(at, { key: own })),
    );
    await fc.assert(
      fc.asyncProperty(keys, fc.constantFrom(...carriers), async (own, make) => {
        const { deps, refs } = closed();
        const answer = await run(runJob(toJob(make(own)), deps, null));
        expect([answer.status, refs.map((ref) => ref.key)]).toEqual([200, [own]]);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['exif;versionid', 'exif&VERSIONID=1', 'VersionUnsupported'],
    ['imageinfo', 'exif&IMAGEINFO', 'OperationRepeated'],
    ['imageave', 'exif&ImageAve', 'OperationRepeated'],
  ])('%s cannot be read by another spelling of its name', async (_, query, code) => {
    const params = splitQuery(query).map(([name, value]) => [name, value ?? ''] as const);
    const { deps, lines, refs } = closed();
    await runJob(toJob(cosRequest('query', { params })), deps, null);
    expect(lines[0]).toMatchObject({ code });
    expect(refs).toEqual([]);
  });

  test('slow keys take no more than the time of the request', async () => {
    const { deps } = closed();
    const limits = { ...deps.limits, totalMs: 60_000 }; // longer than a test has
    const slow = { ...deps, limits, access: { ...deps.access, keys: () => new Promise<never>(() => {}) } };
    const answer = await run(runJob(toJob(cosRequest('query')), slow, 700));
    expect(answer.status).toBe(503);
  });

  test('the caller that a policy refuses is in the log', async () => {
    const { deps, lines } = closed();
    const policy = {
      version: '2.0',
      statement: { effect: 'allow', action: 'cos:GetObject', resource: 'qcs::cos:*:uid/*:photos/shared/*' },
    };
    const keys = async () => parseKeyRing(JSON.stringify({ [key.id]: { secrets: key.secret, policy } }));
    await runJob(toJob(cosRequest('query')), { ...deps, access: { ...deps.access, keys } }, null);
    expect(lines[0]).toMatchObject({ code: 'PolicyDenied', caller: key.id });
  });

  test('a header with an unusual name is not a host', async () => {
    const { deps } = closed();
    const answer = await run(runJob(toJob(cosRequest('query')), { ...deps, hostHeader: 'constructor' }, null));
    expect(answer.status).toBe(200);
  });

  test('a directive that only looks like private does not make an answer private', async () => {
    const { deps } = closed();
    const shared = { ...deps, answers: { ...deps.answers, cacheControl: 'public, max-age=60, private="set-cookie"' } };
    const answer = await run(runJob(toJob(cosRequest('query')), shared, null));
    expect(answer.headers['cache-control']).toBe('private, no-cache');
  });

  test('the Host that a trusted gateway hands on is the one that was signed, where that is set', async () => {
    const { deps, refs } = closed();
    const signed = cosRequest('query');
    const request = {
      ...signed,
      headers: { host: 'internal', 'x-forwarded-host': host },
      gateway: { host: 'internal', prefix: '/x' },
    };
    expect((await run(runJob(toJob(request), deps, null))).status).toBe(403);
    expect(refs).toEqual([]);
    const behind = { ...deps, hostHeader: 'x-forwarded-host' };
    expect((await run(runJob(toJob(request), behind, null))).status).toBe(200);
    expect((await run(runJob(toJob(signed), behind, null))).status).toBe(200);
  });
});
