// One local file as a bucket, for who may read any path: the user of the command line, a program.

import { constants } from 'node:fs';
import { checkRange } from '../bytes/range';
import { checkDeadline, withinDeadline } from '../io/deadline';
import { disk } from '../io/disk';
import { ProblemError } from '../problem';
import type { Bucket, ByteRange, Condition, Fetched } from '../types';
import { asProblem, openFile, readPinned } from './directory';

/** Reading only, never waiting for a writer (FIFO). A link is followed: the user named it. */
const openFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** A bucket with one object, the file at `path`, whatever the key; messages name the key. What is no regular file is NoSuchKey. */
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

async function fetchFile(path: string, key: string, range: ByteRange, condition: Condition): Promise<Fetched | null> {
  if (path.includes('\0')) throw new ProblemError('NoSuchKey', `Cannot read ${JSON.stringify(key)}: it names no file`);
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
