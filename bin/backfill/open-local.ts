// Options -> what a local backfill is made of.

import { resolve } from 'node:path';
import { lacksRegion, regionIn } from '../../lib/bucket';
import type { JobDeps } from '../../lib/job';
import { ProblemError } from '../../lib/problem';
import type { Env } from '../../lib/types';
import { isWatchedObject } from '../../service/caching';
import { bucketName, type Config, eventNames, readConfig } from '../../service/config/config';
import { jobDeps } from '../../service/run';
import { checkCacheFolder } from '../serve/check-cache';
import type { Local } from './local';
import type { LocalOptions } from './options';
import { allKeys, type Chosen, imageKeys, keysLike } from './select';
import type { Source } from './source';
import { directorySource } from './source-directory';
import { manifestSource } from './source-manifest';
import { s3Source } from './source-s3';
import { type Purpose, stateName } from './state';
import { openStore } from './store-client';
import { createWarm, patiently } from './warm';

/** The keys that the options ask for. */
export function chosenBy({ all, include }: Pick<LocalOptions, 'all' | 'include'>): Chosen {
  if (all) return allKeys;
  return include === null ? imageKeys : keysLike(include);
}

/** Where the objects come from; `sizes` for a source that has to ask for them one by one. */
export function openSource(options: LocalOptions, env: Env, sizes: boolean): Source {
  const { place, prefix, manifest } = options;
  const { location } = place;
  if (manifest !== null) return manifestSource({ path: manifest, buckets: eventNames(place), prefix });
  if (location.kind === 'directory') return directorySource(location.path, prefix, sizes);
  const region = regionIn(env, lacksRegion(location));
  const open = () => openStore(location, { env, region });
  return s3Source({ open, bucket: location.bucket, prefix, kind: location.kind });
}

/** A backfill as `options` want it. Throws ProblemError `ConfigInvalid` for settings that make none. */
export function openLocal(options: LocalOptions, env: Env, io: Pick<Local, 'screen' | 'out' | 'stop'>): Local {
  const config = readConfig(settingsFor(options, env));
  const kind = config.cache.location?.kind;
  if (kind === undefined) throw invalid('no cache is named: use --cache or EXIF_CACHE');
  if (kind === 'memory') throw invalid('a cache in memory: is gone when this program ends: name another with --cache');
  checkCacheFolder(config);
  const bucket = bucketName(options.place);
  const deps = jobDeps(config);
  const warm = createWarm(withAllWatched(deps, config), bucket);
  const purpose = purposeOf(options, config.env['EXIF_CACHE'] ?? '', deps.cache?.revision ?? '');
  const statePath = options.state ?? resolve(options.folder, stateName(purpose));
  return {
    ...io,
    source: openSource(options, env, false),
    chosen: chosenBy(options),
    warm: patiently(warm),
    purpose,
    bucket,
    concurrency: options.concurrency,
    count: options.count,
    statePath,
    failuresPath: options.failures ?? `${statePath.replace(/\.json$/, '')}-failures.csv`,
    restart: options.restart,
  };
}

/** The settings of the function, for one bucket, of whose callers nobody asks here. */
function settingsFor({ place, cache }: LocalOptions, env: Env): Env {
  const nobody = { EXIF_HOSTS: '', EXIF_KEYS: '', EXIF_PUBLIC: '', EXIF_CALLERS: 'platform' };
  return { ...env, ...nobody, EXIF_BUCKET: place.text, ...(cache === null ? {} : { EXIF_CACHE: cache }) };
}

/** EXIF_WATCH is about events: here the options say which keys. Only the cache's own entries are never followed. */
function withAllWatched(deps: JobDeps, config: Config): JobDeps {
  if (deps.cache === null) return deps;
  const all = { ...config, cache: { ...config.cache, watch: [] } };
  return { ...deps, cache: { ...deps.cache, isWatched: (ref) => isWatchedObject(all, ref) } };
}

function purposeOf({ place, prefix, all, include, manifest }: LocalOptions, cache: string, revision: string): Purpose {
  return {
    revision,
    bucket: place.text,
    prefix,
    keys: all ? 'all' : (include?.join(',') ?? 'images'),
    manifest,
    cache,
  };
}

function invalid(message: string): ProblemError {
  return new ProblemError('ConfigInvalid', message);
}
