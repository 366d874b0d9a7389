// Reads and checks the settings of the sinks, which are told about each change of an object.
import { isSecretLocation, parseSecretLocation } from '../../lib/auth/key-location';
import type { DynamoLocation } from '../../lib/cache/location';
import { changesSuffix, parseSinkLocation, type SinkLocation, sinkObjects } from '../../lib/sink/location';
import { styleNames } from '../../lib/style';
import type { Env } from '../../lib/types';
import { type CacheConfig, type EventBucket, fits, mayMeet, type Pattern } from './cache-settings';
import { locationOf, readChoice, settingInvalid, splitList, switchedOn } from './setting';
import { type SinkConfig, sinkSettingNames } from './sink-config';

/** Caches in which one put of two succeeds, and that outlive the process: they give each state of an object its number. */
const ordering: readonly string[] = ['s3', 'cos', 'dynamodb', 'directory'];

/** Reads the settings of this file. Throws ProblemError `ConfigInvalid` for the first one that is wrong. */
export function readSinks(env: Env): SinkConfig {
  const locations = readSinkLocations(env);
  const unused = sinkSettingNames.slice(1).find((name) => env[name] && locations.length === 0);
  if (unused !== undefined) throw settingInvalid(unused, 'has no effect without EXIF_SINK: set both, or unset it');
  const config = {
    locations,
    style: readChoice(env, 'EXIF_SINK_STYLE', [...styleNames, 'metadata']) ?? 'flat',
    secret: readSecret(env['EXIF_SINK_SECRET'] || null),
    allowPrivate: switchedOn(env, 'EXIF_SINK_PRIVATE'),
  };
  checkWebhooks(config);
  return config;
}

/** Where messages are sent. Throws ProblemError `ConfigInvalid`. */
export function readSinkLocations(env: Env): readonly SinkLocation[] {
  const text = env['EXIF_SINK'] ?? '';
  const list = splitList(text);
  if (text !== '' && list.length === 0) throw settingInvalid('EXIF_SINK', 'names no sink: name one, or unset it');
  return list.map((text) => locationOf('EXIF_SINK', text, parseSinkLocation));
}

/** Throws when a webhook cannot be used, or a setting for webhooks is set without one. */
function checkWebhooks(config: SinkConfig): void {
  const urls = config.locations.flatMap((location) => (location.kind === 'https' ? [location.url] : []));
  if (urls.length === 0) {
    const unused = config.secret !== null ? 'EXIF_SINK_SECRET' : config.allowPrivate ? 'EXIF_SINK_PRIVATE' : null;
    if (unused !== null) throw settingInvalid(unused, 'has no effect without a webhook in EXIF_SINK: unset it');
    return;
  }
  // Loaded only for a webhook: most functions have none.
  const { checkWebhook } =
    require('../../lib/sink/webhook-settings') as typeof import('../../lib/sink/webhook-settings');
  for (const url of urls) checkWebhook(url, config);
}

function readSecret(text: string | null): SinkConfig['secret'] {
  return text === null || !isSecretLocation(text) ? text : locationOf('EXIF_SINK_SECRET', text, parseSecretLocation);
}

/**
 * Throws ProblemError `ConfigInvalid` for sinks without a cache that puts the states of an object in order, and for a sink whose
 * objects would be followed as uploads.
 */
export function checkSinks(
  sinks: SinkConfig,
  { location, watch }: Pick<CacheConfig, 'location' | 'watch'>,
  sources: readonly EventBucket[],
): void {
  if (sinks.locations.length === 0) return;
  const needed = 'the cache numbers the states of each object, so that a late message cannot replace a newer one';
  if (location === null) throw settingInvalid('EXIF_SINK', `needs EXIF_CACHE: ${needed}`);
  if (!ordering.includes(location.kind))
    throw settingInvalid('EXIF_SINK', `needs a cache in S3, COS, DynamoDB or a folder: ${needed}`);
  const looping = ownObjects(sinks).find(
    ({ bucket, keys }) =>
      sources.some((source) => source.bucket === bucket && source.folder === null) &&
      (watch.length === 0 || watch.some((pattern) => mayMeet(pattern, keys))),
  );
  if (looping === undefined) return;
  throw settingInvalid(
    'EXIF_SINK',
    `is inside the bucket ${looping.bucket} with the images, so each object it writes is an upload that would be followed: ` +
      `use another bucket for the sink, or name only the images in EXIF_WATCH, for example EXIF_WATCH=*.jpg,*.jpeg,*.png`,
  );
}

/** A function that returns whether a sink wrote an object. Events of such an object are never followed. */
export function writtenBySinks(sinks: SinkConfig): (object: Readonly<{ bucket: string; key: string }>) => boolean {
  const all = ownObjects(sinks);
  return ({ bucket, key }) => all.some((own) => own.bucket === bucket && fits(key, own.keys));
}

/** The objects that sinks in buckets write. */
function ownObjects({ locations }: SinkConfig): readonly Readonly<{ bucket: string; keys: Pattern }>[] {
  return locations
    .map(sinkObjects)
    .filter((own) => own !== null)
    .map(({ bucket, prefix }) => ({ bucket, keys: { prefix, suffix: changesSuffix } }));
}

/**
 * Throws ProblemError `ConfigInvalid` for a sink in the table of the cache, which has other items with the same keys. `region`:
 * that of locations without one, or null.
 */
export function checkSinkTables(
  { locations }: SinkConfig,
  { location }: Pick<CacheConfig, 'location'>,
  region: string | null,
): void {
  if (location?.kind !== 'dynamodb') return;
  const place = ({ table, endpoint, ...own }: Pick<DynamoLocation, 'table' | 'endpoint' | 'region'>): string =>
    JSON.stringify([table, endpoint, own.region ?? region]);
  if (locations.some((sink) => sink.kind === 'dynamodb' && place(sink) === place(location)))
    throw settingInvalid('EXIF_SINK', 'has the table of EXIF_CACHE, whose items it would replace: use another table');
}
