// The options of a client for the bucket at a location.

import type { Limits } from '../limits';
import type { Env } from '../types';
import type { S3ClientOptions } from './client';
import { credentialSource } from './credentials';
import { type CosLocation, type S3Location, s3PlaceOf } from './location';

export type StoreDeps = Readonly<{
  /** The region for a location without one (AWS_REGION); null = none. */
  region: string | null;
  /** Read for credentials at each request, and for proxies when a client is made. */
  env: Env;
  limits: Pick<Limits, 'tryMs'>;
  maxTries: number;
}>;

/** The options of a client. Throws ProblemError ConfigInvalid when no region is known. */
export function clientOptions(
  location: S3Location | CosLocation,
  { region, env, limits, maxTries }: StoreDeps,
): S3ClientOptions {
  const { place, cloud } = s3PlaceOf(location, region);
  const credentials = location.signed ? credentialSource(env, cloud) : () => null;
  return { ...place, env, credentials, tryMs: limits.tryMs, maxTries };
}
