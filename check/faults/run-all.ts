// Runs many scenarios, several at a time, and watches the process meanwhile.
import type { Result, WaitTimes } from './run';
import { runScenario } from './run';
import type { Scenario } from './scenario';

export type RunOptions = Readonly<{
  /** Scenarios that run at the same time. */
  jobs: number;
  /** Called after each run. */
  progress(done: number): void;
}>;

export type Report = Readonly<{
  results: readonly Result[];
  /** Runs that were repeated alone, with more time, because the machine may have been too busy. */
  repeated: number;
  /** What went wrong with the process itself: unhandled rejections, warnings, sockets that stay. */
  process: readonly string[];
}>;

const usual: WaitTimes = { stalledTry: 200, leak: 30_000 };
const patient: WaitTimes = { stalledTry: 4_000, leak: 60_000 };

/** Runs all scenarios. What may have failed for want of time only is run again, alone. */
export async function runAll(scenarios: readonly Scenario[], { jobs, progress }: RunOptions): Promise<Report> {
  const watched = watchProcess();
  const results: Result[] = [];
  const queue = scenarios.values();
  let done = 0;
  const worker = async (): Promise<void> => {
    for (const scenario of queue) {
      results.push(await runScenario(scenario, usual));
      progress(++done);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  let repeated = 0;
  for (const [at, { scenario, violations }] of results.entries()) {
    if (violations.length === 0 || !violations.every(({ maybeSlow }) => maybeSlow)) continue;
    results[at] = await runScenario(scenario, patient);
    repeated++;
  }
  results.sort((a, b) => a.scenario.index - b.scenario.index);
  return { results, repeated, process: await watched.end() };
}

/** Notes what only the process sees, until `end`, which gives it. */
export function watchProcess(): Readonly<{ end(): Promise<string[]> }> {
  const found: string[] = [];
  const before = openSockets();
  const onRejection = (reason: unknown): void => void found.push(`unhandled rejection: ${String(reason)}`);
  const onException = (error: unknown): void => void found.push(`uncaught: ${String(error)}`);
  const onWarning = (warning: Error): void => void found.push(`warning: ${warning.message}`);
  process.on('unhandledRejection', onRejection);
  process.on('uncaughtException', onException);
  process.on('warning', onWarning);
  return {
    async end() {
      // The other side of a connection hears of its end a little later.
      for (let waits = 0; waits < 1_000 && openSockets() > before; waits++)
        await new Promise((next) => setTimeout(next, 10));
      if (openSockets() > before) found.push(`${openSockets() - before} sockets stay open in the process`);
      process.off('unhandledRejection', onRejection);
      process.off('uncaughtException', onException);
      process.off('warning', onWarning);
      return found;
    },
  };
}

function openSockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length;
}
