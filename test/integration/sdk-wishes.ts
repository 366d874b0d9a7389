// What the tests of signers share: who signs for what, drawn from a seed, and what a reply must be.
import { pick, type Random, randomFrom, randomKey } from '../../testing/random/keys';
import type { Credential, Reply, Site } from '../../testing/servers/signed-server';
import { cosHost, region, type SignedWireRequest, type Signer, type Wish } from './sdk-signers';

/** What is random comes from this and the number of a request: a failure tells both. */
const seed = 20_261_122;

/** The first two are the secrets of one id, while they are rotated. */
export const credentials = [
  { id: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
  { id: 'AKIAIOSFODNN7EXAMPLE', secret: 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY' },
  { id: 'AKIDQjz3ltompVjBni5LitkWHFlFpwkn9U5q', secret: 'BQYIM75p8x0iWVFSIgqEKwFprpRSVHlz' },
  { id: 'gallery', secret: 'p\u00e4ss-w\u00f6rd+\u{1f4f7}' },
] as const satisfies readonly Credential[];

export const hosts = [cosHost, 'photos.s3.us-east-1.amazonaws.com', 'img.example.com', '127.0.0.1'] as const;
/** Names as clients send them: a port is part of what is signed. */
const sentHosts = [...hosts.slice(0, 3), 'img.example.com:8443'];

export const site: Site = { hosts, credentials, region };

export function randomWish(random: Random, signer: Signer): Wish {
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

/** The SDKs differ in how they sort names of which one begins like another with a character that is encoded: none here. */
const parameterNames = [
  'response-content-type',
  'Mixed-Case',
  'k[0]',
  'a b',
  "it's",
  '(*)',
  'x-cos-note',
  'ci-note',
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

/** What is wrong with the reply to a request that is good; null = nothing. */
export function accepted(signed: SignedWireRequest, { status, asked, body, problem }: Reply): unknown {
  const good =
    status === 200 && asked.length === 1 && asked[0] === signed.key && (signed.method === 'HEAD') === (body === '');
  return good ? null : { wanted: 'OK', signed, status, problem, asked, body };
}

export function refused(code: string, signed: SignedWireRequest, { status, asked, body, problem }: Reply): unknown {
  return status >= 400 && problem === code && asked.length === 0
    ? null
    : { wanted: code, signed, status, problem, asked, body };
}

/** Runs `check` for `count` numbers, 32 at once, and fails with the first thing it finds. */
export async function atOnce(count: number, check: (random: Random) => Promise<unknown>): Promise<void> {
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
