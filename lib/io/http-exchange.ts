// One request over node:http or node:https and its reply, limited in time and in bytes whatever the server does.

import type * as http from 'node:http';
import { joinBytes } from '../bytes/join';
import { checkDeadline, longestTimer, onAbort, timeoutProblem } from './deadline';
import { errorCode } from './error-code';
import { nodeClient } from './node-client';

export type Head = Readonly<{ status: number; headers: http.IncomingHttpHeaders }>;

/**
 * Keeps the bytes from `start` up to, not including, `end` of a body. `rest` says what may follow `end`: nothing
 * (`none`), or bytes that are not read (`unwanted`). With `any` the body may also end or break off before `end`.
 */
export type BodyPlan = Readonly<{ start: number; end: number; rest: 'none' | 'unwanted' | 'any' }>;

export type Exchange<Plan> =
  | Readonly<{ head: Head; plan: Plan; bytes: Uint8Array }>
  /** `broken` is a code of node:http, or of ours: TRY_TIMEOUT, NO_RESPONSE, SHORT_BODY, LONG_BODY. */
  | Readonly<{ broken: string }>;

export type ExchangeOptions = Readonly<{
  secure: boolean;
  request: http.RequestOptions;
  /** null = no body. Its length is in a header of `request`. */
  body: Uint8Array | null;
  /** Milliseconds from the start to the last byte. */
  tryMs: number;
  /** The action, for the log. */
  doing: string;
  signal: AbortSignal;
}>;

/**
 * Sends a request and reads the part of the reply's body that `planBody` chooses by the head. Rejects with an error that
 * `planBody` throws, and with ProblemError Timeout when `signal` fires. A connection that carried anything unexpected is closed.
 */
export function httpExchange<Plan extends BodyPlan>(
  { secure, request, body: sent, tryMs, doing, signal }: ExchangeOptions,
  planBody: (head: Head) => Plan,
): Promise<Exchange<Plan>> {
  // Events and one promise: a chain of promises, with a race for each limit, costs more than the request itself.
  return new Promise((resolve, reject) => {
    checkDeadline(signal, doing);
    const outgoing = nodeClient(secure).request(request);
    let isOver = false;
    // Called by the event that decides; later ones do nothing. The limits apply in every state of the connection.
    const end = (settle: () => void, keep: boolean): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      stopWaiting();
      if (!keep) outgoing.destroy();
      settle();
    };
    const fail = (error: unknown): void => end(() => reject(error), false);
    const breakOff = (broken: string): void => end(() => resolve({ broken }), false);
    const stopWaiting = onAbort(signal, () => fail(timeoutProblem(doing)));
    const timer = setTimeout(() => breakOff('TRY_TIMEOUT'), Math.min(tryMs, longestTimer));
    let hasReply = false;
    // The listeners stay: an error without a listener would end the process.
    outgoing.on('error', (error) => {
      if (!hasReply) breakOff(codeOf(error));
    });
    // After an upgrade that was not requested, node:http closes the connection without either event.
    outgoing.on('close', () => {
      if (!hasReply) breakOff('NO_RESPONSE');
    });
    outgoing.on('response', (incoming) => {
      hasReply = true;
      try {
        const head = { status: incoming.statusCode ?? 0, headers: incoming.headers };
        const plan = planBody(head);
        readBody(incoming, plan, (body, keep) => {
          end(() => resolve('broken' in body ? body : { head, plan, bytes: body.bytes }), keep);
        });
      } catch (error) {
        fail(error);
      }
    });
    if (sent === null) outgoing.end();
    else outgoing.end(sent);
  });
}

type Body = Readonly<{ bytes: Uint8Array } | { broken: string }>;

/** Calls `done` once, with the planned part of a body. `keep`: the connection may be used again. */
function readBody(incoming: http.IncomingMessage, plan: BodyPlan, done: (body: Body, keep: boolean) => void): void {
  const kept: Uint8Array[] = [];
  let offset = 0;
  let isDone = false;
  const finish = (broken: string | null, keep = false): void => {
    if (isDone) return;
    isDone = true;
    if (broken !== null && plan.rest !== 'any') done({ broken }, false);
    else if (offset < plan.end && plan.rest !== 'any') done({ broken: 'SHORT_BODY' }, false);
    else done({ bytes: oneOf(kept) }, keep);
  };
  incoming.on('data', (chunk: Uint8Array) => {
    const part = chunk.subarray(Math.max(0, plan.start - offset), Math.max(0, plan.end - offset));
    if (part.length > 0) kept.push(part);
    offset += chunk.length;
    if (offset > plan.end && plan.rest === 'none') finish('LONG_BODY');
    if (offset >= plan.end && plan.rest !== 'none') finish(null);
  });
  incoming.on('end', () => finish(null, true));
  incoming.on('error', (error) => finish(codeOf(error)));
  incoming.on('close', () => finish('ERR_STREAM_PREMATURE_CLOSE'));
}

/** All parts as one plain Uint8Array: the slice() of Node's own chunks would not copy. */
function oneOf(parts: readonly Uint8Array[]): Uint8Array {
  const [part] = parts;
  if (part === undefined || parts.length > 1) return joinBytes(parts);
  // A part of something larger is copied, so that the whole does not stay in memory.
  const isWhole = part.byteLength === part.buffer.byteLength;
  return isWhole ? new Uint8Array(part.buffer) : new Uint8Array(part);
}

/** Only the code of an error is passed on: its text and other fields (`rawPacket`) may repeat what was sent. */
function codeOf(error: unknown): string {
  return errorCode(error) ?? 'UNKNOWN';
}
