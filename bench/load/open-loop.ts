// Latency under load: requests at a constant rate, at a half and at four fifths of what the server can do, and at twice as much.
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { median } from '../../testing/program/median';
import { formatTable } from '../../testing/program/table';
import { bareCommand, launchServer, type RunningServer, serveCommand } from '../../testing/servers/started-server';
import { load, outputOf } from './autocannon';
import { type Cores, onCore, twoCores } from './cores';
import { hitSettings, wrapOf } from './hit';
import type { OpenLoopPlan, OpenLoopReport } from './open-loop-load';

const path = '/gps.jpg?exif';
const usualConnections = 32;
/** Beyond its capacity: more than may read or wait at once (`serverReads`), and fewer than may connect. */
const manyConnections = 900;
/** Seconds that are not counted, because V8 compiles the program that makes the load; and beyond capacity, because queues fill. */
const settleSeconds = 1;
const fillSeconds = 3;
/** Milliseconds between two looks at the memory of the server. */
const lookEvery = 100;

/**
 * `of`: the part of the greatest rate; null = one request at a time, each sent after the answer to the one before. So the core
 * of the server does not fall asleep, which would make the unloaded p50 greater and the ratios smaller. `most`: the p99 to
 * reach, as a multiple of the unloaded p50.
 */
const steps = [
  { name: 'one at a time (unloaded)', of: null, most: null },
  { name: '5 %, for comparison', of: 0.05, most: null },
  { name: '50 %', of: 0.5, most: 5 },
  { name: '80 %', of: 0.8, most: 15 },
] as const;

const sites = [
  { name: 'a bare node:http server, for comparison', command: bareCommand, env: {} },
  { name: 'a hit in memory, EXIF_FRESHNESS=60', command: serveCommand, env: { EXIF_FRESHNESS: '60' } },
  { name: 'a hit in memory, verify', command: serveCommand, env: {} },
  { name: 'without a cache', command: serveCommand, env: { EXIF_CACHE: 'none' } },
] as const;

/** Prints latencies of each kind of answer under constant rates. */
export async function benchOpenLoop({ quick, samples }: Readonly<{ quick: boolean; samples: string }>): Promise<void> {
  const cores = twoCores();
  const seconds = quick ? 2 : 15;
  for (const { name, command, env } of sites) {
    const settings = { ...hitSettings(samples), ...env };
    const server = await launchServer({ command, env: settings, wrap: wrapOf(cores) });
    try {
      await measure(name, server, cores, seconds);
    } finally {
      await server.stop();
    }
  }
}

async function measure(name: string, server: RunningServer, cores: Cores, seconds: number): Promise<void> {
  const plan = { origin: server.origin, paths: [path], connections: usualConnections };
  await load({ ...plan, seconds: 2 }, cores.load); // warm up
  const { perSecond: most } = await load({ ...plan, seconds: Math.max(2, seconds / 3) }, cores.load);
  const port = Number(new URL(server.origin).port);
  const at = (of: number | null): Promise<OpenLoopReport> => {
    const connections = of === null ? 1 : usualConnections;
    const rate = of === null ? null : of * most;
    return openLoop({ port, path, rate, seconds: settleSeconds + seconds, connections, settleSeconds }, cores);
  };
  console.log(`Open loop: ${name}; at most ${most.toFixed(0)} requests/s; load ${loadavg()[0]?.toFixed(1)}`);
  console.log('Milliseconds from the time when a request was due. The log is JSON into /dev/null.');
  let unloaded = Number.NaN;
  const rows: string[][] = [];
  for (const step of steps) {
    const { ok, slowDown, other, unanswered, stalledMs } = await at(step.of);
    if (step.of === null) unloaded = ok.lateP50 ?? Number.NaN;
    const ratio = `${((ok.lateP99 ?? Number.NaN) / unloaded).toFixed(1)} x`;
    const failed = String(slowDown.count + other + unanswered);
    rows.push([
      step.name,
      ms(ok.lateP50),
      ms(ok.lateP99),
      ratio,
      step.most === null ? '-' : `<= ${step.most} x`,
      failed,
      ms(stalledMs),
    ]);
  }
  console.log(
    `${formatTable([['rate', 'p50 ms', 'p99 ms', 'of unloaded p50', 'to reach', 'failed', 'load stalled ms'], ...rows])}`,
  );
  const looks: number[] = [];
  const timer = setInterval(() => looks.push((server.rss() ?? Number.NaN) / 2 ** 20), lookEvery);
  const beyondSeconds = fillSeconds + Math.max(6, seconds);
  const rate = 2 * most;
  const beyond = { port, path, rate, seconds: beyondSeconds, connections: manyConnections, settleSeconds: fillSeconds };
  const { ok, slowDown, other, unanswered } = await openLoop(beyond, cores);
  clearInterval(timer);
  const all = ok.count + slowDown.count + other + unanswered;
  const third = Math.floor(looks.length / 3);
  const thirds = [0, 1, 2].map((index) => median(looks.slice(index * third, (index + 1) * third)).toFixed(0));
  const facts = [
    `${((100 * slowDown.count) / all).toFixed(0)} % SlowDown`,
    `p50 ${ms(slowDown.answerP50)}, p99 ${ms(slowDown.answerP99)} ms after it was sent (to reach: 50)`,
    `${((100 * ok.count) / all).toFixed(0)} % answered, p99 ${ms(ok.answerP99)} ms after it was sent`,
    `${other + unanswered} of ${all} neither`,
    `RSS in thirds ${thirds.join(', ')} MiB (to reach: flat)`,
  ];
  console.log(
    `At twice the greatest rate, ${manyConnections} connections, after ${fillSeconds} s: ${facts.join('; ')}\n`,
  );
}

async function openLoop(plan: OpenLoopPlan, { load: core }: Cores): Promise<OpenLoopReport> {
  const command = [process.execPath, join(__dirname, 'open-loop-load.js'), JSON.stringify(plan)] as const;
  return JSON.parse(await outputOf(onCore(core, command), (plan.seconds + 30) * 1000)) as OpenLoopReport;
}

function ms(value: number | null): string {
  return value === null ? '-' : value.toFixed(2);
}
