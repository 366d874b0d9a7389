// The settings of the functions, checked before anything is sent: a function with a wrong one would not start.
const { join } = require('node:path');

/** Milliseconds of a function's time that EXIF_TOTAL_MS must leave: to answer, and for what the platform does around it. */
const leastLeft = 500;
/** Bytes of all variables of a function, measured as the JSON that Lambda itself measures [Lambda quotas: 4 KB]. */
const maxBytes = 4096;

/**
 * Checks `environment` as the compiled service/config/config of `folder` reads it. Throws what serverless prints (`Refusal`);
 * returns the warnings, which are for `package` only: there a bucket may still be missing.
 */
function checkSettings(folder, { environment, region, timeout, isDeploy, Refusal }) {
  const { readConfig } = require(join(folder, 'service', 'config', 'config.js'));
  checkSize(environment, Refusal);
  const isMissing = !environment.EXIF_BUCKET && !environment.EXIF_HOSTS;
  if (isMissing && isDeploy) throw new Refusal('No bucket: say --param bucket=<name>');
  const env = { AWS_REGION: region, ...environment, ...(isMissing ? { EXIF_BUCKET: 's3://not-given' } : {}) };
  const config = readSettings(readConfig, env, Refusal);
  if (isDeploy) checkPlaces(config, Refusal);
  const { totalMs } = config.limits;
  if (totalMs > timeout * 1000 - leastLeft) {
    throw new Refusal(
      `EXIF_TOTAL_MS is ${totalMs}, but --param timeout stops the function after ${timeout} s: its callers would get no answer`,
    );
  }
  return isMissing
    ? ['No bucket: this package starts only where EXIF_BUCKET is set. Deploy with --param bucket=<name>.']
    : [];
}

function checkSize(environment, Refusal) {
  const bytes = Buffer.byteLength(JSON.stringify(environment));
  if (bytes <= maxBytes) return;
  throw new Refusal(
    `The settings have ${bytes} bytes, a function takes ${maxBytes}: shorten EXIF_HOSTS or another list`,
  );
}

/** What is nowhere but on this machine, or needs keys that no function gets: of the environment EXIF_* alone goes along. */
function checkPlaces({ fallback, hosts, cache }, Refusal) {
  if (fallback?.location.kind === 'directory') {
    throw new Refusal('EXIF_BUCKET is a folder, which no function has: unset it, and say --param bucket=<name>');
  }
  if (fallback !== null && needsKeys(fallback.location)) throw new Refusal(`EXIF_BUCKET ${keysMissing}`);
  if ([...hosts.values()].some(({ location }) => needsKeys(location))) throw new Refusal(`EXIF_HOSTS ${keysMissing}`);
  if (cache.location !== null && needsKeys(cache.location)) {
    throw new Refusal('EXIF_CACHE is in a store that is not of AWS, for which the function has no keys');
  }
}

const keysMissing =
  'names a bucket that is not of AWS (cos://, or s3:// with an endpoint), for which the function has no keys: ' +
  'add credentials=none if it is public';

/** The role's keys are for the stores of AWS by their own addresses. */
function needsKeys({ kind, endpoint, signed }) {
  return signed === true && (kind === 'cos' || (kind === 's3' && endpoint !== null));
}

function readSettings(readConfig, env, Refusal) {
  try {
    return readConfig(env);
  } catch (error) {
    if (error?.code !== 'ConfigInvalid') throw error;
    throw new Refusal(error.message);
  }
}

module.exports = { checkSettings };
