// The variables of the functions: the EXIF_* settings in this environment, checked as the functions will check them.
import { keyVariable } from '../../lib/auth/key-location';
import type { Env } from '../../lib/types';
import type { Config } from '../../service/config/config';
import { checkPlaces, checkSettings, DeployError, ownSettings, scf, type Variables } from '../check';
import type { DeployOptions } from './options';

export type Settings = Readonly<{
  /** Sorted by name. */
  variables: ReadonlyMap<string, string>;
  /** How the callers of the URL are checked: `CAM`, or `NONE` when only the function checks them. */
  urlAuth: 'CAM' | 'NONE';
  /** The bucket whose uploads the event function follows; null = none. */
  watched: string | null;
}>;

/** Reads them. Throws DeployError for the first wrong setting. Its message contains no value that may be secret. */
export function readSettings(options: DeployOptions, env: Env): Settings {
  const variables = collectSettings(options, env);
  const config = checkSettings(variables, scf, options.timeout);
  checkPlaces(config, scf);
  if (config.sinks.locations.length > 0 && options.eventFunction === null)
    throw new DeployError('EXIF_SINK needs --event-function: only that function sends changes to sinks');
  return {
    variables: new Map(Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1))),
    urlAuth: config.auth.callers === 'platform' ? 'CAM' : 'NONE',
    watched: options.eventFunction === null ? null : watchedBucket(config, options),
  };
}

function collectSettings({ bucket, region, prefix, eventFunction }: DeployOptions, env: Env): Variables {
  const own = ownSettings(env);
  const location = bucket === null ? own['EXIF_BUCKET'] : `cos://${bucket}?region=${region}`;
  if ((own['EXIF_BUCKET'] ?? location) !== location)
    throw new DeployError('--bucket and EXIF_BUCKET name different buckets: give only one of them');
  if (prefix !== '' && eventFunction === null) throw new DeployError('--prefix needs --event-function');
  return {
    ...own,
    ...(location === undefined ? {} : { EXIF_BUCKET: location }),
    // Other keys cause no events: with EXIF_FRESHNESS=trust, their entries must be verified.
    ...(prefix === '' || own['EXIF_WATCH'] !== undefined ? {} : { EXIF_WATCH: `${prefix}*` }),
    ...callerKeys(own['EXIF_KEYS'] ?? '', env),
  };
}

/** The variable with the callers' keys, when EXIF_KEYS names one. */
function callerKeys(location: string, env: Env): Variables {
  const name = keyVariable(location);
  if (name === null) return {};
  const keys = env[name];
  if (!keys) throw new DeployError(`EXIF_KEYS is env:${name}, but the variable ${name} is not set`);
  return { [name]: keys };
}

function watchedBucket({ fallback, cache }: Config, { region }: DeployOptions): string {
  const kind = cache.location?.kind;
  if (kind === undefined || kind === 'memory' || kind === 'directory')
    throw new DeployError(
      '--event-function needs a cache that functions share: set EXIF_CACHE to one in COS, S3 or DynamoDB',
    );
  if (fallback?.location.kind !== 'cos' || fallback.location.region !== region)
    throw new DeployError(
      `--event-function needs a COS bucket in ${region}: COS only calls functions in its own region`,
    );
  return fallback.location.bucket;
}
