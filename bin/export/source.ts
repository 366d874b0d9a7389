// Finds what an argument of `bucket-exif export` names: the bucket, and its objects that become rows.

import { stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { splitLocation } from '../../lib/api/object-location';
import { lacksRegion, parseLocation, regionIn } from '../../lib/bucket';
import { listedBucket } from '../../lib/s3/list';
import type { Env } from '../../lib/types';
import type { BucketPlace } from '../../service/config/bucket-settings';
import { locationOf } from '../../service/config/setting';
import { allKeys, type KeyFilter, keysLike } from '../backfill/select';
import type { ObjectSource } from '../backfill/source';
import { directorySource } from '../backfill/source-directory';
import { s3Source } from '../backfill/source-s3';
import { compileGlob, isGlob, splitGlob } from '../cli/glob';
import { hasMetadataSuffix } from '../image-suffixes';
import { userFolder, wrongUse } from '../terminal/command-line';
import type { ExportOptions } from './options';

/** The bucket, all objects that are listed, and whether an object becomes a row. */
export type ExportSource = Readonly<{ place: BucketPlace; objects: ObjectSource; chosen: KeyFilter }>;

type Chosen = Pick<ExportOptions, 'source' | 'include' | 'all'>;

/** Checks the argument. Throws ProblemError `ConfigInvalid` for one that cannot be a source. */
export async function openExportSource(options: Chosen, env: Env): Promise<ExportSource> {
  const { source } = options;
  if (/^(s3|cos):\/\//.test(source)) return bucketSource(options, env);
  const scheme = /^[a-z][a-z0-9+.-]+:\/\//i.exec(source)?.[0];
  if (scheme !== undefined)
    throw wrongUse(`${scheme} cannot be exported: name a folder, s3://bucket/prefix/ or cos://bucket-appid/prefix/`);
  return folderSource(options, userFolder(env));
}

function bucketSource(options: Chosen, env: Env): ExportSource {
  const parts = splitLocation(options.source);
  if (parts === null) throw wrongUse('s3:// and cos:// need a bucket: s3://bucket or s3://bucket/prefix/');
  const { key } = parts;
  const isPattern = key.includes('*');
  if (!isPattern && key !== '' && !key.endsWith('/')) {
    const prefix = `${parts.bucket}/${key}/${parts.options}`;
    throw wrongUse(
      `${options.source} names one object: for all objects below a prefix, end it with a slash: ${prefix}`,
    );
  }
  const text = parts.bucket + parts.options;
  const location = locationOf('the source', text, parseLocation);
  if (location.kind === 'directory') throw wrongUse('s3:// and cos:// need a bucket');
  const glob = isPattern ? compileGlob(key) : null;
  const bucket = listedBucket(location, regionIn(env, lacksRegion(location)), env);
  const byName = filterOf(options);
  return {
    place: { text, location },
    objects: s3Source(bucket, glob?.literal ?? key),
    chosen: glob === null ? byName : (name) => byName(name) && glob.matches(name),
  };
}

async function folderSource(options: Chosen, folder: string): Promise<ExportSource> {
  const { source, all } = options;
  const found = await stat(resolve(folder, source)).catch(() => null);
  if (found === null && !isGlob(source))
    throw wrongUse(`${source} does not exist: name a folder or s3://bucket/prefix/`);
  if (found !== null && !found.isDirectory())
    throw wrongUse(
      `${source} is not a folder: an export is of all files of a folder; to read one, use bucket-exif ${source}`,
    );
  const text = sep === '/' ? source : source.replaceAll(sep, '/');
  const { folder: below, rest } = found === null ? splitGlob(text) : { folder: source, rest: null };
  const path = resolve(folder, below === '' ? '.' : below);
  const glob = rest === null ? null : compileGlob(rest);
  const byName = filterOf(options);
  return {
    place: { text: `directory:${path}`, location: { kind: 'directory', path } },
    objects: directorySource(path, glob?.literal ?? '', false),
    chosen: (key) => byName(key) && (all || !isHidden(key)) && (glob === null || glob.matches(key)),
  };
}

function filterOf({ all, include }: Chosen): KeyFilter {
  if (all) return allKeys;
  return include === null ? hasMetadataSuffix : keysLike(include);
}

/** Files and folders whose name begins with a dot, such as the `._` files of macOS. */
function isHidden(key: string): boolean {
  return key.startsWith('.') || key.includes('/.');
}
