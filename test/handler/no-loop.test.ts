// Each write to the bucket sends an event, also the write of a cache entry, or of an object of a sink: events for these must cause
// no more work.

import { ProblemError } from '../../lib/problem';
import { lambdaUploadTriggers } from '../../lib/trigger';
import { readConfig } from '../../service/config/config';
import { createHandler } from '../../service/create-handler';
import { createEventRun } from '../../service/job-runner';
import { buildPng, idat, iend, ihdr } from '../../testing/build/png';
import { s3Change } from '../../testing/fakes/model-events';
import { fakeKeys, fakeS3 } from '../../testing/servers/fake-s3';
import { type RawServer, rawServer, refusal } from '../../testing/servers/raw-s3';

type WrittenObject = Readonly<{ bucket: string; key: string }>;

const names = ['a.jpg', 'b c+d%.jpg', 'exif/photos/e.jpg', 'exif/f.json.jpg', `${'ü/'.repeat(330)}g.jpg`];

let server: RawServer;
let stored: Map<string, Map<string, Uint8Array>>;
let written: jest.SpyInstance;

beforeEach(async () => {
  const images = new Map(names.map((key) => [key, buildPng([ihdr(2, 1), idat(), iend])]));
  stored = new Map([
    ['photos', images],
    ['entries', new Map()],
  ]);
  const buckets = [...stored].map(([bucket, objects]) => [`/${bucket}/`, fakeS3(bucket, objects)] as const);
  server = await rawServer((socket, request) => {
    const [, reply] = buckets.find(([path]) => request.path.startsWith(path)) ?? [];
    if (reply === undefined) socket.write(refusal(404, 'NoSuchBucket'));
    else reply(socket, request);
  });
  written = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(async () => {
  written.mockRestore();
  await server.close();
});

const place = (path: string): string => `s3://${path}?region=us-east-1&endpoint=${server.endpoint.origin}&style=path`;

function settings(cache: string): Record<string, string> {
  return {
    EXIF_BUCKET: place('photos'),
    EXIF_CALLERS: 'platform',
    EXIF_CACHE: place(cache),
    AWS_ACCESS_KEY_ID: fakeKeys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: fakeKeys.secretAccessKey,
  };
}

/** What was written to the store since the request of that number. */
function writesSince(first: number): readonly WrittenObject[] {
  return server.requests.slice(first).flatMap(({ method, path }) => {
    const [, bucket = '', key = ''] = /^\/([^/]+)\/(.*)$/.exec(path) ?? [];
    return method === 'PUT' ? [{ bucket, key: decodeURIComponent(key) }] : [];
  });
}

/** Follows the uploads, then what following them wrote, and so on; the writes of each generation. */
async function generations(env: Record<string, string>): Promise<readonly (readonly WrittenObject[])[]> {
  const handle = createHandler(lambdaUploadTriggers, createEventRun(readConfig(env)));
  const all: (readonly WrittenObject[])[] = [names.map((key) => ({ bucket: 'photos', key }))];
  for (let changed = all[0] ?? []; changed.length > 0 && all.length < 10; changed = all.at(-1) ?? []) {
    const before = server.requests.length;
    const records = changed.map(({ bucket, key }, at) =>
      s3Change({
        name: bucket,
        key,
        event: 'ObjectCreated:Put',
        source: 'aws:s3',
        ms: Date.UTC(2026, 10, 3),
        sequencer: `0055AED6DC${all.length}${at}`,
        versionId: '',
      }),
    );
    await handle({ Records: records }, {}).catch(unknownOnly);
    all.push(writesSince(before));
  }
  return all;
}

/** Of a bucket that is not served an event is refused, and in the end given up. */
function unknownOnly(error: unknown): void {
  if (!(error instanceof ProblemError && error.code === 'BucketUnknown')) throw error;
}

test.each([
  ['in the watched bucket, with other keys than the images', 'photos/exif', '*.jpg'],
  ['in a second bucket', 'entries/exif', ''],
  ['in a second bucket, without a prefix', 'entries', '*'],
])('a cache %s: all ends after one generation', async (_name, cache, watch) => {
  const [uploads, entries, ...more] = await generations({ ...settings(cache), EXIF_WATCH: watch });
  expect(entries).toHaveLength(uploads?.length ?? 0);
  expect(new Set(entries?.map(({ bucket }) => bucket))).toEqual(new Set([cache.split('/')[0]]));
  expect(more).toEqual([[]]);
});

test.each([
  ['in the watched bucket, with other keys than the images', 'photos/data', '*.jpg'],
  ['in the bucket of the cache', 'entries/exif', ''],
])('a sink %s: all ends after one generation', async (_name, sink, watch) => {
  const env = { ...settings('entries/exif'), EXIF_SINK: place(sink), EXIF_WATCH: watch };
  const [uploads, writes = [], ...more] = await generations(env);
  const bySink = writes.filter(({ key }) => key.endsWith('.ndjson'));
  expect(bySink.length).toBeGreaterThan(0);
  expect(bySink.every(({ bucket, key }) => `${bucket}/${key}`.startsWith(`${sink}/changes/`))).toBe(true);
  expect(writes.length - bySink.length).toBe(uploads?.length);
  const texts = [...(stored.get(sink.split('/')[0] ?? '') ?? [])].filter(([key]) => key.endsWith('.ndjson'));
  const sent = texts.flatMap(([, bytes]) => new TextDecoder().decode(bytes).trim().split('\n'));
  expect(sent.map((line) => JSON.parse(line).key).sort()).toEqual([...names].sort());
  expect(more).toEqual([[]]);
});

test('the event for an entry does not even read the entry', async () => {
  const env = { ...settings('photos/exif'), EXIF_WATCH: '*.jpg' };
  await generations(env);
  const before = server.requests.length;
  const entries = [...(stored.get('photos')?.keys() ?? [])].filter((key) => key.endsWith('.json'));
  const records = entries.map((key) =>
    s3Change({
      name: 'photos',
      key,
      event: 'ObjectCreated:Put',
      source: 'aws:s3',
      ms: 0,
      sequencer: '00',
      versionId: '',
    }),
  );
  await createHandler(lambdaUploadTriggers, createEventRun(readConfig(env)))({ Records: records }, {});
  expect([records.length, server.requests.length - before]).toEqual([names.length, 0]);
});

test.each([
  ['the whole bucket is watched', { EXIF_WATCH: '' }],
  ['a pattern fits the entries', { EXIF_WATCH: '*.jpg,exif/*' }],
])('a cache in the watched bucket is refused, with what to do, when %s', (_name, change) => {
  expect(() => readConfig({ ...settings('photos/exif'), ...change })).toThrow(
    expect.objectContaining({
      code: 'ConfigInvalid',
      message: expect.stringMatching(
        /EXIF_CACHE is inside the bucket photos .*each entry it writes is an upload .*use another bucket .*EXIF_WATCH=/,
      ),
    }),
  );
});

test('so is one in a second bucket that is served', () => {
  const env = { ...settings('entries/exif'), EXIF_HOSTS: `entries.example=${place('entries')}` };
  expect(() => readConfig(env)).toThrow(/EXIF_CACHE is inside the bucket entries/);
});
