// Requests to one bucket in the S3 protocol (AWS S3, COS, and what is compatible), signed, over kept connections, tried
// again after a fault that may pass.

import * as http from 'node:http';
import * as https from 'node:https';
import type { LookupFunction } from 'node:net';
import { ProblemError } from '../problem';
import { withinDeadline } from './deadline';
import { type BodyPlan, type Head, httpExchange } from './http-exchange';
import { closingStrays, readArrived } from './kept-connections';
import { patience, type RetryOptions, retried, type Tried } from './retry';
import { type Credentials, encodeKey, type S3Place, type S3Sent, s3Address, s3Headers } from './s3-request';

export type S3ClientOptions = S3Place &
  Readonly<{
    /** Asked at each try, because they rotate; null = an unsigned request. */
    credentials: () => Promise<Credentials | null>;
    /** Milliseconds for one try, from connecting to the last byte. */
    tryMs: number;
    maxTries: number;
    now?: () => Date;
    lookup?: LookupFunction;
  }> &
  Partial<Pick<RetryOptions, 'random' | 'sleep'>>;

/** A request, and how its reply is read: `plan` and `read` may throw ProblemError, which ends all tries. */
export type S3Ask<Plan extends BodyPlan, T> = S3Sent &
  Readonly<{
    key: string;
    /** Sent unsigned. */
    headers: Readonly<Record<string, string>>;
    /** The action, for the log. */
    doing: string;
    plan(head: Head): Plan;
    read(head: Head, plan: Plan, bytes: Uint8Array): Tried<T>;
  }>;

export type S3Client = <Plan extends BodyPlan, T>(ask: S3Ask<Plan, T>, signal: AbortSignal) => Promise<T>;

/** Idle connections kept: more than one object's reads together, few enough to leave a small store alone. */
const idleConnections = 16;

/**
 * A function that sends requests. Throws, besides what reading a reply throws: BucketFault (the connection), Timeout (a
 * try's or the caller's time), BucketMisconfigured (keys, certificate or name). No message holds a credential or a
 * signature.
 */
export function s3Client(options: S3ClientOptions): S3Client {
  const { secure, hostname, port, host, prefix } = s3Address(options);
  const agentOptions = { keepAlive: true, maxFreeSockets: idleConnections };
  const agent = closingStrays(secure ? new https.Agent(agentOptions) : new http.Agent(agentOptions));
  const target = { hostname, port, ...(options.lookup === undefined ? {} : { lookup: options.lookup }) };
  const now = options.now ?? (() => new Date());

  async function attempt<Plan extends BodyPlan, T>(
    index: number,
    ask: S3Ask<Plan, T>,
    signal: AbortSignal,
  ): Promise<Tried<T>> {
    const { method, body, doing } = ask;
    const credentials = await withinDeadline(signal, doing, options.credentials());
    const path = prefix + encodeKey(ask.key);
    const signing = { region: options.region, headers: options.headers ?? {}, credentials, now: now() };
    const length = body === null ? {} : { 'Content-Length': String(body.length) };
    const headers = {
      ...s3Headers(host, path, ask, signing),
      'Accept-Encoding': 'identity',
      ...length,
      ...ask.headers,
    };
    // A kept connection may have died while the function was frozen: a later try opens its own.
    if (index === 0) await readArrived(agent);
    const request = { ...target, method, path, headers, agent: index === 0 ? agent : false };
    const reply = await httpExchange({ secure, request, body, tryMs: options.tryMs, doing, signal }, ask.plan);
    if ('broken' in reply) return orBroken(reply.broken, doing);
    return ask.read(reply.head, reply.plan, reply.bytes);
  }

  const policy = { ...patience, ...options };
  return (ask, signal) => retried((index) => attempt(index, ask, signal), policy, ask.doing, signal);
}

/** A problem that another try may cure, as the outcome of this one; any other is thrown. */
export function orAgain(problem: ProblemError, again: boolean): Tried<never> {
  if (!again) throw problem;
  return { problem };
}

/** The same, of a connection that broke with `code`: that of node:http, or one of http-exchange.ts. */
export function orBroken(code: string, doing: string): Tried<never> {
  return orAgain(brokenProblem(code, doing), passing.has(code));
}

/** Codes of node:http and of http-exchange.ts for what may be well the next time. */
const passing = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'ETIMEDOUT',
  'ERR_SOCKET_CONNECTION_TIMEOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'ERR_STREAM_PREMATURE_CLOSE',
  'TRY_TIMEOUT',
  'NO_RESPONSE',
  'SHORT_BODY',
]);

/** Its `cause` is the code alone: the errors of node:http hold packets, which may repeat what was sent. */
function brokenProblem(code: string, doing: string): ProblemError {
  const message = `Cannot ${doing}: ${code}`;
  const options = { cause: { code } };
  if (code === 'TRY_TIMEOUT' || code === 'ETIMEDOUT') return new ProblemError('Timeout', message, options);
  // A name that does not resolve, a certificate that is not the store's.
  const ours = code === 'ENOTFOUND' || /CERT|^ERR_TLS_|^UNABLE_TO_/.test(code);
  return new ProblemError(ours ? 'BucketMisconfigured' : 'BucketFault', message, options);
}
