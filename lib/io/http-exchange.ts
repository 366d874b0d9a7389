// One request over node:http or node:https and its reply, bounded in time and in bytes, whatever the server does.

import * as http from 'node:http';
import * as https from 'node:https';
import { joinBytes } from '../bytes/join';
import { withinDeadline } from './deadline';
import { errorCode } from './error-code';

export type Head = Readonly<{ status: number; headers: http.IncomingHttpHeaders }>;

/**
 * Bytes `start` up to, not including, `end` of a body are kept. Beyond `end` there must be no more (`none`), or more
 * is not waited for (`unwanted`); with `any`, the body may also end or break off before.
 */
export type BodyPlan = Readonly<{ start: number; end: number; rest: 'none' | 'unwanted' | 'any' }>;

export type Exchange<Plan> =
  | Readonly<{ head: Head; plan: Plan; bytes: Uint8Array }>
  /** `broken` is a code of node:http, or of ours: TRY_TIMEOUT, NO_RESPONSE, SHORT_BODY, LONG_BODY. */
  | Readonly<{ broken: string }>;

export type ExchangeOptions = Readonly<{
  secure: boolean;
  request: http.RequestOptions;
  /** Sent whole; its length stands in a header of `request`. null = none. */
  body: Uint8Array | null;
  /** Milliseconds from the start to the last byte. */
  tryMs: number;
  /** The action, for the log. */
  doing: string;
  signal: AbortSignal;
}>;

/**
 * Sends a request and reads of the reply's body what `planBody` says of its head; what that throws is thrown. A
 * connection that carried anything unexpected is closed, not kept. Throws ProblemError Timeout when `signal` fires.
 */
export async function httpExchange<Plan extends BodyPlan>(
  options: ExchangeOptions,
  planBody: (head: Head) => Plan,
): Promise<Exchange<Plan>> {
  const outgoing = (options.secure ? https : http).request(options.request);
  // Without this an error after the race below is decided would end the process.
  outgoing.on('error', () => {});
  let timer: NodeJS.Timeout | undefined;
  const tryOver = new Promise<Exchange<Plan>>((resolve) => {
    timer = setTimeout(resolve, options.tryMs, { broken: 'TRY_TIMEOUT' });
  });
  // A race, not only a destroyed request: the time holds whatever state the connection is in.
  const work = Promise.race([tryOver, exchange(outgoing, options.body, planBody)]);
  try {
    const result = await withinDeadline(options.signal, options.doing, work);
    if ('broken' in result) outgoing.destroy();
    return result;
  } catch (error) {
    outgoing.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
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
    // After an upgrade that nobody asked for, node:http closes the connection and says neither of the two.
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
  // Node's chunks are of a kind whose slice() does not copy: the result is not.
  return { bytes: new Uint8Array(joinBytes(kept)) };
}

/** Only the code of an error goes further: its text and other fields (`rawPacket`) may repeat what was sent. */
function codeOf(error: unknown): string {
  return errorCode(error) ?? 'UNKNOWN';
}
