// Signs a plan and writes it as one of the many texts that mean the same: order, case and needless encoding vary.

import { encode, percentByte } from '../../testing/auth/percent';
import { cosName, cosSignature, type SigningInput, sigV4Signature } from '../../testing/auth/signer';
import type { Random } from '../../testing/random/seeded';
import type { Plan } from './plan';
import { type Draft, type Header, joinPair, type Pair } from './wire';

export function send(plan: Plan, random: Random): Draft {
  const write = randomWriter(random);
  const free: Draft = {
    method: plan.method,
    origin: '',
    path: `/${write(plan.key, pathRaw)}`,
    params: plan.params.map(({ name, value }) => [
      write(name, queryRaw),
      value === null ? null : write(value, queryRaw),
    ]),
    headers: plan.headers.filter(({ absent }) => !absent).map(({ name, value }) => [name, value]),
  };
  const draft = plan.carrier.startsWith('cos') ? addCos(plan, free, random) : addSigV4(plan, free, random);
  return {
    ...draft,
    params: random.shuffled(draft.params),
    headers: random.shuffled(draft.headers).map(([name, value]) => [randomCase(random, name), value]),
  };
}

function signedOf({ method, key, params, headers }: Plan, more: SigningInput['params'] = []): SigningInput {
  return {
    method,
    key,
    params: [...params.filter(({ signed }) => signed).map(({ name, value }) => [name, value ?? ''] as const), ...more],
    headers: headers.filter(({ signed }) => signed).map(({ name, value }) => [name, value] as const),
  };
}

function addCos(plan: Plan, draft: Draft, random: Random): Draft {
  const signed = signedOf(plan);
  const list = (pairs: SigningInput['params']) =>
    pairs
      .map(([name]) => cosName(name))
      .sort()
      .join(';');
  const fields: (readonly [string, string])[] = [
    ['q-sign-algorithm', plan.algorithm],
    ['q-ak', plan.keyId],
    ['q-sign-time', plan.signTime],
    ['q-key-time', plan.keyTime],
    ['q-header-list', list(signed.headers)],
    ['q-url-param-list', list(signed.params)],
    ['q-signature', cosSignature(signed, plan, plan.secret)],
  ];
  return putCos(draft, plan.carrier, fields, random.pick([';', '%3B', '%3b']));
}

/** Adds the fields of a COS signature to a request that has none. */
export function putCos(draft: Draft, carrier: string, fields: readonly Pair[], semicolon = ';'): Draft {
  const { params, headers } = draft;
  const text = fields.map(joinPair).join('&');
  if (carrier === 'cos-header') return { ...draft, headers: [...headers, ['Authorization', text]] };
  const write = (value: string) => encode(value).replaceAll('%3B', semicolon);
  if (carrier === 'cos-sign') return { ...draft, params: [...params, ['sign', write(text)]] };
  const pairs = fields.map(([name, value]): Pair => [name, value === null ? null : write(value)]);
  return { ...draft, params: [...params, ...pairs] };
}

function addSigV4(plan: Plan, draft: Draft, random: Random): Draft {
  const { algorithm, date, scope, secret } = plan;
  const credential = `${plan.keyId}/${scope}`;
  const stampHeaders: Header[] = plan.carrier === 'sigv4-header' ? [['x-amz-date', date]] : [];
  const { headers } = signedOf(plan);
  const list = [...headers, ...stampHeaders]
    .map(([name]) => name)
    .sort()
    .join(';');
  const stampParams: [string, string][] =
    plan.carrier === 'sigv4-header'
      ? []
      : [
          ['X-Amz-Algorithm', algorithm],
          ['X-Amz-Credential', credential],
          ['X-Amz-Date', date],
          ['X-Amz-Expires', plan.expires],
          ['X-Amz-SignedHeaders', list],
          ...(random.chance(0.3) ? [['X-Amz-Content-Sha256', 'UNSIGNED-PAYLOAD'] as [string, string]] : []),
        ];
  const signed = signedOf(plan, stampParams);
  const hash = plan.headers.find(({ name }) => name === 'x-amz-content-sha256')?.value;
  const payload = plan.carrier === 'sigv4-header' ? (hash ?? 'UNSIGNED-PAYLOAD') : 'UNSIGNED-PAYLOAD';
  const all = { ...signed, headers: [...signed.headers, ...stampHeaders] };
  const signature = sigV4Signature(all, { algorithm, date, scope, payload }, secret);
  if (plan.carrier === 'sigv4-header') {
    const text = `${algorithm} Credential=${credential}, SignedHeaders=${list}, Signature=${signature}`;
    return { ...draft, headers: [...draft.headers, ...stampHeaders, ['Authorization', text]] };
  }
  const pairs = [...stampParams, ['X-Amz-Signature', signature] as const];
  return { ...draft, params: [...draft.params, ...pairs.map(([name, value]): Pair => [name, encode(value)])] };
}

/** The characters that clients do not encode in a path and in a query, in addition to the unreserved ones. */
const pathRaw = "/!$&'()*+,;=:@";
const queryRaw = "/!$'()*,;:@?";

/** A way to percent-encode a request: strictly, with lower-case hex, as little as possible, or more than necessary. */
function randomWriter(random: Random): (text: string, raw: string) => string {
  const way = random.below(4);
  return (text, raw) => {
    if (way === 0) return encode(text).replaceAll('%2F', '/');
    if (way === 1) return encode(text).replace(/%../g, (code) => (code === '%2F' ? '/' : code.toLowerCase()));
    if (way === 2) return Array.from(text, (char) => (raw.includes(char) ? char : encode(char))).join('');
    return Array.from(text, (char) => (random.chance(0.2) ? encodeAll(char) : encode(char))).join('');
  };
}

function encodeAll(char: string): string {
  return Array.from(Buffer.from(char, 'utf8'), percentByte).join('');
}

function randomCase(random: Random, name: string): string {
  const way = random.below(3);
  if (way === 0) return name;
  return way === 1 ? name.toUpperCase() : name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}
