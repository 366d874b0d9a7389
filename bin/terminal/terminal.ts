// Text for a terminal: makes it safe, measures its width, and adds colours.
import type { Env } from '../../lib/types';

export { printable, printableJson } from '../../lib/io/printable';

/** Splits text into characters as people see them: a character may have several code points. */
const graphemes = new Intl.Segmenter();
/** A grapheme that takes two columns [UAX #11: wide and fullwidth; UTS #51: the selector \ufe0f makes an emoji]. */
const wide =
  /\ufe0f|[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\ua4c6\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{1b2fb}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]/u;
/** A grapheme that takes no column: a mark or joiner without a character before it. */
const invisible = /^[\p{Mn}\p{Me}\u200b-\u200d\u2060\ufeff]+$/u;
/** Text in which each character is a grapheme of one column. */
const plain = /^[ -~\u00a0-\u02ff]*$/;

/** The number of columns that `text` takes on a terminal. */
export function columnsOf(text: string): number {
  if (plain.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) columns += columnsOfGrapheme(segment);
  return columns;
}

function columnsOfGrapheme(grapheme: string): number {
  if (invisible.test(grapheme)) return 0;
  return wide.test(grapheme) ? 2 : 1;
}

/** Cuts `text` to at most `columns` columns; a text that is cut ends with `…`. */
export function cut(text: string, columns: number): string {
  if (plain.test(text) && text.length <= columns) return text;
  let [width, end] = [0, 0];
  for (const { segment } of graphemes.segment(text)) {
    width += columnsOfGrapheme(segment);
    if (width > columns) return `${text.slice(0, end)}…`;
    if (width < columns) end += segment.length;
  }
  return text;
}

/** Whether to use colours [no-color.org]. FORCE_COLOR, with the values that Node accepts, takes precedence. */
export function wantsColor(isTerminal: boolean, env: Env): boolean {
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return !['0', 'false'].includes(forced);
  return isTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}

/** Functions that colour text by its meaning. */
export type Paint = Readonly<Record<'title' | 'section' | 'note' | 'warning', (text: string) => string>>;

/** These functions, with colours or without. */
export function painter(color: boolean): Paint {
  const sgr = (code: string) => (text: string) => (color ? `\x1b[${code}m${text}\x1b[0m` : text);
  return { title: sgr('1'), section: sgr('1;36'), note: sgr('2'), warning: sgr('33') };
}
