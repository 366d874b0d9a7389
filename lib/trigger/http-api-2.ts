// API Gateway HTTP API, payload 2.0: `rawPath` decoded in spite of its name, behind the name of the stage, query raw.

import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { stripStage } from './http-event';
import { httpTrigger, proxyReply } from './http-trigger';
import { isFunctionUrlDomain, readPayload2 } from './payload-2';
import { readHttpApiGateway } from './vouched';

/**
 * Tells itself by `version` "2.0" and `requestContext.http` on any domain but a Function URL's. Two kinds of key cannot
 * be asked for, because the event no longer tells: one with `?` (the gateway decodes the path, then cuts it there), and
 * on a custom domain whose paths come without the stage, one in a folder named as the stage. Stage `$default` avoids
 * the second, a Function URL both.
 */
export const httpApi2 = httpTrigger({
  name: 'http-api-2',
  compress: true,
  read: (event) => {
    const found = readPayload2(event);
    if (found === null || isFunctionUrlDomain(found.domain)) return null;
    const { id, method, stage, query, headers, source, context } = found;
    const path = stripStage(found.path, stage);
    const gateway = readHttpApiGateway(context, found.path, path);
    return { id, request: { method, path, pathDecoded: true, query, headers, ...gateway, ...source } };
  },
  reply: (answer): APIGatewayProxyStructuredResultV2 => proxyReply(answer),
});
