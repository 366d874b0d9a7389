// One read for the cache and the sinks: both are what a read of only one gives, with no more GETs than the longer one.
import { defaultLimits, type Limits } from '../../../lib/limits';
import { metadataContent } from '../../../lib/metadata/content';
import { ProblemError } from '../../../lib/problem';
import { readMetadata } from '../../../lib/read/metadata';
import { nothingKnown, type ReadDeps, type ReadRequest } from '../../../lib/read/object';
import { readRecord } from '../../../lib/read/record';
import { readWithMetadata } from '../../../lib/read/sink-metadata';
import { blockJpeg, describedVideo, textPng } from '../../../testing/build/every-block';
import { secretPng, secretVideo } from '../../../testing/build/secrets';
import { smallVideos } from '../../../testing/build/small-videos';
import { anyRef, countingBucket } from '../../../testing/fakes/counting-bucket';
import { farJpeg, farTiff, jpegBytes, pngOf } from './record-world';

const flat = metadataContent('flat');

type Given = Readonly<{ limits?: Partial<Limits>; dropGroups?: ReadDeps['dropGroups']; held?: string }>;

function requestOf(bytes: Uint8Array, { limits = {}, dropGroups = [], held }: Given) {
  const counting = countingBucket(() => ({ bytes, etag: '"v1"' }));
  const deps: ReadDeps = { bucket: counting.bucket, limits: { ...defaultLimits, ...limits }, dropGroups };
  const known = { ...nothingKnown, held: held ?? null };
  const request: ReadRequest = {
    ref: anyRef,
    deps,
    cost: { requests: 0, bytes: 0 },
    known,
    signal: AbortSignal.timeout(5_000),
  };
  return { counting, request };
}

/** The result of a read, or the code that it throws. */
async function resultOf<T>(read: Promise<T>): Promise<T | string> {
  return read.catch((error: unknown) => {
    if (error instanceof ProblemError) return error.code;
    throw error;
  });
}

async function recordAlone(bytes: Uint8Array, given: Given) {
  const { counting, request } = requestOf(bytes, given);
  const result = await resultOf(readRecord(request));
  return { result, gets: counting.requests.length };
}

async function metadataAlone(bytes: Uint8Array, given: Given) {
  const { counting, request } = requestOf(bytes, given);
  const result = await resultOf(readMetadata(request, flat));
  const gets = counting.requests.length;
  if (typeof result === 'string') return { text: null, code: result, gets };
  if (result.kind === 'fault') return { text: null, code: result.problem.code, gets };
  if (result.kind !== 'metadata') throw new Error(result.kind);
  return { text: await flat.render(result.record), code: null, gets };
}

async function together(bytes: Uint8Array, given: Given) {
  const { counting, request } = requestOf(bytes, given);
  const read = await resultOf(readWithMetadata(request));
  return { read, gets: counting.requests.length };
}

const files: readonly (readonly [string, Uint8Array])[] = [
  ['a JPEG', jpegBytes],
  ['a JPEG with every block', blockJpeg],
  ['a JPEG with its EXIF far behind', farJpeg],
  ['a TIFF with its tags far behind', farTiff],
  ['a PNG', pngOf(3, 2)],
  ['a PNG with texts', textPng],
  ['a PNG with secrets', secretPng],
  ['a video', describedVideo],
  ['a video with secrets', secretVideo],
  ['a text', new TextEncoder().encode('Not an image.\n')],
  ['a sidecar', new TextEncoder().encode('<x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta>')],
  ['an empty object', new Uint8Array(0)],
  ['a cut JPEG', jpegBytes.subarray(0, 40)],
  ...Object.entries(smallVideos),
];

const settings: readonly (readonly [string, Given])[] = [
  ['the default settings', {}],
  ['a short first read', { limits: { firstRead: 64 } }],
  ['few requests', { limits: { firstRead: 64, requests: 2 } }],
  ['one request', { limits: { firstRead: 64, requests: 1 } }],
  ['few bytes', { limits: { firstRead: 64, readBytes: 20_000 } }],
  ['a small object limit', { limits: { objectBytes: 50 } }],
  ['a small side', { limits: { side: 2 } }],
  ['EXIF_DROP', { dropGroups: ['gps', 'serial', 'owner', 'makernote', 'xmp', 'iptc', 'prompt', 'faces', 'thumbnail'] }],
];

describe.each(settings)('with %s', (_, given) => {
  test.each(files)('%s', async (_name, bytes) => {
    const [record, metadata] = [await recordAlone(bytes, given), await metadataAlone(bytes, given)];
    const { read, gets } = await together(bytes, given);
    if (typeof record.result === 'string') {
      expect(read).toBe(record.result);
      return;
    }
    expect(read).toEqual({ result: record.result, metadata: { text: metadata.text, code: metadata.code } });
    expect(gets).toBeLessThanOrEqual(record.gets + metadata.gets - 1);
  });
});

test.each([
  ['a JPEG', jpegBytes],
  ['a JPEG with every block', blockJpeg],
  ['a PNG', pngOf(3, 2)],
  ['a video', describedVideo],
])('%s is read with one GET', async (_, bytes) => {
  expect((await together(bytes, {})).gets).toBe(1);
});

test('a long block in a JPEG costs no more than its metadata alone', async () => {
  const bytes = Uint8Array.from([...farJpeg.subarray(0, 2), ...blockJpeg.subarray(2, -2), ...farJpeg.subarray(2)]);
  const alone = await metadataAlone(bytes, {});
  expect(await together(bytes, {})).toMatchObject({ gets: alone.gets });
});

test('of a held version the metadata is read, and no record', async () => {
  const { read, gets } = await together(blockJpeg, { held: '"v1"' });
  expect(read).toMatchObject({ result: { kind: 'unchanged' }, metadata: { code: null, text: expect.any(String) } });
  expect(gets).toBe(1);
});

test('of another version than the held one both are read', async () => {
  const { read } = await together(blockJpeg, { held: '"v0"' });
  expect(read).toMatchObject({ result: { kind: 'record' }, metadata: { code: null } });
});

test('when the object changes between two reads, both are of the new version', async () => {
  const counting = countingBucket((n) =>
    n === 0 ? { bytes: farJpeg, etag: '"v1"' } : { bytes: blockJpeg, etag: '"v2"' },
  );
  const { request } = requestOf(farJpeg, {});
  const deps = { ...request.deps, bucket: counting.bucket };
  const { result, metadata } = await readWithMetadata({ ...request, deps });
  expect(result).toMatchObject({ kind: 'record', record: { stat: { etag: '"v2"' } } });
  const { text } = await metadataAlone(blockJpeg, {});
  expect(metadata).toEqual({ text: text?.replace('v1', 'v2'), code: null });
});
