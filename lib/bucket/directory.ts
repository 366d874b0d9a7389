// A folder of local files as a bucket: a key is the exact path below the root.

import { type BigIntStats, constants } from 'node:fs';
import { join, sep } from 'node:path';
import { ifMatchEtag, isExcluded } from '../bytes/etag';
import { checkRange } from '../bytes/range';
import { checkDeadline, withinDeadline } from '../io/deadline';
import { disk } from '../io/disk';
import { errorCode, fileErrorText } from '../io/error-code';
import { type ProblemCode, ProblemError } from '../problem';
import type { Bucket, ByteRange, Condition, FetchResult, ObjectStat } from '../types';
import { hasExactNames, type NameLookup } from './exact-name';

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
  const open = opener(root);
  return {
    async fetch(ref, range, condition, signal) {
      checkRange(range);
      const doing = `read ${JSON.stringify(ref.key)}`;
      checkDeadline(signal, doing);
      return withinDeadline(signal, doing, fetchFile(open, ref.key, range, condition));
    },
  };
}

/** Opens the file of a key. */
type OpenByKey = (key: string) => Promise<number>;

async function fetchFile(
  open: OpenByKey,
  key: string,
  range: ByteRange,
  condition: Condition,
): Promise<FetchResult | null> {
  const file = await open(key);
  try {
    return await readPinned(openFile(file), key, range, condition);
  } catch (error) {
    throw asProblem(error, key);
  } finally {
    await disk.close(file);
  }
}

/** Opens files below `root`. It remembers the real path of `root`, and checks it at the same time as each file. */
function opener(root: string): OpenByKey {
  let lastRoot = root;
  return async (key) => {
    const segments = fileSegments(key);
    if (segments === null) throw noSuchKey(key, 'no file can have that name');
    const plain = await openPlain(root, lastRoot, segments).catch(() => null);
    if (plain !== null) return plain;
    lastRoot = await resolveRoot(root);
    return openInside(lastRoot, segments, key);
  };
}

/**
 * Opens a file whose path contains no link, as nearly all paths, if the path of `root` still is `realRoot`. For every other key
 * it opens nothing, and returns null or throws: `openInside` finds the reason.
 */
async function openPlain(root: string, realRoot: string, segments: readonly string[]): Promise<number | null> {
  if (windows) return null; // such file systems need a listing to compare names, and a listing does not show links
  const path = join(realRoot, ...segments);
  const [rootNow, found] = await Promise.all([disk.realpath(root), disk.lstat(path)]);
  if (rootNow !== realRoot || !found.isFile()) return null;
  const identity: NameLookup['identity'] = async (at) => {
    const named = at === path ? found : await lstatIfThere(at);
    // A link may lead outside of the root.
    if (named?.isSymbolicLink() === true) throw new Error('a link on the way');
    return named === null ? null : identityOf(named);
  };
  const exact = await hasExactNames(realRoot, segments, false, { ...diskNames, identity });
  return exact ? openAt(path) : null;
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

/** The calls on an open file. */
export type OpenFile = Readonly<{
  stat(): Promise<BigIntStats>;
  read(into: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
}>;

/** The file of a descriptor, which the caller closes. */
export function openFile(file: number): OpenFile {
  return {
    stat: () => disk.fstat(file),
    read: (into, offset, length, position) => disk.read(file, into, offset, length, position),
  };
}

/**
 * The range of an open file. Throws ObjectChanged unless the file has the required version before and after the read.
 * Returns null for the version that the condition excludes.
 */
export async function readPinned(
  file: OpenFile,
  key: string,
  range: ByteRange,
  condition: Condition,
): Promise<FetchResult | null> {
  const before = await describe(file);
  if (!before.regular) throw noSuchKey(key, 'it is not a regular file', { code: 'NOT_REGULAR' });
  const pinned = ifMatchEtag(condition);
  if (pinned !== null && pinned !== before.stat.etag) throw changed(key);
  if (isExcluded(condition, before.stat.etag)) return null;
  const { size } = before.stat;
  if (size === 0) throw new ProblemError('EmptyObject', `Cannot read ${JSON.stringify(key)}: it is empty`);
  if (range.start >= size) {
    const problem = `Cannot read ${JSON.stringify(key)} at ${range.start}: it has ${size} bytes`;
    throw new ProblemError('RangeNotSatisfiable', problem);
  }
  const bytes = await readAll(file, key, range.start, Math.min(range.end, size));
  // A write during the read would mix the bytes of two versions.
  if ((await describe(file)).written !== before.written) throw changed(key);
  return { bytes, stat: before.stat };
}

type FileState = { regular: boolean; stat: ObjectStat & { etag: string }; written: string };

/**
 * The ETag contains the time of change (ctime), too: programs that edit tags reset the time of writing. `written` does not
 * contain it: when a file is replaced during the read, its ctime changes and its bytes do not.
 */
async function describe(file: OpenFile): Promise<FileState> {
  const now = await file.stat();
  const written = [now.size, now.mtimeNs, now.ino].map((part) => part.toString(16)).join('-');
  const etag = `"${written}-${now.ctimeNs.toString(16)}"`;
  const stat = { size: Number(now.size), etag, lastModified: now.mtime };
  return { regular: now.isFile(), stat, written };
}

async function readAll(file: OpenFile, key: string, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start);
  for (let filled = 0; filled < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled);
    if (bytesRead === 0) throw changed(key);
    filled += bytesRead;
  }
  return bytes;
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

/** Errors of the file system by name [errno(3)]; all others are faults of the disk. */
const problemOf: Readonly<Record<string, ProblemCode>> = {
  ENOENT: 'NoSuchKey',
  ENOTDIR: 'NoSuchKey',
  EISDIR: 'NoSuchKey',
  ELOOP: 'NoSuchKey',
  ENAMETOOLONG: 'NoSuchKey',
  EINVAL: 'NoSuchKey', // a character that the file system cannot store
  EILSEQ: 'NoSuchKey',
  ENXIO: 'NoSuchKey', // a socket
  EACCES: 'AccessDenied',
  EPERM: 'AccessDenied',
};

/** An error of the file system as a problem; every other error is returned as it is. */
export function asProblem(error: unknown, key: string): unknown {
  const code = errorCode(error);
  if (error instanceof ProblemError || code === null) return error;
  const message = `Cannot read ${JSON.stringify(key)}: ${fileErrorText(error)}`;
  return new ProblemError(problemOf[code] ?? 'BucketFault', message, { cause: error });
}

/** `cause` has a code when the caller may show its own text for it. */
function noSuchKey(key: string, reason: string, cause?: Readonly<{ code: string }>): ProblemError {
  return new ProblemError('NoSuchKey', `Cannot read ${JSON.stringify(key)}: ${reason}`, { cause });
}

function changed(key: string): ProblemError {
  return new ProblemError('ObjectChanged', `Cannot read ${JSON.stringify(key)}: it changed since its first read`);
}
