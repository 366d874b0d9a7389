// One object at a web address as a bucket: unsigned ranged GETs over http or https to any server.

import * as http from 'node:http';
import * as https from 'node:https';
import type { LookupFunction } from 'node:net';
import { checkRange, formatRange } from '../bytes/range';
import { type BodyPlan, type Exchange, type Head, httpExchange } from '../io/http-exchange';
import { patience, type RetryOptions, retried, type TryResult } from '../io/retry';
import { maxRedirects } from '../limits';
import { ProblemError } from '../problem';
import { orAgain, orBroken } from '../s3/client';
import type { Bucket, FetchResult } from '../types';
import { conditionHeader } from './s3';
import { checkCoding, planReply, type RangedRead, type ReplyPlan, readProblem } from './s3-reply';

export type WebOptions = Readonly<{
  /** An address that `webAddress` gave. */
  url: URL;
  /** Milliseconds for one try of one request. */
  tryMs: number;
  maxTries: number;
  /** Bytes from the start of an object that may be read when the server answers all of it to a ranged request. */
  maxBytes: number;
  /** Redirects followed for one read; 0 = none. */
  redirects?: number;
  lookup?: LookupFunction;
}> &
  Partial<Pick<RetryOptions, 'random' | 'sleep'>>;

/** The kinds of reply: a redirect, or a reply that is read like that of a store. */
type WebPlan = ReplyPlan | (BodyPlan & Readonly<{ is: 'redirect' }>);
type RedirectStart = Readonly<{ url: URL; redirects: number; fresh: boolean }>;

/**
 * A bucket with one object, whatever the key. Throws the codes of `Bucket`: AccessDenied for 401, 403 and 451, NoSuchKey for
 * 404 and 410, SlowDown, BucketFault for other refusals, for redirects that lead nowhere and for a server that answers
 * the whole of a large object, BucketMisconfigured for a name or certificate that is wrong. No message contains the query
 * of an address: it may be a signature.
 */
export function webBucket(options: WebOptions): Bucket {
  const policy = { ...patience, ...options };
  // The end of earlier redirects: later reads start there.
  let known = options.url;
  return {
    async fetch(_ref, range, condition, signal) {
      checkRange(range);
      const doing = `read ${urlText(options.url)} at ${range.start}`;
      const wanted: RangedRead = { doing, range, condition, maxBytes: options.maxBytes };
      const attempt = async (index: number): Promise<TryResult<FetchResult | null>> => {
        const start = { url: known, redirects: options.redirects ?? maxRedirects, fresh: index > 0 };
        const { url, reply } = await followKnown(start, wanted, options, signal);
        if ('broken' in reply) return orBroken(reply.broken, doing);
        const { head, plan, bytes } = reply;
        known = plan.is === 'refusal' ? options.url : url;
        if (plan.is === 'refusal') return refused(head, bytes, wanted);
        if (plan.is !== 'object') return { value: null };
        checkCoding(plan.coding, bytes, wanted);
        return { value: { bytes, stat: plan.stat, received: plan.end } };
      };
      return retried(attempt, policy, doing, signal);
    },
  };
}

/** Reads a web address: http or https, without a user name. Throws ProblemError ConfigInvalid that repeats none of it. */
export function webAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    throw wrongAddress('it must be http://host/path or https://host/path');
  if (url.username !== '' || url.password !== '') throw wrongAddress('it must not contain a user name or a password');
  url.hash = '';
  return url;
}

/** The address after all redirects, and the reply from there. */
type FinalReply = Readonly<{ url: URL; reply: Exchange<WebPlan> }>;

/** Statuses for an expired signed address; 400 comes from Google, and from S3 for a token. */
const expiredStatuses: readonly number[] = [400, 401, 403, 404, 410];

/** The reply after all redirects. If the remembered address has expired, starts once more at the first address. */
async function followKnown(
  start: RedirectStart,
  wanted: RangedRead,
  options: WebOptions,
  signal: AbortSignal,
): Promise<FinalReply> {
  const reached = await follow(start, wanted, options, signal);
  const { reply } = reached;
  if (start.url === options.url || 'broken' in reply || !expiredStatuses.includes(reply.head.status)) return reached;
  return follow({ ...start, url: options.url }, wanted, options, signal);
}

async function follow(
  start: RedirectStart,
  wanted: RangedRead,
  options: WebOptions,
  signal: AbortSignal,
): Promise<FinalReply> {
  let { url } = start;
  for (let hops = 0; ; hops++) {
    const reply = await ask({ ...start, url }, wanted, options, signal);
    if ('broken' in reply || reply.plan.is !== 'redirect') return { url, reply };
    if (hops >= start.redirects) throw fault(wanted, `more than ${start.redirects} redirects`);
    url = nextAddress(url, reply.head, wanted);
  }
}

function ask(
  { url, fresh }: RedirectStart,
  wanted: RangedRead,
  options: WebOptions,
  signal: AbortSignal,
): Promise<Exchange<WebPlan>> {
  const request = {
    method: 'GET',
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? null : Number(url.port),
    path: url.pathname + url.search,
    headers: {
      Host: url.host,
      Accept: '*/*',
      'Accept-Encoding': 'identity',
      'User-Agent': 'bucket-exif',
      Range: formatRange(wanted.range),
      ...conditionHeader(wanted.condition),
    },
    ...(options.lookup === undefined ? {} : { lookup: options.lookup }),
    // Node's pooled connections. A retry opens a new one, through the same proxy if Node uses one.
    ...(fresh ? { agent: ownConnection(url.protocol === 'https:') } : {}),
  };
  const { tryMs } = options;
  const secure = url.protocol === 'https:';
  return httpExchange<WebPlan>({ secure, request, body: null, tryMs, doing: wanted.doing, signal }, (head) =>
    isRedirect(head) ? { start: 0, end: 0, rest: 'any', is: 'redirect' } : planReply(head, wanted),
  );
}

/** An agent like Node's own, with the proxies of NODE_USE_ENV_PROXY, but without pooled connections. */
function ownConnection(secure: boolean): http.Agent {
  if (secure) return new https.Agent({ ...https.globalAgent.options, keepAlive: false });
  const { options } = http.globalAgent as http.Agent & Readonly<{ options: http.AgentOptions }>; // the types lack it
  return new http.Agent({ ...options, keepAlive: false });
}

function isRedirect({ status }: Head): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

/** The address of a redirect [RFC 9110 15.4]. Refuses one from https to http: others could read and change the bytes. */
function nextAddress(from: URL, { headers }: Head, wanted: RangedRead): URL {
  const location = headers.location ?? '';
  if (location === '' || !URL.canParse(location, from.href)) throw fault(wanted, 'a redirect without a valid Location');
  const url = new URL(location, from);
  if (!/^https?:$/.test(url.protocol)) throw fault(wanted, 'a redirect to an address that is not http or https');
  if (from.protocol === 'https:' && url.protocol === 'http:') throw fault(wanted, 'a redirect from https to http');
  if (url.username !== '' || url.password !== '') throw fault(wanted, 'a redirect with a user name');
  url.hash = '';
  return url;
}

function refused(head: Head, bytes: Uint8Array, wanted: RangedRead): TryResult<never> {
  const { problem, again } = readProblem(head, bytes, wanted);
  if (head.status === 410) throw new ProblemError('NoSuchKey', problem.message);
  if (head.status === 451) throw new ProblemError('AccessDenied', problem.message);
  return orAgain(problem, again);
}

/** An address for messages: shortened, and without its query. */
function urlText({ origin, pathname, search }: URL): string {
  const text = `${origin}${pathname}`.slice(0, 200);
  return JSON.stringify(search === '' ? text : `${text}?...`);
}

function fault(wanted: RangedRead, reply: string): ProblemError {
  return new ProblemError('BucketFault', `Cannot ${wanted.doing}: the server answered ${reply}`);
}

function wrongAddress(reason: string): ProblemError {
  return new ProblemError('ConfigInvalid', `Cannot read a web address: ${reason}`);
}
