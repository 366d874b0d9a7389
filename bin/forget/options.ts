// Reads the command line of `bucket-exif forget`. It is checked completely before anything is looked up.

import { statSync } from 'node:fs';
import { basename, relative, resolve, sep } from 'node:path';
import { splitLocation } from '../../lib/api/object-location';
import { parseLocation } from '../../lib/bucket';
import { parseCacheLocation } from '../../lib/cache';
import type { Env } from '../../lib/types';
import type { BucketPlace } from '../../service/config/bucket-settings';
import { locationOf } from '../../service/config/setting';
import { type DatasetLocation, parseDatasetLocation } from '../dataset/storage';
import { parseCommandLine, toCacheText, toLocationText, userFolder, wrongUse } from '../terminal/command-line';
import type { Target } from './engine';

export type ForgetOptions = Readonly<{
  place: BucketPlace;
  targets: readonly Target[];
  /** The location of the cache; null = EXIF_CACHE. */
  cache: string | null;
  /** The locations of the sinks; null = EXIF_SINK. */
  sink: string | null;
  /** The location of a dataset; null = none, apart from sinks. */
  dataset: DatasetLocation | null;
  notify: boolean;
  dryRun: boolean;
  /** Whether not to ask. */
  yes: boolean;
}>;

const table = {
  bucket: { type: 'string' },
  cache: { type: 'string' },
  sink: { type: 'string' },
  dataset: { type: 'string' },
  notify: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean', short: 'y' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Reads the arguments; null for --help. Throws ProblemError `ConfigInvalid` for wrong ones. */
export function readForgetOptions(args: readonly string[], env: Env): ForgetOptions | null {
  const { values, positionals } = parseCommandLine(args, table, {
    allowPositionals: true,
    help: 'bucket-exif forget --help',
  });
  if (values.help === true) return null;
  const empty = Object.entries(values).find(([, value]) => value === '');
  if (empty !== undefined) throw wrongUse(`--${empty[0]} is empty: give it a value, or leave it out`);
  if (positionals.length === 0)
    throw wrongUse(
      'Nothing to forget is named: name an object, such as s3://photos/a.jpg, or a prefix, s3://photos/2024/',
    );
  // Often an empty variable of a script. As a path it would be the folder of the user, which may be the whole bucket.
  if (positionals.includes('')) throw wrongUse('An object is empty: name it, or leave it out');
  const folder = userFolder(env);
  const named = positionals.map((text) => readTarget(text, values.bucket, env, folder));
  const [first] = named;
  const other = named.find(({ bucket }) => bucket !== first?.bucket);
  if (first === undefined || other !== undefined)
    throw wrongUse('All objects must be in the same bucket: start the command once for each bucket');
  return {
    place: { text: first.bucket, location: locationOf(first.setting, first.bucket, parseLocation) },
    targets: named.map(({ target }) => target),
    cache: values.cache === undefined ? null : readCacheText(values.cache, folder),
    sink: values.sink ?? null,
    dataset:
      values.dataset === undefined
        ? null
        : locationOf('--dataset', toLocationText(values.dataset, folder), parseDatasetLocation),
    notify: values.notify === true,
    dryRun: values['dry-run'] === true,
    yes: values.yes === true,
  };
}

/** A target, its bucket as a setting, and what named the bucket. */
type Named = Readonly<{ bucket: string; setting: string; target: Target }>;

function readTarget(text: string, bucket: string | undefined, env: Env, folder: string): Named {
  if (/^(?:s3|cos):\/\//.test(text)) {
    const parts = splitLocation(text);
    if (parts === null) throw wrongUse('s3:// and cos:// need a bucket: s3://bucket/key or s3://bucket/prefix/');
    if (bucket !== undefined)
      throw wrongUse('--bucket is for files of a folder: leave it out, the object names its bucket');
    return { bucket: parts.bucket + parts.options, setting: 'The bucket', target: toTarget(parts.key, text) };
  }
  const own = bucket ?? env['EXIF_BUCKET'] ?? '';
  if (own === '')
    throw wrongUse(
      `${JSON.stringify(text)} is a file: name the folder that is the bucket with --bucket, or an object with s3:// or cos://`,
    );
  const setting = bucket === undefined ? 'EXIF_BUCKET' : '--bucket';
  const location = toLocationText(own, folder);
  const parsed = locationOf(setting, location, parseLocation);
  if (parsed.kind !== 'directory')
    throw wrongUse(
      `${JSON.stringify(text)} must begin with the bucket, such as s3://photos/, because ${setting} is not a folder`,
    );
  const root = resolve(parsed.path);
  const path = relative(root, resolve(folder, text));
  if (path === '..' || path.startsWith(`..${sep}`))
    throw wrongUse(`${JSON.stringify(text)} is not in the folder ${basename(root)} of ${setting}`);
  const key = path.split(sep).join('/');
  const isFolder = key === '' || /[/\\]$/.test(text) || isFolderHere(resolve(folder, text));
  return { bucket: location, setting, target: toTarget(isFolder && key !== '' ? `${key}/` : key, text) };
}

/** A folder that is there is a prefix, also without a slash: else its objects would seem to be forgotten. */
function isFolderHere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Like a source of `bucket-exif`: a key that ends with a slash, or no key, is a prefix. */
function toTarget(key: string, text: string): Target {
  if (key.includes('*'))
    throw wrongUse(`${JSON.stringify(text)} has a *: name an object, or a prefix that ends with /`);
  return { kind: key === '' || key.endsWith('/') ? 'prefix' : 'key', text: key };
}

function readCacheText(text: string, folder: string): string {
  const location = toCacheText(text, folder);
  locationOf('--cache', location, parseCacheLocation);
  return location;
}
