// The forms of a key that a store may take for the same object.

/**
 * The forms of a key that a store may take for the same object. The first is the key itself. When the key has dot segments or
 * empty segments, the others are the key without them, as a URL parser and as a file system remove them. The results differ:
 * `a//../b` is `a/b` for one and `b` for the other. No `..` leads out of the bucket. A backslash is an ordinary character.
 */
export function keyForms(key: string): readonly string[] {
  if (!isFolded.test(key)) return [key];
  const withoutEmpty = foldEmpty(key);
  const withoutDots = foldDots(key);
  return [...new Set([key, withoutEmpty, withoutDots, foldDots(withoutEmpty), foldEmpty(withoutDots)])];
}

/** Finds a segment that is empty, `.` or `..`. */
const isFolded = /(?:^|\/)\.{0,2}(?:\/|$)/;

/** `/a//b/` -> `a/b`. */
function foldEmpty(key: string): string {
  return key
    .split('/')
    .filter((segment) => segment !== '')
    .join('/');
}

/**
 * Removes each `.`, and each `..` together with the segment before it, even an empty one. At the end of the key their slash
 * stays. [RFC 3986 5.2.4]
 */
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
