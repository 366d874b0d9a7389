// Exact spelling on file systems that find `a.jpg` under `A.JPG`. In a bucket those are two keys.

import { join } from 'node:path';

/** What is asked of a file system; an error of either ends the comparison. */
export type Names = Readonly<{
  /** Tells a file from another without following a link; null when there is none of that name. */
  identity(path: string): Promise<string | null>;
  list(directory: string): Promise<readonly string[]>;
}>;

/**
 * Whether every segment below `root` is spelled as stored. Lists a directory only where the file system answers to
 * a second spelling (or always, with `folds`), so that a case-sensitive one costs a few lstat calls.
 */
export async function spelledExactly(
  root: string,
  segments: readonly string[],
  folds: boolean,
  names: Names,
): Promise<boolean> {
  const checks = segments.map((segment, depth) =>
    storedAs(join(root, ...segments.slice(0, depth)), segment, folds, names),
  );
  return (await Promise.all(checks)).every(Boolean);
}

async function storedAs(directory: string, name: string, folds: boolean, names: Names): Promise<boolean> {
  if (!folds && !(await hasTwin(directory, name, names))) return true;
  return (await names.list(directory)).includes(name);
}

/** Whether another spelling of `name` is the same file. */
async function hasTwin(directory: string, name: string, names: Names): Promise<boolean> {
  const spellings = [name, ...otherSpellings(name)];
  const [own, ...others] = await Promise.all(spellings.map((spelling) => names.identity(join(directory, spelling))));
  return others.some((other) => other === own);
}

/** Spellings a folding file system cannot tell from `name`: the other case, the other Unicode normal forms. */
function otherSpellings(name: string): readonly string[] {
  const swapped = [...name].map((char) => (char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase()));
  const spellings = new Set([swapped.join(''), name.normalize('NFC'), name.normalize('NFD')]);
  spellings.delete(name);
  return [...spellings];
}
