// Checks at the start that a cache in a folder can be written, for programs that a user watches.

import { mkdtempSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileErrorText } from '../lib/io/error-code';
import { ProblemError } from '../lib/problem';
import type { Config } from './config/config';

/** Throws ProblemError `ConfigInvalid` when the cache of `config` is a folder that cannot be created or written. */
export function checkCacheFolder({ cache: { location } }: Config): void {
  if (location?.kind !== 'directory') return;
  try {
    const folder = nearestExisting(resolve(location.path));
    rmdirSync(mkdtempSync(join(folder, '.bucket-exif-')));
  } catch (error) {
    throw new ProblemError(
      'ConfigInvalid',
      `Cannot write the cache at ${location.path}: ${fileErrorText(error)}; name another folder with --cache`,
    );
  }
}

/** The folder, or the closest parent folder that exists. */
function nearestExisting(path: string): string {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return path;
  return nearestExisting(dirname(path));
}
