// The forms of a key that a store may take for the same object.

/**
 * The forms of a key that a store may take for the same object: the key first and, when it has any, those with dot
 * segments and empty segments folded, in each way that a URL parser or a file system folds them. They differ:
 * `a//../b` is `a/b` to the one and `b` to the other. No `..` leads out of the bucket. A backslash is a character.
 */
export function keyForms(key: string): readonly string[] {
  const withoutEmpty = foldEmpty(key);
  const withoutDots = foldDots(key);
  return [...new Set([key, withoutEmpty, withoutDots, foldDots(withoutEmpty), foldEmpty(withoutDots)])];
}

/** `/a//b/` -> `a/b`. */
function foldEmpty(key: string): string {
  return key
    .split('/')
    .filter((segment) => segment !== '')
    .join('/');
}

/** `.` goes, `..` takes the segment before it along, be that empty. At the end both leave their slash. [RFC 3986 5.2.4] */
function foldDots(key: string): string {
  const kept: string[] = [];
  const segments = key.split('/');
  for (const [index, segment] of segments.entries()) {
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
    if ((segment === '.' || segment === '..') && index === segments.length - 1 && kept.length > 0) kept.push('');
  }
  return kept.join('/');
}
