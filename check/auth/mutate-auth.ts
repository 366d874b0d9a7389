// Changes to the fields of a signature, and of where it is carried.

import { decode, encode } from '../../testing/auth/percent';
import { cosName } from '../../testing/auth/signer';
import { anyCase, type Random } from '../../testing/random/seeded';
import { type AuthFields, putAuth, takeAuth } from './auth-fields';
import { insert, type MutationContext, type Mutator, removeOne, replaceAt } from './mutator';
import { carriers } from './plan';
import { copyDraft, type Draft, type Pair } from './wire';

type Change = (fields: AuthFields, around: MutationContext, draft: Draft) => void;

/** COS signs the names of parameters in lower case, SigV4 as they are. */
export const signedNameCase: Mutator = { name: 'letter case of a signed name', weight: 4, mutate: changeNameCase };

export const authMutators: readonly Mutator[] = [
  signedNameCase,
  { name: 'time', weight: 5, mutate: change(changeTime) },
  { name: 'list', weight: 8, mutate: change(changeList) },
  { name: 'signature text', weight: 5, mutate: change(changeSignature) },
  { name: 'algorithm', weight: 2, mutate: change(changeAlgorithm) },
  { name: 'key id or scope', weight: 3, mutate: change(changeScope) },
  { name: 'repeat a field', weight: 3, mutate: change(repeatField) },
  { name: 'remove a field', weight: 3, mutate: change(({ pairs }, { random }) => removeOne(pairs, random)) },
  { name: 'order of fields', weight: 3, mutate: change(moveField) },
  { name: 'rename a field', weight: 2, mutate: change(renameField) },
  { name: 'field of another request', weight: 3, mutate: change(borrowField) },
  { name: 'text of a field', weight: 3, mutate: change(editField) },
  { name: 'signature of another request', weight: 3, mutate: swapAuth },
  { name: 'move the signature', weight: 6, mutate: moveAuth },
  { name: 'remove the signature', weight: 2, mutate: (draft) => void takeAuth(draft) },
  { name: 'second signature', weight: 4, mutate: addAuth },
  { name: 'stray field', weight: 4, mutate: addStray },
];

/** Takes the signature out, changes it, and puts it back. */
function change(edit: Change): Mutator['mutate'] {
  return (draft, around) => {
    const fields = takeAuth(draft);
    if (fields === null) return;
    edit(fields, around, draft);
    putAuth(draft, fields);
  };
}

function changeField({ pairs }: AuthFields, random: Random, names: RegExp, edit: (value: string) => string): void {
  const places = pairs.flatMap(([name], i) => (names.test(name) ? [i] : []));
  if (places.length > 0) replaceAt(pairs, random.pick(places), ([name, value]) => [name, edit(value ?? '')]);
}

/** A second more or less; of both COS times alike, or of one of them. */
function changeTime(fields: AuthFields, { random }: MutationContext, draft: Draft): void {
  const step = random.pick([1, -1, 60, -3600, 1e6]);
  const at = random.below(2);
  const shift = (text: string): string => {
    let seen = 0;
    return text.replace(/\d+(?!\d*T)/g, (digits) =>
      seen++ === at || !text.includes(';') ? String(Number(digits) + step).padStart(digits.length, '0') : digits,
    );
  };
  if (random.chance(0.5)) changeField(fields, random, /^(q-sign-time|q-key-time|Date|Expires)$/, shift);
  else for (const name of [/^q-sign-time$/, /^q-key-time$/, /^Date$/]) changeField(fields, random, name, shift);
  const dateAt = draft.headers.findIndex(([name]) => name.toLowerCase() === 'x-amz-date');
  if (random.chance(0.5)) replaceAt(draft.headers, dateAt, ([name, value]) => [name, shift(value)]);
}

function changeList(fields: AuthFields, { random }: MutationContext, { params, headers }: Draft): void {
  const present = [...params, ...headers].map(([name]) => name.toLowerCase());
  const name = random.pick([...present, 'host', 'x-absent', '__proto__', 'constructor', '', 'exif', 'q-ak', 'sign']);
  const edits: readonly ((names: string[]) => string[])[] = [
    (names) => [...names, name],
    (names) => [name, ...names],
    (names) => [...names, name].sort(),
    (names) => [...names, ...names],
    (names) => random.shuffled(names),
    (names) => names.slice(1),
    (names) => names.slice(0, -1),
    (names) => names.map((one) => one.toUpperCase()),
    (names) => names.map((one) => one.charAt(0).toUpperCase() + one.slice(1)),
    (names) => names.map((one) => one.replace(/^./, (char) => `%${char.charCodeAt(0).toString(16)}`)),
    (names) => names.map(encode),
    (names) => names.map(decodeURIComponentOr),
    (names) => names.map((one) => ` ${one}`),
    (names) => [names.join(random.pick([',', '; ', ';;', '&', '%3B', '|']))],
    () => [],
  ];
  const edit = random.pick(edits);
  changeField(fields, random, /^(q-header-list|q-url-param-list|SignedHeaders)$/, (text) =>
    edit(text === '' ? [] : text.split(';')).join(';'),
  );
}

function decodeURIComponentOr(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function changeSignature(fields: AuthFields, { random }: MutationContext): void {
  const edits: readonly ((text: string) => string)[] = [
    (text) => text.toUpperCase(),
    (text) => text.slice(0, -1),
    (text) => text.slice(1),
    (text) => `${text}0`,
    (text) => `${text}${text}`,
    (text) => ` ${text}`,
    (text) => text.replace(/./g, '0'),
    (text) => text.replace(/[0-9a-f]/, (digit) => (Number.parseInt(digit, 16) ^ 1).toString(16)),
    (text) => Buffer.from(text, 'hex').toString('base64'),
    (text) => text.replace(/[0-9]/, (digit) => String.fromCharCode(0xff10 + Number(digit))),
    () => '',
  ];
  changeField(fields, random, /^(q-signature|Signature)$/, random.pick(edits));
}

function changeAlgorithm(fields: AuthFields, { random }: MutationContext): void {
  const names = ['sha1', 'SHA1', 'sha256', 'md5', '', 'none', 'AWS4-HMAC-SHA256', 'aws4-hmac-sha256', 'AWS4-HMAC-SHA1'];
  const more = ['AWS4-ECDSA-P256-SHA256', 'AWS4-HMAC-SHA256-PAYLOAD', 'AWS', 'Bearer', 'sha1 ', 'HMAC-SHA1'];
  changeField(fields, random, /^(q-sign-algorithm|Algorithm)$/, () => random.pick([...names, ...more]));
}

function changeScope(fields: AuthFields, { random, rules }: MutationContext): void {
  const id = random.pick([...rules.keys.map((key) => key.id), 'unknown', '', '__proto__', 'constructor']);
  changeField(fields, random, /^q-ak$/, (text) => random.pick([id, text.toLowerCase(), encode(text), `${text} `]));
  changeField(fields, random, /^Credential$/, (text) => {
    const parts = text.split('/');
    const part = random.pick([
      id,
      '20260228',
      '20260301',
      'us-east-1',
      'eu-west-3',
      's3',
      'S3',
      'sts',
      'aws4_request',
      '',
    ]);
    const at = random.below(parts.length);
    const [deleted, added] = random.pick([
      [1, [part]],
      [1, [part]],
      [0, [part]],
      [1, []],
    ]);
    parts.splice(at, deleted, ...added);
    return parts.join('/');
  });
}

function repeatField({ pairs }: AuthFields, { random }: MutationContext): void {
  const [name, value] = random.pick(pairs);
  insert(pairs, [random.pick([name, name, name.toUpperCase()]), random.pick([value, value, '', `${value}1`])], random);
}

function moveField({ pairs, carrier }: AuthFields, { random }: MutationContext): void {
  const from = carrier === 'sigv4-header' ? 1 : 0; // what is first there is the algorithm
  const moved = random.shuffled(pairs.slice(from));
  pairs.splice(from, pairs.length, ...moved);
}

function renameField({ pairs }: AuthFields, { random }: MutationContext): void {
  const names = (name: string) => [name.toUpperCase(), name.toLowerCase(), ` ${name}`, `${name} `, `${name}s`, ''];
  replaceAt(pairs, random.below(pairs.length), ([name, value]) => [random.pick(names(name)), value]);
}

function borrowField({ pairs }: AuthFields, { random, partner }: MutationContext): void {
  const other = takeAuth(copyDraft(partner));
  const at = random.below(pairs.length);
  const found = other?.pairs.find(([name]) => name === pairs[at]?.[0]);
  if (found !== undefined) pairs[at] = found;
}

function editField({ pairs }: AuthFields, { random }: MutationContext): void {
  const odd = [' ', '\t', '+', '0', '%', '%20', '%00', ';', '&', '=', ',', '-1', '1e3', '.0', '\u0660', '\0', '/', "'"];
  const edit = (text: string): string => {
    const at = random.below(text.length + 1);
    return random.pick([
      text.slice(0, at) + random.pick(odd) + text.slice(at),
      random.pick(odd) + text,
      '',
      `0${text}`,
    ]);
  };
  replaceAt(pairs, random.below(pairs.length), ([name, value]): Pair => [name, edit(value ?? '')]);
}

function swapAuth(draft: Draft, { random, partner, donor }: MutationContext): void {
  const other = takeAuth(copyDraft(random.pick([partner, partner, donor])));
  if (other === null || takeAuth(draft) === null) return;
  putAuth(draft, other);
}

function changeNameCase(draft: Draft, { random }: MutationContext): void {
  const fields = takeAuth(copyDraft(draft));
  if (fields === null) return;
  const [, list] = fields.pairs.find(([name]) => name === 'q-url-param-list') ?? [];
  const isSigned = (name: string): boolean =>
    fields.carrier.startsWith('sigv4') || (list ?? '').toLowerCase().split(';').includes(cosName(name));
  const places = draft.params.flatMap(([name], at) => (isSigned(decode(name) ?? '') ? [at] : []));
  if (places.length === 0) return;
  replaceAt(draft.params, random.pick(places), ([name, value]) => [
    encode(anyCase(decode(name) ?? name, random)),
    value,
  ]);
}

/** The same fields in another carrier, of the scheme or of any. */
function moveAuth(draft: Draft, { random }: MutationContext): void {
  const fields = takeAuth(draft);
  if (fields === null) return;
  const scheme = fields.carrier.slice(0, 3);
  const others = carriers.filter((carrier) => carrier.startsWith(scheme) || random.chance(0.05));
  const carrier = random.pick(others);
  putAuth(draft, { carrier, pairs: fields.pairs });
  if (carrier === 'sigv4-query' && fields.carrier === 'sigv4-header') {
    const at = draft.headers.findIndex(([name]) => name.toLowerCase() === 'x-amz-date');
    const date = draft.headers[at]?.[1] ?? '';
    if (random.chance(0.7)) draft.headers.splice(at, 1);
    draft.params.push(['X-Amz-Date', date], ['X-Amz-Expires', '900']);
  }
}

/** A signature more: of another request, or this one's own once again or in another carrier. */
function addAuth(draft: Draft, { random, donor }: MutationContext): void {
  const fields = takeAuth(copyDraft(random.pick([donor, draft])));
  if (fields === null) return;
  const carrier = random.pick([
    fields.carrier,
    ...carriers.filter((name) => name.startsWith(fields.carrier.slice(0, 3))),
  ]);
  putAuth(draft, { ...fields, carrier });
}

/** A part of a signature more. */
function addStray(draft: Draft, { random, donor }: MutationContext): void {
  const fields = takeAuth(copyDraft(donor));
  const values = ['a', '', null, 'sha1', 'AWS4-HMAC-SHA256', fields?.pairs[0]?.[1] ?? null];
  const names = ['q-ak', 'q-signature', 'q-sign-algorithm', 'q-key-time', 'Q-AK', 'sign', 'SIGN', 'q%2Dak', 's%69gn'];
  const more = ['X-Amz-Algorithm', 'X-Amz-Signature', 'X-Amz-Credential', 'x-amz-signature', 'X-Amz-SignedHeaders'];
  const foreign = ['Signature', 'AWSAccessKeyId', 'OSSAccessKeyId', 'Expires', 'authorization', 'X%2DAmz%2DSignature'];
  insert(draft.params, [random.pick([...names, ...more, ...foreign]), random.pick(values)], random);
}
