// Patterns with wildcards: `*` for any run of characters and, where a language has it, `?` for one.

/** A pattern, and whether `?` is a wildcard in it too. Nothing quotes a wildcard. */
export type Glob = Readonly<{ pattern: string; question: boolean }>;

/** Characters of one pattern. With the longest key a match then costs a quarter of a million steps at the very worst. */
export const maxPatternLength = 1024;

const star = 0x2a;
const questionMark = 0x3f;

/**
 * Whether the whole of `text` fits. Only the last `*` passed is ever tried longer: where it stands an earlier one can
 * gain nothing, so the cost is the product of both lengths and not a power of it, as with a regular expression.
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
