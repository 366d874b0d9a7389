// One request over node:http or node:https and its reply, limited in time and in bytes whatever the server does.

import * as http from 'node:http';
import * as https from 'node:https';
import { joinBytes } from '../bytes/join';
import { withinDeadline, withinMs } from './deadline';
import { errorCode } from './error-code';

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
 * Sends a request and reads the part of the reply's body that `planBody` chooses by the head. An error that `planBody`
 * throws is thrown. A connection that carried anything unexpected is closed. Throws ProblemError Timeout when `signal` fires.
 */
export async function httpExchange<Plan extends BodyPlan>(
  options: ExchangeOptions,
  planBody: (head: Head) => Plan,
): Promise<Exchange<Plan>> {
  const outgoing = (options.secure ? https : http).request(options.request);
  // Without a listener, an error after the race below would end the process.
  outgoing.on('error', () => {});
  try {
    // A race, and not only a destroyed request: the limit applies in every state of the connection.
    const late = () => ({ broken: 'TRY_TIMEOUT' });
    const work = withinMs<Exchange<Plan>>(
      options.tryMs,
      exchange(outgoing, options.body, planBody),
      late,
      options.signal,
    );
    const result = await withinDeadline(options.signal, options.doing, work);
    if ('broken' in result) outgoing.destroy();
    return result;
  } catch (error) {
    outgoing.destroy();
    throw error;
  }
}

async function exchange<Plan extends BodyPlan>(
  outgoing: http.ClientRequest,
  sent: Uint8Array | null,
  planBody: (head: Head) => Plan,
): Promise<Exchange<Plan>> {
  let incoming: http.IncomingMessage;
  try {
    incoming = await response(outgoing, sent);
  } catch (error) {
    return { broken: codeOf(error) };
  }
  const head = { status: incoming.statusCode ?? 0, headers: incoming.headers };
  const plan = planBody(head);
  const body = await readBody(incoming, plan);
  return 'broken' in body ? body : { head, plan, bytes: body.bytes };
}

function response(outgoing: http.ClientRequest, sent: Uint8Array | null): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.once('response', resolve);
    outgoing.once('error', reject);
    // After an upgrade that was not requested, node:http closes the connection without either event.
    outgoing.once('close', () => reject(Object.assign(new Error('no response'), { code: 'NO_RESPONSE' })));
    if (sent === null) outgoing.end();
    else outgoing.end(sent);
  });
}

type Body = Readonly<{ bytes: Uint8Array } | { broken: string }>;

async function readBody(incoming: http.IncomingMessage, plan: BodyPlan): Promise<Body> {
  const kept: Uint8Array[] = [];
  let offset = 0;
  try {
    for await (const chunk of incoming as AsyncIterable<Uint8Array>) {
      const part = chunk.subarray(Math.max(0, plan.start - offset), Math.max(0, plan.end - offset));
      if (part.length > 0) kept.push(part);
      offset += chunk.length;
      // Leaving the loop closes the connection.
      if (offset > plan.end && plan.rest === 'none') return { broken: 'LONG_BODY' };
      if (offset >= plan.end && plan.rest !== 'none') break;
    }
  } catch (error) {
    if (plan.rest !== 'any') return { broken: codeOf(error) };
  }
  if (offset < plan.end && plan.rest !== 'any') return { broken: 'SHORT_BODY' };
  const [chunk] = kept;
  // The slice() of Node's own chunks would not copy: callers get a plain Uint8Array.
  return { bytes: kept.length === 1 && chunk !== undefined ? new Uint8Array(chunk) : joinBytes(kept) };
}

/** Only the code of an error is passed on: its text and other fields (`rawPacket`) may repeat what was sent. */
function codeOf(error: unknown): string {
  return errorCode(error) ?? 'UNKNOWN';
}
