// Makes the parts of a local backfill from the options.

import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { lacksRegion, regionIn } from '../../lib/bucket';
import type { JobDeps } from '../../lib/job';
import { listedBucket } from '../../lib/s3/list';
import type { Env } from '../../lib/types';
import { checkCacheFolder } from '../../service/cache-folder';
import { watchedObjects } from '../../service/caching';
import { bucketName, eventNames } from '../../service/config/bucket-settings';
import { type Config, readConfig } from '../../service/config/config';
import { sinkSettingNames } from '../../service/config/sink-config';
import { createSinks, jobDeps } from '../../service/job-runner';
import { hasImageSuffix } from '../image-suffixes';
import { namingOptions, wrongUse } from '../terminal/command-line';
import type { LocalBackfill } from './local-engine';
import type { LocalOptions } from './options';
import { createKindsOf, withKinds } from './private-kinds';
import { allKeys, type KeyFilter, keysLike } from './select';
import type { ObjectSource } from './source';
import { directorySource } from './source-directory';
import { manifestSource } from './source-manifest';
import { s3Source } from './source-s3';
import { type Purpose, stateName } from './state';
import { createWarm, patiently, type Warm } from './warm-object';

/** Selects the keys by the options. */
export function keyFilterOf({ all, include }: Pick<LocalOptions, 'all' | 'include'>): KeyFilter {
  if (all) return allKeys;
  return include === null ? hasImageSuffix : keysLike(include);
}

/** Opens the source of the objects. `sizes`: for a folder, the size of each file is read too. */
export function openObjectSource(options: LocalOptions, env: Env, sizes: boolean): ObjectSource {
  const { place, prefix, manifest } = options;
  const { location } = place;
  if (manifest !== null) return manifestSource({ path: manifest, buckets: eventNames(place), prefix });
  if (location.kind === 'directory') return directorySource(location.path, prefix, sizes);
  const region = regionIn(env, lacksRegion(location));
  return s3Source(listedBucket(location, region, env), prefix);
}

/** The parts of a backfill; with `workers`, these do the reading. Throws ProblemError `ConfigInvalid` for settings with which no backfill is possible. */
export function openLocal(
  options: LocalOptions,
  env: Env,
  io: Pick<LocalBackfill, 'screen' | 'out' | 'stop'>,
  workers: Pick<LocalBackfill, 'warm'> | null = null,
): LocalBackfill {
  const optionOf = {
    ...(options.cache === null ? {} : { EXIF_CACHE: '--cache' }),
    ...(options.sink === null ? {} : { EXIF_SINK: '--sink' }),
  };
  const config = namingOptions(optionOf, () => readConfig(settingsFor(options, env)));
  const kind = config.cache.location?.kind;
  if (kind === undefined) throw wrongUse('A backfill needs a cache: name one with --cache or EXIF_CACHE');
  if (kind === 'memory')
    throw wrongUse('A cache in memory is lost when this program ends: name another cache with --cache');
  checkCacheFolder(config);
  const bucket = bucketName(options.place);
  const deps = { ...jobDeps(config), sinks: createSinks(config) };
  const purpose = purposeOf(options, config, deps.cache?.revision ?? '');
  const statePath = options.state ?? resolve(options.folder, stateName(purpose));
  return {
    ...io,
    source: openObjectSource(options, env, false),
    chosen: keyFilterOf(options),
    warm: workers?.warm ?? patiently(warmOf(options, withAllWatched(deps, config), bucket)),
    purpose,
    bucket,
    concurrency: options.concurrency,
    count: options.count,
    statePath,
    failuresPath: options.failures ?? `${statePath.replace(/\.json$/, '')}-failures.csv`,
    restart: options.restart,
    sinks: config.sinks.locations.length,
    isPrivate: options.isPrivate,
  };
}

function warmOf({ isPrivate }: LocalOptions, deps: JobDeps, bucket: string): Warm {
  const warm = createWarm(deps, bucket);
  return isPrivate ? withKinds(warm, createKindsOf(deps, bucket)) : warm;
}

/** The settings of the deployed function, for one bucket and without access control, because a backfill has no callers. */
function settingsFor({ place, cache, sink }: LocalOptions, env: Env): Env {
  const noCallers = { EXIF_HOSTS: '', EXIF_KEYS: '', EXIF_PUBLIC: '', EXIF_CALLERS: 'platform' };
  const caching = cache === null ? {} : { EXIF_CACHE: cache };
  return { ...env, ...noCallers, EXIF_BUCKET: place.text, ...caching, ...sinkSettings(sink) };
}

/** The settings of the option --sink. Without sinks, the other settings about sinks have no meaning. */
function sinkSettings(sink: string | null): Env {
  if (sink === 'none') return Object.fromEntries(sinkSettingNames.map((name) => [name, '']));
  return sink === null ? {} : { EXIF_SINK: sink };
}

/** Ignores EXIF_WATCH, which is about events: here the options select the keys. Entries of the cache itself are left out. */
function withAllWatched(deps: JobDeps, config: Config): JobDeps {
  if (deps.cache === null) return deps;
  const all = { ...config, cache: { ...config.cache, watch: [] } };
  return { ...deps, cache: { ...deps.cache, isWatched: watchedObjects(all) } };
}

function purposeOf(
  { place, prefix, all, include, manifest, isPrivate }: LocalOptions,
  { env, sinks }: Config,
  revision: string,
): Purpose {
  const sending = sinks.locations.length === 0 ? null : `${env['EXIF_SINK']} ${sinks.style}`;
  return {
    revision,
    bucket: place.text,
    prefix,
    keys: all ? 'all' : (include?.join(',') ?? 'images'),
    manifest,
    cache: env['EXIF_CACHE'] ?? '',
    ...(sending === null ? {} : { sinks: createHash('sha256').update(sending).digest('hex').slice(0, 16) }),
    ...(isPrivate ? { isPrivate: true as const } : {}),
  };
}
