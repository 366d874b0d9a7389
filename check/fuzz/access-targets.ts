// Targets of access control that take a document: policies of keys, and the text that holds keys.
import { parseKeyRing } from '../../lib/auth/key-ring';
import { allows, type Policy, type PolicyRequest, parsePolicy } from '../../lib/auth/policy';
import { ProblemError } from '../../lib/problem';
import type { Target } from './target';

const encode = (value: unknown): Uint8Array => new Uint8Array(Buffer.from(JSON.stringify(value)));

/** Reads a policy and asks it about some requests; what it answers must hold together. */
export function policyTarget(): Target {
  return {
    name: 'policy',
    kind: 'json',
    weight: 2,
    maxLength: 4096,
    seeds: () => [...camPolicies, ...awsPolicies].map(encode),
    run: async (input) => judgePolicy(input),
    examine: async (input) => judgePolicy(input),
  };
}

const bucket = 'photos-1250000000';
const asks: readonly PolicyRequest[] = [
  { bucket, region: 'ap-guangzhou', key: 'a/b.jpg', sourceIp: '10.1.2.3', referer: 'https://example.com/a' },
  { bucket, region: '', key: 'a//b.jpg', sourceIp: null, referer: null },
  { bucket, region: 'ap-guangzhou', key: 'x/../a/b.jpg', sourceIp: '::ffff:10.1.2.3', referer: '' },
  { bucket: 'photos', region: 'eu-west-3', key: 'ключ*?.jpg', sourceIp: 'fe80::1', referer: 'HTTPS://EXAMPLE.COM/' },
].map((ask) => ({ ...ask, now: new Date('2026-03-01T00:05:00.700Z') }));

/** Any policy that is read gives the same verdict in any order, less after a deny, and no more to a caller it knows less of. */
function judgePolicy(input: Uint8Array): readonly string[] {
  const value = parsedJson(input);
  if (value === undefined) return [];
  const policy = policyOf(value);
  if (policy === null) return [];
  const wrong: string[] = [];
  const reversed = { statements: policy.statements.toReversed() };
  const denied = { statements: [...policy.statements, ...denyAll.statements] };
  for (const ask of asks) {
    const verdict = allows(policy, ask);
    if (typeof verdict !== 'boolean') wrong.push('a verdict that is not a boolean');
    if (allows(reversed, ask) !== verdict) wrong.push('the order of statements changes the verdict');
    if (allows(denied, ask)) wrong.push('allowed although a statement denies everything');
    const unknown = { ...ask, region: '', sourceIp: null };
    if (allows(policy, unknown) && !verdict) wrong.push('a caller of unknown address or region may do more');
  }
  const again = policyOf(JSON.parse(JSON.stringify(value)));
  if (again === null || asks.some((ask) => allows(again, ask) !== allows(policy, ask)))
    wrong.push('read differently again');
  return wrong;
}

function policyOf(value: unknown): Policy | null {
  try {
    return parsePolicy(value);
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'ConfigInvalid' && error.message.isWellFormed()) return null;
    throw error;
  }
}

function parsedJson(input: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(input).toString());
  } catch {
    return undefined;
  }
}

const cam = (statement: unknown) => ({ version: '2.0', statement });
const aws = (statement: unknown) => ({ Version: '2012-10-17', Statement: statement });
const denyAll = parsePolicy(aws([{ Effect: 'Deny', Action: '*', Resource: '*' }]));

const camRule = {
  effect: 'allow',
  action: 'name/cos:GetObject',
  resource: `qcs::cos:ap-guangzhou:uid/1250000000:${bucket}/a/*`,
};
const camPolicies: readonly unknown[] = [
  cam([camRule]),
  cam([
    { ...camRule, action: ['name/cos:Get*', 'cos:HeadObject'], resource: '*' },
    { ...camRule, effect: 'deny' },
  ]),
  ...[
    { ip_equal: { 'qcs:ip': ['10.0.0.0/8', '2001:db8::/32'] } },
    { ip_not_equal: { 'qcs:ip': '10.1.2.3' } },
    {
      date_less_than: { 'qcs:current_time': '2026-12-31T00:00:00Z' },
      date_greater_than_equal: { 'qcs:current_time': '1700000000' },
    },
    { string_like: { 'cos:referer': ['https://*.example.com/*', '*'] }, string_not_equal: { 'qcs:referer': 'a' } },
    { string_equal_ignore_case: { 'cos:referer': 'https://example.com/A' } },
    { date_equal: { 'qcs:current_time': '2026-03-01' }, date_not_equal: { 'qcs:current_time': '2026-03-02' } },
  ].map((condition) => cam([{ ...camRule, resource: '*', condition }])),
];
const awsRule = { Sid: 'a', Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/a/*` };
const awsPolicies: readonly unknown[] = [
  aws(awsRule),
  aws([
    {
      ...awsRule,
      Action: ['s3:Get*', 's3:ListBucket'],
      Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
    },
  ]),
  aws([
    { ...awsRule, Resource: 'arn:aws-cn:s3:::photo?/*' },
    { ...awsRule, Effect: 'Deny', Resource: '*' },
  ]),
  ...[
    { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', 'fe80::/10'] } },
    { NotIpAddress: { 'aws:sourceip': '10.1.2.3/32' } },
    {
      StringLike: { 'aws:Referer': 'https://example.com/?' },
      DateLessThanEquals: { 'aws:CurrentTime': '2026-03-01T00:05:00Z' },
    },
    { StringNotLike: { 'aws:Referer': ['http:*'] }, DateGreaterThan: { 'aws:CurrentTime': '2020-01-01' } },
    { StringNotEqualsIgnoreCase: { 'aws:referer': 'x' } },
  ].map((Condition) => aws([{ ...awsRule, Resource: '*', Condition }])),
];

/** Reads the text that holds keys. No message may quote a secret. */
export function keysTarget(): Target {
  return {
    name: 'keys',
    kind: 'json',
    weight: 1,
    maxLength: 4096,
    seeds: () =>
      [
        { AKIDexample: 'Zq7hunterZq7' },
        { AKIDexample: ['Zq7hunterZq7', 'Zq7secondZq7'], AKIAEXAMPLE: { secrets: 'Zq7thirdZq7' } },
        { a: { secrets: ['Zq7hunterZq7'], policy: awsPolicies[0] }, b: { secrets: 'x', policy: camPolicies[0] } },
      ].map(encode),
    run: async (input) => judgeKeys(Buffer.from(input).toString()),
    examine: async (input) => judgeKeys(Buffer.from(input).toString()),
  };
}

function judgeKeys(text: string): readonly string[] {
  try {
    const { keys, rounds } = parseKeyRing(text);
    const most = Math.max(1, ...[...keys.values()].map(({ secrets }) => secrets.length));
    const isSound = [...keys.values()].every(({ secrets, policy }) => secrets.length > 0 && policy !== undefined);
    return isSound && rounds === most ? [] : ['a ring with a key without a secret, or of wrong rounds'];
  } catch (error) {
    if (!(error instanceof ProblemError && error.code === 'ConfigInvalid')) throw error;
    return secretsIn(text).some((secret) => error.message.includes(secret)) ? ['a message quotes a secret'] : [];
  }
}

/** A part of every secret in the seeds, and of no message. */
const canary = 'Zq7';

/** The texts in the places of secrets. Ids and policies may be quoted, so what is in both places does not count. */
function secretsIn(text: string): readonly string[] {
  const ring = parsedJson(Buffer.from(text.replace(/^\ufeff/, '')));
  if (typeof ring !== 'object' || ring === null) return [];
  const found: string[] = [];
  const others = [...Object.keys(ring)];
  for (const value of Object.values(ring)) {
    const isEntry = typeof value === 'object' && value !== null && !Array.isArray(value);
    const { secrets, ...rest } = isEntry ? (value as Record<string, unknown>) : { secrets: value as unknown };
    found.push(...[secrets].flat(2).filter((secret) => typeof secret === 'string'));
    others.push(JSON.stringify(rest) ?? '');
  }
  return found.filter((secret) => secret.includes(canary) && !others.some((other) => other.includes(secret)));
}
