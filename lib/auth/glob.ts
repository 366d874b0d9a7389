// Patterns with wildcards: `*` for any run of characters and, where a language has it, `?` for one.

/** A pattern by its characters, so that `?` takes an emoji whole. */
export type Glob = Readonly<{ chars: readonly string[]; question: boolean }>;

/** Characters of one pattern. With the longest key a match then costs about a million steps at the very worst. */
export const maxPatternLength = 1024;

/** `text` as a pattern; `question` makes a wildcard of `?` too. Nothing quotes a wildcard. */
export function parseGlob(text: string, question: boolean): Glob {
  return Object.freeze({ chars: Object.freeze([...text]), question });
}

/**
 * Whether the whole of `text` fits. Only the last `*` passed is ever tried longer: where it stands an earlier one can
 * gain nothing, so the cost is the product of both lengths and not a power of it, as with a regular expression.
 */
export function globMatches({ chars, question }: Glob, text: string): boolean {
  const target = [...text];
  let at = 0;
  let to = 0;
  let star = -1;
  let taken = 0; // where in `target` the run of that `*` ends
  while (to < target.length) {
    const char = chars[at];
    if (char === '*') {
      star = at++;
      taken = to;
    } else if (char === target[to] || (question && char === '?')) {
      at++;
      to++;
    } else if (star >= 0) {
      at = star + 1;
      to = ++taken;
    } else {
      return false;
    }
  }
  while (chars[at] === '*') at++;
  return at === chars.length;
}
