// Requests that public SDKs signed, over the wire: each is answered from exactly the key that was signed, and none with
// one character changed. What is random comes from `seed` and the number of the request: a failure tells both.
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import COS from 'cos-nodejs-sdk-v5';
import { changedKey, pick, type Random, randomFrom, randomKey } from '../build/keys';
import { type Credential, type Reply, type SignedServer, startSignedServer } from '../servers/signed-server';
import {
  addParameters,
  cosHost,
  encodePath,
  presignCommand,
  region,
  type Signed,
  type Signer,
  signers,
  type Wish,
} from './sdk-signers';

const seed = 20_261_122;

/** Accepted requests for each signer of the list: 20,000 together. */
const counts = [5000, 4000, 2500, 2500, 2000, 2000, 2000];
const perChange = 30;

/** The first two are the secrets of one id, while they are rotated. */
const credentials: readonly Credential[] = [
  { id: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
  { id: 'AKIAIOSFODNN7EXAMPLE', secret: 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY' },
  { id: 'AKIDQjz3ltompVjBni5LitkWHFlFpwkn9U5q', secret: 'BQYIM75p8x0iWVFSIgqEKwFprpRSVHlz' },
  { id: 'gallery', secret: 'p\u00e4ss-w\u00f6rd+\u{1f4f7}' },
];
const hosts = [cosHost, 'photos.s3.us-east-1.amazonaws.com', 'img.example.com', '127.0.0.1'] as const;
/** Names as clients send them: a port is part of what is signed. */
const sentHosts = [cosHost, hosts[1], hosts[2], 'img.example.com:8443'];

let server: SignedServer;
let lenient: SignedServer;
beforeAll(async () => {
  const site = { hosts, credentials, region };
  server = await startSignedServer(site);
  lenient = await startSignedServer({ ...site, rules: { unsignedOperation: new Set(['cos', 'sigv4']) } });
});
afterAll(() => Promise.all([server.close(), lenient.close()]));

test('there are 20,000 requests', () => {
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(20_000);
  expect(counts).toHaveLength(signers.length);
});

describe.each(signers.map((signer, index) => ({ ...signer, index })))('$name', (signer) => {
  test('every request is accepted, for exactly the key that was signed', async () => {
    await atOnce(counts[signer.index] ?? 0, async (random) => {
      const signed = await signer.sign(randomWish(random, signer));
      return accepted(signed, await server.send(signed));
    });
  }, 60_000);

  test('an operation added after signing is accepted under the setting for it only', async () => {
    await atOnce(150, async (random) => {
      const wish = randomWish(random, signer);
      const { exif: _, ...parameters } = wish.parameters;
      const bare = await signer.sign({ ...wish, parameters });
      const signed = { ...bare, target: withOperation(random, bare.target) };
      const problem = signer.name.startsWith('cos') ? 'OperationUnsigned' : 'SignatureDoesNotMatch';
      return accepted(signed, await lenient.send(signed)) ?? refused(problem, signed, await server.send(signed));
    });
  }, 60_000);

  test.each(changesFor(signer))(
    '$name: refused, and the bucket is not asked',
    async ({ problem, change }) => {
      await atOnce(perChange, async (random) => {
        const changed = change(await signer.sign(changeable(random, signer)), random);
        return refused(problem, changed, await server.send(changed));
      });
    },
    60_000,
  );

  test('another secret or another id is refused', async () => {
    await atOnce(perChange, async (random) => {
      const wish = randomWish(random, signer);
      const { id, secret } = wish.credential;
      const wrong = await signer.sign({ ...wish, credential: { id, secret: `${secret}x` } });
      const nobody = await signer.sign({ ...wish, credential: { id: `${id}x`, secret } });
      const other = await signer.sign({
        ...wish,
        credential: { id: credentials[2]?.id === id ? 'gallery' : (credentials[2]?.id ?? ''), secret },
      });
      return (
        refused('SignatureDoesNotMatch', wrong, await server.send(wrong)) ??
        refused('KeyUnknown', nobody, await server.send(nobody)) ??
        refused('SignatureDoesNotMatch', other, await server.send(other))
      );
    });
  }, 60_000);
});

// What is asked

function randomWish(random: Random, signer: Signer): Wish {
  const names = parameterNames.filter(() => random(8) === 0);
  return {
    key: randomKey(random),
    host: pick(random, sentHosts),
    credential: pick(random, credentials),
    parameters: Object.fromEntries([['exif', ''], ...names.map((name) => [name, randomValue(random)])]),
    headers: Object.fromEntries(headersFor(signer).filter(() => random(4) === 0)),
    random,
  };
}

/** A wish in which there is something of all that can be changed. */
function changeable(random: Random, signer: Signer): Wish {
  const wish = randomWish(random, signer);
  return {
    ...wish,
    parameters: { ...wish.parameters, note: 'abcdef' },
    headers: { ...wish.headers, 'content-type': 'abcdef' },
  };
}

/** The SDKs differ in how they sort names of which one begins like another with a character that is encoded: none here. */
const parameterNames = [
  'response-content-type',
  'Mixed-Case',
  'k[0]',
  'a b',
  "it's",
  '(*)',
  'x-cos-note',
  'ci-process',
  '~',
];

function randomValue(random: Random): string {
  return [...randomKey(random)].slice(0, random(20)).join('');
}

/** Headers that the SDK of the signer signs. */
function headersFor({ name }: Signer): [string, string][] {
  const note = 'one  two, "three" (four)';
  const vendor = name.startsWith('cos') ? 'x-cos' : 'x-amz';
  return [
    [`${vendor}-meta-note`, note],
    [`${vendor}-Note`, "a=b&c;d%20e+f/*'!~"],
    ['content-type', 'image/jpeg; charset="utf-8"'],
    ['If-None-Match', '"another"'],
    ['range', 'bytes=0-1'],
  ];
}

function withOperation(random: Random, target: string): string {
  const operation = pick(random, ['exif', 'exif=']);
  if (!target.includes('?')) return `${target}?${operation}`;
  return random(2) === 0 ? `${target}&${operation}` : target.replace('?', `?${operation}&`);
}

// What is changed

type Change = Readonly<{ name: string; problem: string; change(signed: Signed, random: Random): Signed }>;

function changesFor({ name, carrier }: Signer): readonly Change[] {
  const cos = name.startsWith('cos');
  const inHeader = carrier === 'header';
  const differs = 'SignatureDoesNotMatch';
  return [
    { name: 'another key', problem: differs, change: toOtherKey },
    {
      name: 'another host of the bucket',
      problem: differs,
      change: (signed) => withHost(signed, (host) => (host === hosts[1] ? hosts[2] : hosts[1])),
    },
    {
      name: 'another port',
      problem: differs,
      change: (signed) => withHost(signed, (host) => `${host.replace(/:.*/, '')}:8444`),
    },
    {
      name: 'a host that leads nowhere',
      problem: 'HostUnknown',
      change: (signed) => withHost(signed, (host) => host.replace(/[a-z]/, 'q')),
    },
    {
      name: 'another method',
      problem: differs,
      change: (signed) => ({ ...signed, method: signed.method === 'GET' ? 'HEAD' : 'GET' }),
    },
    {
      name: 'another value of a parameter',
      problem: differs,
      change: (signed, random) => withTarget(signed, /(?<=[?&]note=)abcdef/, changedDigit(random)),
    },
    { name: 'a parameter less', problem: differs, change: (signed) => withTarget(signed, /(?<=[?&])note=abcdef&?/, () => '') },
    {
      name: 'another name of a parameter',
      problem: differs,
      change: (signed) => withTarget(signed, /(?<=[?&])note=/, () => 'nota='),
    },
    {
      name: 'another signature',
      problem: differs,
      change: (signed, random) => everywhere(signed, /(?<=ignature(?:=|%3D))[0-9a-f]{40,}/, changedDigit(random)),
    },
    {
      name: 'a signature in capitals',
      problem: 'AuthorizationMalformed',
      change: (signed) => everywhere(signed, /(?<=ignature(?:=|%3D))[0-9a-f]{40,}/, (text) => text.toUpperCase()),
    },
    {
      name: 'another key id',
      problem: 'KeyUnknown',
      change: (signed) =>
        everywhere(
          signed,
          /AKIAIOSFODNN7EXAMPLE|AKIDQjz3ltompVjBni5LitkWHFlFpwkn9U5q|gallery(?=[&%/])/,
          (id) => `${id.slice(0, -1)}_`,
        ),
    },
    { name: 'another time', problem: differs, change: cos ? withCosTime : inHeader ? withDate : withExpires },
    {
      name: 'a header more',
      problem: 'HeaderUnsigned',
      change: (signed, random) => withHeader(signed, pick(random, ['x-amz-acl', 'X-Cos-Acl', 'x-ci-acl'])),
    },
    ...(cos
      ? []
      : [
          {
            name: 'a parameter more',
            problem: differs,
            change: (signed: Signed) => ({ ...signed, target: `${signed.target}&more=1` }),
          },
        ]),
    ...(inHeader
      ? [
          {
            name: 'another value of a header',
            problem: differs,
            change: (signed: Signed, random: Random) => ({
              ...signed,
              headers: { ...signed.headers, 'content-type': changedDigit(random)('abcdef') },
            }),
          },
          { name: 'a header less', problem: differs, change: withoutHeader },
        ]
      : []),
  ];
}

function toOtherKey(signed: Signed, random: Random): Signed {
  return withTarget(signed, /^[^?]*/, () => encodePath(changedKey(random, signed.key)));
}

/** Changes one of the digits of a hexadecimal number. */
function changedDigit(random: Random): (text: string) => string {
  return (text) => {
    const at = random(text.length);
    const digit = Number.parseInt(text.charAt(at), 16) ^ (1 + random(15));
    return text.slice(0, at) + digit.toString(16) + text.slice(at + 1);
  };
}

function withTarget(signed: Signed, pattern: RegExp, change: (text: string) => string): Signed {
  const target = signed.target.replace(pattern, change);
  if (target === signed.target) throw new Error(`Cannot find ${pattern} in ${signed.target}`);
  return { ...signed, target };
}

function everywhere(signed: Signed, pattern: RegExp, change: (text: string) => string): Signed {
  const headers = Object.entries(signed.headers).map(([name, value]) => [
    name,
    /^authorization$/i.test(name) ? value.replace(pattern, change) : value,
  ]);
  const [path = '', ...query] = signed.target.split('?');
  return {
    ...signed,
    headers: Object.fromEntries(headers),
    target: [path, ...query.map((text) => text.replace(pattern, change))].join('?'),
  };
}

function withHost(signed: Signed, change: (host: string) => string): Signed {
  const headers = Object.entries(signed.headers).map(([name, value]) => [
    name,
    /^host$/i.test(name) ? change(value) : value,
  ]);
  return { ...signed, headers: Object.fromEntries(headers) };
}

function withHeader(signed: Signed, name: string): Signed {
  return { ...signed, headers: { ...signed.headers, [name]: 'public-read' } };
}

function withoutHeader(signed: Signed): Signed {
  const { 'content-type': _, ...headers } = signed.headers;
  return { ...signed, headers };
}

/** Both times end a second later. */
function withCosTime(signed: Signed): Signed {
  return everywhere(signed, /q-sign-time.*q-key-time.*q-header-list/, (text) =>
    text.replace(/(?<=(?:;|%3B))\d+/g, (end) => String(Number(end) + 1)),
  );
}

function withDate(signed: Signed): Signed {
  const headers = Object.entries(signed.headers).map(([name, value]) => [
    name,
    /^x-amz-date$/i.test(name) ? value.replace(/.(?=Z$)/, (digit) => String((Number(digit) + 1) % 10)) : value,
  ]);
  return { ...signed, headers: Object.fromEntries(headers) };
}

function withExpires(signed: Signed): Signed {
  return withTarget(signed, /(?<=X-Amz-Expires=)\d+/, (seconds) => String(Number(seconds) - 1));
}

// What is expected

/** What is wrong with the reply to a request that is good; null = nothing. */
function accepted(signed: Signed, { status, asked, body, problem }: Reply): unknown {
  const good =
    status === 200 && asked.length === 1 && asked[0] === signed.key && (signed.method === 'HEAD') === (body === '');
  return good ? null : { wanted: 'OK', signed, status, problem, asked, body };
}

function refused(code: string, signed: Signed, { status, asked, body, problem }: Reply): unknown {
  return status >= 400 && problem === code && asked.length === 0
    ? null
    : { wanted: code, signed, status, problem, asked, body };
}

/** Runs `check` for `count` numbers, 32 at once, and fails with the first thing it finds. */
async function atOnce(count: number, check: (random: Random) => Promise<unknown>): Promise<void> {
  let next = 0;
  const run = async (): Promise<void> => {
    while (next < count) {
      const number = next++;
      const found = await check(randomFrom(seed + number));
      if (found !== null) {
        next = count;
        throw new Error(`Request ${number} of seed ${seed}: ${JSON.stringify(found, null, 1)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: 32 }, run));
}
