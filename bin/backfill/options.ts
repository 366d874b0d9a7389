// Reads the command line of a backfill. It is checked completely before any work starts.

import { resolve } from 'node:path';
import { type BucketLocation, parseLocation } from '../../lib/bucket';
import { parseCacheLocation } from '../../lib/cache';
import type { S3Location } from '../../lib/s3/location';
import type { Env } from '../../lib/types';
import type { BucketPlace } from '../../service/config/bucket-settings';
import { locationOf } from '../../service/config/setting';
import { parseCommandLine, toCacheText, toLocationText, userFolder, wrongUse } from '../terminal/command-line';
import { type BatchOptions, readBatchOptions } from './batch-options';
import { type CommonOptions, type Name, table, type Values } from './option-table';

/** A backfill by this machine. Paths are absolute; null = the default. */
export type LocalOptions = CommonOptions &
  Readonly<{
    engine: 'local';
    place: BucketPlace;
    manifest: string | null;
    cache: string | null;
    /** Where messages are sent, as EXIF_SINK has it; `none` = nowhere, null = EXIF_SINK decides. */
    sink: string | null;
    concurrency: number;
    /** Threads that read; 1 = the main thread. */
    workers: number;
    state: string | null;
    restart: boolean;
    count: boolean;
    /** Whether each object is read for what it gives away. */
    isPrivate: boolean;
  }>;

export type BackfillOptions = LocalOptions | BatchOptions;

/** Reads the arguments of the command `program`; null for --help. Throws ProblemError `ConfigInvalid` for wrong ones. */
export function readBackfillOptions(
  args: readonly string[],
  env: Env,
  program = 'bucket-exif backfill',
): BackfillOptions | null {
  const values: Values = parseCommandLine(args, table, {
    allowPositionals: false,
    help: `${program} --help`,
  }).values;
  if (values.help === true) return null;
  const empty = Object.entries(values).find(([, value]) => value === '');
  if (empty !== undefined) throw wrongUse(`--${empty[0]} is empty: give it a value, or leave it out`);
  const place = readPlace(values.bucket, env);
  const engine = readEngine(values.engine, place.location);
  refuseOther(values, engine);
  if (values.include !== undefined && values.all === true)
    throw wrongUse('--include and --all cannot be combined: use only one of them');
  const folder = userFolder(env);
  const inFolder = (path: string | undefined): string | null => (path === undefined ? null : resolve(folder, path));
  const common: CommonOptions = {
    program,
    prefix: values.prefix ?? '',
    include: values.include === undefined ? null : readPatterns(values.include),
    all: values.all === true,
    dryRun: values['dry-run'] === true,
    folder,
    failures: inFolder(values.failures),
  };
  if (engine === 's3-batch') return readBatchOptions(values, common, place as BucketPlace<S3Location>);
  const manifest = inFolder(values.manifest);
  if (manifest !== null && manifest === common.failures)
    throw wrongUse('--failures would overwrite the file of --manifest: name another file');
  const workers = readCount('workers', values.workers ?? '1', 64);
  return {
    ...common,
    engine,
    place,
    manifest,
    cache: values.cache === undefined ? null : readCacheText(values.cache, folder),
    sink: values.sink ?? null,
    concurrency: readCount('concurrency', values.concurrency ?? String(Math.min(1000, 32 * workers)), 1000),
    workers,
    state: inFolder(values.state),
    restart: values.restart === true,
    count: values['no-count'] !== true,
    isPrivate: values.private === true,
  };
}

function readPlace(bucket: string | undefined, env: Env): BucketPlace {
  const text = bucket === undefined ? env['EXIF_BUCKET'] : toLocationText(bucket, userFolder(env));
  if (text === undefined || text === '')
    throw wrongUse('--bucket is missing: name the bucket, for example s3://photos');
  return { text, location: locationOf(bucket === undefined ? 'EXIF_BUCKET' : '--bucket', text, parseLocation) };
}

function readCacheText(text: string, folder: string): string {
  const location = toCacheText(text, folder);
  locationOf('--cache', location, parseCacheLocation);
  return location;
}

/** For a bucket in AWS the default is S3 Batch Operations, which is faster and sends no images to this machine. */
function readEngine(name: string | undefined, location: BucketLocation): BackfillOptions['engine'] {
  const inAws = location.kind === 's3' && location.endpoint === null;
  if (name === undefined) return inAws ? 's3-batch' : 'local';
  if (name !== 'local' && name !== 's3-batch') throw wrongUse('--engine must be local or s3-batch');
  if (name === 's3-batch' && location.kind !== 's3')
    throw wrongUse('--engine s3-batch needs a bucket such as s3://name');
  return name;
}

/** Throws for an option of the other engine. */
function refuseOther(values: Values, engine: BackfillOptions['engine']): void {
  const other = Object.keys(values).find((name) => ![engine, 'all'].includes(table[name as Name].of));
  if (other !== undefined) {
    const { of } = table[other as Name];
    throw wrongUse(
      `--${other} is an option of --engine ${of}, but the engine is ${engine}: leave it out, or choose --engine ${of}`,
    );
  }
}

function readPatterns(text: string): readonly string[] {
  const patterns = text.split(',').map((pattern) => pattern.trim());
  if (patterns.includes('')) throw wrongUse('--include must be patterns separated by commas, such as *.jpg,*.heic');
  return patterns;
}

function readCount(name: Name, text: string, most: number): number {
  const value = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > most) throw wrongUse(`--${name} must be a whole number from 1 to ${most}`);
  return value;
}
