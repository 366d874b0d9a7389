// A bucket in the S3 protocol (AWS S3, COS, and what is compatible): one signed ranged GET a read, over kept connections.

import * as http from 'node:http';
import * as https from 'node:https';
import type { LookupFunction } from 'node:net';
import { checkRange } from '../bytes/range';
import { ProblemError } from '../problem';
import type { Bucket, Fetched } from '../types';
import { withinDeadline } from './deadline';
import { httpGet } from './http-get';
import { patience, type RetryOptions, retried, type Tried } from './retry';
import { type Asked, planReply, readRefusal } from './s3-reply';
import { type Credentials, canBeKey, encodeKey, type S3Place, s3Address, s3Headers } from './s3-request';

export type S3Options = S3Place &
  Readonly<{
    /** Asked at each try, because they rotate; null = an unsigned request. */
    credentials: () => Promise<Credentials | null>;
    /** Milliseconds for one try, from connecting to the last byte. */
    tryMs: number;
    maxTries: number;
    /** Bytes from the start of an object that may be read when the store answers all of it to a ranged request. */
    maxBytes: number;
    now?: () => Date;
    lookup?: LookupFunction;
  }> &
  Partial<Pick<RetryOptions, 'random' | 'sleep'>>;

/** Idle connections kept: more than one object's reads together, few enough to leave a small store alone. */
const idleConnections = 16;

/**
 * The objects of `options.bucket`; `ref.bucket` is not looked at. Besides the codes of `Bucket`: InvalidObjectState
 * (archived), NotAnImage (stored compressed), BucketMisconfigured (keys, clock, region or endpoint are wrong). No
 * message holds a credential, a signature or a reply's text.
 */
export function s3Bucket(options: S3Options): Bucket {
  const { secure, hostname, port, host, prefix } = s3Address(options);
  const agentOptions = { keepAlive: true, maxFreeSockets: idleConnections };
  const agent = secure ? new https.Agent(agentOptions) : new http.Agent(agentOptions);
  const target = { hostname, port, ...(options.lookup === undefined ? {} : { lookup: options.lookup }) };
  const now = options.now ?? (() => new Date());

  async function attempt(index: number, key: string, asked: Asked, signal: AbortSignal): Promise<Tried<Fetched>> {
    const { doing } = asked;
    const credentials = await withinDeadline(signal, doing, options.credentials());
    const path = prefix + encodeKey(key);
    const headers = s3Headers(host, path, asked, { region: options.region, credentials, now: now() });
    // A kept connection may have died while the function was frozen: a later try opens its own.
    const request = { ...target, path, headers, agent: index === 0 ? agent : false };
    const get = { secure, request, tryMs: options.tryMs, doing, signal };
    const got = await httpGet(get, (head) => planReply(head, asked));
    if ('broken' in got) return again(brokenProblem(got.broken, doing), passing.has(got.broken));
    const { stat } = got.plan;
    if (stat !== null) return { value: { bytes: got.bytes, stat, received: got.plan.end } };
    const refusal = readRefusal(got.head, got.bytes, asked);
    return again(refusal.problem, refusal.again);
  }

  return {
    async fetch(ref, range, ifMatch, signal) {
      checkRange(range);
      const doing = `read ${JSON.stringify(`s3://${options.bucket}/${ref.key}`)} at ${range.start}`;
      if (!canBeKey(ref.key)) throw new ProblemError('NoSuchKey', `Cannot ${doing}: no object has that key`);
      const asked = { doing, range, ifMatch, maxBytes: options.maxBytes };
      const policy = { ...patience, ...options };
      return retried((index) => attempt(index, ref.key, asked, signal), policy, doing, signal);
    },
  };
}

function again(problem: ProblemError, passing: boolean): Tried<never> {
  if (!passing) throw problem;
  return { problem };
}

/** Codes of node:http and of http-get.ts for what may be well the next time. */
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
  'SHORT_BODY',
]);

/** No `cause`: the errors of node:http hold packets, which may repeat what was sent. Their code says enough. */
function brokenProblem(code: string, doing: string): ProblemError {
  const message = `Cannot ${doing}: ${code}`;
  if (code === 'TRY_TIMEOUT' || code === 'ETIMEDOUT') return new ProblemError('Timeout', message);
  // A name that does not resolve, a certificate that is not the store's.
  const ours = code === 'ENOTFOUND' || /CERT|^ERR_TLS_|^UNABLE_TO_/.test(code);
  return new ProblemError(ours ? 'BucketMisconfigured' : 'BucketFault', message);
}
