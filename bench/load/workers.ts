// One worker compared with two under the same load (EXIF_WORKERS). The load is made on the same cores, so what is compared first is
// work for which it needs little: checking a signature (SigV4) and answering from memory.
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { median } from '../../testing/program/median';
import { cpuMs } from '../../testing/program/process-cpu';
import { formatTable } from '../../testing/program/table';
import { fastStore, keyOf } from '../../testing/servers/fast-store';
import { launchServer, type RunningServer, serveCommand } from '../../testing/servers/started-server';
import { outputOf } from './autocannon';
import { awsHeaders, hitSettings } from './hit';
import type { LightPlan, LightResult } from './light-load';

/** The ratio to reach, for the first work. */
const least = 1.7;
/** Objects in the store, each asked for in turn. */
const objects = 8;

type Settings = Readonly<{ quick: boolean; samples: string }>;
type Env = Readonly<Record<string, string>>;
/** What the servers are asked to do. `env`: for the store at `endpoint`, or the folder with the samples. */
type Work = Readonly<{ name: string; connections: number; paths: readonly string[]; env: Env; isSigned?: boolean }>;
type Measured = LightResult & Readonly<{ serverMicros: number }>;

function worksOver(endpoint: string, samples: string): readonly Work[] {
  const keys = Array.from({ length: objects }, (_, index) => keyOf(index));
  const store = { EXIF_BUCKET: `s3://photos?region=us-east-1&endpoint=${endpoint}`, EXIF_CACHE: 'none' };
  const credentials = { AWS_ACCESS_KEY_ID: 'AKIDBENCH', AWS_SECRET_ACCESS_KEY: 'secret-for-the-benches' };
  const misses = { paths: keys.map((key) => `/${key}?exif`), env: { ...store, ...credentials } };
  const hits = { paths: ['/gps.jpg?exif'], env: { ...hitSettings(samples), EXIF_FRESHNESS: '3600' } };
  return [
    { name: 'signed hits in memory', connections: 64, ...hits, isSigned: true },
    { name: 'signed hits in memory', connections: 4, ...hits, isSigned: true },
    { name: 'hits in memory', connections: 64, ...hits },
    { name: 'misses over a store', connections: 64, ...misses },
  ];
}

/** Prints requests a second with one worker and with two, their ratio, and the CPU of an answer. */
export async function benchWorkers({ quick, samples }: Settings): Promise<void> {
  const image = readFileSync(join(samples, 'gps.jpg'));
  const store = await fastStore({ objects, head: image, bytes: image.length, delayMs: 0 });
  const rows: string[][] = [];
  try {
    for (const work of worksOver(store.endpoint, samples)) rows.push(await compare(work, quick, rows.length === 0));
  } finally {
    await store.close();
  }
  console.log(`One worker and two, the load and the store on the same ${availableParallelism()} cores`);
  console.log(
    `Load ${loadavg()[0]?.toFixed(1)}. CPU of an answer in us: of the server with all its processes, of the load`,
  );
  const head = ['', 'connections', '1 worker/s', '2 workers/s', 'ratio', 'to reach', 'CPU with 1', 'with 2', 'load'];
  console.log(`${formatTable([[...head, 'failed'], ...rows])}\n`);
}

async function compare(
  { name, connections, paths, env, isSigned = false }: Work,
  quick: boolean,
  hasTarget: boolean,
): Promise<string[]> {
  const command = [...serveCommand, '--public', '--no-check'] as const;
  const servers: RunningServer[] = [];
  const results: readonly Measured[][] = [[], []];
  try {
    for (const workers of ['1', '2'])
      servers.push(await launchServer({ command, env: { ...env, EXIF_WORKERS: workers } }));
    for (let round = 0; round <= (quick ? 3 : 9); round++) {
      for (const [at, server] of servers.entries()) {
        const seconds = (round === 0 ? 3 : 1) * (quick ? 1 : 3); // the first round warms up, so that all code is compiled
        const { origin } = server;
        const headers = isSigned ? awsHeaders(new URL(origin).host) : {};
        const measured = await loaded(server, { origin, paths, headers, connections, seconds });
        if (round > 0) results[at]?.push(measured);
      }
    }
  } finally {
    for (const server of servers) await server.stop();
  }
  const middle = (at: number, value: keyof Measured): number =>
    median((results[at] ?? []).map((measured) => measured[value]));
  const [one, two] = [middle(0, 'perSecond'), middle(1, 'perSecond')];
  return [
    ...[name, String(connections), one.toFixed(0), two.toFixed(0), (two / one).toFixed(2)],
    hasTarget ? `>= ${least}` : '-',
    ...[middle(0, 'serverMicros').toFixed(0), middle(1, 'serverMicros').toFixed(0), middle(1, 'cpuMicros').toFixed(0)],
    String(results.flat().reduce((sum, { failed }) => sum + failed, 0)),
  ];
}

async function loaded(server: RunningServer, plan: LightPlan): Promise<Measured> {
  const before = cpuOf(server);
  const program = [process.execPath, join(__dirname, 'light-load.js'), JSON.stringify(plan)] as const;
  const result = JSON.parse(await outputOf(program, (plan.seconds + 30) * 1000)) as LightResult;
  return { ...result, serverMicros: (1000 * (cpuOf(server) - before)) / (result.ok + result.failed) };
}

/** Milliseconds of CPU of a server and its workers; NaN on systems without /proc [proc(5), children]. */
function cpuOf({ pid }: RunningServer): number {
  const path = `/proc/${pid}/task/${pid}/children`;
  const workers = existsSync(path) ? readFileSync(path, 'utf8').split(' ').filter(Boolean).map(Number) : [];
  return [pid, ...workers].reduce((sum, one) => sum + (cpuMs(one) ?? Number.NaN), 0);
}
