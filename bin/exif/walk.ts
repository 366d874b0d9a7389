// The files below a folder that the user named.

import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError } from '../../lib';
import { errorCode } from '../../lib/store/error-code';
import { imageKeys } from '../backfill/select';

/** A file, or a folder that cannot be listed. */
export type Found = Readonly<{ path: string; problem: ProblemError | null }>;

/**
 * All files below `folder`, sorted by name, folder by folder; only those with the suffix of an image, and none that is or
 * lies hidden, unless `all`. A link to a file counts as the file; a link to a folder is not followed, it may lead in a
 * circle. What is no file (a FIFO, a device) is left out.
 */
export async function* walk(folder: string, all: boolean): AsyncGenerator<Found> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    const code = errorCode(cause) ?? 'unknown error';
    const denied = code === 'EACCES' || code === 'EPERM';
    const message = `Cannot list the folder: ${code}`;
    yield { path: folder, problem: new ProblemError(denied ? 'AccessDenied' : 'NoSuchKey', message, { cause }) };
    return;
  }
  entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  for (const entry of entries) {
    if (!all && entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path, all);
    else if ((all || imageKeys(entry.name)) && (await isFile(entry, path))) yield { path, problem: null };
  }
}

/** A link that leads nowhere counts as a file: that it cannot be read is to be told. */
async function isFile(entry: Dirent, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isFile();
  return stat(path).then(
    (found) => found.isFile(),
    () => true,
  );
}
