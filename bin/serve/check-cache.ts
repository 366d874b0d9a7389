// Whether a cache in a folder can be written, found out before the first object, not at each.
import { mkdtempSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ProblemError } from '../../lib/problem';
import type { Config } from '../../service/config/config';

/** Throws ProblemError `ConfigInvalid` when the cache of `config` is a folder that cannot be made or written. */
export function checkCacheFolder({ cache: { location } }: Config): void {
  if (location?.kind !== 'directory') return;
  try {
    const folder = nearest(resolve(location.path));
    rmdirSync(mkdtempSync(join(folder, '.bucket-exif-')));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ProblemError('ConfigInvalid', `Cannot write the cache at ${location.path}: ${code ?? 'it fails'}`);
  }
}

/** The folder, or the first above it that is there. */
function nearest(path: string): string {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return path;
  return nearest(dirname(path));
}
