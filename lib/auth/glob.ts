// Patterns with wildcards: `*` for any run of characters and, where a language has it, `?` for one.

/** A pattern, and whether `?` is a wildcard, too. Wildcards cannot be escaped. */
export type Glob = Readonly<{ pattern: string; question: boolean }>;

/** Characters of one pattern. With the longest key a match takes at most about a quarter of a million steps. */
export const maxPatternLength = 1024;

const star = 0x2a;
const questionMark = 0x3f;

/**
 * Whether the whole of `text` matches. Only the last `*` so far is extended: extending an earlier one cannot help. The cost
 * is at most the product of both lengths, while a regular expression can take exponential time.
 */
export function globMatches({ pattern, question }: Glob, text: string): boolean {
  let at = 0;
  let to = 0;
  let afterStar = -1;
  let taken = 0; // where in `text` the run of that `*` ends
  while (to < text.length) {
    const unit = pattern.charCodeAt(at);
    if (unit === star) {
      afterStar = ++at;
      taken = to;
    } else if (unit === text.charCodeAt(to)) {
      at++;
      to++;
    } else if (question && unit === questionMark) {
      at++;
      to += width(text, to);
    } else if (afterStar >= 0) {
      taken += width(text, taken);
      at = afterStar;
      to = taken;
    } else {
      return false;
    }
  }
  while (pattern.charCodeAt(at) === star) at++;
  return at === pattern.length;
}

/** Units of one character: wildcards take an emoji whole. */
function width(text: string, at: number): number {
  return text.codePointAt(at) === text.charCodeAt(at) ? 1 : 2;
}
