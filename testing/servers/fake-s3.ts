// The part of S3 the contracts are about: exact keys, ranges, If-Match and If-None-Match, PUT, and signatures checked over
// what was sent.
import { createHash, createHmac } from 'node:crypto';
import { askedRange, type RawReply, type RawRequest, rawReply, refusal } from './raw-s3';

export const fakeKeys = { accessKeyId: 'FAKEKEY', secretAccessKey: 'fake/secret+key', sessionToken: null };

/** Answers for the objects of `bucket`, in path style. A PUT writes into `objects`. */
export function fakeS3(bucket: string, objects: Map<string, Uint8Array>): RawReply {
  return (socket, request) => socket.write(answer(bucket, objects, request));
}

function answer(bucket: string, objects: Map<string, Uint8Array>, request: RawRequest): Buffer {
  if (request.headers.authorization !== expectedAuthorization(request)) return refusal(403, 'SignatureDoesNotMatch');
  const prefix = `/${bucket}/`;
  if (!request.path.startsWith(prefix)) return refusal(404, 'NoSuchBucket');
  const key = decodeURIComponent(request.path.slice(prefix.length));
  const bytes = objects.get(key);
  if (request.method === 'PUT') return answerPut(objects, key, request);
  return bytes === undefined ? refusal(404, 'NoSuchKey') : answerGet(bytes, request);
}

function answerGet(bytes: Uint8Array, request: RawRequest): Buffer {
  const headers = { ETag: etagOf(bytes), 'Last-Modified': 'Tue, 03 Nov 2026 10:00:00 GMT' };
  if ((request.headers['if-match'] ?? headers.ETag) !== headers.ETag) return refusal(412, 'PreconditionFailed');
  if (request.headers['if-none-match'] === headers.ETag)
    return rawReply(304, { ...headers, 'Content-Length': null }, '');
  if (request.headers.range === undefined) return rawReply(200, headers, bytes);
  const { start, end } = askedRange(request, bytes.length);
  if (start >= bytes.length) return refusal(416, 'InvalidRange', { 'Content-Range': `bytes */${bytes.length}` });
  const part = bytes.subarray(start, end);
  const contentRange = `bytes ${start}-${start + part.length - 1}/${bytes.length}`;
  return rawReply(206, { ...headers, 'Content-Range': contentRange }, part);
}

/** [Amazon S3 PutObject]: If-Match on what is not there is a 404. */
function answerPut(objects: Map<string, Uint8Array>, key: string, { headers, body }: RawRequest): Buffer {
  if (Buffer.byteLength(key) > 1024) return refusal(400, 'KeyTooLongError');
  const held = objects.get(key);
  const wanted = headers['if-match'];
  if (wanted !== undefined && held === undefined) return refusal(404, 'NoSuchKey');
  if (wanted !== undefined && held !== undefined && wanted !== etagOf(held)) return refusal(412, 'PreconditionFailed');
  if (headers['if-none-match'] === '*' && held !== undefined) return refusal(412, 'PreconditionFailed');
  const bytes = body ?? new Uint8Array(0);
  objects.set(key, bytes);
  return rawReply(200, { ETag: etagOf(bytes) }, '');
}

function etagOf(bytes: Uint8Array): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}

/** Signature Version 4 for S3, computed over what arrived; S3 takes the path as it is, without a second encoding. */
export function expectedAuthorization(request: RawRequest): string {
  const { headers } = request;
  const [, region = ''] = /Credential=[^/]+\/\d{8}\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  const names = Object.keys(headers)
    .filter((name) => name === 'host' || /^x-(amz|cos)-/.test(name))
    .sort();
  const date = headers['x-amz-date'] ?? '';
  const scope = `${date.slice(0, 8)}/${region}/s3/aws4_request`;
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('');
  const canonical = [
    request.method,
    request.path,
    '',
    lines,
    names.join(';'),
    createHash('sha256')
      .update(request.body ?? '')
      .digest('hex'),
  ];
  const text = ['AWS4-HMAC-SHA256', date, scope, createHash('sha256').update(canonical.join('\n')).digest('hex')];
  let key: Buffer = Buffer.from(`AWS4${fakeKeys.secretAccessKey}`);
  for (const part of scope.split('/')) key = hmac(key, part);
  const signature = hmac(key, text.join('\n')).toString('hex');
  return `AWS4-HMAC-SHA256 Credential=${fakeKeys.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
