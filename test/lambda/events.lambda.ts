// Every sample event through the deployed artifact under the real runtime client, in a function of 128 MB.
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { styleNames } from '../../lib/style';
import { type Artifact, memoryMb, root, unzipArtifact } from '../../testing/deployed-zip';
import { type CephRgw, cephInstalled, cephKeys, startCephRgw } from '../../testing/servers/ceph-rgw';
import { type RunningFunction, startFunction } from '../../testing/servers/lambda-runtime';
import { openClient } from '../../testing/servers/notifying-store';

type Reply = Readonly<{
  statusCode: number;
  headers?: Readonly<Record<string, string>>;
  multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  body: string;
  isBase64Encoded: boolean;
}>;
type Event = Readonly<Record<string, unknown>>;

const events = readdirSync(join(root, 'events')).map((file) => file.replace(/\.json$/, ''));
const uploads = events.filter((name) => /^(s3-(?!batch)|sqs-|sns-|eventbridge-)/.test(name));
const batches = events.filter((name) => name.startsWith('s3-batch'));
const requests = events.filter((name) => !/^(scf|cos|batch)-/.test(name) && ![...uploads, ...batches].includes(name));
const eventOf = (name: string): Event => JSON.parse(readFileSync(join(root, 'events', `${name}.json`), 'utf8'));

let artifact: Artifact;
let cacheFolder = '';

beforeAll(() => {
  artifact = unzipArtifact();
  cacheFolder = mkdtempSync(join(tmpdir(), 'bucket-exif-cache-'));
}, 600_000);
afterAll(() => {
  artifact?.remove();
  if (cacheFolder !== '') rmSync(cacheFolder, { recursive: true, force: true });
});

const stores: readonly (readonly [
  string,
  () => Promise<Readonly<{ env: Record<string, string>; stop(): Promise<void> }>>,
])[] = [
  ['a folder', async () => ({ env: { EXIF_BUCKET: `directory:${join(root, 'samples')}` }, stop: async () => {} })],
  ...(cephInstalled('the artifact over a real S3 server (Ceph RGW)') ? [['a real S3 server', ceph] as const] : []),
];

describe.each(stores)('over %s', (_name, open) => {
  const started: RunningFunction[] = [];
  let env: Record<string, string> = {};
  let stop = async (): Promise<void> => {};
  let http: RunningFunction;
  let upload: RunningFunction;
  let batch: RunningFunction;

  beforeAll(async () => {
    const store = await open();
    stop = store.stop;
    env = { ...store.env, EXIF_CALLERS: 'platform', EXIF_CACHE: `directory:${cacheFolder}` };
    [http, upload, batch] = await Promise.all([start('http'), start('upload'), start('batch')]);
  }, 120_000);
  afterAll(async () => {
    for (const each of started) await each.stop();
    await stop();
  }, 60_000);

  async function start(name: string, more: Record<string, string> = {}): Promise<RunningFunction> {
    const running = await startFunction({
      node: process.execPath,
      client: artifact.client,
      taskRoot: artifact.folder,
      handler: `handler/${name}.handler`,
      env: { ...env, ...more },
      memoryMb,
    });
    started.push(running);
    return running;
  }

  async function ask(running: RunningFunction, event: Event): Promise<Reply> {
    const { kind, text } = await running.invoke(event);
    if (kind === 'error') throw new Error(text);
    return JSON.parse(text) as Reply;
  }

  test.each(requests)('%s is answered', async (name) => {
    const reply = await ask(http, eventOf(name));
    expect(reply).toMatchObject({ statusCode: 200, isBase64Encoded: false });
    expect(JSON.parse(reply.body).Make).toEqual({ val: 'Example Camera Co.' });
    const headers =
      reply.headers ?? Object.fromEntries(Object.entries(reply.multiValueHeaders ?? {}).map(([k, [v]]) => [k, v]));
    expect(headers).toMatchObject({ 'content-type': 'application/json', etag: expect.stringMatching(/^"/) });
  });

  test.each(uploads)('%s is followed', async (name) => {
    const { kind, text } = await upload.invoke(eventOf(name));
    expect([kind, text]).toEqual(['response', expect.any(String)]);
    expect(JSON.parse(text)?.batchItemFailures ?? []).toEqual([]);
  });

  test.each(batches)('%s is done', async (name) => {
    const { results } = (await ask(batch, eventOf(name))) as unknown as { results: { resultCode: string }[] };
    expect(results.map(({ resultCode }) => resultCode)).toContain('Succeeded');
  });

  test('each view is answered, images as base64 that is the image', async () => {
    const view = (path: string, query: string): Event => ({
      ...eventOf('function-url'),
      rawPath: path,
      rawQueryString: query,
    });
    for (const style of styleNames) {
      const reply = await ask(http, view('/gps.jpg', `exif/style/${style}`));
      expect([style, reply.statusCode, Object.keys(JSON.parse(reply.body)).length > 1]).toEqual([style, 200, true]);
    }
    expect(JSON.parse((await ask(http, view('/gps.jpg', 'imageInfo'))).body)).toMatchObject({ format: 'jpeg' });
    const stored = await ask(http, view('/turned.jpg', 'exif/thumbnail'));
    const upright = await ask(http, view('/turned.jpg', 'exif/thumbnail/orient'));
    expect([stored.headers?.['content-type'], stored.isBase64Encoded]).toEqual(['image/jpeg', true]);
    const bytes = Buffer.from(stored.body, 'base64');
    const file = readFileSync(join(root, 'samples', 'turned.jpg'));
    expect(file.includes(bytes)).toBe(true);
    const [turned, lying] = [sizeOf(Buffer.from(upright.body, 'base64')), sizeOf(bytes)];
    expect(turned).toEqual([...lying].reverse());
  });

  test('the page is in the artifact', async () => {
    const page = await start('http', { EXIF_PAGE: '1' });
    const reply = await ask(page, { ...eventOf('function-url'), rawPath: '/', rawQueryString: '' });
    expect(reply.statusCode).toBe(200);
    expect(Buffer.from(reply.body, 'base64').toString()).toContain('<title>');
  });

  test('what fails is an answer, and a wrong setting stops the start by its name', async () => {
    const none = { ...eventOf('function-url'), rawPath: '/none.jpg' };
    expect((await ask(http, none)).statusCode).toBe(404);
    const { kind, text } = await http.invoke({ nothing: 'of any shape' });
    expect([kind, text]).toEqual(['error', expect.stringContaining('Cannot handle an event of this shape')]);
    const wrong = await start('http', { EXIF_MAX_SIDE: 'wide' });
    expect(await wrong.invoke(none)).toMatchObject({ kind: 'error', text: expect.stringContaining('EXIF_MAX_SIDE') });
  });

  test('a thousand answers leave the memory within that of the function', async () => {
    const keys = ['gps.jpg', 'big-endian.tif', 'exif-after-idat.png', 'turned.jpg'];
    const hashes = new Set<string>();
    for (let i = 0; i < 1000; i++) {
      const event = { ...eventOf('function-url'), rawPath: `/${keys[i % keys.length]}` };
      hashes.add(
        createHash('sha256')
          .update((await ask(http, event)).body)
          .digest('hex'),
      );
    }
    expect(hashes.size).toBe(keys.length);
    const peak = http.peakRss();
    console.log(
      `Most memory of the function after 1,000 answers: ${peak === null ? 'not told' : `${(peak / 2 ** 20).toFixed(0)} MiB`} of ${memoryMb}`,
    );
    if (peak !== null) expect(peak / 2 ** 20).toBeLessThan(memoryMb);
  });
});

/** Width and height of a JPEG, by its SOF0 or SOF2. */
function sizeOf(jpeg: Buffer): readonly [number, number] {
  for (let at = 2; at + 9 < jpeg.length; at += 2 + jpeg.readUInt16BE(at + 2)) {
    if (jpeg[at + 1] === 0xc0 || jpeg[at + 1] === 0xc2) return [jpeg.readUInt16BE(at + 7), jpeg.readUInt16BE(at + 5)];
  }
  throw new Error('no frame header');
}

/** Ceph RGW with the samples in a bucket of their name. */
async function ceph(): Promise<Readonly<{ env: Record<string, string>; stop(): Promise<void> }>> {
  const server: CephRgw = await startCephRgw();
  const endpoint = `http://127.0.0.1:${server.port}`;
  const client = openClient(server.port);
  await client.send(new CreateBucketCommand({ Bucket: 'samples' }));
  const names = readdirSync(join(root, 'samples'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(jpg|png|tif|txt)$/.test(name),
  );
  for (const Key of names) {
    await client.send(new PutObjectCommand({ Bucket: 'samples', Key, Body: readFileSync(join(root, 'samples', Key)) }));
  }
  client.destroy();
  return {
    env: {
      EXIF_BUCKET: `s3://samples?endpoint=${endpoint}&style=path`,
      AWS_ACCESS_KEY_ID: cephKeys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: cephKeys.secretAccessKey,
    },
    stop: server.stop,
  };
}
