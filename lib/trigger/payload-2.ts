// The event that API Gateway's HTTP API (payload 2.0) and Lambda Function URL have in common.

import type { HttpRequest } from '../types';
import { type Fields, isFields, own, ownFields, readHeaders } from './http-event';
import { splitQuery } from './query';
import { readIamCaller, readSourceIp } from './vouched';

/** `path` is as the event has it: what was done to it differs between the two. `context` is `requestContext`. */
export type Payload2 = Readonly<{
  id: unknown;
  domain: string;
  method: string;
  path: string;
  stage: string;
  query: HttpRequest['query'];
  headers: HttpRequest['headers'];
  /** What the platform vouches for: address and caller. */
  source: Pick<HttpRequest, 'sourceIp' | 'iamCaller'>;
  context: Fields;
}>;

/** Reads such an event; null for another shape. `rawQueryString` is raw; repeated headers were joined by the platform. */
export function readPayload2(event: unknown): Payload2 | null {
  if (!isFields(event) || own(event, 'version') !== '2.0') return null;
  const context = ownFields(event, 'requestContext');
  const http = ownFields(context, 'http');
  const method = own(http, 'method');
  const stage = own(context, 'stage');
  const domain = own(context, 'domainName');
  const path = own(event, 'rawPath');
  const rawQuery = own(event, 'rawQueryString');
  const headers = readHeaders(own(event, 'headers'), domain);
  if (typeof stage !== 'string' || typeof domain !== 'string') return null;
  if (typeof method !== 'string' || typeof path !== 'string' || typeof rawQuery !== 'string') return null;
  if (headers === null) return null;
  const id = own(context, 'requestId');
  const source = { ...readSourceIp(own(http, 'sourceIp')), ...readIamCaller(context) };
  return { id, domain, method, path, stage, query: splitQuery(rawQuery), headers, source, context };
}

/** True for the domain of a Function URL, `<id>.lambda-url.<region>.on.<suffix>`: only there the path stays raw. */
export function isFunctionUrlDomain(domain: string): boolean {
  return /^[a-z0-9-]+\.lambda-url\.[a-z0-9-]+\.on\.[a-z.]+$/i.test(domain);
}
