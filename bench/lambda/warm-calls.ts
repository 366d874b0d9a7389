// Calls of a warm function under the real runtime client over the real S3 server, near and far, ours and the usual one.
import { Agent, get } from 'node:http';
import { defaultLimits } from '../../lib/limits';
import { median } from '../../testing/program/median';
import { cpuMs } from '../../testing/program/process-cpu';
import type { RunningFunction } from '../../testing/servers/lambda-runtime';
import { askOnce, type Contestant, type Contestants, start } from './contestants';
import { delayedDoor } from './delay';
import { eventOf, ourSettings, type Store, signedTarget } from './store';

/**
 * Milliseconds: `p50` and `p99` of a call; `cpu` is what the function's process took for one, which no store or neighbour
 * changes (null where the system does not tell).
 */
export type WarmRow = Readonly<{
  program: 'ours' | 'baseline' | 'empty' | 'round trip';
  object: string;
  delayMs: number;
  p50: number;
  p99: number;
  cpu: number | null;
}>;

/** One of those that take turns: a call gives its milliseconds. */
type Turn = Readonly<{
  row: Pick<WarmRow, 'program' | 'object'>;
  call: () => Promise<number>;
  cpuMs: () => number | null;
}>;

/** Calls before those that are counted: what runs often is compiled by then. */
const warmUp = 60;

/** All rows at one distance: `delayMs` are added to each request, `calls` of each program and object are counted. */
export async function measureWarm(
  { empty, ours, baseline }: Contestants,
  at: Readonly<{ client: string; store: Store; delayMs: number; calls: number }>,
): Promise<readonly WarmRow[]> {
  const { client, store, delayMs, calls } = at;
  const door = delayMs === 0 ? { port: store.port, close: () => undefined } : await delayedDoor(store.port, delayMs);
  const running: RunningFunction[] = [];
  const open = async (program: Contestant): Promise<RunningFunction> => {
    const opened = await start(program, client, door.port);
    running.push(opened);
    return opened;
  };
  const cachedIn = (cache: 'memory' | 's3'): Contestant => ({ ...ours, settings: (port) => ourSettings(port, cache) });
  try {
    const nothing = await open(empty);
    const plain = await open(ours);
    const usual = await open(baseline);
    const rounds = store.objects.map(({ name }) => [
      asked(plain, 'ours', name, name),
      asked(usual, 'baseline', name, name),
    ]);
    rounds[0]?.push(asked(nothing, 'empty', 'none', 'jpeg'), bareGet(door.port, 'jpeg'));
    rounds.push([
      asked(await open(cachedIn('s3')), 'ours', 'hit', 'jpeg'),
      asked(await open(cachedIn('memory')), 'ours', 'hit in memory', 'jpeg'),
    ]);
    const rows: WarmRow[] = [];
    for (const turns of rounds) rows.push(...(await takeTurns(turns, calls)).map((row) => ({ ...row, delayMs })));
    return rows;
  } finally {
    for (const each of running) await each.stop();
    door.close();
  }
}

async function takeTurns(turns: readonly Turn[], calls: number): Promise<readonly Omit<WarmRow, 'delayMs'>[]> {
  for (let call = 0; call < warmUp; call++) for (const turn of turns) await turn.call();
  const before = turns.map(({ cpuMs }) => cpuMs());
  const taken = turns.map((): number[] => []);
  for (let call = 0; call < calls; call++) {
    for (const [i, turn] of turns.entries()) taken[i]?.push(await turn.call());
  }
  return turns.map(({ row, cpuMs }, i) => {
    const [from, to, ms] = [before[i] ?? null, cpuMs(), taken[i] ?? []];
    return {
      ...row,
      p50: median(ms),
      p99: quantile(ms, 0.99),
      cpu: from === null || to === null ? null : (to - from) / calls,
    };
  });
}

function asked(of: RunningFunction, program: WarmRow['program'], object: string, key: string): Turn {
  const event = eventOf(key);
  return { row: { program, object }, call: async () => (await askOnce(of, event)).ms, cpuMs: () => cpuMs(of.pid) };
}

/** What one round trip takes: the first read of an object, and nothing else, over a connection that is kept. */
function bareGet(port: number, key: string): Turn {
  const agent = new Agent({ keepAlive: true });
  const call = async (): Promise<number> => {
    const options = { ...signedTarget(port, key, `bytes=0-${defaultLimits.firstRead - 1}`), agent };
    const startedAt = performance.now();
    await new Promise<void>((resolve, reject) => {
      get(options, (res) => {
        if (res.statusCode !== 206) reject(new Error(`the store answered ${res.statusCode}`));
        res.resume().once('end', resolve);
      }).once('error', reject);
    });
    return performance.now() - startedAt;
  };
  return { row: { program: 'round trip', object: 'none' }, call, cpuMs: () => null };
}

/** The value that `share` of them do not exceed; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
