// The kinds of cache. CONTRIBUTING.md says how to add one.

import type { DirectoryLocation } from '../io/location-text';
import type { Limits } from '../limits';
import { ProblemError } from '../problem';
import { clientOptions } from '../s3/client-options';
import type { S3Location } from '../s3/location';
import type { Env, ExifCache } from '../types';
import type { ShowRecord } from './annotation-text';
import type { AnnotationLocation, CacheLocation, DynamoLocation, ObjectsLocation } from './location';
import { memoryCache } from './memory';
import { noCache } from './none';
import { s3Cache } from './s3';

export { type CacheLocation, cacheObjects, parseCacheLocation } from './location';

export type CacheDeps = Readonly<{
  /** The region for a location without one (AWS_REGION); null = none. */
  region: string | null;
  /** Read for credentials at each request, and for proxies when the cache is opened. */
  env: Env;
  limits: Pick<Limits, 'tryMs'>;
  maxTries: number;
  /** Called with a sentence for the operator when the store lacks a feature that the cache needs. */
  warn?: (note: string) => void;
  /** For a cache in annotations: the buckets by `ObjectRef.bucketId`, and the members that it adds to an entry for SQL. */
  images?: Readonly<{ buckets: ReadonlyMap<string, S3Location>; show: ShowRecord }>;
}>;

type Openers = { [Kind in CacheLocation['kind']]: Open<Extract<CacheLocation, { kind: Kind }>> };
type Open<Location> = (location: Location, deps: CacheDeps) => ExifCache;

const openers: Openers = {
  none: () => noCache,
  memory: ({ maxBytes }) => memoryCache(maxBytes),
  directory: openFolder,
  s3: openObjectStore,
  cos: openObjectStore,
  dynamodb: openDynamoDb,
  annotation: openAnnotations,
};

/** The cache at a location. Opens no connection yet. Throws ProblemError ConfigInvalid when no region is known. */
export function openCache(location: CacheLocation, deps: CacheDeps): ExifCache {
  const open = openers[location.kind] as Open<CacheLocation>;
  return open(location, deps);
}

/** Loaded on first use: a deployed function rarely has a cache in a folder, and loading node:fs is a tenth of its start. */
function openFolder({ path }: DirectoryLocation): ExifCache {
  const { directoryCache } = require('./directory') as typeof import('./directory');
  return directoryCache(path);
}

function openObjectStore(location: ObjectsLocation, deps: CacheDeps): ExifCache {
  return s3Cache({
    ...clientOptions(location, deps),
    prefix: location.prefix,
    cos: location.kind === 'cos',
    ...(deps.warn === undefined ? {} : { warn: deps.warn }),
  });
}

/** Loaded on first use, like the SDK. Throws ProblemError ConfigInvalid when no region is known. */
function openDynamoDb(location: DynamoLocation, deps: CacheDeps): ExifCache {
  const { openDynamo } = require('./dynamodb') as typeof import('./dynamodb');
  return openDynamo(location, deps);
}

/** Loaded on first use: few deployments have it. Throws ProblemError ConfigInvalid when no region is known for a bucket. */
function openAnnotations({ name }: AnnotationLocation, deps: CacheDeps): ExifCache {
  const { warn, images } = deps;
  if (images === undefined)
    throw new ProblemError('ConfigInvalid', 'Cannot open annotation: as a cache without the buckets of the images');
  const { annotationCache } = require('./annotation') as typeof import('./annotation');
  const buckets = new Map(
    [...images.buckets].map(([id, location]) => [id, clientOptions({ ...location, signed: true }, deps)]),
  );
  const bucket = (id: string) => buckets.get(id) ?? null;
  return annotationCache({ name, bucket, show: images.show, ...(warn === undefined ? {} : { warn }) });
}
