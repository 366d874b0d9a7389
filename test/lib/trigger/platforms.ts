// How each platform presents a request: the sample event, with the request's parts put in as that platform would.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alb } from '../../../lib/trigger/alb';
import { functionUrl, httpApi1, httpApi2, restApi } from '../../../lib/trigger/api-gateway';
import { scfApiGateway, scfFunctionUrl } from '../../../lib/trigger/scf-http';
import type { Answer, HttpRequest, Job, OpenedEvent, Outcome, Trigger } from '../../../lib/types';

export type Event = Record<string, unknown>;
/** A request as a client writes it on the wire; headers have the client's case and may repeat. */
export type Sent = { path: string; query?: string; method?: string; headers?: readonly (readonly [string, string])[] };
export type Platform = { sample: string; trigger: Trigger; present(sent: Sent): Event };

export const eventsFolder = join(__dirname, '../../../events');

export function sample(name: string): Event {
  return JSON.parse(readFileSync(join(eventsFolder, `${name}.json`), 'utf8'));
}

/** The event with its `requestContext` changed. */
export function withContext(event: Event, change: Event): Event {
  return { ...event, requestContext: { ...(event.requestContext as Event), ...change } };
}

/** The event as the trigger opens it. */
export function openedBy(trigger: Trigger, event: unknown): OpenedEvent {
  const opened = trigger.open(event, () => 'new-id');
  if (opened === null) throw new Error(`${trigger.name} must open the event`);
  return opened;
}

export function opens(trigger: Trigger, event: unknown): boolean {
  return trigger.open(event, () => 'new-id') !== null;
}

/** The triggers of a list that open the event. */
export function openersIn(list: readonly Trigger[], event: unknown): readonly Trigger[] {
  return list.filter((trigger) => opens(trigger, event));
}

export function requestOf(trigger: Trigger, event: unknown): HttpRequest {
  const job = jobOf(trigger, event);
  if (job.act !== 'answer') throw new Error('the job must be a request');
  return job.request;
}

export function jobOf(trigger: Trigger, event: unknown): Job {
  const [job, ...more] = openedBy(trigger, event).jobs;
  if (job === undefined || more.length > 0) throw new Error('one event must be one job');
  return job;
}

export function outcomeOf(trigger: Trigger, event: unknown, answer: Answer): Outcome {
  return { job: jobOf(trigger, event), answer, error: null };
}

const pairsOf = (query: string) =>
  query.split('&').map((part): [string, string] => {
    const [name = '', ...rest] = part.split('=');
    return [name, rest.join('=')];
  });
const last = (pairs: readonly (readonly [string, string])[]) => Object.fromEntries(pairs);
const all = (pairs: readonly (readonly [string, string])[]) =>
  Object.fromEntries(pairs.map(([name]) => [name, pairs.filter((pair) => pair[0] === name).map((pair) => pair[1])]));
const decoded = (query: string) =>
  pairsOf(query).map(([name, value]): [string, string] => [decodeURIComponent(name), decodeURIComponent(value)]);
const lower = (headers: Sent['headers'] = []) =>
  headers.map(([name, value]): [string, string] => [name.toLowerCase(), value]);
const joined = (headers: Sent['headers']) =>
  Object.fromEntries(Object.entries(all(lower(headers))).map(([name, values]) => [name, values.join(',')]));
/** HTTP APIs decode a path first and then cut it where a query would begin. */
const decodedPath = (path: string) => decodeURIComponent(path).replace(/\?.*$/s, '');

function payload1({ query, method = 'GET', headers = [] }: Sent): Event {
  return {
    httpMethod: method,
    headers: last(headers),
    multiValueHeaders: all(headers),
    queryStringParameters: query === undefined ? null : last(decoded(query)),
    multiValueQueryStringParameters: query === undefined ? null : all(decoded(query)),
  };
}

function payload2(name: string, { query = '', method = 'GET', headers }: Sent): Event {
  const http = { method, path: '/', protocol: 'HTTP/1.1', sourceIp: '203.0.113.10', userAgent: 'curl/8.5.0' };
  return withContext({ ...sample(name), rawQueryString: query, headers: joined(headers) }, { http });
}

export const platforms: readonly Platform[] = [
  {
    sample: 'rest-api',
    trigger: restApi,
    present: (sent) => ({
      ...withContext(sample('rest-api'), { path: `/prod${sent.path}` }),
      ...payload1(sent),
      path: sent.path,
    }),
  },
  {
    sample: 'http-api-1',
    trigger: httpApi1,
    present: (sent) => ({ ...sample('http-api-1'), ...payload1(sent), path: `/prod${decodedPath(sent.path)}` }),
  },
  {
    sample: 'http-api-2',
    trigger: httpApi2,
    present: (sent) => ({ ...payload2('http-api-2', sent), rawPath: decodedPath(sent.path) }),
  },
  {
    sample: 'function-url',
    trigger: functionUrl,
    present: (sent) => ({ ...payload2('function-url', sent), rawPath: sent.path }),
  },
  {
    sample: 'alb',
    trigger: alb,
    present: ({ path, query, method = 'GET', headers }) => ({
      ...sample('alb'),
      httpMethod: method,
      path,
      headers: last(lower(headers)),
      queryStringParameters: query === undefined ? {} : last(pairsOf(query)),
    }),
  },
  {
    sample: 'alb-multi',
    trigger: alb,
    present: ({ path, query, method = 'GET', headers }) => ({
      ...sample('alb-multi'),
      httpMethod: method,
      path,
      multiValueHeaders: all(lower(headers)),
      multiValueQueryStringParameters: query === undefined ? {} : all(pairsOf(query)),
    }),
  },
  {
    sample: 'scf-api-gateway',
    trigger: scfApiGateway,
    present: ({ path, query, method = 'GET', headers = [] }) => ({
      ...sample('scf-api-gateway'),
      httpMethod: method,
      path: `/bucket-exif${path}`,
      headers: last(headers),
      queryString: query === undefined ? {} : all(decoded(query)),
    }),
  },
  {
    sample: 'scf-function-url',
    trigger: scfFunctionUrl,
    present: ({ path, query, method = 'GET', headers }) => ({
      ...sample('scf-function-url'),
      httpMethod: method,
      path,
      headers: last(lower(headers)),
      queryString: query === undefined ? {} : all(decoded(query)),
    }),
  },
];
