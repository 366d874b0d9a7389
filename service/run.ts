// Config -> the function that runs jobs. The one place where clock, log, buckets and settings come together.
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { openBucket, regionOf, storeHosts } from '../lib/bucket';
import { openCache } from '../lib/cache';
import type { AnswerSettings } from '../lib/http/answer';
import type { Route, Routes } from '../lib/http/request';
import { type Caching, type JobDeps, type LogLine, runJob } from '../lib/job';
import { maxTries } from '../lib/limits';
import { ProblemError } from '../lib/problem';
import { parserVersion } from '../lib/read/record';
import type { Bucket, ObjectRef } from '../lib/types';
import { createAccess } from './access';
import { isWatched } from './config/cache-settings';
import { bucketName, type Config, eventNames, type Place } from './config/config';
import { invalid } from './config/setting';
import { logStartWarnings } from './config/start-warnings';
import type { Run } from './create-handler';
import { writeLog } from './log';
import { withMetrics } from './metrics';
import { withOwnPaths } from './own-paths/own-paths';

/**
 * A `Run` for requests over the buckets of `config`. Throws ProblemError `ConfigInvalid` when one cannot be opened. Keys
 * are fetched ahead of the first request: bad ones stop the process, a source that is down is asked again later.
 */
export function createRun(config: Config): Run {
  const deps = jobDeps(config);
  logStartWarnings(config);
  deps.access.keys().catch((error: unknown) => {
    if (error instanceof ProblemError && error.code === 'KeysUnavailable') return;
    throw error;
  });
  const run: Run = (job, { remainingMs }) => runJob(job, deps, remainingMs);
  return withOwnPaths(run, config, []);
}

/**
 * A `Run` for upload events and batch tasks, which carry no signature, so no keys are read. Throws ProblemError
 * `ConfigInvalid` also when there is no cache to fill.
 */
export function createEventRun(config: Config): Run {
  if (config.cache.location === null) {
    throw invalid(
      'EXIF_CACHE',
      'is not set: this function only fills a cache; set it to the cache of the http function',
    );
  }
  const deps = jobDeps(config);
  logStartWarnings(config);
  return (job, { remainingMs }) => runJob(job, deps, remainingMs);
}

/** Opens the buckets of `config`, each once, however many hosts lead to it. */
export function jobDeps(config: Config): JobDeps {
  const places = [...config.hosts.values(), ...(config.fallback === null ? [] : [config.fallback])];
  const buckets = new Map<string, Bucket>();
  for (const { text, location } of places) {
    if (!buckets.has(text)) buckets.set(text, openBucket(location, { ...config, maxTries }));
  }
  const routes = { hosts: hostRoutes(config, places), fallback: config.fallback && toRoute(config.fallback) };
  return {
    routes,
    hostHeader: config.auth.hostHeader,
    access: createAccess(config, places, routes),
    buckets,
    named: new Map(places.flatMap((place) => eventNames(place).map((name) => [name, toRoute(place)] as const))),
    cache: createCaching(config),
    limits: config.limits,
    dropGroups: config.dropGroups,
    answers: answerSettings(config),
    defaultStyle: config.defaultStyle,
    showReads: config.showReads,
    now: () => new Date(),
    log: config.metrics === null ? writeLog : (line: LogLine) => writeLog(withMetrics(line, new Date())),
  };
}

function answerSettings(config: Config): AnswerSettings {
  const { cacheControl, corsOrigins, corsHeaders, compression } = config;
  return { cacheControl, corsOrigins, corsHeaders, compression, revision: revisionOf(config) };
}

/** Opens the cache of `config`; null when there is none. */
function createCaching(config: Config): Caching | null {
  const { location, freshness } = config.cache;
  if (location === null) return null;
  return {
    store: openCache(location, { ...config, maxTries }),
    freshness,
    revision: revisionOf(config),
    isWatched: (ref) => isWatchedPlace(config, ref),
  };
}

/** Whether upload events of an object are followed: it is watched, and no entry of the cache under any name of its bucket. */
export function isWatchedPlace(config: Pick<Config, 'cache' | 'hosts' | 'fallback'>, ref: ObjectRef): boolean {
  const place = [config.fallback, ...config.hosts.values()].find((one) => one?.text === ref.bucketId);
  const names = place == null ? [ref.bucket] : eventNames(place);
  return names.every((bucket) => isWatched(config.cache, { bucket, key: ref.key }));
}

/**
 * The hosts that are configured, and the names under which the stores serve the buckets. A name that two buckets would have
 * (`a.b` at store.example and `a` at b.store.example) leads to neither, unless it is configured.
 */
function hostRoutes(config: Config, places: readonly Place[]): Routes['hosts'] {
  const names = new Map<string, Route | null>();
  for (const place of places) {
    for (const host of storeHosts(place.location, regionOf(place.location, config.region))) {
      const other = names.get(host);
      names.set(host, other === undefined || other?.bucketId === place.text ? toRoute(place) : null);
    }
  }
  const certain = [...names].flatMap(([host, route]) => (route === null ? [] : [[host, route] as const]));
  return new Map([...certain, ...[...config.hosts].map(([host, place]) => [host, toRoute(place)] as const)]);
}

/**
 * Where a place leads. Two buckets may have one name: folders, and buckets of other stores than AWS and COS. They get a
 * name in the cache that says where they are.
 */
function toRoute(place: Place): Route {
  const { text, location } = place;
  const route = { bucketId: text, bucket: bucketName(place) };
  const origin = location.kind === 's3' ? location.endpoint?.origin : undefined;
  const where = location.kind === 'directory' ? resolve(location.path) : origin;
  if (where === undefined) return route;
  const hash = createHash('sha256').update(where).digest('hex').slice(0, 12);
  return { ...route, cacheName: `${route.bucket}~${hash}` };
}

/** The parser and the settings that change what is found in an object: no ETag and no cache entry may outlive them. */
function revisionOf({ dropGroups, limits }: Config): string {
  const { firstRead, requests, readBytes, objectBytes, side, pixels, webpSide, frames } = limits;
  const reads = [firstRead, requests, readBytes, objectBytes, side, pixels, webpSide, frames];
  const text = JSON.stringify([[...dropGroups].sort(), ...reads]);
  return `${parserVersion}-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
}
