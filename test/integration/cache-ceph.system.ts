// lib/cache/s3 against a real S3 server.
import type { S3Client } from '@aws-sdk/client-s3';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { objectKey, type S3CacheOptions, s3Cache } from '../../lib/cache/s3';
import type { ExifCache } from '../../lib/types';
import { cephClient } from '../../testing/servers/ceph-client';
import { type CephRgw, cephInstalled, cephKeys, startCephRgw } from '../../testing/servers/ceph-rgw';
import { soon } from '../lib/bucket/contract';
import { type CacheStore, cacheContract } from '../lib/cache/contract';
import { goneEntry, orderOf, recordEntry, refTo } from '../lib/cache/entries';

const leftOut = 'a cache in a bucket of a real S3 server (Ceph RGW)';
if (cephInstalled(leftOut)) withCeph();
else test.skip(leftOut, () => {});

function withCeph(): void {
  let server: CephRgw;
  let client: S3Client;
  beforeAll(async () => {
    server = await startCephRgw();
    client = cephClient(server.port);
    await client.send(new CreateBucketCommand({ Bucket: 'cache' }));
  }, 150_000);
  afterAll(async () => {
    client?.destroy();
    await server?.stop();
  }, 40_000);

  function options(change: Partial<S3CacheOptions> = {}): S3CacheOptions {
    return {
      bucket: 'cache',
      prefix: 'exif/v1',
      endpoint: new URL(`http://127.0.0.1:${server.port}`),
      region: 'us-east-1',
      pathStyle: true,
      credentials: async () => cephKeys,
      tryMs: 5_000,
      maxTries: 3,
      ...change,
    };
  }

  async function open(): Promise<CacheStore> {
    return {
      cache: s3Cache(options()),
      async edit(ref, change) {
        const place = { Bucket: 'cache', Key: objectKey('exif/v1', ref) };
        const { Body } = await client.send(new GetObjectCommand(place));
        const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array(0);
        await client.send(new PutObjectCommand({ ...place, Body: change(new Uint8Array(bytes)) }));
      },
      unreachable: s3Cache(options({ endpoint: new URL('http://127.0.0.1:1'), maxTries: 1 })),
      close: async () => {},
    };
  }

  cacheContract('S3 over Ceph RGW', open);

  test('the server takes the conditions: of two writers the later one is refused', async () => {
    const ref = refTo('race.jpg');
    const [cache, other] = [1, 2].map(() => s3Cache(options({ prefix: 'race' }))) as [ExifCache, ExifCache];
    const key = objectKey('race', ref);
    for (const _ of [1, 2]) {
      const { version } = await cache.get(ref, soon());
      expect(await other.put(goneEntry(ref, orderOf('05', 5)), version, soon())).toBe('kept');
      expect(await cache.put(recordEntry(ref, orderOf('07', 7)), version, soon())).toBe('conflict');
      expect(await cache.get(ref, soon())).toMatchObject({ entry: { content: { kind: 'gone' } } });
    }
    const listed = await client.send(new ListObjectsV2Command({ Bucket: 'cache', Prefix: 'race' }));
    expect(listed.Contents?.map(({ Key }) => Key)).toEqual([key]);
  });
}
