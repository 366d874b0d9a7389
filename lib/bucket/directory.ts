// A folder of local files as a bucket: a key is the exact path below the root.

import { type BigIntStats, constants } from 'node:fs';
import { join, sep } from 'node:path';
import { ifMatchTag, isExcluded } from '../bytes/etag';
import { checkRange } from '../bytes/range';
import { checkDeadline, withinDeadline } from '../io/deadline';
import { disk } from '../io/disk';
import { errorCode } from '../io/error-code';
import { type ProblemCode, ProblemError } from '../problem';
import type { Bucket, ByteRange, Condition, Fetched, ObjectStat } from '../types';
import { type Names, spelledExactly } from './spelling';

const windows = process.platform === 'win32';
/** Reading only, never waiting for a writer (FIFO), never through a last link set since the path was resolved. */
const openFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/**
 * The files below `root`, a link inside it included while it stays inside. Besides the codes of `Bucket`, a `root`
 * that is no directory is NoSuchBucket. `ref.bucket` is not looked at.
 *
 * A file that is overwritten in place, to the same size, can be read half old and half new: its time is set when a
 * write begins, and ticks. Writers that rename a new file over the old one are safe.
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
type Open = (key: string) => Promise<number>;

async function fetchFile(open: Open, key: string, range: ByteRange, condition: Condition): Promise<Fetched | null> {
  const file = await open(key);
  try {
    return await readPinned(openFile(file), key, range, condition);
  } catch (error) {
    throw asProblem(error, key);
  } finally {
    await disk.close(file);
  }
}

/** Opens files below `root`. Its own path is remembered, and asked for again beside each file instead of before it. */
function opener(root: string): Open {
  let lastRoot = root;
  return async (key) => {
    const segments = fileSegments(key);
    if (segments === null) throw noSuchKey(key, 'it names no file');
    const plain = await openPlain(root, lastRoot, segments).catch(() => null);
    if (plain !== null) return plain;
    lastRoot = await resolveRoot(root);
    return openInside(lastRoot, segments, key);
  };
}

/**
 * Opens a file that no link leads to, as it is with nearly all, when the path of `root` still is `realRoot`. Null, or any
 * error, for every other key, of which nothing was opened: `openInside` tells what it is.
 */
async function openPlain(root: string, realRoot: string, segments: readonly string[]): Promise<number | null> {
  if (windows) return null; // there names are compared by listing, which tells nothing of links
  const path = join(realRoot, ...segments);
  const [rootNow, found] = await Promise.all([disk.realpath(root), disk.lstat(path)]);
  if (rootNow !== realRoot || !found.isFile()) return null;
  const identity: Names['identity'] = async (at) => {
    const named = at === path ? found : await lstatIfThere(at);
    // Opening through a link could open what lies outside.
    if (named?.isSymbolicLink() === true) throw new Error('a link on the way');
    return named === null ? null : identityOf(named);
  };
  const exact = await spelledExactly(realRoot, segments, false, { ...diskNames, identity });
  return exact ? openAt(path) : null;
}

async function openInside(realRoot: string, segments: readonly string[], key: string): Promise<number> {
  try {
    const path = await disk.realpath(join(realRoot, ...segments));
    const inside = path.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep);
    if (!inside) throw noSuchKey(key, 'it leaves the root');
    if (!(await disk.stat(path)).isFile()) throw noSuchKey(key, 'it is no regular file');
    const exact = await spelledExactly(realRoot, segments, windows, diskNames);
    if (!exact) throw noSuchKey(key, 'it is spelled differently');
    const file = await openAt(path);
    if (file === null) throw noSuchKey(key, 'it was moved while it was opened');
    return file;
  } catch (error) {
    throw asProblem(error, key);
  }
}

/** Opens the file at a path without links; null when it is not there any more. */
async function openAt(path: string): Promise<number | null> {
  const file = await disk.open(path, openFlags);
  const found = await isAt(file, path).catch(() => false);
  if (found) return file;
  await disk.close(file);
  return null;
}

/** Whether an open file is still the one at the path that was checked: a folder on the way may have become a link. */
async function isAt(file: number, path: string): Promise<boolean> {
  if (process.platform === 'linux') {
    const opened = await disk.readlink(`/proc/self/fd/${file}`);
    // A file that another was renamed over meanwhile has the mark of the kernel behind its name.
    return opened === path || opened === `${path} (deleted)`;
  }
  const [opened, named] = await Promise.all([disk.fstat(file), disk.realpath(path).then((real) => disk.lstat(real))]);
  return (await disk.realpath(path)) === path && opened.dev === named.dev && opened.ino === named.ino;
}

/** The path segments of a key that can be a file; null when no file has that exact name. */
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
    const reason = errorCode(cause) === 'ENOENT' ? 'it does not exist' : errorCode(cause);
    throw new ProblemError('NoSuchBucket', `Cannot open the directory ${JSON.stringify(root)}: ${reason}`, { cause });
  }
  throw new ProblemError('NoSuchBucket', `Cannot open ${JSON.stringify(root)}: not a directory`);
}

/** What is done with an open file. */
export type OpenFile = Readonly<{
  stat(): Promise<BigIntStats>;
  read(into: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
}>;

/** The file of a descriptor, which is not closed. */
export function openFile(file: number): OpenFile {
  return {
    stat: () => disk.fstat(file),
    read: (into, offset, length, position) => disk.read(file, into, offset, length, position),
  };
}

/**
 * The range of an open file, if it is the pinned version now and still the same one afterwards; null if it is the one
 * that is not to be read.
 */
export async function readPinned(
  file: OpenFile,
  key: string,
  range: ByteRange,
  condition: Condition,
): Promise<Fetched | null> {
  const before = await describe(file);
  if (!before.regular) throw noSuchKey(key, 'it is no regular file', { code: 'NOT_REGULAR' });
  const pinned = ifMatchTag(condition);
  if (pinned !== null && pinned !== before.stat.etag) throw changed(key);
  if (isExcluded(condition, before.stat.etag)) return null;
  const { size } = before.stat;
  if (size === 0) throw new ProblemError('EmptyObject', `Cannot read ${JSON.stringify(key)}: it is empty`);
  if (range.start >= size) {
    const problem = `Cannot read ${JSON.stringify(key)} at ${range.start}: it has ${size} bytes`;
    throw new ProblemError('RangeNotSatisfiable', problem);
  }
  const bytes = await readAll(file, key, range.start, Math.min(range.end, size));
  // The file may have been written into while it was read: the bytes would be of two versions.
  if ((await describe(file)).written !== before.written) throw changed(key);
  return { bytes, stat: before.stat };
}

type Described = { regular: boolean; stat: ObjectStat & { etag: string }; written: string };

/**
 * The ETag has the time of change too: programs that edit tags put the time of writing back. `written` has not: a file that
 * is replaced while it is read changes, and its bytes do not.
 */
async function describe(file: OpenFile): Promise<Described> {
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

const diskNames: Names = {
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

/** Errors of the file system by their names [errno(3)]; all others are faults of the disk. */
const problemOf: Readonly<Record<string, ProblemCode>> = {
  ENOENT: 'NoSuchKey',
  ENOTDIR: 'NoSuchKey',
  EISDIR: 'NoSuchKey',
  ELOOP: 'NoSuchKey',
  ENAMETOOLONG: 'NoSuchKey',
  EINVAL: 'NoSuchKey', // a character the file system cannot hold
  EILSEQ: 'NoSuchKey',
  ENXIO: 'NoSuchKey', // a socket
  EACCES: 'AccessDenied',
  EPERM: 'AccessDenied',
};

/** An error of the file system as a problem; what is none of those is given back. */
export function asProblem(error: unknown, key: string): unknown {
  const code = errorCode(error);
  if (error instanceof ProblemError || code === null) return error;
  const message = `Cannot read ${JSON.stringify(key)}: ${code}`;
  return new ProblemError(problemOf[code] ?? 'BucketFault', message, { cause: error });
}

/** `cause` where the caller may say it in words of its own. */
function noSuchKey(key: string, reason: string, cause?: Readonly<{ code: string }>): ProblemError {
  return new ProblemError('NoSuchKey', `Cannot read ${JSON.stringify(key)}: ${reason}`, { cause });
}

function changed(key: string): ProblemError {
  return new ProblemError('ObjectChanged', `Cannot read ${JSON.stringify(key)}: it changed since its first read`);
}
