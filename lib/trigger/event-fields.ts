// Checked reads of a platform's event: own properties only, every type looked at, nothing thrown.

import type { HttpRequest } from '../types';
import type { Query } from './query';

export type Fields = Readonly<Record<string, unknown>>;

const saneId = /^[A-Za-z0-9\-_=.:;]{1,128}$/;

/** True for an object that is no list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own property, or undefined: what a prototype holds was not sent by the platform. */
export function own(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** An own property that is an object; without properties for anything else. */
export function ownFields(fields: Fields, name: string): Fields {
  const value = own(fields, name);
  return isFields(value) ? value : {};
}

/**
 * Pairs of a map whose values are texts or lists of texts, in the map's order; null for what is no such map. An absent
 * map has none. A value of `true` or null is a name that came without `=`.
 */
export function readPairs(map: unknown): Query | null {
  if (map === undefined || map === null) return [];
  if (!isFields(map)) return null;
  const pairs: [string, string | null][] = [];
  for (const [name, values] of Object.entries(map)) {
    const list: readonly unknown[] = Array.isArray(values) ? values : [values];
    for (const value of list) {
      if (typeof value === 'string') pairs.push([name, value]);
      else if (value === null || value === true) pairs.push([name, null]);
      else return null;
    }
  }
  return pairs;
}

/**
 * Headers of a map as `readPairs` takes it, names lower case; null for what is no such map. A repeated header is
 * joined with a bare comma, as SigV4 signs it and as platforms join it, so a second `host` or `authorization` is never
 * hidden. `host` fills in for a missing Host.
 */
export function readHeaders(map: unknown, host: unknown): HttpRequest['headers'] | null {
  const pairs = readPairs(map);
  if (pairs === null) return null;
  const headers = new Map<string, string>();
  for (const [name, value] of pairs) {
    const lower = name.toLowerCase();
    const before = headers.get(lower);
    headers.set(lower, before === undefined ? (value ?? '') : `${before},${value ?? ''}`);
  }
  if (!headers.has('host') && typeof host === 'string') headers.set('host', host);
  return Object.fromEntries(headers);
}

/** `path` without `prefix` (`/name`) where its first segments are the prefix's; otherwise as it is. */
export function stripPrefix(path: string, prefix: string): string {
  if (path === prefix) return '/';
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
}

/** An id that is safe in a log line and a header, or null. */
export function readId(id: unknown): string | null {
  return typeof id === 'string' && saneId.test(id) ? id : null;
}

/** The caller's address as a member of a request; nothing for what is no text. */
export function readSourceIp(value: unknown): Pick<HttpRequest, 'sourceIp'> {
  return typeof value === 'string' && value !== '' ? { sourceIp: value } : {};
}
