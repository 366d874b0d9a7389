// The event that SCF's API Gateway trigger and Function URL have in common.

import type { HttpRequest } from '../types';
import { isFields, own, readHeaders, readPairs } from './http-event';
import { encodeQuery, splitQuery } from './query';

/** `context` is `requestContext`, which only the API Gateway trigger sends. */
export type ScfEvent = Readonly<{ context: unknown; request: HttpRequest }>;

/** Reads such an event; null for another shape. The path is percent-encoded. */
export function readScfEvent(event: unknown): ScfEvent | null {
  if (!isFields(event)) return null;
  const method = own(event, 'httpMethod');
  const path = own(event, 'path');
  const query = readQuery(own(event, 'queryString'));
  const headers = readHeaders(own(event, 'headers'), undefined);
  if (typeof method !== 'string' || typeof path !== 'string' || query === null || headers === null) return null;
  return { context: own(event, 'requestContext'), request: { method, path, pathDecoded: false, query, headers } };
}

/** A text is the raw query; a map was decoded. Bare `exif` is seen as "", true or null. */
function readQuery(value: unknown): HttpRequest['query'] | null {
  if (typeof value === 'string') return splitQuery(value);
  const pairs = readPairs(value);
  return pairs === null ? null : encodeQuery(pairs);
}
