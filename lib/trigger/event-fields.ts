// Checked reads of a platform's event: own properties only, every type checked, nothing thrown.

import type { HttpRequest } from '../types';

export type Fields = Readonly<Record<string, unknown>>;

const safeId = /^[A-Za-z0-9\-_=.:;]{1,128}$/;

/** True for an object that is not an array. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The own property `name`, or undefined. The platform did not send what is on a prototype. */
export function own(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** The own property `name` when it is an object, otherwise an empty object. */
export function ownFields(fields: Fields, name: string): Fields {
  const value = own(fields, name);
  return isFields(value) ? value : {};
}

/** The id when it is safe in a log line and in a header, otherwise null. */
export function readId(id: unknown): string | null {
  return typeof id === 'string' && safeId.test(id) ? id : null;
}

/**
 * The pairs of a map from names to strings or lists of strings, in the map's order; null when `map` is anything else. An
 * absent map has no pairs. The values true and null are from a name without `=`.
 */
export function readPairs(map: unknown): HttpRequest['query'] | null {
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
 * The headers of a map that `readPairs` can read, with names in lower case; null when it cannot. The values of a repeated
 * header are joined with a comma and no space, as SigV4 signs them and as platforms join them: so a second `host` or
 * `authorization` stays visible. `host` is used when there is no Host header.
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

/** The client's address as a member of a request; no member when `value` is not a non-empty string. */
export function readSourceIp(value: unknown): Pick<HttpRequest, 'sourceIp'> {
  return typeof value === 'string' && value !== '' ? { sourceIp: value } : {};
}

/** `path` without `prefix` (`/name`) when its first segments are those of the prefix, otherwise `path`. */
export function stripPrefix(path: string, prefix: string): string {
  if (path === prefix) return '/';
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
}
