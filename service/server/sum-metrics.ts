// The metrics of all workers together, for the process that leads. Counters never go down: what a worker had counted when it
// ended stays in the sum.
import { type Combine, exposition, type Metric } from './exposition';
import type { Samples } from './worker-messages';

export type MetricsSum<Key> = Readonly<{
  /** The text of all metrics, with those of all workers as they are now. */
  text(): Promise<string>;
  /** Gets a report of a worker. */
  report(key: Key, round: number, samples: Samples): void;
  /** Keeps the counters of a worker that has ended. */
  end(key: Key): void;
}>;

/** Milliseconds to wait for the reports of all workers. After that, the last known report of a slow one is used. */
const reportMs = 1_000;

/**
 * `own`: the metrics of this process. `keys`: the workers that can be asked. `ask` asks one for a report of a round.
 */
export function createMetricsSum<Key>(
  own: readonly Metric[],
  keys: () => readonly Key[],
  ask: (key: Key, round: number) => void,
): MetricsSum<Key> {
  const last = new Map<Key, Samples>();
  let ended: Samples = [];
  let round = 0;
  /** The workers that have not answered in this round, and what to do when all have. */
  const missing = new Set<Key>();
  let complete = (): void => undefined;
  let running: Promise<string> | null = null;
  let next: Promise<string> | null = null;

  const arrived = (key: Key): void => {
    missing.delete(key);
    if (missing.size === 0) complete();
  };
  const collect = async (): Promise<string> => {
    round++;
    for (const key of keys()) missing.add(key);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, reportMs);
      complete = () => {
        clearTimeout(timer);
        resolve();
      };
      for (const key of missing) ask(key, round);
      if (missing.size === 0) complete();
    });
    missing.clear();
    const sets = [ended, ...last.values(), own.map((metric) => metric.samples())];
    return exposition(own.map((metric, at) => ({ ...metric, samples: () => combined(metric, at, sets) })));
  };
  const start = (): Promise<string> => {
    next = null;
    running = collect().finally(() => {
      running = null;
    });
    return running;
  };
  return {
    // However many ask at once, one round runs and one more follows, which has all that was counted before they asked.
    text() {
      if (running === null) return start();
      next ??= running.then(start);
      return next;
    },
    report(key, answered, samples) {
      last.set(key, samples);
      if (answered === round) arrived(key);
    },
    end(key) {
      const counters = (last.get(key) ?? []).map((samples, at) => (own[at]?.type === 'gauge' ? [] : samples));
      ended = own.map((metric, at) => combined(metric, at, [ended, counters]));
      last.delete(key);
      arrived(key);
    },
  };
}

const combinations: Readonly<Record<Combine, (a: number, b: number) => number>> = {
  sum: (a, b) => a + b,
  least: Math.min,
  greatest: Math.max,
};

/** The samples of the metric with the number `at` in all `sets`, as one. */
function combined({ combine }: Metric, at: number, sets: readonly Samples[]): readonly string[] {
  const values = new Map<string, number>();
  for (const sample of sets.flatMap((set) => set[at] ?? [])) {
    const space = sample.lastIndexOf(' ');
    const series = sample.slice(0, space);
    const value = Number(sample.slice(space + 1));
    const before = values.get(series);
    values.set(series, before === undefined ? value : combinations[combine](before, value));
  }
  return [...values].map(([series, value]) => `${series} ${value}`);
}
