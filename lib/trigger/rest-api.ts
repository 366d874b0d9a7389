// API Gateway REST API: `path` percent-encoded and without the stage, query decoded.

import type { APIGatewayProxyResult } from 'aws-lambda';
import { own } from './http-event';
import { httpTrigger, proxyReply } from './http-trigger';
import { readPayload1 } from './payload-1';
import { readGateway } from './vouched';

/**
 * Tells itself by `resource`, `httpMethod` and `requestContext.stage` without `version`. `requestContext.path` is the path
 * as sent: percent-encoded as `path` is, on the API's own domain behind the stage, on a custom one equal to `path`.
 */
export const restApi = httpTrigger({
  name: 'rest-api',
  read: (event) => {
    const found = readPayload1(event);
    if (found === null || found.version !== undefined) return null;
    const { id, method, path, query, headers, source, context } = found;
    const gateway = readGateway(own(context, 'domainName'), own(context, 'path'), path);
    return { id, request: { method, path, pathDecoded: false, query, headers, ...gateway, ...source } };
  },
  reply: (answer): APIGatewayProxyResult => proxyReply(answer),
});
