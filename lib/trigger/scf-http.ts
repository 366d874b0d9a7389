// Tencent SCF event function: its Function URL, and Tencent API Gateway.

import type { HttpRequest } from '../types';
import { type Fields, isFields, own, readHeaders, readPairs, readSourceIp, stripPrefix } from './event-fields';
import { httpTrigger, proxyReply } from './http-trigger';
import { encodeQuery, splitQuery } from './query';

/**
 * Function URL. Recognised by `httpMethod` and `path` without `requestContext`. It has no `sourceIp`: no document says that
 * clients cannot send `x-scf-remote-addr` themselves.
 */
export const scfFunctionUrl = httpTrigger('scf-function-url', (event) => {
  const context = own(event, 'requestContext');
  const request = context === undefined || context === null ? readRequest(event) : null;
  return request === null ? null : { id: request.headers['x-scf-request-id'], request, reply: proxyReply };
});

/**
 * Tencent API Gateway (retired, but some still use it). Recognised by `requestContext.serviceId`. `path` has no stage, but
 * starts with the path of the API, which is the function's name for a default trigger: it is removed. An API path with
 * `{parameters}` is left in place, as on AWS.
 */
export const scfApiGateway = httpTrigger('scf-api-gateway', (event) => {
  const context = own(event, 'requestContext');
  if (!isFields(context) || typeof own(context, 'serviceId') !== 'string') return null;
  const request = readRequest(event);
  if (request === null) return null;
  const apiPath = own(context, 'path');
  const hasPrefix = typeof apiPath === 'string' && apiPath !== '/';
  const path = hasPrefix ? stripPrefix(request.path, apiPath) : request.path;
  return {
    id: own(context, 'requestId'),
    request: { ...request, path, ...readSourceIp(own(context, 'sourceIp')) },
    reply: proxyReply,
  };
});

/** The request of either event; null for another shape. The path is percent-encoded. */
function readRequest(event: Fields): HttpRequest | null {
  const method = own(event, 'httpMethod');
  const path = own(event, 'path');
  if (typeof method !== 'string' || typeof path !== 'string') return null;
  const query = readQuery(own(event, 'queryString'));
  const headers = readHeaders(own(event, 'headers'), undefined);
  if (query === null || headers === null) return null;
  return { method, path, pathDecoded: false, query, headers };
}

/** A string is the raw query; a map was decoded. A name without `=` has the value "", true or null. */
function readQuery(value: unknown): HttpRequest['query'] | null {
  if (typeof value === 'string') return splitQuery(value);
  const pairs = readPairs(value);
  return pairs === null ? null : encodeQuery(pairs);
}
