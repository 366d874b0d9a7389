// SigV4: what a signature covers [S3 API reference, Authenticating Requests], read from the request as it arrived.

import { isHarmless, type SchemeJudgement } from './judgement';
import { toDateText } from './plan';
import type { Rules } from './rules';
import type { Param, View } from './view';

/** Parameters that make a presigned request. */
export const sigV4Members: ReadonlySet<string> = new Set(['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Signature']);
/** The other parts of such a request. */
const ownMembers: ReadonlySet<string> = new Set([
  ...sigV4Members,
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-SignedHeaders',
]);
const maxExpires = 604_800;

/** Parts that only a signed request has, in any carrier. */
type Stamp = Readonly<{
  fields: readonly Param[];
  algorithm: string;
  credential: string;
  signedHeaders: string;
  date: string;
  expires: string | null;
}>;

export function judgeSigV4(seen: View, carrier: string, rules: Rules): SchemeJudgement {
  const presigned = carrier === 'sigv4-query';
  const stamp = presigned ? presignedStamp(seen) : headerStamp(seen);
  const names = new Set(stamp.signedHeaders === '' ? [] : stamp.signedHeaders.split(';'));
  const headers = [...names].sort().map((name) => [name, collapse(seen.headers.get(name))]);
  const signed = presigned ? seen.params.filter(({ name }) => name !== 'X-Amz-Signature') : seen.params;
  const forms = [signed];
  const bare = signed.filter(({ name, value }) => name === 'exif' && value === '');
  const others = signed.filter((param) => !bare.includes(param));
  const isForObject = others.every((param) => (presigned && ownMembers.has(param.name)) || isHarmless(param));
  if (rules.unsignedOperation.has('sigv4') && bare.length === 1 && isForObject) forms.push(others);
  const stamped = stamp.fields.map(({ name, value }) => `${name}=${value}`).sort();
  const objections = [...objectionsTo(stamp, rules)];
  for (const [name, value] of headers) if (value === null) objections.push(`signed, but absent: ${name}`);
  return {
    canonicals: forms.map((params) => {
      const pairs = params.map(({ name, value }) => JSON.stringify([name, value])).sort();
      return JSON.stringify(['sigv4', seen.method, seen.path, pairs, headers, stamped]);
    }),
    objections,
    keyId: stamp.credential.split('/')[0] ?? '',
    covers: (name) => names.has(name),
  };
}

/** SigV4 counts a run of blanks as one. */
function collapse(value: string | undefined): string | null {
  return value === undefined ? null : value.replace(/[ \t]+/g, ' ');
}

function presignedStamp({ params }: View): Stamp {
  const textOf = (name: string) => params.find((param) => param.name === name)?.value ?? '';
  return {
    // The others are ordinary parameters, and are signed as such.
    fields: params.filter(({ name }) => name === 'X-Amz-Signature'),
    algorithm: textOf('X-Amz-Algorithm'),
    credential: textOf('X-Amz-Credential'),
    signedHeaders: textOf('X-Amz-SignedHeaders'),
    date: textOf('X-Amz-Date'),
    expires: textOf('X-Amz-Expires'),
  };
}

function headerStamp({ headers }: View): Stamp {
  const [algorithm = '', ...rest] = (headers.get('authorization') ?? '').split(' ');
  const fields = rest
    .join(' ')
    .split(',')
    .map((part) => {
      const [name = '', ...value] = part.trim().split('=');
      return { name, value: value.join('=') };
    });
  const textOf = (wanted: string) => fields.find(({ name }) => name === wanted)?.value ?? '';
  return {
    // The list is covered as the set of headers that it names.
    fields: [{ name: '', value: algorithm }, ...fields.map((field) => (field.name === 'SignedHeaders' ? list : field))],
    algorithm,
    credential: textOf('Credential'),
    signedHeaders: textOf('SignedHeaders'),
    date: headers.get('x-amz-date') ?? '',
    expires: null,
  };
}

function* objectionsTo({ algorithm, credential, date, expires }: Stamp, rules: Rules): Iterable<string> {
  if (algorithm !== 'AWS4-HMAC-SHA256') yield 'algorithm';
  const [, day, region, service, last, ...more] = credential.split('/');
  if (region !== rules.region || service !== 's3' || last !== 'aws4_request' || more.length > 0) yield 'scope';
  if (day !== date.slice(0, 8)) yield 'date of the scope';
  const start = toSeconds(date);
  const seconds = Math.floor(rules.now.getTime() / 1000);
  if (start === null) {
    yield 'date';
    return;
  }
  if (start > seconds + rules.skew) yield 'not valid yet';
  if (expires === null) {
    if (start < seconds - rules.skew) yield 'long ago';
    return;
  }
  const lifetime = /^[1-9]\d*$/.test(expires) ? Number(expires) : 0;
  if (lifetime < 1 || lifetime > maxExpires) yield 'expires';
  if (start + lifetime < seconds) yield 'expired';
}

const list: Param = { name: 'SignedHeaders', value: '' };

/** Unix seconds of `20260301T000500Z`; null when it is not such a time. */
function toSeconds(date: string): number | null {
  const [year = 0, month = 0, day, hour, minute, second] = date.match(/^\d{4}|\d\d/g)?.map(Number) ?? [];
  const seconds = Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
  return !Number.isNaN(seconds) && toDateText(seconds) === date ? seconds : null;
}
