// Makes text from a file safe to show: well-formed, without control characters, of limited length.
import { maxShownText } from '../../limits';

/** C0, DEL and C1, line and paragraph separators, and the characters that change the direction of text. */
const unseen = /[\p{Cc}\u061c\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu;

/** `text`, well-formed, with one space for each run of such characters. It never becomes longer. */
export function withoutControls(text: string): string {
  return text.toWellFormed().replace(unseen, ' ');
}

/** Most texts: nothing has to be replaced. */
const plain = /^[\x20-\x7e]*$/;

/** The same, trimmed and at most `maxShownText` UTF-16 units long; text that is longer ends in an ellipsis. */
export function cleanText(text: string): string {
  if (text.length <= maxShownText && plain.test(text)) return text.trim();
  const shown = withoutControls(text.slice(0, 2 * maxShownText)).trim();
  if (shown.length <= maxShownText) return shown;
  // The cut may leave the first half of a surrogate pair.
  return `${shown.slice(0, maxShownText - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
