// The objects that a check works with, and the requests to them. All are removed in the end.
import { randomBytes } from 'node:crypto';
import type { BodyPlan, Head } from '../../lib/io/http-exchange';
import { ProblemError } from '../../lib/problem';
import { annotationPutHeaders, annotationQuery } from '../../lib/s3/annotation';
import { orAgain, type S3ClientOptions, s3Client } from '../../lib/s3/client';
import { readRefusal } from '../../lib/s3/refusal';
import { encodeKey } from '../../lib/s3/request';

/** A reply of the store; `code` is that of a refusal, or ''. */
export type Reply = Readonly<{ status: number; code: string; headers: Head['headers']; bytes: Uint8Array }>;

/** The check was stopped by the user. */
export class Stopped extends Error {}

/** The store refused an action that the user may not do. */
export class NotAllowed extends Error {
  constructor(readonly action: string) {
    super(`${action} is not allowed`);
  }
}

type Ask = Readonly<{
  action: string;
  method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  key: string;
  query?: string;
  headers?: Readonly<Record<string, string>>;
  body?: Uint8Array;
}>;

/** A version that was put; `versionId` is null in a bucket without versions. */
export type PutVersion = Readonly<{ etag: string; versionId: string | null }>;

/** Bytes of a reply that are read: an annotation of 1 MiB and more. */
const maxReplyBytes = 2 * 1024 * 1024;
/** Milliseconds for the removal of the scratch objects. */
const removalMs = 60_000;

/** The name of the annotation: not that of the cache, into which an upload function may write at the same time. */
export const checkName = 'bucket-exif-check';

export type Scratch = ReturnType<typeof openScratch>;

/** Scratch objects in a bucket. Requests end with Stopped as soon as `stop` fires; one that has begun is finished before. */
export function openScratch(options: S3ClientOptions, stop: AbortSignal) {
  const send = s3Client(options);
  const prefix = `bucket-exif-check/${randomBytes(8).toString('hex')}`;
  const keys = { main: prefix, copy: `${prefix}-copy` } as const;
  const put = new Map<string, Set<string | null>>();
  const uploads = new Map<string, string>();
  let isOver = false;

  async function request(ask: Ask): Promise<Reply> {
    if (stop.aborted && !isOver) throw new Stopped();
    const { method, key, query, headers = {}, body = null } = ask;
    const doing = `${method} ${key === '' ? 'the bucket' : key}${query === undefined ? '' : `?${query.slice(0, 80)}`}`;
    return send<BodyPlan, Reply>(
      {
        ...{ method, key, headers, body, doing, ...(query === undefined ? {} : { query }) },
        plan: () => ({ start: 0, end: maxReplyBytes, rest: 'any' }),
        read({ status, headers: own }, _plan, bytes) {
          if (status < 300) return { value: { status, code: '', headers: own, bytes } };
          const refusal = readRefusal({ status, headers: own }, bytes, doing);
          if (refusal.again) return orAgain(new ProblemError('BucketFault', refusal.text), true);
          const isOfRule = status === 304 || (status >= 400 && !isOfSettings(status, refusal.code));
          if (!isOfRule) throw new ProblemError('BucketMisconfigured', refusal.text);
          return { value: { status, code: refusal.code, headers: own, bytes } };
        },
      },
      AbortSignal.timeout(removalMs),
    );
  }

  /** Throws NotAllowed for a refusal of the permission. */
  async function allowed(ask: Ask): Promise<Reply> {
    const reply = await request(ask);
    if (reply.status === 403) throw new NotAllowed(ask.action);
    return reply;
  }

  /** Throws ProblemError `BucketFault` for any refusal. */
  async function done(ask: Ask): Promise<Reply> {
    const reply = await allowed(ask);
    if (reply.status >= 300)
      throw new ProblemError('BucketFault', `Cannot ${ask.method} ${ask.key}: the store answered ${outcome(reply)}`);
    return reply;
  }

  function noted(key: string, { headers, bytes }: Reply): PutVersion {
    const id = headers['x-amz-version-id'];
    const versionId = typeof id === 'string' ? id : null;
    put.set(key, (put.get(key) ?? new Set()).add(versionId));
    const ofBody = /<ETag>(?:&quot;|")?([^<"&]+)/.exec(new TextDecoder().decode(bytes))?.[1];
    return { etag: headers.etag ?? `"${ofBody ?? ''}"`, versionId };
  }

  return {
    keys,
    request: allowed,
    async putObject(key: string, text: string): Promise<PutVersion> {
      put.set(key, put.get(key) ?? new Set());
      return noted(key, await done({ action: 's3:PutObject', method: 'PUT', key, body: bytesOf(text) }));
    },
    /** Puts an object by a multipart upload with one part. */
    async uploadParts(key: string, text: string): Promise<PutVersion> {
      const action = 's3:PutObject';
      const begun = await done({ action, method: 'POST', key, query: 'uploads=' });
      const id = /<UploadId>([^<]+)</.exec(new TextDecoder().decode(begun.bytes))?.[1] ?? '';
      uploads.set(id, key);
      const query = `uploadId=${encodeURIComponent(id)}`;
      const part = await done({ action, method: 'PUT', key, query: `partNumber=1&${query}`, body: bytesOf(text) });
      const list = `<Part><PartNumber>1</PartNumber><ETag>${part.headers.etag ?? ''}</ETag></Part>`;
      const body = bytesOf(`<CompleteMultipartUpload>${list}</CompleteMultipartUpload>`);
      const version = noted(key, await done({ action, method: 'POST', key, query, body }));
      uploads.delete(id);
      return version;
    },
    async copyObject(from: string, key: string, headers: Readonly<Record<string, string>> = {}): Promise<PutVersion> {
      const source = { 'x-amz-copy-source': `/${options.bucket}/${encodeKey(from)}`, ...headers };
      return noted(key, await done({ action: 's3:PutObject', method: 'PUT', key, headers: source }));
    },
    getObject: (key: string): Promise<Reply> => allowed({ action: 's3:GetObject', method: 'GET', key }),
    async deleteObject(key: string): Promise<void> {
      // In a bucket with versions, this makes a delete marker, which is a version too.
      noted(key, await done({ action: 's3:DeleteObject', method: 'DELETE', key }));
    },
    /** `tag`: the ETag of the object on which it depends; `headers`: in place of the usual ones. */
    annotate(key: string, text: string | Uint8Array, with_: Annotating = {}): Promise<Reply> {
      const body = typeof text === 'string' ? bytesOf(text) : text;
      const { tag = null, name = checkName, headers = annotationPutHeaders(body, tag) } = with_;
      const query = annotationQuery(name);
      return allowed({ action: 's3:PutObjectAnnotation', method: 'PUT', key, query, headers, body });
    },
    /** A reply with 403 is returned, not thrown, when `mayHide`. */
    annotation(key: string, with_: Looking = {}): Promise<Reply> {
      const { name = checkName, versionId = null, headers = {}, mayHide = false } = with_;
      const action = versionId === null ? 's3:GetObjectAnnotation' : 's3:GetObjectVersionAnnotation';
      const version = versionId === null ? '' : `&versionId=${encodeURIComponent(versionId)}`;
      const ask: Ask = { action, method: 'GET', key, query: `${annotationQuery(name)}${version}`, headers };
      return mayHide ? request(ask) : allowed(ask);
    },
    remove,
  };

  /**
   * Removes all versions of the scratch objects, and unfinished uploads. Returns a line for each that is left, which it could
   * not remove.
   */
  async function remove(): Promise<readonly string[]> {
    isOver = true;
    const left: string[] = [];
    const attempt = async (what: string, ask: Ask): Promise<void> => {
      const reply = await request(ask).catch(() => null);
      if (reply === null) left.push(`${what}: no answer`);
      else if (reply.status >= 300 && reply.status !== 404)
        left.push(`${what}: ${outcome(reply)}${reply.status === 403 ? `, ${ask.action} is not allowed` : ''}`);
    };
    for (const [id, key] of uploads)
      await attempt(`the upload ${id} of ${key}`, {
        ...{ action: 's3:AbortMultipartUpload', method: 'DELETE', key },
        query: `uploadId=${encodeURIComponent(id)}`,
      });
    for (const [key, id] of await versionsLeft()) {
      const query = id === null ? {} : { query: `versionId=${encodeURIComponent(id)}` };
      const action = id === null ? 's3:DeleteObject' : 's3:DeleteObjectVersion';
      await attempt(id === null ? key : `version ${id} of ${key}`, { action, method: 'DELETE', key, ...query });
    }
    return left;
  }

  /** The listed versions, which include those whose reply was lost, and delete markers; else those that were noted. */
  async function versionsLeft(): Promise<readonly (readonly [key: string, id: string | null])[]> {
    const known = [...put].flatMap(([key, ids]) =>
      (ids.size === 0 ? [null] : [...ids]).map((id) => [key, id] as const),
    );
    if (known.every(([, id]) => id === null)) return known;
    const query = `prefix=${encodeURIComponent(prefix)}&versions=`;
    const ask: Ask = { action: 's3:ListBucketVersions', method: 'GET', key: '', query };
    const reply = await request(ask).catch(() => null);
    if (reply?.status !== 200) return known;
    const xml = new TextDecoder().decode(reply.bytes);
    const listed = [...xml.matchAll(/<Key>([^<]+)<\/Key>\s*<VersionId>([^<]+)</g)];
    return listed.map(([, key = '', id = '']) => [key, id] as const).filter(([key]) => key.startsWith(prefix));
  }
}

type Annotating = Readonly<{ tag?: string; name?: string; headers?: Readonly<Record<string, string>> }>;
type Looking = Readonly<{
  name?: string;
  versionId?: string | null;
  headers?: Readonly<Record<string, string>>;
  mayHide?: boolean;
}>;

/** Whether a refusal is about the keys, the clock or the bucket's address, and so ends the check. */
function isOfSettings(status: number, code: string): boolean {
  if (status === 403) return code !== 'AccessDenied' && code !== '';
  return ['NoSuchBucket', 'AuthorizationHeaderMalformed', 'ExpiredToken', 'InvalidToken'].includes(code);
}

/** Status and code of a reply, such as `404 NoSuchKey`. */
export function outcome({ status, code }: Reply): string {
  return code === '' ? String(status) : `${status} ${code}`;
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
