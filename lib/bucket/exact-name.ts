// Compares names exactly, also on file systems where `A.JPG` opens the file `a.jpg`. In a bucket these are two keys.

import { join } from 'node:path';

/** The calls to a file system. An error of either is thrown. */
export type NameLookup = Readonly<{
  /** A text that identifies the file, without following a link; null when there is no file of that name. */
  identity(path: string): Promise<string | null>;
  list(directory: string): Promise<readonly string[]>;
}>;

/**
 * Whether every segment below `root` is exactly a stored name. A directory is listed only when the file system also finds
 * another spelling (or always, with `folds`); on a case-sensitive file system this takes a few lstat calls.
 */
export async function hasExactNames(
  root: string,
  segments: readonly string[],
  folds: boolean,
  names: NameLookup,
): Promise<boolean> {
  const checks = segments.map((segment, depth) =>
    storedAs(join(root, ...segments.slice(0, depth)), segment, folds, names),
  );
  return (await Promise.all(checks)).every(Boolean);
}

async function storedAs(directory: string, name: string, folds: boolean, names: NameLookup): Promise<boolean> {
  if (!folds && !(await hasTwin(directory, name, names))) return true;
  return (await names.list(directory)).includes(name);
}

/** Whether another spelling of `name` is the same file. On a case-sensitive file system there is rarely one of that name. */
async function hasTwin(directory: string, name: string, names: NameLookup): Promise<boolean> {
  const identity = (spelling: string): Promise<string | null> => names.identity(join(directory, spelling));
  const others = (await Promise.all(otherSpellings(name).map(identity))).filter((other) => other !== null);
  if (others.length === 0) return false;
  const own = await identity(name);
  return others.some((other) => other === own);
}

/** Spellings that a file system may treat as `name`: the other case, and the other Unicode normal forms. */
function otherSpellings(name: string): readonly string[] {
  const swapped = [...name].map((char) => (char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase()));
  const spellings = new Set([swapped.join(''), name.normalize('NFC'), name.normalize('NFD')]);
  spellings.delete(name);
  return [...spellings];
}
