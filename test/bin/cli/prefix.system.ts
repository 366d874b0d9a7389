// Prefixes and patterns of buckets, by the program: over a server that counts, and over a real S3 server.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { cephClient } from '../../../testing/servers/ceph-client';
import { cephInstalled, cephKeys, startCephRgw } from '../../../testing/servers/ceph-rgw';
import { type ListingS3, listingS3 } from '../../../testing/servers/listing-s3';
import { serverEnv } from '../../../testing/servers/signed-http';
import { hasTerminal, root, run, runOnTerminal, start } from './program';

const image = new Uint8Array(readFileSync(join(root, 'samples', 'plain.jpg')));
let server: ListingS3 | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

const sources = (out: string): string[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).source);

test('all images below a prefix are read in the order of the listing, with few reads at once', async () => {
  const keys = Array.from({ length: 2500 }, (_, at) => `2024/${String(at).padStart(5, '0')}.jpg`);
  server = await listingS3({ keys: [...keys, '2024/notes.txt', 'other.jpg'], bytesOf: () => image });
  const { code, out, err } = await run([server.location.replace('photos?', 'photos/2024/?'), '--lines'], {
    env: serverEnv,
  });
  expect([code, err.split('\n')]).toEqual([
    0,
    [
      expect.stringMatching(
        /^Skipped 1 of 2,501 objects in s3:.*\(\.txt 1\); --all reads also objects with any suffix$/,
      ),
      'Summary: 2,500 read (2,500 without EXIF)',
      '',
    ],
  ]);
  expect(sources(out)).toEqual(keys.map((key) => `s3://photos/${key}`));
  expect(server.asked.filter(({ kind }) => kind === 'list')).toHaveLength(3);
  expect(server.most()).toBeLessThanOrEqual(16);
}, 60_000);

test('keys and failures cannot act on a terminal', async () => {
  const keys = ['a\u001b[31m.jpg', 'b\n.jpg'];
  server = await listingS3({ keys, bytesOf: (key) => (key.startsWith('a') ? image : null) });
  const { code, out, err } = await run([server.location, '--ndjson', '--only', 'format'], { env: serverEnv });
  expect([code, out]).toEqual([1, '{"source":"s3://photos/a\\u001b[31m.jpg","format":"jpeg"}\n']);
  expect(err).toMatch(
    /^s3:\/\/photos\/b\\u000a\.jpg: NoSuchKey: [^\n]+\nSummary: 1 read \(1 without EXIF\), 1 failed [^\n]+\n$/,
  );
});

test('a bucket that may not be listed is one line and exit code 1', async () => {
  server = await listingS3({ keys: [], bytesOf: () => image, fault: () => 403 });
  const { code, out, err } = await run([server.location], { env: serverEnv });
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(
    /^s3:\S+: AccessDenied: Cannot list s3:\/\/photos: the store answered 403 Fault\nSummary: 0 read, 1 failed \(AccessDenied 1\)\n$/,
  );
});

test('a reader that goes away ends the listing', async () => {
  const keys = Array.from({ length: 20_000 }, (_, at) => `${at}.jpg`);
  server = await listingS3({ keys, bytesOf: () => image });
  const { child, ended } = start([server.location], { env: serverEnv });
  child.stdout?.once('data', () => child.stdout?.destroy());
  expect(await ended).toMatchObject({ code: 0, err: '' });
  expect(server.gets.size).toBeLessThan(5000);
});

(hasTerminal ? test : test.skip)('the progress of a prefix shows the count, and no total', async () => {
  server = await listingS3({ keys: ['a.jpg', 'b.jpg'], bytesOf: () => image, delayMs: 1500 });
  const text = await runOnTerminal([server.location], serverEnv, '> /dev/null');
  expect(text).toMatch(/(^|\n)0 objects; 0\.0\/s/);
  expect(text).toMatch(/Summary: 2 read \(2 without EXIF\)\r\n/);
});

const withCeph = cephInstalled('prefixes and patterns over a real S3 server') ? test : test.skip;
withCeph(
  'a real S3 server lists hard keys, in pages',
  async () => {
    const { port, stop } = await startCephRgw();
    const client = cephClient(port);
    const keys = ['a/ +%20ü.jpg', 'a/b&<c>"\'.jpg', 'a/line\nbreak.jpg', 'a/📷.jpg', 'a/notes.txt', 'b.jpg'];
    try {
      const Bucket = 'cli-prefix';
      await client.send(new CreateBucketCommand({ Bucket }));
      for (const Key of [...keys, 'a/'])
        await client.send(new PutObjectCommand({ Bucket, Key, Body: Key === 'a/' ? new Uint8Array(0) : image }));
      const env = { AWS_ACCESS_KEY_ID: cephKeys.accessKeyId, AWS_SECRET_ACCESS_KEY: cephKeys.secretAccessKey };
      const read = async (key: string) => {
        const { code, out, err } = await run([`s3://${Bucket}${key}?endpoint=http://127.0.0.1:${port}`, '--ndjson'], {
          env,
        });
        return {
          code,
          keys: out === '' ? [] : sources(out).map((source) => source.slice(`s3://${Bucket}/`.length)),
          err,
        };
      };
      const images = keys.slice(0, 4).sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
      expect(await read('/a/')).toMatchObject({
        code: 0,
        keys: images,
        err: expect.stringContaining('\nSummary: 4 read'),
      });
      expect((await read('')).keys).toEqual([...images, 'b.jpg']);
      expect((await read('/a/*+*.jpg')).keys).toEqual(['a/ +%20ü.jpg']);
      expect(await read('/none/')).toMatchObject({
        code: 1,
        err: expect.stringMatching(/: NoSuchKey: Cannot find an object/),
      });
    } finally {
      client.destroy();
      await stop();
    }
  },
  120_000,
);
