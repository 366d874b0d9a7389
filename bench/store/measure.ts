// What one read of a store costs a process, beside the least that such a request costs.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { cephClient } from '../../testing/servers/ceph-client';
import { cephInstalled, startCephRgw } from '../../testing/servers/ceph-rgw';
import { startServerProcess } from '../../testing/servers/started-server';
import { pictures } from '../pictures';
import type { Micros } from './reads';

const bucket = 'photos';
const key = 'jpeg';

/** Measures rounds of `requests` requests, one after the other; the contestants take turns. */
export async function measureStore(
  corpus: string,
  samples: string,
  rounds: number,
  requests: number,
): Promise<Readonly<{ store: string; micros: Micros }>> {
  const { name, port, stop } = await startStore(corpus, samples);
  try {
    const args = [join(__dirname, 'reads.js'), port, bucket, key, rounds, requests].map(String);
    const { stdout } = await promisify(execFile)(process.execPath, args);
    return { store: name, micros: JSON.parse(stdout) as Micros };
  } finally {
    await stop();
  }
}

async function startStore(corpus: string, samples: string) {
  const [picture] = pictures;
  const file = [join(corpus, picture?.corpus ?? ''), join(samples, picture?.sample ?? '')].find(existsSync) ?? '';
  if (!cephInstalled('the real S3 server; a fixed one is used')) {
    const server = await startServerProcess(['bench/store/fixed-store.js', file], []);
    return { name: 'a fixed server', port: Number(new URL(server.origin).port), stop: server.stop };
  }
  const { port, stop } = await startCephRgw();
  const client = cephClient(port);
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: readFileSync(file) }));
  client.destroy();
  return { name: 'Ceph', port, stop };
}
