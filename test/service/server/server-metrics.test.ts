// `/-/metrics` of a real server, read by a strict parser. Every count is exact.
import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { runJob } from '../../../lib/job';
import { withOwnPaths } from '../../../service/own-paths/own-paths';
import { listen } from '../../../service/server/listen';
import type { ServerMetrics } from '../../../service/server/server-metrics';
import { countingJobs, createServerRun, serverMetricsOf } from '../../../service/server/server-run';
import { spyCache } from '../../../testing/fakes/spy-cache';
import { conditional, job, world } from '../../lib/job-world';

let server: Server;
let port = 0;
/** Set while the store must not answer. */
let held: Promise<void> | null = null;

beforeEach(async () => {
  held = null;
  const { deps } = world(async (...args) => {
    await held;
    return conditional(...args);
  });
  const metrics = serverMetricsOf({ metrics: 'prometheus' });
  const counting = countingJobs({ ...deps, cache: spyCache().cache }, metrics);
  const paths = { page: false, health: false, openapi: false };
  const run = withOwnPaths(createServerRun(counting, { metrics }), paths, { metrics: metrics?.answer });
  const failed = (error: Error): never => {
    throw error;
  };
  const address = { host: '127.0.0.1', port: 0, connections: 10 };
  server = listen(run, counting, address, { opened: () => undefined, failed });
  metrics?.countConnections(server);
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterEach(() => {
  server.close();
});

/** Sends one request on a new connection, and returns the whole reply. */
async function send(target: string, method = 'GET', host = 'localhost'): Promise<string> {
  return sendRaw(`${method} ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
}

function sendRaw(bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  return textOf(socket);
}

const sample = /^([a-z_0-9]+(?:\{[a-z]+="[^"\\\n]*"(?:,[a-z]+="[^"\\\n]*")*\})?) (\d+(?:\.\d+)?(?:e-\d+)?)$/;

/** The value of each sample. Throws for a line that is not in the format, a metric without header, and a repeated sample. */
function parse(body: string): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  let type: readonly string[] = [];
  for (const line of body.split('\n').filter((one) => one !== '')) {
    const header = /^# (HELP|TYPE) ([a-z_0-9]+) (.+)$/.exec(line);
    if (header !== null) {
      type = [header[2] ?? '', header[3] ?? ''];
      continue;
    }
    const [, name = '', value] = sample.exec(line) ?? [];
    const family = name.replace(/\{.*$/, '').replace(/_(bucket|sum|count)$/, type[1] === 'histogram' ? '' : '_$1');
    if (family !== type[0] || values.has(name)) throw new Error(`not a sample of its metric: ${line}`);
    values.set(name, Number(value));
  }
  return values;
}

async function scrape(): Promise<ReadonlyMap<string, number>> {
  const [head = '', body = ''] = (await send('/-/metrics')).split('\r\n\r\n');
  expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(head).toContain('\r\ncontent-type: text/plain; version=0.0.4; charset=utf-8\r\n');
  return parse(body);
}

/** The samples of the service whose value depends on requests, without times. */
function counted(values: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  const isCount = (name: string): boolean =>
    name.startsWith('bucket_exif_') && !/_bucket\{(?!le="\+Inf")|_sum|_connections|_reads_|_workers/.test(name);
  return Object.fromEntries([...values].filter(([name]) => isCount(name)));
}

test('a new server has counted nothing; what it reports about its process is there', async () => {
  const values = await scrape();
  expect(counted(values)).toEqual({});
  expect(values.get('bucket_exif_connections')).toBe(1);
  for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'nodejs_heap_size_used_bytes'])
    expect(values.get(name)).toBeGreaterThan(0);
  expect(values.get('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
});

test('requests are counted by view, code and status, with what they read', async () => {
  await send('/a.png?exif');
  await send('/a.png?exif');
  await send('/b.png?exif/style/flat/only/Make', 'HEAD');
  await send('/a.png?none/one');
  await send('/a.png?exif', 'POST');
  await send('/a.png?exif', 'GET', 'evil.example');
  await scrape();
  const view = (name: string, code: string, status: number): string =>
    `bucket_exif_requests_total{view="${name}",code="${code}",status="${status}"}`;
  expect(counted(await scrape())).toEqual({
    [view('cos', 'OK', 200)]: 2,
    [view('flat/only', 'OK', 200)]: 1,
    [view('none', 'OperationUnknown', 400)]: 1,
    [view('none', 'MethodNotAllowed', 405)]: 1,
    [view('none', 'AccessDenied', 403)]: 1,
    'bucket_exif_request_seconds_bucket{le="+Inf",view="cos"}': 2,
    'bucket_exif_request_seconds_bucket{le="+Inf",view="flat/only"}': 1,
    'bucket_exif_request_seconds_bucket{le="+Inf",view="none"}': 3,
    'bucket_exif_request_seconds_count{view="cos"}': 2,
    'bucket_exif_request_seconds_count{view="flat/only"}': 1,
    'bucket_exif_request_seconds_count{view="none"}': 3,
    'bucket_exif_store_requests_total{bucket="photos"}': 3,
    'bucket_exif_store_bytes_total{bucket="photos"}': 90,
    'bucket_exif_cache_total{use="miss"}': 2,
    'bucket_exif_cache_total{use="hit"}': 1,
  });
});

test('reads that run are seen while they run', async () => {
  let release = (): void => undefined;
  held = new Promise((resolve) => {
    release = resolve;
  });
  const replies = [send('/a.png?exif'), send('/b.png?exif')];
  let values = await scrape();
  while ((values.get('bucket_exif_reads_running') ?? 0) < 2) values = await scrape();
  expect(values.get('bucket_exif_reads_waiting')).toBe(0);
  expect(values.get('bucket_exif_connections')).toBe(3);
  release();
  await Promise.all(replies);
  expect((await scrape()).get('bucket_exif_reads_running')).toBe(0);
});

test('bytes that are not HTTP are counted by the reason', async () => {
  await sendRaw('nonsense\r\n\r\n');
  await sendRaw(`GET /a HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
  expect(counted(await scrape())).toEqual({
    'bucket_exif_refused_total{reason="not-http"}': 1,
    'bucket_exif_refused_total{reason="too-long"}': 1,
  });
});

test.each([
  ['/-/metrics?exif', 'GET', 'localhost', 200],
  ['/-/metrics', 'POST', 'localhost', 405],
  ['/-/metrics/', 'GET', 'localhost', 400],
  ['/-/metrics', 'GET', 'evil.example', 403],
])('%s by %s for the host %s is not for the metrics: %i', async (target, method, host, status) => {
  const reply = await send(target, method, host);
  expect(reply).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(reply).not.toContain('bucket_exif_');
});

test('HEAD has the headers only', async () => {
  const [head = '', body] = (await send('/-/metrics', 'HEAD')).split('\r\n\r\n');
  expect(head).toMatch(/content-length: \d{3,}/);
  expect(body).toBe('');
});

test('without the setting there are no metrics', () => {
  expect(serverMetricsOf({ metrics: null })).toBeNull();
  expect(serverMetricsOf({ metrics: 'emf' })).toBeNull();
});

test('jobs are counted whose line the log hides, and only lines that it shows are written', async () => {
  const { deps, lines } = world();
  const countJob = jest.fn();
  const metrics = { ...serverMetricsOf({ metrics: 'prometheus' }), countJob } as unknown as ServerMetrics;
  const counting = countingJobs({ ...deps, isLogged: (level) => level === 'error' }, metrics);
  await runJob(job('/a.png'), counting, null);
  await runJob(job('/a.png'), { ...counting, buckets: new Map() }, null);
  expect(countJob.mock.calls).toMatchObject([[{ level: 'info' }], [{ level: 'error' }]]);
  expect(lines).toMatchObject([{ level: 'error' }]);
});
