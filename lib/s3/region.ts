// The default region for locations without one: from the environment, or from the AWS profile.

import type { Env } from '../types';

/**
 * The value of AWS_REGION or AWS_DEFAULT_REGION. If neither is set, and only if `needed`, the region of the AWS profile. null =
 * none.
 */
export function regionIn(env: Env, needed: boolean): string | null {
  const named = env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || null;
  if (named !== null || !needed) return named;
  // Loaded only when needed: in a function the platform sets the region, and node:fs takes a tenth of the start.
  const { profileRegion } = require('./profile-region') as typeof import('./profile-region');
  return profileRegion(env);
}

/**
 * Whether a location needs a region and does not name one. A bucket, a table or an event bus with an endpoint has a default region. The keys
 * have none, because their endpoint may be one of AWS in a private network.
 */
export function lacksRegion({
  kind,
  region,
  endpoint,
}: Readonly<{ kind: string; region?: string | null; endpoint?: URL | null }>): boolean {
  if (region != null) return false;
  return ['s3', 'dynamodb', 'eventbridge'].includes(kind) ? endpoint == null : ['secretsmanager', 'ssm'].includes(kind);
}
