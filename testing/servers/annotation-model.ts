// What the fake of annotation-s3.ts holds, and what its parts share.
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What the store does other than S3; nothing by default. */
export type Wrongs = Partial<{
  /** The parameter `annotation` is not known: requests are about the object. */
  ignoresParameter: boolean;
  keepsOnOverwrite: boolean;
  keepsOnMultipart: boolean;
  keepsOnRecreate: boolean;
  ignoresCondition: boolean;
  /** A copy leaves the annotations that its target had. */
  copyKeepsTarget: boolean;
  copyDropsAll: boolean;
  copyIgnoresExclude: boolean;
  /** Putting an annotation gives the object another ETag. */
  changesObject: boolean;
  damagesText: boolean;
  staleReads: boolean;
  deletesNothing: boolean;
  takesAnyText: boolean;
  takesAnyName: boolean;
  takesAnyLength: boolean;
  needsChecksum: boolean;
  /** A missing annotation is AccessDenied, as S3 answers for a missing object without s3:ListBucket. */
  hidesMissing: boolean;
  honoursRange: boolean;
  /** Copies and multipart uploads have ETags that are no hash of the content, as with SSE-KMS. */
  randomTags: boolean;
}>;

export type Annotation = { readonly bytes: Buffer; readonly etag: string; before: Buffer | null };
export type Version = {
  readonly id: string;
  readonly bytes: Buffer;
  etag: string;
  readonly modified: Date;
  readonly isMarker: boolean;
  customerKey: boolean;
  readonly annotations: Map<string, Annotation>;
};

export type Bucket = {
  versioned: boolean;
  readonly wrongs: Wrongs;
  /** Actions such as `s3:GetObjectAnnotation` that are refused. */
  readonly denied: Set<string>;
  /** The versions of each key; the last is the current one. */
  readonly objects: Map<string, Version[]>;
  readonly uploads: Map<string, Map<number, Buffer>>;
  /** The last annotations of keys without an object, for `keepsOnRecreate`. */
  readonly removed: Map<string, Version['annotations']>;
};

/** A request as it arrived. */
export type Asked = Readonly<{
  method: string;
  key: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: Buffer;
}>;
export type Said = Readonly<{ status: number; headers?: Record<string, string>; body?: Uint8Array | string }>;

export const lastModified = (date: Date): string => date.toUTCString();
export const md5Tag = (bytes: Uint8Array): string => `"${createHash('md5').update(bytes).digest('hex')}"`;
export const refuse = (status: number, code: string): Said => ({
  status,
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${code}</Message></Error>`,
});

/** The version of a request: that of `versionId`, else the current one; or the refusal. */
export function versionAsked({ objects }: Bucket, { key, query }: Asked): Version | Said {
  const versions = objects.get(key) ?? [];
  const id = query.get('versionId');
  const found = id === null ? versions.at(-1) : versions.find((version) => version.id === id);
  if (found === undefined) return refuse(404, id === null ? 'NoSuchKey' : 'NoSuchVersion');
  if (found.isMarker) return id === null ? refuse(404, 'NoSuchKey') : refuse(405, 'MethodNotAllowed');
  return found;
}

export const isSaid = (value: Version | Said): value is Said => 'status' in value;

/** Each action that a request needs has to be allowed. */
export function deniedBy({ denied }: Bucket, ...actions: readonly string[]): Said | null {
  return actions.some((action) => denied.has(action)) ? refuse(403, 'AccessDenied') : null;
}
