// Makes the function that runs jobs from the settings: opens the buckets, the cache and access control, and adds the clock and
// the log.
import { openBucket } from '../lib/bucket';
import { type JobDeps, runJob } from '../lib/job';
import { type Limits, maxTries } from '../lib/limits';
import { problemCode } from '../lib/problem';
import type { OpenAhead } from '../lib/read/ahead';
import type { Sinks } from '../lib/sink';
import type { Bucket } from '../lib/types';
import { createAccess } from './access';
import { createCaching, revisionOf } from './caching';
import { placesOf } from './config/bucket-settings';
import type { Config } from './config/config';
import { settingInvalid } from './config/setting';
import { logStartWarnings } from './config/start-warnings';
import { withMetrics } from './metrics';
import { withOwnPaths } from './own-paths/own-paths';
import { eventRoutes, routesOf } from './routes';
import { runRequest } from './run-request';
import type { JobRunner } from './schedule';
import type { Tracing } from './tracing';
import { isWritten, writeLog } from './write-log';

/**
 * A `Run` for requests over the buckets of `config`, and on SCF for upload events too, which are sent to the sinks. Throws ProblemError `ConfigInvalid` when a bucket cannot be opened. Keys
 * are read before the first request: wrong keys stop the process; when they cannot be reached, they are read again later.
 */
export function createRun(config: Config): JobRunner {
  const deps = { ...jobDeps(config), sinks: createSinks(config) };
  logStartWarnings(config, false);
  Promise.resolve(deps.access.keys()).catch((error: unknown) => {
    if (problemCode(error) !== 'KeysUnavailable') throw error;
  });
  return withOwnPaths(
    withSpans((job, budget) => runRequest(job, deps, budget), config),
    config,
  );
}

/**
 * A `Run` for upload events and batch tasks. They are not signed, so no keys are read. Throws ProblemError `ConfigInvalid` also
 * when there is no cache to fill.
 */
export function createEventRun(config: Config): JobRunner {
  if (config.cache.location === null) {
    throw settingInvalid(
      'EXIF_CACHE',
      'is not set: this function only fills a cache; set it to the cache of the http function',
    );
  }
  const deps = { ...jobDeps(config), sinks: createSinks(config) };
  logStartWarnings(config, false);
  return (job, { remainingMs }) => runJob(job, deps, remainingMs);
}

/** Opens the sinks of `config`; null when it has none. Their code is loaded only for this. */
export function createSinks(config: Config): Sinks | null {
  const { locations, style } = config.sinks;
  if (locations.length === 0) return null;
  const { openSinks } = require('../lib/sink') as typeof import('../lib/sink');
  return openSinks(locations, style, { ...config, ...config.sinks, maxTries });
}

/** All that jobs need. Each bucket of `config` is opened once, however many hosts lead to it. */
export function jobDeps(config: Config): JobDeps {
  const { limits, previewBytes, readAhead, dropGroups, defaultStyle, showReads, metrics, log } = config;
  const { cacheControl, corsOrigins, corsHeaders, compression, batch } = config;
  const places = placesOf(config);
  const tracing = tracingOf(config);
  const buckets = new Map<string, Bucket>();
  for (const { text, location } of places) {
    if (buckets.has(text)) continue;
    const bucket = openBucket(location, { ...config, maxTries });
    buckets.set(text, tracing?.bucket(bucket) ?? bucket);
  }
  const routes = routesOf(config);
  return {
    routes,
    named: eventRoutes(config),
    buckets,
    cache: createCaching(config),
    access: createAccess(config, places, routes),
    hostHeader: config.auth.hostHeader,
    limits,
    previewBytes,
    ...(readAhead === 'latency' ? { openAhead: readingAhead(limits) } : {}),
    dropGroups,
    answers: { cacheControl, corsOrigins, corsHeaders, compression, batch, revision: revisionOf(config) },
    defaultStyle,
    showReads,
    now: () => new Date(),
    isLogged: (level) => isWritten(level, log),
    log: metrics === 'emf' ? (line) => writeLog(withMetrics(line, new Date()), log) : (line) => writeLog(line, log),
  };
}

/** Loads the code for reading ahead only when it is wanted. */
function readingAhead({ firstRead }: Limits): OpenAhead {
  const { aheadBy } = require('../lib/read/ahead') as typeof import('../lib/read/ahead');
  const { createForecast } = require('../lib/read/forecast') as typeof import('../lib/read/forecast');
  return aheadBy(createForecast(firstRead));
}

/** `run`, with a span of OpenTelemetry for each request if the settings ask for it. */
export function withSpans(run: JobRunner, config: Pick<Config, 'tracing'>): JobRunner {
  return tracingOf(config)?.run(run) ?? run;
}

/** Loads the code for spans only when they are wanted. Throws ProblemError `ConfigInvalid` when its package is missing. */
function tracingOf({ tracing }: Pick<Config, 'tracing'>): Tracing | null {
  if (!tracing) return null;
  const { openTracing } = require('./tracing') as typeof import('./tracing');
  return openTracing();
}
