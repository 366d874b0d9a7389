// Annotations as the SDK of AWS writes, reads, lists and copies them, and as the cache does: both mean the same requests, and the
// fake that stands for S3 in all other tests understands the SDK.
import {
  CopyObjectCommand,
  DeleteObjectAnnotationCommand,
  GetObjectAnnotationCommand,
  ListObjectAnnotationsCommand,
  PutObjectAnnotationCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { annotationCache } from '../../lib/cache/annotation';
import { annotationPutHeaders } from '../../lib/s3/annotation';
import { styles } from '../../lib/style';
import type { ExifCache } from '../../lib/types';
import { type Asked, md5Tag, refuse } from '../../testing/servers/annotation-model';
import { type AnnotationS3, annotationS3 } from '../../testing/servers/annotation-s3';
import { serverKeys } from '../../testing/servers/signed-http';
import { soon } from '../lib/bucket/contract';
import { orderOf, recordEntry, recordOf, refTo } from '../lib/cache/entries';

jest.setTimeout(30_000); // a busy machine

const Key = 'in/a b+ü.jpg';
const image = Buffer.from('an image');
const object = { Bucket: 'photos', Key };
const ours = { ...object, AnnotationName: 'bucket-exif' };

let s3: AnnotationS3;
let sdk: S3Client;
let asked: Asked[];
let cache: ExifCache;
beforeEach(async () => {
  s3 = await annotationS3();
  asked = [];
  s3.before.answer = (request) => {
    asked.push(request);
    return null;
  };
  const { sessionToken: _none, ...credentials } = serverKeys;
  sdk = new S3Client({ endpoint: s3.endpoint, region: 'eu-west-1', forcePathStyle: true, credentials, maxAttempts: 1 });
  cache = annotationCache({
    name: 'bucket-exif',
    show: (record) => styles.get('flat')?.render(record) ?? '{}',
    bucket: () => ({
      ...{ bucket: 'photos', endpoint: new URL(s3.endpoint), region: 'eu-west-1', pathStyle: true },
      ...{ credentials: () => serverKeys, tryMs: 5000, maxTries: 1 },
    }),
  });
  s3.putObject(Key, image);
});
afterEach(async () => {
  sdk.destroy();
  await s3.close();
});

const stat = { ...recordOf().stat, etag: md5Tag(image) };
const entry = {
  ...recordEntry(refTo(Key), orderOf(null, 1)),
  content: { kind: 'record', record: { ...recordOf(), stat } },
} as const;
const textOf = async (AnnotationName = 'bucket-exif'): Promise<string> =>
  (await (
    await sdk.send(new GetObjectAnnotationCommand({ ...object, AnnotationName }))
  ).AnnotationPayload?.transformToString()) ?? '';

test('what the cache puts, the SDK reads and lists', async () => {
  await cache.get(entry.ref, soon());
  expect(await cache.put(entry, null, soon())).toBe('kept');
  expect(JSON.parse(await textOf())).toMatchObject({ make: 'Can', cache: { etag: md5Tag(image) } });
  const { Annotations, AnnotationCount } = await sdk.send(new ListObjectAnnotationsCommand(object));
  expect([AnnotationCount, Annotations?.map(({ AnnotationName }) => AnnotationName)]).toEqual([1, ['bucket-exif']]);
});

test('what the SDK puts, the cache reads: the same path, query, condition and checksum', async () => {
  await cache.get(entry.ref, soon());
  await cache.put(entry, null, soon());
  const text = await textOf();
  asked.length = 0;
  await sdk.send(new PutObjectAnnotationCommand({ ...ours, AnnotationPayload: text, ObjectIfMatch: md5Tag(image) }));
  const [request] = asked;
  expect([request?.method, request?.key]).toEqual(['PUT', Key]);
  const query = new URLSearchParams(request?.query);
  query.delete('x-id'); // only SDKs send it
  expect([...query]).toEqual([
    ['annotation', ''],
    ['annotationName', 'bucket-exif'],
  ]);
  expect(request?.headers).toMatchObject(annotationPutHeaders(Buffer.from(text), md5Tag(image)));
  expect((await cache.get(entry.ref, soon())).entry).toStrictEqual(entry);
});

test('a condition that does not hold is the same refusal', async () => {
  const put = new PutObjectAnnotationCommand({ ...ours, AnnotationPayload: 'x', ObjectIfMatch: '"other"' });
  await expect(sdk.send(put)).rejects.toMatchObject({ name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } });
  await expect(textOf()).rejects.toMatchObject({ name: 'NoSuchAnnotation', $metadata: { httpStatusCode: 404 } });
});

test('an overwrite by the SDK leaves no annotation, and a copy by the SDK takes it along', async () => {
  await cache.get(entry.ref, soon());
  await cache.put(entry, null, soon());
  const CopySource = `photos/${encodeURIComponent(Key)}`;
  await sdk.send(new CopyObjectCommand({ Bucket: 'photos', Key: 'copy.jpg', CopySource }));
  expect((await cache.get(refTo('copy.jpg'), soon())).entry).toStrictEqual({ ...entry, ref: refTo('copy.jpg') });
  await sdk.send(
    new CopyObjectCommand({ Bucket: 'photos', Key: 'bare.jpg', CopySource, AnnotationDirective: 'EXCLUDE' }),
  );
  expect(await cache.get(refTo('bare.jpg'), soon())).toEqual({ entry: null, version: null });
  await sdk.send(new PutObjectCommand({ ...object, Body: 'another image' }));
  expect(await cache.get(entry.ref, soon())).toEqual({ entry: null, version: null });
});

test('what the SDK deletes is gone', async () => {
  await cache.get(entry.ref, soon());
  await cache.put(entry, null, soon());
  await sdk.send(new DeleteObjectAnnotationCommand({ ...ours, ObjectIfMatch: md5Tag(image) }));
  expect(await cache.get(entry.ref, soon())).toEqual({ entry: null, version: null });
});

test.each([
  'NoSuchAnnotation',
  'NoSuchKey',
  'NoSuchBucket',
  'AnnotationLimitExceeded',
  'AnnotationNameTooLong',
  'InvalidAnnotationName',
  'InvalidRequest',
  'UnsupportedMediaType',
])('the SDK knows the error %s', async (code) => {
  s3.before.answer = () => refuse(400, code);
  await expect(sdk.send(new PutObjectAnnotationCommand({ ...ours, AnnotationPayload: 'x' }))).rejects.toMatchObject({
    name: code,
  });
});
