// Makes the places from the options and the settings.

import { lacksRegion, regionIn } from '../../lib/bucket';
import { ProblemError } from '../../lib/problem';
import type { Env } from '../../lib/types';
import { readConfig } from '../../service/config/config';
import { type SinkConfig, sinkSettingNames } from '../../service/config/sink-config';
import { readSinkLocations, readSinks } from '../../service/config/sink-settings';
import { routesOf } from '../../service/routes';
import { openStorage } from '../dataset/open-storage';
import type { DatasetLocation } from '../dataset/storage';
import { namingOptions, wrongUse } from '../terminal/command-line';
import { cachePlace } from './cache-place';
import { datasetPlace } from './dataset-place';
import type { ForgetOptions } from './options';
import type { OwnBucket, Place } from './place';
import { sinkPlaces } from './sink-places';

/** The bucket of the objects, and all places, the cache first. Throws ProblemError `ConfigInvalid`. */
export function openPlaces(
  options: ForgetOptions,
  env: Env,
  stop: AbortSignal,
): Readonly<{ bucket: OwnBucket; places: readonly Place[] }> {
  const { cache, sink, dataset, notify, targets } = options;
  const optionOf = {
    ...(cache === null ? {} : { EXIF_CACHE: '--cache' }),
    ...(sink === null ? {} : { EXIF_SINK: '--sink' }),
  };
  return namingOptions(optionOf, () => {
    const config = readConfig(settingsFor(options, env));
    const bucket = routesOf(config).fallback;
    if (bucket === null) throw new ProblemError('InternalError', 'The bucket has no route');
    const sinks = sinksOf(sink === null ? env : { ...env, EXIF_SINK: sink }, notify);
    const region =
      config.region ?? regionIn(env, [...sinks.locations, ...(dataset === null ? [] : [dataset])].some(lacksRegion));
    const openDataset = (location: DatasetLocation): Place =>
      datasetPlace(openStorage(location, region, env, new AbortController().signal), bucket, targets, stop);
    const places = [
      ...(config.cache.location === null
        ? []
        : [cachePlace(config.cache.location, config.env['EXIF_CACHE'] ?? '', config, bucket)]),
      ...sinkPlaces(sinks, { ...config, region }, { bucket, notify, openDataset }),
      ...(dataset === null ? [] : [openDataset(dataset)]),
    ];
    if (places.length === 0)
      throw wrongUse(
        'No place is named: name a cache with --cache or EXIF_CACHE, sinks with --sink or EXIF_SINK, or a dataset',
      );
    const isPrefix = targets.some(({ kind }) => kind === 'prefix');
    if (isPrefix && notify && !places.some(({ kind }) => kind === 'open'))
      throw wrongUse(
        'No place can be searched for the keys of a prefix, so no removal could be sent: name the cache with --cache, or each object',
      );
    return { bucket, places };
  });
}

/** The settings of the service for one bucket, without those that this command does not need. */
function settingsFor({ place, cache }: ForgetOptions, env: Env): Env {
  const none = ['EXIF_HOSTS', 'EXIF_KEYS', 'EXIF_PUBLIC', 'EXIF_FRESHNESS', 'EXIF_ANSWERS_MIB', ...sinkSettingNames];
  const unset = Object.fromEntries(none.map((name) => [name, '']));
  const ofCache = cache === null ? {} : { EXIF_CACHE: cache };
  return { ...env, ...unset, EXIF_CALLERS: 'platform', EXIF_BUCKET: place.text, ...ofCache };
}

/** The sinks. Without messages to send, no secret of webhooks is needed. A removal is the same in each style. */
function sinksOf(env: Env, notify: boolean): SinkConfig {
  const locations = readSinkLocations(env);
  if (notify && locations.some(({ kind }) => kind === 'https')) return readSinks(env);
  return { locations, style: 'flat', secret: null, allowPrivate: false };
}
