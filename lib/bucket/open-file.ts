// Reads a range of an open file that must have one version from the start to the end of the read.

import type { BigIntStats } from 'node:fs';
import { ifMatchEtag, isExcluded } from '../bytes/etag';
import { disk } from '../io/disk';
import { errorCode, fileErrorText } from '../io/error-code';
import { type ProblemCode, ProblemError } from '../problem';
import type { ByteRange, Condition, FetchResult, ObjectStat } from '../types';

/** The calls on an open file. `found` is the state of the file at its path just before it was opened, when that is known. */
export type OpenFile = Readonly<{
  found?: BigIntStats;
  stat(): Promise<BigIntStats>;
  read(into: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
}>;

/** The file of a descriptor, which the caller closes. */
export function openFile(file: number, found?: BigIntStats): OpenFile {
  return {
    ...(found === undefined ? {} : { found }),
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
  const before = describe(file.found ?? (await file.stat()));
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
  if (describe(await file.stat()).written === before.written) return { bytes, stat: before.stat };
  if (file.found === undefined) throw changed(key);
  // Perhaps another file came to the path before it was opened: the state of the open file decides.
  return readPinned({ stat: file.stat, read: file.read }, key, range, condition);
}

/** The state of a file at one moment. `written` changes with its bytes. */
export type FileState = { regular: boolean; stat: ObjectStat & { etag: string }; written: string };

/**
 * The ETag contains the time of change (ctime), too: programs that edit tags reset the time of writing. `written` does not
 * contain it: when a file is replaced during the read, its ctime changes and its bytes do not.
 */
export function describe(now: BigIntStats): FileState {
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
export function noSuchKey(key: string, reason: string, cause?: Readonly<{ code: string }>): ProblemError {
  return new ProblemError('NoSuchKey', `Cannot read ${JSON.stringify(key)}: ${reason}`, { cause });
}

function changed(key: string): ProblemError {
  return new ProblemError('ObjectChanged', `Cannot read ${JSON.stringify(key)}: it changed since its first read`);
}
