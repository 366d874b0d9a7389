import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { directoryBucket } from '../../../lib/bucket/directory';
import { s3Bucket } from '../../../lib/bucket/s3';
import { fakeKeys, fakeS3 } from '../../../testing/servers/fake-s3';
import { rawServer } from '../../../testing/servers/raw-s3';
import { bucketContract, type Store } from './contract';

bucketContract('directory', openDirectory);
bucketContract('S3 over a fake', openFake);

async function openDirectory(): Promise<Store> {
  const root = await mkdtemp(join(tmpdir(), 'bucket-exif-'));
  return {
    bucket: directoryBucket(root),
    async put(key, bytes) {
      if (/(^|\/)(\.{1,2})?(\/|$)/.test(key) || key.split('/').some((part) => Buffer.byteLength(part) > 255))
        return false;
      await mkdir(join(root, dirname(key)), { recursive: true });
      await writeFile(join(root, key), bytes);
      return true;
    },
    close: () => rm(root, { recursive: true }),
  };
}

async function openFake(): Promise<Store> {
  const objects = new Map<string, Uint8Array>();
  const server = await rawServer(fakeS3('photos', objects));
  const bucket = s3Bucket({
    bucket: 'photos',
    endpoint: server.endpoint,
    region: 'us-east-1',
    pathStyle: true,
    credentials: async () => fakeKeys,
    tryMs: 1000,
    maxTries: 1,
    maxBytes: 4096,
  });
  return {
    bucket,
    async put(key, bytes) {
      objects.set(key, bytes);
      return true;
    },
    close: () => server.close(),
  };
}
