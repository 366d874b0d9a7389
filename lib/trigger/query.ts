// Queries as raw pairs: a raw query is split and never decoded; a map that a platform decoded is encoded again.

import { percentEncode } from '../bytes/percent';
import type { HttpRequest } from '../types';

export type Query = HttpRequest['query'];

/** Pairs of a raw query: split at `&`, each part at its first `=`. Empty parts are left out, nothing is decoded. */
export function splitQuery(raw: string): Query {
  return raw
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const end = part.indexOf('=');
      return end < 0 ? [part, null] : [part.slice(0, end), part.slice(end + 1)];
    });
}

/** Decoded pairs as raw ones: decoding the result once gives the originals back. */
export function encodeQuery(pairs: Query): Query {
  return pairs.map(([name, value]) => [percentEncode(name), value === null ? null : percentEncode(value)]);
}
