// Selects the keys of a backfill.

/** Whether a key is selected. */
export type KeyFilter = (key: string) => boolean;

/** Selects all keys, except the markers that consoles write for folders. */
export const allKeys: KeyFilter = (key) => !key.endsWith('/');

/** Selects keys that one of `patterns` matches completely. `*` is any text, `?` is one character, and case does not matter. */
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
