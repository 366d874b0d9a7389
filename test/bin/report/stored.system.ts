// `bucket-exif report` of datasets, and of the images and a dataset in a bucket of a real S3 server.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { openStorage } from '../../../bin/dataset/open-storage';
import { saveHead, savePurpose } from '../../../bin/dataset/state';
import type { Storage } from '../../../bin/dataset/storage';
import { parseDatasetLocation } from '../../../bin/dataset/storage';
import { folderStorage } from '../../../bin/dataset/storage-folder';
import { encodePart } from '../../../lib/table/parquet';
import type { Summary } from '../../../lib/table/summary';
import { cephClient } from '../../../testing/servers/ceph-client';
import { cephInstalled, cephKeys, startCephRgw } from '../../../testing/servers/ceph-rgw';
import { root, run } from '../cli/program';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bucket-exif-report-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A dataset of two parts, and a file of a run that was not complete. */
async function fill(storage: Storage): Promise<void> {
  const keys = [['a.jpg', 'b.jpg'], ['c.jpg'], ['c.jpg', 'd.jpg']];
  const parts = keys.map((_, n) => ({
    n,
    path: `data/month=2024-0${n + 1}/part-0000000${n}-0123456789ab.parquet`,
    rows: keys[n]?.length ?? 0,
    weight: 1,
  }));
  for (const [n, { path }] of parts.entries())
    await storage.put(path, await encodePart((keys[n] ?? []).map((key) => ({ key, size: 10, model: 'X' }))));
  await savePurpose(storage, {
    source: 's3://photos',
    names: ['photos'],
    prefix: '',
    keys: 'all',
    leftOut: '',
    by: 'month',
  });
  await saveHead(storage, { run: '0123456789ab', index: null, parts: parts.slice(0, 2), nextPart: 3 });
}

async function numbersOf(source: string, env: Record<string, string> = {}): Promise<Summary> {
  const json = join(folder, 'numbers.json');
  const { code, err } = await run(['report', source, '--json', json, '--overwrite', '--quiet'], { env });
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(readFileSync(json, 'utf8')) as Summary;
}

test('of a dataset in a folder, only the parts of the last complete run count', async () => {
  await fill(folderStorage(folder));
  expect(await numbersOf(folder)).toMatchObject({ objects: 3, bytes: 30 });
});

const withCeph = cephInstalled('reports of a real S3 server') ? test : test.skip;
withCeph(
  'a bucket with images, and one with a dataset',
  async () => {
    const { port, stop } = await startCephRgw();
    const client = cephClient(port);
    const options = `?endpoint=http://127.0.0.1:${port}`;
    const env = { AWS_ACCESS_KEY_ID: cephKeys.accessKeyId, AWS_SECRET_ACCESS_KEY: cephKeys.secretAccessKey };
    try {
      await client.send(new CreateBucketCommand({ Bucket: 'photos' }));
      const Body = readFileSync(join(root, 'samples', 'gps.jpg'));
      for (const Key of ['in/a.jpg', 'in/b.jpg', 'out/c.jpg'])
        await client.send(new PutObjectCommand({ Bucket: 'photos', Key, Body }));
      await client.send(new PutObjectCommand({ Bucket: 'photos', Key: 'in/d.jpg', Body: 'no image' }));
      const live = await numbersOf(`s3://photos/in/${options}`, env);
      expect(live).toMatchObject({
        objects: 3,
        read: 2,
        failed: 1,
        failures: [{ code: 'NotAnImage', examples: ['in/d.jpg'] }],
      });
      expect(live.places.positions).toBe(2);
      const place = `s3://photos/dataset/${options}`;
      await fill(openStorage(parseDatasetLocation(place), null, env, new AbortController().signal));
      expect(await numbersOf(place, env)).toMatchObject({ objects: 3, bytes: 30 });
    } finally {
      client.destroy();
      await stop();
    }
  },
  120_000,
);
