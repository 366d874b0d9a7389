// A cache in a folder. Each put makes a new file with the number of the put in its name, and removes the file before it.
//
//   <root>/3f/a0/3fa0...<64 hex digits>.json      the first put: number 0
//   <root>/3f/a0/3fa0...<64 hex digits>.7.json    number 7
//
// The hex digits are the hash of the object's name. The highest number counts. The file system can make a name only once, so when
// several processes put over number 7, only one of them makes number 8. A process that dies leaves no lock.

import { createHash, randomUUID } from 'node:crypto';
import { type BigIntStats, constants } from 'node:fs';
import { copyFile, link, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkDeadline } from '../io/deadline';
import { disk } from '../io/disk';
import { errorCode } from '../io/error-code';
import type { ProblemError } from '../problem';
import type { CacheEntry, CacheVersion, ExifCache, Lookup, ObjectRef, PutResult } from '../types';
import { decodeEntryBytes, entryName, maxEntryBytes, textToPut } from './envelope';
import { cacheFault, objectName, orCacheFault } from './fault';

/** Opens for reading only; does not wait for a writer (FIFO) and does not follow a link. */
const readFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);
/** How often a look-up is repeated when another process removed the file before it was opened. */
const maxRounds = 10;

/**
 * A cache below the folder `root`. The first put makes the folder, for its owner only, because entries say where pictures were
 * taken. Processes may share it, also over a network file system on which making an existing name fails. Links below `root` are
 * not followed.
 */
export function directoryCache(root: string): ExifCache {
  return {
    name: 'directory',
    get: (ref, signal) =>
      orCacheFault(`look up ${objectName(ref)} in the cache`, signal, () => findEntry(root, ref, signal)),
    put: (entry, over, signal) =>
      orCacheFault(`cache ${objectName(entry.ref)}`, signal, () => replace(root, entry, over, signal)),
  };
}

type EntryPlace = Readonly<{ steps: readonly [string, string]; folder: string; hash: string }>;

function entryPlace(root: string, ref: ObjectRef): EntryPlace {
  const hash = createHash('sha256').update(entryName(ref)).digest('hex');
  const steps = [hash.slice(0, 2), hash.slice(2, 4)] as const;
  return { steps, folder: join(root, ...steps), hash };
}

function fileOf({ folder, hash }: EntryPlace, number: number): string {
  return join(folder, number === 0 ? `${hash}.json` : `${hash}.${number}.json`);
}

/** The numbers of the files of an object, highest first. */
async function putNumbers({ folder, hash }: EntryPlace): Promise<readonly number[]> {
  const names = await disk.readdir(folder);
  return names
    .filter((name) => name.startsWith(hash))
    .map((name) => /^(?:\.([1-9]\d{0,14}))?\.json$/.exec(name.slice(hash.length)))
    .flatMap((match) => (match === null ? [] : [Number(match[1] ?? 0)]))
    .sort((a, b) => b - a);
}

const nothing: Lookup = { entry: null, version: null };

async function findEntry(root: string, ref: ObjectRef, signal: AbortSignal): Promise<Lookup> {
  const place = entryPlace(root, ref);
  for (let round = 0; round < maxRounds; round++) {
    checkDeadline(signal, `look up ${objectName(ref)} in the cache`);
    const [newest] = await orMissing(async () => {
      await refuseLinks(root, place);
      return putNumbers(place);
    }, []);
    if (newest === undefined) return nothing;
    const found = await readFileOf(place, newest);
    if (found !== null)
      return { entry: found.bytes === null ? null : decodeEntryBytes(found.bytes, ref), version: found.version };
  }
  throw cacheFault(
    `Cannot look up ${objectName(ref)} in the cache: its file was replaced ${maxRounds} times during the look-up`,
  );
}

/** `bytes` is null for a file that cannot be an entry: a link, a folder, a socket, a file that is too long. */
type FoundFile = Readonly<{ bytes: Uint8Array | null; version: CacheVersion }>;

/** The file of an entry, and its version; null when it does not exist any more. */
async function readFileOf(place: EntryPlace, number: number): Promise<FoundFile | null> {
  try {
    return await readBounded(place, number);
  } catch (error) {
    const code = errorCode(error) ?? '';
    if (code === 'ENOENT') return null;
    if (!['ELOOP', 'EMLINK', 'EISDIR', 'ENXIO'].includes(code)) throw error;
    const version = await versionOf(place, number);
    return version === null ? null : { bytes: null, version };
  }
}

/** Identifies the file, also after the folder was emptied and filled again; null when the file does not exist any more. */
async function versionOf(place: EntryPlace, number: number): Promise<CacheVersion | null> {
  return orMissing(async () => {
    return versionText(number, await disk.lstat(fileOf(place, number)));
  }, null);
}

function versionText(number: number, { ino, mtimeNs }: BigIntStats): CacheVersion {
  return `${number}-${ino}-${mtimeNs}`;
}

async function orMissing<T>(work: () => Promise<T>, missing: T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return missing;
    throw error;
  }
}

/** Throws CacheFault when a link leads to another folder. A process that may write here can still replace a folder after the check. */
async function refuseLinks(root: string, { steps, folder }: EntryPlace): Promise<void> {
  const [realRoot, realFolder] = await Promise.all([disk.realpath(root), disk.realpath(folder)]);
  if (realFolder !== join(realRoot, ...steps)) throw notOurs();
}

function notOurs(): ProblemError {
  return cacheFault('Cannot use a folder of the cache: it is a link or a file');
}

async function readBounded(place: EntryPlace, number: number): Promise<FoundFile> {
  const file = await disk.open(fileOf(place, number), readFlags);
  try {
    const stat = await disk.fstat(file);
    const version = versionText(number, stat);
    if (!stat.isFile() || stat.size > maxEntryBytes) return { bytes: null, version };
    const bytes = new Uint8Array(Number(stat.size));
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await disk.read(file, bytes, filled, bytes.length - filled, filled);
      if (bytesRead === 0) return { bytes: null, version };
      filled += bytesRead;
    }
    return { bytes, version };
  } finally {
    await disk.close(file);
  }
}

/**
 * Makes the file with the next number. Between the comparison and this, another process can put twice and remove the first of its
 * files, so that the name is free again: then a file with a higher number exists afterwards.
 */
async function replace(
  root: string,
  entry: CacheEntry,
  over: CacheVersion | null,
  signal: AbortSignal,
): Promise<PutResult> {
  const place = entryPlace(root, entry.ref);
  const toPut = textToPut(entry, null);
  if (toPut === null) return 'not-stored';
  await makeFolder(root, place);
  const [newest] = await putNumbers(place);
  const held = newest === undefined ? null : await versionOf(place, newest);
  if (held !== over || (newest !== undefined && held === null)) return 'conflict';
  const next = newest === undefined ? 0 : newest + 1;
  checkDeadline(signal, `cache ${objectName(entry.ref)}`);
  if (!(await create(fileOf(place, next), toPut.text))) return 'conflict';
  const numbers = await putNumbers(place);
  const beaten = numbers.some((number) => number > next);
  await Promise.all(numbers.filter((number) => number < next || (beaten && number === next)).map(removeFrom(place)));
  return beaten ? 'conflict' : toPut.result;
}

/** A file that cannot be removed (somebody made a folder of that name) does no harm: its number is lower. */
function removeFrom(place: EntryPlace): (number: number) => Promise<void> {
  return (number) => rm(fileOf(place, number), { force: true }).catch(() => {});
}

/**
 * Makes a file that is complete as soon as it has its name; false when the name exists. Without hard links (FAT) a reader may see
 * a part of it, which counts as absent. No fsync: a crash may cut this one file short, which a reader recognises.
 */
async function create(path: string, text: string): Promise<boolean> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, text, { flag: 'wx', mode: 0o600 });
    await link(temporary, path).catch(async (error: unknown) => {
      if (errorCode(error) === 'EEXIST') throw error;
      await copyFile(temporary, path, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function makeFolder(root: string, { steps }: EntryPlace): Promise<void> {
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
