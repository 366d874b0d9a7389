// Application Load Balancer. Path and query are raw; headers and query are maps of one value or of several, as the target
// group is set.

import type { ALBResult } from 'aws-lambda';
import type { Answer } from '../types';
import { isFields, own, ownFields, readHeaders, readPairs, readSourceIp } from './event-fields';
import { httpTrigger, proxyReply } from './http-trigger';

/**
 * Recognised by `requestContext.elb`. A map of one value has only the last of a repeated parameter: set
 * `lambda.multi_value_headers.enabled` on the target group, so that a repeated parameter can be refused.
 */
export const alb = httpTrigger('alb', (event) => {
  if (!isFields(own(ownFields(event, 'requestContext'), 'elb'))) return null;
  const method = own(event, 'httpMethod');
  const path = own(event, 'path');
  if (typeof method !== 'string' || typeof path !== 'string') return null;
  const multiValueHeaders = own(event, 'multiValueHeaders');
  const headers = readHeaders(multiValueHeaders ?? own(event, 'headers'), undefined);
  const query = readPairs(own(event, 'multiValueQueryStringParameters') ?? own(event, 'queryStringParameters'));
  if (query === null || headers === null) return null;
  const source = readSourceIp(lastAddress(headers['x-forwarded-for']));
  return {
    id: headers['x-amzn-trace-id'],
    request: { method, path, pathDecoded: false, query, headers, ...source },
    compress: true,
    reply: isFields(multiValueHeaders) ? multiValueReply : singleValueReply,
  };
});

/** Reason phrases of the statuses that the service answers with [RFC 9110 15]. */
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
  413: 'Content Too Large',
  416: 'Range Not Satisfiable',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
};

/**
 * The address that the balancer appended to X-Forwarded-For; a client can write everything before it. This is true only
 * in mode "append", the default of `routing.http.xff_header_processing.mode`: in mode "preserve" a client writes the last
 * address too, in mode "remove" there is none. `routing.http.xff_client_port.enabled` adds a port, which is removed.
 */
function lastAddress(forwarded: string | undefined): string | undefined {
  const last = forwarded?.split(',').at(-1)?.trim();
  const [, v6, v4] = /^(?:\[([^\]]*)\](?::\d+)?|([\d.]+):\d+)$/.exec(last ?? '') ?? [];
  return v6 ?? v4 ?? last;
}

/** For a target group with multi-value headers, which takes `multiValueHeaders` only. */
function multiValueReply(answer: Answer): ALBResult {
  const { headers, ...rest } = singleValueReply(answer);
  const multiValueHeaders = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  return { ...rest, multiValueHeaders };
}

/** For every other target group, which takes `headers` only. */
function singleValueReply(answer: Answer) {
  const statusDescription = `${answer.status} ${reasons[answer.status] ?? 'Unknown'}`;
  return { ...proxyReply(answer), statusDescription } satisfies ALBResult;
}
