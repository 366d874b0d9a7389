// Requests to one bucket in the S3 protocol (AWS S3, COS and compatible stores): signed, over pooled connections, with
// retries after temporary faults.

import { isPassingCode } from '../io/connection-codes';
import { withinDeadline } from '../io/deadline';
import { type BodyPlan, type Head, httpExchange } from '../io/http-exchange';
import { type ConnectionOptions, routeTo } from '../io/outgoing-connections';
import { drainPooled } from '../io/pooled-connections';
import { patience, type RetryOptions, retried, type TryResult } from '../io/retry';
import { ProblemError } from '../problem';
import { encodeKey, type S3Place, s3Address } from './request';
import { type Credentials, type MethodAndBody, type RequestToSign, signerFor } from './sign';

export type S3ClientOptions = S3Place &
  Readonly<{
    /** Called at each try, because credentials rotate; null = an unsigned request. */
    credentials: () => Credentials | null | Promise<Credentials | null>;
    /** Milliseconds for one try, from connecting to the last byte. */
    tryMs: number;
    maxTries: number;
    now?: () => Date;
  }> &
  ConnectionOptions &
  Partial<Pick<RetryOptions, 'random' | 'sleep'>>;

/** A request, and how its reply is read: `plan` and `read` may throw ProblemError, which ends all tries. */
export type S3Ask<Plan extends BodyPlan, T> = MethodAndBody &
  Readonly<{
    key: string;
    /** What follows `?`, percent-encoded; none when absent. It is signed. */
    query?: string;
    /** Headers of the protocol (`x-amz-`, `x-cos-`) are signed; others are sent unsigned. */
    headers: Readonly<Record<string, string>>;
    /** The action, for the log. */
    doing: string;
    /** The number of tries, when it is another one than that of all requests. */
    maxTries?: number;
    plan(head: Head): Plan;
    read(head: Head, plan: Plan, bytes: Uint8Array): TryResult<T>;
  }>;

export type S3Client = <Plan extends BodyPlan, T>(ask: S3Ask<Plan, T>, signal: AbortSignal) => Promise<T>;

/**
 * A function that sends requests. Throws the errors of reading a reply, and: BucketFault (the connection), Timeout (the time
 * of a try or of the caller), BucketMisconfigured (credentials, certificate or host name). No message contains a
 * credential or a signature.
 */
export function s3Client(options: S3ClientOptions): S3Client {
  const address = s3Address(options);
  const { host, prefix } = address;
  const route = routeTo(address, options);
  const hopHeaders = Object.entries(route.headers).flat();
  const sign = signerFor(options.region);
  const now = options.now ?? (() => new Date());

  async function attempt<Plan extends BodyPlan, T>(
    index: number,
    ask: S3Ask<Plan, T>,
    signal: AbortSignal,
  ): Promise<TryResult<T>> {
    const { method, body, query, doing } = ask;
    const given = options.credentials();
    const credentials = given instanceof Promise ? await withinDeadline(signal, doing, given) : given;
    const path = prefix + encodeKey(ask.key);
    const target = query === undefined ? path : `${path}?${query}`;
    const { signed, others } = byProtocol(ask.headers);
    const toSign = { method, body, host, path, query, headers: { ...options.headers, ...signed } };
    const headers = credentials === null ? unsigned(toSign) : sign(toSign, credentials, now());
    headers.push('Accept-Encoding', 'identity', ...others, ...hopHeaders);
    if (body !== null) headers.push('Content-Length', String(body.length));
    // A pooled connection may have died while the function was frozen: a retry opens a new one.
    const way = route.request(target, index > 0);
    if (typeof way.agent === 'object') await drainPooled(way.agent);
    const request = { method, headers, ...way };
    const reply = await httpExchange(
      { secure: route.secure, request, body, tryMs: options.tryMs, doing, signal },
      ask.plan,
    );
    if ('broken' in reply) return orBroken(reply.broken, doing);
    return ask.read(reply.head, reply.plan, reply.bytes);
  }

  const policy = { ...patience, ...options };
  return (ask, signal) => {
    const { maxTries = policy.maxTries } = ask;
    return retried((index) => attempt(index, ask, signal), { ...policy, maxTries }, ask.doing, signal);
  };
}

/** The problem as the result of this try, when a retry may solve it; otherwise throws it. */
export function orAgain(problem: ProblemError, again: boolean): TryResult<never> {
  if (!again) throw problem;
  return { problem };
}

/**
 * The headers of the protocol, which stores may require to be signed, and the others. These are sent unsigned: proxies before some
 * stores rewrite headers such as Accept-Encoding, which would break the signature.
 */
function byProtocol(headers: Readonly<Record<string, string>>) {
  const signed: Record<string, string> = {};
  const others: string[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (/^x-(amz|cos)-/.test(name)) signed[name] = value;
    else others.push(name, value);
  }
  return { signed, others };
}

function unsigned({ host, headers }: RequestToSign): string[] {
  return ['Host', host, ...Object.entries(headers).flat()];
}

/** The same for a connection that broke with `code`, which comes from node:http or http-exchange.ts. */
export function orBroken(code: string, doing: string): TryResult<never> {
  return orAgain(brokenProblem(code, doing), isPassingCode(code));
}

/** The `cause` has only the code: errors of node:http contain packets, which may repeat what was sent. */
function brokenProblem(code: string, doing: string): ProblemError {
  const message = `Cannot ${doing}: ${code}`;
  const options = { cause: { code } };
  if (['TRY_TIMEOUT', 'ETIMEDOUT', 'PROXY_TIMEOUT'].includes(code))
    return new ProblemError('Timeout', message, options);
  // A host name that does not resolve, a wrong certificate, or a proxy that refuses: errors in the settings.
  const ours = code === 'ENOTFOUND' || /CERT|^ERR_TLS_|^UNABLE_TO_|^PROXY_4(?!08|29)/.test(code);
  return new ProblemError(ours ? 'BucketMisconfigured' : 'BucketFault', message, options);
}
