// The event that API Gateway's REST API and HTTP API (payload 1.0) have in common.

import type { HttpRequest } from '../types';
import { type Fields, isFields, own, ownFields, readHeaders, readPairs } from './http-event';
import { encodeQuery } from './query';
import { readIdentityCaller, readSourceIp } from './vouched';

/** `path` is as the event has it: what was done to it differs between the two. `context` is `requestContext`. */
export type Payload1 = Readonly<{
  id: unknown;
  version: unknown;
  method: string;
  path: string;
  stage: string;
  query: HttpRequest['query'];
  headers: HttpRequest['headers'];
  /** What the platform vouches for: address and caller. */
  source: Pick<HttpRequest, 'sourceIp' | 'iamCaller'>;
  context: Fields;
}>;

/** Reads such an event; null for another shape. Both gateways decode the query, so it is encoded again. */
export function readPayload1(event: unknown): Payload1 | null {
  if (!isFields(event) || typeof own(event, 'resource') !== 'string') return null;
  const context = ownFields(event, 'requestContext');
  const stage = own(context, 'stage');
  const method = own(event, 'httpMethod');
  const path = own(event, 'path');
  const query = readPairs(own(event, 'multiValueQueryStringParameters') ?? own(event, 'queryStringParameters'));
  const headers = readHeaders(own(event, 'multiValueHeaders') ?? own(event, 'headers'), own(context, 'domainName'));
  if (typeof stage !== 'string' || typeof method !== 'string' || typeof path !== 'string') return null;
  if (query === null || headers === null) return null;
  const id = own(context, 'requestId');
  const version = own(event, 'version');
  const source = { ...readSourceIp(own(ownFields(context, 'identity'), 'sourceIp')), ...readIdentityCaller(context) };
  return { id, version, method, path, stage, query: encodeQuery(query), headers, source, context };
}
