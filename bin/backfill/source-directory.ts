// The files below a folder, in the order of their keys.

import type { Dir } from 'node:fs';
import { lstat, opendir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { compareUtf8 } from '../../lib/bytes/utf8';
import { errorCode, fileErrorText } from '../../lib/io/error-code';
import { ProblemError } from '../../lib/problem';
import { hasMetadataSuffix } from '../image-suffixes';
import { inPages, type ListedObject, type ObjectSource } from './source';

/**
 * The files below `root` whose key begins with `prefix`. A cursor is a key. Only the names in one folder, and in the folders
 * above it, are in memory. A link to a file counts as the file, unless it leads out of `root`: the bucket has no such object. A
 * link to a folder is not followed, because it may lead in a circle. Images and folders whose name is not UTF-8 have a `problem`.
 */
export function directorySource(root: string, prefix: string, sizes: boolean): ObjectSource {
  return { pages: (after) => inPages(walk({ root, prefix, sizes, after }, '')) };
}

type Walk = Readonly<{ root: string; prefix: string; sizes: boolean; after: string | null }>;

/** The files of `folder`, which is '' or ends with a slash. */
async function* walk(way: Walk, folder: string): AsyncGenerator<ListedObject> {
  for (const name of await sortedNames(way, folder)) {
    const key = folder + name;
    if (!isWanted(way, key)) continue;
    const isFolder = key.endsWith('/');
    const path = join(way.root, key);
    if (name.includes('\ufffd') && (await hasNoName(path))) {
      if (isFolder || hasMetadataSuffix(key)) yield objectOf(key, null, notUtf8);
    } else if (isFolder) yield* walk(way, key);
    else yield objectOf(key, way.sizes ? await sizeOf(path) : null, null);
  }
}

function objectOf(key: string, size: number | null, problem: ProblemError | null): ListedObject {
  return { key, size, etag: null, cursor: key, problem };
}

const notUtf8 = new ProblemError(
  'InvalidURI',
  'The name of the file or folder is not UTF-8, so no key is its name: rename it',
);

/** Whether a name has bytes that are not UTF-8. Node replaces them, so such a file cannot be opened. */
function hasNoName(path: string): Promise<boolean> {
  return lstat(path).then(
    () => false,
    (error: unknown) => errorCode(error) === 'ENOENT',
  );
}

/** Whether a file, or any file in a folder, has the prefix and comes after the cursor. */
function isWanted({ prefix, after }: Walk, key: string): boolean {
  const isFolder = key.endsWith('/');
  if (!key.startsWith(prefix) && !(isFolder && prefix.startsWith(key))) return false;
  return after === null || compareUtf8(key, after) > 0 || (isFolder && after.startsWith(key));
}

/**
 * Names of files, and names of folders with a slash at the end: sorted in this form, they are in the order of complete keys.
 */
async function sortedNames(way: Walk, folder: string): Promise<readonly string[]> {
  const directory = await open(way, folder);
  if (directory === null) return [];
  const names: string[] = [];
  for await (const entry of directory) {
    if (entry.isDirectory()) names.push(`${entry.name}/`);
    else if (entry.isFile() || (entry.isSymbolicLink() && (await isFileInside(way.root, folder + entry.name))))
      names.push(entry.name);
  }
  return names.sort(compareUtf8);
}

/** null for a folder that was removed since its name was read. */
async function open({ root }: Walk, folder: string): Promise<Dir | null> {
  try {
    return await opendir(join(root, folder), { bufferSize: 256 });
  } catch (cause) {
    const code = errorCode(cause);
    if (folder !== '' && (code === 'ENOENT' || code === 'ENOTDIR')) return null;
    const denied = code === 'EACCES' || code === 'EPERM';
    const reason = code === 'ENOENT' ? 'it does not exist' : fileErrorText(cause);
    const message = `Cannot list the folder ${JSON.stringify(join(root, folder))}: ${reason}`;
    throw new ProblemError(denied ? 'AccessDenied' : 'NoSuchBucket', message, { cause });
  }
}

/** Whether the link of a key leads to a file of the bucket, by the rules of `lib/bucket/directory.ts`. */
async function isFileInside(root: string, key: string): Promise<boolean> {
  try {
    const [realRoot, path] = await Promise.all([realpath(root), realpath(join(root, key))]);
    const inside = path.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep);
    return inside && (await stat(path)).isFile();
  } catch {
    return false;
  }
}

async function sizeOf(path: string): Promise<number | null> {
  return stat(path).then(
    ({ size }) => size,
    () => null,
  );
}
