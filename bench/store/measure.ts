// What one read of a store costs a process, beside the least that such a request costs.
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { cephClient } from '../../testing/servers/ceph-client';
import { cephInstalled, startCephRgw } from '../../testing/servers/ceph-rgw';
import { startServerProcess } from '../../testing/servers/started-server';
import { onCore, twoCores } from '../load/cores';
import { pictures } from '../pictures';
import type { Micros } from './reads';

const bucket = 'photos';
const key = 'jpeg';

export type StoreCost = Readonly<{ store: string; micros: Micros }>;

/**
 * Measures rounds of `requests` requests over a fixed store on this machine, and over Ceph where it is installed. Requests are
 * sent one after the other; the contestants take turns. The stores have one core, and the process that reads has the other.
 */
export async function measureStores(
  corpus: string,
  samples: string,
  rounds: number,
  requests: number,
): Promise<readonly StoreCost[]> {
  const { server: readerCore, load: storeCore } = twoCores();
  const [picture] = pictures;
  const file = [join(corpus, picture?.corpus ?? ''), join(samples, picture?.sample ?? '')].find(existsSync) ?? '';
  const stores = await withCore(storeCore, () => startStores(file));
  try {
    const args = [bucket, key, rounds, requests, ...stores.map(({ port }) => port)].map(String);
    const [program, ...words] = onCore(readerCore, [process.execPath, join(__dirname, 'reads.js'), ...args]);
    const { stdout } = await promisify(execFile)(program, words);
    const all = JSON.parse(stdout) as readonly Micros[];
    return all.map((micros, i) => ({ store: stores[i]?.name ?? '', micros }));
  } finally {
    for (const { stop } of stores) await stop();
  }
}

type Store = Readonly<{ name: string; port: number; stop(): Promise<void> }>;

async function startStores(file: string): Promise<readonly Store[]> {
  const fixed = await startServerProcess(['bench/store/fixed-store.js', file], []);
  const stores: Store[] = [{ name: 'a fixed server', port: Number(new URL(fixed.origin).port), stop: fixed.stop }];
  if (!cephInstalled('the real S3 server')) return stores;
  const { port, stop } = await startCephRgw();
  const client = cephClient(port);
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: readFileSync(file) }));
  client.destroy();
  return [...stores, { name: 'Ceph', port, stop }];
}

/** The result of `start`; the processes that it starts run on `core`. */
async function withCore<T>(core: number | null, start: () => Promise<T>): Promise<T> {
  if (core === null) return start();
  const bind = (cores: string): void => void spawnSync('taskset', ['-cp', cores, String(process.pid)]);
  bind(String(core));
  try {
    return await start();
  } finally {
    bind(`0-${availableParallelism() - 1}`);
  }
}
