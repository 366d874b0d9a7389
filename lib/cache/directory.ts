// A cache in a folder: one file an object, named by the hash of the object's name, replaced as a whole.
//
//   <root>/3f/a0/3fa0...<64 hex digits>.json

import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProblemError } from '../problem';
import { checkDeadline } from '../store/deadline';
import { disk } from '../store/disk';
import { errorCode } from '../store/error-code';
import type { CacheEntry, ExifCache, ObjectRef } from '../types';
import { decodeBytes, maxEntryBytes, textToKeep } from './envelope';
import { cacheFault, named, orCacheFault } from './fault';
import { supersedes } from './order';
import { inTurn } from './turn';

/** Reading only, never waiting for a writer (FIFO), never through a link. */
const readFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/**
 * A cache below the folder `root`, which is made on the first put, for its owner alone: entries tell where pictures were
 * taken. Puts take turns; of two processes that put the same object at once, the one that renames last wins, whatever the
 * order of their entries. Links below `root` are not followed.
 */
export function directoryCache(root: string): ExifCache {
  const turn = inTurn();
  return {
    name: 'directory',
    get: (ref, signal) => orCacheFault(`look up ${named(ref)} in the cache`, signal, () => find(root, ref)),
    put(entry, signal) {
      const doing = `cache ${named(entry.ref)}`;
      const work = async (): Promise<boolean> => {
        checkDeadline(signal, doing); // the turn may come long after the caller left
        return offer(root, entry);
      };
      return orCacheFault(doing, signal, () => turn(placeOf(root, entry.ref).file, work));
    },
  };
}

type Place = Readonly<{ steps: readonly [string, string]; folder: string; file: string }>;

function placeOf(root: string, { bucket, key }: ObjectRef): Place {
  const hash = createHash('sha256').update(`${bucket}/${key}`).digest('hex');
  const steps = [hash.slice(0, 2), hash.slice(2, 4)] as const;
  const folder = join(root, ...steps);
  return { steps, folder, file: join(folder, `${hash}.json`) };
}

async function find(root: string, ref: ObjectRef): Promise<CacheEntry | null> {
  const place = placeOf(root, ref);
  try {
    await checkFolder(root, place);
    const bytes = await readBounded(place.file);
    return bytes === null ? null : decodeBytes(bytes, ref);
  } catch (error) {
    // ENOENT: nothing there yet, the root included. ELOOP, EISDIR, ENXIO: a link, a folder, a socket in its place.
    if (['ENOENT', 'ELOOP', 'EMLINK', 'EISDIR', 'ENXIO'].includes(errorCode(error) ?? '')) return null;
    throw error;
  }
}

/** Throws CacheFault when a link on the way leads elsewhere. Who may write here can still exchange a folder behind the check. */
async function checkFolder(root: string, { steps, folder }: Place): Promise<void> {
  const [realRoot, realFolder] = await Promise.all([disk.realpath(root), disk.realpath(folder)]);
  if (realFolder !== join(realRoot, ...steps)) throw notOurs();
}

function notOurs(): ProblemError {
  return cacheFault('Cannot use a folder of the cache: it is a link or a file');
}

/** The bytes of a regular file of at most `maxEntryBytes`; null for any other. */
async function readBounded(path: string): Promise<Uint8Array | null> {
  const file = await disk.open(path, readFlags);
  try {
    const stat = await disk.fstat(file);
    if (!stat.isFile() || stat.size > maxEntryBytes) return null;
    const bytes = new Uint8Array(Number(stat.size));
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await disk.read(file, bytes, filled, bytes.length - filled, filled);
      if (bytesRead === 0) return null;
      filled += bytesRead;
    }
    return bytes;
  } finally {
    await disk.close(file);
  }
}

async function offer(root: string, entry: CacheEntry): Promise<boolean> {
  const place = placeOf(root, entry.ref);
  const kept = textToKeep(entry);
  const held = await find(root, entry.ref);
  if (kept === null || (held !== null && supersedes(held, entry))) return false;
  await makeFolder(root, place);
  await replace(place.file, kept.text);
  return kept.whole;
}

async function makeFolder(root: string, { steps }: Place): Promise<void> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  let folder = root;
  for (const step of steps) {
    folder = join(folder, step);
    await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error;
    });
    if (!(await disk.lstat(folder)).isDirectory()) throw notOurs();
  }
}

/** Readers see the old file or the new one, whole. No fsync: a file that a crash cut short is found damaged, and lost alone. */
async function replace(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, text, { flag: 'wx', mode: 0o600 });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
