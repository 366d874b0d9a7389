// Takes the fields of a signature out of a request, and puts them back, in the same place or in another.

import { decode, encode } from '../../testing/auth/percent';
import { cosMembers } from './oracle-cos';
import type { CarrierName } from './plan';
import { putCos } from './send';
import { type Draft, type Pair, splitPair } from './wire';

/** Names are those of the carrier; values as they are in its plainest form, an `Authorization` header. */
export type AuthFields = Readonly<{ carrier: CarrierName; pairs: Pair[] }>;

const presignedNames = ['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date', 'X-Amz-Expires', 'X-Amz-SignedHeaders'];

/** Takes the first signature out of a request; null when none can be recognised. */
export function takeAuth(draft: Draft): AuthFields | null {
  const at = draft.headers.findIndex(([name]) => name.toLowerCase() === 'authorization');
  const text = draft.headers[at]?.[1].trim();
  if (text !== undefined) {
    draft.headers.splice(at, 1);
    if (text.startsWith('q-')) return { carrier: 'cos-header', pairs: text.split('&').map(splitPair) };
    const [algorithm = '', ...rest] = text.split(' ');
    const pairs = rest.join(' ').split(/, */).map(splitPair);
    return { carrier: 'sigv4-header', pairs: [['Algorithm', algorithm], ...pairs] };
  }
  const signAt = draft.params.findIndex(([name]) => name === 'sign');
  if (signAt >= 0) {
    const [param] = draft.params.splice(signAt, 1);
    return { carrier: 'cos-sign', pairs: (decode(param?.[1] ?? '') ?? '').split('&').map(splitPair) };
  }
  const cos = takeParams(draft, (name) => cosMembers.has(name));
  if (cos.length > 0) return { carrier: 'cos-query', pairs: cos };
  const sigv4 = takeParams(draft, (name) => presignedNames.includes(name) || name === 'X-Amz-Signature');
  if (sigv4.length === 0) return null;
  return { carrier: 'sigv4-query', pairs: sigv4.map(([name, value]) => [name.slice('X-Amz-'.length), value]) };
}

function takeParams(draft: Draft, isWanted: (name: string) => boolean): Pair[] {
  const taken = draft.params.filter(([name]) => isWanted(decode(name) ?? ''));
  draft.params = draft.params.filter((param) => !taken.includes(param));
  return taken.map(([name, value]) => [decode(name) ?? '', value === null ? null : (decode(value) ?? value)]);
}

export function putAuth(draft: Draft, { carrier, pairs }: AuthFields): void {
  if (carrier.startsWith('cos')) Object.assign(draft, putCos(draft, carrier, pairs));
  else if (carrier === 'sigv4-query') {
    const params = pairs.map(([name, value]): Pair => [`X-Amz-${name}`, value === null ? null : encode(value)]);
    draft.params = [...draft.params, ...params];
  } else {
    const [[, algorithm] = ['', ''], ...rest] = pairs;
    const text = rest.map(([name, value]) => `${name}=${value ?? ''}`).join(', ');
    draft.headers = [...draft.headers, ['Authorization', `${algorithm ?? ''} ${text}`]];
  }
}
