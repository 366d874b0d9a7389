// The command line of a backfill, checked whole before anything is done.

import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type BucketLocation, parseLocation } from '../../lib/bucket';
import type { S3Location } from '../../lib/s3/location';
import type { Env } from '../../lib/types';
import { type BatchOptions, readBatchOptions } from './batch-options';
import { type CommonOptions, invalid, type Name, type Place, table, type Values } from './option-table';

/** A backfill by this machine. Paths are absolute; null is the default. */
export type LocalOptions = CommonOptions &
  Readonly<{
    engine: 'local';
    place: Place;
    manifest: string | null;
    cache: string | null;
    concurrency: number;
    state: string | null;
    restart: boolean;
    count: boolean;
  }>;

export type Options = LocalOptions | BatchOptions;

/** Reads the arguments; null when only help is wanted. Throws ProblemError `ConfigInvalid` for what is wrong with them. */
export function readOptions(args: readonly string[], env: Env): Options | null {
  const values = parse(args);
  if (values.help === true) return null;
  const empty = Object.entries(values).find(([, value]) => value === '');
  if (empty !== undefined) throw invalid(`--${empty[0]} is empty`);
  const place = readPlace(values.bucket, env);
  const engine = readEngine(values.engine, place.location);
  refuseOther(values, engine);
  if (values.include !== undefined && values.all === true) throw invalid('--include and --all exclude each other');
  const folder = env['INIT_CWD'] ?? '.';
  const inFolder = (path: string | undefined): string | null => (path === undefined ? null : resolve(folder, path));
  const common: CommonOptions = {
    prefix: values.prefix ?? '',
    include: values.include === undefined ? null : readPatterns(values.include),
    all: values.all === true,
    dryRun: values['dry-run'] === true,
    folder: resolve(folder),
    failures: inFolder(values.failures),
  };
  if (engine === 's3-batch') return readBatchOptions(values, common, place as Place<S3Location>);
  const manifest = inFolder(values.manifest);
  if (manifest !== null && manifest === common.failures) throw invalid('--failures would overwrite the --manifest');
  return {
    ...common,
    engine,
    place,
    manifest,
    cache: values.cache === undefined ? null : toLocation(values.cache, folder),
    concurrency: readConcurrency(values.concurrency ?? '32'),
    state: inFolder(values.state),
    restart: values.restart === true,
    count: values['no-count'] !== true,
  };
}

function parse(args: readonly string[]): Values {
  try {
    return parseArgs({ args: [...args], options: table }).values;
  } catch (error) {
    throw invalid(`${(error as Error).message.split('. ')[0]}; see npm run backfill -- --help`);
  }
}

function readPlace(bucket: string | undefined, env: Env): Place {
  const text = bucket === undefined ? env['EXIF_BUCKET'] : toLocation(bucket, env['INIT_CWD'] ?? '.');
  if (text === undefined || text === '') throw invalid('--bucket is missing: name the bucket, for example s3://photos');
  return { text, location: parseLocation(text) };
}

/** What has no scheme is a path, from where the user stands: npm itself goes to the folder of package.json. */
function toLocation(text: string, folder: string): string {
  return /^([a-z0-9]+:|none$)/.test(text) ? text : `directory:${resolve(folder, text)}`;
}

/** In AWS the machines of AWS do it faster and without traffic to here. */
function readEngine(name: string | undefined, location: BucketLocation): Options['engine'] {
  const inAws = location.kind === 's3' && location.endpoint === null;
  if (name === undefined) return inAws ? 's3-batch' : 'local';
  if (name !== 'local' && name !== 's3-batch') throw invalid('--engine must be local or s3-batch');
  if (name === 's3-batch' && location.kind !== 's3') throw invalid('--engine s3-batch needs a bucket s3://name');
  return name;
}

function refuseOther(values: Values, engine: Options['engine']): void {
  const other = Object.keys(values).find((name) => ![engine, 'all'].includes(table[name as Name].of));
  if (other !== undefined) {
    const { of } = table[other as Name];
    throw invalid(
      `--${other} is an option of --engine ${of}, but the engine is ${engine}; see npm run backfill -- --help`,
    );
  }
}

function readPatterns(text: string): readonly string[] {
  const patterns = text.split(',').map((pattern) => pattern.trim());
  if (patterns.includes('')) throw invalid('--include must be patterns with commas between, such as *.jpg,*.heic');
  return patterns;
}

function readConcurrency(text: string): number {
  const value = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > 1000) throw invalid('--concurrency must be a whole number from 1 to 1000');
  return value;
}
