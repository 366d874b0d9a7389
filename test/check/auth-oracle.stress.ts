// The oracle and the mutators must find a verifier's mistakes: each is put into the real one, and a short run sees it.
import { takeAuth } from '../../check/auth/auth-fields';
import { type FuzzOptions, fuzz, type Tally, type Verdict } from '../../check/auth/harness';
import { judgeRequest } from '../../check/auth/oracle';
import { hostOf } from '../../check/auth/oracle-host';
import { carriers, type Plan, randomPlan } from '../../check/auth/plan';
import { defaultRules, type Rules } from '../../check/auth/rules';
import { send } from '../../check/auth/send';
import { toVerdict } from '../../check/auth/target';
import { type Draft, toWire } from '../../check/auth/wire';
import { toOperation } from '../../lib/http/operation';
import { keyFromPath } from '../../lib/http/request';
import { defaultStyle } from '../../lib/style';
import type { HttpRequest } from '../../lib/types';
import { decode, encode } from '../../testing/auth/percent';
import { cosSignature, sigV4Signature } from '../../testing/auth/signer';
import { seededRandom } from '../../testing/random/seeded';

/** Of twenty seeds, all of which show every mistake, the one that needs the fewest mutations for it. */
const run = (options: Partial<FuzzOptions> & Pick<FuzzOptions, 'carrier'>): Promise<Tally> =>
  fuzz({ count: 20_000, seed: 5, rules: defaultRules, verdict: toVerdict(defaultRules), maxViolations: 1, ...options });

test('the signers make published signatures', () => {
  const cos = cosSignature(
    {
      method: 'PUT',
      key: 'exampleobject(腾讯云)',
      params: [],
      headers: [
        ['x-cos-grant-read', 'uin="100000000011"'],
        ['content-length', '13'],
        ['content-md5', 'mQ/fVh815F3k6TAUm8m0eg=='],
        ['content-type', 'text/plain'],
        ['date', 'Thu, 16 May 2019 06:45:51 GMT'],
        ['host', 'examplebucket-1250000000.cos.ap-beijing.myqcloud.com'],
        ['x-cos-acl', 'private'],
      ],
    },
    { algorithm: 'sha1', signTime: '1557989151;1557996351', keyTime: '1557989151;1557996351' },
    'BQYIM75p8x0iWVFSIgqEKwFprpRSVHlz',
  );
  expect(cos).toBe('3b8851a11a569213c17ba8fa7dcf2abec6935172');
  const payload = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  const sigv4 = sigV4Signature(
    {
      method: 'GET',
      key: 'test.txt',
      params: [],
      headers: [
        ['x-amz-date', '20130524T000000Z'],
        ['host', 'examplebucket.s3.amazonaws.com'],
        ['range', 'bytes=0-9'],
        ['x-amz-content-sha256', payload],
      ],
    },
    {
      algorithm: 'AWS4-HMAC-SHA256',
      date: '20130524T000000Z',
      scope: '20130524/us-east-1/s3/aws4_request',
      payload,
    },
    'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  );
  expect(sigv4).toBe('f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41');
});

test('percent-encoding is strict, and decoded once', () => {
  expect(encode("a-Z_.~ +/!'()*é")).toBe('a-Z_.~%20%2B%2F%21%27%28%29%2A%C3%A9');
  expect(['%2541+%2f', '%EF%BB%BFa'].map(decode)).toEqual(['%41+/', '\ufeffa']);
  expect(['%', '%4', '%G0', '%FF', '%C0%AF', '%ED%A0%80', '%F4%90%80%80', '%C3é'].map(decode)).toEqual(
    Array(8).fill(null),
  );
});

test.each([
  ['Images.Example.COM', 'images.example.com'],
  ['a.example:', 'a.example'],
  ['a.example:8080', 'a.example'],
  ['a.example.', 'a.example'],
  ['a.example.:80', 'a.example'],
  ['a%2Dexample', 'a-example'],
  ['a.example,a.example', 'a.example,a.example'],
])('the name in the Host %s is %s', (host, name) => {
  expect(hostOf(host)).toBe(name);
});

test.each([
  ...['', '.', ':80', 'a..', '.a', 'a:80.', 'a:80:80', 'a:-1', 'a:８０', 'u@a', 'a/', 'a b', '[::1]', 'a%', 'a%FF'],
  'http://a',
  '\u212a',
])('%j is not a Host', (host) => {
  expect(hostOf(host)).toBeNull();
});

const kept: readonly [string, (draft: Draft) => void][] = [
  ['the order of parameters', ({ params }) => params.reverse()],
  ['the order of headers', ({ headers }) => headers.reverse()],
  ['the case of header names', (draft) => (draft.headers = draft.headers.map(([n, v]) => [n.toUpperCase(), v]))],
  ['needless encoding', (draft) => (draft.path = draft.path.replace('a', '%61'))],
  ['blanks around a value', (draft) => (draft.headers = draft.headers.map(([n, v]) => [n, ` ${v}\t`]))],
  ['an empty parameter', ({ params }) => params.push(['', null])],
];
const lost: readonly [string, (draft: Draft) => void][] = [
  ['the path', (draft) => (draft.path = `/${draft.path}`)],
  ['its encoding twice', (draft) => (draft.path = draft.path.replace('%20', '%2520'))],
  ['a dot segment', (draft) => (draft.path = `/.${draft.path}`)],
  ['the method', (draft) => (draft.method = 'HEAD')],
  ['the letter case of the method', (draft) => (draft.method = 'Get')],
  ['a repeated signed parameter', ({ params }) => params.push(['b', '1'])],
  ['a value', (draft) => (draft.params = draft.params.map(([n, v]) => (decode(n) === 'b' ? [n, '2'] : [n, v])))],
  ['the host', (draft) => (draft.headers = draft.headers.map(([n, v]) => (/host/i.test(n) ? [n, `${v}:80`] : [n, v])))],
  ['the host of the target', (draft) => (draft.origin = 'http://evil.example')],
  ['an unsigned header', ({ headers }) => headers.push(['X-Amz-Meta-Z', 'a'])],
  ['a second signature', ({ params }) => params.push(['q-ak', ''], ['X-Amz-Signature', ''])],
  ['a second operation', ({ params }) => params.push(['exif', null])],
  ['another operation in any letter case', ({ params }) => params.push(['IMAGEinfo', null])],
  ['a version in any letter case', ({ params }) => params.push(['VERSIONID', 'a'])],
  ['a token', ({ headers }) => headers.push(['x-cos-security-token', 'a'])],
];

describe.each(carriers)('the oracle on %s', (carrier) => {
  const plan = {
    ...randomPlan(seededRandom(1), carrier, defaultRules),
    method: 'GET',
    key: 'a b',
    params: [
      { name: 'exif', value: null, signed: true },
      { name: 'b', value: '1', signed: true },
    ],
  };
  const judged = (change: (draft: Draft) => void) => {
    const draft = send(plan, seededRandom(4));
    change(draft);
    const { canonicals, objections } = judgeRequest(toWire(draft), defaultRules);
    return { covered: canonicals[0], refused: objections.length > 0 };
  };
  const original = judged(() => {});

  test.each(kept)('%s is free', (_, change) => {
    expect(original.refused).toBe(false);
    expect(judged(change)).toEqual(original);
  });

  test.each(lost)('%s is not', (_, change) => {
    const { covered, refused } = judged(change);
    expect(covered !== original.covered || refused).toBe(true);
  });
});

const asked = (carrier: Plan['carrier'], signed: boolean, name: string, value: string) => {
  const rules: Rules = { ...defaultRules, unsignedOperation: new Set(['cos', 'sigv4']) };
  const params = [
    { name: 'exif', value: null, signed },
    { name, value, signed: true },
  ];
  const plan = { ...randomPlan(seededRandom(1), carrier, rules), params };
  const { canonicals, objections } = judgeRequest(toWire(send(plan, seededRandom(4))), rules);
  // What SigV4 leaves out is another form of the request; what COS may not leave out is objected to.
  return { allowed: objections.length === 0, forms: canonicals.length };
};

test.each(carriers)('on %s an operation may be unsigned beside what asks for the object', (carrier) => {
  const forms = carrier.startsWith('cos') ? 1 : 2;
  const harmless = [
    ['Response-Content-Type', 'a'],
    ['x-id', 'GetObject'],
    ['X-Amz-Checksum-Mode', 'ENABLED'],
    ['x-cos-traffic-limit', '1'],
  ] as const;
  for (const [name, value] of harmless) expect(asked(carrier, false, name, value)).toEqual({ allowed: true, forms });
  for (const [name, value] of [
    ['acl', ''],
    ['x-id', 'PutObject'],
    ['uploadId', 'a'],
    ['response', ''],
  ] as const) {
    expect(asked(carrier, false, name, value)).toEqual({ allowed: forms === 2, forms: 1 });
    expect(asked(carrier, true, name, value)).toEqual({ allowed: true, forms: 1 });
  }
  expect(asked(carrier, true, 'VersionId', 'a').allowed).toBe(false);
});

test.each(carriers)('lib/auth agrees with the oracle on %s', async (carrier) => {
  const tally = await run({ carrier, count: 500 });
  expect(tally.violations).toEqual([]);
  expect(tally.acceptedEqual).toBeGreaterThan(25);
  expect(tally.refused).toBeGreaterThan(350);
});

/** What a verifier might take a request for. */
type Mistake = (request: HttpRequest) => HttpRequest;
const onPath = (change: (path: string) => string): Mistake => {
  return (request) => ({ ...request, path: change(request.path) });
};
const onQuery = (change: (query: HttpRequest['query']) => HttpRequest['query']): Mistake => {
  return (request) => ({ ...request, query: change(request.query) });
};
const without = ({ headers, ...rest }: HttpRequest, unwanted: (name: string) => boolean): HttpRequest => ({
  ...rest,
  headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !unwanted(name))),
});
const isSigned = ({ headers, query }: HttpRequest, name: string): boolean =>
  `${headers['authorization']} ${query.flat().join(' ')}`.includes(name);

const mistakes: Readonly<Record<string, Mistake>> = {
  'passes over unsigned x-amz- headers': (request) =>
    without(request, (name) => /^x-(amz|cos|ci)-/.test(name) && !isSigned(request, name)),
  'folds dot segments': onPath((path) =>
    URL.canParse(`http://a${path}`) ? new URL(`http://a${path}`).pathname : path,
  ),
  'merges slashes': onPath((path) => path.replace(/\/+/g, '/')),
  'takes no notice of a last slash': onPath((path) => path.replace(/\/$/, '')),
  'decodes the path twice': onPath((path) => path.replaceAll('%25', '%')),
  'takes a backslash for a slash': onPath((path) => path.replace(/\\|%5c/gi, '/')),
  'composes Unicode': onPath((path) => path.replaceAll('e%CC%81', '%C3%A9')),
  'reads on after a NUL': onPath((path) => path.replace(/%00.*/, '')),
  'takes the last of repeated parameters': onQuery((query) => [
    ...new Map(query.map((pair) => [pair[0], pair])).values(),
  ]),
  'takes the first of repeated parameters': onQuery((query) =>
    query.filter(([name], i) => query.findIndex((pair) => pair[0] === name) === i),
  ),
  'takes a plus for a space': onQuery((query) =>
    query.map(([name, value]) => [name, value?.replace(/\+/g, '%20') ?? null]),
  ),
  'does not look at the method': (request) => ({ ...request, method: 'GET' }),
  'takes a signature in capitals': ({ headers, query, ...rest }) => ({
    ...rest,
    query: query.map(([name, value]) => [name, value === null ? null : lowerHex(value)]),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, lowerHex(value)])),
  }),
  'takes headers from the query': ({ headers, query, ...rest }) => ({
    ...rest,
    query,
    headers: {
      ...Object.fromEntries(query.map(([name, value]) => [name.toLowerCase(), decode(value ?? '') ?? ''])),
      ...headers,
    },
  }),
  'takes one of two signatures': (request) => {
    const isSignature = (name: string) => /^(q-(?!$)|sign$|X-Amz-(Algorithm|Credential|Signature))/.test(name);
    return { ...request, query: request.query.filter(([name]) => !isSignature(name)) };
  },
  'passes over a header with a signature': (request) => without(request, (name) => name === 'authorization'),
};

function lowerHex(text: string): string {
  return text.replace(/[0-9A-F]{40,64}$/, (hex) => hex.toLowerCase());
}

/** Verifies the request, and if it is refused what it might be taken for; fetches what the path says. */
function mistaken(mistake: Mistake, verify: Verdict): Verdict {
  return async (request) => {
    const right = await verify(request);
    if (!('code' in right)) return right;
    const wrong = await verify(mistake(request));
    return 'code' in wrong ? right : { ...wrong, key: keyFromPath(request) };
  };
}

/** Where a mistake can do harm: SigV4 signs all parameters, so that none can stand in for a header. */
const onlyIn: Readonly<Record<string, string>> = {
  'takes one of two signatures': 'cos-header',
  'takes headers from the query': 'cos-header',
  'passes over a header with a signature': 'sigv4-query',
};

describe.each(['cos-header', 'sigv4-query'] as const)('on %s the harness sees', (carrier) => {
  const names = Object.keys(mistakes).filter((name) => (onlyIn[name] ?? carrier) === carrier);

  test.each(names)('a verifier that %s', async (name) => {
    const verdict = mistaken(mistakes[name] ?? ((request) => request), toVerdict(defaultRules));
    const { violations } = await run({ carrier, verdict });
    expect(violations).toHaveLength(1);
    expect(violations[0]?.mutations).not.toEqual([]);
  });

  const lax: Readonly<Record<string, Partial<Rules>>> = {
    'lets clocks differ by days': { skew: 1e6 },
    'knows too many hosts': { hosts: new Set([...defaultRules.hosts, 'evil.example']) },
    'takes yesterday for today': { skew: 86_400 + 900, now: new Date(defaultRules.now.getTime() - 86_400_000) },
  };

  test.each(Object.keys(lax))('a verifier that %s', async (name) => {
    const [right, wrong] = [toVerdict(defaultRules), toVerdict({ ...defaultRules, ...lax[name] })];
    const verdict: Verdict = async (request) => {
      const first = await right(request);
      return 'code' in first ? wrong(request) : first;
    };
    expect((await run({ carrier, verdict })).violations[0]?.reasons).toHaveLength(1);
  });

  test('a verifier that fetches another key, lets anybody in, or throws', async () => {
    const right = toVerdict(defaultRules);
    const faults: readonly Verdict[] = [
      async (request) => {
        const verdict = await right(request);
        return 'code' in verdict ? verdict : { ...verdict, key: decode(verdict.key) ?? verdict.key };
      },
      async (request) => {
        const verdict = await right(request);
        return 'code' in verdict && verdict.code === 'SignatureMissing'
          ? { key: keyFromPath(request), keyId: null }
          : verdict;
      },
      (request) => (/[^A-Z]/.test(request.method) ? Promise.reject(new Error('broken')) : right(request)),
    ];
    for (const verdict of faults) expect((await run({ carrier, verdict })).violations).toHaveLength(1);
  });
});

/** The operation of a request to a verifier that knows some names in one letter case only. */
function operationByCase(names: readonly string[]): (request: HttpRequest) => string {
  const isOther = (name: string) => names.some((one) => one !== name && one.toLowerCase() === name.toLowerCase());
  return ({ query, ...rest }) =>
    toOperation({ ...rest, query: query.filter(([name]) => !isOther(decode(name) ?? '')) }, defaultStyle).name;
}

/** Takes something that is signed for the operation, and so any signature for one that has it. */
function operationOfAny(request: HttpRequest): string {
  const { name } = toOperation(request, defaultStyle);
  const fields = takeAuth({ ...toDraft(request), params: [...request.query] });
  const [, list] = fields?.pairs.find(([field]) => field === 'q-url-param-list') ?? [];
  return decode(list?.split(';')[0] ?? '') || name;
}

const toDraft = ({ method, path, headers }: HttpRequest): Draft => ({
  method,
  origin: '',
  path,
  params: [],
  headers: Object.entries(headers),
});

describe('the harness sees a verifier that', () => {
  const cos = carriers.filter((carrier) => carrier.startsWith('cos'));
  const sigv4 = carriers.filter((carrier) => carrier.startsWith('sigv4'));
  const seen = async (options: Parameters<typeof run>[0], reason: string) => {
    const { violations } = await run(options);
    expect(violations).toHaveLength(1);
    expect(violations[0]?.mutations).not.toEqual([]);
    expect(violations[0]?.reasons).toContain(reason);
  };

  test.each(cos)('knows versionId in one letter case only, on %s', async (carrier) => {
    await seen({ carrier, verdict: toVerdict(defaultRules, operationByCase(['versionId'])) }, 'version');
  });

  test.each(cos)('knows other operations in one letter case only, on %s', async (carrier) => {
    const verdict = toVerdict(defaultRules, operationByCase(['imageInfo', 'imageAve']));
    await seen({ carrier, verdict }, '2 operations');
  });

  test.each(cos)('takes a signature for a sub-resource, on %s', async (carrier) => {
    await seen({ carrier, verdict: toVerdict(defaultRules, operationOfAny) }, 'operation unsigned');
  });

  test.each(sigv4)('takes a signature for a sub-resource, on %s', async (carrier) => {
    const rules: Rules = { ...defaultRules, unsignedOperation: new Set(['sigv4']) };
    const signedWithout = toVerdict(rules, () => 'exif');
    const verify = toVerdict(rules);
    const verdict: Verdict = async (request) => {
      const right = await verify(request);
      const query = request.query.filter(([name, value]) => name !== 'exif' || value);
      const isAdded = query.length === request.query.length - 1;
      return 'code' in right && right.code === 'SignatureDoesNotMatch' && isAdded
        ? signedWithout({ ...request, query })
        : right;
    };
    await seen({ carrier, rules, verdict }, 'not what was signed');
  });
});
