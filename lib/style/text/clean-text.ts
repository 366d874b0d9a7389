// Text out of a file as text that is safe to show: well-formed, without control characters, bounded.
import { maxShownText } from '../../limits';

/** C0, DEL and C1, line and paragraph separators, and what turns the direction of text around. */
const unseen = /[\p{Cc}\u061c\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu;

/** `text` with a space for each run of what cannot be seen, well-formed; its length stays as it is or shrinks. */
export function withoutControls(text: string): string {
  return text.toWellFormed().replace(unseen, ' ');
}

/** The same, trimmed and at most `maxShownText` UTF-16 units long; text that is longer ends in an ellipsis. */
export function cleanText(text: string): string {
  const shown = withoutControls(text.slice(0, 2 * maxShownText)).trim();
  if (shown.length <= maxShownText) return shown;
  // The cut may leave the first half of a surrogate pair.
  return `${shown.slice(0, maxShownText - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
