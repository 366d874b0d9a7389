// A folder of local files as a bucket: a key is the exact path below the root.

import { type BigIntStats, constants } from 'node:fs';
import { join, sep } from 'node:path';
import { isExcluded } from '../bytes/etag';
import { checkRange } from '../bytes/range';
import { checkDeadline, withinDeadline } from '../io/deadline';
import { disk } from '../io/disk';
import { errorCode, fileErrorText } from '../io/error-code';
import { ProblemError } from '../problem';
import type { Bucket, ByteRange, Condition, FetchResult } from '../types';
import { hasExactNames, type NameLookup } from './exact-name';
import { type KnownFiles, knownFiles } from './known-files';
import { asProblem, describe, noSuchKey, openFile, readPinned } from './open-file';

const windows = process.platform === 'win32';
/** Read only, without waiting for the writer of a FIFO, and not through a link that was created since the path was resolved. */
const openFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/**
 * The files below `root`. Links are followed if they stay inside it. Throws the codes of `Bucket`, and NoSuchBucket when
 * `root` is not a directory. `ref.bucket` is ignored.
 *
 * A file that is overwritten in place with the same size may be read half old and half new: its time changes only when a
 * write starts, and has a coarse resolution. Writers that rename a new file over the old one are safe.
 */
export function directoryBucket(root: string): Bucket {
  const folder: Folder = { root, realRoot: root, known: knownFiles(mostKnownFiles) };
  return {
    async fetch(ref, range, condition, signal) {
      checkRange(range);
      const doing = `read ${JSON.stringify(ref.key)}`;
      checkDeadline(signal, doing);
      return withinDeadline(signal, doing, fetchFile(folder, ref.key, range, condition));
    },
  };
}

/** The folder of a bucket. `realRoot` is the real path that `root` had last: it is checked with each file. */
type Folder = { readonly root: string; realRoot: string; readonly known: KnownFiles };

/** With keys of 100 characters they take 2 MiB. */
const mostKnownFiles = 4096;

async function fetchFile(
  folder: Folder,
  key: string,
  range: ByteRange,
  condition: Condition,
): Promise<FetchResult | null> {
  const segments = fileSegments(key);
  if (segments === null) throw noSuchKey(key, 'no file can have that name');
  const plain = await findPlain(folder, segments).catch(() => null);
  // So a version that the caller has takes two calls to the file system.
  if (plain !== null && folder.known.get(key) === plain.id && isExcluded(condition, plain.etag)) return null;
  const opened = plain === null ? null : await openPlain(folder, key, segments, plain).catch(() => null);
  if (opened === null) folder.realRoot = await resolveRoot(folder.root);
  const file = opened ?? (await openInside(folder.realRoot, segments, key));
  try {
    return await readPinned(openFile(file, opened === null ? undefined : plain?.found), key, range, condition);
  } catch (error) {
    throw asProblem(error, key);
  } finally {
    await disk.close(file);
  }
}

/** A regular file whose path contains no link. `id` identifies the file and its version. */
type PlainFile = Readonly<{ path: string; found: BigIntStats; etag: string; id: string }>;

/**
 * The file of a key whose path contains no link, as nearly all paths, if `root` still has the same real path. For every other key
 * it returns null or throws: `openInside` finds the reason.
 */
async function findPlain({ root, realRoot }: Folder, segments: readonly string[]): Promise<PlainFile | null> {
  if (windows) return null; // such file systems need a listing to compare names, and a listing does not show links
  const path = join(realRoot, ...segments);
  const [realPath, found] = await Promise.all([disk.realpath(join(root, ...segments)), disk.lstat(path)]);
  if (realPath !== path || !found.isFile()) return null;
  const { etag } = describe(found).stat;
  return { path, found, etag, id: `${found.dev} ${etag} ${path}` };
}

/** Opens a plain file. Its name is compared only once for each version. Null or an error: `openInside` must find the reason. */
async function openPlain(
  { realRoot, known }: Folder,
  key: string,
  segments: readonly string[],
  { path, id }: PlainFile,
): Promise<number | null> {
  if (known.get(key) === id) return openAt(path);
  let isListed = false;
  const list: NameLookup['list'] = (directory) => {
    isListed = true;
    return diskNames.list(directory);
  };
  if (!(await hasExactNames(realRoot, segments, false, { ...diskNames, list }))) return null;
  const file = await openAt(path);
  // Where another spelling finds the file, its stored name may change without a new version of the file.
  if (file !== null && !isListed) known.set(key, id);
  return file;
}

async function openInside(realRoot: string, segments: readonly string[], key: string): Promise<number> {
  try {
    const path = await disk.realpath(join(realRoot, ...segments));
    const inside = path.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep);
    if (!inside) throw noSuchKey(key, 'it leaves the root');
    if (!(await disk.stat(path)).isFile()) throw noSuchKey(key, 'it is not a regular file');
    const exact = await hasExactNames(realRoot, segments, windows, diskNames);
    if (!exact) throw noSuchKey(key, 'its name is spelled differently');
    const file = await openAt(path);
    if (file === null) throw noSuchKey(key, 'it was moved while it was opened');
    return file;
  } catch (error) {
    throw asProblem(error, key);
  }
}

/** Opens the file at a path without links; null when it is gone. */
async function openAt(path: string): Promise<number | null> {
  const file = await disk.open(path, openFlags);
  const found = await isAt(file, path).catch(() => false);
  if (found) return file;
  await disk.close(file);
  return null;
}

/** Whether an open file is the one at the checked path: a folder on the way may have been replaced by a link. */
async function isAt(file: number, path: string): Promise<boolean> {
  if (process.platform === 'linux') {
    const opened = await disk.readlink(`/proc/self/fd/${file}`);
    // The kernel adds this mark to the name of a file that was replaced by a rename.
    return opened === path || opened === `${path} (deleted)`;
  }
  const [opened, named] = await Promise.all([disk.fstat(file), disk.realpath(path).then((real) => disk.lstat(real))]);
  return (await disk.realpath(path)) === path && opened.dev === named.dev && opened.ino === named.ino;
}

/** The path segments of a key; null when no file can have that exact name. */
function fileSegments(key: string): readonly string[] | null {
  // A lone surrogate has no UTF-8 form: Node would open the file of another key, with U+FFFD in its place.
  if (key.includes('\0') || /\p{Surrogate}/u.test(key) || (windows && /[\\:]/.test(key))) return null;
  const segments = key.split('/');
  return segments.some((segment) => segment === '' || segment === '.' || segment === '..') ? null : segments;
}

async function resolveRoot(root: string): Promise<string> {
  try {
    const path = await disk.realpath(root);
    if ((await disk.stat(path)).isDirectory()) return path;
  } catch (cause) {
    const reason = errorCode(cause) === 'ENOENT' ? 'it does not exist' : fileErrorText(cause);
    throw new ProblemError('NoSuchBucket', `Cannot open the directory ${JSON.stringify(root)}: ${reason}`, { cause });
  }
  throw new ProblemError('NoSuchBucket', `Cannot open ${JSON.stringify(root)}: not a directory`);
}

const diskNames: NameLookup = {
  async identity(path) {
    const named = await lstatIfThere(path);
    return named === null ? null : identityOf(named);
  },
  list: (directory) => disk.readdir(directory),
};

async function lstatIfThere(path: string): Promise<BigIntStats | null> {
  try {
    return await disk.lstat(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENAMETOOLONG') return null;
    throw error;
  }
}

function identityOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}
