// Amazon API Gateway (REST API, HTTP API) and Lambda Function URL.

import type { APIGatewayProxyResult, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { HttpRequest } from '../types';
import {
  type Fields,
  isFields,
  own,
  ownFields,
  readHeaders,
  readPairs,
  readSourceIp,
  stripPrefix,
} from './event-fields';
import { httpTrigger, proxyReply } from './http-trigger';
import { encodeQuery, splitQuery } from './query';

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

/** `path` is as the event has it: what was done to it differs between the two. `context` is `requestContext`. */
type Payload1 = Readonly<{
  id: unknown;
  version: unknown;
  method: string;
  path: string;
  stage: string;
  query: HttpRequest['query'];
  headers: HttpRequest['headers'];
  /** What the platform vouches for: address and caller. */
  source: Pick<HttpRequest, 'sourceIp' | 'iamCaller'>;
  context: Fields;
}>;

/** Reads such an event; null for another shape. Both gateways decode the query, so it is encoded again. */
function readPayload1(event: unknown): Payload1 | null {
  if (!isFields(event) || typeof own(event, 'resource') !== 'string') return null;
  const context = ownFields(event, 'requestContext');
  const stage = own(context, 'stage');
  const method = own(event, 'httpMethod');
  const path = own(event, 'path');
  const query = readPairs(own(event, 'multiValueQueryStringParameters') ?? own(event, 'queryStringParameters'));
  const headers = readHeaders(own(event, 'multiValueHeaders') ?? own(event, 'headers'), own(context, 'domainName'));
  if (typeof stage !== 'string' || typeof method !== 'string' || typeof path !== 'string') return null;
  if (query === null || headers === null) return null;
  const id = own(context, 'requestId');
  const version = own(event, 'version');
  const source = { ...readSourceIp(own(ownFields(context, 'identity'), 'sourceIp')), ...readIdentityCaller(context) };
  return { id, version, method, path, stage, query: encodeQuery(query), headers, source, context };
}

/** `path` is as the event has it: what was done to it differs between the two. `context` is `requestContext`. */
type Payload2 = Readonly<{
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
function readPayload2(event: unknown): Payload2 | null {
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
function isFunctionUrlDomain(domain: string): boolean {
  return /^[a-z0-9-]+\.lambda-url\.[a-z0-9-]+\.on\.[a-z.]+$/i.test(domain);
}

/** `path` of an HTTP API without the stage, which stands there unless it is `$default`. */
function stripStage(path: string, stage: string): string {
  return stage === '$default' ? path : stripPrefix(path, `/${stage}`);
}

/**
 * The caller that IAM let in, as a member of a request: `requestContext.authorizer.iam.userArn` of a Function URL and of
 * payload 2.0. Null says that nobody was checked [Lambda, "Request payload format"].
 */
function readIamCaller(context: Fields): Required<Pick<HttpRequest, 'iamCaller'>> {
  return toCaller(own(ownFields(ownFields(context, 'authorizer'), 'iam'), 'userArn'));
}

/** `readIamCaller` for a REST API and payload 1.0: `requestContext.identity.userArn`. */
function readIdentityCaller(context: Fields): Required<Pick<HttpRequest, 'iamCaller'>> {
  return toCaller(own(ownFields(context, 'identity'), 'userArn'));
}

/** ARNs of every part of AWS begin so. */
function toCaller(arn: unknown): Required<Pick<HttpRequest, 'iamCaller'>> {
  return { iamCaller: typeof arn === 'string' && arn.startsWith('arn:') ? arn : null };
}

/**
 * The platform's domain `host`, and what was before `path` in the path `sent`, as a member of a request. Nothing where
 * `sent` does not end with `path`: what the caller signed is then unknown.
 */
function readGateway(host: unknown, sent: unknown, path: string): Pick<HttpRequest, 'gateway'> {
  if (typeof host !== 'string' || host === '' || typeof sent !== 'string' || !sent.endsWith(path)) return {};
  return { gateway: { host: host.toLowerCase(), prefix: sent.slice(0, sent.length - path.length) } };
}

/**
 * `readGateway` for an HTTP API. Nothing but on the API's own domain: on a custom one the gateway puts the stage into
 * the event's path and drops the mapping's key, so the path as sent is unknown [serverless-express issue 465].
 */
function readHttpApiGateway(context: Fields, sent: string, path: string): Pick<HttpRequest, 'gateway'> {
  const host = own(context, 'domainName');
  const apiId = own(context, 'apiId');
  if (typeof host !== 'string' || typeof apiId !== 'string') return {};
  return host.toLowerCase().startsWith(`${apiId}.execute-api.`) ? readGateway(host, sent, path) : {};
}
