// The code of an error of Node, such as ENOENT, and what it means for a file.

/** The `code` of a system error; null for every other value. Not by `instanceof`: errors of workers and tests have another class. */
export function errorCode(error: unknown): string | null {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error;
  return hasCode && typeof error.code === 'string' ? error.code : null;
}

/** Errors of the file system in words [errno(3)]. */
export const fileErrorWords: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'no such file or folder'],
  ['ENOTDIR', 'a part of the path is not a folder'],
  ['EISDIR', 'it is a folder'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EROFS', 'the file system is read-only'],
  ['ENOSPC', 'no space left'],
  ['ELOOP', 'links that lead in a circle'],
  ['ENAMETOOLONG', 'the name is too long'],
]);

/** An error of the file system for a message: `permission denied (EACCES)`. Without words for it, only its code. */
export function fileErrorText(error: unknown): string {
  const code = errorCode(error) ?? 'unknown error';
  const text = fileErrorWords.get(code);
  return text === undefined ? code : `${text} (${code})`;
}
