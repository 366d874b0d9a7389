// The smallest file of each raw family of a corpus, answered as a deployed server would: from a folder, and from a real S3
// server, byte for byte the same.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { loadStyleTruth, loadTruth, type Truth } from '../../check/corpus/truth';
import { runJob } from '../../lib/job';
import type { Env } from '../../lib/types';
import { readConfig } from '../../service/config/config';
import { jobDeps } from '../../service/job-runner';
import { createHttpServer } from '../../service/server/server';
import { cephClient } from '../../testing/servers/ceph-client';
import { type CephRgw, cephInstalled, cephKeys, startCephRgw } from '../../testing/servers/ceph-rgw';
import { listenOnLoopback } from '../../testing/servers/loopback';

const families = 'arw cr2 cr3 dng nef orf pef raf rw2 srw mrw iiq kdc canon1d x3f crw jxr'.split(' ');
const corpus = join(__dirname, '..', '..', '..', 'shared', 'corpus');

type Reply = Readonly<{ status: number; body: string }>;
type Site = Readonly<{ get(key: string): Promise<Reply>; close(): Promise<void> }>;

const leftOut = 'a file of each raw family, from a folder and from Ceph RGW';
if (existsSync(join(corpus, 'truth.jsonl'))) withCorpus();
else {
  console.log(`Skipped: ${leftOut}. No corpus at ${corpus}`);
  test.skip(leftOut, () => {});
}

function withCorpus(): void {
  const samples = chooseSamples();
  const missing = families.filter((family) => !samples.some(([name]) => name === family));
  if (missing.length > 0) console.log(`Skipped: raw families that the corpus lacks: ${missing.join(', ')}`);
  const styles = loadStyleTruth(corpus);
  let folder: Site;
  beforeAll(async () => {
    folder = await openSite({ EXIF_BUCKET: `directory:${corpus}`, EXIF_CALLERS: 'platform' });
  });
  afterAll(() => folder.close());

  test.each(samples)('%s from a folder answers its EXIF', async (_family, truth) => {
    const { status, body } = await folder.get(truth.path);
    expect(status).toBe(200);
    if (!truth.has_exif) return expect(body).toBe('{"error" : "no exif data"}');
    const answer = JSON.parse(body) as Readonly<Record<string, { val: string }>>;
    expect(Object.keys(answer).length).toBeGreaterThan(5);
    expect(answer['Make']?.val).toBe(styles.get(truth.path)?.['Make'] ?? truth.exif['IFD0:Make']?.val);
  });

  if (cephInstalled('a file of each raw family from Ceph RGW')) withCeph(samples, (key) => folder.get(key));
  else test.skip('a file of each raw family from Ceph RGW', () => {});
}

function withCeph(samples: readonly Sample[], fromFolder: Site['get']): void {
  let server: CephRgw;
  let site: Site;
  beforeAll(async () => {
    server = await startCephRgw();
    const endpoint = `http://127.0.0.1:${server.port}`;
    const paths = samples.map(([, { path }]) => path);
    await upload(server.port, 'raw', paths);
    site = await openSite({
      EXIF_BUCKET: `s3://raw?endpoint=${endpoint}`,
      EXIF_CALLERS: 'platform',
      AWS_ACCESS_KEY_ID: cephKeys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: cephKeys.secretAccessKey,
    });
  }, 150_000);
  afterAll(async () => {
    await site?.close();
    await server?.stop();
  }, 40_000);

  test.each(samples)('%s from Ceph RGW answers the same', async (_family, { path }) => {
    expect(await site.get(path)).toEqual(await fromFolder(path));
  });
}

type Sample = readonly [family: string, truth: Truth];

/** Of each family the smallest file that has `Make`, where any has. */
function chooseSamples(): readonly Sample[] {
  const all = loadTruth(corpus).toSorted((a, b) => a.file_size - b.file_size);
  return families.flatMap((family): readonly Sample[] => {
    const files = all.filter(({ format }) => format === family);
    const chosen = files.find(({ exif }) => exif['IFD0:Make'] !== undefined) ?? files[0];
    return chosen === undefined ? [] : [[family, chosen]];
  });
}

/** The server of this program with the settings `env`, without its log. */
async function openSite(env: Env): Promise<Site> {
  const deps = { ...jobDeps(readConfig(env)), log: () => {} };
  const server: Server = createHttpServer((job, { remainingMs }) => runJob(job, deps, remainingMs));
  const { endpoint, close } = await listenOnLoopback(server);
  const get = async (key: string): Promise<Reply> => {
    const path = key.split('/').map(encodeURIComponent).join('/');
    const response = await fetch(`${endpoint}/${path}?exif`);
    return { status: response.status, body: await response.text() };
  };
  return { get, close };
}

async function upload(port: number, bucket: string, paths: readonly string[]): Promise<void> {
  const client = cephClient(port);
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  for (const path of paths) {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: path, Body: await readFile(join(corpus, path)) }));
  }
  client.destroy();
}
