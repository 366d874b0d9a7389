// The command as a user starts it, with a real S3 server for the images and the dataset, killed and started again; DuckDB reads.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { DuckDBInstance } from '@duckdb/node-api';
import { openStorage } from '../../../bin/dataset/open-storage';
import { parseDatasetLocation } from '../../../bin/dataset/storage';
import { objectsSink } from '../../../lib/sink/objects';
import type { SinkMessage } from '../../../lib/sink/sink';
import { buildJpeg, exifSegment, frameHeader } from '../../../testing/build/jpeg';
import { ascii, buildTiff } from '../../../testing/build/tiff';
import { cephClient } from '../../../testing/servers/ceph-client';
import { type CephRgw, cephInstalled, cephKeys, startCephRgw } from '../../../testing/servers/ceph-rgw';

const program = join(__dirname, '..', '..', '..', 'dist', 'bin', 'bucket-exif.js');
const photos = 'dataset-photos';
const warehouse = 'dataset-warehouse';
const describeCeph = cephInstalled('datasets with a real S3 server') ? describe : describe.skip;

type End = Readonly<{ code: number | null; out: string; err: string }>;

describeCeph('a dataset in Ceph', () => {
  let ceph: CephRgw;
  let s3: S3Client;
  let folder = '';
  const env = {
    PATH: process.env['PATH'],
    HOME: '/nonexistent',
    AWS_ACCESS_KEY_ID: cephKeys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: cephKeys.secretAccessKey,
  };
  const place = (bucket: string, path: string): string =>
    `s3://${bucket}/${path}?endpoint=http://127.0.0.1:${ceph.port}&region=us-east-1`;

  beforeAll(async () => {
    ceph = await startCephRgw();
    s3 = cephClient(ceph.port);
    folder = await mkdtemp(join(tmpdir(), 'dataset-'));
    for (const Bucket of [photos, warehouse]) await s3.send(new CreateBucketCommand({ Bucket }));
  }, 120_000);
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    s3?.destroy();
    await ceph?.stop();
  });

  /** Runs the command; with `killAfter`, kills it after so many milliseconds. */
  async function run(args: readonly string[], killAfter: number | null = null): Promise<End> {
    const child = spawn(process.execPath, [program, 'export', ...args], { env: { ...env, INIT_CWD: folder } });
    let [out, err] = ['', ''];
    child.stdout.on('data', (text) => {
      out += text;
    });
    child.stderr.on('data', (text) => {
      err += text;
    });
    const timer = killAfter === null ? null : setTimeout(() => child.kill('SIGKILL'), killAfter);
    const [code] = await once(child, 'close');
    if (timer !== null) clearTimeout(timer);
    return { code, out, err };
  }

  async function put(key: string, make: string): Promise<void> {
    const Body = buildJpeg([exifSegment(buildTiff({ fields: [ascii(0x010f, make)] })), frameHeader(16, 16)]);
    await s3.send(new PutObjectCommand({ Bucket: photos, Key: key, Body }));
  }

  async function listed(bucket: string, prefix = ''): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for (let token: string | undefined; ; ) {
      const ask = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token });
      const { Contents = [], NextContinuationToken } = await s3.send(ask);
      for (const { Key = '', ETag = '' } of Contents) found.set(Key, ETag);
      token = NextContinuationToken;
      if (token === undefined) return found;
    }
  }

  /** All rows, as DuckDB reads them from a copy of `data/`. */
  async function rows(path: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const copy = await mkdtemp(join(folder, 'copy-'));
    for (const key of (await listed(warehouse, `${path}data/`)).keys()) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: warehouse, Key: key }));
      const file = join(copy, key);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, (await Body?.transformToByteArray()) ?? '');
    }
    const database = await DuckDBInstance.create();
    const connection = await database.connect();
    const query = `select key, etag, make, error from read_parquet('${copy}/**/*.parquet') order by key`;
    const result = (await connection.runAndReadAll(query)).getRowObjects();
    connection.closeSync();
    return result;
  }

  /** The rows must be those of the bucket, each once. */
  async function expectEqual(path: string): Promise<void> {
    const expected = [...(await listed(photos))].map(([key, etag]) => `${key} ${etag}`).sort();
    expect((await rows(path)).map(({ key, etag }) => `${key} ${etag}`).sort()).toEqual(expected);
  }

  test('exports that are killed, changes and messages: in the end each object has one row', async () => {
    const keys = Array.from({ length: 300 }, (_, i) => `${['é+ %', 'a', '\u{1f4f7}'][i % 3]}/${i}.jpg`);
    for (const key of keys) await put(key, 'First');
    const to = place(warehouse, 'one/');
    const args = [place(photos, ''), '--to', to, '--by', 'prefix', '--part-rows', '100', '--concurrency', '4'];
    for (const ms of [700, 1000, 1300, 1600]) await run(args, ms);
    const first = await run(args);
    expect(first).toMatchObject({ code: 0, err: expect.not.stringContaining('Cannot') });
    await expectEqual('one/');
    for (const [i, key] of keys.entries()) {
      if (i % 10 === 0) await put(key, 'Second');
      if (i % 25 === 1) await s3.send(new DeleteObjectCommand({ Bucket: photos, Key: key }));
    }
    await put('new/1.jpg', 'Second');
    for (const ms of [800, 1200]) await run(args, ms);
    expect((await run(args)).code).toBe(0);
    await expectEqual('one/');
    const unchanged = await run(args);
    expect(unchanged.out).toContain('0 new, 0 changed, 289 unchanged, 0 removed');
    expect((await rows('one/')).filter(({ make }) => make === 'Second')).toHaveLength(31);
    // What a sink writes: the last message of each object counts, and late copies do not.
    const about = (key: string, order: number, more: object): SinkMessage =>
      ({ id: '0', bucket: photos, key, order, etag: null, size: null, lastModified: null, ...more }) as SinkMessage;
    const order = Date.now() + 60_000;
    const messages = [
      about('a/1.jpg', order + 1, { type: 'removed' }),
      about('a/1.jpg', order, { type: 'read', etag: '"x"', style: 'flat', record: { make: 'Late' } }),
      about('a/4.jpg', order, { type: 'read', etag: '"x"', style: 'flat', record: { make: 'Third' } }),
      about('a/7.jpg', order, { type: 'unreadable', code: 'NotAnImage' }),
      about('a/10.jpg', 1, { type: 'removed' }),
    ];
    const endpoint = new URL(`http://127.0.0.1:${ceph.port}`);
    const store = { bucket: warehouse, endpoint, region: 'us-east-1', pathStyle: true, env: {} };
    const sink = objectsSink({
      ...store,
      name: 'test',
      prefix: 'one',
      credentials: () => cephKeys,
      tryMs: 10_000,
      maxTries: 3,
    });
    const signal = AbortSignal.timeout(60_000);
    for (const message of messages) await sink.send([{ message, text: JSON.stringify(message) }], signal);
    const broken = { Bucket: warehouse, Key: 'one/changes/2026-01-01/00/broken.ndjson', Body: '{"type":' };
    await s3.send(new PutObjectCommand(broken));
    for (const ms of [500, 900]) await run(['--merge', to], ms);
    const merged = await run(['--merge', to]);
    expect(merged).toMatchObject({
      code: 1,
      err: expect.stringContaining('broken.ndjson was left: line 1 is not JSON'),
    });
    expect([...(await listed(warehouse, 'one/changes/')).keys()]).toEqual([broken.Key]);
    const byKey = new Map((await rows('one/')).map((row) => [row['key'], row]));
    expect(byKey.has('a/1.jpg')).toBe(false);
    expect(byKey.get('a/4.jpg')).toMatchObject({ make: 'Third', error: null });
    expect(byKey.get('a/7.jpg')).toMatchObject({ make: null, error: 'NotAnImage' });
    expect(byKey.get('a/10.jpg')).toMatchObject({ make: 'Second' });
    // An export reads again what differs.
    expect((await run(args)).code).toBe(0);
    await expectEqual('one/');
    const other = await run([...args.slice(0, 3), '--all']);
    expect(other).toMatchObject({ code: 2, err: expect.stringContaining('it has another selection of keys') });
  }, 300_000);

  test('the storage of a dataset in S3 keeps its contract', async () => {
    const location = parseDatasetLocation(place(warehouse, 'contract/'));
    const storage = openStorage(location, null, env as Readonly<Record<string, string>>, AbortSignal.timeout(60_000));
    const text = (bytes: Uint8Array | null): string | null => bytes && new TextDecoder().decode(bytes);
    const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);
    expect(await storage.get('data/a b+%.parquet')).toBeNull();
    await storage.put('data/a b+%.parquet', bytes('1'));
    await storage.put('data/a b+%.parquet', bytes('22'));
    expect(text(await storage.get('data/a b+%.parquet'))).toBe('22');
    expect(await storage.create('_state/lock', bytes('first'))).toBe(true);
    expect(await storage.create('_state/lock', bytes('second'))).toBe(false);
    expect(text(await storage.get('_state/lock'))).toBe('first');
    const large = new Uint8Array(12_000_000).fill(7);
    await storage.put('data/large', large);
    expect(Buffer.compare((await storage.get('data/large')) ?? new Uint8Array(), large)).toBe(0);
    const found: unknown[] = [];
    for await (const page of storage.list('data/')) found.push(...page);
    expect(found).toEqual([
      { path: 'data/a b+%.parquet', size: 2 },
      { path: 'data/large', size: 12_000_000 },
    ]);
    await storage.delete('data/large');
    await storage.delete('data/large');
    expect(await storage.get('data/large')).toBeNull();
    expect(storage.name).toBe('s3://dataset-warehouse/contract/');
  }, 120_000);
});
