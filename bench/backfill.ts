// A backfill over a store that answers after 1 ms, as a program of its own: objects a second, processor time and requests for
// each object; and its memory while it lists many.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '../testing/program/median';
import { cpuMs } from '../testing/program/process-cpu';
import { formatTable } from '../testing/program/table';
import type { FastStoreCounts } from '../testing/servers/fast-store';
import { serverEnv } from '../testing/servers/signed-http';
import { memoryOf, type RunningServer, startServerProcess } from '../testing/servers/started-server';

/** Objects a second that one process is to reach. */
const target = 2500;
/** Bytes of an object: a head of 64 KiB is read of it. */
const objectBytes = 4_000_000;
/** Milliseconds before the store answers. */
const delayMs = 1;
/** Milliseconds between two looks at the process. */
const lookEvery = 50;

type Settings = Readonly<{ quick: boolean; samples: string }>;
/** `rss`: MiB, one value for each look. `cpu`: milliseconds. */
type Run = Readonly<{
  seconds: number;
  cpu: number;
  storeCpu: number;
  counts: FastStoreCounts;
  rss: readonly number[];
}>;

/** Prints the rate of first and second runs, and the memory over a long list. */
export async function benchBackfill({ quick, samples }: Settings): Promise<void> {
  await rates(quick ? 3000 : 50_000, quick ? 1 : 3, samples);
  await memory(quick ? 20_000 : 1_000_000, samples);
}

/** Stands for the location of a sink in the store. */
const inStore = 's3://entries/sink';
const limit = 'node:http, a signed GET and PUT';

async function rates(objects: number, rounds: number, samples: string): Promise<void> {
  const runs = new Map<string, Run[]>();
  const add = (name: string, run: Run): void => void runs.set(name, [...(runs.get(name) ?? []), run]);
  for (let round = 0; round < rounds; round++) {
    await withStore(objects, samples, async (store, folder) => add(limit, await bare(store, folder, objects)));
    for (const [name, args] of [
      ['one thread', []],
      ['two workers', ['--workers', '2']],
      ['one thread, cache in a folder', ['--cache', 'cache']],
      ['one thread, messages into objects', ['--sink', inStore]],
    ] as const) {
      await withStore(objects, samples, async (store, folder) => {
        add(`${name}: all are new`, await backfill(store, folder, args));
        add(`${name}: none has changed`, await backfill(store, folder, args));
      });
    }
  }
  console.log(
    `A backfill of ${objects} objects of ${objectBytes / 1e6} MB, the store on the same machine, each answer after ${delayMs} ms. ` +
      'An object counts when it is listed, looked up or put unseen, read (64 KiB), decoded, and its entry put into the same ' +
      `store. To reach: ${target}/s, so ${1e6 / target} us of one core. With start-up. Medians of ${rounds} in turns. ` +
      `Load ${loadavg()[0]?.toFixed(1)}`,
  );
  const bareRuns = runs.get(limit) ?? [];
  const rows = [...runs].map(([name, some]) => toRow(name, objects, some, bareRuns));
  const head = ['', 'objects/s', 'of target', 'of bare', 'CPU us', 'of bare', 'CPU us of the store'];
  console.log(`${formatTable([[...head, 'GETs', 'look-ups', 'PUTs', 'lists'], ...rows])}\n`);
}

function toRow(name: string, objects: number, runs: readonly Run[], bareRuns: readonly Run[]): readonly string[] {
  const rateOf = (some: readonly Run[]): number => objects / median(some.map(({ seconds }) => seconds));
  const cpuOf = (some: readonly Run[]): number => (median(some.map(({ cpu }) => cpu)) * 1000) / objects;
  const { storeCpu = Number.NaN, counts } = runs[0] ?? {};
  const { imageGets = 0, entryGets = 0, puts = 0, lists = 0 } = counts ?? {};
  return [
    name,
    rateOf(runs).toFixed(0),
    `${(rateOf(runs) / target).toFixed(2)} x`,
    `${(rateOf(runs) / rateOf(bareRuns)).toFixed(2)} x`,
    cpuOf(runs).toFixed(0),
    `${(cpuOf(runs) / cpuOf(bareRuns)).toFixed(2)} x`,
    ((storeCpu * 1000) / objects).toFixed(0),
    ...[imageGets, entryGets, puts, lists].map((count) => (count / objects).toFixed(3)),
  ];
}

async function memory(objects: number, samples: string): Promise<void> {
  await withStore(1, samples, async (store, folder) => {
    // The entry of one object; the store makes up the others after it.
    await backfill(store, folder, []);
    await fetch(`${store.origin}/presume-all`);
    await fetch(`${store.origin}/objects?${objects}`);
    const { seconds, cpu, counts, rss } = await backfill(store, folder, []);
    const third = Math.floor(rss.length / 3);
    const [first, last] = [median(rss.slice(0, third)), median(rss.slice(-third))];
    console.log(
      `A backfill of ${objects} listed objects that have entries already (a look-up for each, no GET): ${seconds.toFixed(0)} s, ` +
        `${(objects / seconds).toFixed(0)} objects/s, ${((cpu * 1000) / objects).toFixed(0)} us of CPU, ` +
        `${(counts.imageGets / objects).toFixed(3)} GETs, ${(counts.entryGets / objects).toFixed(3)} look-ups`,
    );
    const cells = [first, last, Math.max(...rss)].map((mib) => mib.toFixed(0));
    console.log(
      formatTable([
        ['', 'first third', 'last third', 'peak', 'ratio'],
        ['RSS MiB, medians', ...cells, `${(last / first).toFixed(2)} x`],
      ]),
    );
    console.log();
  });
}

async function withStore(
  objects: number,
  samples: string,
  use: (store: RunningServer, folder: string) => Promise<void>,
): Promise<void> {
  const image = join(samples, 'gps.jpg');
  const args = [objects, image, objectBytes, delayMs].map(String);
  const store = await startServerProcess(['bench/backfill/store-process.js', ...args], []);
  const folder = await mkdtemp(join(tmpdir(), 'backfill-'));
  try {
    await use(store, folder);
  } finally {
    await store.stop();
    await rm(folder, { recursive: true });
  }
}

/** Runs the bare loop over the store to its end. */
function bare(store: RunningServer, folder: string, objects: number): Promise<Run> {
  return measure(store, folder, [join(__dirname, 'backfill', 'bare.js'), store.origin, String(objects)]);
}

/** Runs `npm run backfill` over the store to its end. */
function backfill(store: RunningServer, folder: string, more: readonly string[]): Promise<Run> {
  const place = `endpoint=${store.origin}&region=us-east-1&style=path`;
  const cache = more.includes('--cache') ? [] : ['--cache', `s3://entries/exif?${place}`];
  const given = more.map((arg) => (arg === inStore ? `${arg}?${place}` : arg));
  const args = ['--bucket', `s3://photos?${place}`, ...cache, '--no-count', ...given];
  return measure(store, folder, [join(__dirname, '..', 'bin', 'backfill.js'), ...args]);
}

async function measure(store: RunningServer, folder: string, args: readonly string[]): Promise<Run> {
  const [before, storeBefore, startedAt] = [await countsOf(store), store.cpuMs() ?? Number.NaN, performance.now()];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], INIT_CWD: folder, ...serverEnv },
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  const pid = child.pid ?? 0;
  const rss: number[] = [];
  let cpu = Number.NaN;
  const timer = setInterval(() => {
    const bytes = memoryOf(pid, 'VmRSS');
    if (bytes === null) return;
    rss.push(bytes / 1024 / 1024);
    cpu = cpuMs(pid) ?? cpu;
  }, lookEvery);
  const [code] = await once(child, 'close');
  clearInterval(timer);
  if (code !== 0) throw new Error(`${args[0]} ended with ${code}`);
  const seconds = (performance.now() - startedAt) / 1000;
  const after = Object.entries(await countsOf(store));
  const counts = Object.fromEntries(
    after.map(([name, count]) => [name, count - before[name as keyof FastStoreCounts]]),
  ) as FastStoreCounts;
  return { seconds, cpu, storeCpu: (store.cpuMs() ?? Number.NaN) - storeBefore, counts, rss };
}

async function countsOf(store: RunningServer): Promise<FastStoreCounts> {
  return (await fetch(`${store.origin}/counts`)).json() as Promise<FastStoreCounts>;
}
