// The four calls for annotations of the fake in annotation-s3.ts.
import { createHash } from 'node:crypto';
import { crc32 } from '../../lib/bytes/crc32';
import {
  type Annotation,
  type Asked,
  type Bucket,
  deniedBy,
  isSaid,
  md5Tag,
  refuse,
  type Said,
  type Version,
  versionAsked,
} from './annotation-model';

const maxBytes = 1024 * 1024;
const maxAnnotations = 1000;

/** Get and List share one path: the presence of `annotationName` decides. */
export function answerAnnotation(bucket: Bucket, asked: Asked): Said {
  const { method, query } = asked;
  const name = query.get('annotationName') ?? '';
  const isList = method === 'GET' && name === '';
  const ofVersion = query.has('versionId') ? 'Version' : '';
  const actions: Readonly<Record<string, string>> = {
    GET: isList ? 's3:ListObjectAnnotations' : `s3:GetObject${ofVersion}Annotation`,
    PUT: 's3:PutObjectAnnotation',
    DELETE: 's3:DeleteObjectAnnotation',
  };
  const action = actions[method];
  if (action === undefined) return refuse(405, 'MethodNotAllowed');
  const denied = deniedBy(bucket, action);
  if (denied !== null) return denied;
  const version = versionAsked(bucket, asked);
  if (isSaid(version)) return version;
  if (isList) return list(version, asked);
  const wrongName = nameRefusal(name);
  if (wrongName !== null && bucket.wrongs.takesAnyName !== true) return wrongName;
  if (method === 'PUT') return put(bucket, version, name, asked);
  return method === 'GET' ? get(bucket, version, name, asked) : remove(bucket, version, name, asked);
}

function nameRefusal(name: string): Said | null {
  if (Buffer.byteLength(name) > 512) return refuse(400, 'AnnotationNameTooLong');
  return /^[\p{L}\p{Nd}_.-]+$/u.test(name) && !/^(aws|s3)/i.test(name) ? null : refuse(400, 'InvalidAnnotationName');
}

function versionHeaders({ id }: Version): Record<string, string> {
  return id === 'null' ? {} : { 'x-amz-object-version-id': id };
}

function isRefusedBy({ wrongs }: Bucket, { headers }: Asked, { etag }: Version): boolean {
  const wanted = headers['x-amz-object-if-match'];
  return wanted !== undefined && wanted !== etag && wrongs.ignoresCondition !== true;
}

function put(bucket: Bucket, version: Version, name: string, asked: Asked): Said {
  const { wrongs } = bucket;
  const { body } = asked;
  // The code for an object with a customer's key is not documented.
  if (version.customerKey) return refuse(400, 'InvalidRequest');
  if (isRefusedBy(bucket, asked, version)) return refuse(412, 'PreconditionFailed');
  const checksum = checksumRefusal(bucket, asked);
  if (checksum !== null) return checksum;
  if (body.length === 0) return refuse(400, 'InvalidRequest');
  if (body.length > maxBytes && wrongs.takesAnyLength !== true) return refuse(400, 'EntityTooLarge');
  if (!isUtf8(body) && wrongs.takesAnyText !== true) return refuse(415, 'UnsupportedMediaType');
  const held = version.annotations.get(name);
  if (held === undefined && version.annotations.size >= maxAnnotations) return refuse(400, 'AnnotationLimitExceeded');
  const etag = md5Tag(body);
  version.annotations.set(name, { bytes: body, etag, before: held?.bytes ?? null });
  if (wrongs.changesObject === true) version.etag = md5Tag(Buffer.concat([version.bytes, body]));
  const xml = `<PutObjectAnnotationOutput><Key>${asked.key}</Key><AnnotationName>${name}</AnnotationName></PutObjectAnnotationOutput>`;
  const headers = { ETag: etag, 'x-amz-server-side-encryption': 'AES256', ...versionHeaders(version) };
  return { status: 200, headers, body: xml };
}

function isUtf8(body: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(body);
    return true;
  } catch {
    return false;
  }
}

function checksumRefusal({ wrongs }: Bucket, { headers, body }: Asked): Said | null {
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(body));
  const expected: Readonly<Record<string, string>> = {
    'content-md5': createHash('md5').update(body).digest('base64'),
    'x-amz-checksum-crc32': crc.toString('base64'),
    'x-amz-checksum-sha256': createHash('sha256').update(body).digest('base64'),
  };
  const sent = Object.keys(expected).filter((name) => headers[name] !== undefined);
  if (sent.length === 0 && wrongs.needsChecksum === true) return refuse(400, 'InvalidRequest');
  return sent.every((name) => headers[name] === expected[name]) ? null : refuse(400, 'BadDigest');
}

function get({ wrongs }: Bucket, version: Version, name: string, { headers }: Asked): Said {
  const held = version.annotations.get(name);
  if (held === undefined)
    return wrongs.hidesMissing === true ? refuse(403, 'AccessDenied') : refuse(404, 'NoSuchAnnotation');
  const { etag } = held;
  const common = { ETag: etag, 'Last-Modified': version.modified.toUTCString(), ...versionHeaders(version) };
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
  if (wrongs.honoursRange === true && from !== undefined)
    return { status: 206, headers: common, body: held.bytes.subarray(Number(from), Number(to) + 1) };
  return { status: 200, headers: common, body: bytesOf(wrongs, held) };
}

function bytesOf({ damagesText, staleReads }: Bucket['wrongs'], { bytes, before }: Annotation): Buffer {
  if (damagesText === true) return bytes.subarray(0, -1);
  return staleReads === true && before !== null ? before : bytes;
}

function remove(bucket: Bucket, version: Version, name: string, asked: Asked): Said {
  if (isRefusedBy(bucket, asked, version)) return refuse(412, 'PreconditionFailed');
  if (!version.annotations.has(name)) return refuse(404, 'NoSuchAnnotation');
  if (bucket.wrongs.deletesNothing !== true) version.annotations.delete(name);
  return { status: 204, headers: versionHeaders(version) };
}

function list({ annotations, modified }: Version, { query }: Asked): Said {
  const prefix = query.get('annotation-prefix') ?? '';
  const all = [...annotations].filter(([name]) => name.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
  const start = Number(query.get('continuation-token') ?? 0);
  const end = start + Number(query.get('max-annotation-results') ?? 1000);
  const parts = all.slice(start, end).map(([name, { etag, bytes }]) => {
    const date = modified.toISOString();
    return `<AnnotationEntry><AnnotationName>${name}</AnnotationName><LastModified>${date}</LastModified><ETag>${etag}</ETag><Size>${bytes.length}</Size></AnnotationEntry>`;
  });
  const next = end < all.length ? `<NextContinuationToken>${end}</NextContinuationToken>` : '';
  return {
    status: 200,
    body: `<ListObjectAnnotationsOutput><Annotations>${parts.join('')}</Annotations><AnnotationCount>${parts.length}</AnnotationCount>${next}</ListObjectAnnotationsOutput>`,
  };
}
