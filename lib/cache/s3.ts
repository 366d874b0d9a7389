// A cache in a bucket of the S3 protocol: one object for each entry. A put replaces only the version that was looked up.

import { createHash, randomUUID } from 'node:crypto';
import { strongTag } from '../bytes/etag';
import { fitsUtf8 } from '../bytes/utf8';
import type { BodyPlan, Head } from '../io/http-exchange';
import { patience, type TryResult } from '../io/retry';
import { maxKeyBytes } from '../limits';
import { orAgain, type S3Client, type S3ClientOptions, s3Client } from '../s3/client';
import { putObject } from '../s3/put-object';
import { readRefusal, refusalPlan, type StoreRefusal } from '../s3/refusal';
import { canBeKey } from '../s3/request';
import type { CacheEntry, CacheVersion, ExifCache, ObjectRef, PutResult } from '../types';
import { cacheBucket, decodeEntryBytes, maxEntryBytes, textToPut } from './envelope';
import { cacheFault, objectName, orCacheFault } from './fault';

export type S3CacheOptions = S3ClientOptions &
  Readonly<{
    /** The prefix of every key, without `/` at its end; '' = none. */
    prefix: string;
    /**
     * The store is COS. It documents neither If-Match nor If-None-Match for a PUT, only a header that forbids to replace an
     * object, without effect in a bucket with versions: so each put looks first. Default false.
     */
    cos?: boolean;
    /** Called once with a sentence for the operator, when the store does not accept conditions. */
    warn?: (note: string) => void;
  }>;

/** How often a PUT is sent when the store refuses it although nothing has changed. */
const maxRounds = 3;
/** Milliseconds: about two round trips, so that two writers do not collide a second time. */
const longestPauseMs = 100;

const noConditions =
  'The store of the cache refused a conditional PUT (400 or 501) and took the same PUT without a condition. From now on this ' +
  'process reads the entry before each PUT; when two processes write the same entry at the same moment, the older may stay';

type Headers = Readonly<Record<string, string>>;

/**
 * A cache in `options.bucket`. Its credentials need GetObject, PutObject and ListBucket (without the last one S3 answers
 * 403 for a missing object). A put is one PUT on condition that the object still has the ETag that was looked up. For a store
 * that refuses conditions the ETag is read just before each PUT: then another writer can write in between.
 */
export function s3Cache(options: S3CacheOptions): ExifCache {
  const { random, sleep } = { ...patience, ...options };
  const store: Store = {
    send: s3Client(options),
    pause: (signal) => sleep(random() * longestPauseMs, signal),
    cos: options.cos ?? false,
    warn: options.warn ?? (() => undefined),
    compares: options.cos !== true,
    takesHeaders: true,
    bareTags: false,
  };
  const keyOf = (ref: ObjectRef): string => objectKey(options.prefix, ref);
  return {
    name: 's3',
    get: (ref, signal) =>
      orCacheFault(`look up ${objectName(ref)} in the cache`, signal, async () => {
        const found = await get(store.send, keyOf(ref), signal);
        return { entry: found === null ? null : decodeEntryBytes(found.bytes, ref), version: versionOf(found) };
      }),
    put: (entry, over, signal) =>
      orCacheFault(`cache ${objectName(entry.ref)}`, signal, () =>
        replace(store, keyOf(entry.ref), entry, over, signal),
      ),
  };
}

/**
 * A bucket, and what its replies have shown: whether it compares versions before it writes, whether it accepts the headers for
 * that, and whether it wants ETags without their quotes.
 */
type Store = {
  readonly send: S3Client;
  readonly pause: (signal: AbortSignal) => Promise<void>;
  readonly cos: boolean;
  readonly warn: (note: string) => void;
  compares: boolean;
  takesHeaders: boolean;
  bareTags: boolean;
};

async function replace(
  store: Store,
  key: string,
  entry: CacheEntry,
  over: CacheVersion | null,
  signal: AbortSignal,
): Promise<PutResult> {
  const toPut = textToPut(entry, randomUUID());
  if (toPut === null) return 'not-stored';
  const body = new TextEncoder().encode(toPut.text);
  let refused: PutRefusal | null = null;
  for (let round = 0; round < maxRounds; round++) {
    if (refused !== null || !canCompare(store, over)) {
      const found = await get(store.send, key, signal);
      // The PUT has arrived, only its reply was lost.
      if (found !== null && sameBytes(found.bytes, body)) return toPut.result;
      if (versionOf(found) !== over) return 'conflict';
    }
    if (refused === 'beaten') await store.pause(signal);
    // Refused although the ETag matches: Ceph RGW 16 compares the text of the header, with its quotes, with its own tag.
    const bare = store.bareTags || refused === 'mismatched';
    const headers = refused === 'unsupported' || !store.takesHeaders ? {} : conditionOf(store, over, bare);
    const written = await put(store.send, key, headers, body, signal);
    if (written === 'done') {
      if (refused === 'unsupported') stopConditions(store);
      if (refused === 'mismatched' && over !== null) store.bareTags = true;
      return toPut.result;
    }
    refused = written;
  }
  throw cacheFault(
    `Cannot cache ${objectName(entry.ref)}: the store refused it ${maxRounds} times, although nothing changed`,
  );
}

/** From now on puts have no conditions. Several puts may find this at the same time; it is reported once. */
function stopConditions(store: Store): void {
  if (store.takesHeaders) store.warn(noConditions);
  store.compares = false;
  store.takesHeaders = false;
}

/** Whether the store itself can check that the version to replace is still there. */
function canCompare({ compares }: Store, over: CacheVersion | null): boolean {
  return compares && (over === null || strongTag(over) !== null);
}

/**
 * The key of an object's entry: `<prefix>/<bucket>/<key>.json`; when that is too long, or not valid in every store,
 * `<prefix>/<bucket>/~<hash>.json`. An entry names its object, so if two objects shared a key, they would only replace each other.
 */
export function objectKey(prefix: string, ref: ObjectRef): string {
  const { key } = ref;
  const start = keysStart(prefix, ref);
  const plain = `${start}${key}.json`;
  if (canBeKey(plain) && fitsUtf8(plain, maxKeyBytes)) return plain;
  return `${start}~${createHash('sha256').update(key).digest('hex')}.json`;
}

/** The start of the keys of a bucket's entries. */
export function keysStart(prefix: string, ref: Omit<ObjectRef, 'key'>): string {
  return `${prefix === '' ? '' : `${prefix}/`}${cacheBucket(ref)}/`;
}

/** An object of the cache; `etag` is null when the store sends none. */
type StoredObject = Readonly<{ bytes: Uint8Array; etag: string | null }>;

/** The ETag; without a strong one, the hash of the content, which is different for every put. */
function versionOf(found: StoredObject | null): CacheVersion | null {
  if (found === null) return null;
  return strongTag(found.etag) ?? createHash('sha256').update(found.bytes).digest('hex');
}

async function get(send: S3Client, key: string, signal: AbortSignal): Promise<StoredObject | null> {
  const doing = `read ${JSON.stringify(key)} of the cache`;
  return send<BodyPlan, StoredObject | null>(
    {
      method: 'GET',
      key,
      headers: {},
      body: null,
      doing,
      plan: (head) => (head.status === 200 ? planEntry(head) : refusalPlan),
      read(head, _plan, bytes): TryResult<StoredObject | null> {
        if (head.status === 200) return { value: { bytes, etag: head.headers.etag ?? null } };
        const { status, code, text, again } = readRefusal(head, bytes, doing);
        if (status === 404 && code !== 'NoSuchBucket') return { value: null };
        return orAgain(cacheFault(text), again);
      },
    },
    signal,
  );
}

/**
 * Keeps the bytes of an entry. Of an object that is too long, it keeps one byte more than the limit, so that the text is not
 * taken for an entry.
 */
function planEntry({ headers }: Head): BodyPlan {
  const length = Number(headers['content-length'] ?? Number.NaN);
  if (length <= maxEntryBytes) return { start: 0, end: length, rest: 'none' };
  return { start: 0, end: maxEntryBytes + 1, rest: 'any' };
}

/** `beaten`, `mismatched`: another writer may have been faster. `unsupported`: the store may take no conditions. */
type PutRefusal = 'beaten' | 'mismatched' | 'unsupported';
type PutOutcome = 'done' | PutRefusal;

async function put(
  send: S3Client,
  key: string,
  headers: Headers,
  body: Uint8Array,
  signal: AbortSignal,
): Promise<PutOutcome> {
  const refused = ({ status, code, text, again }: StoreRefusal): TryResult<PutOutcome> => {
    if (status === 412) return { value: 'mismatched' };
    // 404: the object to replace is gone.
    if (status === 409 || (status === 404 && code !== 'NoSuchBucket')) return { value: 'beaten' };
    const isConditional = Object.keys(headers).length > 0;
    if (isConditional && !again && (status === 501 || status === 400)) return { value: 'unsupported' };
    return orAgain(cacheFault(text), again);
  };
  const doing = `write ${JSON.stringify(key)} of the cache`;
  return putObject<PutOutcome>(send, { key, headers, body, doing, done: 'done', refused }, signal);
}

/** COS answers 409 to its own header when the object exists. */
function conditionOf({ cos }: Store, over: CacheVersion | null, bare: boolean): Headers {
  if (over === null) return { 'If-None-Match': '*', ...(cos ? { 'x-cos-forbid-overwrite': 'true' } : {}) };
  const strong = strongTag(over);
  if (strong === null) return {};
  return { 'If-Match': bare ? strong.slice(1, -1) : strong };
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
