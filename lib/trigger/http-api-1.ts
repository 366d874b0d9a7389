// API Gateway HTTP API, payload 1.0: `path` decoded, behind the name of the stage, query decoded.

import type { APIGatewayProxyResult } from 'aws-lambda';
import { stripStage } from './http-event';
import { httpTrigger, proxyReply } from './http-trigger';
import { readPayload1 } from './payload-1';
import { readHttpApiGateway } from './vouched';

/** Tells itself by `version` "1.0". A key with `?` cannot be asked for: the gateway cuts the path there (http-api-2). */
export const httpApi1 = httpTrigger({
  name: 'http-api-1',
  compress: true,
  read: (event) => {
    const found = readPayload1(event);
    if (found === null || found.version !== '1.0') return null;
    const { id, method, stage, query, headers, source, context } = found;
    const path = stripStage(found.path, stage);
    const gateway = readHttpApiGateway(context, found.path, path);
    return { id, request: { method, path, pathDecoded: true, query, headers, ...gateway, ...source } };
  },
  reply: (answer): APIGatewayProxyResult => proxyReply(answer),
});
