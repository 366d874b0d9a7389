// Makes random requests before they are signed: everything that a caller decides.

import { cosName } from '../../testing/auth/signer';
import { anyCase, type Random } from '../../testing/random/seeded';
import type { Rules, SchemeName } from './rules';

export const carriers = ['cos-header', 'cos-query', 'cos-sign', 'sigv4-header', 'sigv4-query'] as const;
export type CarrierName = (typeof carriers)[number];

/** `absent`: signed, and then not sent. */
export type PlanPart<Value> = { name: string; value: Value; signed: boolean; absent?: true };

/** A request to be signed: key, parameters and headers decoded, names of headers in lower case. */
export type Plan = {
  carrier: CarrierName;
  keyId: string;
  secret: string;
  method: string;
  key: string;
  params: PlanPart<string | null>[];
  headers: PlanPart<string>[];
  /** COS: unix seconds joined with `;`. */
  signTime: string;
  keyTime: string;
  /** SigV4. `scope` is without the key id. */
  date: string;
  expires: string;
  scope: string;
  algorithm: string;
};

const keyPieces =
  'photos a b.jpg IMG_1 é e\u0301 照片 😀 \u{10ffff} % %41 %2F %2e // /./ /../ .. . / \\ + ; & = ? # ~ * ! $ , @ : | ^ ` " < > [ ] { } ( ) \' - _'
    .split(' ')
    .concat([' ', '  ', '\t', '\n', '\0', '\x7f', '\ufeff', '\u00a0']);

const paramNames = 'a B foo x-id response-content-type 名 é a+b a%b a%2fb list[] q- q ~ * __proto__ constructor'
  .split(' ')
  .concat(['a b', 'a;b', 'a&b', 'a=b', 'a?b', 'a#b']);
/** They ask for something other than the object. An operation in the same request must be signed. */
export const subResources = ['acl', 'tagging', 'uploadId', 'torrent', 'ci-process', 'partNumber'];
/** They may be signed even if the operation is not. */
const harmlessParams: readonly (readonly [name: string, value: string])[] = [
  ['response-content-type', 'image/jpeg'],
  ['response-content-disposition', 'attachment; filename="a b+c.jpg"'],
  ['x-id', 'GetObject'],
  ['x-amz-checksum-mode', 'ENABLED'],
  ['x-amz-content-sha256', 'UNSIGNED-PAYLOAD'],
  ['x-cos-traffic-limit', '819200'],
];
const guardedParams = ['x-cos-process', 'x-ci-a', 'X-Amz-Checksum-Mode', 'x-amz-b'];
const guardedHeaders = ['x-cos-meta-a', 'x-ci-b', 'x-amz-meta-c', 'x-amz-date2', 'x-cos-'];
const freeHeaders = [
  'user-agent',
  'accept',
  'range',
  'content-type',
  'x-custom',
  'x-forwarded-host',
  'x-amzn-trace-id',
];
const exemptHeaders = ['x-amz-cf-id', 'x-amz-content-sha256'];
const headerValues = [
  'a',
  'text/plain',
  'a b',
  'a  b',
  'a, b',
  'a,b',
  '100%',
  '%41',
  'k=v; x&y',
  '"q"',
  "it's (a) *!",
  '',
];

export function randomPlan(random: Random, carrier: CarrierName, rules: Rules): Plan {
  const key = random.pick(rules.keys);
  return {
    carrier,
    keyId: key.id,
    secret: key.secret,
    method: random.pick(['GET', 'GET', 'GET', 'HEAD']),
    key: randomText(random, 1 + random.below(8)),
    params: randomParams(random, carrier, rules),
    headers: randomHeaders(random, carrier, rules),
    ...randomTimes(random, carrier, rules),
  };
}

function randomText(random: Random, pieces: number): string {
  return Array.from({ length: pieces }, () => random.pick(keyPieces)).join('');
}

function randomParams(random: Random, carrier: CarrierName, { unsignedOperation }: Rules): Plan['params'] {
  const scheme: SchemeName = carrier.startsWith('cos') ? 'cos' : 'sigv4';
  const operation = random.pick(['exif', 'exif', 'exif/style/cos', 'exif/only/Make', 'imageInfo']);
  const mayBeUnsigned = unsignedOperation.has(scheme) && (scheme === 'cos' || operation === 'exif');
  const signed = !mayBeUnsigned || random.chance(0.5);
  const params: Plan['params'] = [{ name: operation, value: random.pick([null, '']), signed }];
  // SigV4 signs all parameters. So a parameter that must not be signed together with an unsigned operation must be absent.
  const most = signed || scheme === 'cos' ? random.below(4) : 0;
  for (const name of random.shuffled([...paramNames, ...subResources]).slice(0, most)) {
    const value = random.pick([null, '', 'a b', 'a+b', randomText(random, 1), randomText(random, 3)]);
    params.push({ name, value, signed: signed && (scheme === 'sigv4' || random.chance(0.6)) });
  }
  for (const [name, value] of random.shuffled(harmlessParams).slice(0, random.below(3))) {
    // A presigned request may have this one as a member of its signature.
    if (carrier === 'sigv4-query' && name === 'x-amz-content-sha256') continue;
    params.push({ name: anyCase(name, random), value, signed: true });
  }
  if (signed && random.chance(0.2))
    params.push({ name: random.pick(guardedParams), value: randomText(random, 1), signed: true });
  return params.filter(({ name }, i) => params.findIndex((other) => cosName(other.name) === cosName(name)) === i);
}

function randomHeaders(random: Random, carrier: CarrierName, rules: Rules): Plan['headers'] {
  const headers: Plan['headers'] = [{ name: 'host', value: random.pick([...rules.hosts]), signed: true }];
  for (const name of random.shuffled([...guardedHeaders, ...freeHeaders]).slice(0, random.below(4))) {
    const signed = guardedHeaders.includes(name) || random.chance(0.5);
    headers.push({ name, value: random.pick(headerValues), signed });
  }
  const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  if (carrier === 'sigv4-header') {
    headers.push({ name: 'x-amz-content-sha256', value: random.pick(['UNSIGNED-PAYLOAD', emptyHash]), signed: true });
  } else if (random.chance(0.1)) {
    headers.push({ name: random.pick(exemptHeaders), value: 'UNSIGNED-PAYLOAD', signed: false });
  }
  return headers;
}

type Times = Pick<Plan, 'signTime' | 'keyTime' | 'date' | 'expires' | 'scope' | 'algorithm'>;

function randomTimes(random: Random, carrier: CarrierName, { now, skew, region }: Rules): Times {
  const seconds = Math.floor(now.getTime() / 1000);
  const lifetime = 1 + random.pick([0, 60, 900, 3600, 604_799].map((most) => random.below(most + 1)));
  const oldest = carrier === 'sigv4-header' ? seconds - skew : seconds - lifetime;
  const start = random.chance(0.1)
    ? random.pick([oldest, seconds + skew])
    : oldest + random.below(seconds + skew - oldest + 1);
  const date = toDateText(start);
  const keyTime = `${start};${Math.max(seconds, start + lifetime)}`;
  const scope = `${date.slice(0, 8)}/${region}/s3/aws4_request`;
  const algorithm = carrier.startsWith('cos') ? 'sha1' : 'AWS4-HMAC-SHA256';
  return { signTime: keyTime, keyTime, date, expires: String(lifetime), scope, algorithm };
}

/** Seconds as ISO 8601's basic form. */
export function toDateText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/[-:]|\.\d+/g, '');
}
