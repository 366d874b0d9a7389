// The table of all options of a backfill, and the type of the options that both engines have.

/** Every option. `of` is the engine that has it; `all` = both. */
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
  sink: { type: 'string', of: 'local' },
  concurrency: { type: 'string', of: 'local' },
  workers: { type: 'string', of: 'local' },
  state: { type: 'string', of: 'local' },
  restart: { type: 'boolean', of: 'local' },
  'no-count': { type: 'boolean', of: 'local' },
  private: { type: 'boolean', of: 'local' },
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

/** The values of the options that are given: a text, or `true` for an option without a value. */
export type Values = Readonly<{ [Key in Name]?: (typeof table)[Key]['type'] extends 'string' ? string : boolean }>;

/** The options of both engines. `include` null: keys with the suffix of an image. */
export type CommonOptions = Readonly<{
  /** The command with which the user starts this program. */
  program: string;
  prefix: string;
  include: readonly string[] | null;
  all: boolean;
  dryRun: boolean;
  /** The folder that paths on the command line are relative to. */
  folder: string;
  failures: string | null;
}>;
