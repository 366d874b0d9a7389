// Objects that this program keeps in a bucket of the S3 protocol: whole objects, listed, read, written and deleted.

import { withinTime } from '../io/deadline';
import type { BodyPlan, Head } from '../io/http-exchange';
import type { TryResult } from '../io/retry';
import { ProblemError } from '../problem';
import type { Env } from '../types';
import { orAgain, orBroken, type S3Client, type S3ClientOptions, s3Client } from './client';
import { type ListedBucket, type ListedObject, listedBucket, listObjects } from './list';
import type { ObjectsLocation } from './objects-location';
import { readRefusal, refusalCode, refusalPlan } from './refusal';

/**
 * Whole objects below a prefix; a path is what follows it. `get` returns null for an object that is missing. `put` replaces at
 * once: a reader finds the old object or the new one. `create` writes only what does not exist, and returns whether it did; a
 * store that knows no such condition replaces. After a lost reply it may find the object that it wrote itself. All throw
 * ProblemError: NoSuchBucket, AccessDenied, BucketMisconfigured, SlowDown, Timeout, BucketFault.
 */
export type ObjectStore = Readonly<{
  /** The location without options, with a slash at its end: `s3://warehouse/dataset/`. */
  name: string;
  list(prefix: string, after: string | null, signal: AbortSignal): AsyncGenerator<readonly StoredObject[]>;
  get(path: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array | null>;
  put(path: string, bytes: Uint8Array, signal: AbortSignal): Promise<void>;
  create(path: string, bytes: Uint8Array, signal: AbortSignal): Promise<boolean>;
  delete(path: string, signal: AbortSignal): Promise<void>;
}>;

/** An object in a listing. */
export type StoredObject = Readonly<{ path: string; size: number }>;

/** Patience for one object of several megabytes: work that ends early is worse than work that takes longer. */
const patience = { tryMs: 120_000, maxTries: 8, allMs: 600_000 } as const;

/** The objects at a location. `region`: that of a location without one; null = none. Throws ProblemError ConfigInvalid without a region. */
export function objectStore(location: ObjectsLocation, region: string | null, env: Env): ObjectStore {
  const bucket = listedBucket(location, region, env);
  const { place, credentials } = bucket;
  return storeOf(
    bucket,
    location.prefix,
    s3Client({ ...place, credentials, env, ...patience } satisfies S3ClientOptions),
  );
}

function storeOf(bucket: ListedBucket, prefix: string, send: S3Client): ObjectStore {
  const start = prefix === '' ? '' : `${prefix}/`;
  const name = `${bucket.kind}://${bucket.place.bucket}/${start}`;
  const ask = <T>(request: Omit<Request<T>, 'doing'>, verb: string, signal: AbortSignal): Promise<T> =>
    withinTime(signal, patience.allMs, (timed) =>
      sendTo(send, { ...request, key: start + request.key, doing: `${verb} ${name}${request.key}` }, timed),
    );
  return {
    name,
    async *list(under, after, signal) {
      const from = after === null ? null : start + after;
      for await (const page of listObjects(bucket, { prefix: start + under, after: from, signal })) {
        yield page.map((object) => toStored(object, start));
      }
    },
    get: (key, maxBytes, signal) =>
      ask({ method: 'GET', key, headers: {}, body: null, plan: wholePlan(maxBytes), done: wholeBody }, 'read', signal),
    put: async (key, body, signal) =>
      void (await ask({ method: 'PUT', key, headers: {}, body, done: isDone }, 'write', signal)),
    create: (key, body, signal) =>
      ask({ method: 'PUT', key, headers: conditionOf(bucket.kind), body, done: isCreated }, 'write', signal),
    delete: async (key, signal) =>
      void (await ask({ method: 'DELETE', key, headers: {}, body: null, done: isDeleted }, 'delete', signal)),
  };
}

/** COS documents no If-None-Match for a PUT, but a header that forbids to replace an object. */
function conditionOf(kind: ListedBucket['kind']): Readonly<Record<string, string>> {
  return kind === 'cos' ? { 'x-cos-forbid-overwrite': 'true' } : { 'If-None-Match': '*' };
}

function toStored({ key, size }: ListedObject, start: string): StoredObject {
  return { path: key.slice(start.length), size: size ?? 0 };
}

/** `done` returns the result of a reply, or undefined for a refusal. */
type Request<T> = Readonly<{
  method: 'GET' | 'PUT' | 'DELETE';
  key: string;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array | null;
  doing: string;
  plan?: (head: Head, doing: string) => BodyPlan;
  done(head: Head, code: () => string, bytes: Uint8Array): T | undefined;
}>;

function sendTo<T>(send: S3Client, { plan, done, ...request }: Request<T>, signal: AbortSignal): Promise<T> {
  const { doing } = request;
  return send<BodyPlan, T>(
    {
      ...request,
      plan: (head) => plan?.(head, doing) ?? refusalPlan,
      read(head, _plan, bytes): TryResult<T> {
        const value = done(head, () => readRefusal(head, bytes, doing).code, bytes);
        if (value !== undefined) return { value };
        if (head.status < 300) return orBroken('SHORT_BODY', doing);
        const refusal = readRefusal(head, bytes, doing);
        return orAgain(new ProblemError(refusalCode(refusal), refusal.text), refusal.again);
      },
    },
    signal,
  );
}

/** The whole body, whose length the store declares: without that, a body that breaks off could not be told from a short one. */
function wholePlan(maxBytes: number): NonNullable<Request<unknown>['plan']> {
  return ({ status, headers }, doing) => {
    if (status !== 200) return refusalPlan;
    const length = Number(headers['content-length'] ?? Number.NaN);
    if (!(length <= maxBytes))
      throw new ProblemError('BucketFault', `Cannot ${doing}: it must have a length of at most ${maxBytes} bytes`);
    return { start: 0, end: length, rest: 'none' };
  };
}

function wholeBody({ status }: Head, code: () => string, bytes: Uint8Array): Uint8Array | null | undefined {
  if (status === 200) return bytes;
  return status === 404 && code() !== 'NoSuchBucket' ? null : undefined;
}

function isDone({ status }: Head): true | undefined {
  return status >= 200 && status < 300 ? true : undefined;
}

/** S3 answers 412 when the object exists, COS 409. */
function isCreated(head: Head, code: () => string): boolean | undefined {
  if (head.status === 412 || (head.status === 409 && code() !== 'OperationAborted')) return false;
  return isDone(head);
}

function isDeleted(head: Head, code: () => string): true | undefined {
  return head.status === 404 && code() !== 'NoSuchBucket' ? true : isDone(head);
}
