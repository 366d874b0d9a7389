// The calls of node:fs for buckets and caches of files, by callbacks underneath: with 64 under way node:fs/promises takes 1.1
// to 1.9 times as long for each, and calls are a third of what an answer from a local file costs.

import { type BigIntStats, close, fstat, lstat, open, read, readdir, readlink, realpath, stat } from 'node:fs';
import { promisify } from 'node:util';

const lstatOf = promisify(lstat);
const fstatOf = promisify(fstat);

/** A file is a descriptor, which has to be closed. Each rejects with an error of the system [errno(3)]. */
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
