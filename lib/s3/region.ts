import type { Env } from '../types';
// The region of a location that names none: of the environment, else of the AWS profile.

/** AWS_REGION or AWS_DEFAULT_REGION; else, only where `needed`, the region of the AWS profile; null = none. */
export function regionIn(env: Env, needed: boolean): string | null {
  const named = env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || null;
  if (named !== null || !needed) return named;
  // Loaded only here: in a function the platform names the region, and node:fs is a tenth of its start.
  const { profileRegion } = require('./profile-region') as typeof import('./profile-region');
  return profileRegion(env);
}

/** Whether a location is at AWS and leaves its region to somebody else. */
export function lacksRegion(
  location: Readonly<{ kind: string; region?: string | null; endpoint?: URL | null }>,
): boolean {
  return ['s3', 'dynamodb'].includes(location.kind) && location.region == null && location.endpoint == null;
}
