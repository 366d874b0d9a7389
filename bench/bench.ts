// Prints how this project compares, each ratio measured in one run on this machine.
//   node --expose-gc dist/bench/bench.js [options]
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defaultCorpus } from '../check/corpus/truth';
import { handlerFiles, writeFiles } from '../deploy/artifact/files';
import { type Options, program, runMain, UsageError } from '../testing/program/program';
import { formatTable } from '../testing/program/table';
import { bareCommand, type Command, serveCommand, startServerProcess } from '../testing/servers/started-server';
import { benchAhead } from './ahead/ahead-bench';
import { measureVerdicts } from './auth-cost';
import { benchBackfill } from './backfill';
import { benchCache } from './cache/cache-bench';
import { benchCpu } from './cpu/cpu-bench';
import { benchFlat } from './flat';
import { benchStartInit, benchWebInit } from './init/init-benches';
import { measureInit } from './init/measure';
import { benchFirstAnswers, benchWarm } from './lambda/lambda-benches';
import { type LoadResult, load } from './load/autocannon';
import { benchHit } from './load/hit';
import { benchOpenLoop } from './load/open-loop';
import { benchServer } from './load/steady';
import { benchWorkers } from './load/workers';
import { benchMetadata } from './metadata/metadata-bench';
import { measureStores } from './store/measure';
import { benchZip } from './zip-content';

const help = `Usage: npm run bench -- [options]

Measures: processor time for an image compared with other readers, in all and by format (with libexif if libexif-dev is
installed), the same for an answer to ?metadata (metadata), processor time to verify a signature, a cache hit compared
with a miss, start-up compared with the usual handler, the first answer of the container's program (web-init) and of npm
start (start-init) compared with empty programs, requests per second and memory of the server; requests per second with
two workers compared with one (EXIF_WORKERS), and the same of node:http with as much CPU for an answer, which is the
limit, with the share of each process in the cores; a hit in the cache in memory compared with a bare server that sends
the same bytes, server and load on one core each (taskset); latency at constant rates (open-loop); processor time for one
read of a fixed store and of a real S3 server (needs Ceph), and for an answer from it, compared with a bare signed GET,
reader and store on one core each; the size of the zip, and its function under the real runtime client with a real S3
server (both need npm run package, the latter Ceph).

Also answers read with the fewest GETs and read ahead (EXIF_READ_AHEAD), in round trips to a store that is 20 ms away, and the
GETs of all images of a corpus (ahead). Also the GETs of 100 requests for one object at the same time (cache).

A backfill over a store on this machine: objects per second, CPU and requests for each, compared with bare requests of
node:http; memory over 1,000,000 listed objects (backfill). Whether the cost of an answer is flat for objects of 30 KB to 5 GB, buckets of 10 to 10,000,000 keys (a folder:
100,000 files) and caches of 10 to 1,000,000 entries (a folder: 200,000); with --quick a tenth; needs 2 GB of memory (flat).

  --only NAME,NAME      these parts only: cpu, metadata, auth, cache, ahead, init, web-init, start-init, load, hit, open-loop,
                        server, workers, backfill, flat, store, zip, lambda-init, warm
  --corpus FOLDER       images (default ${defaultCorpus}; the samples when it does not exist)
  --quick               fewer rounds, rougher figures
  --help
`;

/** The samples, next to the compiled project or above it. */
const samples = [join(__dirname, '..', 'samples'), join(__dirname, '..', '..', 'samples')].find((folder) =>
  existsSync(join(folder, 'gps.jpg')),
);
const keys = ['gps.jpg', 'big-endian.tif', 'exif-after-idat.png', 'no-exif.png'];
const connections = 32;
/** For a function of 128 MB: what Node keeps beside the heap takes the other half. */
const smallHeap = ['--max-old-space-size=64', '--max-semi-space-size=2'];

type Settings = Readonly<{ corpus: string; quick: boolean; samples: string }>;

const parts: Readonly<Record<string, (settings: Settings) => Promise<void> | void>> = {
  cpu: benchCpu,
  metadata: benchMetadata,
  auth: benchAuth,
  cache: benchCache,
  ahead: benchAhead,
  init: benchInit,
  'web-init': benchWebInit,
  'start-init': benchStartInit,
  load: benchLoad,
  hit: benchHit,
  'open-loop': benchOpenLoop,
  server: benchServer,
  backfill: benchBackfill,
  flat: benchFlat,
  workers: benchWorkers,
  store: benchStore,
  zip: benchZip,
  'lambda-init': benchFirstAnswers,
  warm: benchWarm,
};

const options = { only: 'list', corpus: 'text', quick: 'flag' } as const;

/** Runs the program; returns the exit code. */
export const main = program({ name: 'bench', help, options, run });

async function run({ only, corpus = defaultCorpus, quick }: Options<typeof options>): Promise<number> {
  const names = only ?? Object.keys(parts);
  const unknown = names.find((name) => parts[name] === undefined);
  if (unknown !== undefined)
    throw new UsageError(`--only: "${unknown}" is not one of ${Object.keys(parts).join(', ')}`);
  if (samples === undefined) throw new UsageError('no samples: run npm run samples');
  const settings = { corpus, quick, samples };
  for (const name of names) await parts[name]?.(settings);
  return 0;
}

async function benchAuth({ quick }: Settings): Promise<void> {
  const costs = await measureVerdicts(quick ? 5 : 31);
  const rows = costs.map(({ carrier, micros, accepted, requests }) => [
    carrier,
    micros.toFixed(1),
    `${accepted} of ${requests}`,
  ]);
  console.log('CPU of a verdict on a signed request; to reach: 200 us for COS, 300 us for SigV4');
  console.log(`${formatTable([['', 'us', 'accepted'], ...rows])}\n`);
}

/** The most that an answer may cost above a bare GET, in microseconds, and a verified hit, as a multiple of a conditional GET. */
const [answerAbove, hitRatio] = [250, 1.25];

async function benchStore({ corpus, quick, samples: folder }: Settings): Promise<void> {
  for (const { store, micros } of await measureStores(corpus, folder, quick ? 21 : 81, 100)) {
    const above = micros.answer - micros['bare GET'];
    const ratio = micros['verified hit'] / micros['our 304'];
    console.log(`CPU of one request for the first read of a JPEG over ${store}, medians of rounds in turns`);
    console.log(formatTable([['', 'us'], ...Object.entries(micros).map(([name, us]) => [name, us.toFixed(1)])]));
    console.log(`An answer above a bare GET: ${above.toFixed(0)} us; to reach: ${answerAbove} us`);
    console.log(`A verified hit: ${ratio.toFixed(2)} x a conditional GET of our client; to reach: ${hitRatio} x\n`);
  }
}

function benchInit({ quick }: Settings): void {
  const env = {
    EXIF_BUCKET: 's3://photos?region=us-east-1',
    EXIF_KEYS: 'env:KEYS',
    KEYS: '{"AKIDEXAMPLE":"secret"}',
  };
  const programs = [
    { name: 'empty Node process', module: null },
    { name: 'our http handler', module: bundled(), env },
    { name: 'sharp + exifr + @aws-sdk/client-s3', module: here('baseline/handler.js') },
  ];
  const times = quick ? 5 : 15;
  const results = measureInit(programs, times);
  const usual = results.at(-1);
  const rows = results.map(({ name, wall, wallOver, cpu, cpuOver }) => [
    name,
    wall.toFixed(1),
    wallOver.toFixed(1),
    `${(wallOver / (usual?.wallOver ?? Number.NaN)).toFixed(3)} x`,
    cpu.toFixed(1),
    cpuOver.toFixed(1),
    `${(cpuOver / (usual?.cpuOver ?? Number.NaN)).toFixed(3)} x`,
  ]);
  const head = ['', 'ms', 'over empty', 'of usual', 'CPU ms', 'over empty', 'of usual'];
  console.log(`Start-up, median of ${times} processes taking turns; to reach: a quarter of the usual handler's`);
  console.log(`${formatTable([head, ...rows])}\n`);
}

async function benchLoad({ quick, samples: folder }: Settings): Promise<void> {
  const seconds = quick ? 2 : 8;
  const serve: Command = [...serveCommand, '--public', '--cache', 'none', '--bucket', folder];
  const bare = await loadServer('bare node:http server', bareCommand, [], [''], seconds);
  const ours = await loadServer('npm start', serve, [], keys, seconds);
  const small = await loadServer('npm start, heap for 128 MB', serve, smallHeap, keys, seconds);
  const yardstick = bare[0]?.result.perSecond ?? Number.NaN;
  const rows = [...bare, ...ours, ...small].map(({ name, result, peakRss }) => [
    name,
    result.perSecond.toFixed(0),
    `${(result.perSecond / yardstick).toFixed(2)} x`,
    `${result.p50}`,
    `${result.p99}`,
    String(result.failed),
    mib(peakRss),
  ]);
  const head = ['', 'requests/s', 'of bare', 'p50 ms', 'p99 ms', 'failed', 'peak RSS MiB'];
  console.log(`Servers under ${connections} connections, the load made on this machine`);
  console.log(`${formatTable([head, ...rows])}\n`);
}

type LoadRow = Readonly<{ name: string; result: LoadResult; peakRss: number | null }>;

async function loadServer(
  name: string,
  command: Command,
  flags: readonly string[],
  paths: readonly string[],
  seconds: number,
): Promise<readonly LoadRow[]> {
  const server = await startServerProcess(command, flags);
  const loaded: LoadRow[] = [];
  try {
    const plan = { origin: server.origin, connections, seconds };
    await load({ ...plan, paths: [`/${paths[0]}?exif`], seconds: Math.ceil(seconds / 3) }); // warm up
    for (const path of paths) {
      const result = await load({ ...plan, paths: [`/${path}?exif`] });
      loaded.push({ name: `${name}: ${path}`, result, peakRss: server.peakRss() });
    }
    return loaded;
  } finally {
    await server.stop();
  }
}

function mib(bytes: number | null): string {
  return bytes === null ? '-' : (bytes / 1024 / 1024).toFixed(1);
}

function here(path: string): string {
  return join(__dirname, path);
}

/** The handler as it is deployed. */
function bundled(): string {
  const folder = here('../bundle');
  writeFiles(handlerFiles(here('../..'), ['http']), folder);
  return join(folder, 'handler', 'http.js');
}

if (require.main === module) runMain(main);
