// One worker compared with two under the same load (EXIF_WORKERS). The load is made on the same cores, so what is compared first is
// work for which it needs little: batches of objects whose answers are in memory. How far two processes can get with that load is
// measured next to it: node:http with node:cluster, with as much CPU and as many bytes for an answer.
import { readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { median } from '../../testing/program/median';
import { busyMs, childrenOf, cpuMs } from '../../testing/program/process-cpu';
import { formatTable } from '../../testing/program/table';
import { fastStore, keyOf } from '../../testing/servers/fast-store';
import { launchServer, type RunningServer, serveCommand } from '../../testing/servers/started-server';
import { outputOf } from './autocannon';
import { type BareWorkers, hash } from './bare-workers';
import { awsHeaders, hitSettings } from './hit';
import type { LightPlan, LightResult } from './light-load';

/** The ratio to reach, for the first work. */
const least = 1.7;
/** Objects in the store, each asked for in turn. */
const objects = 8;
/** Objects of a batch, and its view: much work for the server, and few bytes for the load. */
const batch = { count: 100, view: 'exif/style/flat/only/Make' } as const;
/** Rounds of 2 seconds, after which a server counts as warm in any case. */
const warmRounds = 20;

type Settings = Readonly<{ quick: boolean; samples: string }>;
type Env = Readonly<Record<string, string>>;
type Load = Pick<LightPlan, 'paths' | 'body' | 'connections' | 'pauseMs'>;
/** What the servers are asked to do. `env`: for the store at `endpoint`, or the folder with the samples. */
type Work = Load & Readonly<{ name: string; env: Env; isSigned?: boolean }>;
/** Percent of one core, while the load ran. `other`: all other programs, and what a hypervisor took. */
type Shares = Readonly<{ load: number; leading: number; first: number; second: number; other: number }>;
type Measured = LightResult & Readonly<{ serverMicros: number }> & Shares;
/** The medians with one worker, and with two. */
type Pair = readonly [Measured, Measured];

function worksOver(endpoint: string, samples: string): readonly Work[] {
  const keys = Array.from({ length: objects }, (_, index) => keyOf(index));
  const store = { EXIF_BUCKET: `s3://photos?region=us-east-1&endpoint=${endpoint}`, EXIF_CACHE: 'none' };
  const credentials = { AWS_ACCESS_KEY_ID: 'AKIDBENCH', AWS_SECRET_ACCESS_KEY: 'secret-for-the-benches' };
  const misses = { paths: keys.map((key) => `/${key}?exif`), body: null, env: { ...store, ...credentials } };
  const env = { ...hitSettings(samples), EXIF_FRESHNESS: '3600' };
  const hits = { paths: ['/gps.jpg?exif'], body: null, env };
  const asked = { keys: Array(batch.count).fill('gps.jpg'), view: batch.view };
  const many = { paths: ['/-/batch'], body: JSON.stringify(asked), env };
  return [
    { name: `batches of ${batch.count} hits in memory`, connections: 64, pauseMs: 2, ...many },
    { name: 'signed hits in memory', connections: 64, pauseMs: 1, ...hits, isSigned: true },
    { name: 'signed hits in memory', connections: 4, pauseMs: 0, ...hits, isSigned: true },
    { name: 'hits in memory', connections: 64, pauseMs: 1, ...hits },
    { name: 'misses over a store', connections: 64, pauseMs: 1, ...misses },
  ];
}

/** Prints requests a second with one worker and with two, their ratio, the CPU of an answer, and which processes had the cores. */
export async function benchWorkers({ quick, samples }: Settings): Promise<void> {
  const image = readFileSync(join(samples, 'gps.jpg'));
  const store = await fastStore({ objects, head: image, bytes: image.length, delayMs: 0 });
  const measured: (readonly [name: string, connections: number, pair: Pair])[] = [];
  try {
    for (const [at, work] of worksOver(store.endpoint, samples).entries()) {
      const pair = await measurePair((workers) => startOurs(work, workers), work, quick);
      measured.push([work.name, work.connections, pair]);
      if (at === 0) measured.push(['its limit, node:http', work.connections, await limitOf(work, pair, quick)]);
    }
  } finally {
    await store.close();
  }
  const rows = measured.map(([name, connections, pair], at) => [
    name,
    ...[String(connections), ...cellsOf(pair, at === 0 ? `>= ${least}` : '-')],
  ]);
  console.log(`One worker and two, the load and the store on the same ${availableParallelism()} cores`);
  console.log(
    `Load ${loadavg()[0]?.toFixed(1)}. CPU of an answer in us: of the server with all its processes, of the load`,
  );
  const head = ['', 'connections', '1 worker/s', '2 workers/s', 'ratio', 'to reach', 'CPU with 1', 'with 2', 'load'];
  console.log(`${formatTable([[...head, 'failed'], ...rows])}\n`);
  const shares = measured.flatMap(([name, connections, pair]) =>
    pair.map((one, at) => [
      `${name}, ${connections} connections, ${at + 1} x`,
      ...shareNames.map((of) => one[of].toFixed(0)),
    ]),
  );
  console.log('Percent of one core for the load, for each process of the server, and for all other programs');
  console.log('A worker alone has more than 100: V8 collects garbage and compiles on the other core, too');
  console.log(`${formatTable([['', 'load', 'leading', 'worker 1', 'worker 2', 'other'], ...shares])}\n`);
}

const shareNames = ['load', 'leading', 'first', 'second', 'other'] as const;

function startOurs({ env }: Work, workers: number): Promise<RunningServer> {
  const command = [...serveCommand, '--public', '--no-check'] as const;
  return launchServer({ command, env: { ...env, EXIF_WORKERS: String(workers) } });
}

/** The bare server, with as much CPU and as many bytes for an answer as `ours` with one worker. */
function limitOf(work: Work, [ours]: Pair, quick: boolean): Promise<Pair> {
  const start = (given: Omit<BareWorkers, 'workers'>, workers: number): Promise<RunningServer> =>
    launchServer({ command: ['bench/load/bare-workers.js', JSON.stringify({ ...given, workers })] });
  const given = { hashes: Math.round(ours.serverMicros / microsOfHash()), bytes: Math.round(ours.bytes) };
  return measurePair((workers) => start(given, workers), work, quick);
}

function microsOfHash(): number {
  const times = 20_000;
  hash(times);
  const before = process.cpuUsage();
  hash(times);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}

async function measurePair(
  start: (workers: number) => Promise<RunningServer>,
  work: Load & Pick<Work, 'isSigned'>,
  quick: boolean,
): Promise<Pair> {
  const servers: RunningServer[] = [];
  const results: readonly Measured[][] = [[], []];
  try {
    for (const workers of [1, 2]) servers.push(await start(workers));
    for (const server of servers) await warmUp(server, work, quick ? 4 : 8);
    for (let round = 0; round < (quick ? 3 : 7); round++) {
      for (const [at, server] of servers.entries()) results[at]?.push(await loaded(server, work, quick ? 2 : 3));
    }
  } finally {
    for (const server of servers) await server.stop();
  }
  return [middleOf(results[0] ?? []), middleOf(results[1] ?? [])];
}

/** Each worker compiles its own hot code: this takes about 4 seconds of its CPU, in which an answer costs up to twice as much. */
async function warmUp(server: RunningServer, work: Load & Pick<Work, 'isSigned'>, cpuSeconds: number): Promise<void> {
  const isWarm = (): boolean => Math.min(...workersOf(server).map((ms) => ms / 1000)) >= cpuSeconds;
  for (let round = 0; round < warmRounds && !isWarm(); round++) await loaded(server, work, 2);
}

function middleOf(results: readonly Measured[]): Measured {
  const [first] = results;
  if (first === undefined) throw new Error('nothing was measured');
  const names = Object.keys(first) as (keyof Measured)[];
  const middles = names.map((name) => [name, median(results.map((measured) => measured[name]))]);
  return { ...(Object.fromEntries(middles) as Measured), failed: results.reduce((sum, { failed }) => sum + failed, 0) };
}

function cellsOf([one, two]: Pair, toReach: string): readonly string[] {
  const ratio = (two.perSecond / one.perSecond).toFixed(2);
  const cpu = [one.serverMicros, two.serverMicros, two.cpuMicros];
  return [
    ...[one.perSecond.toFixed(0), two.perSecond.toFixed(0), ratio, toReach],
    ...[...cpu, one.failed + two.failed].map((value) => value.toFixed(0)),
  ];
}

async function loaded(server: RunningServer, work: Load & Pick<Work, 'isSigned'>, seconds: number): Promise<Measured> {
  const { paths, body, connections, pauseMs, isSigned = false } = work;
  const headers = isSigned ? awsHeaders(new URL(server.origin).host) : {};
  const plan: LightPlan = { origin: server.origin, paths, headers, body, connections, pauseMs, seconds };
  const before = cpusOf(server);
  const program = [process.execPath, join(__dirname, 'light-load.js'), JSON.stringify(plan)] as const;
  const result = JSON.parse(await outputOf(program, (seconds + 30) * 1000)) as LightResult;
  const after = cpusOf(server);
  const answers = result.ok + result.failed;
  const wallMs = (1000 * result.ok) / result.perSecond;
  const loadMs = (answers * result.cpuMicros) / 1000;
  const [all = 0, ...own] = after.map((ms, at) => ms - (before[at] ?? Number.NaN));
  const serverMs = own.reduce((sum, ms) => sum + ms, 0);
  const [leading, first, second] = own.length > 1 ? own : [0, ...own];
  const spent = { load: loadMs, leading, first, second, other: all - serverMs - loadMs };
  const shares = Object.entries(spent).map(([name, ms = 0]) => [name, (100 * ms) / wallMs]);
  return { ...result, serverMicros: (1000 * serverMs) / answers, ...(Object.fromEntries(shares) as Shares) };
}

/** Milliseconds of CPU: of all programs, of a server, of each of its workers; NaN on systems without /proc. */
function cpusOf({ pid }: RunningServer): readonly number[] {
  return [busyMs(), ...[pid, ...childrenOf(pid)].map(cpuMs)].map((ms) => ms ?? Number.NaN);
}

/** Milliseconds of CPU of each process that answers. */
function workersOf(server: RunningServer): readonly number[] {
  const [, own = Number.NaN, ...workers] = cpusOf(server);
  return workers.length > 0 ? workers : [own];
}
