// Lambda Function URL: payload 2.0 with path and query raw and no stage, the best source on Lambda.

import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { httpTrigger, proxyReply } from './http-trigger';
import { isFunctionUrlDomain, readPayload2 } from './payload-2';
import { readGateway } from './vouched';

/** Tells itself by its domain; all else is as in HTTP API payload 2.0. */
export const functionUrl = httpTrigger({
  name: 'function-url',
  compress: true,
  read: (event) => {
    const found = readPayload2(event);
    if (found === null || !isFunctionUrlDomain(found.domain)) return null;
    const { id, domain, method, path, query, headers, source } = found;
    const gateway = readGateway(domain, path, path);
    return { id, request: { method, path, pathDecoded: false, query, headers, ...gateway, ...source } };
  },
  reply: (answer): APIGatewayProxyStructuredResultV2 => proxyReply(answer),
});
