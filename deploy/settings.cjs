// The settings of the functions: those of the environment that deploys, and those that follow from the parameters. A name
// that is no setting is found when all of them are checked (deploy/check.cjs).
const { refusal } = require('./ask.cjs');

/** Seconds that a request gets by default (EXIF_TOTAL_MS), and what must be left of the function's time to answer. */
const totalSeconds = 8;
const leftSeconds = 1;

/** The environment of all functions: EXIF_* with a value. `env` is that of the deployment, `stage` its stage. */
function settingsOf(asked, { env, stage }) {
  const given = Object.fromEntries(
    Object.entries(env).filter(([name, text]) => name.startsWith('EXIF_') && text !== ''),
  );
  const bucket = given.EXIF_BUCKET ?? (asked.bucket === '' ? null : `s3://${asked.bucket}`);
  checkBucket(asked, bucket);
  return {
    ...given,
    ...(bucket === null ? {} : { EXIF_BUCKET: bucket }),
    ...(asked.cache === '' ? {} : { EXIF_CACHE: asked.cache }),
    ...watch(asked, given),
    ...callers(asked, given, stage),
    ...behindCdn(asked, given, bucket),
    ...time(asked, given),
  };
}

/** EXIF_BUCKET may say more of the bucket than its name, but not another name than the roles are for. */
function checkBucket(asked, location) {
  const name = bucketIn(location ?? '')?.name;
  if (name === undefined || asked.bucket === '' || name === asked.bucket) return;
  throw refusal(`--param bucket is ${asked.bucket}, but EXIF_BUCKET names ${name}: the roles are for one of them`);
}

/** The keys whose events arrive are those that are followed: with EXIF_FRESHNESS=trust others must be verified. */
function watch({ cache, prefix }, given) {
  return cache === '' || prefix === '' || given.EXIF_WATCH !== undefined ? {} : { EXIF_WATCH: `${prefix}*` };
}

function callers(asked, given, stage) {
  if (asked.callers === 'signed') {
    return { EXIF_CALLERS: 'signed', EXIF_KEYS: checkKeys(asked.keys || `ssm:/bucket-exif/${stage}/keys`) };
  }
  if (asked.cdn === 'on' && given.EXIF_PUBLIC !== undefined) {
    throw refusal(
      '--param callers=public with cdn=on: everything is public behind it. Unset EXIF_PUBLIC, which could not narrow that',
    );
  }
  if (asked.callers === 'platform') return { EXIF_CALLERS: 'platform' };
  // Only CloudFront gets in, so there is nobody to check. What is public may be kept by CloudFront and other caches.
  if (asked.cdn === 'on') return { EXIF_CALLERS: 'platform', EXIF_PUBLIC: '*' };
  return { EXIF_CALLERS: 'signed', EXIF_PUBLIC: given.EXIF_PUBLIC ?? '*' };
}

function checkKeys(location) {
  if (/^(ssm|secretsmanager):\S+$/.test(location)) return location;
  throw refusal(
    '--param keys (or EXIF_KEYS) must be ssm:<name> or secretsmanager:<name>: a function has no other place for them',
  );
}

function behindCdn(asked, given, bucket) {
  if (asked.cdn === 'off') return {};
  if (asked.callers === 'public') {
    return { EXIF_CACHE_CONTROL: given.EXIF_CACHE_CONTROL ?? `public, max-age=${asked.cdnMaxAge}` };
  }
  const hosts = given.EXIF_HOSTS ?? '';
  const isNamed = hosts.split(',').some((pair) => pair.trim().toLowerCase().startsWith(`${asked.domain}=`));
  if (!isNamed && bucket === null) return {};
  return {
    // CloudFront asks the Function URL by its own name; the one that was signed comes in this header.
    EXIF_HOST_HEADER: given.EXIF_HOST_HEADER ?? 'x-forwarded-host',
    EXIF_HOSTS: isNamed ? hosts : [`${asked.domain}=${bucket}`, ...(hosts === '' ? [] : [hosts])].join(','),
  };
}

/** A request must end before its function is stopped, or its caller gets no answer at all. */
function time({ timeout }, given) {
  if (given.EXIF_TOTAL_MS !== undefined || timeout > totalSeconds) return {};
  return { EXIF_TOTAL_MS: String((timeout - leftSeconds) * 1000) };
}

/** The bucket of AWS that `s3://name[?options]` is; null for other stores. */
function bucketIn(location) {
  const [, name, options = ''] = /^s3:\/\/([^/?]+)(\?.*)?$/.exec(location) ?? [];
  if (name === undefined || new URLSearchParams(options).has('endpoint')) return null;
  return { name };
}

/** The buckets that are read, with the start of the keys where that is said. */
function bucketsOf(settings, { prefix }) {
  const main = bucketIn(settings.EXIF_BUCKET ?? '')?.name;
  const others = (settings.EXIF_HOSTS ?? '')
    .split(',')
    .map((pair) => bucketIn(pair.slice(pair.indexOf('=') + 1).trim())?.name);
  const names = [...new Set([main, ...others])].filter((name) => name !== undefined);
  const alias = names.find((name) => /(-s3alias|--ol-s3)$/.test(name));
  if (alias !== undefined) {
    throw refusal(
      `${alias} is the alias of an access point, and roles and events are set up for buckets: name the bucket itself`,
    );
  }
  return names.map((name) => ({ name, prefix: name === main ? prefix : '' }));
}

module.exports = { settingsOf, bucketsOf, bucketIn };
