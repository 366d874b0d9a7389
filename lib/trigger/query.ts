// A query as raw pairs: a raw query is split and not decoded; a map that the platform decoded is encoded again.

import { percentEncode } from '../bytes/percent';
import type { HttpRequest } from '../types';

/** The pairs of a raw query: split at `&`, each part at its first `=`. Empty parts are left out, nothing is decoded. */
export function splitQuery(raw: string): HttpRequest['query'] {
  return raw
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const end = part.indexOf('=');
      return end < 0 ? [part, null] : [part.slice(0, end), part.slice(end + 1)];
    });
}

/** Decoded pairs as raw pairs: decoding the result once gives `pairs` again. */
export function encodeQuery(pairs: HttpRequest['query']): HttpRequest['query'] {
  return pairs.map(([name, value]) => [percentEncode(name), value === null ? null : percentEncode(value)]);
}
