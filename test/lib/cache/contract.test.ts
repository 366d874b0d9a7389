import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { directoryCache } from '../../../lib/cache/directory';
import { memoryCache } from '../../../lib/cache/memory';
import { objectKey, type S3CacheOptions, s3Cache } from '../../../lib/cache/s3';
import { fakeKeys, fakeS3 } from '../../../testing/servers/fake-s3';
import { rawServer } from '../../../testing/servers/raw-s3';
import { type CacheStore, cacheContract } from './contract';
import { fileOf } from './files';

jest.setTimeout(30_000); // a busy machine

cacheContract('memory', async () => ({
  cache: memoryCache(64 * 1024 * 1024),
  edit: null,
  unreachable: null,
  close: async () => {},
}));
cacheContract('directory', openDirectory);
cacheContract('S3 over a fake', openFake);

async function openDirectory(): Promise<CacheStore> {
  const folder = await mkdtemp(join(tmpdir(), 'bucket-exif-'));
  const root = join(folder, 'not', 'yet');
  await writeFile(join(folder, 'file'), '');
  return {
    cache: directoryCache(root),
    async edit(ref, change) {
      const path = fileOf(root, ref);
      await writeFile(path, change(new Uint8Array(await readFile(path))));
    },
    unreachable: directoryCache(join(folder, 'file', 'below')),
    close: () => rm(folder, { recursive: true }),
  };
}

async function openFake(): Promise<CacheStore> {
  const objects = new Map<string, Uint8Array>();
  const server = await rawServer(fakeS3('cache', objects));
  const options: S3CacheOptions = {
    bucket: 'cache',
    prefix: 'exif/v1',
    endpoint: server.endpoint,
    region: 'us-east-1',
    pathStyle: true,
    credentials: async () => fakeKeys,
    tryMs: 1000,
    maxTries: 2,
  };
  return {
    cache: s3Cache(options),
    async edit(ref, change) {
      const key = objectKey(options.prefix, ref);
      objects.set(key, change(objects.get(key) ?? new Uint8Array(0)));
    },
    unreachable: s3Cache({ ...options, endpoint: new URL('http://127.0.0.1:1') }),
    close: () => server.close(),
  };
}
