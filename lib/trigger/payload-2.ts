// The event that API Gateway's HTTP API (payload 2.0) and Lambda Function URL have in common.

import type { HttpRequest } from '../types';
import { isFields, own, ownFields, readHeaders } from './http-event';
import { splitQuery } from './query';

/** `path` is as the event has it: what was done to it differs between the two. */
export type Payload2 = Readonly<{
  id: unknown;
  domain: string;
  method: string;
  path: string;
  stage: string;
  query: HttpRequest['query'];
  headers: HttpRequest['headers'];
}>;

/** Reads such an event; null for another shape. `rawQueryString` is raw; repeated headers were joined by the platform. */
export function readPayload2(event: unknown): Payload2 | null {
  if (!isFields(event) || own(event, 'version') !== '2.0') return null;
  const context = ownFields(event, 'requestContext');
  const method = own(ownFields(context, 'http'), 'method');
  const stage = own(context, 'stage');
  const domain = own(context, 'domainName');
  const path = own(event, 'rawPath');
  const rawQuery = own(event, 'rawQueryString');
  const headers = readHeaders(own(event, 'headers'), domain);
  if (typeof stage !== 'string' || typeof domain !== 'string') return null;
  if (typeof method !== 'string' || typeof path !== 'string' || typeof rawQuery !== 'string') return null;
  if (headers === null) return null;
  return { id: own(context, 'requestId'), domain, method, path, stage, query: splitQuery(rawQuery), headers };
}

/** True for the domain of a Function URL, `<id>.lambda-url.<region>.on.<suffix>`: only there the path stays raw. */
export function isFunctionUrlDomain(domain: string): boolean {
  return /^[a-z0-9-]+\.lambda-url\.[a-z0-9-]+\.on\.[a-z.]+$/.test(domain);
}
