// Requests to one bucket in the S3 protocol (AWS S3, COS, and what is compatible), signed, over kept connections, tried
// again after a fault that may pass.

import { type ConnectionOptions, routeTo } from '../io/connections';
import { withinDeadline } from '../io/deadline';
import { type BodyPlan, type Head, httpExchange } from '../io/http-exchange';
import { readArrived } from '../io/kept-connections';
import { patience, type RetryOptions, retried, type Tried } from '../io/retry';
import { ProblemError } from '../problem';
import { type Credentials, encodeKey, type S3Place, type S3Sent, s3Address, s3Headers } from './request';

export type S3ClientOptions = S3Place &
  Readonly<{
    /** Asked at each try, because they rotate; null = an unsigned request. */
    credentials: () => Promise<Credentials | null>;
    /** Milliseconds for one try, from connecting to the last byte. */
    tryMs: number;
    maxTries: number;
    now?: () => Date;
  }> &
  ConnectionOptions &
  Partial<Pick<RetryOptions, 'random' | 'sleep'>>;

/** A request, and how its reply is read: `plan` and `read` may throw ProblemError, which ends all tries. */
export type S3Ask<Plan extends BodyPlan, T> = S3Sent &
  Readonly<{
    key: string;
    /** Those of the protocol (`x-amz-`, `x-cos-`) are signed; others are sent unsigned. */
    headers: Readonly<Record<string, string>>;
    /** The action, for the log. */
    doing: string;
    plan(head: Head): Plan;
    read(head: Head, plan: Plan, bytes: Uint8Array): Tried<T>;
  }>;

export type S3Client = <Plan extends BodyPlan, T>(ask: S3Ask<Plan, T>, signal: AbortSignal) => Promise<T>;

/**
 * A function that sends requests. Throws, besides what reading a reply throws: BucketFault (the connection), Timeout (a
 * try's or the caller's time), BucketMisconfigured (keys, certificate or name). No message holds a credential or a
 * signature.
 */
export function s3Client(options: S3ClientOptions): S3Client {
  const address = s3Address(options);
  const { host, prefix } = address;
  const route = routeTo(address, options);
  const now = options.now ?? (() => new Date());

  async function attempt<Plan extends BodyPlan, T>(
    index: number,
    ask: S3Ask<Plan, T>,
    signal: AbortSignal,
  ): Promise<Tried<T>> {
    const { method, body, doing } = ask;
    const credentials = await withinDeadline(signal, doing, options.credentials());
    const path = prefix + encodeKey(ask.key);
    const toSign = { ...options.headers, ...ofProtocol(ask.headers) };
    const signing = { region: options.region, headers: toSign, credentials, now: now() };
    const length = body === null ? {} : { 'Content-Length': String(body.length) };
    const headers = {
      ...s3Headers(host, path, ask, signing),
      'Accept-Encoding': 'identity',
      ...length,
      ...ask.headers,
      ...route.headers,
    };
    // A kept connection may have died while the function was frozen: a later try opens its own.
    const way = route.request(path, index > 0);
    if (typeof way.agent === 'object') await readArrived(way.agent);
    const request = { method, headers, ...way };
    const reply = await httpExchange(
      { secure: route.secure, request, body, tryMs: options.tryMs, doing, signal },
      ask.plan,
    );
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

/** The headers that a store may demand to be signed: SigV4 does so of its own. */
function ofProtocol(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => /^x-(amz|cos)-/.test(name)));
}

/** The same, of a connection that broke with `code`: that of node:http, or one of http-exchange.ts. */
export function orBroken(code: string, doing: string): Tried<never> {
  return orAgain(brokenProblem(code, doing), passing.has(code) || /^PROXY_(408|429|5\d\d)$/.test(code));
}

/** Codes of node:http, of http-exchange.ts and of proxy.ts for what may be well the next time. */
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
  'PROXY_CLOSED',
  'PROXY_TIMEOUT',
]);

/** Its `cause` is the code alone: the errors of node:http hold packets, which may repeat what was sent. */
function brokenProblem(code: string, doing: string): ProblemError {
  const message = `Cannot ${doing}: ${code}`;
  const options = { cause: { code } };
  if (['TRY_TIMEOUT', 'ETIMEDOUT', 'PROXY_TIMEOUT'].includes(code))
    return new ProblemError('Timeout', message, options);
  // A name that does not resolve, a certificate that is not the store's, a proxy that lets nobody through to the store.
  const ours = code === 'ENOTFOUND' || /CERT|^ERR_TLS_|^UNABLE_TO_|^PROXY_4(?!08|29)/.test(code);
  return new ProblemError(ours ? 'BucketMisconfigured' : 'BucketFault', message, options);
}
