// One local file as a bucket, for the command line and for programs, which may read any path.

import { constants } from 'node:fs';
import { checkRange } from '../bytes/range';
import { checkDeadline, withinDeadline } from '../io/deadline';
import { disk } from '../io/disk';
import { ProblemError } from '../problem';
import type { Bucket, ByteRange, Condition, FetchResult } from '../types';
import { asProblem, openFile, readPinned } from './open-file';

/** Read only, without waiting for the writer of a FIFO. A link is followed: the user named it. */
const openFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** A bucket with one object, the file at `path`, whatever the key; messages name the key. Throws NoSuchKey unless it is a regular file. */
export function fileBucket(path: string): Bucket {
  return {
    async fetch(ref, range, condition, signal) {
      checkRange(range);
      const doing = `read ${JSON.stringify(ref.key)}`;
      checkDeadline(signal, doing);
      return withinDeadline(signal, doing, fetchFile(path, ref.key, range, condition));
    },
  };
}

async function fetchFile(
  path: string,
  key: string,
  range: ByteRange,
  condition: Condition,
): Promise<FetchResult | null> {
  if (path.includes('\0'))
    throw new ProblemError('NoSuchKey', `Cannot read ${JSON.stringify(key)}: no file can have that name`);
  let file: number | null = null;
  try {
    file = await disk.open(path, openFlags);
    return await readPinned(openFile(file), key, range, condition);
  } catch (error) {
    throw asProblem(error, key);
  } finally {
    if (file !== null) await disk.close(file);
  }
}
