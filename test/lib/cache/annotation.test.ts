// How lib/cache/annotation talks to S3, against a fake that follows the documents.
import { annotationCache } from '../../../lib/cache/annotation';
import { encodeAnnotation } from '../../../lib/cache/annotation-text';
import { maxAnnotationBytes } from '../../../lib/s3/annotation';
import { styles } from '../../../lib/style';
import type { CacheEntry, ExifCache, ExifRecord, ObjectStat } from '../../../lib/types';
import { md5Tag, refuse, type Wrongs } from '../../../testing/servers/annotation-model';
import { type AnnotationS3, annotationS3 } from '../../../testing/servers/annotation-s3';
import { serverKeys } from '../../../testing/servers/signed-http';
import { problemOf, soon } from '../bucket/contract';
import { goneEntry, orderOf, recordEntry, recordOf, refTo } from './entries';

jest.setTimeout(30_000); // a busy machine

const image = Buffer.from('the first image');
const later = Buffer.from('another image, put later');
const key = 'a b/ü+1%.jpg';
const ref = refTo(key);
const show = (record: ExifRecord) => styles.get('flat')?.render(record) ?? '{}';

let s3: AnnotationS3;
let notes: string[];
const open = async (wrongs: Wrongs = {}): Promise<ExifCache> => {
  s3 = await annotationS3('photos', wrongs);
  s3.putObject(key, image);
  return cacheOf(s3);
};
const cacheOf = ({ endpoint }: AnnotationS3, maxTries = 2): ExifCache =>
  annotationCache({
    name: 'bucket-exif',
    show,
    warn: (note) => notes.push(note),
    bucket: (id) =>
      id !== ref.bucketId
        ? null
        : {
            ...{ bucket: 'photos', endpoint: new URL(endpoint), region: 'eu-west-1', pathStyle: true },
            ...{ credentials: () => serverKeys, tryMs: 1000, maxTries, sleep: async () => {} },
          },
  });
beforeEach(() => {
  notes = [];
});
afterEach(() => s3.close());

const entryOf = (bytes: Uint8Array, change: Partial<ObjectStat> = {}, revision = '1'): CacheEntry => {
  const entry = recordEntry(ref, orderOf('0a', 1), revision);
  const stat = { ...recordOf().stat, size: bytes.length, etag: md5Tag(bytes), ...change };
  return { ...entry, content: { kind: 'record', record: { ...recordOf(), stat } } };
};
const held = () => s3.objects.get(key)?.at(-1)?.annotations;

test('one GET looks up, and one PUT puts on condition of the ETag, with a checksum', async () => {
  const cache = await open();
  expect(await cache.get(ref, soon())).toEqual({ entry: null, version: null });
  const entry = entryOf(image);
  expect(await cache.put(entry, null, soon())).toBe('kept');
  const found = await cache.get(ref, soon());
  expect(found.entry).toStrictEqual(entry);
  expect(found.version).toMatch(/^[0-9a-f]{64}$/);
  expect(s3.told).toEqual(['GET', 'PUT', 'GET'].map((method) => `${method} ${key}?annotation&annotationName`));
  expect([...(held()?.keys() ?? [])]).toEqual(['bucket-exif']);
});

test('the members for SQL are at the top of a text that is JSON', async () => {
  const cache = await open();
  await cache.put(entryOf(image), null, soon());
  const text = held()?.get('bucket-exif')?.bytes.toString() ?? '';
  const { cache: own, ...members } = JSON.parse(text) as Record<string, unknown>;
  expect(members).toMatchObject({ make: 'Can', size: image.length, etag: md5Tag(image), format: 'jpeg' });
  expect(own).toMatchObject({ format: 1, revision: '1', etag: md5Tag(image), generation: 1 });
  expect(Object.keys(own as object)).toEqual([
    ...['format', 'sha256', 'revision', 'etag', 'lastModified', 'sequencer', 'generation', 'content'],
  ]);
});

test('an entry of an earlier version is not put onto a newer one', async () => {
  const cache = await open();
  const { version } = await cache.get(ref, soon());
  s3.putObject(key, later);
  expect(await cache.put(entryOf(image), version, soon())).toBe('conflict');
  expect(held()?.size).toBe(0);
  expect(await cache.put(entryOf(later), version, soon())).toBe('kept');
});

test('an equal entry is not put again; one of another revision is', async () => {
  const cache = await open();
  await cache.put(entryOf(image), null, soon());
  const { version } = await cache.get(ref, soon());
  const puts = () => s3.told.filter((line) => line.startsWith('PUT')).length;
  expect(await cache.put({ ...entryOf(image), generation: 9, order: orderOf('0b', 2) }, version, soon())).toBe('kept');
  expect(puts()).toBe(1);
  expect(await cache.put(entryOf(image, {}, '2'), version, soon())).toBe('kept');
  expect(puts()).toBe(2);
});

test('an object that is gone needs no request', async () => {
  const cache = await open();
  expect(await cache.put(goneEntry(ref, orderOf('0b', 2)), null, soon())).toBe('not-stored');
  expect(await cache.put(entryOf(image, { etag: null }), null, soon())).toBe('not-stored');
  expect(await cache.put(entryOf(image, { etag: 'W/"x"' }), null, soon())).toBe('not-stored');
  expect(s3.told).toEqual([]);
  s3.objects.delete(key);
  expect(await cache.get(ref, soon())).toEqual({ entry: null, version: null });
  expect(await cache.put(entryOf(image), null, soon())).toBe('conflict');
});

test('an object that is removed after it was read is a conflict', async () => {
  const cache = await open();
  await cache.get(ref, soon());
  s3.objects.delete(key);
  expect(await cache.put(entryOf(image), null, soon())).toBe('conflict');
});

test('a copy has the annotation, bound to the ETag of the source', async () => {
  const cache = await open();
  await cache.put(entryOf(image), null, soon());
  const text = held()?.get('bucket-exif');
  const copy = s3.putObject('copy.jpg', image);
  if (text !== undefined) copy.annotations.set('bucket-exif', text);
  const found = await cache.get(refTo('copy.jpg'), soon());
  expect(found.entry).toStrictEqual({ ...entryOf(image), ref: refTo('copy.jpg') });
});

test('damaged, foreign and changed texts count as absent, and are replaced', async () => {
  const cache = await open();
  await cache.put(entryOf(image), null, soon());
  const version = s3.objects.get(key)?.at(-1);
  const { bytes = Buffer.alloc(0) } = version?.annotations.get('bucket-exif') ?? {};
  const whole = bytes.toString();
  const texts = [
    '{}',
    'null',
    '[1]',
    whole.slice(0, -1),
    `${whole} `,
    whole.replace('"format":1', '"format":2'),
    whole.replace(/"make":"/, '"make":"X'),
    whole.replace(/"revision":"1"/, '"revision":"9"'),
    JSON.stringify(JSON.parse(whole), null, 1),
  ];
  for (const body of [
    ...texts.map((text) => Buffer.from(text)),
    Buffer.from([0xff, ...bytes]),
    Buffer.alloc(2 ** 20, 0x20),
  ]) {
    version?.annotations.set('bucket-exif', { bytes: body, etag: '"x"', before: null });
    const found = await cache.get(ref, soon());
    expect([found.entry, found.version !== null]).toEqual([null, true]);
    expect(await cache.put(entryOf(image), found.version, soon())).toBe('kept');
    expect((await cache.get(ref, soon())).entry).not.toBeNull();
  }
});

test.each([
  { revision: 1 },
  { generation: -1 },
  { content: { kind: 'gone' } },
  { order: { lastModified: null, sequencer: 5 } },
])('a text whose hash is right is still checked: %j', async (change) => {
  const cache = await open();
  const text = await encodeAnnotation({ ...entryOf(image), ...change } as CacheEntry, show);
  held()?.set('bucket-exif', { bytes: Buffer.from(text ?? ''), etag: '"x"', before: null });
  expect((await cache.get(ref, soon())).entry).toBeNull();
});

test('an entry of exactly 1 MiB is kept, one of a byte more is not', async () => {
  const cache = await open();
  await cache.get(ref, soon());
  const length = Buffer.byteLength((await encodeAnnotation(entryOf(image, {}, ''), show)) ?? '');
  const filled = (extra: number) => entryOf(image, {}, 'r'.repeat(maxAnnotationBytes - length + extra));
  expect(await cache.put(filled(0), null, soon())).toBe('kept');
  expect(held()?.get('bucket-exif')?.bytes.length).toBe(maxAnnotationBytes);
  expect(await cache.put(filled(1), null, soon())).toBe('not-stored');
});

test('an object with 1,000 annotations is not cached, with one warning', async () => {
  const cache = await open();
  for (let at = 0; at < 1000; at++) held()?.set(`n${at}`, { bytes: image, etag: '"x"', before: null });
  for (let round = 0; round < 2; round++) expect(await cache.put(entryOf(image), null, soon())).toBe('not-stored');
  expect(notes).toEqual([expect.stringMatching(/^An object has as many annotations as S3 allows/)]);
});

test('a store that ignores the parameter never loses an object to a put', async () => {
  const cache = await open({ ignoresParameter: true });
  const found = await cache.get(ref, soon());
  expect(found.entry).toBeNull();
  await expect(cache.put(entryOf(image), found.version, soon())).rejects.toMatchObject({
    code: 'CacheFault',
    message: expect.stringMatching(/may not have annotations\. Nothing was written/),
  });
  expect(s3.objects.get(key)?.at(-1)?.bytes).toEqual(image);
  expect(s3.told.filter((line) => line.startsWith('PUT'))).toEqual([]);
});

test.each([
  ['PUT', 412, 'PreconditionFailed', 'conflict'],
  ['PUT', 409, 'ConditionalRequestConflict', 'conflict'],
  ['PUT', 409, 'OperationAborted', 'conflict'],
  ['PUT', 404, 'NoSuchKey', 'conflict'],
  ['PUT', 404, 'NoSuchBucket', /answered 404 NoSuchBucket$/],
  ['PUT', 415, 'UnsupportedMediaType', 'not-stored'],
  ['PUT', 413, 'EntityTooLarge', 'not-stored'],
  ['PUT', 400, 'EntityTooLarge', 'not-stored'],
  ['PUT', 400, 'AnnotationLimitExceeded', 'not-stored'],
  ['PUT', 400, 'AnnotationNameTooLong', /answered 400 AnnotationNameTooLong$/],
  ['PUT', 400, 'InvalidAnnotationName', /answered 400 InvalidAnnotationName$/],
  ['PUT', 400, 'InvalidRequest', /answered 400 InvalidRequest$/],
  ['PUT', 403, 'AccessDenied', /Allow s3:PutObjectAnnotation on the objects of "photos"/],
  ['PUT', 403, 'SignatureDoesNotMatch', /answered 403 SignatureDoesNotMatch$/],
  ['PUT', 501, 'NotImplemented', /so it has no annotations: use another EXIF_CACHE/],
  ['PUT', 405, 'MethodNotAllowed', /so it has no annotations/],
  ['PUT', 500, 'InternalError', /answered 500 InternalError$/],
  ['PUT', 503, 'SlowDown', /answered 503 SlowDown$/],
  ['GET', 404, 'NoSuchBucket', /answered 404 NoSuchBucket$/],
  ['GET', 404, '', /answered 404$/],
  ['GET', 403, 'AccessDenied', /Allow s3:GetObjectAnnotation on the objects of "photos"/],
  ['GET', 501, 'NotImplemented', /so it has no annotations/],
  ['GET', 503, 'SlowDown', /answered 503 SlowDown$/],
])('%s refused with %i %s', async (method, status, code, expected) => {
  const cache = await open();
  await cache.get(ref, soon());
  s3.before.answer = (asked) => (asked.method === method ? refuse(status, code) : null);
  const work = method === 'GET' ? cache.get(ref, soon()) : cache.put(entryOf(image), null, soon());
  if (typeof expected === 'string') return expect(await work).toBe(expected);
  await expect(work).rejects.toMatchObject({ code: 'CacheFault', message: expect.stringMatching(expected) });
});

test('a fault that passes is tried again', async () => {
  const cache = await open();
  for (const method of ['GET', 'PUT']) {
    let faults = 1;
    s3.before.answer = (asked) => (asked.method === method && faults-- > 0 ? refuse(503, 'SlowDown') : null);
    if (method === 'GET') expect(await cache.get(ref, soon())).toEqual({ entry: null, version: null });
    else expect(await cache.put(entryOf(image), null, soon())).toBe('kept');
  }
});

test('an object with the key of its owner is not stored when the store says so', async () => {
  const cache = await open();
  await cache.get(ref, soon());
  const message = 'The object was stored using a form of Server Side Encryption.';
  const body = `<Error><Code>InvalidRequest</Code><Message>${message}</Message></Error>`;
  s3.before.answer = ({ method }) => (method === 'PUT' ? { status: 400, body } : null);
  expect(await cache.put(entryOf(image), null, soon())).toBe('not-stored');
});

test('a bucket that is not configured, one that cannot be reached and time that is over are CacheFault', async () => {
  const cache = await open();
  expect(await problemOf(cache.get({ ...ref, bucketId: 'other' }, soon()))).toBe('CacheFault');
  s3.before.answer = () => 'hang';
  expect(await problemOf(cache.get(ref, AbortSignal.timeout(50)))).toBe('CacheFault');
  const nowhere = cacheOf({ ...s3, endpoint: 'http://127.0.0.1:1' }, 1);
  expect(await problemOf(nowhere.get(ref, soon()))).toBe('CacheFault');
});
