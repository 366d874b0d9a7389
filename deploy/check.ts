// The settings of deployed functions, checked before anything is sent: a function with a wrong setting would not start.
import type { KeyLocation } from '../lib/auth/key-location';
import type { BucketLocation } from '../lib/bucket';
import type { CacheLocation } from '../lib/cache';
import { ProblemError } from '../lib/problem';
import type { SinkLocation } from '../lib/sink/location';
import type { Env } from '../lib/types';
import { type Config, readConfig } from '../service/config/config';

/**
 * The error for wrong parameters, options or settings: nothing was sent. Its message is complete without a stack; serverless
 * prints the stack of every error that does not have this name, and of errors in variables.
 */
export class DeployError extends Error {
  override readonly name = 'ServerlessError';
  constructor(message: string) {
    super(message);
    this.stack = message;
  }
}

/** The variables of a function. */
export type Variables = Readonly<Record<string, string>>;

/** The settings in the environment of the deployment: every EXIF_* that is not empty. */
export function ownSettings(env: Env): Variables {
  const names = Object.keys(env).filter((name) => name.startsWith('EXIF_') && env[name]);
  return Object.fromEntries(names.map((name) => [name, env[name] ?? '']));
}

/** A location, or null when it is wrong: then it is refused later, with all other settings. */
export function tryParse<Location>(parse: (text: string) => Location, text: string): Location | null {
  try {
    return parse(text);
  } catch {
    return null;
  }
}

/** What the checks depend on. */
type Cloud = Readonly<{
  /** The option that names the bucket, and the one that sets the timeout. */
  bucketOption: string;
  timeoutOption: string;
  /** Bytes of all variables, as the cloud counts them. */
  bytesOf(variables: Variables): number;
  /** Whether functions have no keys for the store at a location: only variables EXIF_* are sent along. */
  lacksKeys(location: BucketLocation | CacheLocation): boolean;
  /** The kinds of places from which functions can read the keys of callers. Others are refused with `keysAdvice`. */
  keyPlaces: readonly KeyLocation['kind'][];
  keysAdvice: string;
  /** Why functions cannot send to a sink; null = they can. */
  refusedSink(location: SinkLocation): string | null;
  /** Whether the secret of webhooks may be a variable of the function, which everybody sees who may look at the function. */
  plainSecret: boolean;
  /** Whether a function is a server, which can count its requests. */
  hasServer: boolean;
}>;

/** AWS Lambda. Functions have the keys of their role, which work only with the stores of AWS at their usual addresses. */
export const lambda: Cloud = {
  bucketOption: '--param bucket=<name>',
  timeoutOption: '--param timeout',
  bytesOf: (variables) => Buffer.byteLength(JSON.stringify(variables)),
  lacksKeys: (location) =>
    (location.kind === 'cos' || (location.kind === 's3' && location.endpoint !== null)) && location.signed,
  keyPlaces: ['ssm', 'secretsmanager'],
  keysAdvice:
    'EXIF_KEYS (or --param keys) must be ssm:<name> or secretsmanager:<name>: a function cannot read other places',
  refusedSink: (location) => {
    const isElsewhere = location.kind === 'cos' || (location.kind !== 'https' && location.endpoint !== null);
    return isElsewhere ? 'outside AWS (cos://, or with an endpoint), and the function has no keys for it' : null;
  },
  plainSecret: false,
  hasServer: false,
};

/** Tencent SCF. Functions use the keys of their role for every store. */
export const scf: Cloud = {
  bucketOption: '--bucket NAME-APPID',
  timeoutOption: '--timeout',
  bytesOf: (variables) =>
    Object.entries(variables).reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), 0),
  lacksKeys: () => false,
  keyPlaces: ['env', 'ssm', 'secretsmanager'],
  keysAdvice: 'EXIF_KEYS names a file on this machine, which a function does not have: use EXIF_KEYS=env:NAME',
  refusedSink: (location) => {
    const isAws = location.kind !== 'https' && location.kind !== 'cos' && location.endpoint === null;
    return isAws ? 'at AWS, and a function of SCF has no keys of AWS: use cos:// or https://' : null;
  },
  plainSecret: true,
  hasServer: true,
};

/** Bytes of all variables of a function [Lambda quotas: 4 KB; SCF quotas: 4 KB]. */
const maxBytes = 4096;
/** Milliseconds between the end of a request and the end of its function: the answer must still be sent. */
const spareMs = 500;

/**
 * Reads the settings as a function with `timeout` (seconds) will read them. `added` are variables that do not come from the
 * deployment. Throws DeployError for the first setting that is wrong.
 */
export function checkSettings(variables: Variables, cloud: Cloud, timeout: number, added: Variables = {}): Config {
  const bytes = cloud.bytesOf(variables);
  if (bytes > maxBytes)
    throw new DeployError(
      `The settings have ${bytes} bytes, but a function takes at most ${maxBytes}: shorten EXIF_HOSTS or another long setting`,
    );
  const config = readOrRefuse({ ...added, ...variables });
  const { totalMs } = config.limits;
  if (totalMs + spareMs > timeout * 1000)
    throw new DeployError(
      `EXIF_TOTAL_MS is ${totalMs}, but ${cloud.timeoutOption} stops the function after ${timeout} s: EXIF_TOTAL_MS must be ` +
        `at least ${spareMs} ms shorter than the timeout, or callers get no answer`,
    );
  const { keys } = config.auth;
  if (keys !== null && !cloud.keyPlaces.includes(keys.kind)) throw new DeployError(cloud.keysAdvice);
  checkSecret(config, cloud);
  if (config.metrics === 'prometheus' && !cloud.hasServer)
    throw new DeployError('EXIF_METRICS=prometheus needs a server; for functions use EXIF_METRICS=emf');
  return config;
}

/** Throws DeployError for a secret of webhooks at a place that a function cannot read. */
function checkSecret({ sinks: { secret } }: Config, { keyPlaces, plainSecret }: Cloud): void {
  if (secret === null || (typeof secret === 'string' ? plainSecret : keyPlaces.includes(secret.kind))) return;
  throw new DeployError(
    typeof secret === 'string'
      ? 'EXIF_SINK_SECRET must be ssm:<name> or secretsmanager:<name>, where the secret is: everybody who may look at the ' +
          'function or the stack sees its variables'
      : 'EXIF_SINK_SECRET names a file on this machine, which a function does not have',
  );
}

/** Throws DeployError for a bucket, cache or sink that functions cannot reach: a folder on this machine, a store without keys. */
export function checkPlaces({ fallback, hosts, cache, sinks }: Config, cloud: Cloud): void {
  const places = [
    ...(fallback === null ? [] : [['EXIF_BUCKET', fallback.location] as const]),
    ...[...hosts.values()].map(({ location }) => ['EXIF_HOSTS', location] as const),
  ];
  for (const [name, location] of places) {
    if (location.kind === 'directory')
      throw new DeployError(
        `${name} names a folder on this machine, which a function does not have: unset it, and name a bucket with ` +
          cloud.bucketOption,
      );
    if (cloud.lacksKeys(location)) {
      throw new DeployError(
        `${name} names a bucket outside AWS (cos://, or s3:// with an endpoint), and the function has no keys for it: ` +
          'add credentials=none if the bucket is public',
      );
    }
  }
  for (const location of sinks.locations) {
    const reason = cloud.refusedSink(location);
    if (reason !== null) throw new DeployError(`EXIF_SINK names a sink (${location.kind}) that is ${reason}`);
  }
  if (cache.location === null) return;
  if (cache.location.kind === 'directory' && !cache.location.path.startsWith('/tmp/'))
    throw new DeployError('EXIF_CACHE is a folder, and a function can only write below /tmp: name a bucket or a table');
  if (cloud.lacksKeys(cache.location)) {
    throw new DeployError('EXIF_CACHE is in a store outside AWS, and the function has no keys for it');
  }
}

function readOrRefuse(variables: Variables): Config {
  try {
    return readConfig(variables);
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'ConfigInvalid') throw new DeployError(error.message);
    throw error;
  }
}
