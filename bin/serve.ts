// `npm start` and `bucket-exif serve`: the service on this machine, for the samples or for a bucket of the user.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseLocation } from '../lib/bucket';
import { parseCacheLocation } from '../lib/cache';
import type { JobDeps } from '../lib/job';
import { type ProblemCode, ProblemError } from '../lib/problem';
import type { Env } from '../lib/types';
import { checkCacheFolder } from '../service/cache-folder';
import { type Config, processEnv, readConfig } from '../service/config/config';
import { locationOf } from '../service/config/setting';
import { startWarnings } from '../service/config/start-warnings';
import { jobDeps, withSpans } from '../service/job-runner';
import { withOwnPaths } from '../service/own-paths/own-paths';
import { listen, stopOnSignals } from '../service/server/listen';
import { isLoopback } from '../service/server/local-names';
import { endProcess, serveWithoutLog } from '../service/server/output';
import { joinWorkers, leadWorkers } from '../service/server/processes';
import { stopServer } from '../service/server/server';
import { countingJobs, createServerRun, joiningLines, serverMetricsOf } from '../service/server/server-run';
import { whole, withMemoryShare } from '../service/server/shares';
import { type DemoFolder, demoFolder } from './serve/demo-folder';
import { docsAnswers } from './serve/docs-pages';
import { canList, withFolderList } from './serve/folder-list';
import { greeting, publicKeys } from './serve/greeting';
import { type LocalKey, localKey } from './serve/local-key';
import { readServeOptions, type ServeOptions, usage } from './serve/options';
import { watchParentProcess } from './serve/parent-process';
import { errorText, namingOptions, toCacheText, toLocationText, userFolder, wrongUse } from './terminal/command-line';

/** The command with which the user started this program. */
const program = require.main === module ? 'npm start --' : 'bucket-exif serve';

/** The variable with which workers get the secret of the local key. */
const keyName = 'BUCKET_EXIF_LOCAL_SECRET';

serveWithoutLog();
/** Null unless this process is a worker of another one. */
const worker = joinWorkers(processEnv);
main().catch((error: unknown) =>
  end(errorText(error), error instanceof ProblemError && error.code === 'ConfigInvalid' ? 2 : 1),
);

/** Ends this process with a message for the user. */
function end(text: string, exitCode: number): void {
  if (worker !== null) return worker.fail(text, exitCode);
  process.stderr.write(`${text}\n`);
  process.exit(exitCode);
}

async function main(): Promise<void> {
  const options = readServeOptions(process.argv.slice(2), program);
  if (options === null) return void process.stdout.write(usage(program));
  const offer = samplesToServe(options);
  const base = withCache(withPageOn(settings(options, offer)), options);
  const { env, key } = withAccess(base, options);
  const optionOf = {
    ...(options.bucket === undefined ? {} : { EXIF_BUCKET: '--bucket' }),
    ...(options.cache === undefined ? {} : { EXIF_CACHE: '--cache' }),
  };
  const config = withMemoryShare(
    namingOptions(optionOf, () => readConfig(env)),
    worker?.place ?? whole,
  );
  const metrics = serverMetricsOf(config);
  const quiet = options.quiet ? { isLogged: () => false } : {};
  const jobs = { ...jobDeps(withLocalNames(config, options.host)), ...quiet };
  const deps = countingJobs(joiningLines(jobs), metrics);
  const { host, port, tried } = options;
  const listeners = {
    opened: (actual: number) =>
      process.stderr.write(
        greeting(config, { address: host, port: actual, key, tried, problem: offer?.problem ?? null }),
      ),
    failed: (error: NodeJS.ErrnoException) => end(listenProblem(error, options), 1),
  };
  const stopping = (): void => void process.stderr.write('Finishing open requests; press Ctrl-C again to stop now\n');
  if (worker === null) await prepare(config, deps, options);
  if (worker === null && config.workers > 1) {
    const args = [...(require.main === module ? [] : ['serve']), ...process.argv.slice(2)];
    const own = { ...base, ...(key === null ? {} : { [keyName]: key.secret }) };
    const workers = leadWorkers(config, metrics, { host, port, args, env: own, stopping, ...listeners });
    return watchParent(workers.stop, config);
  }
  const site = { keys: config.page ? publicKeys(config) : [], list: canList(config, host) };
  const docs = config.page ? docsAnswers(besideSource('docs')) : null;
  const objects = withSpans(createServerRun(deps, { metrics, part: worker?.place }), config);
  const listed = site.list ? withFolderList(objects, config, deps, key) : objects;
  const answer = worker?.share(metrics) ?? metrics?.answer;
  const run = withOwnPaths(listed, config, { site, metrics: answer, docs });
  const at = {
    host,
    port: worker?.place.port ?? port,
    connections: config.maxConnections,
    part: worker?.place ?? whole,
  };
  const server = listen(run, deps, at, worker === null ? listeners : { ...listeners, opened: () => undefined });
  metrics?.countConnections(server);
  if (worker !== null) return worker.stopWith(server);
  stopOnSignals(server, stopping);
  watchParent(() => stopServer(server, () => endProcess(0)), config);
}

/** Finds at the start what would make the server useless. */
async function prepare(config: Config, deps: JobDeps, { check }: ServeOptions): Promise<void> {
  checkCacheFolder(config);
  for (const warning of startWarnings(config, true)) process.stderr.write(`Warning: ${warning}\n`);
  await readKeys(config, deps);
  if (check) await checkBuckets(deps);
}

/** Stops when the npm that started this process has ended. There is no user then who could press Ctrl-C again. */
function watchParent(stop: () => void, { limits }: Config): void {
  watchParentProcess(processEnv, () => {
    stop();
    setTimeout(() => process.exit(0), limits.totalMs).unref();
  });
}

/** The folder with samples; null when the user names a bucket. */
function samplesToServe({ bucket }: ServeOptions): DemoFolder | null {
  if (bucket !== undefined || processEnv['EXIF_BUCKET'] || processEnv['EXIF_HOSTS']) return null;
  const samples = samplesFolder();
  return samples === null ? null : demoFolder(samples, cacheOfUser(processEnv));
}

/** The environment, with --bucket in place of EXIF_BUCKET. Without any bucket: the samples, which are public. */
function settings({ bucket }: ServeOptions, samples: DemoFolder | null): Env {
  if (bucket !== undefined)
    return { ...processEnv, EXIF_BUCKET: locationText('--bucket', bucket, toLocationText, parseLocation) };
  if (samples === null) return processEnv;
  const isSet = processEnv['EXIF_PUBLIC'] || processEnv['EXIF_KEYS'] || processEnv['EXIF_CALLERS'] === 'platform';
  return { ...processEnv, EXIF_BUCKET: `directory:${samples.path}`, ...(isSet ? {} : { EXIF_PUBLIC: '*' }) };
}

/** Turns on the page, the numbers and the description that it shows, and batches, unless the environment sets them. */
function withPageOn(env: Env): Env {
  return { EXIF_PAGE: '1', EXIF_SHOW_READS: '1', EXIF_OPENAPI: '1', EXIF_BATCH: '1', ...env };
}

/** Sets the cache: `--cache`, otherwise EXIF_CACHE, otherwise a folder of this user for this bucket. */
function withCache(env: Env, { cache }: ServeOptions): Env {
  if (cache !== undefined)
    return { ...env, EXIF_CACHE: locationText('--cache', cache, toCacheText, parseCacheLocation) };
  return env['EXIF_CACHE'] ? env : { ...env, EXIF_CACHE: ownCache(env) };
}

/**
 * Only this user can read the folder, because it has the EXIF of the images. If no such folder can be made, there is no cache.
 */
function ownCache(env: Env): string {
  const buckets = createHash('sha256').update(JSON.stringify([env['EXIF_BUCKET'], env['EXIF_HOSTS']]));
  const path = join(cacheOfUser(env), buckets.digest('hex').slice(0, 16));
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return `directory:${path}`;
  } catch {
    return 'none';
  }
}

/** The folder in which this program may keep files for the user [XDG Base Directory Specification]. */
function cacheOfUser(env: Env): string {
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'bucket-exif');
}

/** Applies `--public`. On a loopback address without other keys it adds a key for this machine. */
function withAccess(env: Env, { open, host }: ServeOptions): Readonly<{ env: Env; key: LocalKey | null }> {
  const settled = open ? { ...env, EXIF_PUBLIC: '*' } : env;
  const isSet = settled['EXIF_KEYS'] || settled['EXIF_CALLERS'] === 'platform';
  if (!isLoopback(host) || isSet) return { env: settled, key: null };
  const key = localKey(worker === null ? undefined : env[keyName]);
  return { env: { ...settled, EXIF_KEYS: 'env:LOCAL_KEYS', LOCAL_KEYS: key.text }, key };
}

/** Accepts signatures for the names of this machine, too. */
function withLocalNames(config: Config, address: string): Config {
  if (config.fallback === null) return config;
  const names = ['localhost', '127.0.0.1', '[::1]', address.includes(':') ? `[${address}]` : address];
  const { fallback } = config;
  return { ...config, hosts: new Map([...names.map((name) => [name, fallback] as const), ...config.hosts]) };
}

/**
 * The location in an option, in the form of a setting as `toText` writes it. It is checked here, so that errors name the option
 * and not the setting.
 */
function locationText(
  option: string,
  text: string,
  toText: typeof toLocationText,
  parse: (text: string) => unknown,
): string {
  if (text === '') throw wrongUse(`${option} is empty: name a location, see ${program} --help`);
  const location = toText(text, userFolder(processEnv));
  locationOf(option, location, parse);
  return location;
}

function samplesFolder(): string | null {
  return besideSource('samples').find((path) => existsSync(join(path, 'gps.jpg'))) ?? null;
}

/** Where a folder of the project is: seen from this file, and from this file when it is compiled. */
function besideSource(name: string): readonly string[] {
  return [join(__dirname, '..', name), join(__dirname, '..', '..', name)];
}

/** Reads the keys: wrong ones end the start. When their service cannot be reached, the first signed request tries again. */
async function readKeys({ auth }: Config, { access }: JobDeps): Promise<void> {
  try {
    await access.keys();
  } catch (error) {
    const isAway = error instanceof ProblemError && error.code === 'KeysUnavailable';
    if (!isAway || !['secretsmanager', 'ssm'].includes(auth.keys?.kind ?? '')) throw error;
    process.stderr.write(`Warning: ${error.message}; signed requests get status 503 until the keys can be read\n`);
  }
}

/** Reads an object that does not exist from each bucket. So a missing bucket and wrong credentials are found at the start. */
async function checkBuckets({ buckets }: JobDeps): Promise<void> {
  for (const [place, bucket] of buckets) {
    const slow = setTimeout(() => process.stderr.write(`Checking ${place} ...\n`), 1000);
    const ref = { bucketId: place, bucket: place, key: 'bucket-exif-start-check' };
    try {
      await bucket.fetch(ref, { start: 0, end: 1 }, null, AbortSignal.timeout(15_000));
    } catch (error) {
      const code = error instanceof ProblemError ? error.code : 'InternalError';
      if (code === 'AccessDenied')
        process.stderr.write(
          `Warning: ${place} denies access to an object that does not exist, so it may deny all reads: check its permissions\n`,
        );
      else if (!['NoSuchKey', 'EmptyObject'].includes(code)) throw notUsable(place, code, error);
    } finally {
      clearTimeout(slow);
    }
  }
}

function notUsable(place: string, code: ProblemCode, error: unknown): ProblemError {
  const reason = error instanceof Error ? error.message.replace(/^Cannot read "[^"]*"( at 0)?: /, '') : code;
  const advice = place.startsWith('directory:')
    ? ''
    : '; check its name, endpoint, region and credentials, and the proxy if one is set (--no-check starts anyway)';
  return new ProblemError(code, `Cannot use ${place}: ${reason}${advice}`, { cause: error });
}

function listenProblem(error: NodeJS.ErrnoException, { host, port }: ServeOptions): string {
  if (error.code === 'EADDRINUSE') return `Port ${port} of ${host} is in use: choose another with --port`;
  if (error.code === 'EACCES')
    return `Port ${port} of ${host} is reserved for programs with special rights: choose a port above 1023 with --port`;
  if (error.code === 'EADDRNOTAVAIL') return `${host} is not an address of this machine: choose another with --host`;
  return `Cannot listen on ${host}:${port}: ${error.message}`;
}
