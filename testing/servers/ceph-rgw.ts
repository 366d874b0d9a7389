// Starts ceph-rgw.sh, a real S3 server, where Ceph is installed.
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** The script lies in the same folder as this source, also when this file runs compiled, from dist/testing/servers/. */
const script = [__dirname, join(__dirname, '..', '..', '..', 'testing', 'servers')]
  .map((folder) => join(folder, 'ceph-rgw.sh'))
  .find((path) => existsSync(path));
const programs = ['ceph', 'ceph-mon', 'ceph-osd', 'monmaptool', 'radosgw', 'radosgw-admin'];

export const cephKeys = { accessKeyId: 'S3TEST', secretAccessKey: 'S3TESTSECRET', sessionToken: null };
/** The domain of buckets in virtual-hosted style: <bucket>.s3.localhost. */
export const cephDomain = 's3.localhost';

export type CephRgw = Readonly<{ port: number; stop(): Promise<void> }>;

/** Whether the server can run here. If not, prints what is left out and how to install Ceph. */
export function cephInstalled(leftOut: string): boolean {
  const missing = programs.filter((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0);
  if (missing.length === 0) return true;
  console.log(
    `Skipped: ${leftOut}. Missing ${missing.join(', ')}; on Debian: ` +
      'apt-get install --no-install-recommends ceph-mon ceph-osd radosgw ceph-common',
  );
  return false;
}

/** How often a start is tried: when another Ceph starts at the same time, the monitor may refuse its own store. */
const maxStarts = 4;

/**
 * Returns an S3 server, after about 13 seconds. In the jest project `system` all test files share one server, so each needs
 * bucket names that no other file uses; elsewhere each call starts an empty server.
 */
export async function startCephRgw(): Promise<CephRgw> {
  const shared = process.env['SHARED_CEPH_FOLDER'];
  if (shared !== undefined) return { port: await sharedPort(shared), stop: async () => {} };
  const parent = await mkdtemp(join(tmpdir(), 'rgw-'));
  const folder = join(parent, 'ceph');
  const port = await startIn(folder);
  const stop = async (): Promise<void> => {
    await run(scriptPath(), ['stop', folder], { timeout: 30_000 });
    await rm(parent, { recursive: true });
  };
  return { port, stop };
}

/** The port of the shared server. The first caller of all processes starts the server; testing/jest stops it. */
async function sharedPort(folder: string): Promise<number> {
  const state = join(folder, 'state.json');
  if (isFirst(join(folder, 'lock'))) {
    const started = await startIn(join(folder, 'ceph')).then(
      (port) => ({ port, problem: null }),
      (error: unknown) => ({ port: 0, problem: String(error) }),
    );
    writeFileSync(`${state}.new`, JSON.stringify(started));
    renameSync(`${state}.new`, state);
  }
  while (!existsSync(state)) await sleep(100);
  const { port, problem } = JSON.parse(readFileSync(state, 'utf8')) as { port: number; problem: string | null };
  if (problem !== null) throw new Error(`The shared Ceph did not start: ${problem}`);
  return port;
}

/** Whether this call made the folder `lock`, which only one call of all processes can. */
function isFirst(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    return false;
  }
}

/** Starts a server with its data in `folder`; returns its port. */
async function startIn(folder: string): Promise<number> {
  for (let starts = 1; ; starts++) {
    const port = await freePair();
    try {
      await run(scriptPath(), ['start', folder, String(port)], { timeout: 60_000 });
      return port;
    } catch (error) {
      await run(scriptPath(), ['stop', folder], { timeout: 30_000 });
      if (starts === maxStarts) throw error;
      console.log(`Ceph did not start (try ${starts} of ${maxStarts}); trying again`);
    }
  }
}

function scriptPath(): string {
  if (script === undefined) throw new Error('ceph-rgw.sh is missing in testing/servers/');
  return script;
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
