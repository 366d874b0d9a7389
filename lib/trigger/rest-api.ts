// API Gateway REST API: `path` percent-encoded and without the stage, query decoded.

import type { APIGatewayProxyResult } from 'aws-lambda';
import { httpTrigger, proxyReply } from './http-trigger';
import { readPayload1 } from './payload-1';

/** Tells itself by `resource`, `httpMethod` and `requestContext.stage` without `version`. */
export const restApi = httpTrigger({
  name: 'rest-api',
  read: (event) => {
    const found = readPayload1(event);
    if (found === null || found.version !== undefined) return null;
    const { id, method, path, query, headers } = found;
    return { id, request: { method, path, pathDecoded: false, query, headers } };
  },
  reply: (answer): APIGatewayProxyResult => proxyReply(answer),
});
