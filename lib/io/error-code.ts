// The code of an error of Node, such as ENOENT.

/** The `code` of a system error; null for all else. Not by `instanceof`: a worker's or a test's errors have their own class. */
export function errorCode(error: unknown): string | null {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error;
  return hasCode && typeof error.code === 'string' ? error.code : null;
}
