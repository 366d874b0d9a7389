// A hit in the cache in memory, compared with a bare node:http server that sends the same bytes and headers.
import { get } from 'node:http';
import { loadavg } from 'node:os';
import { sign as signAws } from 'aws4';
import { cosSignature, type SigningInput } from '../../testing/auth/signer';
import { median } from '../../testing/program/median';
import { formatTable } from '../../testing/program/table';
import {
  bareCommand,
  type Command,
  containerCommand,
  launchServer,
  type RunningServer,
  serveCommand,
} from '../../testing/servers/started-server';
import { load } from './autocannon';
import type { BareAnswer } from './bare-server';
import { type Cores, onCore, twoCores } from './cores';

const connections = 32;
const path = '/gps.jpg?exif';
const key = { id: 'AKIDBENCH', secret: 'a secret for the benches only' };
/** Seconds for which a header of COS is valid: longer than a run. */
const lifetime = 3600;

type Headers = Readonly<Record<string, string>>;
/** `bare`: the bare server that sends the same. `least`: the ratio to reach; null = for information. */
type Contestant = Readonly<{
  name: string;
  server: RunningServer;
  headers: (host: string, etag: string) => Headers;
  bare: 'full' | 'unchanged';
  least: number | null;
}>;

type Measured = Readonly<{ perSecond: number; cpuMicros: number; p99: number; failed: number }>;

/** Prints requests a second and CPU of each kind of hit, and their ratio to a bare server. */
export async function benchHit({ quick, samples }: Readonly<{ quick: boolean; samples: string }>): Promise<void> {
  const cores = twoCores();
  const servers: RunningServer[] = [];
  const start = async (command: Command, env: Headers, hasLog: boolean): Promise<RunningServer> => {
    const server = await launchServer({ command, env, hasLog, wrap: wrapOf(cores) });
    servers.push(server);
    return server;
  };
  try {
    const contestants = await startAll(start, samples);
    const results = await measureInTurn(contestants, cores, quick ? 3 : 9, quick ? 1 : 3);
    print(contestants, results, cores);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/** The words before the command of a server. */
export function wrapOf({ server }: Cores): readonly string[] {
  return onCore(server, ['node']).slice(0, -1);
}

/** The settings of a server over `folder` whose answers come from the cache in memory. */
export function hitSettings(folder: string): Headers {
  return {
    EXIF_BUCKET: `directory:${folder}`,
    EXIF_HOSTS: `127.0.0.1=directory:${folder}`, // a signature needs a host name that leads to the bucket
    EXIF_CACHE: 'memory:',
    EXIF_PUBLIC: '*',
    EXIF_KEYS: 'env:BENCH_KEYS',
    BENCH_KEYS: JSON.stringify({ [key.id]: key.secret }),
    EXIF_LOG_FORMAT: 'json',
    HOST: '127.0.0.1',
    PORT: '0',
  };
}

type Start = (command: Command, env: Headers, hasLog: boolean) => Promise<RunningServer>;

async function startAll(start: Start, folder: string): Promise<readonly Contestant[]> {
  const settings = hitSettings(folder);
  const fresh = { ...settings, EXIF_FRESHNESS: '60' };
  const quiet: Command = [...serveCommand, '--quiet'];
  const verifying = await start(containerCommand, settings, true);
  const full = await answerOf(verifying.origin, {});
  const unchanged = await answerOf(verifying.origin, { 'if-none-match': full.headers['etag'] ?? '' });
  const bare = (answer: BareAnswer) => start([...bareCommand, JSON.stringify(answer)], {}, false);
  const contestant = (
    name: string,
    server: RunningServer,
    bare: Contestant['bare'] = 'full',
    least: number | null = null,
  ): Contestant => ({ name, server, headers: () => ({}), bare, least });
  const unlogged = { EXIF_LOG: 'warn' };
  const verified = [
    contestant('bare, 200', await bare(full)),
    contestant('bare, 304', await bare(unchanged), 'unchanged'),
    contestant('container, verify', verifying, 'full', 0.2),
    contestant('npm start --quiet, verify', await start(quiet, settings, false), 'full', 0.2),
    contestant('npm start, verify, EXIF_LOG=warn', await start(serveCommand, { ...settings, ...unlogged }, true)),
    { ...contestant('container, verify, 304', verifying, 'unchanged'), headers: conditional },
  ];
  const freshness = await start(containerCommand, fresh, true).catch((error: unknown) => console.log(`${error}`));
  if (freshness === undefined) return verified;
  return [
    ...verified,
    contestant('container, EXIF_FRESHNESS=60', freshness, 'full', 0.4),
    contestant('npm start --quiet, EXIF_FRESHNESS=60', await start(quiet, fresh, false), 'full', 0.4),
    contestant('npm start, FRESHNESS, EXIF_LOG=warn', await start(serveCommand, { ...fresh, ...unlogged }, true)),
    { ...contestant('container, FRESHNESS, 304', freshness, 'unchanged'), headers: conditional },
    { ...contestant('container, FRESHNESS, signed for COS', freshness), headers: cosHeaders },
    { ...contestant('container, FRESHNESS, signed by SigV4', freshness), headers: awsHeaders },
  ];
}

function conditional(_: string, etag: string): Headers {
  return { 'if-none-match': etag };
}

/** The answer as a bare server can send it: without what node:http adds itself. */
function answerOf(origin: string, headers: Headers): Promise<BareAnswer> {
  return new Promise((resolve, reject) => {
    const ask = get(`${origin}${path}`, { headers }, (reply) => {
      const added = ['date', 'connection', 'keep-alive'];
      const own = Object.entries(reply.headers).filter(([name]) => !added.includes(name));
      let body = '';
      reply.setEncoding('utf8').on('data', (part: string) => {
        body += part;
      });
      reply.on('end', () =>
        resolve({ status: reply.statusCode ?? 0, headers: Object.fromEntries(own) as Headers, body }),
      );
    });
    ask.once('error', reject);
  });
}

function cosHeaders(host: string): Headers {
  const start = Math.floor(Date.now() / 1000);
  const time = `${start};${start + lifetime}`;
  const input: SigningInput = {
    method: 'GET',
    key: 'gps.jpg',
    params: [['exif', '']],
    headers: [['host', host]],
  };
  const stamp = { algorithm: 'sha1', signTime: time, keyTime: time };
  const members = {
    'q-sign-algorithm': 'sha1',
    'q-ak': key.id,
    'q-sign-time': time,
    'q-key-time': time,
    'q-header-list': 'host',
    'q-url-param-list': 'exif',
    'q-signature': cosSignature(input, stamp, key.secret),
  };
  return {
    authorization: Object.entries(members)
      .map(([name, value]) => `${name}=${value}`)
      .join('&'),
  };
}

/** The headers of a request for the image, signed by SigV4 with a key of `hitSettings`. */
export function awsHeaders(host: string): Headers {
  const given = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
  const asked = { host, path, service: 's3', region: 'us-east-1', headers: given };
  const signed = signAws(asked, { accessKeyId: key.id, secretAccessKey: key.secret });
  return Object.fromEntries(
    Object.entries(signed.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}

/** Each contestant once in each round; the first round is not counted. */
async function measureInTurn(
  contestants: readonly Contestant[],
  cores: Cores,
  rounds: number,
  seconds: number,
): Promise<readonly (readonly Measured[])[]> {
  const results = contestants.map((): Measured[] => []);
  const [full] = contestants;
  const { headers } = await answerOf(full?.server.origin ?? '', {});
  for (let round = 0; round <= rounds; round++) {
    for (const [at, contestant] of contestants.entries()) {
      const measured = await measureOnce(contestant, headers['etag'] ?? '', cores, round === 0 ? 1 : seconds);
      if (round > 0) results[at]?.push(measured);
    }
  }
  return results;
}

async function measureOnce(
  { name, server, headers, bare }: Contestant,
  etag: string,
  cores: Cores,
  seconds: number,
): Promise<Measured> {
  const { origin } = server;
  const sent = headers(new URL(origin).host, etag);
  const expected = bare === 'full' ? 200 : 304;
  const { status } = name.startsWith('bare') ? { status: expected } : await answerOf(origin, sent);
  if (status !== expected) throw new Error(`${name}: the answer is ${status}, not ${expected}`);
  const before = server.cpuMs() ?? Number.NaN;
  const { perSecond, total, p99, failed } = await load(
    { origin, paths: [path], headers: sent, connections, seconds },
    cores.load,
  );
  const cpu = (server.cpuMs() ?? Number.NaN) - before;
  return { perSecond, cpuMicros: (1000 * cpu) / total, p99, failed };
}

function print(contestants: readonly Contestant[], results: readonly (readonly Measured[])[], cores: Cores): void {
  const middle = (at: number, value: (measured: Measured) => number): number => median((results[at] ?? []).map(value));
  const rows = contestants.map(({ name, bare, least }, at) => {
    const yardstick = contestants.findIndex((other) => other.name === (bare === 'full' ? 'bare, 200' : 'bare, 304'));
    const perSecond = middle(at, (measured) => measured.perSecond);
    const cpu = middle(at, (measured) => measured.cpuMicros);
    return [
      name,
      perSecond.toFixed(0),
      (perSecond / middle(yardstick, (measured) => measured.perSecond)).toFixed(2),
      least === null ? '-' : `>= ${least.toFixed(2)}`,
      cpu.toFixed(1),
      (cpu / middle(yardstick, (measured) => measured.cpuMicros)).toFixed(2),
      middle(at, (measured) => measured.p99).toFixed(0),
      String(results[at]?.reduce((sum, { failed }) => sum + failed, 0)),
    ];
  });
  const where =
    cores.server === null ? 'not bound to cores' : `server on core ${cores.server}, load on core ${cores.load}`;
  console.log(`A hit in the cache in memory, ${connections} connections, ${where}; load ${loadavg()[0]?.toFixed(1)}`);
  console.log('The log of the container is JSON into a pipe that this program reads. Medians of alternating runs.');
  console.log('"Of bare": compared with the bare server that sends the same answer.');
  const head = ['', 'requests/s', 'of bare', 'to reach', 'CPU us', 'of bare', 'p99 ms', 'failed'];
  console.log(`${formatTable([head, ...rows])}\n`);
}
