// The requests for objects of the fake in annotation-s3.ts, and what they do to annotations.
import { randomBytes } from 'node:crypto';
import {
  type Asked,
  type Bucket,
  deniedBy,
  isSaid,
  lastModified,
  md5Tag,
  refuse,
  type Said,
  type Version,
  versionAsked,
  type Wrongs,
} from './annotation-model';

/** Lists the versions. */
export function answerBucket(bucket: Bucket, { query }: Asked): Said {
  if (!query.has('versions')) return refuse(501, 'NotImplemented');
  const denied = deniedBy(bucket, 's3:ListBucketVersions');
  if (denied !== null) return denied;
  const prefix = query.get('prefix') ?? '';
  const parts = [...bucket.objects].flatMap(([key, versions]) =>
    key.startsWith(prefix)
      ? versions.map(({ id, isMarker }) => {
          const name = isMarker ? 'DeleteMarker' : 'Version';
          return `<${name}><Key>${key}</Key><VersionId>${id}</VersionId></${name}>`;
        })
      : [],
  );
  return { status: 200, body: `<ListVersionsResult>${parts.join('')}</ListVersionsResult>` };
}

/** Everything about one object except its annotations. */
export function answerObject(bucket: Bucket, asked: Asked): Said {
  const { method, query, headers } = asked;
  if (method === 'GET') return getObject(bucket, asked);
  if (method === 'DELETE') return deleteObject(bucket, asked);
  if (method === 'POST') return answerUpload(bucket, asked);
  if (query.has('uploadId')) return putPart(bucket, asked);
  const denied = deniedBy(bucket, 's3:PutObject');
  if (denied !== null) return denied;
  const source = headers['x-amz-copy-source'];
  return typeof source === 'string'
    ? copy(bucket, asked, source)
    : written(bucket, addVersion(bucket, asked.key, asked.body, 'put'));
}

/** With a body, the ETag is in it. */
function written({ versioned }: Bucket, { id, etag }: Version, body = ''): Said {
  const tag = body === '' ? { ETag: etag } : {};
  return { status: 200, headers: { ...tag, ...(versioned ? { 'x-amz-version-id': id } : {}) }, body };
}

function getObject(bucket: Bucket, asked: Asked): Said {
  const denied = deniedBy(bucket, asked.query.has('versionId') ? 's3:GetObjectVersion' : 's3:GetObject');
  if (denied !== null) return denied;
  const version = versionAsked(bucket, asked);
  if (isSaid(version)) return version;
  const { bytes, etag, modified, customerKey } = version;
  if (customerKey) return refuse(400, 'InvalidRequest');
  const { headers } = asked;
  const common = { ETag: etag, 'Last-Modified': lastModified(modified) };
  if ((headers['if-match'] ?? etag) !== etag) return refuse(412, 'PreconditionFailed');
  if (headers['if-none-match'] === etag) return { status: 304, headers: common };
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
  if (from === undefined) return { status: 200, headers: common, body: bytes };
  if (Number(from) >= bytes.length) return refuse(416, 'InvalidRange');
  const part = bytes.subarray(Number(from), Number(to) + 1);
  const range = `bytes ${from}-${Number(from) + part.length - 1}/${bytes.length}`;
  return { status: 206, headers: { ...common, 'Content-Range': range }, body: part };
}

/** A new current version of a key, and what happens to the annotations of the one before it. */
export function addVersion(bucket: Bucket, key: string, bytes: Buffer, by: 'put' | 'copy' | 'multipart'): Version {
  const { versioned, wrongs, objects, removed } = bucket;
  const versions = objects.get(key) ?? [];
  const last = versions.at(-1);
  const kept =
    last === undefined || last.isMarker
      ? wrongs.keepsOnRecreate && removed.get(key)
      : keepsWhen(wrongs, by) && last.annotations;
  const etag = wrongs.randomTags === true && by !== 'put' ? `"${randomBytes(16).toString('hex')}"` : md5Tag(bytes);
  const version: Version = {
    id: versioned ? randomBytes(8).toString('hex') : 'null',
    bytes,
    etag,
    modified: new Date(Math.floor(Date.now() / 1000) * 1000),
    isMarker: false,
    customerKey: false,
    annotations: new Map(kept || []),
  };
  objects.set(key, [...versions.filter(({ id }) => id !== version.id), version]);
  return version;
}

function keepsWhen(wrongs: Wrongs, by: 'put' | 'copy' | 'multipart'): boolean {
  if (by === 'put') return wrongs.keepsOnOverwrite === true;
  return (by === 'copy' ? wrongs.copyKeepsTarget : wrongs.keepsOnMultipart) === true;
}

function copy(bucket: Bucket, asked: Asked, source: string): Said {
  const [path = '', query = ''] = source.split('?');
  const key = decodeURIComponent(path).replace(/^\/?[^/]*\//, '');
  const denied = deniedBy(bucket, 's3:GetObject', 's3:GetObjectAnnotation', 's3:PutObjectAnnotation');
  if (denied !== null) return denied;
  const from = versionAsked(bucket, { ...asked, key, query: new URLSearchParams(query) });
  if (isSaid(from)) return from;
  const directive =
    asked.headers['x-amz-object-annotation-directive'] ?? asked.query.get('x-amz-object-annotation-directive');
  const { copyDropsAll, copyIgnoresExclude } = bucket.wrongs;
  const all = new Map(from.annotations);
  const version = addVersion(bucket, asked.key, from.bytes, 'copy');
  const isCopied = directive !== 'EXCLUDE' || copyIgnoresExclude === true;
  if (isCopied && copyDropsAll !== true)
    for (const [name, annotation] of all) if (!version.annotations.has(name)) version.annotations.set(name, annotation);
  return written(bucket, version, `<CopyObjectResult><ETag>${version.etag}</ETag></CopyObjectResult>`);
}

function deleteObject(bucket: Bucket, { key, query }: Asked): Said {
  const upload = query.get('uploadId');
  if (upload !== null) return bucket.uploads.delete(upload) ? { status: 204 } : refuse(404, 'NoSuchUpload');
  const id = query.get('versionId');
  const denied = deniedBy(bucket, id === null ? 's3:DeleteObject' : 's3:DeleteObjectVersion');
  if (denied !== null) return denied;
  const versions = bucket.objects.get(key) ?? [];
  const last = versions.at(-1);
  if (last !== undefined) bucket.removed.set(key, last.annotations);
  if (bucket.versioned && id === null) {
    const marker = { id: randomBytes(8).toString('hex'), bytes: Buffer.alloc(0), etag: '""', modified: new Date() };
    bucket.objects.set(key, [...versions, { ...marker, isMarker: true, customerKey: false, annotations: new Map() }]);
    return { status: 204, headers: { 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker.id } };
  }
  const left = versions.filter((version) => version.id !== (id ?? 'null'));
  if (left.length === 0) bucket.objects.delete(key);
  else bucket.objects.set(key, left);
  return { status: 204 };
}

function answerUpload(bucket: Bucket, { key, query }: Asked): Said {
  const denied = deniedBy(bucket, 's3:PutObject');
  if (denied !== null) return denied;
  if (query.has('uploads')) {
    const id = randomBytes(8).toString('hex');
    bucket.uploads.set(id, new Map());
    return {
      status: 200,
      body: `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
    };
  }
  const id = query.get('uploadId') ?? '';
  const parts = bucket.uploads.get(id);
  if (parts === undefined) return refuse(404, 'NoSuchUpload');
  bucket.uploads.delete(id);
  const version = addVersion(bucket, key, Buffer.concat([...parts.values()]), 'multipart');
  version.etag = `${version.etag.slice(0, -1)}-${parts.size}"`;
  return written(
    bucket,
    version,
    `<CompleteMultipartUploadResult><ETag>${version.etag}</ETag></CompleteMultipartUploadResult>`,
  );
}

function putPart({ uploads }: Bucket, { query, body }: Asked): Said {
  const parts = uploads.get(query.get('uploadId') ?? '');
  if (parts === undefined) return refuse(404, 'NoSuchUpload');
  parts.set(Number(query.get('partNumber')), body);
  return { status: 200, headers: { ETag: md5Tag(body) } };
}
