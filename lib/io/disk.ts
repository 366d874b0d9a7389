// The calls of node:fs that buckets and caches of files need. They use the callback API: with 64 calls at the same time,
// node:fs/promises takes 1.1 to 1.9 times as long, and these calls are a third of the time of an answer from a local file.

import { type BigIntStats, close, fstat, lstat, open, read, readdir, readlink, realpath, stat } from 'node:fs';
import { promisify } from 'node:util';

const lstatOf = promisify(lstat);
const fstatOf = promisify(fstat);

/** A file is a descriptor, which the caller closes. Each call rejects with an error of the system [errno(3)]. */
export const disk = {
  open: promisify(open),
  close: promisify(close),
  read: promisify(read),
  readlink: promisify(readlink),
  readdir: promisify(readdir),
  realpath: promisify(realpath.native),
  stat: promisify(stat),
  lstat: (path: string): Promise<BigIntStats> => lstatOf(path, { bigint: true }),
  fstat: (file: number): Promise<BigIntStats> => fstatOf(file, { bigint: true }),
} as const;
