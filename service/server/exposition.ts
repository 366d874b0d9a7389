// Counters, histograms and gauges, and their text for Prometheus [Prometheus text format 0.0.4]. The package prom-client writes
// the same text (a test compares them), but it installs 5 MB of packages for it.

/** Names and values that distinguish the series of a metric. Only texts of a bounded set: each series stays in memory. */
export type Labels = Readonly<Record<string, string>>;

/** How the values of several processes become one. */
export type Combine = 'sum' | 'least' | 'greatest';

/** A metric: its header, and its samples as they are now. */
export type Metric = Readonly<{
  name: string;
  help: string;
  type: string;
  combine: Combine;
  samples(): readonly string[];
}>;

export type Counter = Metric & Readonly<{ add(labels: Labels, amount: number): void }>;
export type Histogram = Metric & Readonly<{ observe(labels: Labels, value: number): void }>;

export const contentType = 'text/plain; version=0.0.4; charset=utf-8';

export function counter(name: string, help: string): Counter {
  const series = new Map<string, number>();
  return {
    ...{ name, help, type: 'counter', combine: 'sum' as const },
    add(labels, amount) {
      const text = labelText(labels);
      series.set(text, (series.get(text) ?? 0) + amount);
    },
    samples: () => [...series].map(([labels, value]) => `${name}${labels} ${value}`),
  };
}

/** A value that is read when it is asked for. `type` is `counter` for a value that only grows. */
export function gauge(
  name: string,
  help: string,
  read: () => number,
  { type = 'gauge', combine = 'sum' }: Readonly<{ type?: 'gauge' | 'counter'; combine?: Combine }> = {},
): Metric {
  return { name, help, type, combine, samples: () => [`${name} ${read()}`] };
}

type Buckets = { labels: Labels; counts: number[]; sum: number; count: number };

/** `bounds` are the upper ends of the buckets, from the least to the greatest. */
export function histogram(name: string, help: string, bounds: readonly number[]): Histogram {
  const series = new Map<string, Buckets>();
  return {
    ...{ name, help, type: 'histogram', combine: 'sum' as const },
    observe(labels, value) {
      const text = labelText(labels);
      const buckets = series.get(text) ?? { labels, counts: bounds.map(() => 0), sum: 0, count: 0 };
      series.set(text, buckets);
      bounds.forEach((bound, at) => {
        if (value <= bound) buckets.counts[at] = (buckets.counts[at] ?? 0) + 1;
      });
      buckets.sum += value;
      buckets.count++;
    },
    samples: () => [...series].flatMap(([text, buckets]) => histogramSamples(name, text, bounds, buckets)),
  };
}

function histogramSamples(
  name: string,
  text: string,
  bounds: readonly number[],
  { labels, counts, sum, count }: Buckets,
): readonly string[] {
  const bucket = (le: string, value: number): string => `${name}_bucket${labelText({ le, ...labels })} ${value}`;
  return [
    ...bounds.map((bound, at) => bucket(String(bound), counts[at] ?? 0)),
    bucket('+Inf', count),
    `${name}_sum${text} ${sum}`,
    `${name}_count${text} ${count}`,
  ];
}

/** The text of all metrics. */
export function exposition(metrics: readonly Metric[]): string {
  const blocks = metrics.map(({ name, help, type, samples }) =>
    [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples()].join('\n'),
  );
  return `${blocks.join('\n\n')}\n`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
