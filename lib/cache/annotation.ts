// A cache in annotations of the images themselves: one annotation for each object [Amazon S3 object annotations].
//
// A put cannot be compared with an earlier put: S3 only offers the condition that the object still has the ETag that was read.
// That is enough. An annotation belongs to one version of its object, so an entry can only be put onto a version with the bytes that
// it was made from, and two readings of the same bytes are equal. What S3 removes with the object needs no entry `gone`.
import { hash } from 'node:crypto';
import type { BodyPlan, Head } from '../io/http-exchange';
import type { TryResult } from '../io/retry';
import type { ProblemError } from '../problem';
import { annotationPutHeaders, annotationQuery, maxAnnotationBytes, objectTag } from '../s3/annotation';
import { orAgain, type S3Client, type S3ClientOptions, s3Client } from '../s3/client';
import { readRefusal, refusalPlan, type StoreRefusal } from '../s3/refusal';
import { canBeKey } from '../s3/request';
import type { CacheEntry, CacheVersion, ExifCache, ObjectRef, PutResult } from '../types';
import { decodeAnnotation, encodeAnnotation, etagOf, type ShowRecord, versionOf } from './annotation-text';
import { cacheFault, objectName, orCacheFault } from './fault';

export type AnnotationCacheOptions = Readonly<{
  /** The name of the annotation. */
  name: string;
  /** How to reach a bucket by `ObjectRef.bucketId`; null for one that is not configured. */
  bucket(bucketId: string): S3ClientOptions | null;
  /** The members for SQL. */
  show: ShowRecord;
  /** Called once with a sentence for the operator, when an object has too many annotations. */
  warn?: (note: string) => void;
}>;

/** A bucket, and whether its replies have shown that it knows annotations. */
type Store = { readonly name: string; readonly send: S3Client; knows: boolean };

const tooMany =
  'An object has as many annotations as S3 allows (1,000), so its entry is not cached, and the object is read for each ' +
  'request. Remove annotations that you do not need';

/**
 * A cache in the annotation `options.name` of each object. Its credentials need GetObjectAnnotation and PutObjectAnnotation. It
 * does not order writers as other caches do: `put` ignores `over`, except that an equal entry is not put again.
 */
export function annotationCache({ name, bucket, show, warn }: AnnotationCacheOptions): ExifCache {
  const stores = new Map<string, Store>();
  const storeOf = ({ bucketId }: ObjectRef): Store => {
    const held = stores.get(bucketId);
    if (held !== undefined) return held;
    const options = bucket(bucketId);
    if (options === null) throw cacheFault('Cannot use the annotations of a bucket that is not configured');
    const store = { name: options.bucket, send: s3Client(options), knows: false };
    stores.set(bucketId, store);
    return store;
  };
  let warned = false;
  const warnOnce = (): void => {
    if (!warned) warn?.(tooMany);
    warned = true;
  };
  return {
    name: 'annotation',
    get: (ref, signal) =>
      orCacheFault(`look up ${objectName(ref)} in the cache`, signal, async () => {
        if (!canBeKey(ref.key)) return { entry: null, version: null };
        const bytes = await get(storeOf(ref), ref.key, name, signal);
        if (typeof bytes === 'string') return { entry: null, version: null };
        const entry = decodeAnnotation(bytes, ref);
        if (entry === null) return { entry, version: hash('sha256', bytes) };
        return { entry, version: versionOf(entry) };
      }),
    put: (entry, over, signal) =>
      orCacheFault(`cache ${objectName(entry.ref)}`, signal, async () => {
        const outcome = await putEntry(entry, over, signal);
        if (outcome === 'too-many') warnOnce();
        return outcome === 'too-many' ? 'not-stored' : outcome;
      }),
  };

  async function putEntry(entry: CacheEntry, over: CacheVersion | null, signal: AbortSignal): Promise<PutOutcome> {
    // Also for an object that is gone: S3 has removed the annotation with it, and a new object with this key has another one.
    const tag = objectTag(etagOf(entry));
    if (tag === null || !canBeKey(entry.ref.key)) return 'not-stored';
    if (over === versionOf(entry)) return 'kept';
    const text = await encodeAnnotation(entry, show);
    if (text === null) return 'not-stored';
    const store = storeOf(entry.ref);
    if (!store.knows && (await probe(store, entry.ref.key, name, signal)) === 'NoSuchKey') return 'conflict';
    return put(store, entry.ref.key, { name, body: new TextEncoder().encode(text), tag }, signal);
  }
}

type Missing = 'NoSuchAnnotation' | 'NoSuchKey';

/**
 * The bytes of an annotation, or what is missing. Of one that is too long, more than the limit are kept, so that they are not
 * taken for an entry.
 */
async function get(store: Store, key: string, name: string, signal: AbortSignal): Promise<Uint8Array | Missing> {
  const doing = `read the annotation of ${JSON.stringify(key)}`;
  return store.send<BodyPlan, Uint8Array | Missing>(
    {
      method: 'GET',
      key,
      query: annotationQuery(name),
      headers: {},
      body: null,
      doing,
      plan: (head) => (head.status === 200 ? planBody(head) : refusalPlan),
      read(head, _plan, bytes): TryResult<Uint8Array | Missing> {
        if (head.status === 200) return { value: bytes };
        const refusal = readRefusal(head, bytes, doing);
        const { status, code } = refusal;
        if (status === 404 && code === 'NoSuchAnnotation') store.knows = true;
        if (status === 404 && (code === 'NoSuchAnnotation' || code === 'NoSuchKey')) return { value: code };
        return orAgain(annotationFault(refusal, store, 's3:GetObjectAnnotation'), refusal.again);
      },
    },
    signal,
  );
}

function planBody({ headers }: Head): BodyPlan {
  const length = Number(headers['content-length'] ?? Number.NaN);
  if (length <= maxAnnotationBytes) return { start: 0, end: length, rest: 'none' };
  return { start: 0, end: maxAnnotationBytes + 1, rest: 'any' };
}

/**
 * Asks for an annotation that does not exist, and returns what is missing: the annotation or the object. Throws ProblemError
 * `CacheFault` for every other answer. A store that ignores the parameter `annotation`, as stores do with parameters that they do
 * not know, would take a PUT of an annotation for a PUT of the object, and replace the image. Only a store with annotations
 * answers NoSuchAnnotation, so a bucket is asked before the first put to it.
 */
async function probe(store: Store, key: string, name: string, signal: AbortSignal): Promise<Missing> {
  const absent = `bucket-exif-absent-${hash('sha256', name).slice(0, 32)}`;
  const found = await get(store, key, absent, signal);
  if (typeof found === 'string') return found;
  throw cacheFault(
    `Cannot cache in annotations of ${JSON.stringify(store.name)}: the store did not answer NoSuchAnnotation for one that does ` +
      'not exist, so it may not have annotations. Nothing was written; use another EXIF_CACHE',
  );
}

type PutOutcome = PutResult | 'too-many';

async function put(
  store: Store,
  key: string,
  { name, body, tag }: Readonly<{ name: string; body: Uint8Array; tag: string }>,
  signal: AbortSignal,
): Promise<PutOutcome> {
  const doing = `write the annotation of ${JSON.stringify(key)}`;
  return store.send<BodyPlan, PutOutcome>(
    {
      method: 'PUT',
      key,
      query: annotationQuery(name),
      headers: annotationPutHeaders(body, tag),
      body,
      doing,
      plan: () => refusalPlan,
      read(head, _plan, bytes): TryResult<PutOutcome> {
        if (head.status >= 200 && head.status < 300) return { value: 'kept' };
        const refusal = readRefusal(head, bytes, doing);
        const outcome = refusedAs(refusal);
        return outcome === null
          ? orAgain(annotationFault(refusal, store, 's3:PutObjectAnnotation'), refusal.again)
          : { value: outcome };
      },
    },
    signal,
  );
}

/** What a refused PUT means for the entry; null when it is a fault of the store or of the settings. */
function refusedAs({ status, code, cause }: StoreRefusal): PutOutcome | null {
  // The object was replaced or removed after it was read, or another request changes it at this moment.
  if (status === 412 || status === 409 || (status === 404 && code === 'NoSuchKey')) return 'conflict';
  if (code === 'AnnotationLimitExceeded') return 'too-many';
  // An object with a key of its owner (SSE-C) cannot have annotations. The others do not happen: the text is valid and short enough.
  const isOfContent = code === 'UnsupportedMediaType' || code === 'EntityTooLarge' || status === 415 || status === 413;
  return cause === 'customer-key' || isOfContent ? 'not-stored' : null;
}

function annotationFault({ status, code, text }: StoreRefusal, { name }: Store, right: string): ProblemError {
  if (status === 403 && (code === 'AccessDenied' || code === ''))
    return cacheFault(
      `${text}. Allow ${right} on the objects of ${JSON.stringify(name)}, and s3:ListBucket on the bucket; for objects encrypted ` +
        'with SSE-KMS also kms:Decrypt and kms:GenerateDataKey',
    );
  if (status === 501 || status === 405)
    return cacheFault(`${text}, so it has no annotations: use another EXIF_CACHE for ${JSON.stringify(name)}`);
  return cacheFault(text);
}
