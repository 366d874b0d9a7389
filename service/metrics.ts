// Metrics in the log itself, as CloudWatch finds them there [CloudWatch Embedded Metric Format].
import type { LogLine } from '../lib/job';

type Metric = Readonly<{ name: string; unit: 'Count' | 'Bytes' | 'Milliseconds'; of: (line: LogLine) => number }>;

/** A row a metric. The number of jobs is the sample count of each. */
const metrics: readonly Metric[] = [
  // of the bucket, by this job
  { name: 'Requests', unit: 'Count', of: ({ requests }) => number(requests) },
  { name: 'Bytes', unit: 'Bytes', of: ({ bytes }) => number(bytes) },
  { name: 'Ms', unit: 'Milliseconds', of: ({ ms }) => number(ms) },
  { name: 'CacheHit', unit: 'Count', of: ({ cache }) => count(cache === 'hit') },
  { name: 'CacheMiss', unit: 'Count', of: ({ cache }) => count(cache === 'miss') },
  { name: 'CacheStale', unit: 'Count', of: ({ cache }) => count(cache === 'stale') },
  {
    name: 'CacheFault',
    unit: 'Count',
    of: ({ code, cacheProblem }) => count(code === 'CacheFault' || cacheProblem !== undefined),
  },
  { name: 'Errors', unit: 'Count', of: ({ level }) => count(level === 'error') },
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
    // CloudWatch drops a line whose dimension is no text or is empty.
    Door: String(line['door'] || 'none'),
    ...Object.fromEntries(metrics.map(({ name, of }) => [name, of(line)])),
    _aws: { Timestamp: now.getTime(), CloudWatchMetrics: [directive] },
  };
}

function number(value: string | number | null | undefined): number {
  return typeof value === 'number' ? value : 0;
}

function count(fact: boolean): number {
  return fact ? 1 : 0;
}
