// Requests as they travel, and in parts that can be changed one by one.

import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { HttpRequest } from '../../lib/types';
import { toHttpRequest } from '../../service/server/server';

export type Pair = readonly [name: string, value: string | null];
export type Header = readonly [name: string, value: string];

/** A request line and headers. */
export type Wire = Readonly<{ method: string; target: string; headers: readonly Header[] }>;

/** The same to be changed: all text is raw. `origin` is `http://host` of a target in absolute form, or empty. */
export type Draft = { method: string; origin: string; path: string; params: Pair[]; headers: Header[] };

export function toWire({ method, origin, path, params, headers }: Draft): Wire {
  return { method, target: `${origin}${toTarget(path, params)}`, headers };
}

function toTarget(path: string, params: readonly Pair[]): string {
  return params.length === 0 ? path : `${path}?${params.map(joinPair).join('&')}`;
}

export function joinPair([name, value]: Pair): string {
  return value === null ? name : `${name}=${value}`;
}

/** The text at its first `=`. */
export function splitPair(text: string): Pair {
  const end = text.indexOf('=');
  return end < 0 ? [text, null] : [text.slice(0, end), text.slice(end + 1)];
}

/** Path and parameters of a target in origin form; `toWire` gives the same text back. */
export function splitTarget(target: string): { path: string; params: Pair[] } {
  const end = target.indexOf('?');
  if (end < 0) return { path: target, params: [] };
  return {
    path: target.slice(0, end),
    params: target
      .slice(end + 1)
      .split('&')
      .map(splitPair),
  };
}

export function copyDraft(draft: Draft): Draft {
  return { ...draft, params: [...draft.params], headers: [...draft.headers] };
}

/** The request as the server's entry point passes it on. */
export function toRequest({ method, target, headers }: Wire): HttpRequest {
  return toHttpRequest(Object.assign(new IncomingMessage(nobody), { method, url: target, rawHeaders: headers.flat() }));
}

const nobody = new Socket();

export function sameWire(a: Wire, b: Wire): boolean {
  return (
    a.method === b.method &&
    a.target === b.target &&
    a.headers.length === b.headers.length &&
    a.headers.every(([name, value], i) => name === b.headers[i]?.[0] && value === b.headers[i]?.[1])
  );
}

/** For people: characters that cannot be printed become `\u0000`. */
export function printWire({ method, target, headers }: Wire): string {
  const lines = [`${method} ${target} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  return lines
    .map((line) => line.replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`))
    .map((line) => `    ${line}`)
    .join('\n');
}
