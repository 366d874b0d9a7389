// A request as the oracle reads it: from its bytes on the wire, by RFC 9112, without any code of lib/ or handler/.

import { decode } from '../../testing/auth/percent';
import { splitPair, splitTarget, type Wire } from './wire';

export type Param = Readonly<{ name: string; value: string }>;

export type View = Readonly<{
  method: string;
  /** Decoded once, with its slash. */
  path: string;
  /** Decoded once, in order; empty ones left out. */
  params: readonly Param[];
  /** By lower-case name, without blanks at the ends, repeated ones joined with a comma. */
  headers: ReadonlyMap<string, string>;
  /** Lines of `Authorization` that are not empty. */
  authorizations: number;
}>;

export function view({ method, target, headers }: Wire): View {
  const [whole = '', authority] = /^https?:\/\/([^/?]*)/i.exec(target) ?? [];
  const rest = target.slice(whole.length);
  const { path, params } = splitTarget(whole !== '' && !rest.startsWith('/') ? `/${rest}` : rest);
  const joined = new Map<string, string>();
  let authorizations = 0;
  for (const [rawName, rawValue] of headers) {
    const name = rawName.toLowerCase();
    const before = joined.get(name);
    joined.set(name, trim(before === undefined ? rawValue : `${before},${rawValue}`));
    if (name === 'authorization' && trim(rawValue) !== '') authorizations++;
  }
  if (authority !== undefined) joined.set('host', authority);
  const pairs = params.filter(([name, value]) => name !== '' || value !== null);
  return {
    method,
    path: decoded(path),
    params: pairs.map(([name, value]) => ({ name: decoded(name), value: decoded(value ?? '') })),
    headers: joined,
    authorizations,
  };
}

/** `a=1&b=2` as pairs of raw text. */
export function fieldsOf(text: string): readonly Param[] {
  return text.split('&').map((part) => {
    const [name, value] = splitPair(part);
    return { name, value: value ?? '' };
  });
}

/** A text that cannot be decoded becomes a text that no signer ever makes. */
function decoded(text: string): string {
  return decode(text) ?? `\uffff broken: ${text}`;
}

/** Blanks that HTTP does not count [RFC 9110 5.5]. */
function trim(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, '');
}
