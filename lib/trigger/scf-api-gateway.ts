// SCF event function behind Tencent API Gateway (retired, still running for some).

import { isFields, own, stripPrefix } from './http-event';
import { httpTrigger, proxyReply } from './http-trigger';
import { readScfEvent } from './scf-event';
import { readSourceIp } from './vouched';

/**
 * Tells itself by `requestContext.serviceId`. `path` has no stage but begins with the path of the API, which for a
 * default trigger is the function's name: that is taken off. An API path with `{parameters}` is left, as on AWS.
 */
export const scfApiGateway = httpTrigger({
  name: 'scf-api-gateway',
  read: (event) => {
    const found = readScfEvent(event);
    if (found === null || !isFields(found.context) || typeof own(found.context, 'serviceId') !== 'string') return null;
    const apiPath = own(found.context, 'path');
    const { path } = found.request;
    const rest = typeof apiPath === 'string' && apiPath !== '/' ? stripPrefix(path, apiPath) : path;
    const source = readSourceIp(own(found.context, 'sourceIp'));
    return { id: own(found.context, 'requestId'), request: { ...found.request, path: rest, ...source } };
  },
  reply: proxyReply,
});
