// The settings of the functions: those in the environment of the deployment, and those that follow from the parameters.
// All of them are checked later (deploy/check.ts).
import { isAccessPointAlias, parseLocation } from '../../lib/bucket';
import { defaultLimits } from '../../lib/limits';
import type { Env } from '../../lib/types';
import { DeployError, ownSettings, tryParse, type Variables } from '../check';
import type { StackParameters } from './parameters';
import { withoutSinks } from './sinks';

/** A bucket at AWS that the functions read, and the prefix of the keys that they may read. */
export type ReadBucket = Readonly<{ name: string; prefix: string }>;

/** Milliseconds of the function's time that are left for the answer when EXIF_TOTAL_MS is derived from the timeout. */
const answerMs = 1_000;

/** The variables of all functions, without those of sinks. `env` is the environment of the deployment, `stage` its stage. */
export function settingsOf(
  parameters: StackParameters,
  { env, stage }: Readonly<{ env: Env; stage: string }>,
): Variables {
  const own = withoutSinks(ownSettings(env));
  const bucket = own['EXIF_BUCKET'] ?? (parameters.bucket === '' ? null : `s3://${parameters.bucket}`);
  checkBucket(parameters, bucket);
  return {
    ...own,
    ...(bucket === null ? {} : { EXIF_BUCKET: bucket }),
    ...(parameters.cache === '' ? {} : { EXIF_CACHE: parameters.cache }),
    ...watchSettings(parameters, own),
    ...callerSettings(parameters, own, stage),
    ...cdnSettings(parameters, own, bucket),
    ...timeSettings(parameters, own),
  };
}

/** EXIF_BUCKET may add options to the bucket, but must not name another one: the roles are made for one name. */
function checkBucket({ bucket }: StackParameters, location: string | null): void {
  const name = awsBucket(location ?? '');
  if (name === null || bucket === '' || name === bucket) return;
  throw new DeployError(
    `--param bucket is ${bucket}, but EXIF_BUCKET names ${name}: give one bucket, or the same in both`,
  );
}

/** Only events of these keys arrive: with EXIF_FRESHNESS=trust, entries of other keys must be verified. */
function watchSettings({ cache, prefix }: StackParameters, own: Variables): Variables {
  return cache === '' || prefix === '' || own['EXIF_WATCH'] !== undefined ? {} : { EXIF_WATCH: `${prefix}*` };
}

function callerSettings({ callers, cdn, keys }: StackParameters, own: Variables, stage: string): Variables {
  if (callers === 'signed') return { EXIF_CALLERS: 'signed', EXIF_KEYS: keys || `ssm:/bucket-exif/${stage}/keys` };
  if (cdn === 'on' && own['EXIF_PUBLIC'] !== undefined)
    throw new DeployError(
      '--param callers=public with cdn=on makes everything public: EXIF_PUBLIC cannot limit that, unset it',
    );
  if (callers === 'platform') return { EXIF_CALLERS: 'platform' };
  // Only CloudFront can call the function, so there are no callers to check. EXIF_PUBLIC lets shared caches keep answers.
  if (cdn === 'on') return { EXIF_CALLERS: 'platform', EXIF_PUBLIC: '*' };
  return { EXIF_CALLERS: 'signed', EXIF_PUBLIC: own['EXIF_PUBLIC'] ?? '*' };
}

function cdnSettings(
  { callers, cdn, cdnMaxAge, domain }: StackParameters,
  own: Variables,
  bucket: string | null,
): Variables {
  if (cdn === 'off') return {};
  if (callers === 'public') {
    return { EXIF_CACHE_CONTROL: own['EXIF_CACHE_CONTROL'] ?? `public, max-age=${cdnMaxAge}` };
  }
  const hosts = own['EXIF_HOSTS'] ?? '';
  const hasDomain = hosts.split(',').some((pair) => pair.trim().toLowerCase().startsWith(`${domain}=`));
  if (!hasDomain && bucket === null) return {};
  return {
    // CloudFront calls the Function URL by its own host name, and sends the host name that was signed in this header.
    EXIF_HOST_HEADER: own['EXIF_HOST_HEADER'] ?? 'x-forwarded-host',
    EXIF_HOSTS: hasDomain ? hosts : [`${domain}=${bucket}`, ...(hosts === '' ? [] : [hosts])].join(','),
  };
}

/** A request must end before its function is stopped, or its caller gets no answer. */
function timeSettings({ timeout }: StackParameters, own: Variables): Variables {
  if (own['EXIF_TOTAL_MS'] !== undefined || timeout * 1000 > defaultLimits.totalMs) return {};
  return { EXIF_TOTAL_MS: String(timeout * 1000 - answerMs) };
}

/** The buckets at AWS that the functions read. Throws DeployError for an alias, for which roles and events cannot be made. */
export function bucketsOf(settings: Variables, { prefix }: Pick<StackParameters, 'prefix'>): readonly ReadBucket[] {
  const main = awsBucket(settings['EXIF_BUCKET'] ?? '');
  const others = (settings['EXIF_HOSTS'] ?? '')
    .split(',')
    .map((pair) => awsBucket(pair.slice(pair.indexOf('=') + 1).trim()));
  const names = [...new Set([main, ...others])].filter((name) => name !== null);
  const alias = names.find(isAccessPointAlias);
  if (alias !== undefined)
    throw new DeployError(
      `${alias} is the alias of an access point, but roles and events are made for a bucket: name the bucket itself`,
    );
  return names.map((name) => ({ name, prefix: name === main ? prefix : '' }));
}

/** The name of the bucket at AWS that a location names; null for other stores and for a text that cannot be read. */
function awsBucket(text: string): string | null {
  const location = tryParse(parseLocation, text);
  return location?.kind === 's3' && location.endpoint === null ? location.bucket : null;
}
