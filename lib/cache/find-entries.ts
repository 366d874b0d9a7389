// Finds the objects that a cache has entries of, also those that do not exist any more: for `bucket-exif forget`.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { withinTime } from '../io/deadline';
import { disk } from '../io/disk';
import { errorCode } from '../io/error-code';
import type { BodyPlan } from '../io/http-exchange';
import type { TryResult } from '../io/retry';
import { ProblemError } from '../problem';
import { orAgain, s3Client } from '../s3/client';
import { type ListedBucket, listObjects } from '../s3/list';
import { readRefusal, refusalPlan } from '../s3/refusal';
import type { ObjectRef } from '../types';
import { cacheBucket, entryNamesOf, headBytes } from './envelope';
import { keysStart } from './s3';

/** A bucket, as `ObjectRef` names it, and the prefix of the keys to find. */
export type EntrySearch = Readonly<{ bucket: Omit<ObjectRef, 'key'>; prefix: string; signal: AbortSignal }>;

/** The end of the keys of all entries in a bucket. */
const suffix = '.json';
/** The name of an entry whose key is not in its name. */
const hashedName = /^~[0-9a-f]{64}$/;
/** The name of a file of the cache. */
const fileName = /^[0-9a-f]{64}(?:\.\d{1,15})?\.json$/;
/** Patience for the first bytes of an entry. */
const patience = { tryMs: 10_000, maxTries: 5, readMs: 60_000 } as const;

/**
 * The keys of the entries in a bucket of the S3 protocol, below `root` (the prefix of the cache). Usually the key is in the name
 * of its entry. Where the name has only a hash of it, the entry is read. Throws ProblemError as listing does.
 */
export async function* entriesInBucket(
  listed: ListedBucket,
  root: string,
  { bucket, prefix, signal }: EntrySearch,
): AsyncGenerator<string> {
  const start = keysStart(root, bucket);
  for await (const page of listObjects(listed, { prefix: start + prefix, after: null, signal })) {
    for (const { key } of page) {
      const name = key.endsWith(suffix) ? key.slice(start.length, -suffix.length) : '';
      if (name.startsWith(prefix) && name !== '' && !hashedName.test(name)) yield name;
    }
  }
  const readHead = headReader(listed);
  for await (const page of listObjects(listed, { prefix: `${start}~`, after: null, signal })) {
    for (const { key } of page) {
      const isHashed = key.endsWith(suffix) && hashedName.test(key.slice(start.length, -suffix.length));
      const found = isHashed ? keyIn(await readHead(key, signal), { bucket, prefix }) : null;
      if (found !== null) yield found;
    }
  }
}

/** The key in the first bytes of an entry; null for an entry of another bucket or outside the prefix, and what is not an entry. */
function keyIn(head: Uint8Array | null, { bucket, prefix }: Omit<EntrySearch, 'signal'>): string | null {
  const names = head === null ? null : entryNamesOf(head);
  return names !== null && names.bucket === cacheBucket(bucket) && names.key.startsWith(prefix) ? names.key : null;
}

/** Reads the first bytes of an object; null when it does not exist any more. */
function headReader({
  place,
  ...connection
}: ListedBucket): (key: string, signal: AbortSignal) => Promise<Uint8Array | null> {
  const send = s3Client({ ...place, ...connection, ...patience });
  return (key, outer) => {
    const doing = `read ${JSON.stringify(key)} of the cache`;
    return withinTime(outer, patience.readMs, (signal) =>
      send<BodyPlan, Uint8Array | null>(
        {
          method: 'GET',
          key,
          headers: {},
          body: null,
          doing,
          plan: ({ status }) => (status === 200 ? { start: 0, end: headBytes, rest: 'any' } : refusalPlan),
          read({ status, ...head }, _plan, bytes): TryResult<Uint8Array | null> {
            if (status === 200) return { value: bytes };
            const refusal = readRefusal({ status, ...head }, bytes, doing);
            if (status === 404 && refusal.code !== 'NoSuchBucket') return { value: null };
            return orAgain(new ProblemError('CacheFault', refusal.text), refusal.again);
          },
        },
        signal,
      ),
    );
  };
}

/**
 * The keys of the entries in a folder. The names of its files are hashes, so the first bytes of every file are read, also of other
 * buckets. Throws ProblemError `CacheFault`.
 */
export async function* entriesInFolder(root: string, { bucket, prefix, signal }: EntrySearch): AsyncGenerator<string> {
  for (const outer of await namesIn(root, /^[0-9a-f]{2}$/)) {
    for (const inner of await namesIn(join(root, outer), /^[0-9a-f]{2}$/)) {
      const folder = join(root, outer, inner);
      for (const name of await namesIn(folder, fileName)) {
        if (signal.aborted) return;
        const found = keyIn(await readStart(join(folder, name)), { bucket, prefix });
        if (found !== null) yield found;
      }
    }
  }
}

/** The names in a folder that fit, sorted; none when the folder does not exist. */
async function namesIn(folder: string, form: RegExp): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => form.test(name)).sort();
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw new ProblemError('CacheFault', `Cannot list the cache at ${folder}: ${code ?? 'unknown error'}`, {
      cause: error,
    });
  }
}

/** The first bytes of a file; null for one that was removed meanwhile, and for what is not a file. */
async function readStart(path: string): Promise<Uint8Array | null> {
  try {
    const stat = await disk.lstat(path);
    if (!stat.isFile()) return null;
    const file = await disk.open(path, 'r');
    try {
      const bytes = new Uint8Array(headBytes);
      const { bytesRead } = await disk.read(file, bytes, 0, headBytes, 0);
      return bytes.subarray(0, bytesRead);
    } finally {
      await disk.close(file);
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw new ProblemError('CacheFault', `Cannot read ${path} of the cache: ${errorCode(error) ?? 'unknown error'}`, {
      cause: error,
    });
  }
}
