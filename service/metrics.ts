// Adds metrics to the lines of the log, in the form that CloudWatch finds there [CloudWatch Embedded Metric Format].
import type { LogLine } from '../lib/job';

type Metric = Readonly<{ name: string; unit: 'Count' | 'Bytes' | 'Milliseconds'; value: (line: LogLine) => unknown }>;

/** One row for each metric. The sample count of each is the number of jobs. */
const metrics: readonly Metric[] = [
  // of the bucket, by this job
  { name: 'Requests', unit: 'Count', value: ({ requests }) => requests },
  { name: 'Bytes', unit: 'Bytes', value: ({ bytes }) => bytes },
  { name: 'Ms', unit: 'Milliseconds', value: ({ ms }) => ms },
  { name: 'CacheHit', unit: 'Count', value: ({ cache }) => cache === 'hit' },
  { name: 'CacheMiss', unit: 'Count', value: ({ cache }) => cache === 'miss' },
  { name: 'CacheStale', unit: 'Count', value: ({ cache }) => cache === 'stale' },
  {
    name: 'CacheFault',
    unit: 'Count',
    value: ({ code, cacheProblem }) => code === 'CacheFault' || cacheProblem !== undefined,
  },
  { name: 'SinkFault', unit: 'Count', value: ({ code }) => code === 'SinkFault' },
  { name: 'Errors', unit: 'Count', value: ({ level }) => level === 'error' },
];

/** The log line of a job with its metrics, grouped by trigger. `now` is the time of the metrics. */
export function withMetrics(line: LogLine, now: Date): Readonly<Record<string, unknown>> {
  const directive = {
    Namespace: 'BucketExif',
    Dimensions: [['Door']],
    Metrics: metrics.map(({ name, unit }) => ({ Name: name, Unit: unit })),
  };
  return {
    ...line,
    // CloudWatch drops a line whose dimension is empty or not a text.
    Door: String(line['door'] || 'none'),
    ...Object.fromEntries(metrics.map(({ name, value }) => [name, toMetric(value(line))])),
    _aws: { Timestamp: now.getTime(), CloudWatchMetrics: [directive] },
  };
}

/** A number as it is, true as 1; anything else as 0. */
function toMetric(value: unknown): number {
  return typeof value === 'number' ? value : Number(value === true);
}
