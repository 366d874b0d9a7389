// Which keys a backfill takes.

/** Whether a key is taken. */
export type KeyFilter = (key: string) => boolean;

/** All keys, but for the markers that consoles write for folders. */
export const allKeys: KeyFilter = (key) => !key.endsWith('/');

/** Keys that one of `patterns` fits as a whole: `*` is any run of characters, `?` one, case does not count. */
export function keysLike(patterns: readonly string[]): KeyFilter {
  const tests = patterns.map((pattern) => {
    const source = pattern
      .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    return new RegExp(`^${source}$`, 'isu');
  });
  return (key) => allKeys(key) && tests.some((test) => test.test(key));
}
