// The options of a backfill by their names, and what both engines take.

import type { BucketLocation } from '../../lib/bucket';
import { ProblemError } from '../../lib/problem';

/** Every option, and whose it is: `all` of both engines. */
export const table = {
  bucket: { type: 'string', of: 'all' },
  engine: { type: 'string', of: 'all' },
  prefix: { type: 'string', of: 'all' },
  include: { type: 'string', of: 'all' },
  all: { type: 'boolean', of: 'all' },
  manifest: { type: 'string', of: 'all' },
  failures: { type: 'string', of: 'all' },
  'dry-run': { type: 'boolean', of: 'all' },
  help: { type: 'boolean', short: 'h', of: 'all' },
  cache: { type: 'string', of: 'local' },
  concurrency: { type: 'string', of: 'local' },
  state: { type: 'string', of: 'local' },
  restart: { type: 'boolean', of: 'local' },
  'no-count': { type: 'boolean', of: 'local' },
  'function-arn': { type: 'string', of: 's3-batch' },
  'role-arn': { type: 'string', of: 's3-batch' },
  'account-id': { type: 'string', of: 's3-batch' },
  report: { type: 'string', of: 's3-batch' },
  'job-id': { type: 'string', of: 's3-batch' },
  poll: { type: 'string', of: 's3-batch' },
  endpoint: { type: 'string', of: 's3-batch' },
} as const;

/** The name of an option. */
export type Name = keyof typeof table;

/** What stands on the command line: texts by name, `true` for options that have none. */
export type Values = Readonly<{ [Key in Name]?: (typeof table)[Key]['type'] extends 'string' ? string : boolean }>;

/** The bucket, and the text that named it. */
export type Place<Location = BucketLocation> = Readonly<{ text: string; location: Location }>;

/** What both engines take. `include` null: by the suffixes of images. */
export type CommonOptions = Readonly<{
  prefix: string;
  include: readonly string[] | null;
  all: boolean;
  dryRun: boolean;
  /** Where relative paths begin. */
  folder: string;
  failures: string | null;
}>;

/** The error for a command line that cannot be. */
export function invalid(message: string): ProblemError {
  return new ProblemError('ConfigInvalid', message);
}
