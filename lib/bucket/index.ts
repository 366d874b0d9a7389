// The kinds of bucket. CONTRIBUTING.md says how to add one.

import type { DirectoryLocation } from '../io/location-text';
import type { Limits } from '../limits';
import { clientOptions } from '../s3/client-options';
import type { CosLocation, S3Location } from '../s3/location';
import type { Bucket, Env } from '../types';
import type { BucketLocation } from './location';
import { s3Bucket } from './s3';

export { sameVersion } from '../bytes/etag';
export { eventBucket } from '../s3/location';
export { lacksRegion, regionIn } from '../s3/region';
export { isAccessPointAlias } from '../s3/special-buckets';
export { type BucketLocation, parseLocation } from './location';
export { regionOf, storeHosts } from './store-names';

export type BucketDeps = Readonly<{
  /** Region of an `s3://` location that names none (AWS_REGION); null = none. */
  region: string | null;
  /** Read at each request for credentials, and when it is opened for proxies. */
  env: Env;
  limits: Pick<Limits, 'tryMs' | 'readBytes'>;
  maxTries: number;
}>;

type Openers = { [Kind in BucketLocation['kind']]: Open<Extract<BucketLocation, { kind: Kind }>> };
type Open<Location> = (location: Location, deps: BucketDeps) => Bucket;

const openers: Openers = {
  directory: openDirectory,
  s3: openS3,
  cos: openS3,
};

/** The bucket at a location. Opens no connection yet. Throws ProblemError ConfigInvalid when no region is known. */
export function openBucket(location: BucketLocation, deps: BucketDeps): Bucket {
  const open = openers[location.kind] as Open<BucketLocation>;
  return open(location, deps);
}

/** Loaded on first use: a deployed function reads from S3, and loading node:fs takes a tenth of its start. */
function openDirectory({ path }: DirectoryLocation): Bucket {
  const { directoryBucket } = require('./directory') as typeof import('./directory');
  return directoryBucket(path);
}

function openS3(location: S3Location | CosLocation, deps: BucketDeps): Bucket {
  return s3Bucket({ ...clientOptions(location, deps), maxBytes: deps.limits.readBytes });
}
