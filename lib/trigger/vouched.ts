// What a platform itself vouches for: where a request came from, and how it was led here. No header is believed.

import type { HttpRequest } from '../types';
import { type Fields, own } from './http-event';

/** The caller's address as a member of a request; nothing for what is no text. */
export function readSourceIp(value: unknown): Pick<HttpRequest, 'sourceIp'> {
  return typeof value === 'string' && value !== '' ? { sourceIp: value } : {};
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
