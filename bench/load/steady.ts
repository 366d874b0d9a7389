// `npm start` and the usual handler as a node:http server, under load long enough to see whether memory grows.
import { existsSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { median } from '../../testing/program/median';
import { formatTable } from '../../testing/program/table';
import { cephInstalled } from '../../testing/servers/ceph-rgw';
import {
  type Command,
  type RunningServer,
  serveCommand,
  startServerProcess,
} from '../../testing/servers/started-server';
import { baselineSettings, ourSettings, pictureStore } from '../lambda/store';
import { pictures } from '../pictures';
import { type LoadResult, load } from './autocannon';

const connections = 64;
/** Milliseconds between two looks at the memory. */
const lookEvery = 500;
/** What both can answer of the samples. */
const sampleNames = ['gps.jpg', 'turned.jpg', 'plain.jpg', 'big-endian.tif', 'exif-after-idat.png', 'no-exif.png'];

/** `rss`: MiB, medians of the first and of the last third of the time. */
type Steady = Readonly<{ name: string; result: LoadResult; rss: readonly [number, number]; cpu: number | null }>;

type Settings = Readonly<{ quick: boolean; samples: string; corpus: string }>;
type Program = Readonly<{ name: string; command: Command; env: Readonly<Record<string, string>> }>;

/**
 * Prints requests a second, latency and memory of each server, over the samples, over longer files where they are there, and
 * over those in a real S3 server where it is installed.
 */
export async function benchServer({ quick, samples, corpus }: Settings): Promise<void> {
  const seconds = quick ? 4 : 30;
  await compare('the samples (3 to 20 KB)', overFolder(samples), sampleNames, seconds);
  const photographs = pictures.map((picture) => picture.corpus).filter((path) => existsSync(join(corpus, path)));
  const what = photographs.length > 0 ? 'photographs (0.1 to 2.9 MB)' : 'samples';
  if (photographs.length > 0) await compare(what, overFolder(resolve(corpus)), photographs, seconds);
  if (!cephInstalled('servers over an S3 server')) return;
  const store = await pictureStore(corpus, samples);
  try {
    const names = store.objects.map(({ name }) => name);
    await compare(`${what} in an S3 server on the same cores`, overStore(store.port), names, seconds);
  } finally {
    await store.stop();
  }
}

const usualName = 'sharp + exifr over whole';

function overFolder(folder: string): readonly Program[] {
  const serve: Command = [...serveCommand, '--public', '--quiet', '--bucket', folder];
  return [
    { name: 'npm start', command: serve, env: {} },
    { name: 'npm start, no cache', command: [...serve, '--cache', 'none'], env: {} },
    { name: `${usualName} files`, command: ['bench/baseline/server.js', folder], env: {} },
  ];
}

function overStore(port: number): readonly Program[] {
  const { EXIF_CALLERS: _, ...ours } = ourSettings(port, 'none');
  return [
    { name: 'npm start, no cache', command: [...serveCommand, '--public', '--quiet'], env: ours },
    { name: `${usualName} objects`, command: ['bench/baseline/server.js'], env: baselineSettings(port) },
  ];
}

async function compare(
  what: string,
  programs: readonly Program[],
  names: readonly string[],
  seconds: number,
): Promise<void> {
  const paths = names.map((name) => `/${name}?exif`);
  const all: Steady[] = [];
  for (const program of programs) all.push(await loaded(program, paths, seconds));
  console.log(`Servers over ${what}, ${connections} connections for ${seconds} s, the load made on this machine`);
  console.log(`Load ${loadavg()[0]?.toFixed(1)}; to reach: 5 times the usual handler, RSS flat`);
  console.log(`${steadyTable(all)}\n`);
}

function steadyTable(all: readonly Steady[]): string {
  const usual = all.at(-1);
  const rows = all.map(({ name, result, rss: [early, late], cpu }) => [
    name,
    result.perSecond.toFixed(0),
    `${(result.perSecond / (usual?.result.perSecond ?? Number.NaN)).toFixed(2)} x`,
    cpu === null ? '-' : cpu.toFixed(2),
    `${result.p50}`,
    `${result.p99}`,
    String(result.failed),
    early.toFixed(0),
    late.toFixed(0),
  ]);
  const head = ['', 'requests/s', 'of usual', 'CPU ms', 'p50 ms', 'p99 ms', 'failed', 'RSS MiB', 'at the end'];
  return formatTable([head, ...rows]);
}

async function loaded({ name, command, env }: Program, paths: readonly string[], seconds: number): Promise<Steady> {
  const server = await startServerProcess(command, [], env);
  const looks: number[] = [];
  try {
    const { origin } = server;
    await load({ origin, paths, connections, seconds: Math.ceil(seconds / 5) }); // warm up
    const before = server.cpuMs();
    const timer = setInterval(() => looks.push(server.rss() ?? Number.NaN), lookEvery);
    const result = await load({ origin, paths, connections, seconds });
    clearInterval(timer);
    return { name, result, rss: thirds(looks), cpu: cpuOf(server, before, result) };
  } finally {
    await server.stop();
  }
}

/** Milliseconds of CPU that an answer took. */
function cpuOf(server: RunningServer, before: number | null, { total }: LoadResult): number | null {
  const after = server.cpuMs();
  return before === null || after === null ? null : (after - before) / total;
}

function thirds(bytes: readonly number[]): readonly [number, number] {
  const third = Math.floor(bytes.length / 3);
  return [median(bytes.slice(0, third)) / 2 ** 20, median(bytes.slice(-third)) / 2 ** 20];
}
