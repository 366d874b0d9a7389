// Config -> the function that runs jobs. The one place where clock, log, buckets and settings come together.
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { openBucket } from '../lib/bucket';
import { type JobDeps, runJob } from '../lib/job';
import { maxTries } from '../lib/limits';
import type { Route } from '../lib/request';
import type { Bucket } from '../lib/types';
import type { Config, Place } from './config';
import type { Run } from './create';
import { writeLog } from './log';

/** A `Run` over the buckets of `config`. Throws ProblemError `ConfigInvalid` when one cannot be opened. */
export function createRun(config: Config): Run {
  const deps = jobDeps(config);
  return (job, { remainingMs }) => runJob(job, deps, remainingMs);
}

/** Opens the buckets of `config`, each once, however many hosts lead to it. */
export function jobDeps(config: Config): JobDeps {
  const places = [...config.hosts.values(), ...(config.fallback === null ? [] : [config.fallback])];
  const buckets = new Map<string, Bucket>();
  for (const { text, location } of places) {
    if (!buckets.has(text)) buckets.set(text, openBucket(location, { ...config, maxTries }));
  }
  return {
    routes: {
      hosts: new Map([...config.hosts].map(([host, place]) => [host, toRoute(place)])),
      fallback: config.fallback === null ? null : toRoute(config.fallback),
    },
    buckets,
    limits: config.limits,
    dropGroups: config.dropGroups,
    answers: { cacheControl: config.cacheControl, corsOrigins: config.corsOrigins, variant: variantOf(config) },
    now: () => new Date(),
    log: writeLog,
  };
}

function toRoute({ text, location }: Place): Route {
  return { bucketId: text, bucket: location.kind === 'directory' ? basename(location.path) : location.bucket };
}

/** The settings that change what an answer says: an ETag must not outlive them. */
function variantOf({ dropGroups, limits }: Config): string {
  const { firstRead, requests, readBytes } = limits;
  const text = JSON.stringify([[...dropGroups].sort(), firstRead, requests, readBytes]);
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
