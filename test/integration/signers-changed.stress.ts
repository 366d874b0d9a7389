// Requests that public SDKs signed, one thing changed in each: all are refused, and the bucket is not asked.
import { changedKey, pick, type Random } from '../../testing/random/keys';
import { type Credential, type SignedServer, startSignedServer } from '../../testing/servers/signed-server';
import { encodePath, type SignedWireRequest, type Signer, signers, type Wish } from './sdk-signers';
import { atOnce, credentials, hosts, randomWish, refused, site } from './sdk-wishes';

/** Requests for each signer and change. */
const count = 30;

type Change = (signed: SignedWireRequest, random: Random) => SignedWireRequest;
type Row = readonly [name: string, problem: string, change: Change];

const differs = 'SignatureDoesNotMatch';

const changes: readonly Row[] = [
  ['another key', differs, (signed, random) => withPath(signed, encodePath(changedKey(random, signed.key)))],
  ['another character in the path', differs, withPathCharacter],
  ['another host of the bucket', differs, withHost((host) => (host === hosts[1] ? hosts[2] : hosts[1]))],
  ['another port', differs, withHost((host) => `${host.replace(/:.*/, '')}:8444`)],
  ['another character in the host', 'HostUnknown', withHost((host) => host.replace(/[a-z]/, 'q'))],
  ['another method', differs, (signed) => ({ ...signed, method: signed.method === 'GET' ? 'HEAD' : 'GET' })],
  [
    'another value of a parameter',
    differs,
    withQuery(/(?<=^|&)note=abcdef/, (text, random) => `note=${otherDigit(text.slice(5), random)}`),
  ],
  ['another name of a parameter', differs, withQuery(/(?<=^|&)note=/, () => 'nota=')],
  ['a parameter less', differs, withQuery(/(?<=^|&)note=abcdef(?:&|$)/, () => '')],
  ['another signature', differs, inSignature(/(?<=ignature(?:=|%3D))[0-9a-f]{40,}/, otherDigit)],
  [
    'a signature in capitals',
    'AuthorizationMalformed',
    inSignature(/(?<=ignature(?:=|%3D))[0-9a-f]{40,}/, (text) => text.toUpperCase()),
  ],
  [
    'another key id',
    'KeyUnknown',
    inSignature(new RegExp(credentials.map(({ id }) => id).join('|')), (id) => `${id.slice(0, -1)}_`),
  ],
  [
    'a vendor header more',
    'HeaderUnsigned',
    (signed, random) => withHeader(signed, pick(random, ['x-amz-acl', 'X-Cos-Acl', 'x-ci-acl'])),
  ],
];

const headerChanges: readonly Row[] = [
  [
    'another value of a header',
    differs,
    (signed, random) => ({ ...signed, headers: { ...signed.headers, 'content-type': otherDigit('abcdef', random) } }),
  ],
  ['a header less', differs, ({ headers: { 'content-type': _, ...headers }, ...signed }) => ({ ...signed, headers })],
];

let server: SignedServer;
beforeAll(async () => {
  server = await startSignedServer(site);
});
afterAll(() => server.close());

describe.each(signers)('$name', (signer) => {
  test.each(changesFor(signer))(
    '%s',
    async (_name, problem, change) => {
      await atOnce(count, async (random) => {
        const changed = change(await signer.sign(changeable(random, signer)), random);
        return refused(problem, changed, await server.send(changed));
      });
    },
    60_000,
  );

  test.each([
    ['another secret', differs, ({ id, secret }: Credential) => ({ id, secret: `${secret}x` })],
    [
      'the secret of another key',
      differs,
      ({ id }: Credential) => ({ id, secret: credentials[id === 'gallery' ? 0 : 3].secret }),
    ],
    ['a key that is unknown', 'KeyUnknown', ({ id, secret }: Credential) => ({ id: `${id}x`, secret })],
  ] as const)(
    '%s',
    async (_name, problem, change) => {
      await atOnce(count, async (random) => {
        const wish = randomWish(random, signer);
        const signed = await signer.sign({ ...wish, credential: change(wish.credential) });
        return refused(problem, signed, await server.send(signed));
      });
    },
    60_000,
  );
});

/** A wish in which there is something of all that can be changed. */
function changeable(random: Random, signer: Signer): Wish {
  const wish = randomWish(random, signer);
  return {
    ...wish,
    parameters: { ...wish.parameters, note: 'abcdef' },
    headers: { ...wish.headers, 'content-type': 'abcdef' },
  };
}

function changesFor({ name, carrier }: Signer): readonly Row[] {
  const time = name.startsWith('cos') ? withCosTime : carrier === 'header' ? withDate : withExpires;
  return [
    ...changes,
    ['another time', differs, time],
    ...(carrier === 'header' ? headerChanges : []),
    // COS leaves parameters alone that are not listed.
    ...(name.startsWith('cos') ? [] : [['a parameter more', differs, withParameter] as const]),
  ];
}

/** Changes one of the digits of a hexadecimal number. */
function otherDigit(text: string, random: Random): string {
  const at = random(text.length);
  const digit = Number.parseInt(text.charAt(at), 16) ^ (1 + random(15));
  return text.slice(0, at) + digit.toString(16) + text.slice(at + 1);
}

function withPath(signed: SignedWireRequest, path: string): SignedWireRequest {
  return { ...signed, target: signed.target.replace(/^[^?]*/, () => path) };
}

/** One character of the path as it is sent is another, and so is the key. */
function withPathCharacter(signed: SignedWireRequest, random: Random): SignedWireRequest {
  const path = signed.target.replace(/\?.*/, '');
  for (;;) {
    const at = 1 + random(path.length - 1);
    const changed = path.slice(0, at) + pick(random, [...'abcXYZ0189-_.~/%+']) + path.slice(at + 1);
    const key = decoded(changed.slice(1));
    if (key !== null && key !== signed.key && Buffer.byteLength(key) <= 1024) return withPath(signed, changed);
  }
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

type Edit = (text: string, random: Random) => string;

function withQuery(pattern: RegExp, edit: Edit): Change {
  return (signed, random) => {
    const [path, query = ''] = signed.target.split('?');
    return { ...signed, target: `${path}?${query.replace(pattern, (text) => edit(text, random))}` };
  };
}

/** Changes the signature where it is, in the header or in the query. */
function inSignature(pattern: RegExp, edit: Edit): Change {
  return (signed, random) =>
    Object.keys(signed.headers).some((name) => /^authorization$/i.test(name))
      ? withHeaders(/^authorization$/i, (value) => value.replace(pattern, (text) => edit(text, random)))(signed, random)
      : withQuery(pattern, edit)(signed, random);
}

function withHost(edit: (host: string) => string): Change {
  return withHeaders(/^host$/i, edit);
}

function withHeaders(name: RegExp, edit: (value: string) => string): Change {
  return ({ headers, ...signed }) => ({
    ...signed,
    headers: Object.fromEntries(
      Object.entries(headers).map(([own, value]) => [own, name.test(own) ? edit(value) : value]),
    ),
  });
}

function withHeader(signed: SignedWireRequest, name: string): SignedWireRequest {
  return { ...signed, headers: { ...signed.headers, [name]: 'public-read' } };
}

function withParameter(signed: SignedWireRequest): SignedWireRequest {
  return { ...signed, target: `${signed.target}&more=1` };
}

/** Both times end a second later. */
function withCosTime(signed: SignedWireRequest, random: Random): SignedWireRequest {
  const later = (text: string): string => text.replace(/(?<=(?:;|%3B))\d+/g, (end) => String(Number(end) + 1));
  return inSignature(/q-sign-time.*q-key-time.*q-header-list/, later)(signed, random);
}

function withDate(signed: SignedWireRequest, random: Random): SignedWireRequest {
  const other = (value: string): string => value.replace(/.(?=Z$)/, (digit) => String((Number(digit) + 1) % 10));
  return withHeaders(/^x-amz-date$/i, other)(signed, random);
}

function withExpires(signed: SignedWireRequest, random: Random): SignedWireRequest {
  return withQuery(/(?<=X-Amz-Expires=)\d+/, (seconds) => String(Number(seconds) - 1))(signed, random);
}
