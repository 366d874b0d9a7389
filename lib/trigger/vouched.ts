// What a platform itself vouches for: where a request came from, and how it was led here. No header is believed.

import type { HttpRequest } from '../types';
import { type Fields, own, ownFields } from './http-event';

/** The caller's address as a member of a request; nothing for what is no text. */
export function readSourceIp(value: unknown): Pick<HttpRequest, 'sourceIp'> {
  return typeof value === 'string' && value !== '' ? { sourceIp: value } : {};
}

/**
 * The caller that IAM let in, as a member of a request: `requestContext.authorizer.iam.userArn` of a Function URL and of
 * payload 2.0. Null says that nobody was checked [Lambda, "Request payload format"].
 */
export function readIamCaller(context: Fields): Required<Pick<HttpRequest, 'iamCaller'>> {
  return toCaller(own(ownFields(ownFields(context, 'authorizer'), 'iam'), 'userArn'));
}

/** `readIamCaller` for a REST API and payload 1.0: `requestContext.identity.userArn`. */
export function readIdentityCaller(context: Fields): Required<Pick<HttpRequest, 'iamCaller'>> {
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
export function readGateway(host: unknown, sent: unknown, path: string): Pick<HttpRequest, 'gateway'> {
  if (typeof host !== 'string' || host === '' || typeof sent !== 'string' || !sent.endsWith(path)) return {};
  return { gateway: { host: host.toLowerCase(), prefix: sent.slice(0, sent.length - path.length) } };
}

/**
 * `readGateway` for an HTTP API. Nothing but on the API's own domain: on a custom one the gateway puts the stage into
 * the event's path and drops the mapping's key, so the path as sent is unknown [serverless-express issue 465].
 */
export function readHttpApiGateway(context: Fields, sent: string, path: string): Pick<HttpRequest, 'gateway'> {
  const host = own(context, 'domainName');
  const apiId = own(context, 'apiId');
  if (typeof host !== 'string' || typeof apiId !== 'string') return {};
  return host.toLowerCase().startsWith(`${apiId}.execute-api.`) ? readGateway(host, sent, path) : {};
}
