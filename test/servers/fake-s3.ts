// The part of S3 the contract is about: exact keys, ranges, If-Match, and signatures checked over the path as sent.
import { createHash, createHmac } from 'node:crypto';
import { askedRange, type RawReply, type RawRequest, rawReply, refusal } from './raw-s3';

export const fakeKeys = { accessKeyId: 'FAKEKEY', secretAccessKey: 'fake/secret+key', sessionToken: null };

/** Answers for the objects of `bucket`, in path style. */
export function fakeS3(bucket: string, objects: ReadonlyMap<string, Uint8Array>): RawReply {
  return (socket, request) => socket.write(answer(bucket, objects, request));
}

function answer(bucket: string, objects: ReadonlyMap<string, Uint8Array>, request: RawRequest): Buffer {
  if (request.headers.authorization !== expectedAuthorization(request)) return refusal(403, 'SignatureDoesNotMatch');
  const prefix = `/${bucket}/`;
  if (!request.path.startsWith(prefix)) return refusal(404, 'NoSuchBucket');
  const bytes = objects.get(decodeURIComponent(request.path.slice(prefix.length)));
  if (bytes === undefined) return refusal(404, 'NoSuchKey');
  const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
  if ((request.headers['if-match'] ?? etag) !== etag) return refusal(412, 'PreconditionFailed');
  const { start, end } = askedRange(request);
  if (start >= bytes.length) return refusal(416, 'InvalidRange', { 'Content-Range': `bytes */${bytes.length}` });
  const part = bytes.subarray(start, end);
  const headers = {
    ETag: etag,
    'Last-Modified': 'Tue, 03 Nov 2026 10:00:00 GMT',
    'Content-Range': `bytes ${start}-${start + part.length - 1}/${bytes.length}`,
  };
  return rawReply(206, headers, part);
}

/** Signature Version 4 for S3, computed over what arrived; S3 takes the path as it is, without a second encoding. */
export function expectedAuthorization(request: RawRequest): string {
  const { headers } = request;
  const [, region = ''] = /Credential=[^/]+\/\d{8}\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  const names = Object.keys(headers)
    .filter((name) => name === 'host' || name.startsWith('x-amz-'))
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
    createHash('sha256').update('').digest('hex'),
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
