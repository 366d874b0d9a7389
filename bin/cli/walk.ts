// The files below a folder that the user named.

import type { Dirent } from 'node:fs';
import { opendir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError } from '../../lib';
import { errorCode } from '../../lib/io/error-code';
import { hasImageSuffix } from '../image-suffixes';
import type { Glob } from './glob';
import { addSkip, type SkipCounts } from './skipped';

/** A file, or a folder that cannot be listed. */
export type FoundFile = Readonly<{ path: string; problem: ProblemError | null }>;

/**
 * A pattern that the paths below the folder must match. `matched` counts those that do, read or not. Files that do not match are
 * not counted as skipped, and hidden files are never taken unless `all` is set.
 */
export type Pattern = Pick<Glob, 'matches' | 'mostSegments'> & { matched: number };

/** Which files are taken. */
export type WalkRules = Readonly<{ all: boolean; skipped: SkipCounts; pattern: Pattern | null }>;

/** The most hidden files that are counted: a home folder may have millions, and only their number is shown. */
const mostHidden = 10_000;

/**
 * The files below `folder`, sorted by name, folder by folder. Unless `all` is set, only files with the suffix of an image, and
 * no hidden files or folders. A link to a file counts as the file. A link to a folder is not followed, because it may lead in a
 * circle. Files that are not regular (a FIFO, a device) are left out. Files that are left out are counted in `skipped`.
 */
export function walk(folder: string, rules: WalkRules): AsyncGenerator<FoundFile> {
  return walkFrom(folder, [], rules);
}

/** `below` are the names of the folders from the first folder to `folder`. */
async function* walkFrom(folder: string, below: readonly string[], rules: WalkRules): AsyncGenerator<FoundFile> {
  const { all, skipped, pattern } = rules;
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    const code = errorCode(cause) ?? 'unknown error';
    const denied = code === 'EACCES' || code === 'EPERM';
    const message = `Cannot list the folder: ${code}`;
    yield { path: folder, problem: new ProblemError(denied ? 'AccessDenied' : 'NoSuchKey', message, { cause }) };
    return;
  }
  entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const names = [...below, entry.name];
    const isHidden = !all && entry.name.startsWith('.');
    if (entry.isDirectory() && !isHidden) {
      if (names.length < (pattern?.mostSegments ?? Number.POSITIVE_INFINITY)) yield* walkFrom(path, names, rules);
      continue;
    }
    if (pattern?.matches(names.join('/')) === false || (pattern !== null && isHidden)) continue;
    if (pattern !== null) pattern.matched++;
    if (isHidden) await skipHidden(entry, path, skipped);
    else if (await isTaken(entry, path, all, skipped)) {
      skipped.read++;
      yield { path, problem: null };
    }
  }
}

/** Whether an entry that is not a folder is read; counts one that is not read. */
async function isTaken(entry: Dirent, path: string, all: boolean, skipped: SkipCounts): Promise<boolean> {
  const kind = await kindOf(entry, path);
  if (kind !== 'file') addSkip(skipped, kind, entry.name);
  else if (all || hasImageSuffix(entry.name)) return true;
  else addSkip(skipped, 'name', entry.name);
  return false;
}

/** A broken link counts as a file, so that the user sees that it cannot be read. */
async function kindOf(entry: Dirent, path: string): Promise<'file' | 'link' | 'special'> {
  if (!entry.isSymbolicLink()) return entry.isFile() ? 'file' : 'special';
  return stat(path).then(
    (found) => (found.isFile() ? 'file' : found.isDirectory() ? 'link' : 'special'),
    () => 'file',
  );
}

/** Counts a hidden file, or the files of a hidden folder. */
async function skipHidden(entry: Dirent, path: string, skipped: SkipCounts): Promise<void> {
  if (!entry.isDirectory()) return addHidden(entry.name, skipped);
  try {
    for await (const inner of await opendir(path)) {
      if (skipped.hiddenCut) return;
      await skipHidden(inner, join(path, inner.name), skipped);
    }
  } catch {
    return; // nothing in this folder would have been read
  }
}

function addHidden(name: string, skipped: SkipCounts): void {
  if (skipped.counts.hidden < mostHidden) addSkip(skipped, 'hidden', name);
  else skipped.hiddenCut = true;
}
