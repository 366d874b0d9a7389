// The kinds of bucket. To add one: a file with its `Bucket`, a row in location.ts, a row here, and its line in the
// contract test.

import type { Limits } from '../limits';
import { ProblemError } from '../problem';
import type { Bucket } from '../types';
import { type Cloud, credentialSource, type Env } from './credentials';
import type { BucketLocation, CosLocation, DirectoryLocation, S3Location } from './location';
import { s3Bucket } from './s3';
import type { S3Place } from './s3-request';

export type { Env } from './credentials';
export { type BucketLocation, parseLocation } from './location';
export { regionOf, storeHosts } from './store-names';
export { sameVersion } from './version';

export type BucketDeps = Readonly<{
  /** Region of an `s3://` location that names none (AWS_REGION); null = none. */
  region: string | null;
  /** Read at each request, for credentials only. */
  env: Env;
  limits: Pick<Limits, 'tryMs' | 'readBytes'>;
  maxTries: number;
}>;

type Openers = { [Kind in BucketLocation['kind']]: Open<Extract<BucketLocation, { kind: Kind }>> };
type Open<Location> = (location: Location, deps: BucketDeps) => Bucket;

const openers: Openers = {
  directory: openDirectory,
  s3: openS3,
  cos: openCos,
};

/** The bucket at a location. Opens no connection yet. Throws ProblemError ConfigInvalid when no region is known. */
export function openBucket(location: BucketLocation, deps: BucketDeps): Bucket {
  const open = openers[location.kind] as Open<BucketLocation>;
  return open(location, deps);
}

/** Loaded where it is asked for: a deployed function reads from S3, and node:fs is a tenth of its start. */
function openDirectory({ path }: DirectoryLocation): Bucket {
  const { directoryBucket } = require('./directory') as typeof import('./directory');
  return directoryBucket(path);
}

function openS3(location: S3Location, deps: BucketDeps): Bucket {
  const { bucket, endpoint, pathStyle } = location;
  // Most compatible stores have one region and take this name for it.
  const region = location.region ?? deps.region ?? (endpoint === null ? null : 'us-east-1');
  if (region === null) {
    throw new ProblemError('ConfigInvalid', `Cannot open s3://${bucket}: add ?region=.. or set AWS_REGION`);
  }
  const cloud = endpoint === null ? 'aws' : 'other';
  return overS3({ bucket, endpoint, region, pathStyle }, cloud, location.signed, deps);
}

/** COS speaks the S3 protocol at this endpoint, with the bucket in the host name only. */
function openCos({ bucket, region, signed }: CosLocation, deps: BucketDeps): Bucket {
  const endpoint = new URL(`https://cos.${region}.myqcloud.com`);
  return overS3({ bucket, endpoint, region, pathStyle: false }, 'tencent', signed, deps);
}

function overS3(place: S3Place, cloud: Cloud, signed: boolean, deps: BucketDeps): Bucket {
  return s3Bucket({
    ...place,
    credentials: signed ? credentialSource(deps.env, cloud) : async () => null,
    tryMs: deps.limits.tryMs,
    maxTries: deps.maxTries,
    maxBytes: deps.limits.readBytes,
  });
}
