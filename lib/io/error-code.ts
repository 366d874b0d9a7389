// The code of an error of Node, such as ENOENT.

/** The `code` of a system error; null for every other value. Not by `instanceof`: errors of workers and tests have another class. */
export function errorCode(error: unknown): string | null {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error;
  return hasCode && typeof error.code === 'string' ? error.code : null;
}
