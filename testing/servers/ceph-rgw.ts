// Starts ceph-rgw.sh for a test file, where Ceph is installed.
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Beside this file, or where its source is when it is compiled. */
const script =
  [__dirname, join(__dirname, '..', '..', '..', 'test', 'servers')]
    .map((folder) => join(folder, 'ceph-rgw.sh'))
    .find((path) => existsSync(path)) ?? 'ceph-rgw.sh';
const programs = ['ceph', 'ceph-mon', 'ceph-osd', 'monmaptool', 'radosgw', 'radosgw-admin'];

export const cephKeys = { accessKeyId: 'S3TEST', secretAccessKey: 'S3TESTSECRET', sessionToken: null };
/** Ends the name under which a bucket answers in virtual-hosted style. */
export const cephDomain = 's3.localhost';

export type CephRgw = Readonly<{ port: number; stop(): Promise<void> }>;

/** Whether the server can run here; says on the console what is left out if not. */
export function cephInstalled(leftOut: string): boolean {
  const missing = programs.filter((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0);
  if (missing.length === 0) return true;
  console.log(
    `Skipped: ${leftOut}. Missing ${missing.join(', ')}; on Debian: ` +
      'apt-get install --no-install-recommends ceph-mon ceph-osd radosgw ceph-common',
  );
  return false;
}

/** Starts of a server that are tried: beside another one that starts, the monitor may refuse its own store. */
const maxStarts = 4;

/** A server of its own, empty; about 13 seconds. */
export async function startCephRgw(): Promise<CephRgw> {
  for (let starts = 1; ; starts++) {
    try {
      return await startOnce();
    } catch (error) {
      if (starts === maxStarts) throw error;
      console.log(`Ceph did not start (${starts} of ${maxStarts}); once more`);
    }
  }
}

async function startOnce(): Promise<CephRgw> {
  const parent = await mkdtemp(join(tmpdir(), 'rgw-'));
  const folder = join(parent, 'ceph');
  const port = await freePair();
  const stop = async (): Promise<void> => {
    await run(script, ['stop', folder], { timeout: 30_000 });
    await rm(parent, { recursive: true });
  };
  try {
    await run(script, ['start', folder, String(port)], { timeout: 60_000 });
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, stop };
}

/** A port whose next one is free too, below those that the system gives to clients and might take in between. */
async function freePair(): Promise<number> {
  for (let tries = 0; tries < 50; tries++) {
    const port = 20_000 + 2 * Math.floor(Math.random() * 6_000);
    if ((await isFree(port)) && (await isFree(port + 1))) return port;
  }
  throw new Error('no two free ports in a row');
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
