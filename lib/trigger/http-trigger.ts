// All triggers for HTTP requests: one event is one job, and the answer to that job is the reply.

import { decodeBase64, encodeBase64 } from '../bytes/base64';
import { isBatch } from '../http/request';
import { ProblemError } from '../problem';
import type { Answer, HttpRequest, Outcome, Trigger } from '../types';
import { type Fields, isFields, own, readId } from './event-fields';

/** A request as read from an event. `reply` makes the platform's reply. */
export type HttpEvent = Readonly<{
  /** The platform's id of the request, of any type: it is checked before use. */
  id: unknown;
  request: HttpRequest;
  /** Set when the platform decodes a base64 body without a setting: then the answer may be compressed. */
  compress?: true;
  reply(answer: Answer): unknown;
}>;

/** The reply of every platform that takes one value for each header. */
export type ProxyReply = Readonly<{
  statusCode: number;
  headers: Record<string, string>;
  body: string;
  isBase64Encoded: boolean;
}>;

/** The trigger that `read` makes. `read` returns null for an event of another shape, and never throws. */
export function httpTrigger(name: string, read: (event: Fields) => HttpEvent | null): Trigger {
  return {
    name,
    open: (event, newId) => {
      if (!isFields(event)) return null;
      const found = read(event);
      if (found === null) return null;
      const { compress } = found;
      const request = withBody(found.request, event);
      const job = { id: readId(found.id) ?? newId(), trigger: name, act: 'answer', request } as const;
      return {
        jobs: [compress === undefined ? job : { ...job, compress }],
        unreadable: [],
        reply: (outcomes) => found.reply(toAnswer(name, request, outcomes)),
      };
    },
  };
}

/** A batch with its body, which every platform sends as text or as base64. All other requests have no body. */
function withBody(request: HttpRequest, event: Fields): HttpRequest {
  if (!isBatch(request)) return request;
  const text = own(event, 'body');
  if (typeof text !== 'string') return { ...request, body: new Uint8Array(0) };
  const isBase64 = own(event, 'isBase64Encoded') === true;
  const body = isBase64 ? (decodeBase64(text) ?? new Uint8Array(0)) : new TextEncoder().encode(text);
  return { ...request, body };
}

/** An answer in the form that API Gateway, Function URL and SCF take. */
export function proxyReply({ status, headers, body }: Answer): ProxyReply {
  return { statusCode: status, headers: { ...headers }, ...replyBody(headers, body) };
}

/** A text as it is, also when it was made as bytes; an image or a compressed text as base64, which is a third longer. */
function replyBody(headers: Answer['headers'], body: Answer['body']): Pick<ProxyReply, 'body' | 'isBase64Encoded'> {
  if (typeof body === 'string') return { body, isBase64Encoded: false };
  const isText = headers['content-type'] === 'application/json' && headers['content-encoding'] === undefined;
  return isText
    ? { body: new TextDecoder().decode(body), isBase64Encoded: false }
    : { body: encodeBase64(body), isBase64Encoded: true };
}

/** The answer to the one job, without a body where HTTP allows none [RFC 9110 9.3.2, 15.4.5]. */
function toAnswer(name: string, { method }: HttpRequest, outcomes: readonly Outcome[]): Answer {
  const [outcome] = outcomes;
  if (outcome === undefined || outcomes.length > 1) {
    const count = `${outcomes.length} outcomes, 1 expected`;
    throw new ProblemError('InternalError', `Cannot reply to an event of ${name}: ${count}`);
  }
  const { answer } = outcome;
  if (answer === null) {
    throw new ProblemError('InternalError', `Cannot reply to an event of ${name}: the outcome has no answer`);
  }
  const hasBody = method !== 'HEAD' && answer.status !== 204 && answer.status !== 304;
  return hasBody ? answer : { ...answer, body: '' };
}
