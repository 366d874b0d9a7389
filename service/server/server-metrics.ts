// The metrics of a server for Prometheus, at `/-/metrics`. No label has a key, a caller, or another text that a client chooses.
import type { Server } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { LogLine } from '../../lib/job';
import type { Admit } from '../../lib/read/view';
import type { Answer } from '../../lib/types';
import type { OwnAnswer } from '../own-paths/own-paths';
import { contentType, counter, exposition, gauge, histogram, type Metric } from './exposition';

export type ServerMetrics = Readonly<{
  /** Counts a job by its line in the log. */
  countJob(line: LogLine): void;
  /** `admit`, counting the reads that wait and those that run. */
  countReads(admit: Admit): Admit;
  /** Counts the connections of a server, and what it refuses because it is not HTTP. */
  countConnections(server: Server): void;
  /** Answers `/-/metrics`. */
  answer: OwnAnswer;
  /** Jobs counted so far. */
  jobs(): number;
  /** All metrics, in the same order in every process. */
  list: readonly Metric[];
}>;

/** Upper ends in seconds: from a hit of a cache in memory to the longest request. */
const secondsBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Metrics that start at 0. */
export function createServerMetrics(): ServerMetrics {
  const requests = counter('bucket_exif_requests_total', 'Answered requests.');
  const seconds = histogram('bucket_exif_request_seconds', 'Time to answer a request.', secondsBounds);
  const storeRequests = counter('bucket_exif_store_requests_total', 'Reads sent to the bucket.');
  const storeBytes = counter('bucket_exif_store_bytes_total', 'Bytes that these reads returned.');
  const cache = counter('bucket_exif_cache_total', 'Look-ups in the cache.');
  const cacheFaults = counter('bucket_exif_cache_faults_total', 'Requests for which the cache failed.');
  const refused = counter('bucket_exif_refused_total', 'Connections that sent no valid HTTP request.');
  const now = { waiting: 0, running: 0, connections: 0, servers: 0, jobs: 0 };
  const metrics = [
    ...[requests, seconds, storeRequests, storeBytes, cache, cacheFaults, refused],
    gauge('bucket_exif_reads_waiting', 'Requests that wait until they may read.', () => now.waiting),
    gauge('bucket_exif_reads_running', 'Requests that read.', () => now.running),
    gauge('bucket_exif_connections', 'Open connections.', () => now.connections),
    gauge('bucket_exif_workers', 'Processes that answer requests.', () => now.servers),
    ...processMetrics(),
  ];
  return {
    countJob(line) {
      now.jobs++;
      const view = text(line['view']);
      requests.add({ view, code: text(line['code']), status: text(line['status']) }, 1);
      seconds.observe({ view }, number(line['ms']) / 1000);
      if (line['cache'] !== null) cache.add({ use: text(line['cache']) }, 1);
      if (line['cacheProblem'] !== undefined) cacheFaults.add({}, 1);
      if (line['bucket'] === null) return;
      const bucket = text(line['bucket']);
      storeRequests.add({ bucket }, number(line['requests']));
      storeBytes.add({ bucket }, number(line['bytes']));
    },
    countReads: (admit) => async (request, read) => {
      let place: 'waiting' | 'running' = 'waiting';
      now.waiting++;
      try {
        return await admit(request, (sources) => {
          now.waiting--;
          now.running++;
          place = 'running';
          return read(sources);
        });
      } finally {
        now[place]--;
      }
    },
    countConnections(server) {
      now.servers++;
      server.on('connection', (socket) => {
        now.connections++;
        socket.once('close', () => now.connections--);
      });
      server.on('clientError', ({ code }: NodeJS.ErrnoException) => {
        if (code !== 'ECONNRESET') refused.add({ reason: refusalOf(code) }, 1);
      });
    },
    answer: ({ path }) => (path === '/-/metrics' ? metricsAnswer(exposition(metrics)) : null),
    jobs: () => now.jobs,
    list: metrics,
  };
}

/** The answer with a text of metrics. */
export function metricsAnswer(body: string): Answer {
  const headers = {
    'content-type': contentType,
    'content-length': String(new TextEncoder().encode(body).length),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
  };
  return { status: 200, headers, body };
}

function refusalOf(code: string | undefined): string {
  if (code === 'HPE_HEADER_OVERFLOW') return 'too-long';
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'too-slow' : 'not-http';
}

/** The usual metrics of a Node process, under the names that dashboards for prom-client know. */
function processMetrics(): readonly Metric[] {
  const startedAt = Math.round(Date.now() / 1000 - process.uptime());
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const lag = (): number => {
    const p99 = delay.percentile(99) / 1e9;
    delay.reset();
    return p99;
  };
  const cpuSeconds = (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
  const memory = (): NodeJS.MemoryUsage => process.memoryUsage();
  return [
    gauge('process_cpu_seconds_total', 'Processor time in seconds.', cpuSeconds, { type: 'counter' }),
    gauge('process_start_time_seconds', 'Start of the process, in seconds since 1970.', () => startedAt, {
      combine: 'least',
    }),
    gauge('process_resident_memory_bytes', 'Memory of the process.', () => memory().rss),
    gauge('nodejs_heap_size_used_bytes', 'Memory of JavaScript objects.', () => memory().heapUsed),
    gauge('nodejs_external_memory_bytes', 'Memory of buffers.', () => memory().external),
    gauge('nodejs_eventloop_lag_p99_seconds', 'Delay of the event loop since the last scrape, 99th percentile.', lag, {
      combine: 'greatest',
    }),
  ];
}

function text(value: unknown): string {
  return value === null ? 'none' : String(value);
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
