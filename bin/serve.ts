// `npm start`: the service on this machine, over the samples or over a bucket of the user's.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseLocation } from '../lib/bucket';
import type { JobDeps } from '../lib/job';
import { type ProblemCode, ProblemError } from '../lib/problem';
import type { Env } from '../lib/types';
import { type Config, processEnv, readConfig } from '../service/config/config';
import { unreadable } from '../service/config/setting';
import { startWarnings } from '../service/config/start-warnings';
import { withOwnPaths } from '../service/own-paths/own-paths';
import { jobDeps } from '../service/run';
import { isLoopback, onlyLocalNames } from '../service/server/local-names';
import { createHttpServer, stopServer } from '../service/server/server';
import { createServerRun } from '../service/server/server-run';
import { checkCacheFolder } from './serve/check-cache';
import { greeting, publicKeys } from './serve/greeting';
import { type LocalKey, localKey } from './serve/local-key';
import { watchRunner } from './serve/runner';

/** How it is started: by itself, or as `bucket-exif serve`. */
const program = require.main === module ? 'npm start --' : 'bucket-exif serve';

const usage = `bucket-exif: the EXIF of images in a bucket, GET /<ObjectKey>?exif

Usage: ${program} [options]

  --bucket LOCATION  what to serve (default: the samples of the project)
                       photos or /srv/photos       a folder
                       s3://name[?region=..&endpoint=..&style=path|virtual&credentials=none&payer=requester
                                 &events=name]
                       cos://name-appid?region=ap-guangzhou[&credentials=none&payer=requester]
  --cache LOCATION   where to keep what was read, or none (default: a folder below your cache folder)
  --public           answer everybody (default for the samples only)
  --host ADDRESS     address to listen on (default: 127.0.0.1)
  --port NUMBER      port to listen on, 0 for any free one (default: 9000)
  --try KEY          print a URL for this object, signed where that is needed; may be repeated
  --quiet            no log line for each request
  --no-check         do not ask the bucket for an object before listening
  --help             this text

Without --public, EXIF_PUBLIC and EXIF_KEYS (env:NAME, file:PATH, secretsmanager:NAME, ssm:NAME) a local address gets a
key of its own, and the printed URLs are signed; any other address does not start. See docs/auth.md. Of a folder a few
objects are tried, of other buckets those that --try names. Links that lead out of a folder are not followed.
Exit codes: 0 stopped, 1 it cannot serve, 2 wrong use or a wrong setting.
Credentials of s3:// and cos:// come from the environment or the usual AWS sources.
All other settings are environment variables: see "Settings" in README.md.
`;

type Options = Readonly<{
  bucket: string | undefined;
  cache: string | undefined;
  open: boolean;
  host: string;
  port: number;
  tried: readonly string[];
  quiet: boolean;
  check: boolean;
}>;

for (const stream of [process.stdout, process.stderr]) {
  // A reader that went away (`| head`) ends the output, not the program.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof ProblemError ? error.message : String((error as Error)?.stack ?? error)}\n`);
  process.exit(error instanceof ProblemError && error.code === 'ConfigInvalid' ? 2 : 1);
});

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === null) return void process.stdout.write(usage);
  const { env, key } = withAccess(withCache(withPageOn(settings(options)), options), options);
  const config = readConfig(env);
  const deps = jobDeps(withLocalNames(config, options.host));
  checkCacheFolder(config);
  for (const warning of startWarnings(config)) process.stderr.write(`Warning: ${warning}\n`);
  await checkKeys(config, deps);
  if (options.check) await checkBuckets(deps);
  const answers = createServerRun(options.quiet ? { ...deps, log: () => undefined } : deps);
  const run = withOwnPaths(answers, config, config.page ? publicKeys(config) : []);
  let isLocal = true;
  const server = createHttpServer(
    onlyLocalNames(run, deps, () => isLocal),
    { open: config.maxConnections },
  );
  server.once('error', (error: NodeJS.ErrnoException) => {
    process.stderr.write(`${listenProblem(error, options)}\n`);
    process.exit(1);
  });
  server.listen(options.port, options.host, () => {
    const { address, port } = server.address() as AddressInfo;
    isLocal = isLoopback(address);
    process.stderr.write(
      greeting(config, {
        address: options.host,
        port,
        key,
        tried: options.tried,
      }),
    );
  });
  const stop = (): void => stopServer(server, () => process.exit(0));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      process.stderr.write('Finishing open requests; press Ctrl-C again to stop now\n');
      stop();
    });
  }
  watchRunner(processEnv, () => {
    stop();
    setTimeout(() => process.exit(0), config.limits.totalMs).unref(); // nobody is there to press Ctrl-C again
  });
}

function readOptions(args: readonly string[]): Options | null {
  const { values } = parseOptions(args);
  if (values.help === true) return null;
  const port = values.port ?? '9000';
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw invalid('--port must be a whole number from 0 to 65535');
  if (values.host === '') throw invalid('--host is empty');
  return {
    bucket: values.bucket,
    cache: values.cache,
    open: values.public === true,
    host: values.host ?? '127.0.0.1',
    port: Number(port),
    tried: values.try ?? [],
    quiet: values.quiet === true,
    check: values['no-check'] !== true,
  };
}

function parseOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        bucket: { type: 'string' },
        cache: { type: 'string' },
        public: { type: 'boolean' },
        host: { type: 'string' },
        port: { type: 'string' },
        try: { type: 'string', multiple: true },
        quiet: { type: 'boolean' },
        'no-check': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw invalid(`${(error as Error).message.split('. ')[0]}; see ${program} --help`);
  }
}

/** The environment with what the command line says on top; the samples where neither names a bucket. */
function settings({ bucket }: Options): Env {
  if (bucket !== undefined) return { ...processEnv, EXIF_BUCKET: readable(toLocation(bucket)) };
  if (processEnv['EXIF_BUCKET'] || processEnv['EXIF_HOSTS']) return processEnv;
  const samples = samplesFolder();
  if (samples === null) return processEnv;
  const isSet = processEnv['EXIF_PUBLIC'] || processEnv['EXIF_KEYS'] || processEnv['EXIF_CALLERS'] === 'platform';
  return { ...processEnv, EXIF_BUCKET: `directory:${samples}`, ...(isSet ? {} : { EXIF_PUBLIC: '*' }) };
}

/** The page, and what it shows of the reads, unless the environment says something else of them. */
function withPageOn(env: Env): Env {
  return { EXIF_PAGE: '1', EXIF_SHOW_READS: '1', ...env };
}

/** `--cache`, EXIF_CACHE, or a folder of this user's for this bucket alone. */
function withCache(env: Env, { cache }: Options): Env {
  if (cache === '') throw invalid('--cache is empty');
  if (cache !== undefined) return { ...env, EXIF_CACHE: cache === 'none' ? cache : toLocation(cache) };
  return env['EXIF_CACHE'] ? env : { ...env, EXIF_CACHE: ownCache(env) };
}

/** Only for this user's eyes: it has in it what the images tell. Without a place for it there is no cache. */
function ownCache(env: Env): string {
  const buckets = createHash('sha256').update(JSON.stringify([env['EXIF_BUCKET'], env['EXIF_HOSTS']]));
  const base = env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const path = join(base, 'bucket-exif', buckets.digest('hex').slice(0, 16));
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return `directory:${path}`;
  } catch {
    return 'none';
  }
}

/** `--public`, and on a loopback address without other keys one of this machine's own. */
function withAccess(env: Env, { open, host }: Options): Readonly<{ env: Env; key: LocalKey | null }> {
  const settled = open ? { ...env, EXIF_PUBLIC: '*' } : env;
  const isSet = settled['EXIF_KEYS'] || settled['EXIF_CALLERS'] === 'platform';
  if (!isLoopback(host) || isSet) return { env: settled, key: null };
  const key = localKey();
  return { env: { ...settled, EXIF_KEYS: 'env:LOCAL_KEYS', LOCAL_KEYS: key.text }, key };
}

/** The names under which this machine is asked may be signed too. */
function withLocalNames(config: Config, address: string): Config {
  if (config.fallback === null) return config;
  const names = ['localhost', '127.0.0.1', '[::1]', address.includes(':') ? `[${address}]` : address];
  const { fallback } = config;
  return { ...config, hosts: new Map([...names.map((name) => [name, fallback] as const), ...config.hosts]) };
}

/** What has no scheme is a path, from where the user stands: npm itself goes to the folder of package.json. */
function toLocation(bucket: string): string {
  if (bucket === '') throw invalid('--bucket is empty');
  if (/^[a-z0-9]+:/.test(bucket)) return bucket;
  return `directory:${resolve(processEnv['INIT_CWD'] ?? '.', bucket)}`;
}

/** A location that can be read; otherwise the option is to blame, not the setting that it becomes. */
function readable(bucket: string): string {
  try {
    parseLocation(bucket);
    return bucket;
  } catch (cause) {
    throw unreadable('--bucket', cause);
  }
}

function samplesFolder(): string | null {
  return (
    [join(__dirname, '..', 'samples'), join(__dirname, '..', '..', 'samples')].find((path) =>
      existsSync(join(path, 'gps.jpg')),
    ) ?? null
  );
}

/** Reads the keys: bad ones end the start; a service that is down is asked again by the first signed request. */
async function checkKeys({ auth }: Config, { access }: JobDeps): Promise<void> {
  try {
    await access.keys();
  } catch (error) {
    const isAway = error instanceof ProblemError && error.code === 'KeysUnavailable';
    if (!isAway || !/^(secretsmanager|ssm):/.test(auth.keys ?? '')) throw error;
    process.stderr.write(`${error.message}; signed requests get 503 until they are there\n`);
  }
}

/** Asks each bucket for an object that is not there: a missing folder or bucket, or wrong credentials, show now. */
async function checkBuckets({ buckets }: JobDeps): Promise<void> {
  for (const [place, bucket] of buckets) {
    const patience = setTimeout(() => process.stderr.write(`Checking ${place} ...\n`), 1000);
    const ref = { bucketId: place, bucket: place, key: 'bucket-exif-start-check' };
    try {
      await bucket.fetch(ref, { start: 0, end: 1 }, null, AbortSignal.timeout(15_000));
    } catch (error) {
      const code = error instanceof ProblemError ? error.code : 'InternalError';
      if (code === 'AccessDenied')
        process.stderr.write(`${place} refuses to say whether an object is there: reads may fail\n`);
      else if (!['NoSuchKey', 'EmptyObject'].includes(code)) throw notUsable(place, code, error);
    } finally {
      clearTimeout(patience);
    }
  }
}

function notUsable(place: string, code: ProblemCode, error: unknown): ProblemError {
  const reason = error instanceof Error ? error.message.replace(/^Cannot read "[^"]*"( at 0)?: /, '') : code;
  const advice = place.startsWith('directory:')
    ? ''
    : '; check its name, endpoint, region and keys, and the proxy if one is set (--no-check starts anyway)';
  return new ProblemError(code, `Cannot use ${place}: ${reason}${advice}`, { cause: error });
}

function listenProblem(error: NodeJS.ErrnoException, { host, port }: Options): string {
  if (error.code === 'EADDRINUSE') return `Port ${port} of ${host} is in use: choose another with --port`;
  if (error.code === 'EACCES') return `Port ${port} of ${host} needs more rights: choose one above 1023 with --port`;
  if (error.code === 'EADDRNOTAVAIL') return `${host} is not an address of this machine: choose another with --host`;
  return `Cannot listen on ${host}:${port}: ${error.message}`;
}

function invalid(message: string): ProblemError {
  return new ProblemError('ConfigInvalid', message);
}
