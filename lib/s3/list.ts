// Lists the objects of a bucket in the S3 protocol, page by page, in the order of the store: by the bytes of their keys.

import { percentEncode } from '../bytes/percent';
import { compareUtf8 } from '../bytes/utf8';
import { withinTime } from '../io/deadline';
import type { BodyPlan, Head } from '../io/http-exchange';
import type { TryResult } from '../io/retry';
import { ProblemError } from '../problem';
import type { Env } from '../types';
import { orAgain, orBroken, type S3ClientOptions, s3Client } from './client';
import { credentialSource } from './credentials';
import { type ListedObject, type ListReply, parseListReply } from './list-reply';
import { type CosLocation, type S3Location, s3PlaceOf } from './location';
import { readRefusal, refusalCode, refusalPlan } from './refusal';
import type { S3Place } from './request';

export type { ListedObject } from './list-reply';

/** A bucket that can be listed. COS documents only the first version of the request. */
export type ListedBucket = Readonly<{
  kind: 's3' | 'cos';
  place: S3Place;
}> &
  Pick<S3ClientOptions, 'credentials' | 'env' | 'sleep'>;

/** The objects to list: those whose keys begin with `prefix` and come after the key `after` (null = from the first one). */
export type Listing = Readonly<{ prefix: string; after: string | null; signal: AbortSignal }>;

/**
 * The bucket at a location. `region` is that of a location that names none; null = none. `env` is read again at each request
 * for credentials. Throws ProblemError `ConfigInvalid` when no region is known.
 */
export function listedBucket(location: S3Location | CosLocation, region: string | null, env: Env): ListedBucket {
  const { place, cloud } = s3PlaceOf(location, region);
  const credentials = location.signed ? credentialSource(env, cloud) : () => null;
  return { kind: location.kind, place, credentials, env };
}

/** Objects in a page: as many as S3 and COS list in one request. */
export const pageSize = 1000;
/** Bytes of a reply: 1,000 keys of 1,024 bytes, each percent-encoded, with about 500 bytes of other elements, take 3.6 MB. */
const maxReplyBytes = 16 * 1024 * 1024;
/** Patience for a page: a listing that ends early is worse than one that takes longer. */
const patience = { tryMs: 30_000, maxTries: 8, pageMs: 120_000 } as const;

/**
 * The pages, none empty. A page is requested when it is needed, so only one is in memory. Throws ProblemError when the store
 * refuses or fails: NoSuchBucket, AccessDenied, BucketMisconfigured, SlowDown, Timeout, BucketFault.
 */
export async function* listObjects(bucket: ListedBucket, listing: Listing): AsyncGenerator<readonly ListedObject[]> {
  const doing = `list ${bucket.kind}://${bucket.place.bucket}`;
  const ask = pageReader(bucket, listing.prefix, doing);
  let from: ListingStart = { after: listing.after, mark: null };
  for (;;) {
    const start = from;
    const page = await withinTime(listing.signal, patience.pageMs, (signal) => ask(start, signal));
    const { objects, isLast } = page;
    const last = objects.at(-1)?.key ?? start.after;
    if (objects.length > 0) yield objects;
    if (isLast) return;
    const mark = page.mark ?? (bucket.kind === 'cos' ? last : null);
    // A store that ignores the parameters would return its first page again and again.
    const isAgain = objects.length > 0 && start.after !== null && !isBehind(last, start.after);
    if (mark === null || mark === start.mark || isAgain)
      throw new ProblemError('BucketFault', `Cannot ${doing}: the store returned the same page twice`);
    from = { after: last, mark };
  }
}

/** Where a request continues: at the mark of the last reply, or after a key. */
type ListingStart = Readonly<{ after: string | null; mark: string | null }>;

function pageReader(
  { kind, place, ...connection }: ListedBucket,
  prefix: string,
  doing: string,
): (from: ListingStart, signal: AbortSignal) => Promise<ListReply> {
  const send = s3Client({ ...place, ...connection, ...patience });
  return (from, signal) =>
    send<BodyPlan, ListReply>(
      {
        method: 'GET',
        key: '',
        query: queryOf(kind, prefix, from),
        headers: {},
        body: null,
        doing,
        plan: ({ status }) => (status === 200 ? { start: 0, end: maxReplyBytes, rest: 'any' } : refusalPlan),
        read: (head, _plan, bytes) => readPage(head, bytes, kind, doing),
      },
      signal,
    );
}

/** COS documents only the first version of the request. Keys may have characters that XML cannot hold: the store encodes them. */
function queryOf(kind: 's3' | 'cos', prefix: string, { after, mark }: ListingStart): string {
  const common = { 'encoding-type': 'url', 'max-keys': String(pageSize), prefix };
  const place: Record<string, string | null> =
    kind === 'cos'
      ? { marker: mark ?? after }
      : { 'list-type': '2', 'continuation-token': mark, 'start-after': mark === null ? after : null };
  return Object.entries({ ...common, ...place })
    .flatMap(([name, value]) => (value === null ? [] : [`${name}=${percentEncode(value)}`]))
    .join('&');
}

function readPage(head: Head, bytes: Uint8Array, kind: 's3' | 'cos', doing: string): TryResult<ListReply> {
  if (head.status !== 200) return refused(head, bytes, doing);
  const page = parseListReply(new TextDecoder().decode(bytes), kind);
  if (page !== null) return { value: page };
  // Some gateways send an error with 200 when their store fails.
  const refusal = readRefusal(head, bytes.subarray(0, refusalPlan.end), doing);
  return refusal.code === ''
    ? orBroken('SHORT_BODY', doing)
    : orAgain(new ProblemError('BucketFault', refusal.text), true);
}

function refused(head: Head, bytes: Uint8Array, doing: string): TryResult<ListReply> {
  const refusal = readRefusal(head, bytes, doing);
  return orAgain(new ProblemError(refusalCode(refusal), refusal.text), refusal.again);
}

function isBehind(key: string | null, other: string): boolean {
  return key !== null && compareUtf8(key, other) > 0;
}
