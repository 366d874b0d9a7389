// lib/sink/objects against a real S3 server.
import type { S3Client } from '@aws-sdk/client-s3';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { type ObjectsSinkOptions, objectsSink } from '../../lib/sink/objects';
import { cephClient } from '../../testing/servers/ceph-client';
import { type CephRgw, cephInstalled, cephKeys, startCephRgw } from '../../testing/servers/ceph-rgw';
import { soon } from '../lib/bucket/contract';
import { outgoings } from '../lib/sink/outgoing';

const leftOut = 'a sink in a bucket of a real S3 server (Ceph RGW)';
if (cephInstalled(leftOut)) withCeph();
else test.skip(leftOut, () => {});

function withCeph(): void {
  let server: CephRgw;
  let client: S3Client;
  beforeAll(async () => {
    server = await startCephRgw();
    client = cephClient(server.port);
    await client.send(new CreateBucketCommand({ Bucket: 'sink' }));
  }, 150_000);
  afterAll(async () => {
    client?.destroy();
    await server?.stop();
  }, 40_000);

  const open = (change: Partial<ObjectsSinkOptions> = {}) =>
    objectsSink({
      name: 's3://sink',
      bucket: 'sink',
      prefix: 'data',
      endpoint: new URL(`http://127.0.0.1:${server.port}`),
      region: 'us-east-1',
      pathStyle: true,
      credentials: async () => cephKeys,
      tryMs: 20_000,
      maxTries: 3,
      ...change,
    });

  test('every message of every call is in an object, in its order, and keys sort by time', async () => {
    const sink = open();
    const calls = [1, 1_000, 3].map((count, at) => outgoings(count, at * 10_000));
    for (const messages of calls) expect(await sink.send(messages, soon(60_000))).toEqual(messages.map(() => null));
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: 'sink', Prefix: 'data/' }));
    const texts = [];
    for (const { Key } of Contents) {
      expect(Key).toMatch(/^data\/changes\/\d{4}-\d\d-\d\d\/\d\d\/\d{8}T\d{9}Z-[0-9a-f]{16}\.ndjson$/);
      const { Body, ContentType } = await client.send(new GetObjectCommand({ Bucket: 'sink', Key }));
      expect(ContentType).toBe('application/x-ndjson');
      texts.push(await Body?.transformToString());
    }
    expect(texts).toEqual(calls.map((messages) => messages.map(({ text }) => `${text}\n`).join('')));
  }, 60_000);

  test('a missing bucket, and wrong keys, are named without a secret', async () => {
    const wrong = { ...cephKeys, secretAccessKey: 'WRONGSECRET' };
    const sent = [open({ bucket: 'missing-bucket' }), open({ credentials: async () => wrong })].map((sink) =>
      sink.send(outgoings(1), soon()).catch(({ code, message }) => `${code}: ${message}`),
    );
    expect(await Promise.all(sent)).toEqual([
      expect.stringMatching(/^SinkFault: Cannot write "data\/changes.*the store answered 404 NoSuchBucket$/),
      expect.stringMatching(
        /^SinkFault: Cannot write (?!.*WRONGSECRET).*the store answered 403 SignatureDoesNotMatch$/,
      ),
    ]);
  }, 60_000);
}
