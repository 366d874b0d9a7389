// Amazon API Gateway (REST API, HTTP API) and Lambda Function URL. Their events have two formats:
//   payload 1.0: REST API, HTTP API set to 1.0
//   payload 2.0: HTTP API, Function URL

import type { APIGatewayProxyResult, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Answer, HttpRequest } from '../types';
import { type Fields, own, ownFields, readHeaders, readPairs, readSourceIp, stripPrefix } from './event-fields';
import { type HttpEvent, httpTrigger, proxyReply } from './http-trigger';
import { encodeQuery, splitQuery } from './query';

/** The fields that both formats have. `path` is as in the event; the APIs differ in how they change it. */
type Payload = Readonly<{
  /** `requestContext` of the event. */
  context: Fields;
  stage: string;
  path: string;
  rest: Omit<HttpRequest, 'path' | 'pathDecoded' | 'gateway'>;
}>;

const reply1 = proxyReply satisfies (answer: Answer) => APIGatewayProxyResult;
const reply2 = proxyReply satisfies (answer: Answer) => APIGatewayProxyStructuredResultV2;

/**
 * Lambda Function URL, the best trigger on Lambda: path and query are raw, and there is no stage in the path. Recognised by
 * its domain.
 */
export const functionUrl = httpTrigger('function-url', (event) => {
  const payload = readPayload2(event, isFunctionUrlDomain);
  if (payload === null) return null;
  const { context, path, rest } = payload;
  const gateway = readGateway(context, path, path);
  return {
    id: own(context, 'requestId'),
    request: { ...rest, path, pathDecoded: false, ...gateway },
    compress: true,
    reply: reply2,
  };
});

/**
 * HTTP API, payload 2.0: the query is raw, but `rawPath` is decoded despite its name, and contains the stage. Recognised by
 * `version` "2.0" and `requestContext.http`, on every domain that is not of a Function URL.
 *
 * Two kinds of keys cannot be served, because the event lacks what is needed: keys with `?`, where the gateway decodes
 * the path and then cuts it; and, on a custom domain whose paths have no stage, keys in a folder with the name of the
 * stage. The stage `$default` avoids the second, a Function URL both.
 */
export const httpApi2 = httpTrigger('http-api-2', (event) => {
  const payload = readPayload2(event, (domain) => !isFunctionUrlDomain(domain));
  return payload === null ? null : fromHttpApi(payload, reply2);
});

/**
 * HTTP API, payload 1.0: path and query are decoded, and the path contains the stage. Recognised by `version` "1.0". Keys
 * with `?` cannot be served, as with payload 2.0.
 */
export const httpApi1 = httpTrigger('http-api-1', (event) => {
  const payload = readPayload1(event, '1.0');
  return payload === null ? null : fromHttpApi(payload, reply1);
});

/**
 * REST API: the path is percent-encoded and has no stage, the query is decoded. Recognised by `resource`, `httpMethod` and
 * `requestContext.stage` without `version`. `requestContext.path` is the path as sent: on the API's own domain it has the
 * stage before `path`, on a custom domain it is `path`.
 */
export const restApi = httpTrigger('rest-api', (event) => {
  const payload = readPayload1(event, undefined);
  if (payload === null) return null;
  const { context, path, rest } = payload;
  const gateway = readGateway(context, own(context, 'path'), path);
  return {
    id: own(context, 'requestId'),
    request: { ...rest, path, pathDecoded: false, ...gateway },
    reply: reply1,
  };
});

function fromHttpApi({ context, stage, path: sent, rest }: Payload, reply: HttpEvent['reply']): HttpEvent {
  const path = stage === '$default' ? sent : stripPrefix(sent, `/${stage}`);
  const gateway = readHttpApiGateway(context, sent, path);
  return {
    id: own(context, 'requestId'),
    request: { ...rest, path, pathDecoded: true, ...gateway },
    compress: true,
    reply,
  };
}

/** Reads payload 1.0 with this `version`; null for another shape. The query was decoded, so it is encoded again. */
function readPayload1(event: Fields, version: '1.0' | undefined): Payload | null {
  if (own(event, 'version') !== version || typeof own(event, 'resource') !== 'string') return null;
  const context = ownFields(event, 'requestContext');
  const identity = ownFields(context, 'identity');
  const stage = own(context, 'stage');
  const method = own(event, 'httpMethod');
  const path = own(event, 'path');
  if (typeof stage !== 'string' || typeof method !== 'string' || typeof path !== 'string') return null;
  const query = readPairs(own(event, 'multiValueQueryStringParameters') ?? own(event, 'queryStringParameters'));
  const headers = readHeaders(own(event, 'multiValueHeaders') ?? own(event, 'headers'), own(context, 'domainName'));
  if (query === null || headers === null) return null;
  const caller = { ...readSourceIp(own(identity, 'sourceIp')), ...readIamCaller(own(identity, 'userArn')) };
  return { context, stage, path, rest: { method, query: encodeQuery(query), headers, ...caller } };
}

/** Reads payload 2.0 of a domain that passes `isOurs`; null for another shape. The platform joined repeated headers. */
function readPayload2(event: Fields, isOurs: (domain: string) => boolean): Payload | null {
  if (own(event, 'version') !== '2.0') return null;
  const context = ownFields(event, 'requestContext');
  const domain = own(context, 'domainName');
  if (typeof domain !== 'string' || !isOurs(domain)) return null;
  const http = ownFields(context, 'http');
  const stage = own(context, 'stage');
  const method = own(http, 'method');
  const path = own(event, 'rawPath');
  const query = own(event, 'rawQueryString');
  if (typeof stage !== 'string' || typeof method !== 'string') return null;
  if (typeof path !== 'string' || typeof query !== 'string') return null;
  const headers = readHeaders(own(event, 'headers'), domain);
  if (headers === null) return null;
  const iam = ownFields(ownFields(context, 'authorizer'), 'iam');
  const caller = { ...readSourceIp(own(http, 'sourceIp')), ...readIamCaller(own(iam, 'userArn')) };
  return { context, stage, path, rest: { method, query: splitQuery(query), headers, ...caller } };
}

/** True for `<id>.lambda-url.<region>.on.<suffix>`, the domain of a Function URL: only there the path stays raw. */
function isFunctionUrlDomain(domain: string): boolean {
  return /^[a-z0-9-]+\.lambda-url\.[a-z0-9-]+\.on\.[a-z.]+$/i.test(domain);
}

/**
 * The caller that IAM authenticated, as a member of a request; null when IAM checked nobody [Lambda, "Request payload
 * format"]. The ARNs of all AWS partitions start with `arn:`.
 */
function readIamCaller(arn: unknown): Required<Pick<HttpRequest, 'iamCaller'>> {
  return { iamCaller: typeof arn === 'string' && arn.startsWith('arn:') ? arn : null };
}

/**
 * The API's domain, and the text before `path` in the path as `sent`, as a member of a request. No member when `sent` does
 * not end with `path`: then nobody knows which path the client signed.
 */
function readGateway(context: Fields, sent: unknown, path: string): Pick<HttpRequest, 'gateway'> {
  const host = own(context, 'domainName');
  if (typeof host !== 'string' || host === '' || typeof sent !== 'string' || !sent.endsWith(path)) return {};
  return { gateway: { host: host.toLowerCase(), prefix: sent.slice(0, sent.length - path.length) } };
}

/**
 * `readGateway` for an HTTP API, on the API's own domain only. On a custom domain the gateway puts the stage into the
 * path and removes the key of the mapping, so the path as sent is not known [serverless-express issue 465].
 */
function readHttpApiGateway(context: Fields, sent: string, path: string): Pick<HttpRequest, 'gateway'> {
  const host = own(context, 'domainName');
  const apiId = own(context, 'apiId');
  if (typeof host !== 'string' || typeof apiId !== 'string') return {};
  return host.toLowerCase().startsWith(`${apiId}.execute-api.`) ? readGateway(context, sent, path) : {};
}
