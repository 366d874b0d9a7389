// Application Load Balancer: path and query raw, in maps of single or of multiple values as the target group is set.

import type { ALBResult } from 'aws-lambda';
import type { Answer } from '../types';
import { isFields, own, ownFields, readHeaders, readPairs, readSourceIp } from './event-fields';
import { type HttpEvent, httpTrigger, proxyReply } from './http-trigger';

/**
 * Tells itself by `requestContext.elb`. Maps of single values keep only the last of a repeated parameter: set
 * `lambda.multi_value_headers.enabled` on the target group so that a repeated one can be refused.
 */
export const alb = httpTrigger({ name: 'alb', compress: true, read, reply });

/** Reason phrases of the statuses in use [RFC 9110 15]. */
const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  204: 'No Content',
  304: 'Not Modified',
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  412: 'Precondition Failed',
  416: 'Range Not Satisfiable',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
};

function read(event: unknown): HttpEvent | null {
  if (!isFields(event) || !isFields(own(ownFields(event, 'requestContext'), 'elb'))) return null;
  const method = own(event, 'httpMethod');
  const path = own(event, 'path');
  const query = readPairs(own(event, 'multiValueQueryStringParameters') ?? own(event, 'queryStringParameters'));
  const headers = readHeaders(own(event, 'multiValueHeaders') ?? own(event, 'headers'), undefined);
  if (typeof method !== 'string' || typeof path !== 'string' || query === null || headers === null) return null;
  const source = readSourceIp(lastAddress(headers['x-forwarded-for']));
  return { id: headers['x-amzn-trace-id'], request: { method, path, pathDecoded: false, query, headers, ...source } };
}

/**
 * The address that the balancer appended to X-Forwarded-For; all before it is the caller's word. True only in mode
 * "append", the default of `routing.http.xff_header_processing.mode`: in "preserve" the last entry is the caller's word
 * too, in "remove" there is none. With `routing.http.xff_client_port.enabled` a port follows, which is taken off.
 */
function lastAddress(forwarded: string | undefined): string | undefined {
  const last = forwarded?.split(',').at(-1)?.trim();
  const [, v6, v4] = /^(?:\[([^\]]*)\](?::\d+)?|([\d.]+):\d+)$/.exec(last ?? '') ?? [];
  return v6 ?? v4 ?? last;
}

/** A target group set to multiple values takes only `multiValueHeaders`, any other only `headers`. */
function reply(answer: Answer, event: unknown): ALBResult {
  const { headers, ...rest } = proxyReply(answer);
  const statusDescription = `${answer.status} ${reasons[answer.status] ?? 'Unknown'}`;
  if (!isFields(event) || !isFields(own(event, 'multiValueHeaders'))) return { ...rest, statusDescription, headers };
  const multiValueHeaders = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  return { ...rest, statusDescription, multiValueHeaders };
}
