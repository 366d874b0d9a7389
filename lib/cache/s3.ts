// A cache in a bucket of the S3 protocol: one object an entry, written only over what it was compared with.

import { createHash } from 'node:crypto';
import { maxKeyBytes } from '../limits';
import type { BodyPlan, Head } from '../store/http-exchange';
import { patience, type Tried } from '../store/retry';
import { orAgain, type S3Client, type S3ClientOptions, s3Client } from '../store/s3-client';
import { readRefusal, refusalPlan } from '../store/s3-refusal';
import { canBeKey, strongTag } from '../store/s3-request';
import type { CacheEntry, ExifCache, ObjectRef } from '../types';
import { decodeBytes, maxEntryBytes, textToKeep } from './envelope';
import { cacheFault, named, orCacheFault } from './fault';
import { supersedes } from './order';

export type S3CacheOptions = S3ClientOptions &
  Readonly<{
    /** Stands before every key, without `/` at its end; '' = none. */
    prefix: string;
  }>;

/** Times an entry is compared with what is held and offered, when others write the same object meanwhile. */
const maxRounds = 3;
/** Milliseconds: about two round trips, so that writers who met once do not meet again. */
const longestWaitMs = 100;

type Headers = Readonly<Record<string, string>>;

/**
 * A cache in `options.bucket`. Its credentials need GetObject, PutObject and ListBucket (without the last one S3 answers
 * 403 for what is not there). An entry is written on condition that what it was compared with is still there; a store
 * that refuses such a PUT is written to without, and then of two entries that come at once the later written one stays.
 */
export function s3Cache(options: S3CacheOptions): ExifCache {
  const { random, sleep } = { ...patience, ...options };
  const store: Store = {
    send: s3Client(options),
    pause: (signal) => sleep(random() * longestWaitMs, signal),
    conditional: true,
    bareTags: false,
  };
  const keyOf = (ref: ObjectRef): string => objectKey(options.prefix, ref);
  return {
    name: 's3',
    get: (ref, signal) =>
      orCacheFault(`look up ${named(ref)} in the cache`, signal, async () => {
        const found = await get(store.send, keyOf(ref), signal);
        return found === null ? null : decodeBytes(found.bytes, ref);
      }),
    put: (entry, signal) =>
      orCacheFault(`cache ${named(entry.ref)}`, signal, () => offer(store, keyOf(entry.ref), entry, signal)),
  };
}

/** A bucket, and what was learned of it: whether it takes conditions, and tags only without their quotes. */
type Store = {
  readonly send: S3Client;
  readonly pause: (signal: AbortSignal) => Promise<void>;
  conditional: boolean;
  bareTags: boolean;
};

async function offer(store: Store, key: string, entry: CacheEntry, signal: AbortSignal): Promise<boolean> {
  const kept = textToKeep(entry);
  if (kept === null) return false;
  const body = new TextEncoder().encode(kept.text);
  let refused: string | null = null;
  for (let round = 0; round < maxRounds; round++) {
    if (round > 0) await store.pause(signal);
    const found: Found | null = await get(store.send, key, signal);
    const held = found === null ? null : decodeBytes(found.bytes, entry.ref);
    if (held !== null && supersedes(held, entry)) return false;
    if (found !== null && isSame(found.bytes, body)) return kept.whole;
    // Nothing was written, and yet it matched not: Ceph RGW 16 compares a PUT's tag with its quotes to its own without.
    const bare: boolean = store.bareTags || (found !== null && found.etag !== null && found.etag === refused);
    const written = await write(store, key, body, conditionOf(found, bare), signal);
    if (written === 'done') {
      if (bare) store.bareTags = true;
      return kept.whole;
    }
    refused = written === 'mismatched' && !bare ? (found?.etag ?? null) : null;
  }
  throw cacheFault(`Cannot cache ${named(entry.ref)}: others wrote it at each of ${maxRounds} times`);
}

async function write(
  store: Store,
  key: string,
  body: Uint8Array,
  condition: Headers,
  signal: AbortSignal,
): Promise<Written> {
  const written = await put(store.send, key, store.conditional ? condition : {}, body, signal);
  if (written !== 'unsupported') return written;
  // Whether it was the condition that the store cannot take shows without it.
  const plain = await put(store.send, key, {}, body, signal);
  store.conditional = false;
  return plain;
}

/**
 * The key of an object's entry: `<prefix>/<bucket>/<key>.json`; where that is too long, or no store could hold it,
 * `<prefix>/<bucket>/~<hash>.json`. Two objects that come to share one only take it from each other: an entry names its own.
 */
export function objectKey(prefix: string, { bucket, key }: ObjectRef): string {
  const start = prefix === '' ? `${bucket}/` : `${prefix}/${bucket}/`;
  const plain = `${start}${key}.json`;
  if (canBeKey(plain) && new TextEncoder().encode(plain).length <= maxKeyBytes) return plain;
  return `${start}~${createHash('sha256').update(key).digest('hex')}.json`;
}

/** What stands under a key; `etag` null where the store tells none. */
type Found = Readonly<{ bytes: Uint8Array; etag: string | null }>;

async function get(send: S3Client, key: string, signal: AbortSignal): Promise<Found | null> {
  const doing = `read ${JSON.stringify(key)} of the cache`;
  return send<BodyPlan, Found | null>(
    {
      method: 'GET',
      key,
      headers: {},
      body: null,
      doing,
      plan: (head) => (head.status === 200 ? planEntry(head) : refusalPlan),
      read(head, _plan, bytes): Tried<Found | null> {
        if (head.status === 200) return { value: { bytes, etag: head.headers.etag ?? null } };
        const { status, code, text, again } = readRefusal(head, bytes, doing);
        if (status === 404 && code !== 'NoSuchBucket') return { value: null };
        return orAgain(cacheFault(text), again);
      },
    },
    signal,
  );
}

/** All of an entry; of what is longer than any, one byte too much of it, so that it is taken for none. */
function planEntry({ headers }: Head): BodyPlan {
  const length = Number(headers['content-length'] ?? Number.NaN);
  if (length <= maxEntryBytes) return { start: 0, end: length, rest: 'none' };
  return { start: 0, end: maxEntryBytes + 1, rest: 'any' };
}

/** `beaten`, `mismatched`: another one wrote meanwhile. `unsupported`: the store may be unable to take a condition. */
type Written = 'done' | 'beaten' | 'mismatched' | 'unsupported';

async function put(
  send: S3Client,
  key: string,
  headers: Headers,
  body: Uint8Array,
  signal: AbortSignal,
): Promise<Written> {
  const doing = `write ${JSON.stringify(key)} of the cache`;
  return send<BodyPlan, Written>(
    {
      method: 'PUT',
      key,
      headers,
      body,
      doing,
      plan: () => refusalPlan,
      read(head, _plan, bytes): Tried<Written> {
        if (head.status >= 200 && head.status < 300) return { value: 'done' };
        const { status, code, text, again } = readRefusal(head, bytes, doing);
        if (status === 412) return { value: 'mismatched' };
        // 404: what was to be replaced is gone.
        if (status === 409 || (status === 404 && code !== 'NoSuchBucket')) return { value: 'beaten' };
        const isConditional = Object.keys(headers).length > 0;
        if (isConditional && !again && (status === 501 || status === 400)) return { value: 'unsupported' };
        return orAgain(cacheFault(text), again);
      },
    },
    signal,
  );
}

/** A weak tag, or none, cannot be compared with: such a store is written to without condition. */
function conditionOf(found: Found | null, bare: boolean): Headers {
  if (found === null) return { 'If-None-Match': '*' };
  const strong = strongTag(found.etag);
  if (strong === null) return {};
  return { 'If-Match': bare ? strong.slice(1, -1) : strong };
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
