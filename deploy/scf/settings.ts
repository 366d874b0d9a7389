// The environment of the functions: the EXIF_* settings of this one, checked as the functions will check them.

import { ProblemError } from '../../lib/problem';
import type { Env } from '../../lib/types';
import { type Config, readConfig } from '../../service/config/config';
import type { DeployOptions } from './options';
import { UsageError } from './usage';

export type Settings = Readonly<{
  variables: ReadonlyMap<string, string>;
  /** Who checks the callers of the URL: CAM, or nobody before the function itself. */
  urlAuth: 'CAM' | 'NONE';
  /** The bucket whose uploads are followed; null = none are. */
  watched: string | null;
}>;

/** Bytes of all variables of a function [SCF quotas]. */
const maxBytes = 4096;
/** Milliseconds that a request may take beyond EXIF_TOTAL_MS: the answer has to be sent too. */
const spareMs = 500;

/** Reads them; throws UsageError for the first that is wrong. No message holds a value that may be secret. */
export function readSettings(options: DeployOptions, env: Env): Settings {
  const variables = collect(options, env);
  const config = check(variables);
  checkPlaces(config);
  checkKeys(config, variables, env);
  if (config.limits.totalMs + spareMs > options.timeout * 1000) {
    throw new UsageError(
      `--timeout ${options.timeout} ends a request before EXIF_TOTAL_MS (${config.limits.totalMs}) does`,
    );
  }
  const bytes = [...variables].reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), 0);
  if (bytes > maxBytes) throw new UsageError(`The settings have ${bytes} bytes, SCF takes ${maxBytes}`);
  return {
    variables: new Map([...variables].sort(([a], [b]) => (a < b ? -1 : 1))),
    urlAuth: config.auth.callers === 'platform' ? 'CAM' : 'NONE',
    watched: options.eventFunction === null ? null : watchedBucket(config, options),
  };
}

function collect({ bucket, region, prefix, eventFunction }: DeployOptions, env: Env): Map<string, string> {
  const variables = new Map<string, string>();
  for (const [name, value] of Object.entries(env)) {
    if (name.startsWith('EXIF_') && value !== undefined && value !== '') variables.set(name, value);
  }
  if (bucket !== null) {
    const location = `cos://${bucket}?region=${region}`;
    if ((variables.get('EXIF_BUCKET') ?? location) !== location)
      throw new UsageError('--bucket and EXIF_BUCKET name different buckets: give one of them');
    variables.set('EXIF_BUCKET', location);
  }
  if (prefix !== '' && eventFunction === null) throw new UsageError('--prefix is for --event-function');
  // What no event tells of must not be trusted either.
  if (prefix !== '' && !variables.has('EXIF_WATCH')) variables.set('EXIF_WATCH', `${prefix}*`);
  return variables;
}

function check(variables: ReadonlyMap<string, string>): Config {
  try {
    return readConfig(Object.fromEntries(variables));
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'ConfigInvalid') throw new UsageError(error.message);
    throw error;
  }
}

/** Folders of this machine are not there. */
function checkPlaces(config: Config): void {
  const places = [...config.hosts.values(), ...(config.fallback === null ? [] : [config.fallback])];
  const folder = places.find(({ location }) => location.kind === 'directory');
  if (folder !== undefined) throw new UsageError(`${folder.text} is a folder of this machine: name a bucket`);
  const { location } = config.cache;
  if (location?.kind === 'directory' && !location.path.startsWith('/tmp/'))
    throw new UsageError('EXIF_CACHE is a folder: a function can write below /tmp only');
}

/** Keys in a variable go along; a file would not. */
function checkKeys({ auth }: Config, variables: Map<string, string>, env: Env): void {
  const [, kind, name = ''] = /^(env|file):(.*)$/s.exec(auth.keys ?? '') ?? [];
  if (kind === 'file') throw new UsageError('EXIF_KEYS names a file of this machine: use EXIF_KEYS=env:NAME');
  if (kind !== 'env') return;
  const keys = env[name];
  if (!keys) throw new UsageError(`EXIF_KEYS is env:${name}, but ${name} is not set`);
  variables.set(name, keys);
}

function watchedBucket({ fallback, cache }: Config, { region }: DeployOptions): string {
  const kind = cache.location?.kind;
  if (kind === undefined || kind === 'memory' || kind === 'directory')
    throw new UsageError('--event-function follows uploads for a cache: set EXIF_CACHE to one in COS, S3 or DynamoDB');
  if (fallback?.location.kind !== 'cos' || fallback.location.region !== region)
    throw new UsageError(`--event-function needs a COS bucket in ${region}: COS calls functions of its region only`);
  return fallback.location.bucket;
}
