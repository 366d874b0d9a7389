// A sink that sends messages to a web address, signed as Standard Webhooks says [Standard Webhooks 1.0.0].
import { createHash, createHmac } from 'node:crypto';
import type { LookupFunction } from 'node:net';
import { encodeBase64 } from '../bytes/base64';
import { isPassingCode } from '../io/connection-codes';
import { withinDeadline } from '../io/deadline';
import { type BodyPlan, type Head, httpExchange } from '../io/http-exchange';
import { routeTo } from '../io/outgoing-connections';
import { drainPooled } from '../io/pooled-connections';
import { privateAddressCode, publicLookup } from '../io/public-address';
import { patience, type RetryOptions, retried, type TryResult } from '../io/retry';
import { ProblemError } from '../problem';
import type { Env } from '../types';
import type { WebhookLocation } from './location';
import { secretSource } from './secret';
import type { Outgoing, Sink, SinkDeps } from './sink';
import { checkWebhook, readWebhookSecrets } from './webhook-settings';

export type WebhookOptions = Readonly<{
  url: URL;
  /** Called for each request. Each of them signs, so that a receiver may have either while a secret is replaced. */
  secrets: () => Promise<readonly Uint8Array[]>;
  /** Whether the messages may go to a private address, and without TLS. */
  allowPrivate: boolean;
  /** Milliseconds for one try, from connecting to the last byte. */
  tryMs: number;
  maxTries: number;
  /** The environment with HTTPS_PROXY and similar variables. */
  env: Env;
  /** Milliseconds since 1970. */
  now?: () => number;
  lookup?: LookupFunction;
}> &
  Partial<Pick<RetryOptions, 'random' | 'sleep'>>;

/** Bytes of the body of a request: nginx takes 1 MiB unless it is told otherwise. */
const maxBodyBytes = 1024 * 1024;
/** Messages in a request: their commas and the text around them fit into 1 KiB. */
const limits = { messages: 100, messageBytes: maxBodyBytes - 1024, callBytes: maxBodyBytes - 1024 } as const;
/** None of the reply is kept. Up to 64 KiB are read, so that the connection can be used again after a short one. */
const replyPlan: BodyPlan = { start: 64 * 1024, end: 64 * 1024, rest: 'any' };
/** Milliseconds: the longest wait that a receiver can ask for. After a longer one the platform tries again. */
const longestRetryAfterMs = 3_000;

/** Opens the sink at a location. Throws ProblemError `ConfigInvalid` for a secret or an address that cannot be used. */
export function openWebhook({ url }: WebhookLocation, deps: SinkDeps): Sink {
  checkWebhook(url, deps);
  const {
    allowPrivate,
    env,
    maxTries,
    secret,
    limits: { tryMs },
  } = deps;
  const source = secretSource(secret ?? '', deps);
  const secrets = async (): Promise<readonly Uint8Array[]> => readWebhookSecrets(await source());
  return webhookSink({ url, secrets, allowPrivate, env, maxTries, tryMs });
}

/**
 * A sink that sends one POST for each call. Any 2xx accepts all messages. Any other answer refuses them: 408, 425, 429 and 5xx
 * are tried again. A redirect is not followed. Throws ProblemError `SinkFault` when no answer decides.
 */
export function webhookSink(options: WebhookOptions): Sink {
  const { url } = options;
  const post = poster(options);
  const send: Sink['send'] = async (messages, signal) => {
    const { status, reason } = await post(messages, signal);
    if (!aboutBody.has(status) || messages.length < 2) return messages.map(() => reason);
    // One message that the receiver cannot take must not hold up the others.
    const middle = messages.length >> 1;
    const first = await send(messages.slice(0, middle), signal);
    return [...first, ...(await send(messages.slice(middle), signal))];
  };
  // A path or a query may be the secret that lets one in.
  return { name: url.origin, limits, send };
}

/** How a receiver answered: `reason` is null when it has the messages. */
type Outcome = Readonly<{ status: number; reason: string | null }>;

/** Statuses that a shorter body may not get: Bad Request, Content Too Large, Unprocessable Content [RFC 9110]. */
const aboutBody: ReadonlySet<number> = new Set([400, 413, 422]);

function poster(options: WebhookOptions): (messages: readonly Outgoing[], signal: AbortSignal) => Promise<Outcome> {
  const { url, env, tryMs, allowPrivate, now = Date.now } = options;
  const secure = url.protocol === 'https:';
  const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const server = { secure, hostname, port: url.port === '' ? null : Number(url.port), host: url.host };
  // A proxy looks the name up itself, so with one it is the proxy that has to refuse private addresses.
  const lookup = options.lookup ?? (allowPrivate ? undefined : publicLookup());
  const route = routeTo(server, { env, tryMs, ...(lookup === undefined ? {} : { lookup }) });
  const hopHeaders = Object.entries(route.headers).flat();

  async function attempt(index: number, { id, body, doing }: Letter, signal: AbortSignal): Promise<TryResult<Outcome>> {
    const timestamp = Math.floor(now() / 1000);
    const secrets = await withinDeadline(signal, 'read the secret', options.secrets());
    const signature = secrets.map((secret) => signatureOf(secret, id, timestamp, body)).join(' ');
    const headers = ['Host', url.host, 'Content-Type', 'application/json', 'Content-Length', String(body.length)];
    headers.push('User-Agent', 'bucket-exif', 'Webhook-Id', id, 'Webhook-Timestamp', String(timestamp));
    headers.push('Webhook-Signature', signature, ...hopHeaders);
    // A pooled connection may have died while the function was frozen: a retry opens a new one.
    const way = route.request(url.pathname + url.search, index > 0);
    if (typeof way.agent === 'object') await drainPooled(way.agent);
    const request = { method: 'POST', headers, ...way };
    const answer = await answerTo({ secure: route.secure, request, body, tryMs, doing, signal });
    return 'broken' in answer ? afterBreak(answer.broken, tryMs) : outcomeOf(answer, now());
  }

  const policy = { ...patience, ...options };
  return async (messages, signal) => {
    const letter = letterOf(messages);
    let last: TryResult<Outcome> | null = null;
    try {
      return await retried(
        async (index) => {
          last = await attempt(index, letter, signal);
          return last;
        },
        policy,
        letter.doing,
        signal,
      );
    } catch (error) {
      throw sinkFault(error, last);
    }
  };
}

/** The problem of the last try, when the time ended before the next one. */
function sinkFault(error: unknown, last: TryResult<Outcome> | null): unknown {
  if (!(error instanceof ProblemError) || error.code !== 'Timeout') return error;
  return last !== null && 'problem' in last ? last.problem : new ProblemError('SinkFault', 'it did not answer in time');
}

type Letter = Readonly<{ id: string; body: Uint8Array; doing: string }>;

/** The same messages, in any order, have the same id, so that a receiver recognises them when they are sent again. */
function letterOf(messages: readonly Outgoing[]): Letter {
  const ids = messages.map(({ message }) => message.id).sort();
  const id = `msg_${createHash('sha256').update(ids.join()).digest('hex').slice(0, 32)}`;
  const body = new TextEncoder().encode(`{"messages":[${messages.map(({ text }) => text).join()}]}`);
  return { id, body, doing: `send ${messages.length} messages` };
}

function signatureOf(secret: Uint8Array, id: string, timestamp: number, body: Uint8Array): string {
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest();
  return `v1,${encodeBase64(signature)}`;
}

/** The head of the answer, or the code of a connection that broke before it. With the head, the receiver has decided. */
async function answerTo(exchange: Parameters<typeof httpExchange>[0]): Promise<Head | Readonly<{ broken: string }>> {
  let answered: Head | null = null;
  try {
    const reply = await httpExchange(exchange, (head) => {
      answered = head;
      return replyPlan;
    });
    return answered ?? ('broken' in reply ? reply : reply.head);
  } catch (error) {
    if (answered === null) throw error;
    return answered;
  }
}

function outcomeOf({ status, headers }: Head, now: number): TryResult<Outcome> {
  if (status >= 200 && status < 300) return { value: { status, reason: null } };
  const isPassing = status >= 500 || [408, 425, 429].includes(status);
  if (!isPassing) return { value: { status, reason: reasonOf(status) } };
  const afterMs = retryAfterMs(headers['retry-after'], now);
  if (afterMs > longestRetryAfterMs)
    throw new ProblemError('SinkFault', `it answered ${status} and asks to wait for ${Math.ceil(afterMs / 1000)} s`);
  return { problem: new ProblemError('SinkFault', `it answered ${status}`), afterMs };
}

function reasonOf(status: number): string {
  if (status >= 300 && status < 400)
    return `it answered ${status}, and redirects are not followed: put the final address into EXIF_SINK`;
  const advice = advices.get(status);
  return advice === undefined ? `it answered ${status}` : `it answered ${status}: ${advice}`;
}

const advices: ReadonlyMap<number, string> = new Map([
  [401, 'check that it verifies with the secret in EXIF_SINK_SECRET'],
  [403, 'check that it verifies with the secret in EXIF_SINK_SECRET'],
  [410, 'it wants no more messages; remove it from EXIF_SINK'],
  [413, 'raise its limit for the body of a request'],
]);

/** Milliseconds of a Retry-After: seconds or a date [RFC 9110 10.2.3]; 0 without a valid one. */
function retryAfterMs(text: string | undefined, now: number): number {
  if (text === undefined) return 0;
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return ms > 0 ? ms : 0;
}

function afterBreak(code: string, tryMs: number): TryResult<never> {
  const text = code === 'TRY_TIMEOUT' ? `it did not answer within ${tryMs} ms` : `the connection failed (${code})`;
  const advice =
    'its host name leads to a private or reserved address: allow that with EXIF_SINK_PRIVATE=1, or correct EXIF_SINK';
  const problem = new ProblemError('SinkFault', code === privateAddressCode ? advice : text);
  if (!isPassingCode(code)) throw problem;
  return { problem };
}
