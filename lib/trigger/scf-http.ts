// Tencent SCF event function: its Function URL, and Tencent API Gateway.

import type { HttpRequest } from '../types';
import { isFields, own, readHeaders, readPairs, readSourceIp, stripPrefix } from './event-fields';
import { httpTrigger, proxyReply } from './http-trigger';
import { encodeQuery, splitQuery } from './query';

/**
 * Tells itself by `httpMethod` and `path` without `requestContext`. The caller's address is left out: no document says
 * that `x-scf-remote-addr` cannot be forged.
 */
export const scfFunctionUrl = httpTrigger({
  name: 'scf-function-url',
  read: (event) => {
    const found = readScfEvent(event);
    if (found === null || (found.context !== undefined && found.context !== null)) return null;
    return { id: found.request.headers['x-scf-request-id'], request: found.request };
  },
  reply: proxyReply,
});

/**
 * Tells itself by `requestContext.serviceId`. `path` has no stage but begins with the path of the API, which for a
 * default trigger is the function's name: that is taken off. An API path with `{parameters}` is left, as on AWS.
 */
export const scfApiGateway = httpTrigger({
  name: 'scf-api-gateway',
  read: (event) => {
    const found = readScfEvent(event);
    if (found === null || !isFields(found.context) || typeof own(found.context, 'serviceId') !== 'string') return null;
    const apiPath = own(found.context, 'path');
    const { path } = found.request;
    const rest = typeof apiPath === 'string' && apiPath !== '/' ? stripPrefix(path, apiPath) : path;
    const source = readSourceIp(own(found.context, 'sourceIp'));
    return { id: own(found.context, 'requestId'), request: { ...found.request, path: rest, ...source } };
  },
  reply: proxyReply,
});

/** `context` is `requestContext`, which only the API Gateway trigger sends. */
type ScfEvent = Readonly<{ context: unknown; request: HttpRequest }>;

/** Reads such an event; null for another shape. The path is percent-encoded. */
function readScfEvent(event: unknown): ScfEvent | null {
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
