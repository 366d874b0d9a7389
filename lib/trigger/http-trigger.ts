// What all HTTP doors share: one event is one job, its outcome is the reply.

import { encodeBase64 } from '../bytes/base64';
import { ProblemError } from '../problem';
import type { Answer, HttpRequest, Outcome, Trigger } from '../types';
import { readId } from './event-fields';

/** What an event says: the request, and the platform's id for it (any value: it is checked before use). */
export type HttpEvent = Readonly<{ id: unknown; request: HttpRequest }>;

/** What differs between the doors. `read` gives null for an event of another shape, and never throws. */
export type HttpDoor = Readonly<{
  name: string;
  /** The gateway hands on a body of bytes as it is (`isBase64Encoded`), without any setting of its own. */
  compress?: true;
  read(event: unknown): HttpEvent | null;
  reply(answer: Answer, event: unknown): unknown;
}>;

/** The reply of every gateway that takes one value for each header. */
export type ProxyReply = Readonly<{
  statusCode: number;
  headers: Record<string, string>;
  body: string;
  isBase64Encoded: boolean;
}>;

/** A trigger of a door. Its `toJobs` throws InternalError for an event that it does not match. */
export function httpTrigger({ name, compress, read, reply }: HttpDoor): Trigger {
  return {
    name,
    matches: (event) => read(event) !== null,
    toJobs: (event, newId) => {
      const found = read(event);
      if (found === null) throw new ProblemError('InternalError', `Cannot read a ${name} event: it has another shape`);
      const job = { id: readId(found.id) ?? newId(), trigger: name, act: 'answer', request: found.request } as const;
      return [compress === undefined ? job : { ...job, compress }];
    },
    toReply: (outcomes, event) => reply(readAnswer(name, outcomes), event),
  };
}

/** An answer as API Gateway, Function URL and SCF take it: bytes as base64. */
export function proxyReply({ status, headers, body }: Answer): ProxyReply {
  const isText = typeof body === 'string';
  return {
    statusCode: status,
    headers: { ...headers },
    body: isText ? body : encodeBase64(body),
    isBase64Encoded: !isText,
  };
}

/** The answer to the one job; without a body where HTTP has none [RFC 9110 9.3.2, 15.4.5]. */
function readAnswer(name: string, outcomes: readonly Outcome[]): Answer {
  const [outcome] = outcomes;
  if (outcome === undefined || outcomes.length > 1) {
    throw new ProblemError('InternalError', `Cannot reply to a ${name} event: ${outcomes.length} outcomes, 1 needed`);
  }
  const { job, answer } = outcome;
  if (job.act !== 'answer' || answer === null) {
    throw new ProblemError('InternalError', `Cannot reply to a ${name} event: its outcome has no answer`);
  }
  const bodiless = job.request.method === 'HEAD' || answer.status === 204 || answer.status === 304;
  return bodiless ? { ...answer, body: '' } : answer;
}
